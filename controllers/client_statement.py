"""Download of billing statements as spreadsheets."""

from werkzeug.exceptions import BadRequest

from odoo import fields
from odoo.http import Controller, content_disposition, request, route

from .client_import import XLSX


class ClientStatement(Controller):
    """The statements that the print dialog asks for."""

    @route("/client_hub/statement", type="http", auth="user", methods=["GET"])
    def statement(self, client_ids="", date_from="", date_to=""):
        """Return the spreadsheet of a client, or a ZIP file with those of several.

        :param str client_ids: ids with commas; each one is checked for the user
        :param str date_from: ISO date
        :param str date_to: ISO date
        """
        try:
            ids = [int(number) for number in client_ids.split(",")]
            days = [fields.Date.to_date(day) for day in (date_from, date_to)]
        except ValueError:
            raise BadRequest() from None
        clients = request.env["res.partner"].browse(ids).commercial_partner_id
        if not clients or not all(days):
            raise BadRequest()
        if len(clients) == 1:
            name = f"{clients._get_statement_filename(days[1])}.xlsx"
            content, kind = clients._get_statement_workbook(*days), XLSX
        else:
            name = request.env._("Statements") + ".zip"
            content = clients._get_statement_workbooks(*days)
            kind = "application/zip"
        clients._log_statement_export(*days)
        return request.make_response(
            content,
            headers=[
                ("Content-Type", kind),
                ("Content-Length", len(content)),
                ("Content-Disposition", content_disposition(name)),
            ],
        )
