from odoo import api, fields, models
from odoo.exceptions import UserError


class ClientBudgetApproval(models.Model):
    """A job that exceeds a budget which asks first, and who allowed it."""

    _name = "client.budget.approval"
    _description = "Budget Approval"
    _inherit = ["client.budget.consent.mixin", "client.record"]
    _order = "id desc"
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
    job_id = fields.Many2one(
        comodel_name="client.job", required=True, ondelete="cascade", index=True
    )
    amount = fields.Monetary(string="The job needs", required=True)
    amount_exceeded = fields.Monetary(string="More than is left", required=True)
    author_id = fields.Many2one(
        comodel_name="res.users",
        string="Asked by",
        default=lambda self: self.env.user,
        required=True,
        ondelete="restrict",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Allowed by",
        ondelete="restrict",
        help="Who of us allowed it.",
    )

    _one_waiting = models.UniqueIndex(
        "(job_id) WHERE state = 'waiting'", "This job waits for the client already."
    )

    # === COMPUTE METHODS === #

    @api.depends("job_id.display_name", "budget_id.name")
    @api.depends_context("uid")
    def _compute_display_name(self):
        for approval in self:
            # sudo: masked below where it has to be
            job = approval.sudo().job_id.display_name
            approval.display_name = f"{job} · {approval.budget_id.name}"
        self.env["client.wall"]._mask(self)

    # === CRUD METHODS === #

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise UserError(self.env._("What was asked and answered is kept."))

    # === BUSINESS METHODS === #

    def _is_needed(self):
        """Tell whether the job still takes from this budget more than is left."""
        self.ensure_one()
        job, budget = self.job_id, self.budget_id
        return bool(
            job.budget_id == budget
            and job.state not in ("done", "refused", "cancelled")
            and budget.policy == "ask"
            and budget.approver == "client"
            and budget._get_excess(job)
        )

    def _get_question(self):
        """Return the question as a sentence that the client reads."""
        self.ensure_one()
        budget = self.budget_id
        # sudo: the job's name is the client's own
        return self.env._(
            "May “%(job)s” (%(amount)s) exceed the budget “%(budget)s” by %(more)s?",
            job=self.sudo().job_id.name,
            amount=budget._format_amount(self.amount),
            budget=budget.name,
            more=budget._format_amount(self.amount_exceeded),
        )
