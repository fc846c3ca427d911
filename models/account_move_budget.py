"""Bills that are posted, or drafts again: from committed to spent and back."""

from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def write(self, vals):
        """Write; the budgets follow state, day and partner of what is booked."""
        result = super().write(vals)
        if {"state", "invoice_date", "date", "ref", "partner_id"} & vals.keys():
            self.line_ids._touch_budgets()
        return result
