"""Download of the history as a spreadsheet."""

import json

from werkzeug.exceptions import BadRequest

from odoo import fields
from odoo.http import Controller, content_disposition, request, route

from .client_import import XLSX


class ClientHistory(Controller):
    """The history that the print dialog asks for."""

    @route("/client_hub/history.xlsx", type="http", auth="user", methods=["GET"])
    def history(self, options="{}"):
        """Return the history of clients that the user may read.

        :param str options: JSON, see ``report.client_hub.report_client_history``
        """
        try:
            data = json.loads(options)
            ids = [int(client_id) for client_id in data["client_ids"]]
            for name in ("date_from", "date_to"):
                fields.Date.to_date(data.get(name))
            int(data.get("contract_id") or 0)
        except (KeyError, TypeError, ValueError):
            raise BadRequest() from None
        report = request.env["report.client_hub.report_client_history"]
        content = report._build_workbook(ids, data)
        request.env["client.history"]._log_export(
            request.env["res.partner"].browse(ids).commercial_partner_id
        )
        filename = request.env._("Client history") + ".xlsx"
        return request.make_response(
            content,
            headers=[
                ("Content-Type", XLSX),
                ("Content-Length", len(content)),
                ("Content-Disposition", content_disposition(filename)),
            ],
        )
