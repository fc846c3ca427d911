"""Invoices and the wall of their client."""

from odoo import SUPERUSER_ID, api, fields, models


class AccountMove(models.Model):
    """Stores the client's wall; keeps the fact that the client has bought."""

    _name = "account.move"
    _inherit = ["account.move", "client.guard.mixin"]
    _guard_references = ()

    client_wall_id = fields.Many2one(
        comodel_name="client.wall",
        compute="_compute_client_wall_id",
        compute_sudo=True,
        store=True,
        index="btree_not_null",
        groups="base.group_user",
    )

    # Counts and statistics of invoices, as for contacts: see res_partner_team.py.
    _client_sight_idx = models.Index(
        "(move_type, company_id) INCLUDE (client_wall_id, invoice_user_id)"
    )

    @api.depends(
        "commercial_partner_id.client_wall_id",
        "partner_id.client_wall_id",
    )
    def _compute_client_wall_id(self):
        # an invoice stays in the books of its company when its contact leaves
        for move in self:
            move.client_wall_id = (
                move.commercial_partner_id.client_wall_id
                or move.partner_id.client_wall_id
            )

    @api.depends("client_wall_id")
    @api.depends_context("uid")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        self.env["client.wall"]._mask(self)
        return result

    def _compute_invoice_partner_display_info(self):
        # stored for everybody, so never with the label that one user sees
        moves = self.with_user(SUPERUSER_ID)
        return super(AccountMove, moves)._compute_invoice_partner_display_info()

    def write(self, vals):
        """Write; a posted or cancelled invoice may make or unmake a buyer."""
        result = super().write(vals)
        if "state" in vals:
            sales = self.filtered(lambda move: move.move_type == "out_invoice")
            sales.partner_id._update_client_has_bought()
        return result
