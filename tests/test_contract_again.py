"""Periods that are billed once more after the service got other dates."""

from datetime import date

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .common_overlay import OverlayCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10")
class TestContractAgain(OverlayCommon):
    """1,000 a month: the first 10 days of March are 322.58, the other 21 677.42."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2026-03-10"):
            cls.contract = cls._create_contract()
        cls.line = cls.contract.line_ids

    def _credit_march(self):
        """Bill March and credit it, to be billed again; return entry and credit."""
        march = self._month(self.contract, 3)
        self._bill(march)
        credit = self._credit(march.invoice_line_ids.move_id)
        self.env.invalidate_all()
        self.assertEqual((march.state, march.amount), ("ready", 1000.0))
        return march, credit

    def _set_dates(self, start=False, end=False):
        self.line.write({"date_start": start, "date_end": end})
        self.env.invalidate_all()

    def _days(self, month=3):
        return [
            (e.period_start.day, e.period_end.day, e.amount)
            for e in self._month(self.contract, month)
        ]

    def test_days_that_come_back_after_it_was_billed(self):
        """Nothing is lost: the days after the first end are billed by their own."""
        march, _credit = self._credit_march()
        self._set_dates(end=date(2026, 3, 10))
        self.assertEqual(self._days(), [(1, 10, 322.58)])
        self._bill(march, post="draft")
        self._set_dates()
        self.assertEqual(self._days(), [(1, 10, 322.58), (11, 31, 677.42)])
        self.assertEqual(
            [e.state for e in self._month(self.contract, 3)], ["drafted", "ready"]
        )
        self._bill(self._month(self.contract, 3)[1])
        self._check_books(self.contract)

    def test_first_days_that_come_back(self):
        march, _credit = self._credit_march()
        self._set_dates(start=date(2026, 3, 11))
        self._bill(march)
        self._set_dates()
        self.assertEqual(self._days(), [(1, 10, 322.58), (11, 31, 677.42)])
        self._check_books(self.contract)

    def test_days_that_come_back_while_it_is_open(self):
        """One entry bills the whole month again."""
        self._credit_march()
        self._set_dates(start=date(2026, 3, 5), end=date(2026, 3, 10))
        self.assertEqual(self._days(), [(5, 10, 193.55)])
        self._set_dates(end=date(2026, 3, 20))
        self.assertEqual(self._days(), [(1, 20, 645.16)])
        self._set_dates()
        self.assertEqual(self._days(), [(1, 31, 1000.0)])
        self._check_books(self.contract)

    def test_credit_is_undone_before_the_rest_is_billed(self):
        """The first invoice bills the whole month after all: the rest goes."""
        march, credit = self._credit_march()
        self._set_dates(end=date(2026, 3, 10))
        self._bill(march, post="draft")
        self._set_dates()
        march.invoice_line_ids.move_id.filtered(lambda m: m.state == "draft").unlink()
        credit.button_draft()
        credit.unlink()
        self.env.invalidate_all()
        self.assertEqual(self._days(), [(1, 31, 1000.0)])
        self.assertEqual(march.state, "billed")
        self._check_books(self.contract)

    def test_credit_is_undone_after_the_month_became_longer(self):
        """The first invoice bills its days alone: the others get their own entry."""
        self._set_dates(end=date(2026, 3, 10))
        march = self._month(self.contract, 3)
        self._bill(march)
        credit = self._credit(march.invoice_line_ids.move_id)
        self._set_dates()
        self.assertEqual(self._days(), [(1, 31, 1000.0)])
        credit.button_draft()
        self.env.invalidate_all()
        self.assertEqual(self._days(), [(1, 10, 322.58), (11, 31, 677.42)])
        self.assertEqual(march.state, "billed")
        self._check_books(self.contract)

    def test_credit_is_undone_after_the_rest_was_billed(self):
        march, credit = self._credit_march()
        self._set_dates(end=date(2026, 3, 10))
        self._bill(march, post="draft")
        self._set_dates()
        rest = self._month(self.contract, 3)[1]
        self._bill(rest)
        march.invoice_line_ids.move_id.filtered(lambda m: m.state == "draft").unlink()
        with (
            self.assertRaisesRegex(UserError, "bills some of its days"),
            self.cr.savepoint(),
        ):
            credit.button_draft()
        self.env.invalidate_all()
        self.assertEqual((march.state, rest.state), ("ready", "billed"))
        self.assertEqual(self._days(), [(1, 10, 322.58), (11, 31, 677.42)])
        self._check_books(self.contract)

    def test_an_extra_that_is_shorter_for_a_while(self):
        extra = self._agree(
            self.contract,
            (3, 1),
            (6, 30),
            kind="extra",
            extra_recurring=True,
            product_id=self.extra_service.id,
            name="Newsletter",
            quantity=1.0,
            price_unit=310.0,
        )
        march = self._month(self.contract, 3, "extra")
        self._bill(march)
        self._credit(march.invoice_line_ids.move_id)
        extra.write({"date_end": date(2026, 3, 10)})
        self.env.invalidate_all()
        self.assertEqual((march.amount, march.period_end.day), (100.0, 10))
        self._bill(march, post="draft")
        extra.write({"date_end": date(2026, 6, 30)})
        self.env.invalidate_all()
        amounts = self._amounts(self.contract, 3, "extra")
        self.assertEqual(amounts, [100.0, 210.0])
        self._check_books(self.contract)

    # ------------------------------------------------------------------
    # one entry for parts of two periods
    # ------------------------------------------------------------------

    def _bill_over_two_periods(self, *agreements):
        """Bill March again after the periods begin on the 16th; return its entry.

        Its days are now 15 of 28 of one period and 16 of 31 of the next one: 1,051.84.
        """
        march, _credit = self._credit_march()
        self.contract.date_anchor = date(2026, 1, 16)
        self.env.invalidate_all()
        self.assertEqual(self._days(), [(1, 31, 1051.84)])
        for first, last, discount in agreements:
            self._agree(
                self.contract, (3, first), (3, last), kind="discount", discount=discount
            )
        self._bill(march)
        return march

    def test_agreement_of_two_periods_is_cancelled(self):
        """7 of 28 days at half price: 125.00 less, until it is taken back."""
        march = self._bill_over_two_periods((2, 8, 50))
        self.assertEqual(march.amount_billed, 926.84)
        self.assertFalse(march.difference_ids)
        self.contract.overlay_ids.with_user(self.user_manager).action_cancel()
        self.env.invalidate_all()
        self.assertEqual(march.difference_ids.mapped("amount"), [125.0])
        self.assertIn("1,051.84", march.difference_ids.derivation_text)
        self._bill(march.difference_ids)
        self.contract._sync_schedule()
        parts = march | march.difference_ids
        self.assertAlmostEqual(sum(parts.mapped("amount_billed")), 1051.84)

    def test_one_of_two_agreements_is_cancelled(self):
        """8 of 31 days at half price stay: 129.03 less."""
        march = self._bill_over_two_periods((2, 8, 50), (24, 31, 50))
        self.assertEqual(march.amount_billed, 797.81)
        agreed = self.contract.overlay_ids.sorted("date_start")
        agreed[0].with_user(self.user_manager).action_cancel()
        self.env.invalidate_all()
        self.assertEqual(march.difference_ids.mapped("amount"), [125.0])
        agreed[1].with_user(self.user_manager).action_cancel()
        self.env.invalidate_all()
        self.assertEqual(march.difference_ids.mapped("amount"), [254.03])

    def test_agreement_of_two_periods_that_comes_late(self):
        """Billed without it, or with another: the difference is what it takes off."""
        march = self._bill_over_two_periods((24, 31, 50))
        self._agree(self.contract, (3, 2), (3, 8), kind="discount", discount=50)
        self.assertEqual(march.difference_ids.mapped("amount"), [-125.0])
