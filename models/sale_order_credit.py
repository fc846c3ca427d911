"""Orders and the credit of their client."""

from odoo import api, fields, models

from .client_credit_mixin import CREDIT_GROUPS


class SaleOrder(models.Model):
    """Uses the client's credit when it is confirmed."""

    _name = "sale.order"
    _inherit = ["sale.order", "client.credit.mixin"]

    client_credit_request_ids = fields.One2many(
        comodel_name="client.credit.request",
        inverse_name="order_id",
        groups=CREDIT_GROUPS,
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Create; an order that is born confirmed uses the credit, too."""
        orders = super().create(vals_list)
        orders.filtered(lambda order: order.state == "sale")._refuse_without_credit()
        return orders

    def write(self, vals):
        """Write; confirming this way is no way round the credit limit."""
        if vals.get("state") == "sale":
            self.filtered(lambda order: order.state != "sale")._refuse_without_credit()
        return super().write(vals)

    def action_confirm(self):
        """Confirm what the clients' credit allows; the others wait or are refused."""
        held = self.filtered(lambda order: order._is_credit_open())._hold_by_credit()
        orders = self - held
        if not orders and held:
            return held._get_credit_waiting_action()
        keys = orders._mark_credit_passed()
        try:
            result = super(SaleOrder, orders).action_confirm()
        finally:
            orders._forget_credit_passed(keys)
        return held._get_credit_waiting_action() if held else result

    def _is_credit_open(self):
        return self.state in ("draft", "sent")

    def _get_credit_amount(self):
        rate = self.currency_rate or 1.0
        return max(self.amount_total - self.amount_paid, 0.0) / rate
