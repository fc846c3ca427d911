"""Exclusive products in orders."""

from odoo import api, models


class SaleOrder(models.Model):
    """Holds only products that its client may buy."""

    _inherit = "sale.order"

    @api.constrains("partner_id")
    def _check_exclusive_products(self):
        for order in self:
            self.env["product.template"]._check_usable_by(
                order.order_line.product_id, order.partner_id
            )

    def action_confirm(self):
        """Confirm; a product may have become exclusive since the quotation."""
        self._check_exclusive_products()
        return super().action_confirm()

    def _get_product_catalog_domain(self):
        """Leave out of the catalogue what others have for themselves."""
        domain = super()._get_product_catalog_domain()
        return domain & self.env["product.template"]._get_usable_domain(self.partner_id)
