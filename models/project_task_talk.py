from odoo import models


class ProjectTask(models.Model):
    """The notes on a job's tasks are about the client."""

    _inherit = "project.task"

    def _is_client_talk(self):
        """Tell whether this is the work on a job."""
        # sudo: asks only whether there is one
        return bool(self.sudo().client_job_id)
