"""Contracts billed end to end: as the forecast said, and in a branch."""

from collections import defaultdict
from datetime import date

from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .common_overlay import OverlayCommon

YEAR_END = date(2026, 12, 31)


@tagged("post_install", "-at_install")
@freeze_time("2026-01-02")
class TestBillingForecast(OverlayCommon):
    """What the forecast promises is what is posted, to the cent."""

    def _create_mixed(self):
        """Return contracts whose amounts are hard to get right, each in its way."""
        included = self.env["account.tax"].create(
            {
                "name": "7 % included",
                "amount": 7.0,
                "price_include_override": "tax_included",
                "company_id": self.company.id,
            }
        )
        abroad = self.env["account.fiscal.position"].create({"name": "Abroad"})
        self.env["account.tax"].create(
            {
                "name": "Export",
                "amount": 0.0,
                "company_id": self.company.id,
                "fiscal_position_ids": abroad.ids,
                "original_tax_ids": included.ids,
            }
        )
        foreign = self._create_client("Foreign Ltd", manager=self.user_manager)
        foreign.property_account_position_id = abroad
        euro = self.setup_other_currency("EUR")
        with_tax = {"price_unit": 999.99, "tax_ids": [Command.set(included.ids)]}
        agreed = self._create_contract(lines=[{"price_unit": 333.33}])
        contracts = {
            "price-included tax": self._create_contract(lines=[with_tax]),
            "fiscal position": self._create_contract(foreign, lines=[with_tax]),
            "foreign currency": self._create_contract(
                currency_id=euro.id,
                lines=[{"price_unit": 77.77, "quantity": 3, "discount": 12.5}],
            ),
            "broken periods": self._create_contract(
                date_start=date(2026, 1, 19),
                date_anchor=date(2026, 1, 1),
                date_end=date(2026, 10, 11),
                renewal="none",
                lines=[with_tax, {"price_unit": 0.07}],
            ),
            "agreement": agreed,
            "quarters in arrears": self._create_contract(
                recurring_interval=3, billing_timing="arrears", day_count="thirty360"
            ),
        }
        self._agree(agreed, (3, 10), (5, 20), kind="price", price_unit=276.67)
        return contracts

    def test_forecast_is_what_is_posted(self):
        contracts = self._create_mixed()
        contract_ids = [contract.id for contract in contracts.values()]
        rows = (
            self.env["client.fee.forecast"]
            .with_user(self.user_manager)
            .search([("contract_id", "in", contract_ids), ("date_due", "<=", YEAR_END)])
        )
        forecast = defaultdict(float)
        for row in rows:
            key = (row.contract_id.id, row.currency_id.name, row.date_due.month)
            forecast[key] += row.amount
        self.assertGreater(len(forecast), 50)
        entries = self.env["client.contract.entry"].browse(rows.entry_id.ids)
        with freeze_time("2027-01-02"):
            run = self._bill(entries, group_by="client")
        self.assertEqual((run.state, run.failed_count), ("done", 0))
        posted = defaultdict(float)
        for line in entries.invoice_line_ids:
            move = line.move_id
            self.assertEqual(move.state, "posted")
            entry = line.client_entry_id
            key = (entry.contract_id.id, move.currency_id.name, entry.date_due.month)
            posted[key] += line.price_subtotal * -move.direction_sign
        self.assertEqual(posted.keys(), forecast.keys())
        names = {contract.id: name for name, contract in contracts.items()}
        for key, amount in forecast.items():
            with self.subTest(contract=names[key[0]], month=key[2]):
                self.assertAlmostEqual(posted[key], amount, 2)
        self.assertEqual({key[1] for key in posted}, {"USD", "EUR"})


@tagged("post_install", "-at_install")
@freeze_time("2026-02-15")
class TestBillingBranch(OverlayCommon):
    """A branch bills with what it shares with its parent."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.branch = cls.env["res.company"].create(
            {"name": "Porto branch", "parent_id": cls.company.id}
        )
        for user in cls.user_accountant | cls.user_manager:
            user.company_ids |= cls.branch
        cls.env = cls.env(
            context={"allowed_company_ids": [cls.branch.id, cls.company.id]}
        )
        cls.contract = cls._create_contract(company_id=cls.branch.id)
        cls.entries = cls._get_due(cls.contract, date(2026, 2, 15))

    def _bill_in_branch(self, **values):
        wizard = (
            self.env["client.billing.wizard"]
            .with_user(self.user_accountant)
            .with_context(
                active_model="client.contract.entry",
                active_ids=self.entries.ids,
                allowed_company_ids=self.branch.ids,
            )
            .create(values)
        )
        wizard.action_bill()
        self.env.invalidate_all()
        return self.entries.billing_run_id.sorted("id")[-1:]

    def test_end_to_end(self):
        """Journal, taxes, accounts and the numbers are those of the parent."""
        self.assertEqual(self.contract.line_ids.tax_ids, self.tax)
        own = self._create_contract(company_id=self.company.id)
        first = self._bill(self._get_due(own, date(2026, 1, 31))).invoice_ids
        run = self._bill_in_branch()
        self.assertEqual((run.state, run.failed_count), ("done", 0))
        self.assertEqual(run.company_id, self.branch)
        moves = run.invoice_ids.sorted("name")
        self.assertEqual(set(moves.mapped("state")), {"posted"})
        self.assertEqual(moves.company_id, self.branch)
        journal = self.company_data["default_journal_sale"]
        self.assertEqual(moves.journal_id, journal)
        self.assertEqual(moves.invoice_line_ids.tax_ids, self.tax)
        self.assertEqual(
            sum(moves.mapped("amount_tax")), 0.15 * sum(moves.mapped("amount_untaxed"))
        )
        accounts = moves.line_ids.account_id
        self.assertIn(self.company, accounts.company_ids)
        # one series with the parent, without a hole
        last = self._bill(self._get_due(own, date(2026, 2, 15))).invoice_ids
        numbers = (first | moves | last).mapped("sequence_number")
        self.assertEqual(sorted(numbers), list(range(1, len(numbers) + 1)))
        self.assertEqual(len({move.sequence_prefix for move in first | moves}), 1)

    def test_lock_date_of_the_root(self):
        self.company.fiscalyear_lock_date = date(2026, 2, 28)
        run = self._bill_in_branch()
        self.assertEqual(run.failed_count, len(self.entries))
        self.assertRegex(self.entries[0].billing_error, "closed period: .*02/28/2026")
        self.assertFalse(run.invoice_ids)
        self.company.fiscalyear_lock_date = False
        run.with_user(self.user_accountant).with_context(
            allowed_company_ids=self.branch.ids
        ).action_retry()
        self.env.invalidate_all()
        self.assertEqual(set(self.entries.mapped("state")), {"billed"})

    def test_not_of_the_branch(self):
        """Who works in the parent alone does not see what the branch bills."""
        self.user_accountant.company_ids -= self.branch
        entries = self.entries.with_user(self.user_accountant)
        visible = entries.with_context(allowed_company_ids=self.company.ids).search(
            [("contract_id", "=", self.contract.id)]
        )
        self.assertFalse(visible)
