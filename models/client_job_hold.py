"""What people had to do for a job is put away with it while it is on hold."""

from odoo import api, models
from odoo.fields import Domain

from .client_job_release import WORK_STATES


class ClientJob(models.Model):
    """Activities leave the lists of a job on hold, and come back when it goes on."""

    _inherit = "client.job"

    # === COMPUTE METHODS === #

    @api.depends("hold_holder", "hold_until", "state")
    @api.depends_context("lang")
    def _compute_hold_sentence(self):
        """Say how much was put away, too."""
        result = super()._compute_hold_sentence()
        for job in self.filtered(lambda job: job.state == "on_hold"):
            # sudo: how many, of whomever
            job_sudo = job.sudo()
            tasks = job_sudo.with_context(active_test=False).task_ids.filtered(
                "client_parked_state"
            )
            activities = job_sudo._get_activities().filtered("client_parked_date")
            if not tasks and not activities:
                continue
            words = self.env._(
                "Put away until the job goes on: tasks: %(tasks)s, activities: "
                "%(activities)s.",
                tasks=len(tasks),
                activities=len(activities),
            )
            job.hold_sentence = " ".join(filter(None, [job.hold_sentence, words]))
        return result

    # === BUSINESS METHODS === #

    def _get_activities(self):
        """Return the activities of jobs, their pieces and their tasks, as superuser.

        Those that were done are archived: they are among them.
        """
        # sudo: what colleagues have to do is put away with the job
        jobs_sudo = self.sudo().with_context(active_test=False)
        documents = (jobs_sudo, jobs_sudo.piece_ids, jobs_sudo.task_ids)
        return jobs_sudo.env["mail.activity"].search(
            Domain.OR(
                [("res_model", "=", records._name), ("res_id", "in", records.ids)]
                for records in documents
            )
        )

    def _on_transition(self, target, sources):
        """Put the activities away, and bring them back."""
        result = super()._on_transition(target, sources)
        if target == "on_hold":
            reminders_sudo = self.sudo().hold_activity_id  # sudo: kept up by the system
            (self._get_activities() - reminders_sudo)._client_park()
            return result
        held = self.filtered(lambda job: sources[job.id] == "on_hold")
        parked = held._get_activities().filtered("client_parked_date") if held else ()
        if parked and target not in WORK_STATES:
            early = parked.filtered(lambda row: row.user_id._is_client_creation())
            early.unlink()
            parked -= early
        if parked:
            parked._client_unpark()
        return result
