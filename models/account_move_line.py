"""Journal items and the wall of their client."""

from odoo import api, fields, models


class AccountMoveLine(models.Model):
    """Stores the client's wall."""

    _name = "account.move.line"
    _inherit = ["account.move.line", "client.guard.mixin"]
    _guard_references = ()

    client_wall_id = fields.Many2one(
        comodel_name="client.wall",
        related="partner_id.client_wall_id",
        store=True,
        index="btree_not_null",
        groups="base.group_user",
    )

    @api.depends("client_wall_id")
    @api.depends_context("uid")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        self.env["client.wall"]._mask(self)
        return result
