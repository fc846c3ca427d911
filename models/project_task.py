from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ProjectTask(models.Model):
    """The work on a client's job."""

    _name = "project.task"
    _inherit = ["project.task", "client.wall.source"]
    _wall_reason = "task"
    _wall_fields = {"user_ids", "client_job_id"}

    client_job_id = fields.Many2one(
        comodel_name="client.job",
        string="Job",
        ondelete="restrict",
        index="btree_not_null",
        help="Only a job that was authorised, or put at risk, has tasks.",
    )
    client_piece_id = fields.Many2one(
        comodel_name="client.piece",
        string="Piece",
        domain="[('job_id', '=', client_job_id)]",
        ondelete="restrict",
        index="btree_not_null",
    )
    client_wall_id = fields.Many2one(
        comodel_name="client.wall",
        compute="_compute_client_wall_id",
        compute_sudo=True,
        store=True,
        index="btree_not_null",
        groups="base.group_user",
    )
    client_job_briefing = fields.Html(related="client_job_id.briefing")

    # === COMPUTE METHODS === #

    @api.depends(
        "client_job_id.client_wall_id",
        "partner_id.client_wall_id",
        "project_id.client_wall_id",
    )
    def _compute_client_wall_id(self):
        for task in self:
            task.client_wall_id = (
                task.client_job_id.client_wall_id
                or task.project_id.client_wall_id
                or task.partner_id.client_wall_id
            )

    # === CONSTRAINT METHODS === #

    @api.constrains("client_job_id", "client_piece_id")
    def _check_client_job_released(self):
        """No route gives creation a task before its job is authorised or at risk."""
        # sudo: compares states and ids of jobs that the user may not read
        for task in self.sudo():
            job, piece = task.client_job_id, task.client_piece_id
            if job and not job.released_date:
                raise ValidationError(
                    self.env._(
                        "“%(job)s” is not authorised yet: it can't have tasks.",
                        job=job.display_name,
                    )
                )
            if piece and piece.job_id != job:
                raise ValidationError(self.env._("The piece belongs to another job."))

    # === BUSINESS METHODS === #

    def _wall_clients(self):
        """Return the clients that these tasks are for."""
        return self.client_job_id.client_id

    def _wall_domain(self, clients):
        """Return the domain of the tasks of these clients' jobs."""
        return [("client_job_id.client_id", "in", clients.ids)]

    def _wall_users(self):
        """Return who works on the task, and so may see a restricted client."""
        # sudo: the wall is kept up by the system
        task_sudo = self.sudo()
        return task_sudo.user_ids if task_sudo.client_job_id else self.env["res.users"]
