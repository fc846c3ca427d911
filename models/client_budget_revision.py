from odoo import api, fields, models
from odoo.exceptions import UserError

from .client_budget import REVISING


class ClientBudgetRevision(models.Model):
    """One change of a budget's amount, with reason and author. Never edited."""

    _name = "client.budget.revision"
    _description = "Budget Revision"
    _inherit = ["client.record"]
    _order = "id desc"
    _rec_name = "reason"
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
    currency_id = fields.Many2one(related="budget_id.currency_id", store=True)
    amount_before = fields.Monetary(string="Before", readonly=True)
    amount = fields.Monetary(string="New amount", required=True)
    reason = fields.Char(required=True)
    author_id = fields.Many2one(
        comodel_name="res.users",
        default=lambda self: self.env.user,
        required=True,
        readonly=True,
        ondelete="restrict",
    )
    date = fields.Datetime(default=fields.Datetime.now, required=True, readonly=True)

    _amount_not_negative = models.Constraint(
        "CHECK (amount >= 0)", "A budget can't be negative."
    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Change the amounts of the budgets and write the planned rows."""
        budgets = self.env["client.budget"].browse(
            [vals["budget_id"] for vals in vals_list]
        )
        budgets.check_access("write")
        budgets._lock()
        if any(budget.state in ("closed", "cancelled") for budget in budgets):
            raise UserError(
                self.env._("A closed budget can't be revised: run it again.")
            )
        move_vals = []
        revisions = self.browse()
        for vals, budget in zip(vals_list, budgets, strict=True):
            vals = dict(vals, amount_before=budget.amount)
            vals["author_id"] = self.env.user.id
            vals["date"] = fields.Datetime.now()
            self._check_enough(budget, vals["amount"])
            difference = vals["amount"] - budget.amount
            budget.with_context(client_budget=REVISING).write(
                {"amount": vals["amount"]}
            )
            revision = super().create([vals])
            revisions += revision
            if not budget.currency_id.is_zero(difference):
                move_vals.append(revision._prepare_move_values(difference))
        # sudo: people have no right to write the ledger themselves; the right to
        # revise the budget was checked above
        self.env["client.budget.move"].sudo().create(move_vals)
        return revisions

    def write(self, vals):
        """Refuse: a revision is a fact."""
        if vals:
            raise UserError(self.env._("A revision can't be changed: make a new one."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise UserError(self.env._("A revision can't be deleted: make a new one."))

    # === BUSINESS METHODS === #

    def _check_enough(self, budget, amount):
        """Raise when jobs already use more than the new amount."""
        used = budget.amount - budget.amount_left
        if budget.currency_id.compare_amounts(amount, used) < 0:
            raise UserError(
                self.env._(
                    "Jobs already use %(used)s of “%(name)s”: it can't be less.",
                    used=budget._format_amount(used),
                    name=budget.name,
                )
            )

    def _prepare_move_values(self, difference):
        """Return the ledger row of this revision."""
        self.ensure_one()
        return {
            "budget_id": self.budget_id.id,
            "kind": "planned",
            "amount": difference,
            "res_model": self._name,
            "res_id": self.id,
            "name": self.reason,
        }
