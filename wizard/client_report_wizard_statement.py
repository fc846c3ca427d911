"""The billing statement as spreadsheet, and by e-mail."""

from urllib.parse import urlencode

from odoo import fields, models
from odoo.exceptions import UserError


class ClientReportWizard(models.TransientModel):
    _inherit = "client.report.wizard"

    def action_statement_workbook(self):
        """Download the statement: one spreadsheet, or a ZIP file of several."""
        self._check_statement_period()
        query = {
            "client_ids": ",".join(map(str, self.client_ids.ids)),
            "date_from": fields.Date.to_string(self.date_from),
            "date_to": fields.Date.to_string(self.date_to),
        }
        return {
            "type": "ir.actions.act_url",
            "url": f"/client_hub/statement?{urlencode(query)}",
            "target": "download",
        }

    def action_statement_send(self):
        """Send the statements to the clients, in the background."""
        self._check_statement_period()
        rows = self.env["client.statement.sending"]._queue(
            self.client_ids, self.date_from, self.date_to
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "%s statement(s) will be sent in a moment.", len(rows)
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _check_statement_period(self):
        """Refuse a period without days.

        :raise UserError: says what is wrong
        """
        self.ensure_one()
        if not self.date_from or not self.date_to:
            raise UserError(self.env._("Say from when to when."))
        if self.date_to < self.date_from:
            raise UserError(self.env._("The period ends before it begins."))
