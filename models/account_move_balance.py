"""Invoices and credit notes keep what their contract entries are billed for."""

from odoo import models
from odoo.tools import float_compare


class AccountMove(models.Model):
    """Checks the entries whenever a document begins or ceases to count."""

    _inherit = "account.move"

    def write(self, vals):
        """Write; a document that counts, or no longer does, leaves its entries whole.

        :raise UserError: when one would be billed twice, or credited beyond its bill
        """
        result = super().write(vals)
        if "state" in vals:
            sales = self.filtered(lambda move: move.is_sale_document())
            # sudo: the entries follow the invoice that the user may change
            sales.invoice_line_ids.sudo().client_entry_id._check_balance(sales)
        return result

    def _post(self, soft=True):
        """Post; entries take the amounts that people gave them on the draft."""
        posted = super()._post(soft)
        # sudo: as above
        lines = posted.invoice_line_ids.sudo().filtered("client_entry_id")
        adjusted = lines.client_entry_id.browse()
        for line in lines:
            entry = line.client_entry_id
            if not line._takes_entry_back() and float_compare(
                line._get_entry_amount(),
                entry.amount,
                precision_rounding=entry.currency_id.rounding,
            ):
                entry._follow_invoice(line)
                adjusted |= entry
        # what was decided about a period replaces what was agreed about it
        adjusted._follow_invoices()
        return posted
