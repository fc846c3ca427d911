"""The Overview tab's dates: what comes next."""

from odoo import api, fields, models

from .client_job import OPEN_STATES
from .res_partner_overview import ROWS

EACH = 3  # dates of a kind that may make it to the list


class ResPartner(models.Model):
    _inherit = "res.partner"

    # === WHAT COMES NEXT === #

    @api.model
    def _overview_may(self, model, feature):
        has_feature = self.env.user._has_client_feature(feature)
        return has_feature and model.has_access("read")

    def _overview_dates(self, facts, diary):
        """Return the next dates of all kinds, nearest first."""
        dates = [
            *self._overview_dates_jobs(),
            *self._overview_dates_contracts(facts),
            *self._overview_dates_entries(),
            *self._overview_dates_diary(diary),
        ]
        today = fields.Date.context_today(self)
        dates.sort(key=lambda date: (date["date"], date["kind"]))
        return [
            {
                **date,
                "date": self._overview_day(date["date"]),
                "is_late": date["date"] < today,
                "is_today": date["date"] == today,
            }
            for date in dates[: ROWS + 2]
        ]

    def _overview_dates_jobs(self):
        Job = self.env["client.job"]
        if not self._overview_may(Job, "jobs"):
            return []
        jobs = Job.search_fetch(
            [
                ("client_id", "=", self.id),
                ("state", "in", OPEN_STATES),
                ("deadline", ">=", fields.Date.context_today(self)),
            ],
            ["name", "number", "deadline"],
            order="deadline, id",
            limit=EACH,
        )
        return [
            self._overview_date(
                "job", job.deadline, self.env._("Deadline: %s", job.name), job
            )
            for job in jobs
        ]

    def _overview_dates_contracts(self, facts):
        """Ends and renewals, and the last day to give notice."""
        Contract = self.env["client.contract"]
        if not self._overview_may(Contract, "contracts"):
            return []
        today = fields.Date.context_today(self)
        contracts = Contract.search_fetch(
            [
                ("client_id", "=", self.id),
                ("state", "in", ("approved", "running", "suspended")),
                ("date_end", ">=", today),
            ],
            ["name", "date_end", "notice_date", "notice_date_end", "renewal"],
            order="date_end, id",
            limit=EACH,
        )
        dates = []
        for contract in contracts:
            is_renewed = contract.renewal == "tacit" and not contract.notice_date_end
            text = self.env._("End of contract: %s", contract.name)
            if is_renewed:
                text = self.env._("Renewal of contract: %s", contract.name)
            date = self._overview_date("contract", contract.date_end, text, contract)
            dates.append(date)
            notice = not contract.notice_date_end and contract.notice_date
            if notice and today <= notice < contract.date_end:
                text = self.env._("Last day of notice: %s", contract.name)
                dates.append(self._overview_date("notice", notice, text, contract))
            if not is_renewed and "contract_end" not in facts:
                facts["contract_end"] = (
                    (contract.date_end - today).days,
                    self.env._(
                        "The contract “%(contract)s” ends on %(date)s.",
                        contract=contract.name,
                        date=self._overview_day(contract.date_end),
                    ),
                    self._overview_record(contract),
                )
        return dates

    def _overview_dates_entries(self):
        Entry = self.env["client.contract.entry"]
        if not self._overview_may(Entry, "contracts"):
            return []
        groups = Entry._read_group(
            [
                ("client_id", "=", self.id),
                ("state", "in", ("open", "ready")),
                ("contract_id.state", "in", ("approved", "running")),
            ],
            ["date_due:day", "contract_id", "currency_id"],
            ["amount:sum"],
            order="date_due:day, contract_id, currency_id",
            limit=EACH,
        )
        return [
            self._overview_date(
                "entry",
                date,
                self.env._(
                    "To bill: %(amount)s, %(contract)s",
                    amount=currency.format(amount),
                    contract=contract.name,
                ),
                contract,
            )
            for date, contract, currency, amount in groups
        ]

    @api.model
    def _overview_dates_diary(self, diary):
        """Activities of the client's documents, and meetings with its people."""
        return [
            {
                **self._overview_date(row["kind"], row["date"].date(), row["name"]),
                "link": row["link"],
            }
            for row in diary
            if not row["done"]
        ]

    @api.model
    def _overview_date(self, kind, date, text, record=None):
        return {
            "kind": kind,
            "date": date,
            "text": text,
            "link": self._overview_record(record) if record else None,
        }
