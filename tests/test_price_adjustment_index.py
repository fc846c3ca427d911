"""Price adjustments: values of indexes, estimates, limits, bad input."""

from datetime import date

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common_price_adjustment import IPCA, PriceAdjustmentCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-12-05")
class TestPriceAdjustmentIndex(PriceAdjustmentCommon):
    """What values of an index, and rules about them, make of a price."""

    # ------------------------------------------------------------------
    # INDEX
    # ------------------------------------------------------------------

    def test_missing_value_is_a_problem_until_it_arrives(self):
        contract = self._create_contract(**dict(self.rule, adjustment_lag=1))
        adjustment = self._propose(contract)
        self.assertEqual(adjustment.problem, "No value of IPCA-T for December 2026.")
        with self.assertRaisesRegex(UserError, "No value of IPCA-T for December 2026"):
            adjustment.action_review()
        self.env["client.price.index.rate"].create(
            {"index_id": self.index.id, "month": date(2026, 12, 1), "value": 0.5}
        )
        self._propose(contract)
        self.assertFalse(adjustment.problem)
        adjustment.action_review()

    def test_fall_is_carried_to_the_next_year(self):
        self.rates.value = -0.5
        contract = self._create_contract(**dict(self.rule, adjustment_negative="carry"))
        adjustment = self._apply(contract)
        self.assertEqual(contract.line_ids.price_unit, 1000)
        self.assertEqual(adjustment.reference_next, date(2025, 11, 1))
        self.assertIn("fall counts next time", adjustment.derivation_text)
        base, last = contract._get_adjustment_reference(date(2028, 1, 1))
        self.assertEqual((base, last), (date(2025, 11, 1), date(2027, 11, 1)))

    def test_cap(self):
        contract = self._create_contract(**dict(self.rule, adjustment_cap=3))
        self._apply(contract)
        self.assertEqual(contract.line_ids.price_unit, 1030)
        self.assertIn("cap of 3", contract.adjustment_ids.derivation_text)

    def test_true_up_of_what_was_billed(self):
        """Last rate 0.56 becomes 1.06: 1.0462111379 ÷ 1.0056 × 1.0106.

        = 1.05141306: 1,051.41, 5.20 more for January, billed at 1,046.21.
        """
        self.rates[-1].is_provisional = True
        contract = self._create_contract(**self.rule)
        adjustment = self._apply(contract)
        self.assertTrue(adjustment.is_provisional)
        self.assertFalse(adjustment.can_true_up)
        with self.assertRaisesRegex(UserError, "still an estimate"):
            adjustment.action_true_up()
        self._bill(
            contract.entry_ids.filtered(lambda e: e.period_start == date(2027, 1, 1))
        )
        self.rates[-1].write({"is_provisional": False, "value": 1.06})
        adjustment.invalidate_recordset()
        self.assertTrue(adjustment.can_true_up)
        adjustment.action_true_up()
        self.assertEqual(adjustment.factor, 1.05141306)
        prices = self._prices(contract)
        self.assertEqual(prices[date(2027, 1, 1)], 1046.21)
        self.assertEqual(prices[date(2027, 2, 1)], 1051.41)
        difference = contract.entry_ids.filtered(lambda e: e.kind == "difference")
        self.assertEqual(difference.amount, 5.20)
        self.assertIn("IPCA-T", difference.name)
        with self.assertRaisesRegex(UserError, "no provisional value"):
            adjustment.action_true_up()

    def test_true_up_downwards_gives_the_client_money_back(self):
        """Last rate 0.56 becomes 0.06: factor 1.04100921, 1,041.01 instead of
        1,046.21 in January: 5.20 on a credit note.
        """
        self.rates[-1].is_provisional = True
        contract = self._create_contract(**self.rule)
        adjustment = self._apply(contract)
        january = contract.entry_ids.filtered(
            lambda e: e.period_start == date(2027, 1, 1)
        )
        self._bill(january)
        self.rates[-1].write({"is_provisional": False, "value": 0.06})
        adjustment.invalidate_recordset()
        adjustment.action_true_up()
        self.assertEqual(self._prices(contract)[date(2027, 2, 1)], 1041.01)
        back = contract.entry_ids.filtered(lambda e: e.kind == "difference")
        self.assertEqual(back.amount, -5.20)
        run = self._bill(back)
        self.assertRecordValues(
            run.invoice_ids,
            [{"move_type": "out_refund", "state": "posted", "amount_untaxed": 5.20}],
        )
        self.assertEqual(back.state, "billed")
        self.assertEqual(january.amount_billed + back.amount_billed, 1041.01)

    @mute_logger("odoo.sql_db")
    def test_one_value_a_month(self):
        self.assertEqual(self.rates[0].month, date(2025, 12, 1))
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.rates.create(
                {"index_id": self.index.id, "month": date(2025, 12, 30), "value": 1}
            )
        with self.assertRaisesRegex(ValidationError, "above zero"):
            self.index.kind = "number"
            self.rates[0].value = 0

    def test_values_are_imported(self):
        result = (
            self.env["client.price.index.rate"]
            .with_user(self.user_accountant)
            .load(
                ["index_id", "month", "value"],
                [["IPCA-T", "2027-01-01", "0.16"], ["IPCA-T", "2027-02-01", "1.31"]],
            )
        )
        self.assertFalse(result["messages"])
        self.assertEqual(self.index.last_month, date(2027, 2, 1))

    def _load(self, fields, *rows):
        return (
            self.env["client.price.index.rate"]
            .with_user(self.user_accountant)
            .load(fields, [list(row) for row in rows])
        )

    def test_a_series_is_imported_again(self):
        """Months that are here are corrected, the others are added."""
        count = len(self.index.rate_ids)
        result = self._load(
            ["index_id", "month", "value", "date_published"],
            ["IPCA-T", "2026-11-01", "0.99", "2026-12-10"],
            # any day of the month stands for it
            ["IPCA-T", "2026-10-31", "0.88", ""],
            ["IPCA-T", "2027-01-01", "0.16", "2027-02-11"],
        )
        self.assertFalse(result["messages"])
        self.env.invalidate_all()
        values = {rate.month: rate for rate in self.index.rate_ids}
        self.assertEqual(len(values), count + 1)
        november = values[date(2026, 11, 1)]
        self.assertEqual(november.value, 0.99)
        self.assertEqual(november.date_published, date(2026, 12, 10))
        self.assertEqual(values[date(2026, 10, 1)].value, 0.88)
        self.assertEqual(values[date(2027, 1, 1)].value, 0.16)
        self.assertEqual(values[date(2026, 9, 1)].value, IPCA[9])

    def test_the_definitive_value_is_imported(self):
        """It ends the estimate, with the column or without; another keeps it."""
        rates = self.rates.filtered(lambda rate: rate.month >= date(2026, 9, 1))
        rates.is_provisional = True
        september, october, november = rates.sorted("month")
        for fields, row in (
            (["value", "is_provisional"], ["0.31", "0"]),
            (["value"], ["0.32"]),
            (["value", "is_provisional"], ["0.33", "1"]),
        ):
            month = {"0.31": september, "0.32": october, "0.33": november}[row[0]].month
            result = self._load(
                ["index_id", "month", *fields], ["IPCA-T", str(month), *row]
            )
            self.assertFalse(result["messages"])
        self.assertEqual(rates.sorted("month").mapped("value"), [0.31, 0.32, 0.33])
        self.assertEqual(november.is_provisional, True)
        self.assertFalse(september.is_provisional or october.is_provisional)

    def test_a_file_with_an_error_corrects_nothing(self):
        before = self.rates.mapped("value")
        result = self._load(
            ["index_id", "month", "value"],
            ["IPCA-T", "2026-11-01", "0.99"],
            ["IPCA-T", "2026-10-01", "-200"],
        )
        self.assertRegex(result["messages"][0]["message"], "above −100")
        self.env.invalidate_all()
        self.assertEqual(self.rates.mapped("value"), before)

    def test_only_finance_imports_values(self):
        result = (
            self.env["client.price.index.rate"]
            .with_user(self.user_manager)
            .load(["index_id", "month", "value"], [["IPCA-T", "2026-11-01", "9"]])
        )
        self.assertTrue(result["messages"])
        self.assertEqual(self.rates.sorted("month")[-1:].value, IPCA[-1])

    def test_true_up_of_a_period_with_an_agreement(self):
        """January at half price from the 17th: 16 days whole, 15 at half, of 31.

        Billed at 1,046.21 a month: 793.09.  Definitive 1,051.41: 797.04, 3.95 more.
        February has another quantity for good, and takes the definitive price.
        """
        self.rates[-1].is_provisional = True
        contract = self._create_contract(**self.rule)
        adjustment = self._apply(contract)
        for month, values in ((1, {"discount": 50.0}), (2, {"quantity": 2.0})):
            overlay = self.env["client.contract.overlay"].create(
                {
                    "contract_id": contract.id,
                    "kind": next(iter(values)),
                    "date_start": date(2027, month, 17 if month == 1 else 1),
                    "date_end": date(2027, month, 31 if month == 1 else 28),
                    "reason": "Agreed",
                    "line_ids": [(6, 0, contract.line_ids.ids)],
                    **values,
                }
            )
            overlay.action_confirm()
        january = contract.entry_ids.filtered(
            lambda e: e.period_start == date(2027, 1, 1)
        )
        self.assertEqual(
            (january.amount, len(january.derivation["segments"])), (793.09, 2)
        )
        self._bill(january)
        self.rates[-1].write({"is_provisional": False, "value": 1.06})
        adjustment.invalidate_recordset()
        adjustment.action_true_up()
        self.assertEqual(january.difference_ids.amount, 3.95)
        self.assertEqual(january.amount, 793.09)
        february = contract.entry_ids.filtered(
            lambda e: e.period_start == date(2027, 2, 1)
        )
        self.assertEqual(february.amount, 2102.82)

    # ------------------------------------------------------------------
    # BAD INPUT
    # ------------------------------------------------------------------

    @mute_logger("odoo.sql_db")
    def test_zero_interval(self):
        contract = self._create_contract()
        with self.assertRaises(IntegrityError) as caught, self.env.cr.savepoint():
            contract.adjustment_months = 0
            self.env.flush_all()
        # what Odoo shows instead of the database's words
        self.assertEqual(
            contract._sql_error_to_message(caught.exception),
            "Prices are adjusted every 1 month or more: the interval can't be zero.",
        )

    def test_interval_below_the_company_minimum(self):
        contract = self._create_contract()
        with self.assertRaisesRegex(ValidationError, "at most every 12 months"):
            contract.write(dict(self.rule, adjustment_months=6))
        self.company.client_adjustment_min_months = 6
        contract.write(dict(self.rule, adjustment_months=6))
        self.assertEqual(contract.adjustment_next_date, date(2026, 7, 1))

    def test_bad_rules(self):
        contract = self._create_contract()
        for values, sentence in (
            (dict(self.rule, adjustment_cap=2, adjustment_floor=3), "below its floor"),
            ({"adjustment_rule": "index"}, "Choose the index"),
            ({"adjustment_rule": "fixed"}, "Give the percentage"),
        ):
            with (
                self.subTest(sentence=sentence),
                self.assertRaisesRegex(ValidationError, sentence),
                self.env.cr.savepoint(),
            ):
                contract.write(values)

    def test_contract_without_rule_is_not_proposed(self):
        contract = self._create_contract().with_user(self.user_manager)
        self.assertFalse(contract.adjustment_next_date)
        with self.assertRaisesRegex(UserError, "choose a rule"):
            contract.action_propose_adjustment()

    def test_template_presets_the_rule(self):
        template = self.env["client.contract.template"].create(
            {"name": "Fee", "adjustment_cap": 8, **self.rule}
        )
        form = Form(self.env["client.contract"].with_user(self.user_manager))
        form.client_id = self.client_a
        form.template_id = template
        form.name = "Fee"
        contract = form.save()
        self.assertEqual(contract.adjustment_index_id, self.index)
        self.assertEqual(contract.adjustment_cap, 8)
        self.assertEqual(contract.adjustment_lag, 2)
