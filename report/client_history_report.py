"""Data of the printed client history."""

from odoo import api, fields, models

# Rows per article: wkhtmltopdf lays out long tables slowly, see performance notes.
MAX_ROWS = 10000


class ReportClientHistory(models.AbstractModel):
    """History of one or several clients, oldest first."""

    _name = "report.client_hub.report_client_history"
    _description = "Client history report"

    @api.model
    def _get_report_values(self, docids, data=None):
        """Return the rows of each client that the user may read.

        :param list docids: ids of ``res.partner``
        :param dict data: optional ``date_from``, ``date_to`` (ISO dates), ``kind`` and
            ``contract_id``
        """
        data = data or {}
        clients = (
            self.env["res.partner"]
            .browse(docids or data.get("client_ids"))
            .commercial_partner_id
        )
        clients.check_access("read")
        contract = self.env["client.contract"].browse(
            int(data.get("contract_id") or 0) or []
        )
        contract.check_access("read")
        return {
            "doc_ids": clients.ids,
            "doc_model": "res.partner",
            "docs": clients,
            "contract": contract,
            "date_from": fields.Date.to_date(data.get("date_from")),
            "date_to": fields.Date.to_date(data.get("date_to")),
            "rows_of": {
                client.id: self._history_rows(client, data) for client in clients
            },
            "max_rows": MAX_ROWS,
        }

    @api.model
    def _history_rows(self, client, data):
        """Return the client's history rows within the chosen period and kind."""
        self.env.cr.flush()  # what this transaction did is part of the history
        domain = [("client_id", "=", client.id)]
        if data.get("date_from"):
            domain.append(("date", ">=", data["date_from"]))
        if data.get("date_to"):
            domain.append(("date", "<=", f"{data['date_to']} 23:59:59"))
        if data.get("contract_id"):
            domain.append(("contract_ids", "in", [int(data["contract_id"])]))
        if data.get("kind"):
            domain.append(("kind", "=", data["kind"]))
        rows = self.env["client.history"].search(
            domain, order="sequence desc", limit=MAX_ROWS
        )
        return rows.sorted("sequence")
