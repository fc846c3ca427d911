"""The analytic account of a client's budget."""

from odoo import fields, models


class AccountAnalyticAccount(models.Model):
    _inherit = "account.analytic.account"

    # one at most: see client.budget._analytic_account_unique
    client_budget_ids = fields.One2many(
        comodel_name="client.budget",
        inverse_name="analytic_account_id",
        string="Client's budget",
        context={"active_test": False},
        groups="client_hub.group_traffic,account.group_account_readonly,"
        "account.group_account_invoice",
    )
