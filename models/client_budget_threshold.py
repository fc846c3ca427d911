from odoo import fields, models


class ClientBudgetThreshold(models.Model):
    """A share of a budget whose use is told once."""

    _name = "client.budget.threshold"
    _description = "Budget Threshold"
    _inherit = ["client.record"]
    _order = "rate, id"
    _rec_name = "rate"
    _client_record_allow_inactive = True
    _history_kind = "budget"

    budget_id = fields.Many2one(
        comodel_name="client.budget", required=True, ondelete="cascade", index=True
    )
    client_id = fields.Many2one(
        related="budget_id.client_id", store=True, precompute=True
    )
    company_id = fields.Many2one(
        related="budget_id.company_id", store=True, precompute=True, default=None
    )
    rate = fields.Float(string="Used (%)", required=True, digits=(5, 1))
    reached_date = fields.Datetime(string="Told on", readonly=True, copy=False)

    _rate_in_range = models.Constraint(
        "CHECK (rate > 0 AND rate <= 1000)",
        "A threshold lies between 0 and 1000 % of the budget.",
    )
    _rate_once = models.UniqueIndex(
        "(budget_id, rate)", "Each threshold stands once in a budget."
    )
