"""What tests of the import have in common."""

import base64

from .common import ClientHubCommon
from .test_client_workbook import make_workbook


class ClientImportCommon(ClientHubCommon):
    """Checks and imports workbooks as an account manager."""

    def _import(self, content, user=None):
        return (
            self.env["client.import"]
            .with_user(user or self.user_manager)
            .create({"file": base64.b64encode(content), "filename": "clients.xlsx"})
        )

    def _run(self, *sheets, user=None):
        """Check and import a workbook that must have no error."""
        record = self._import(make_workbook(*sheets), user)
        record.action_check()
        self.assertEqual(self._problems(record), [])
        record.action_import()
        self.assertEqual(record.state, "done", self._problems(record))
        return record

    def _check(self, *sheets, user=None, **options):
        record = self._import(make_workbook(*sheets, **options), user)
        record.action_check()
        return record

    def _problems(self, record):
        return [
            (line.sheet, line.row, line.column, line.message)
            for line in record.line_ids
            if line.level == "error"
        ]

    def _errors(self, record, level="error"):
        lines = record.line_ids.filtered(lambda line: line.level == level)
        return [(line.sheet, line.row, line.column) for line in lines]

    def _message(self, record, level="error"):
        return record.line_ids.filtered(lambda line: line.level == level).message

    def _warnings(self, record):
        lines = record.line_ids.filtered(lambda line: line.level == "warning")
        return lines.mapped("message")

    def _client(self, number):
        partners = self.env["res.partner"].with_context(active_test=False)
        return partners.search([("client_number", "=", number)])

    def _contract(self, number):
        return self.env["client.contract"].search([("number", "=", number)])

    def _in_background(self, limit=10):
        """Run the scheduled job in this transaction, as often as it needs."""
        for _run in range(limit):
            self.env["client.import"]._cron_work()
            if not self.env["client.import"].search_count([("job", "!=", False)]):
                return
        self.fail("the job does not come to an end")
