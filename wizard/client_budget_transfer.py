from odoo import api, fields, models
from odoo.exceptions import UserError


class ClientBudgetTransfer(models.TransientModel):
    """Moves an amount to another budget, or to the next period's."""

    _name = "client.budget.transfer"
    _inherit = ["client.guard.mixin"]
    _description = "Transfer between Budgets"

    mode = fields.Selection(
        selection=[("transfer", "Transfer"), ("carry", "Carry forward")],
        default="transfer",
        required=True,
    )
    budget_id = fields.Many2one(
        comodel_name="client.budget",
        string="From",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    client_id = fields.Many2one(related="budget_id.client_id")
    currency_id = fields.Many2one(related="budget_id.currency_id")
    amount_left = fields.Monetary(related="budget_id.amount_left", string="Left")
    needs_consent = fields.Boolean(
        string="The client agrees first", compute="_compute_needs_consent"
    )
    target = fields.Selection(
        selection=[
            ("new", "A new budget for the next period"),
            ("existing", "A budget that is there already"),
        ],
        compute="_compute_preset",
        store=True,
        readonly=False,
        required=True,
    )
    target_id = fields.Many2one(
        comodel_name="client.budget",
        string="To",
        domain="[('client_id', '=', client_id), ('currency_id', '=', currency_id), "
        "('state', 'in', ('draft', 'running')), ('id', '!=', budget_id)]",
        ondelete="cascade",
    )
    amount = fields.Monetary(
        string="Amount to move",
        compute="_compute_preset",
        store=True,
        readonly=False,
        required=True,
    )
    reason = fields.Char(
        compute="_compute_preset", store=True, readonly=False, required=True
    )
    name = fields.Char(
        string="Its name", compute="_compute_preset", store=True, readonly=False
    )
    date_start = fields.Date(
        string="Its period", compute="_compute_preset", store=True, readonly=False
    )
    date_end = fields.Date(
        string="Until", compute="_compute_preset", store=True, readonly=False
    )
    amount_new = fields.Monetary(
        string="Its own amount",
        compute="_compute_preset",
        store=True,
        readonly=False,
        help="What is agreed for the next period, without what is carried forward.",
    )
    is_closed = fields.Boolean(
        string="Close the budget of this period",
        compute="_compute_preset",
        store=True,
        readonly=False,
        help="Jobs keep what they hold of it; no new job takes from it.",
    )

    # === COMPUTE METHODS === #

    @api.depends("mode", "budget_id")
    def _compute_preset(self):
        for wizard in self:
            budget = wizard.budget_id
            is_carry = wizard.mode == "carry"
            start, end = budget._get_next_period() if budget else (False, False)
            wizard.target = "new" if is_carry else "existing"
            wizard.amount = max(0.0, budget.amount_left) if is_carry else 0.0
            wizard.reason = (
                self.env._("Left of the period before") if is_carry else False
            )
            wizard.name = budget.name
            wizard.date_start, wizard.date_end = start, end
            # what was agreed for this period, without transfers
            wizard.amount_new = budget.amount
            wizard.is_closed = is_carry

    @api.depends("budget_id", "target_id", "target")
    def _compute_needs_consent(self):
        for wizard in self:
            both = wizard.budget_id | wizard.target_id
            wizard.needs_consent = any(
                budget.needs_consent and budget.state != "draft" for budget in both
            )

    # === ACTION METHODS === #

    def action_apply(self):
        """Move the amount; open the budget that has it now."""
        self.ensure_one()
        budget = self.budget_id
        budget.check_access("write")
        target = self.target_id
        if self.mode == "carry" and self.target == "new":
            target = self._create_target()
        elif not target:
            raise UserError(self.env._("Choose the budget that gets the amount."))
        if self.mode == "transfer" or not self.currency_id.is_zero(self.amount):
            budget._transfer(target, self.amount, self.reason, kind=self.mode)
        if self.mode == "carry":
            if target.state == "draft" and target.amount:
                target.action_run()
            if self.is_closed and budget.state == "running":
                budget.action_close()
        return {
            "type": "ir.actions.act_window",
            "res_model": "client.budget",
            "res_id": target.id,
            "view_mode": "form",
        }

    # === BUSINESS METHODS === #

    def _create_target(self):
        """Return the budget of the next period."""
        budget = self.budget_id
        if not self.name:
            raise UserError(self.env._("Give the budget of the next period a name."))
        if self.date_start and self.date_end and self.date_end < self.date_start:
            raise UserError(self.env._("The next period ends before it begins."))
        if self.currency_id.is_zero(self.amount + self.amount_new):
            raise UserError(self.env._("Nothing would be in the next budget."))
        return budget._create_next(
            {
                "name": self.name,
                "date_start": self.date_start,
                "date_end": self.date_end,
                "amount": self.amount_new,
            }
        )
