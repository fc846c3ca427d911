"""The last task of a job whose pieces are all decided closes the job."""

from odoo import models

# Whatever takes a task out of the open ones, or brings one in.
CLOSING_FIELDS = frozenset({"active", "client_job_id", "client_piece_id", "state"})


class ProjectTask(models.Model):
    """Tells its job when it is closed, deleted or moved away."""

    _inherit = "project.task"

    # === CRUD METHODS === #

    def write(self, vals):
        """Write, then let jobs that waited for these tasks close."""
        if not CLOSING_FIELDS & vals.keys():
            return super().write(vals)
        jobs = self._get_closing_jobs()
        result = super().write(vals)
        jobs._follow_tasks()
        return result

    def unlink(self):
        """Delete, then let jobs that waited for these tasks close."""
        jobs = self._get_closing_jobs()
        result = super().unlink()
        jobs._follow_tasks()
        return result

    # === BUSINESS METHODS === #

    def _get_closing_jobs(self):
        """Return the jobs that wait for tasks, these among them."""
        # sudo: asks for a flag of the job only
        jobs_sudo = self.sudo().client_job_id
        return jobs_sudo.filtered("closes_with_tasks").sudo(self.env.su)
