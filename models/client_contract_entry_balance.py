"""An entry is never billed twice, and never credited for more than was billed."""

from odoo import fields, models
from odoo.exceptions import UserError


class ClientContractEntry(models.Model):
    """Keeps billed + credited + open = scheduled, whatever is done to the invoices."""

    _inherit = "client.contract.entry"

    def _check_balance(self, moves):
        """Refuse what would make a client pay or get back the same amount twice.

        Whatever the order of invoices and credit notes, and whatever the entry comes
        to by now: a credit note takes back a document that counts, and no more than
        that one billed; and only one document bills what was not taken back.

        :param moves: account.move whose state has just changed
        :raise UserError: naming the entry and the document to look at first
        """
        # sudo: another document counts also when this user can't see it
        for entry in self.sudo():
            line = entry.invoice_line_ids
            if len(line) == 1 and not line._takes_entry_back():
                # billed once: by far the most
                continue
            if entry._is_overcredited_by_document():
                raise UserError(
                    self.env._(
                        "%(entry)s would be credited with more than was billed for it. "
                        "Look at %(documents)s first.",
                        entry=entry.display_name,
                        documents=entry._get_other_documents(moves),
                    )
                )
            if len(entry._get_live_lines() & entry._get_posted_lines()) > 1:
                raise UserError(
                    self.env._(
                        "%(entry)s would be billed twice. Credit or cancel "
                        "%(documents)s first.",
                        entry=entry.display_name,
                        documents=entry._get_other_documents(moves),
                    )
                )

    def _is_overcredited_by_document(self):
        """Tell whether a posted credit note takes back more than its invoice bills.

        All of it does when that invoice is no longer posted: once it is billed again,
        or its amount has another sign, no sum over all documents would show that.
        """
        lines = self._get_posted_lines()
        back = lines.filtered(lambda line: line._takes_entry_back())
        for move, credits in back.grouped(
            lambda line: line.move_id.reversed_entry_id
        ).items():
            bills = (lines - back).filtered(
                lambda line, move=move: line.move_id == move
            )
            billed = sum(line._get_entry_amount() for line in bills)
            left = billed + sum(line._get_entry_amount() for line in credits)
            settled = self.currency_id.is_zero(left)
            if self.currency_id.is_zero(billed):
                # of nothing, no sum tells that it is taken back twice
                over = not bills or len(credits) > 1 or not settled
            else:
                over = not settled and left * billed < 0
            if over:
                return True
        return False

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
        line._take_entry_terms()
        return result
