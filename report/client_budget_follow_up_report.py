"""Data of the printed follow-up of budgets."""

from odoo import api, models

from ..models.client_budget import MOVE_KINDS

COLUMNS = (*MOVE_KINDS, "left")


class ReportBudgetFollowUp(models.AbstractModel):
    """Budgets by client, with totals for each currency."""

    _name = "report.client_hub.report_budget_follow_up"
    _description = "Budget follow-up report"

    @api.model
    def _get_report_values(self, docids, data=None):
        """Return the budgets by client, and their totals.

        :param list docids: ids of ``client.budget``
        :raise AccessError: the user may not see one of them
        """
        budgets = self.env["client.budget"].browse(docids)
        # before anything of them is read, and so that no name is told
        budgets.check_access("read")
        budgets = budgets.sorted(
            lambda budget: (
                budget.client_id.name or "",
                str(budget.date_start or ""),
                budget.id,
            )
        )
        labels = budgets.fields_get([f"amount_{name}" for name in COLUMNS], ["string"])
        return {
            "doc_ids": budgets.ids,
            "doc_model": "client.budget",
            "docs": budgets,
            "columns": [
                (f"amount_{name}", labels[f"amount_{name}"]["string"])
                for name in COLUMNS
            ],
            "groups": [
                (client, rows, self._get_totals(rows))
                for client, rows in budgets.grouped("client_id").items()
            ],
            "totals": self._get_totals(budgets),
        }

    @api.model
    def _get_totals(self, budgets):
        """Return ``[(currency, {field: sum}, used rate)]`` of some budgets."""
        totals = []
        for currency, rows in budgets.grouped("currency_id").items():
            sums = {
                f"amount_{name}": currency.round(sum(rows.mapped(f"amount_{name}")))
                for name in COLUMNS
            }
            amount = sum(rows.mapped("amount"))
            used = 100 * (amount - sums["amount_left"]) / amount if amount else 0
            totals.append((currency, sums, used))
        return totals
