"""Exclusive products in order lines."""

from odoo import api, models


class SaleOrderLine(models.Model):
    """Holds only a product that the client may buy."""

    _inherit = "sale.order.line"

    @api.constrains("product_id", "order_id")
    def _check_exclusive_product(self):
        for order, lines in self.grouped("order_id").items():
            self.env["product.template"]._check_usable_by(
                lines.product_id, order.partner_id
            )
