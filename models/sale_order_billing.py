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
            ("receipt", "Receipt"),
        ],
        string="Kind",
        compute="_compute_client_kind",
        groups="base.group_user",
        help="Receipt: sold with a receipt instead of an invoice.",
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

    @api.depends(
        "state",
        "amount_total",
        "order_line.invoice_lines.move_id.move_type",
        "order_line.invoice_lines.parent_state",
    )
    def _compute_client_kind(self):
        for order in self:
            if order.amount_total < 0:
                order.client_kind = "return"
            elif order.state != "sale":
                order.client_kind = "quotation"
            else:
                order.client_kind = "receipt" if order._is_receipt() else "order"

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

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _is_receipt(self):
        """Tell whether receipts, and no invoices, were made of this order."""
        self.ensure_one()
        # sudo: only what kind of documents there are; sales people read no receipts
        moves_sudo = self.sudo().order_line.invoice_lines.move_id
        kinds = {move.move_type for move in moves_sudo if move.state != "cancel"}
        return kinds == {"out_receipt"}
