"""Crediting invoices that bill contract entries."""

from odoo import api, fields, models


class AccountMoveReversal(models.TransientModel):
    _inherit = "account.move.reversal"

    client_has_entries = fields.Boolean(compute="_compute_client_has_entries")
    client_rebill = fields.Boolean(
        string="Bill the contract entries again",
        default=True,
        help="What the credit note takes back in full returns to pre-billing. "
        "Untick it when it is not to be billed any more.",
    )

    @api.depends("move_ids")
    def _compute_client_has_entries(self):
        for wizard in self:
            lines = wizard.move_ids.invoice_line_ids
            wizard.client_has_entries = bool(lines.client_entry_id)

    def reverse_moves(self, is_modify=False):
        """Credit; what a correction bills went back to the schedule for a moment."""
        action = super().reverse_moves(is_modify)
        if is_modify:
            self.new_move_ids._follow_client_entries("draft")
        return action

    def _prepare_default_reversal(self, move):
        values = super()._prepare_default_reversal(move)
        if not self.client_rebill and move.client_contract_id:
            values["client_no_rebill"] = True
        return values
