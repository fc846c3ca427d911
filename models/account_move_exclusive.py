"""Exclusive products on invoices."""

from odoo import api, models


class AccountMove(models.Model):
    """Holds only products that its client may buy."""

    _inherit = "account.move"

    @api.constrains("partner_id", "move_type")
    def _check_exclusive_products(self):
        for move in self:
            if move._sells_products():
                self.env["product.template"]._check_usable_by(
                    move.invoice_line_ids.product_id, move.partner_id
                )

    def _post(self, soft=True):
        """Post; a product may have become exclusive since the draft."""
        self._check_exclusive_products()
        return super()._post(soft)

    def _sells_products(self):
        """Tell whether something is sold: what was sold can always be credited."""
        return self.move_type in ("out_invoice", "out_receipt")

    def _get_product_catalog_domain(self):
        """Leave out of the catalogue what others have for themselves."""
        domain = super()._get_product_catalog_domain()
        if self.is_sale_document(include_receipts=True):
            templates = self.env["product.template"]
            domain &= templates._get_usable_domain(self.partner_id)
        return domain
