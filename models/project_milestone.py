from odoo import api, models


class ProjectMilestone(models.Model):
    """Milestones behind a wall show no label where they are referred to."""

    _inherit = "project.milestone"

    @api.depends_context("uid")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        self.env["client.wall"]._mask(self)
        return result
