"""Order lines and the wall of their client."""

from odoo import api, fields, models


class SaleOrderLine(models.Model):
    """Stores the client's wall."""

    _name = "sale.order.line"
    _inherit = ["sale.order.line", "client.guard.mixin"]
    _guard_references = ()

    client_wall_id = fields.Many2one(
        comodel_name="client.wall",
        related="order_id.client_wall_id",
        store=True,
        index="btree_not_null",
        groups="base.group_user",
    )

    @api.depends("client_wall_id")
    @api.depends_context("uid")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        # sudo: Odoo computes these labels as superuser, without asking for access
        self.env["client.wall"].sudo()._mask(self)
        return result
