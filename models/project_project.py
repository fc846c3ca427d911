"""Projects: the wall of their client, and the one that holds a client's jobs."""

from odoo import api, fields, models

from .account_analytic_line import VISIBLE_ONLY


class ProjectProject(models.Model):
    """Stores the client's wall; one project per client holds the work of its jobs."""

    _name = "project.project"
    _inherit = ["project.project", "client.guard.mixin"]
    _guard_references = ()

    client_wall_id = fields.Many2one(
        comodel_name="client.wall",
        related="partner_id.client_wall_id",
        store=True,
        index="btree_not_null",
        groups="base.group_user",
    )
    is_client_jobs = fields.Boolean(
        string="Holds a client's jobs",
        copy=False,
        groups="base.group_user",
        help="Tasks of the client's jobs are created in this project.",
    )

    def write(self, vals):
        """Write; a project that goes to another client takes its tasks along."""
        if "partner_id" not in vals:
            return super().write(vals)
        entered = self.env["client.wall"]._entered()
        result = super().write(vals)
        if self.env["client.wall"]._has_walls():
            # sudo: the tasks of colleagues are part of the project
            tasks_sudo = self.sudo().with_context(active_test=False).task_ids
            tasks_sudo.with_env(self.env)._wall_sync(entered)
        return result

    @api.model
    def _map_tasks_default_values(self, project):
        """Leave the job behind when a project is copied: its work is not repeated."""
        values = super()._map_tasks_default_values(project)
        return dict(values, client_job_id=False, client_piece_id=False)

    @api.depends("client_wall_id")
    @api.depends_context("uid")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        self.env["client.wall"]._mask(self)
        return result

    def _compute_remaining_hours(self):
        # Odoo adds up as superuser
        projects = self.with_context(**{VISIBLE_ONLY: True})
        return super(ProjectProject, projects)._compute_remaining_hours()

    def action_view_tasks(self):
        """Open the tasks; the window's title names the project."""
        # Odoo reads the project as superuser on the way
        self.check_access("read")
        return super().action_view_tasks()

    def get_sale_items_data(
        self, offset=0, limit=None, with_action=True, section_id=None
    ):
        """Return the sale items of the project's panel, without hidden ones.

        Odoo reads them as superuser.
        """
        data = super().get_sale_items_data(offset, limit, with_action, section_id)
        if data.get("sol_items"):
            lines = self.env["sale.order.line"].browse(
                item["id"] for item in data["sol_items"]
            )
            hidden = self.env["client.wall"]._hidden(lines)._ids
            data["sol_items"] = [
                item for item in data["sol_items"] if item["id"] not in hidden
            ]
        return data
