"""Exclusive products in contract entries."""

from odoo import api, models
from odoo.exceptions import ValidationError


class ClientContractEntry(models.Model):
    """Holds only a product that the client may buy, also when it is billed."""

    _inherit = "client.contract.entry"

    @api.constrains("product_id")
    def _check_exclusive_product(self):
        for client, entries in self.grouped("client_id").items():
            self.env["product.template"]._check_usable_by(entries.product_id, client)

    def _get_billing_problem(self):
        """Tell as well that the product became exclusive to somebody else."""
        problem = super()._get_billing_problem()
        if problem or not self.product_id:
            return problem
        try:
            self.env["product.template"]._check_usable_by(
                self.product_id, self.client_id
            )
        except ValidationError as error:
            return str(error)
        return None
