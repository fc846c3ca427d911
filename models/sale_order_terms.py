"""Orders and the terms of their client."""

from odoo import api, models


class SaleOrder(models.Model):
    """Takes discount, payment day, method and withholding from the client."""

    _name = "sale.order"
    _inherit = ["sale.order", "client.terms.document.mixin"]

    _client_terms = {
        "client_discount": "client_discount",
        "payment_term_id": "property_payment_term_id",
        "client_payment_day": "client_payment_day",
        "preferred_payment_method_line_id": "property_inbound_payment_method_line_id",
        "client_withholding_tax_id": "client_withholding_tax_id",
        "user_id": "user_id",
    }

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    def _compute_client_terms(self):
        # what was confirmed stays, whatever becomes of the client
        open_orders = self.filtered(lambda order: order.state in ("draft", "sent"))
        return super(SaleOrder, open_orders)._compute_client_terms()

    @api.depends("partner_id", "company_id")
    def _compute_preferred_payment_method_line_id(self):
        """Take the client's method for orders of its contacts."""
        result = super()._compute_preferred_payment_method_line_id()
        self._fill_preferred_payment_method()
        return result

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    def write(self, vals):
        """Write; another client's terms reach the lines that are there."""
        before = self._remember_line_terms(vals)
        result = super().write(vals)
        self._pass_on_line_terms(before)
        return result

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _apply_client_terms(self):
        """Give the lines of quotations the discount and withholding of the order."""
        for order in self.filtered(lambda order: order.state in ("draft", "sent")):
            order.order_line._apply_client_discount()
            order._swap_withholding(
                order.order_line.filtered(lambda line: not line.is_downpayment)
            )

    def _recompute_prices(self):
        """Take the client's discount anew together with the price list's."""
        # sudo: the mark is the system's; Odoo empties the discount itself
        self._get_update_prices_lines().sudo().client_discount_applied = 0.0
        return super()._recompute_prices()

    def _prepare_invoice(self):
        """Hand the terms of the order to its invoice."""
        values = super()._prepare_invoice()
        order = self.sudo()  # sudo: fields for internal users only, copied
        values.update(
            client_discount=order.client_discount,
            # text, as Odoo sorts orders by it
            client_payment_day=order.client_payment_day or "",
            client_withholding_tax_id=order.client_withholding_tax_id.id,
        )
        return values

    def _get_invoice_grouping_keys(self):
        """Orders with other payment days or withholding get their own invoice."""
        keys = super()._get_invoice_grouping_keys()
        return [*keys, "client_payment_day", "client_withholding_tax_id"]
