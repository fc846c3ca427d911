from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError


class ProjectTask(models.Model):
    """The work on a client's job."""

    _name = "project.task"
    _inherit = ["project.task", "client.guard.mixin", "client.wall.source"]
    _guard_references = {"client_job_id", "client_piece_id"}
    _wall_reason = "task"
    _wall_people = ("user_ids",)
    _wall_moves = (
        "client_assignee_id",
        "client_job_id",
        "client_piece_id",
        "parent_id",
        "partner_id",
        "project_id",
    )

    client_job_id = fields.Many2one(
        comodel_name="client.job",
        string="Job",
        ondelete="restrict",
        index="btree_not_null",
        groups="base.group_user",
        help="Only a job that was authorised, or put at risk, has tasks.",
    )
    client_piece_id = fields.Many2one(
        comodel_name="client.piece",
        string="Piece",
        domain="[('job_id', '=', client_job_id)]",
        ondelete="restrict",
        index="btree_not_null",
        groups="base.group_user",
    )
    client_wall_id = fields.Many2one(
        comodel_name="client.wall",
        compute="_compute_client_wall_id",
        compute_sudo=True,
        store=True,
        index="btree_not_null",
        groups="base.group_user",
    )
    client_job_briefing = fields.Html(
        related="client_job_id.briefing", groups="base.group_user"
    )
    client_assignee_id = fields.Many2one(
        comodel_name="res.users",
        string="Person",
        compute="_compute_client_assignee_id",
        inverse="_inverse_client_assignee_id",
        store=True,
        index="btree_not_null",
        ondelete="set null",
        group_expand="_read_group_client_assignee_ids",
        groups="base.group_user",
        help="The first assignee: a column of the traffic board.",
    )

    @api.depends("client_wall_id")
    @api.depends_context("uid")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        self.env["client.wall"]._mask(self)
        return result

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

    def _compute_depend_on_count(self):
        # Odoo counts as superuser, for shared projects
        if self.env["client.wall"]._is_limited():
            return super(ProjectTask, self.sudo(False))._compute_depend_on_count()
        result = super()._compute_depend_on_count()
        if self.env.user.share:
            for task in self:
                tasks = task.depend_on_ids.sudo(False)._filtered_access("read")
                task.depend_on_count = len(tasks)
        return result

    @api.depends("user_ids")
    def _compute_client_assignee_id(self):
        for task in self:
            users = task.user_ids
            # the same person stays in the same column when others join
            if task.client_assignee_id not in users:
                task.client_assignee_id = users[:1]

    def _inverse_client_assignee_id(self):
        for task in self:
            task.user_ids = task.client_assignee_id

    @api.model
    def _read_group_client_assignee_ids(self, users, domain):
        """Show a column for everybody who works on jobs, busy or not."""
        # sudo: who belongs to a group is no secret to whoever hands out work
        group = self.env.ref("client_hub.group_user").sudo()
        people = group.all_user_ids.filtered(
            lambda user: (
                user.active
                and not user.share
                and user.company_ids & self.env.companies
                and user.id not in (SUPERUSER_ID,)
            )
        )
        return users | users.browse(people.ids)

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Leave it to traffic who works on a client's job."""
        tasks = super().create(vals_list)
        # sudo: these fields are not for portal users, who create tasks in projects
        # shared with them
        tasks.filtered(
            lambda task: (
                task.sudo().client_wall_id or task.sudo().user_ids - self.env.user
            )
        )._check_client_assignment()
        return tasks

    def write(self, vals):
        """Leave it to traffic who works on a client's job."""
        if {"user_ids", "client_assignee_id"} & vals.keys():
            self._check_client_assignment()
        return super().write(vals)

    # === BUSINESS METHODS === #

    def _check_client_assignment(self):
        """Raise when somebody below traffic hands out the work of a client's job."""
        # sudo: whether there is a job, which portal users don't read on a task
        if self.env.su or not self.sudo().client_job_id:
            return
        user = self.env.user
        if not user.has_group("client_hub.group_traffic") and not user.has_group(
            "project.group_project_manager"
        ):
            raise AccessError(
                self.env._("Only traffic assigns the tasks of a client's job.")
            )
