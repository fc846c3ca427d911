"""Contracts and what they bill next, on the billing statement."""

from datetime import timedelta

from odoo import api, models

# what was not billed yet, and will be
COMING_STATES = ("open", "ready", "drafted")
RUNNING_STATES = ("approved", "running", "suspended")
# days after the statement, and rows of one currency that are listed one by one
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

        What should have been billed by the statement's day, and was not, is marked: it
        is on its way as well.

        :param date date_to: last day of the statement
        :return: ``{currency id: dict}`` with lines (dicts of date, name, contract,
            amount, is_late), more (what says how many are not listed), more_amount and
            total
        """
        self.ensure_one()
        if not self._statement_sees_contracts():
            return {}
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
        return {
            currency.id: self._statement_coming_of(currency, rows, date_to)
            for currency, rows in entries.grouped("currency_id").items()
        }

    @api.model
    def _statement_coming_of(self, currency, entries, date_to):
        """Return one currency's part of what comes next, see above."""
        shown, others = entries[:MAX_COMING], entries[MAX_COMING:]
        if len(others) == 1:
            # a line that says "1 more" takes as much room as the line itself
            shown, others = entries, entries.browse()
        return {
            "lines": [
                {
                    "date": entry.date_due,
                    "name": " · ".join(filter(None, (entry.title, entry.period))),
                    "contract": entry.contract_id.number or "",
                    "amount": entry.amount,
                    "is_late": entry.date_due <= date_to,
                }
                for entry in shown
            ],
            "more": self.env._("%s more", len(others)) if others else "",
            "more_amount": currency.round(sum(others.mapped("amount"))),
            "total": currency.round(sum(entries.mapped("amount"))),
        }
