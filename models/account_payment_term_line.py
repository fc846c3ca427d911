"""When an invoice falls due."""

from odoo import api, models


class AccountPaymentTermLine(models.Model):
    """Tells the contracts that fall due by these terms."""

    _inherit = "account.payment.term.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._reschedule_contracts()
        return lines

    def write(self, vals):
        result = super().write(vals)
        self._reschedule_contracts()
        return result

    def unlink(self):
        self._reschedule_contracts()
        return super().unlink()

    def _reschedule_contracts(self):
        """Have the due dates of the contracts with these terms follow."""
        self.env["client.contract"]._reschedule_soon(
            [("due_rule", "=", "terms"), ("payment_term_id", "in", self.payment_id.ids)]
        )
