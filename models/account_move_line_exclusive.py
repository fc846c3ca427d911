"""Exclusive products on invoice lines."""

from odoo import api, models


class AccountMoveLine(models.Model):
    """Holds only a product that the client may buy."""

    _inherit = "account.move.line"

    @api.constrains("product_id", "move_id")
    def _check_exclusive_product(self):
        lines = self.filtered("product_id")
        for move, moved in lines.grouped("move_id").items():
            if move._sells_products():
                self.env["product.template"]._check_usable_by(
                    moved.product_id, move.partner_id
                )
