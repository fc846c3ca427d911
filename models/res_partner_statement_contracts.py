"""Contracts and what they bill next, on the billing statement."""

from collections import defaultdict
from datetime import timedelta

from odoo import models

# what was not billed yet, and will be
COMING_STATES = ("open", "ready", "drafted")
RUNNING_STATES = ("approved", "running", "suspended")
# days after the statement, and rows of one currency
COMING_DAYS = 62
MAX_COMING = 24


class ResPartner(models.Model):
    """Adds what is agreed to what was billed, where the reader sees contracts."""

    _inherit = "res.partner"

    def _statement_sees_contracts(self):
        """Tell whether contracts are part of this reader's statement."""
        return self.env.su or (
            self.env.user._has_client_feature("contracts")
            and self.env["client.contract.entry"].has_access("read")
        )

    def _statement_contracts(self):
        """Return the client's running contracts, as dicts."""
        self.ensure_one()
        if not self._statement_sees_contracts():
            return []
        contracts = self.env["client.contract"].search(
            [
                ("client_id", "=", self.id),
                ("state", "in", RUNNING_STATES),
                ("company_id", "in", self.env.companies.ids),
            ],
            order="date_start, id",
        )
        return [
            {
                "number": contract.number or "",
                "name": contract.name or "",
                "recurrence": contract._get_recurrence_text(),
                "amount": contract.amount_untaxed,
                "currency": contract.currency_id,
                "date_start": contract.date_start,
                "date_end": contract.date_end,
            }
            for contract in contracts
        ]

    def _statement_coming(self, date_to):
        """Return what is billed next, before taxes, by id of the currency.

        :param date date_to: last day of the statement
        :return: ``{currency id: [dict of date, name, contract, amount]}``
        """
        self.ensure_one()
        coming = defaultdict(list)
        if not self._statement_sees_contracts():
            return coming
        entries = self.env["client.contract.entry"].search(
            [
                ("client_id", "=", self.id),
                ("state", "in", COMING_STATES),
                ("company_id", "in", self.env.companies.ids),
                ("contract_id.state", "in", RUNNING_STATES),
                ("date_due", "<=", date_to + timedelta(days=COMING_DAYS)),
            ],
            order="date_due, id",
        )
        for entry in entries:
            rows = coming[entry.currency_id.id]
            if len(rows) < MAX_COMING:
                rows.append(
                    {
                        "date": entry.date_due,
                        "name": " · ".join(filter(None, (entry.title, entry.period))),
                        "contract": entry.contract_id.number or "",
                        "amount": entry.amount,
                    }
                )
        return coming
