from odoo import fields, models


class ProjectProject(models.Model):
    """The project that holds the work for a client."""

    _inherit = "project.project"

    is_client_jobs = fields.Boolean(
        string="Holds a client's jobs",
        copy=False,
        help="Tasks of the client's jobs are created in this project.",
    )
