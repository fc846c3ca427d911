"""Download of the workbook to fill in."""

from odoo.http import Controller, content_disposition, request, route

from ..tools.client_import_template import build_template

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ClientImport(Controller):
    """The import's template."""

    @route("/client_hub/import/template", type="http", auth="user", readonly=True)
    def template(self):
        """Return the workbook with the lists of this database."""
        if not request.env["client.import"].has_access("create"):
            return request.not_found()
        content = build_template(request.env)
        filename = request.env._("Clients") + ".xlsx"
        return request.make_response(
            content,
            headers=[
                ("Content-Type", XLSX),
                ("Content-Length", len(content)),
                ("Content-Disposition", content_disposition(filename)),
            ],
        )
