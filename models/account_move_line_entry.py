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
            return self._is_of_reversal()
        return (billed < 0) != (signed < 0)

    def _is_of_reversal(self):
        """Tell whether this line is of a document that takes back the one it reverses.

        Where nothing was to be billed only the documents tell.  What reverses a credit
        note bills again.
        """
        origin = self.move_id.reversed_entry_id
        line = origin.invoice_line_ids.filtered(
            lambda line: line.client_entry_id == self.client_entry_id
        )
        return bool(origin and not (line and line[0]._takes_entry_back()))

    def unlink(self):
        """Delete lines; the entries that they billed go back to the schedule."""
        # sudo: only to know which entries follow
        entries = self.sudo().client_entry_id
        result = super().unlink()
        if entries:
            entries._follow_invoices()
        return result
