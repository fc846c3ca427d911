from odoo import fields, models


class ClientBudgetRevise(models.TransientModel):
    """Asks for the new amount of a budget and the reason."""

    _name = "client.budget.revise"
    _inherit = ["client.guard.mixin"]
    _description = "Revise Budget"

    budget_id = fields.Many2one(
        comodel_name="client.budget", required=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="budget_id.currency_id")
    amount_before = fields.Monetary(related="budget_id.amount", string="Now")
    needs_consent = fields.Boolean(related="budget_id.needs_consent")
    amount = fields.Monetary(string="New amount", required=True)
    reason = fields.Char(required=True)

    # === ACTION METHODS === #

    def action_apply(self):
        """Keep the revision."""
        self.ensure_one()
        self.budget_id._revise(self.amount, self.reason)
