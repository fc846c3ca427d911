"""What an invoice line keeps of the contract entry that it bills."""

from odoo import fields, models
from odoo.tools import float_is_zero


class AccountMoveLine(models.Model):
    """Remembers what was billed, also once the entry is to be billed again."""

    _inherit = "account.move.line"

    # copied by "Duplicate" like any Json field would be: only with the entry, see below
    client_entry_terms = fields.Json(
        string="Terms billed",
        copy=False,
        readonly=True,
        groups="base.group_user",
        help="Period, price and derivation of the contract entry as it was billed.",
    )

    def _copy_data_extend_business_fields(self, values):
        """Keep the terms with the entry on credit notes and corrections."""
        result = super()._copy_data_extend_business_fields(values)
        if self.client_entry_id:
            values["client_entry_terms"] = self.client_entry_terms
        return result

    def _get_entry_amount(self):
        """Return what this line adds to what is billed of its entry."""
        self.ensure_one()
        refund = self.move_id.move_type == "out_refund"
        return -self.price_subtotal if refund else self.price_subtotal

    def _takes_entry_back(self):
        """Tell whether this line credits its entry instead of billing it.

        A credit is billed by an invoice or a credit note, and taken back by the other:
        what counts is whether the line has the sign of what was to be billed.
        """
        self.ensure_one()
        terms = self.client_entry_terms or {}
        billed = terms.get("amount", self.client_entry_id.amount)
        signed = self._get_entry_amount()
        rounding = self.currency_id.rounding or 0.01
        if any(float_is_zero(n, precision_rounding=rounding) for n in (billed, signed)):
            return terms["back"] if "back" in terms else self._is_of_reversal()
        return (billed < 0) != (signed < 0)

    def _is_of_reversal(self):
        """Tell whether this line is of a document that takes back the one it reverses.

        Where nothing was to be billed only the documents tell.  What reverses a credit
        note bills again.
        """
        takes_back, move = False, self.move_id
        while move := move.reversed_entry_id:
            takes_back = not takes_back
        return takes_back

    def _keep_entry_role(self):
        """Keep what lines of a reversal do to their entries, for as long as they live.

        The document that they reverse may lose its line, or be deleted: then nothing
        else would tell whether one of 0.00 bills or takes back.
        """
        for line in self:
            origin = line.move_id.reversed_entry_id.invoice_line_ids.filtered(
                lambda other, entry=line.client_entry_id: other.client_entry_id == entry
            )
            if origin and line.client_entry_terms:
                line.client_entry_terms = {
                    **line.client_entry_terms,
                    "back": not origin[0]._takes_entry_back(),
                }

    def _take_entry_terms(self):
        """Keep what the entry says now as what was billed."""
        self.ensure_one()
        kept = self.client_entry_terms or {}
        role = {"back": kept["back"]} if "back" in kept else {}
        self.client_entry_terms = {**self.client_entry_id._dump_terms(), **role}

    def unlink(self):
        """Delete lines; the entries that they billed go back to the schedule."""
        # sudo: only to know which entries follow
        entries = self.sudo().client_entry_id
        result = super().unlink()
        if entries:
            entries._follow_invoices()
        return result
