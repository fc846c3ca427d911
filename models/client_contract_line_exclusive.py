"""Exclusive products in contract lines."""

from odoo import api, models


class ClientContractLine(models.Model):
    """Holds only a product that the client may buy."""

    _inherit = "client.contract.line"

    @api.constrains("product_id")
    def _check_exclusive_product(self):
        for client, lines in self.grouped("client_id").items():
            self.env["product.template"]._check_usable_by(lines.product_id, client)
