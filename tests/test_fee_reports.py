"""Forecast and recurring revenue: they say what is billed, and add up."""

import random
from collections import defaultdict
from datetime import date, timedelta
from fractions import Fraction

from dateutil.relativedelta import relativedelta

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .common_contract import ContractCommon

TODAY = "2026-06-15"
MEASURES = [
    "opening",
    "new",
    "reactivation",
    "expansion",
    "contraction",
    "churn",
    "mrr",
]


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestFeeReports(ContractCommon):
    """Contracts of one company, read as the account manager."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.report = cls.env["client.mrr.report"].with_user(cls.user_manager)
        cls.forecast = cls.env["client.fee.forecast"].with_user(cls.user_manager)

    def _months(self, domain=()):
        """Return ``{month: {measure: sum}}`` as the report says."""
        groups = self.report._read_group(
            [("company_id", "=", self.company.id), *domain],
            ["month:month"],
            [f"{name}:sum" for name in MEASURES],
        )
        return {
            month: dict(zip(MEASURES, values, strict=True)) for month, *values in groups
        }

    def _assert_adds_up(self, months):
        """Opening and movements make the closing, which is the next opening."""
        previous = None
        for month in sorted(months):
            row = months[month]
            moved = row["new"] + row["reactivation"] + row["expansion"]
            moved -= row["contraction"] + row["churn"]
            self.assertAlmostEqual(row["opening"] + moved, row["mrr"], 4)
            if previous is not None:
                self.assertAlmostEqual(row["opening"], previous, 4)
            previous = row["mrr"]

    # recurring revenue

    def test_a_month_is_what_it_bills(self):
        first = self._create_contract(date_start=date(2026, 1, 1))
        second = self._create_contract(
            client=self.client_b,
            date_start=date(2026, 3, 1),
            lines=[{"price_unit": 250.0}, {"price_unit": 99.99, "quantity": 3}],
        )
        entries = (first | second).entry_ids
        self._bill(entries.filtered(lambda e: e.date_due <= date(2026, 5, 31)))
        months = self._months()
        for month in (date(2026, m, 1) for m in range(1, 6)):
            lines = self.env["account.move.line"].search(
                [
                    ("client_entry_id", "in", entries.ids),
                    ("client_entry_id.period_start", "=", month),
                    ("parent_state", "=", "posted"),
                ]
            )
            self.assertTrue(lines)
            billed = sum(lines.mapped("price_subtotal"))
            self.assertAlmostEqual(months[month]["mrr"], billed, 2)
        self.assertEqual(months[date(2026, 1, 1)]["new"], 1000.0)
        self.assertEqual(months[date(2026, 3, 1)]["new"], 549.97)
        self._assert_adds_up(months)

    def test_what_the_movements_are_called(self):
        contract = self._create_contract(
            date_start=date(2026, 1, 1),
            lines=[
                {},
                {
                    "product_id": self.extra_service.id,
                    "price_unit": 300.0,
                    "date_start": date(2026, 2, 1),
                },
            ],
        )
        # a month that is skipped is no revenue
        skipped = contract.entry_ids.filtered(
            lambda e: e.period_start == date(2026, 4, 1)
        )
        skipped.skipped = True
        contract.action_end(date=date(2026, 5, 31))
        # another contract for the same client goes on, for less
        other = self._create_contract(
            date_start=date(2026, 6, 1), lines=[{"price_unit": 800.0}]
        )
        other.action_end_later(date(2026, 8, 31))
        rows = self.report.search([("client_id", "=", self.client_a.id)])
        found = {
            (row.month, row.movement): row.change
            for row in rows
            if row.movement != "same"
        }
        self.assertEqual(
            found,
            {
                (date(2026, 1, 1), "new"): 1000.0,
                (date(2026, 2, 1), "expansion"): 300.0,
                (date(2026, 4, 1), "churn"): -1300.0,
                (date(2026, 5, 1), "reactivation"): 1300.0,
                # the one that ended, the one that began
                (date(2026, 6, 1), "contraction"): -1300.0,
                (date(2026, 6, 1), "expansion"): 800.0,
                (date(2026, 9, 1), "churn"): -800.0,
            },
        )
        self._assert_adds_up(self._months())

    def test_a_quarter_counts_evenly(self):
        contract = self._create_contract(
            date_start=date(2026, 1, 1),
            recurring_interval=3,
            lines=[{"price_unit": 1000.0}],
        )
        months = self._months([("contract_id", "=", contract.id)])
        rows = [months[date(2026, m, 1)] for m in range(1, 13)]
        self.assertEqual(len({row["mrr"] for row in rows}), 1)
        self.assertAlmostEqual(sum(row["mrr"] for row in rows), 4000.0, 6)
        self.assertFalse(sum(row["expansion"] for row in rows))

    def test_suspended_is_no_revenue(self):
        contract = self._create_contract(date_start=date(2026, 1, 1))
        due = self._get_due(contract, date(2026, 2, 28))
        self._bill(due)
        contract.action_suspend("Unpaid")
        months = self._months()
        self.assertEqual(months[date(2026, 3, 1)]["churn"], 1000.0)
        self.assertNotIn(date(2026, 4, 1), months)
        on_hold = self.forecast.search(
            [("contract_id", "=", contract.id), ("basis", "=", "on_hold")]
        )
        self.assertTrue(on_hold)

    def test_extra_entries_do_not_recur(self):
        contract = self._create_contract(date_start=date(2026, 1, 1))
        contract._create_extra_entry(
            self.extra_service, "Page", 1, 700, date(2026, 2, 3), "Agreed"
        )
        self.assertEqual(self._months()[date(2026, 2, 1)]["mrr"], 1000.0)

    def test_random_contracts_against_another_computation(self):
        rng = random.Random(20261122)
        clients = [self._create_client(f"Client {i}") for i in range(6)]
        for _index in range(24):
            self._create_random_contract(rng, rng.choice(clients))
        entries = self.env["client.contract.entry"].search(
            [("company_id", "=", self.company.id)]
        )
        for entry in entries:
            if rng.random() < 0.08:
                entry.write({rng.choice(["skipped", "written_off"]): True})
        self.env.flush_all()
        expected = self._compute_again(entries)
        months = self._months()
        self.assertEqual(set(months), set(expected))
        for month, row in expected.items():
            for name in MEASURES:
                with self.subTest(month=month, measure=name):
                    self.assertAlmostEqual(months[month][name], float(row[name]), 4)
        self._assert_adds_up(months)
        self._assert_same_in_part(months)

    def _assert_same_in_part(self, months):
        """A month says the same whatever other months are asked for."""
        for first, last in (
            (date(2026, 2, 1), date(2026, 6, 15)),
            (date(2026, 6, 1), date(2026, 6, 30)),
            (date(2026, 10, 1), date(2027, 5, 1)),
            (date(2025, 6, 1), date(2025, 12, 1)),
        ):
            with self.subTest(first=first, last=last):
                domain = [("month", ">=", first), ("month", "<=", last)]
                part = {m: row for m, row in months.items() if first <= m <= last}
                self.assertEqual(self._months(domain), part)
                # all of them together: from the first opening to the last closing
                [total] = self.report._read_group(
                    [("company_id", "=", self.company.id), *domain],
                    [],
                    ["opening:sum", "mrr:sum", "change:sum", "revenue:sum"],
                )
                opening, closing, change, revenue = total
                self.assertAlmostEqual(opening, part[min(part)]["opening"], 4)
                self.assertAlmostEqual(closing, part[max(part)]["mrr"], 4)
                self.assertAlmostEqual(opening + change, closing, 4)
                self.assertAlmostEqual(
                    revenue, sum(row["mrr"] for row in part.values()), 4
                )
        # one by one, as a list reads them
        rows = self.report.search([("company_id", "=", self.company.id)])
        found = {row.id: (row.month, row.movement, row.mrr) for row in rows}
        for row in rows[::20]:
            self.env.invalidate_all()
            self.assertEqual((row.month, row.movement, row.mrr), found[row.id])

    def _create_random_contract(self, rng, client):
        start = date(2025, 6, 1) + timedelta(days=rng.randrange(0, 500))
        unit, interval = rng.choice(
            [("month", 1), ("month", 1), ("month", 3), ("month", 2), ("year", 1)]
            + [("week", 2), ("day", 10)]
        )
        contract = self._create_contract(
            client=client,
            date_start=start,
            date_end=rng.choice(
                [False, start + timedelta(days=rng.randrange(20, 700))]
            ),
            renewal="none",
            recurring_unit=unit,
            recurring_interval=interval,
            billing_timing=rng.choice(["advance", "arrears"]),
            lines=[
                {"price_unit": rng.randrange(1, 500_000) / 100}
                for _line in range(rng.randrange(1, 4))
            ],
        )
        if rng.random() < 0.2:
            contract.action_suspend("Random")
        return contract

    def _compute_again(self, entries):
        """Compute the report from the entries, in exact fractions, another way."""
        last = date(2027, 5, 1)
        revenue = defaultdict(Fraction)
        for entry in entries:
            if entry.state not in ("open", "ready") or entry.kind != "recurring":
                continue
            if entry.contract_id.state == "suspended":
                continue
            months = [entry.period_start.replace(day=1)]
            while True:
                following = months[-1] + relativedelta(months=1)
                # a month belongs to the period when its last day does
                if following + relativedelta(months=1, days=-1) > entry.period_end:
                    break
                months.append(following)
            for month in months:
                part = Fraction(str(entry.amount)) / len(months)
                revenue[entry.contract_id, month] += part
        revenue = {key: value for key, value in revenue.items() if key[1] <= last}
        contracts = {contract for contract, _month in revenue}
        all_months = sorted({month for _contract, month in revenue})
        result = {}
        month = all_months[0]
        while month <= last:
            before = month - relativedelta(months=1)
            row = dict.fromkeys(MEASURES, Fraction(0))
            for contract in contracts:
                self._add_movement(row, revenue, contract, before, month)
            if any(row.values()):
                result[month] = row
            month += relativedelta(months=1)
        return result

    def _add_movement(self, row, revenue, contract, before, month):
        of_client = [
            (m, value)
            for (c, m), value in revenue.items()
            if c.client_id == contract.client_id and value
        ]
        had = any(m == before for m, _value in of_client)
        has = any(m == month for m, _value in of_client)
        old = revenue.get((contract, before), 0)
        new = revenue.get((contract, month), 0)
        row["opening"] += old
        row["mrr"] += new
        if not had:
            ever = any(m < month for m, _value in of_client)
            row["reactivation" if ever else "new"] += new - old
        elif not has:
            row["churn"] += old - new
        elif new > old:
            row["expansion"] += new - old
        else:
            row["contraction"] += old - new

    # currencies, companies, people

    def test_currencies_at_todays_rate(self):
        other = self.setup_other_currency("EUR")
        other.rate_ids.unlink()
        for day, rate in ((date(2026, 1, 1), 4.0), (date(2026, 6, 1), 2.0)):
            self.env["res.currency.rate"].create(
                {
                    "currency_id": other.id,
                    "company_id": self.company.id,
                    "name": day,
                    "rate": rate,
                }
            )
        contract = self._create_contract(
            date_start=date(2026, 1, 1),
            currency_id=other.id,
            lines=[{"price_unit": 1000.0}],
        )
        self._create_contract(client=self.client_b, date_start=date(2026, 1, 1))
        rows = self.report.search([("contract_id", "=", contract.id)])
        january = rows.filtered(lambda r: r.month == date(2026, 1, 1))
        self.assertEqual(january.mrr_currency, 1000.0)
        self.assertEqual(january.mrr, 500.0)
        self.assertEqual(january.company_currency_id, self.company.currency_id)
        self.assertEqual(set(rows.mapped("movement")), {"new", "same"})
        self.assertEqual(self._months()[date(2026, 1, 1)]["mrr"], 1500.0)
        self._assert_adds_up(self._months())
        row = self.forecast.search([("contract_id", "=", contract.id)], limit=1)
        self.assertEqual((row.amount, row.amount_company), (1000.0, 500.0))

    def test_companies_and_branches(self):
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        self.env["res.currency.rate"].search([]).unlink()
        other = self.setup_other_currency("EUR")
        other.rate_ids.unlink()
        # a branch has the rates of its root
        self.env["res.currency.rate"].create(
            {
                "currency_id": other.id,
                "company_id": self.company.id,
                "name": date(2026, 1, 1),
                "rate": 4.0,
            }
        )
        contract = self._create_contract(
            company_id=branch.id,
            currency_id=other.id,
            lines=[{"price_unit": 100.0, "tax_ids": False}],
            approve=False,
        )
        contract.action_approve()
        rows = self.env["client.mrr.report"].search([("contract_id", "=", contract.id)])
        self.assertEqual(set(rows.mapped("company_id.name")), {"Branch"})
        self.assertEqual(set(rows.mapped("mrr")), {25.0})
        self.assertFalse(self.report.search([("contract_id", "=", contract.id)]))
        self.user_manager.company_ids |= branch
        both = self.report.with_context(
            allowed_company_ids=[self.company.id, branch.id]
        )
        self.assertTrue(both.search([("contract_id", "=", contract.id)]))

    def test_who_reads(self):
        contract = self._create_contract()
        for user, reads in (
            (self.user_manager, True),
            (self.user_accountant, True),
            (self.user_creation, False),
            (self.user_traffic, False),
            (self.portal_a, False),
        ):
            for model in ("client.mrr.report", "client.fee.forecast"):
                with self.subTest(user=user.login, model=model):
                    reader = self.env[model].with_user(user)
                    domain = [("contract_id", "=", contract.id)]
                    if reads:
                        self.assertTrue(reader.search(domain))
                    else:
                        with self.assertRaises(AccessError):
                            reader.search(domain)
        # the wall
        self.client_a.client_restricted = True
        self.env.invalidate_all()
        for model in ("client.mrr.report", "client.fee.forecast"):
            rows = self.env[model].with_user(self.user_outsider)
            self.assertFalse(rows.search([("contract_id", "=", contract.id)]))
            rows = rows.with_user(self.user_manager)
            self.assertTrue(rows.search([("contract_id", "=", contract.id)]))

    def test_click_through(self):
        contract = self._create_contract()
        row = self.report.search([("contract_id", "=", contract.id)], limit=1)
        action = row.action_open_contract()
        self.assertEqual(action["res_id"], contract.id)
        self.assertEqual(action["res_model"], "client.contract")
        self.assertEqual(row.display_name, contract.display_name)

    # forecast

    def test_forecast_is_the_entries(self):
        contract = self._create_contract(date_start=date(2026, 1, 1))
        self._bill(self._get_due(contract, date(2026, 3, 31)))
        rows = self.forecast.search([("contract_id", "=", contract.id)])
        self.assertEqual(rows.entry_id, contract.entry_ids)
        billed = rows.filtered(lambda r: r.basis == "billed")
        self.assertEqual(len(billed), 3)
        for row in rows:
            self.assertEqual(row.amount, row.entry_id.amount)
            self.assertEqual(row.date_due, row.entry_id.date_due)

    def test_what_is_assumed_is_what_comes(self):
        """A renewal makes exactly the entries that the forecast assumed."""
        for values in (
            {"due_rule": "day", "due_day": 10},
            {"billing_timing": "arrears", "due_rule": "day", "due_day": 31},
            {"recurring_interval": 3, "due_rule": "period", "due_offset": -5},
            {"recurring_unit": "week", "recurring_interval": 2},
        ):
            with self.subTest(values=values):
                start = date(2026, 1, 1)
                end = date(2026, 12, 31)
                if values.get("recurring_unit") == "week":
                    end = start + timedelta(days=14 * 20 - 1)
                contract = self._create_contract(
                    date_start=start, date_end=end, renewal="tacit", **values
                )
                domain = [("contract_id", "=", contract.id), ("basis", "=", "renewal")]
                assumed = {
                    (row.period_start, row.period_end, row.date_due, row.amount)
                    for row in self.forecast.search(domain)
                }
                self.assertTrue(assumed)
                before = contract.entry_ids
                contract._renew("Renewed")
                self.env.invalidate_all()
                self.assertFalse(self.forecast.search(domain))
                come = {
                    (e.period_start, e.period_end, e.date_due, e.amount)
                    for e in contract.entry_ids - before
                }
                self.assertEqual(assumed, come)

    def test_what_ends_assumes_nothing(self):
        values = {"date_start": date(2026, 1, 1), "date_end": date(2026, 9, 30)}
        none = self._create_contract(renewal="none", **values)
        offer = self._create_contract(renewal="offer", **values)
        notice = self._create_contract(renewal="tacit", **values)
        notice._record_notice("client", date(2026, 6, 15), date(2026, 9, 30))
        contracts = none | offer | notice
        self.assertFalse(
            self.forecast.search(
                [("contract_id", "in", contracts.ids), ("basis", "=", "renewal")]
            )
        )
        # all three leave: two contracts less and then the client
        row = self._months()[date(2026, 10, 1)]
        self.assertEqual(row["churn"], 3000.0)
