"""Data of the printed and exported client history."""

import io
import textwrap

import pytz
import xlsxwriter

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.misc import get_lang

# Rows of one client on paper; a spreadsheet takes all there are.
MAX_ROWS = 20_000
# Rows of one table: wkhtmltopdf lays out a long one slowly.
TABLE_ROWS = 250
# Lines of one row on paper, and letters of a line: a row that is taller than a page
# would run into the head of the next one.
ROW_LINES = 10
LINE_LETTERS = 45
COLUMNS = ("date", "user_name", "kind", "action", "name", "note", "changes", "model")


class ReportClientHistory(models.AbstractModel):
    """History of one or several clients, oldest first; one source for PDF and XLSX."""

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
        clients, contract = self._get_subjects(docids, data)
        # here, as a report is printed from the dialog or by its address
        self.env["client.history"]._log_export(clients)
        rows_of = {
            client.id: self._get_rows(client, data, limit=MAX_ROWS)
            for client in clients
        }
        kind_field = self.env["client.history"]._fields["kind"]
        kinds = dict(kind_field._description_selection(self.env))
        return {
            "doc_ids": clients.ids,
            "doc_model": "res.partner",
            "docs": clients,
            "contract": contract,
            "date_from": fields.Date.to_date(data.get("date_from")),
            "date_to": fields.Date.to_date(data.get("date_to")),
            "kind": kinds.get(data.get("kind")),
            "tables_of": {
                client_id: self._get_tables(rows) for client_id, rows in rows_of.items()
            },
            "count_of": {client_id: len(rows) for client_id, rows in rows_of.items()},
            "max_rows": MAX_ROWS,
        }

    @api.model
    def _get_subjects(self, docids, data):
        """Return clients and contract, after the check that the user may read them.

        :raise AccessError: he may not
        """
        clients = (
            self.env["res.partner"]
            .browse(docids or data.get("client_ids"))
            .commercial_partner_id
        )
        clients.check_access("read")
        contract = self.env["client.contract"].browse(
            int(data.get("contract_id") or 0) or []
        )
        if contract:
            contract.check_access("read")
        return clients, contract

    @api.model
    def _history_domain(self, client, data):
        """Return which rows are asked for; days are those of the reader."""
        domain = [("client_id", "=", client.id)]
        if data.get("date_from"):
            domain.append(("date", ">=", self._day_start(data["date_from"])))
        if data.get("date_to"):
            after = fields.Date.add(fields.Date.to_date(data["date_to"]), days=1)
            domain.append(("date", "<", self._day_start(after)))
        if data.get("contract_id"):
            domain.append(("contract_ids", "in", [int(data["contract_id"])]))
        if data.get("kind"):
            domain.append(("kind", "=", data["kind"]))
        return domain

    @api.model
    def _day_start(self, day):
        """Return when a day begins for the reader, in UTC."""
        zone = pytz.timezone(self.env.user.tz or "UTC")
        start = fields.Datetime.to_datetime(fields.Date.to_date(day))
        return zone.localize(start).astimezone(pytz.utc).replace(tzinfo=None)

    @api.model
    def _get_rows(self, client, data, limit=None):
        """Return what the rows of a client say, oldest first.

        :param client: ``res.partner`` that the user may read
        :param dict data: see ``_get_report_values``
        :param int limit: so many of the newest
        :return: dicts of texts: date, user, kind, action, name, lines
        :rtype: list
        """
        self.env.cr.flush()  # what this transaction did is part of the history
        history = self.env["client.history"]
        history.check_access("read")
        # the search applies the rules of the user; one query brings all rows
        query = history._search(
            self._history_domain(client, data), order="date desc, id desc", limit=limit
        )
        columns = [SQL.identifier(query.table, name) for name in COLUMNS]
        erased = SQL.identifier(query.table, "erased")
        found = self.env.execute_query(query.select(*columns, erased))
        labels = {
            name: dict(history._fields[name]._description_selection(self.env))
            for name in ("kind", "action")
        }
        zone = pytz.timezone(self.env.user.tz or "UTC")
        lang = get_lang(self.env)
        moment = f"{lang.date_format} {lang.time_format}".replace(":%S", "")
        return [
            {
                "date": pytz.utc.localize(row[0]).astimezone(zone).strftime(moment),
                "user": row[1] or "",
                "kind": labels["kind"].get(row[2], row[2]),
                "action": labels["action"].get(row[3], row[3]),
                "name": row[4] or "",
                "lines": self._get_lines(row[0], *row[5:]),
            }
            for row in reversed(found)
        ]

    @api.model
    def _get_tables(self, rows):
        """Return the rows as tables of paper; long entries go on in rows of their own.

        :param list rows: see ``_get_rows``
        """
        printed = []
        for row in rows:
            parts = self._get_parts(row["lines"])
            new = [{"lines": part, "goes_on": True} for part in parts]
            new[0].update(row, lines=parts[0])
            new[-1]["goes_on"] = False
            printed += new
        return [
            printed[start : start + TABLE_ROWS]
            for start in range(0, len(printed), TABLE_ROWS)
        ]

    @api.model
    def _get_parts(self, lines):
        """Return the lines of an entry in parts that fit on a page; at least one."""
        parts, room = [[]], ROW_LINES
        for line in lines:
            # as many lines of paper as it takes, the last one as it is
            for text in self._wrap(line):
                tall = len(text) // LINE_LETTERS + 1
                if tall > room and parts[-1]:
                    parts.append([])
                    room = ROW_LINES
                parts[-1].append(text)
                room -= tall
        return parts

    @api.model
    def _wrap(self, line):
        """Return a long line in pieces of a row's size, others as they are."""
        if len(line) <= LINE_LETTERS * ROW_LINES:
            return [line]
        return textwrap.wrap(line, LINE_LETTERS * ROW_LINES) or [line]

    @api.model
    def _get_lines(self, date, note, changes, model, erased):
        """Return what one row says, as the screen does."""
        history = self.env["client.history"]
        if erased:
            return [self.env._("Erased, to protect personal data.")]
        lines = note.splitlines() if note else []
        for change in changes or []:
            text = history._format_change(history._localise_change(model, change, date))
            lines += text.splitlines()
        return lines

    # ------------------------------------------------------------------
    # SPREADSHEET
    # ------------------------------------------------------------------

    @api.model
    def _build_workbook(self, docids, data):
        """Return the same rows as an .xlsx file; memory doesn't grow with them.

        :param list docids: ids of ``res.partner``
        :param dict data: see ``_get_report_values``
        :rtype: bytes
        """
        clients, _contract = self._get_subjects(docids, data)
        stream = io.BytesIO()
        book = xlsxwriter.Workbook(
            # what begins with = is what somebody typed, not a formula
            stream,
            {
                "constant_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
            },
        )
        bold = book.add_format({"bold": True, "bg_color": "#E7E6E6"})
        page = book.add_worksheet(self.env._("History")[:31])
        heads = {
            "client": (self.env._("Client"), 28),
            "date": (self.env._("Date"), 17),
            "user": (self.env._("Done by"), 24),
            "kind": (self.env._("Kind"), 16),
            "action": (self.env._("Action"), 12),
            "name": (self.env._("What"), 40),
            "text": (self.env._("Details"), 90),
        }
        for index, (label, width) in enumerate(heads.values()):
            page.set_column(index, index, width)
            page.write_string(0, index, label, bold)
        page.freeze_panes(1, 0)
        place = 1
        for client in clients:
            for row in self._get_rows(client, data):
                texts = {
                    "client": client.display_name,
                    "text": "\n".join(row["lines"]),
                    **row,
                }
                for index, name in enumerate(heads):
                    # Excel's own limit for a cell
                    page.write_string(place, index, texts[name][:32_767])
                place += 1
        page.autofilter(0, 0, max(place - 1, 1), len(heads) - 1)
        book.close()
        return stream.getvalue()
