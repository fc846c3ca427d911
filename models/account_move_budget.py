"""Bills that are posted, or drafts again: from committed to spent and back."""

from odoo import models

from .client_budget_cost import PURCHASE_TYPES


class AccountMove(models.Model):
    _inherit = "account.move"

    def write(self, vals):
        """Write; the budgets follow state, day and partner of what is booked."""
        result = super().write(vals)
        if {"state", "invoice_date", "date", "ref", "partner_id"} & vals.keys():
            # a customer invoice counts when it is posted, by its analytic lines
            bills = self.filtered(lambda move: move.move_type in PURCHASE_TYPES)
            bills.line_ids._touch_budgets()
        return result
