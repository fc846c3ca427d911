import json

from odoo import models


class AccountJournal(models.Model):
    """The dashboard, without what comes of hidden invoices."""

    _inherit = "account.journal"

    def _get_json_activity_data(self):
        # Odoo reads them by SQL, without rules
        result = super()._get_json_activity_data()
        if not self.env["client.wall"]._is_limited():
            return result
        for journal in self:
            data = json.loads(journal.json_activity_data)
            activities = self.env["mail.activity"].browse(
                row["id"] for row in data["activities"]
            )
            hidden = self.env["client.wall"]._hidden(activities)._ids
            data["activities"] = [
                row for row in data["activities"] if row["id"] not in hidden
            ]
            journal.json_activity_data = json.dumps(data)
        return result

    def _compute_current_statement_balance(self):
        result = super()._compute_current_statement_balance()
        # the balance is made of everybody's statements
        if self.env["client.wall"]._is_limited():
            self.current_statement_balance = 0
        return result

    def _kanban_dashboard_graph(self):
        result = super()._kanban_dashboard_graph()
        # Odoo draws it by SQL, without rules
        if self.env["client.wall"]._is_limited():
            self.kanban_dashboard_graph = False
        return result
