"""On hold until a day, cancelled or reopened for a reason, closed with open work."""

from odoo import api, fields, models
from odoo.tools import format_date

from .client_clock_entry import HOLDERS


class ClientJob(models.Model):
    """What the dialogs of a job's life ask, and what they leave behind."""

    _inherit = "client.job"

    hold_until = fields.Date(
        string="On hold until",
        copy=False,
        groups="base.group_user",
        help="The account manager is reminded on this day.",
    )
    hold_holder = fields.Selection(
        selection=HOLDERS,
        string="Waiting for",
        copy=False,
        groups="base.group_user",
        help="Whose time runs meanwhile.",
    )
    stop_reason = fields.Text(
        string="Reason", copy=False, groups="base.group_user", help="For the team only."
    )
    hold_sentence = fields.Char(
        compute="_compute_hold_sentence", groups="base.group_user"
    )

    # === COMPUTE METHODS === #

    @api.depends("hold_holder", "hold_until", "state")
    @api.depends_context("lang")
    def _compute_hold_sentence(self):
        waiting = {
            "agency": self.env._("We have to act."),
            "client": self.env._("We wait for the client."),
            "third": self.env._("We wait for a third party."),
        }
        for job in self:
            if job.state != "on_hold":
                job.hold_sentence = False
                continue
            words = [waiting.get(job.hold_holder)]
            if job.hold_until:
                day = format_date(self.env, job.hold_until)
                words.insert(0, self.env._("Until %(day)s.", day=day))
            job.hold_sentence = " ".join(filter(None, words))

    # === ACTION METHODS === #

    def action_ask_hold(self):
        """Ask until when, why and for whom the job waits."""
        return self._open_step("hold", self.env._("Put on hold"), "on_hold")

    def action_ask_cancel(self):
        """Ask why the job is cancelled."""
        return self._open_step("cancel", self.env._("Cancel job"), "cancelled")

    def action_ask_reopen(self):
        """Ask why the job is taken up again."""
        return self._open_step("reopen", self.env._("Reopen job"))

    def action_ask_done(self):
        """Close the job; ask first what becomes of work that is still open."""
        self._check_manager()
        if not self._get_open_tasks():
            return self.action_done()
        return self._open_step("done", self.env._("Close job"), "done")

    def action_copy_job(self):
        """Open the dialog that makes another job like this one."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Copy job"),
            "res_model": "client.job.clone",
            "view_mode": "form",
            "target": "new",
            "context": {"default_job_id": self.id},
        }

    # === BUSINESS METHODS === #

    def _open_step(self, step, name, target=None):
        """Return the dialog of a step; raise what the step would raise."""
        self._check_manager()
        if target:
            self.filtered(lambda job: job.state != target)._check_transition(target)
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "client.job.step",
            "view_mode": "form",
            "target": "new",
            "context": {"default_job_ids": self.ids, "default_step": step},
        }

    def _get_open_tasks(self):
        """Return the tasks that people still have from these jobs."""
        # sudo: the work of colleagues is part of the job
        return self.sudo().task_ids.filtered(
            lambda task: task.active and not task.is_closed
        )

    def _on_transition(self, target, sources):
        """Forget what only concerned the state before."""
        result = super()._on_transition(target, sources)
        # sudo: the transition was checked; the reminder may be a colleague's
        jobs_sudo = self.sudo()
        for job_sudo in jobs_sudo.filtered(lambda job: sources[job.id] == "on_hold"):
            job_sudo._set_reminder("hold_activity_id")
            job_sudo.write({"hold_until": False, "hold_holder": False})
        if target not in ("on_hold", "cancelled"):
            jobs_sudo.filtered("stop_reason").write({"stop_reason": False})
        return result

    def _remind_of_hold(self):
        """Plan the reminder for the day until which the job waits."""
        for job in self.filtered("hold_until"):
            job._set_reminder(
                "hold_activity_id",
                lambda told: {
                    "date_deadline": told.hold_until,
                    "summary": told.env._("On hold until today: go on with the job?"),
                },
            )
