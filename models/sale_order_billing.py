"""Orders on the Billing tab of a client."""

from odoo import api, fields, models


class SaleOrder(models.Model):
    """Says what kind of document it is, and opens in a dialog."""

    _inherit = "sale.order"

    client_kind = fields.Selection(
        selection=[
            ("quotation", "Quotation"),
            ("order", "Order"),
            ("return", "Return"),
        ],
        string="Kind",
        compute="_compute_client_kind",
        groups="base.group_user",
    )
    client_item_count = fields.Integer(
        string="Items",
        compute="_compute_client_item_count",
        groups="base.group_user",
        help="Lines with something that is sold.",
    )

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("state", "amount_total")
    def _compute_client_kind(self):
        for order in self:
            if order.amount_total < 0:
                order.client_kind = "return"
            else:
                order.client_kind = "order" if order.state == "sale" else "quotation"

    @api.depends("order_line.display_type")
    def _compute_client_item_count(self):
        counts = dict(
            self.env["sale.order.line"]._read_group(
                [("order_id", "in", self.ids), ("display_type", "=", False)],
                ["order_id"],
                ["__count"],
            )
        )
        for order in self:
            order.client_item_count = counts.get(order._origin, 0)

    # ------------------------------------------------------------------
    # ACTION
    # ------------------------------------------------------------------

    def action_open_client_dialog(self):
        """Open the order over the client."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "sale.order",
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }
