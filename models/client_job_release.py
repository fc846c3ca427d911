"""Work begins when a job is authorised or put at risk: the rule, and what follows."""

from odoo import models

# States in which people have work from a job; "done" keeps what is left over.
WORK_STATES = frozenset(
    {"authorized", "at_risk", "in_production", "awaiting_approval", "done"}
)


class ClientJob(models.Model):
    """Says whether there may be work, and takes it from people and back to them."""

    _inherit = "client.job"

    # === BUSINESS METHODS === #

    def _is_workable(self):
        """Tell whether people may have work from this job now."""
        self.ensure_one()
        job_sudo = self.sudo()  # sudo: a state and a date, for whoever hands out work
        return bool(job_sudo.released_date) and job_sudo.state in WORK_STATES

    def _get_work_refusal(self):
        """Return why nobody gets work from this job now, or False."""
        self.ensure_one()
        if self._is_workable():
            return False
        job_sudo = self.sudo()  # sudo: as in _is_workable; the name is masked
        names = {"job": self.display_name}
        if job_sudo.state == "on_hold":
            return self.env._(
                "“%(job)s” is on hold: resume it before handing out work.", **names
            )
        if job_sudo.state == "cancelled" and job_sudo.released_date:
            return self.env._(
                "“%(job)s” is cancelled: reopen it before handing out work.", **names
            )
        if job_sudo.state == "refused":
            return self.env._("“%(job)s” was refused: there is no work.", **names)
        return self.env._(
            "“%(job)s” is not authorised yet: it can't have tasks.", **names
        )

    def _may_have_activity(self, user):
        """Tell whether a person may have an activity of this job now.

        :param user: res.users, or empty
        """
        self.ensure_one()
        return bool(user) and (not user._is_client_creation() or self._is_workable())

    def _on_transition(self, target, sources):
        """Take the work from people's lists, and give it back when it goes on."""
        # sudo: tasks of colleagues are part of the job; the transition is checked
        jobs_sudo = self.sudo()
        if target == "requested":
            # taken up again after it was cancelled: it is authorised anew
            jobs_sudo.filtered("released_date").write(
                {"released_date": False, "released_by_id": False, "is_at_risk": False}
            )
        result = super()._on_transition(target, sources)
        tasks_sudo = jobs_sudo.task_ids
        if target == "on_hold":
            tasks_sudo._client_park()
        elif target == "cancelled":
            tasks_sudo._client_park(cancel=True)
        elif target in WORK_STATES:
            # the database looks at the job itself, see project.task.init
            self.flush_recordset(["state", "released_date"])
            tasks_sudo._client_unpark()
        if target != "cancelled":
            ended = jobs_sudo.filtered(lambda job: sources[job.id] == "cancelled")
            ended.piece_ids._reopen_with_job()
        return result

    def _on_cancelled(self):
        """Cancel the pieces, and the activities of those who would work on them."""
        result = super()._on_cancelled()
        # sudo: as in _on_transition
        jobs_sudo = self.sudo()
        (jobs_sudo.activity_ids | jobs_sudo.piece_ids.activity_ids).filtered(
            lambda activity: activity.user_id._is_client_creation()
        ).unlink()
        return result
