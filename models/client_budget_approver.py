"""Who may let a job exceed a budget, and who at the client may answer."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class ClientBudget(models.Model):
    """Approvers: ours or the client's."""

    _inherit = "client.budget"

    approver = fields.Selection(
        selection=[
            ("agency", "The responsible person"),
            ("client", "The client, on the portal"),
        ],
        default="agency",
        required=True,
        groups="base.group_user",
        help="Who allows a job that exceeds the budget.",
    )
    approver_contact_id = fields.Many2one(
        comodel_name="res.partner",
        string="Who at the client",
        domain="[('commercial_partner_id', '=', client_id), ('id', '!=', client_id)]",
        ondelete="restrict",
        index="btree_not_null",
        groups="base.group_user",
        help="Who answers on the portal. Empty: everybody who sees the whole client.",
    )
    needs_consent = fields.Boolean(
        string="The client agrees to changes",
        groups="base.group_user",
        help="Revisions and transfers of a running budget wait until a contact of the "
        "client agrees on the portal.",
    )
    approval_ids = fields.One2many(
        comodel_name="client.budget.approval",
        inverse_name="budget_id",
        string="Approvals",
        groups="base.group_user",
    )

    waiting_count = fields.Integer(
        compute="_compute_waiting_count", groups="base.group_user"
    )

    # === COMPUTE METHODS === #

    @api.depends("approval_ids.state", "revision_ids.state")
    def _compute_waiting_count(self):
        counts = {}
        for name in ("client.budget.approval", "client.budget.revision"):
            # sudo: only whether the client was asked
            rows = (
                self.env[name]
                .sudo()
                ._read_group(
                    [("budget_id", "in", self.ids), ("state", "=", "waiting")],
                    ["budget_id"],
                    ["__count"],
                )
            )
            for budget, count in rows:
                counts[budget.id] = counts.get(budget.id, 0) + count
        for budget in self:
            budget.waiting_count = counts.get(budget._origin.id, 0)

    # === CONSTRAINT METHODS === #

    @api.constrains("approver_contact_id", "client_id")
    def _check_approver_contact(self):
        # sudo: compares ids only
        for budget in self.sudo():
            contact = budget.approver_contact_id
            if contact and contact.commercial_partner_id != budget.client_id:
                raise ValidationError(
                    self.env._(
                        "Who answers for the client must be one of its own contacts."
                    )
                )

    # === BUSINESS METHODS === #

    def _get_excess(self, job):
        """Return by how much a job would exceed what is left, or 0."""
        self.ensure_one()
        need = max(job.budget_amount, self._get_booked(job))
        left = self.amount_left + self._get_held(job) - need
        return -left if self.currency_id.compare_amounts(left, 0) < 0 else 0.0

    def _check_approver(self, job):
        """Raise unless a job may exceed a budget that asks first.

        :raise UserError: somebody else decides; the sentence says who
        """
        self.ensure_one()
        budget_sudo = self.sudo()  # sudo: the budget says itself who may exceed it
        if budget_sudo.policy != "ask" or self.env.su:
            return
        excess = self._get_excess(job)
        if not excess or self._is_allowed(job):
            return
        if budget_sudo.approver == "client":
            raise UserError(self._describe_client_approver(job))
        user = self.env.user
        if user == budget_sudo.manager_id or user.has_group("client_hub.group_manager"):
            budget_sudo._create_approval(job, excess, state="approved", user_id=user.id)
            return
        raise UserError(
            self.env._(
                "“%(job)s” exceeds the budget “%(budget)s”: only %(person)s may"
                " authorise it.",
                job=job.display_name,
                budget=self.name,
                person=budget_sudo.manager_id.name or self.env._("an administrator"),
            )
        )

    def _is_allowed(self, job):
        """Tell whether somebody allowed this job as much as it needs."""
        # sudo: only the answers that were given
        approvals_sudo = self.env["client.budget.approval"].sudo()
        return bool(
            approvals_sudo.search_count(
                [
                    ("budget_id", "=", self.id),
                    ("job_id", "=", job.id),
                    ("state", "=", "approved"),
                    ("amount", ">=", job.budget_amount),
                ],
                limit=1,
            )
        )

    def _describe_client_approver(self, job):
        """Return the sentence that says why the client must allow a job first."""
        # sudo: the last question about this job, and whom it went to
        budget_sudo = self.sudo()
        rows = budget_sudo.approval_ids.filtered(lambda row: row.job_id == job)
        last = rows.sorted("id")[-1:]
        values = {
            "job": job.display_name,
            "budget": self.name,
            "person": budget_sudo.approver_contact_id.name
            or budget_sudo.client_id.name,
        }
        if last.state == "waiting":
            return self.env._(
                "“%(job)s” exceeds the budget “%(budget)s”: it waits for the answer "
                "of %(person)s.",
                **values,
            )
        if last.state == "refused":
            return self.env._(
                "“%(job)s” exceeds the budget “%(budget)s”, and %(person)s refused it.",
                **values,
            )
        return self.env._(
            "“%(job)s” exceeds the budget “%(budget)s”: only %(person)s may allow it. "
            "Use “Ask the client” on the job.",
            **values,
        )

    def _create_approval(self, job, excess, **values):
        """Keep the question about a job (as superuser)."""
        self.ensure_one()
        return self.env["client.budget.approval"].create(
            {
                "budget_id": self.id,
                "job_id": job.id,
                "amount": job.budget_amount,
                "amount_exceeded": excess,
                "author_id": self.env.user.id,
                **values,
            }
        )

    def _ask_client(self, job):
        """Ask the client whether a job may exceed this budget (as superuser).

        :return: the question, or an empty recordset when there is nothing to ask
        """
        self.ensure_one()
        approvals = self.env["client.budget.approval"]
        excess = self._get_excess(job)
        if not excess or self._is_allowed(job):
            return approvals
        waiting = approvals.search([("job_id", "=", job.id), ("state", "=", "waiting")])
        for approval in waiting:
            if approval.budget_id == self and approval.amount == job.budget_amount:
                return approvals
            # the job needs another amount now, or another budget
            approval._answer("withdrawn")
        approval = self._create_approval(job, excess, state="waiting")
        approval._ask_contacts()
        return approval

    # === PORTAL === #

    def _get_deciders(self):
        """Return the contacts of the client who may answer for it (as superuser)."""
        self.ensure_one()
        users = self.env["res.users"].search(
            [
                ("partner_id.commercial_partner_id", "=", self.client_id.id),
                ("share", "=", True),
            ]
        )
        return users.partner_id.filtered(self._may_decide)

    def _may_decide(self, contact):
        """Tell whether a contact may answer for the client (as superuser).

        :param contact: res.partner
        """
        self.ensure_one()
        if self.approver_contact_id and contact != self.approver_contact_id:
            return False
        users = contact.user_ids.filtered(lambda user: user.share and user.active)
        return (
            self.is_portal_visible
            and contact.commercial_partner_id == self.client_id
            and any(
                self.client_id.id in user._client_portal_budget_ids() for user in users
            )
        )
