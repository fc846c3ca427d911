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
        # sudo: Odoo computes these labels as superuser, without asking for access. Its
        # cache tells the superuser's labels from the others', since they are masked.
        lines_sudo = self.sudo()
        result = super(SaleOrderLine, lines_sudo)._compute_display_name()
        self.env["client.wall"].sudo()._mask(lines_sudo)
        if not self.env.su:
            for line, line_sudo in zip(self, lines_sudo, strict=True):
                line.display_name = line_sudo.display_name
        return result
