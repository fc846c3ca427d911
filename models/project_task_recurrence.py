from odoo import api, models


class ProjectTaskRecurrence(models.Model):
    """A recurring task of a client's job repeats only while there is work."""

    _inherit = "project.task.recurrence"

    @api.model
    def _create_next_occurrences(self, occurrences_from):
        workable = occurrences_from.filtered(
            # sudo: whether there is a job, which portal users don't read on a task
            lambda task: (
                not (job := task.sudo().client_job_id)
                or (job.state != "done" and job._is_workable())
            )
        )
        return super()._create_next_occurrences(workable)
