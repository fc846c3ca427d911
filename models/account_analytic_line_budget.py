"""Costs and hours that use up a client's budget."""

from odoo import api, fields, models
from odoo.tools.sql import column_exists, create_column

# What makes a line count for another document, budget or amount.
BUDGET_FIELDS = frozenset(
    {"account_id", "amount", "date", "move_line_id", "name", "task_id", "project_id"}
)


class AccountAnalyticLine(models.Model):
    _inherit = "account.analytic.line"

    client_job_id = fields.Many2one(
        comodel_name="client.job",
        string="Client's job",
        compute="_compute_client_job_id",
        compute_sudo=True,
        store=True,
        index="btree_not_null",
        ondelete="set null",
        groups="base.group_user",
    )
    client_budget_id = fields.Many2one(
        comodel_name="client.budget",
        string="Client's budget",
        compute="_compute_client_budget_id",
        compute_sudo=True,
        store=True,
        index="btree_not_null",
        ondelete="set null",
        groups="base.group_user",
    )

    def _auto_init(self):
        """Create the columns empty: on a database with a million lines, computing
        them one by one would take hours, and there is no budget yet."""
        for name in ("client_job_id", "client_budget_id"):
            if not column_exists(self.env.cr, self._table, name):
                create_column(self.env.cr, self._table, name, "int4")
        return super()._auto_init()

    # === COMPUTE METHODS === #

    @api.depends("task_id.client_job_id", "move_line_id.client_job_id")
    def _compute_client_job_id(self):
        for line in self:
            line.client_job_id = (
                line.task_id.client_job_id or line.move_line_id.client_job_id
            )

    @api.depends(
        "account_id.client_budget_ids",
        "project_id",
        "client_job_id.budget_id",
    )
    def _compute_client_budget_id(self):
        for line in self:
            # hours are booked on the project's account: their job says the budget
            of_job = line.project_id and line.client_job_id.budget_id
            line.client_budget_id = of_job or line.account_id.client_budget_ids[:1]

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Create, and count the lines for their budgets."""
        lines = super().create(vals_list)
        lines._touch_budgets()
        return lines

    def write(self, vals):
        """Write, and count the lines for their budgets, former ones included."""
        if not BUDGET_FIELDS & vals.keys():
            return super().write(vals)
        self._touch_budgets()
        result = super().write(vals)
        self._touch_budgets()
        return result

    def unlink(self):
        """Delete, and take the lines back from their budgets."""
        self._touch_budgets()
        return super().unlink()

    # === BUSINESS METHODS === #

    def _touch_budgets(self):
        """Have the budgets of these lines look at them again."""
        # sudo: only whether they have a budget, which the ledger follows
        lines_sudo = self.sudo().filtered("client_budget_id")
        self.env["client.budget"]._touch_documents(lines_sudo._get_budget_documents())

    def _get_budget_documents(self):
        """Return the documents that these lines belong to, as ``(model, id)``."""
        return {
            ("account.move", line.move_line_id.move_id.id)
            if line.move_line_id
            else (line._name, line.id)
            for line in self
        }
