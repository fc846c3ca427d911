"""A job and the budget that it takes from."""

from odoo import api, fields, models

from .client_job import BUDGET_GROUPS


class ClientJob(models.Model):
    """What a job asks of its budget beyond its amount."""

    _inherit = "client.job"

    is_budget_question = fields.Boolean(
        string="The client must allow the amount",
        compute="_compute_is_budget_question",
        groups=BUDGET_GROUPS,
    )

    # === COMPUTE METHODS === #

    @api.depends("budget_id", "budget_amount", "budget_id.amount_left", "state")
    def _compute_is_budget_question(self):
        for job in self:
            # sudo: settings of the job's budget; only whether to ask is shown
            job_sudo = job.sudo()
            budget_sudo = job_sudo.budget_id
            job.is_budget_question = bool(
                budget_sudo.policy == "ask"
                and budget_sudo.approver == "client"
                and job_sudo.state not in ("done", "refused", "cancelled")
                and budget_sudo._get_excess(job_sudo)
                and not budget_sudo._is_allowed(job_sudo)
            )

    # === ACTION METHODS === #

    def action_ask_budget(self):
        """Ask the client whether the job may exceed its budget."""
        self._check_manager()
        self.check_access("write")
        asked = False
        for job in self:
            # sudo: the budget asks for itself; the right to the job was checked above
            job_sudo = job.sudo()
            budget_sudo = job_sudo.budget_id
            if budget_sudo.policy == "ask" and budget_sudo.approver == "client":
                asked = budget_sudo._ask_client(job_sudo) or asked
        text = (
            self.env._("The client was asked.")
            if asked
            else self.env._("The client was asked already, or nothing is exceeded.")
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": text,
                "type": "info",
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    # === BUSINESS METHODS === #

    def _withdraw_budget_questions(self):
        """Take back what the client was asked about these jobs and is settled.

        As superuser.
        """
        waiting = self.env["client.budget.approval"].search(
            [("job_id", "in", self.ids), ("state", "=", "waiting")]
        )
        for approval in waiting:
            if not approval._is_needed():
                approval._answer("withdrawn")

    def _touch_budget_hours(self):
        """Have the hours of these jobs counted by the budget that they have now."""
        # sudo: hours of colleagues are part of the job
        lines_sudo = self.env["account.analytic.line"].sudo()
        lines = lines_sudo.search([("client_job_id", "in", self.ids)])
        self.env["client.budget"]._touch_documents(lines._get_budget_documents())
