"""What an invoice line does to its contract entry."""

from odoo import models


class AccountMoveLine(models.Model):
    """Bills its entry, or credits it."""

    _inherit = "account.move.line"

    def _get_entry_effect(self):
        """Return what this line adds to what its entry was billed for."""
        self.ensure_one()
        return self.price_subtotal * (-1 if self.move_type == "out_refund" else 1)

    def _is_entry_bill(self):
        """Tell whether this line bills its entry, rather than credits it."""
        self.ensure_one()
        if self.move_id.reversed_entry_id:
            return False
        return self._get_entry_effect() * self.client_entry_id.amount >= 0
