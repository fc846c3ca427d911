"""The definitive value of an index, after periods were billed with an estimate."""

from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .common_overlay import OverlayCommon

DAY = date(2027, 1, 1)


@tagged("post_install", "-at_install")
@freeze_time("2026-12-05")
class TestPriceTrueUp(OverlayCommon):
    """1,000 a month; 1,046.20 from January 2027 with an estimate, then 1,051.40."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.index = cls.env["client.price.index"].create(
            {"name": "Consumer prices", "code": "CPI-T", "kind": "number"}
        )
        cls.rates = cls.env["client.price.index.rate"].create(
            [
                {"index_id": cls.index.id, "month": date(2025, 11, 1), "value": 100},
                {
                    "index_id": cls.index.id,
                    "month": date(2026, 11, 1),
                    "value": 104.62,
                    "is_provisional": True,
                },
            ]
        )

    def _start(self, lines=None, **values):
        """Return a contract whose prices were adjusted with an estimate."""
        contract = self._create_contract(
            lines=lines,
            adjustment_rule="index",
            adjustment_index_id=self.index.id,
            adjustment_lag=2,
            **values,
        )
        adjustment = contract.with_user(self.user_manager)._propose_adjustments()
        adjustment.action_review()
        adjustment.action_apply()
        self.env.invalidate_all()
        return contract

    def _true_up(self, contract, value=105.14):
        """Enter the definitive value and true the adjustment up."""
        self.rates[1].write({"value": value, "is_provisional": False})
        self.env.invalidate_all()
        adjustment = contract.adjustment_ids.with_user(self.user_manager)
        adjustment.action_true_up()
        self.env.invalidate_all()
        return adjustment

    def _january(self, contract):
        return contract.entry_ids.filtered(
            lambda e: (
                e.kind == "recurring"
                and e.period_start <= date(2027, 1, 31)
                and e.period_end >= DAY
            )
        ).sorted("period_start")

    def _bill_january(self, contract, **values):
        january = self._january(contract)
        self._bill(january, **values)
        return january

    def _cost_of_day(self, line, day, terms):
        """What a day costs hangs on the day alone, whatever it was billed at."""
        before = line.adjustment_line_ids.price_before
        price = line.price_unit if day >= DAY else before
        return super()._cost_of_day(line, day, (price, *terms[1:]))

    def _check(self, contract, *amounts):
        """The rule holds, there is no free extra, and these differences are there."""
        self._check_books(contract)
        self.assertFalse(contract.entry_ids.filtered(lambda e: e.kind == "extra"))
        differences = contract.entry_ids.filtered(lambda e: e.kind == "difference")
        self.assertEqual(sorted(differences.mapped("amount")), sorted(amounts))
        return differences

    # ------------------------------------------------------------------
    # the invoice stays
    # ------------------------------------------------------------------

    def test_difference_of_each_period(self):
        """5.20 more for January and for February, each with its own reason."""
        contract = self._start()
        billed = self._bill_january(contract) | contract.entry_ids.filtered(
            lambda e: e.period_start == date(2027, 2, 1)
        )
        self._bill(billed - self._january(contract))
        adjustment = self._true_up(contract)
        differences = self._check(contract, 5.20, 5.20)
        self.assertEqual(differences.difference_of_id, billed)
        self.assertEqual(billed.mapped("amount"), [1046.20, 1046.20])
        self.assertEqual(set(differences.mapped("cause")), {"price"})
        first = differences.sorted("period_start")[0]
        self.assertIn("definitive CPI-T", first.name)
        for text in ("CPI-T: November 2026 105.14", "1,046.20", "1.0514", "1,051.40"):
            self.assertIn(text, first.derivation_text)
        march = contract.entry_ids.filtered(
            lambda e: e.period_start == date(2027, 3, 1)
        )
        self.assertEqual(march.amount, 1051.40)
        self.assertRecordValues(
            adjustment.line_ids, [{"price_new": 1051.4, "price_estimated": 1046.2}]
        )
        with self.assertRaisesRegex(UserError, "no provisional value"):
            adjustment.action_true_up()
        # in step: nothing more to do
        contract._sync_schedule()
        self._check(contract, 5.20, 5.20)

    def test_accountant_trues_nothing_up(self):
        contract = self._start()
        self._bill_january(contract)
        self.rates[1].is_provisional = False
        for user in (self.user_accountant, self.user_creation, self.portal_a):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                contract.adjustment_ids.with_user(user).action_true_up()
        self._check(contract)

    def test_downwards(self):
        contract = self._start()
        january = self._bill_january(contract)
        self._true_up(contract, 104.10)
        difference = self._check(contract, -5.20)
        self._bill(difference)
        move = difference.invoice_line_ids.move_id
        self.assertEqual((move.move_type, move.amount_untaxed), ("out_refund", 5.20))
        self._check(contract, -5.20)
        self.assertEqual(sum((january | difference).mapped("amount_billed")), 1041.0)

    def test_estimate_was_right(self):
        contract = self._start()
        self._bill_january(contract)
        self._true_up(contract, 104.62)
        self._check(contract)

    def test_adjusted_amount_stays(self):
        contract = self._start()
        january = self._january(contract)
        january.write({"is_adjusted": True, "amount_adjusted": 900.0})
        self._bill(january)
        self._true_up(contract)
        self._check(contract)

    def test_true_up_of_an_earlier_version_stays(self):
        """What was trued up by a free extra is not billed once more."""
        contract = self._start()
        self._bill_january(contract)
        self._true_up(contract)
        # as it was written before this field was there
        contract.adjustment_ids.sudo().line_ids.price_estimated = 0.0
        contract._sync_schedule()
        self.assertFalse(self._january(contract).difference_ids)

    # ------------------------------------------------------------------
    # the invoice comes back
    # ------------------------------------------------------------------

    def test_draft_deleted(self):
        contract = self._start()
        january = self._bill_january(contract, post="draft")
        self._true_up(contract)
        self._check(contract, 5.20)
        january.invoice_line_ids.move_id.unlink()
        self.assertEqual((january.state, january.amount), ("ready", 1051.40))
        self._check(contract)
        self._bill(january)
        self._check(contract)
        self.assertEqual(january.amount_billed, 1051.40)

    def test_cancelled(self):
        contract = self._start()
        january = self._bill_january(contract)
        self._true_up(contract)
        move = january.invoice_line_ids.move_id
        move.button_draft()
        move.button_cancel()
        self.env.invalidate_all()
        self.assertEqual((january.state, january.amount), ("ready", 1051.40))
        self._check(contract)
        move.button_draft()
        self.env.invalidate_all()
        self.assertEqual((january.state, january.amount), ("drafted", 1046.20))
        self._check(contract, 5.20)

    def test_credited_to_be_billed_again(self):
        contract = self._start()
        january = self._bill_january(contract)
        self._true_up(contract)
        credit = self._credit(january.invoice_line_ids.move_id)
        self.env.invalidate_all()
        self.assertEqual((january.state, january.amount), ("ready", 1051.40))
        self._check(contract)
        credit.button_draft()
        self.env.invalidate_all()
        self.assertEqual((january.state, january.amount), ("billed", 1046.20))
        self._check(contract, 5.20)

    def test_credited_after_the_difference_was_billed(self):
        contract = self._start()
        january = self._bill_january(contract)
        self._true_up(contract)
        first = self._check(contract, 5.20)
        self._bill(first)
        self._credit(january.invoice_line_ids.move_id)
        second = self._check(contract, 5.20, -5.20) - first
        self._bill(january | second)
        self._check(contract, 5.20, -5.20)
        parts = january | first | second
        self.assertEqual(round(sum(parts.mapped("amount_billed")), 2), 1051.40)

    def test_credited_for_good(self):
        """Nothing is due any more, and nothing of the true-up."""
        contract = self._start()
        january = self._bill_january(contract)
        self._true_up(contract)
        self._check(contract, 5.20)
        self._credit(january.invoice_line_ids.move_id, client_rebill=False)
        self.env.invalidate_all()
        self.assertEqual(january.state, "credited")
        self._check(contract)

    def test_credited_for_good_before(self):
        contract = self._start()
        january = self._bill_january(contract)
        self._credit(january.invoice_line_ids.move_id, client_rebill=False)
        self._true_up(contract)
        self._check(contract)

    # ------------------------------------------------------------------
    # taxes, accounts
    # ------------------------------------------------------------------

    def test_taxes_and_analytic_of_the_service(self):
        tax = self.tax.copy({"name": "Of the line", "amount": 5.0})
        plan = self.env["account.analytic.plan"].create({"name": "Clients"})
        account = self.env["account.analytic.account"].create(
            {"name": "Client A", "plan_id": plan.id, "company_id": self.company.id}
        )
        line = {
            "tax_ids": [Command.set(tax.ids)],
            "analytic_distribution": {str(account.id): 100},
        }
        contract = self._start(lines=[line])
        self._bill_january(contract)
        self._true_up(contract)
        difference = self._check(contract, 5.20)
        self._bill(difference)
        billed = difference.invoice_line_ids
        self.assertEqual(billed.tax_ids, tax)
        self.assertEqual(billed.analytic_distribution, {str(account.id): 100})
        self.assertEqual(billed.price_total, 5.46)
        self._check(contract, 5.20)

    def test_taxes_included(self):
        """1,150.00 with 15 %: 1,203.13 and 1,209.11 make 1,046.20 and 1,051.40."""
        tax = self.tax.copy(
            {"name": "Included", "price_include_override": "tax_included"}
        )
        line = {"price_unit": 1150.0, "tax_ids": [Command.set(tax.ids)]}
        contract = self._start(lines=[line])
        january = self._bill_january(contract)
        self.assertEqual(january.amount, 1046.20)
        self._true_up(contract)
        difference = self._check(contract, 5.20)
        self._bill(difference)
        self.assertEqual(difference.invoice_line_ids.tax_ids, tax)
        self.assertEqual(difference.invoice_line_ids.price_subtotal, 5.20)
        self._check(contract, 5.20)
        self._credit(january.invoice_line_ids.move_id)
        self._check(contract, 5.20, -5.20)

    # ------------------------------------------------------------------
    # parts of periods
    # ------------------------------------------------------------------

    def test_joined_period(self):
        """11 days of December with January: 354.84 + 1,046.20."""
        contract = self._start(
            lines=[{"date_start": date(2026, 12, 21)}], broken_first="next"
        )
        january = self._bill_january(contract)
        self.assertEqual(january.period_start, date(2026, 12, 21))
        self.assertTrue(january.derivation["pieces"])
        self.assertEqual(january.amount, 1401.04)
        self._true_up(contract)
        difference = self._check(contract, 5.20)
        self.assertEqual(difference.period_start, DAY)
        self.assertIn("definitive CPI-T", difference.name)
        self.assertIn("Definitive value of CPI-T", difference.derivation_text)
        january.invoice_line_ids.move_id.button_draft()
        january.invoice_line_ids.move_id.unlink()
        self._check(contract)
        self.assertEqual(january.amount, 1406.24)

    def test_joined_period_with_taxes_included(self):
        tax = self.tax.copy(
            {"name": "Included", "price_include_override": "tax_included"}
        )
        line = {
            "price_unit": 1150.0,
            "tax_ids": [Command.set(tax.ids)],
            "date_start": date(2026, 12, 21),
        }
        contract = self._start(lines=[line], broken_first="next")
        january = self._bill_january(contract)
        self.assertEqual(january.amount, 1401.04)
        self._true_up(contract)
        self._check(contract, 5.20)

    def test_period_that_the_adjustment_splits(self):
        """10 December to 9 January: 22 days as before, 9 at the new price, of 31."""
        contract = self._start(date_anchor=date(2026, 2, 10), adjustment_split=True)
        entry = contract.entry_ids.filtered(
            lambda e: e.period_start == date(2026, 12, 10)
        )
        self._bill(entry)
        self.assertEqual(entry.amount, 1013.41)
        self._true_up(contract)
        difference = entry.difference_ids
        self.assertEqual(difference.amount, 1.51)
        self.assertEqual(
            (difference.period_start, difference.period_end), (DAY, date(2027, 1, 9))
        )
        self._bill(difference)
        self._credit(entry.invoice_line_ids.move_id)
        self.assertEqual((entry.state, entry.amount), ("ready", 1014.92))
        self.assertEqual(sum(entry.difference_ids.mapped("amount")), 0.0)

    def test_parts_of_a_period(self):
        """Three products in January, billed one by one, with a cent carried."""
        contract = self._start()
        self.env["client.contract.overlay"].create(
            {
                "contract_id": contract.id,
                "kind": "product",
                "product_id": self.extra_service.id,
                "keep_price": True,
                "tax_ids": [Command.set(self.tax.ids)],
                "date_start": date(2027, 1, 11),
                "date_end": date(2027, 1, 20),
                "reason": "Agreed",
                "line_ids": [Command.set(contract.line_ids.ids)],
            }
        ).action_confirm()
        january = self._january(contract)
        self.assertEqual(len(january), 3)
        self.assertEqual(round(sum(january.mapped("amount")), 2), 1046.20)
        for entry in january:
            self._bill(entry)
        contract._sync_schedule()
        self._check(contract)
        self._true_up(contract)
        parts = january | january.difference_ids
        self.assertEqual(round(sum(parts.mapped("amount")), 2), 1051.40)
        self._check_books(contract)
        self._bill(january.difference_ids)
        contract._sync_schedule()
        parts = january | january.difference_ids
        self.assertEqual(round(sum(parts.mapped("amount_billed")), 2), 1051.40)
        self._check_books(contract)
        # one of them is to be billed again: it makes up for the others
        self._credit(january[0].invoice_line_ids.move_id)
        self.env.invalidate_all()
        parts = january | january.difference_ids
        self.assertEqual(round(sum(parts.mapped("amount")), 2), 1051.40)

    # ------------------------------------------------------------------
    # days that were given back
    # ------------------------------------------------------------------

    def _end(self, contract):
        contract.action_end(date=date(2027, 1, 10), credit=True)
        self.env.invalidate_all()

    def test_days_given_back_before(self):
        """10 of 31 days: 337.48 billed, 339.16 is right."""
        contract = self._start()
        january = self._bill_january(contract)
        with freeze_time("2027-01-10"):
            self._end(contract)
            credit = january.difference_ids
            self.assertEqual(credit.amount, -708.72)
            self._bill(credit)
            self._true_up(contract)
            difference = self._check(contract, -708.72, 1.68) - credit
            self.assertEqual(difference.period_end, date(2027, 1, 10))
            self._bill(difference)
            parts = january | credit | difference
            self.assertEqual(round(sum(parts.mapped("amount_billed")), 2), 339.16)
            self._check(contract, -708.72, 1.68)

    def test_days_given_back_with_it(self):
        contract = self._start()
        self._bill_january(contract)
        with freeze_time("2027-01-10"):
            self._end(contract)
            self._true_up(contract)
            self.assertEqual(self._check(contract, -707.04).cause, "ended")

    def test_months_given_back(self):
        """February was credited in full: nothing to true up."""
        contract = self._start()
        february = contract.entry_ids.filtered(
            lambda e: e.period_start == date(2027, 2, 1)
        )
        self._bill(february | self._january(contract))
        with freeze_time("2027-01-31"):
            contract.action_end(date=date(2027, 1, 31), credit=True)
            self._bill(february.difference_ids)
            self._true_up(contract)
            self._check(contract, -1046.20, 5.20)
