"""The wall on Odoo's own portal pages, where they search as superuser."""

from odoo.http import request, route

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.project.controllers.portal import ProjectCustomerPortal


class ClientWallPortal(CustomerPortal):
    """Documents by token, and addresses."""

    def _document_check_access(self, model_name, document_id, access_token=None):
        """Let a token count for nothing with a signed-in person of another client."""
        if access_token:
            document = request.env[model_name].browse([document_id]).exists()
            if request.env["client.wall"]._portal_voids_token(document):
                access_token = None
        return super()._document_check_access(model_name, document_id, access_token)

    def _prepare_address_data(self, partner_sudo, **kwargs):
        """Leave out addresses of clients that the person doesn't see."""
        values = super()._prepare_address_data(partner_sudo, **kwargs)
        wall = request.env["client.wall"]
        for name in ("billing_addresses", "delivery_addresses"):
            values[name] = wall._portal_open(values[name])
        return values


class ClientWallProjectPortal(ProjectCustomerPortal):
    """Tasks of a project."""

    @route()
    def portal_my_project_task(
        self, project_id=None, task_id=None, access_token=None, **kw
    ):
        """Show a task that the visitor may read.

        With any token at all, Odoo shows every task of a project that he may read, and
        an error for one that does not exist.
        """
        user = request.env.user
        if not user._is_public():
            project = request.env["project.project"].browse(project_id).exists()
            if project and project.has_access("read"):
                access_token = None
        tasks = request.env["project.task"]
        if access_token:
            # sudo: Odoo checks the token of the project; here, only whether it is there
            tasks = tasks.sudo()
        task = tasks.search([("project_id", "=", project_id), ("id", "=", task_id)])
        if not request.env["client.wall"]._portal_open(task):
            return request.redirect("/my")
        return super().portal_my_project_task(
            project_id=project_id, task_id=task_id, access_token=access_token, **kw
        )
