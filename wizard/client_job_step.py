from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import html_escape

from ..models.client_clock_entry import HOLDERS


class ClientJobStep(models.TransientModel):
    """Asks what a step in a job's life needs: a reason, a day, what becomes of work."""

    _name = "client.job.step"
    _inherit = ["client.guard.mixin"]
    _description = "Step of a Job"

    job_ids = fields.Many2many(comodel_name="client.job", required=True)
    step = fields.Selection(
        selection=[
            ("hold", "Put on hold"),
            ("cancel", "Cancel"),
            ("reopen", "Reopen"),
            ("done", "Close"),
        ],
        required=True,
        readonly=True,
    )
    reason = fields.Text(help="For the team; it is kept in the job's notes.")
    hold_until = fields.Date(
        string="Until", help="The account manager is reminded on this day."
    )
    hold_holder = fields.Selection(
        selection=HOLDERS,
        string="Waiting for",
        default="client",
        help="Whose time runs meanwhile.",
    )
    task_count = fields.Integer(
        string="Open tasks", compute="_compute_task_count", compute_sudo=True
    )
    open_tasks = fields.Selection(
        selection=[("done", "Mark them as done"), ("keep", "Leave them open")],
        default="done",
    )
    message = fields.Text(
        string="Message to the client",
        help="Empty: the client only sees the new status on the portal.",
    )

    # === COMPUTE METHODS === #

    @api.depends("job_ids")
    def _compute_task_count(self):
        for wizard in self:
            wizard.task_count = len(wizard.job_ids._get_open_tasks())

    # === ACTION METHODS === #

    def action_apply(self):
        """Take the step."""
        self.ensure_one()
        if self.step != "done" and not (self.reason or "").strip():
            raise UserError(self.env._("Say why."))
        self.job_ids._check_manager()
        getattr(self, f"_apply_{self.step}")()
        for job in self.job_ids:
            if self.reason:
                job.message_post(
                    body=Markup("<p>%s</p>") % html_escape(self.reason.strip()),
                    message_type="comment",
                    subtype_xmlid="mail.mt_note",
                )
            if (self.message or "").strip():
                job._tell_client(self.message.strip())

    # === BUSINESS METHODS === #

    def _apply_hold(self):
        if self.hold_until and self.hold_until < fields.Date.context_today(self):
            raise UserError(self.env._("This day is already over."))
        self.job_ids.write(
            {
                "hold_until": self.hold_until,
                "hold_holder": self.hold_holder,
                "stop_reason": self.reason.strip(),
            }
        )
        self.job_ids.action_hold()
        self.job_ids._remind_of_hold()

    def _apply_cancel(self):
        self.job_ids.write({"stop_reason": self.reason.strip()})
        self.job_ids.action_cancel()

    def _apply_reopen(self):
        self.job_ids.action_reopen()

    def _apply_done(self):
        if self.open_tasks == "done":
            # as the user: who closes a job may close its tasks
            self.job_ids._get_open_tasks().write({"state": "1_done"})
        self.job_ids.action_done()
