"""Contract entries follow their invoices, and the schedule follows the entries."""

from odoo import api, models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    """Tells the entries when an invoice is cancelled, credited or taken up again."""

    _inherit = "account.move"

    def write(self, vals):
        result = super().write(vals)
        if "state" in vals:
            self._follow_client_entries(vals["state"])
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_credited(self):
        """Keep what a credit note takes back: without it, nobody knows that it does.

        :raise UserError: naming the invoice and its credit note
        """
        # sudo: a credit note that the user can't see counts as well
        for move in self.sudo():
            credits = (move.reversal_move_ids - self.sudo()).filtered(
                lambda credit: (
                    credit.state == "posted" and credit.invoice_line_ids.client_entry_id
                )
            )
            if credits:
                raise UserError(
                    self.env._(
                        "%(invoice)s is credited by %(credits)s: reset that credit "
                        "note to draft before you delete the invoice.",
                        invoice=move.display_name,
                        credits=", ".join(credits.mapped("name")),
                    )
                )

    def _reverse_moves(self, default_values_list=None, cancel=False):
        """Reverse; who takes a credit note back bills its entries again."""
        moves = super()._reverse_moves(default_values_list, cancel)
        moves.invoice_line_ids.filtered("client_entry_id")._keep_entry_role()
        moves._follow_client_entries("draft")
        return moves

    def _follow_client_entries(self, state):
        """Bring the entries in step after these invoices reached a state.

        :param str state: draft, posted or cancel
        """
        moves = self.filtered(lambda m: m.move_type in ("out_invoice", "out_refund"))
        # sudo: only to know which entries follow
        entries = moves.sudo().invoice_line_ids.client_entry_id
        if state == "posted":
            # an entry with one line bills what it billed as a draft
            entries = entries.filtered(lambda e: len(e.invoice_line_ids) > 1)
        if entries:
            if state != "posted":
                moves.filtered("reversed_entry_id")._check_client_entries_free()
            entries._follow_invoices()

    def _check_client_entries_free(self):
        """Refuse to undo a credit note whose entries were billed again since.

        :raise UserError: naming the entry and the invoices that bill it
        """
        # sudo: another invoice counts also when this user can't see it
        for entry in self.sudo().invoice_line_ids.client_entry_id:
            moves = entry._get_live_lines().move_id
            if len(moves) > 1:
                raise UserError(
                    self.env._(
                        "%(entry)s would be billed twice, by %(invoices)s: credit or "
                        "delete one of them first.",
                        entry=entry.display_name,
                        invoices=", ".join(
                            move.name or self.env._("a draft invoice") for move in moves
                        ),
                    )
                )
