"""Exclusive products in contracts."""

from odoo import api, models


class ClientContract(models.Model):
    """Holds only products that its client may buy."""

    _inherit = "client.contract"

    @api.constrains("client_id")
    def _check_exclusive_products(self):
        for contract in self:
            self.env["product.template"]._check_usable_by(
                contract.line_ids.product_id, contract.client_id
            )
