"""Invoice and bill lines that use up a client's budget."""

from odoo import api, fields, models

from .client_budget_cost import PURCHASE_TYPES

# What changes the amount of a draft, or whose it is.
BUDGET_FIELDS = frozenset(
    {
        "analytic_distribution",
        "amount_currency",
        "balance",
        "client_job_id",
        "credit",
        "currency_id",
        "debit",
        "discount",
        "price_unit",
        "quantity",
        "tax_ids",
    }
)


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    client_job_id = fields.Many2one(
        comodel_name="client.job",
        string="Client's job",
        index="btree_not_null",
        ondelete="set null",
        groups="base.group_user",
        help="The job that this was bought or invoiced for. It comes with the analytic "
        "account of the job's budget.",
    )

    # === COMPUTE METHODS === #

    @api.depends("client_job_id")
    def _compute_analytic_distribution(self):
        """Propose the analytic account of the budget of the line's job."""
        result = super()._compute_analytic_distribution()
        for line in self:
            # sudo: the account of a job that the user chose himself
            budget_sudo = line.sudo().client_job_id.budget_id
            if account := budget_sudo.analytic_account_id:
                line.analytic_distribution = line.analytic_distribution or {
                    str(account.id): 100
                }
        return result

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Create, and count drafts for their budgets."""
        lines = super().create(vals_list)
        lines._touch_budgets()
        return lines

    def write(self, vals):
        """Write, and count drafts for their budgets, former ones included."""
        if not BUDGET_FIELDS & vals.keys():
            return super().write(vals)
        self._touch_budgets()
        result = super().write(vals)
        self._touch_budgets()
        if "client_job_id" in vals:
            # sudo: the analytic lines follow; the right to the line was checked
            self.sudo().analytic_line_ids._touch_budgets()
        return result

    def unlink(self):
        """Delete, and take drafts back from their budgets."""
        self._touch_budgets()
        return super().unlink()

    # === BUSINESS METHODS === #

    def _touch_budgets(self):
        """Have the budgets of draft bills look at them again."""
        # sudo: only whether they have an analytic account, which the ledger follows
        moves_sudo = (
            self.sudo()
            .filtered(
                lambda line: (
                    line.move_type in PURCHASE_TYPES and line.analytic_distribution
                )
            )
            .move_id
        )
        if moves_sudo:
            self.env["client.budget"]._touch_documents(
                ("account.move", move.id) for move in moves_sudo
            )

    def _get_budget_accounts(self):
        """Return the ids of the analytic accounts of these lines."""
        return {
            int(account_id)
            for line in self
            for keys in line.analytic_distribution or {}
            for account_id in keys.split(",")
        }
