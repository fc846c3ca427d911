"""Invoices and the wall of their client."""

from odoo import SUPERUSER_ID, api, fields, models


class AccountMove(models.Model):
    """Stores the client's wall; a posted one makes a lead a client."""

    _name = "account.move"
    _inherit = ["account.move", "client.guard.mixin", "client.bought.mixin"]
    _guard_references = ()
    _bought_fields = frozenset({"state", "partner_id", "company_id", "move_type"})

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

    # of the sums on the Overview tab, and of who has bought
    _client_posted = models.Index(
        "(commercial_partner_id, company_id) WHERE state = 'posted'"
    )

    def _bought_records(self):
        return self.filtered(lambda move: move.move_type == "out_invoice")
