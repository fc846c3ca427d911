"""An entry is never billed twice, and never credited for more than was billed."""

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import float_compare


class ClientContractEntry(models.Model):
    """Keeps billed + credited + open = scheduled, whatever is done to the invoices."""

    _inherit = "client.contract.entry"

    def _check_balance(self, moves):
        """Refuse what would make a client pay or get back the same amount twice.

        :param moves: account.move whose state has just changed
        :raise UserError: naming the entry and the document to look at first
        """
        # sudo: another document counts also when this user can't see it
        for entry in self.sudo():
            sign = -1 if entry.amount < 0 else 1
            billed, amount = sign * entry.amount_billed, sign * entry.amount
            rounding = entry.currency_id.rounding
            if float_compare(billed, 0.0, precision_rounding=rounding) < 0:
                raise UserError(
                    self.env._(
                        "%(entry)s would be credited with more than was billed for it. "
                        "Look at %(documents)s first.",
                        entry=entry.display_name,
                        documents=entry._get_other_documents(moves),
                    )
                )
            if (
                float_compare(billed, amount, precision_rounding=rounding) > 0
                and entry._count_bills() > 1
            ):
                raise UserError(
                    self.env._(
                        "%(entry)s would be billed twice. Credit or cancel "
                        "%(documents)s first.",
                        entry=entry.display_name,
                        documents=entry._get_other_documents(moves),
                    )
                )

    def _count_bills(self):
        """Return how many posted documents bill, rather than credit, this entry."""
        lines = self._get_posted_lines()
        return len(lines.filtered(lambda line: not line._takes_entry_back()))

    def _get_posted_lines(self):
        lines = self.invoice_line_ids
        return lines.filtered(lambda line: line.parent_state == "posted")

    def _get_other_documents(self, moves):
        """Return the names of the posted documents of this entry but these."""
        documents = self._get_posted_lines().move_id
        return ", ".join((documents - moves or documents).mapped("name"))

    def _follow_invoice(self, line):
        """Take the amount of the invoice that was confirmed with another one.

        Whoever changed the draft decided so: it counts as an adjustment, with the
        invoice as its reason, and is billed so again if the invoice is cancelled.

        :param line: posted account.move.line that bills this entry
        """
        self.ensure_one()
        restoring = self._as_restoring()
        # not the write of later extensions: the client's approval stays
        # pylint: disable-next=super-method-mismatch
        result = super(ClientContractEntry, restoring).write(
            {
                "is_adjusted": True,
                "amount_adjusted": line._get_entry_amount(),
                "decision_reason": self.env._("As on %s", line.move_id.name),
                "decision_user_id": self.env.uid,
                "decision_date": fields.Datetime.now(),
            }
        )
        # what was billed is this now
        line.client_entry_terms = self._dump_terms()
        return result
