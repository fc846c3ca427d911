from odoo import api, models

from .account_analytic_line import VISIBLE_ONLY


class AccountAnalyticAccount(models.Model):
    """Analytic accounts behind a wall show no label where they are referred to."""

    _inherit = "account.analytic.account"

    @api.depends_context("uid")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        self.env["client.wall"]._mask(self)
        return result

    def _compute_debit_credit_balance(self):
        # projects show the balance as superuser
        accounts = self.with_context(**{VISIBLE_ONLY: True})
        return super(AccountAnalyticAccount, accounts)._compute_debit_credit_balance()
