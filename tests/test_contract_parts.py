"""Periods that are billed in parts: they sum to the whole, to the cent."""

import random
from datetime import date, timedelta

from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from odoo.addons.client_hub.tools import agreement

from .common_overlay import OverlayCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-04-15")
class TestContractParts(OverlayCommon):
    def _cut_by_products(self, contract, month, *days):
        """Agree on another product, at the same price, for each of these days."""
        for first, last in days:
            self._agree(
                contract,
                (month, first),
                (month, last),
                kind="product",
                product_id=self.extra_service.id,
                keep_price=True,
                tax_ids=[Command.set(self.tax.ids)],
            )

    def _check_recomputed(self, entries):
        for entry in entries:
            self.assertEqual(agreement.amount(entry.derivation), entry.amount)

    def test_three_thirds(self):
        """1,000 in three tens of April: 333.33, 333.34 and 333.33 make 1,000.00."""
        contract = self._create_contract()
        self._cut_by_products(contract, 4, (11, 20))
        april = self._month(contract, 4)
        self.assertEqual([entry.period_start.day for entry in april], [1, 11, 21])
        self.assertEqual(sorted(april.mapped("amount")), [333.33, 333.33, 333.34])
        self._check_recomputed(april)
        carried = april.filtered(lambda e: e.amount == 333.34)
        self.assertIn("for the sum of the parts", carried.derivation_text)
        self.assertIn("333.34", carried.derivation_text)
        # billed one by one, at these amounts
        for entry in april:
            self._bill(entry)
        self.assertEqual(sum(april.mapped("amount_billed")), 1000.0)
        self.assertEqual(sum(april.invoice_line_ids.mapped("price_subtotal")), 1000.0)

    def test_billed_part_keeps_its_cent(self):
        """The one that carries it has another product; nothing changes afterwards."""
        contract = self._create_contract()
        self._cut_by_products(contract, 4, (1, 10), (21, 30))
        april = self._month(contract, 4)
        carried = april.filtered(lambda e: e.amount == 333.34)
        self.assertTrue(carried.derivation["base"])
        self._bill(april)
        contract._sync_schedule()
        self.assertFalse(april.difference_ids)
        self.assertEqual(sum(april.mapped("amount_billed")), 1000.0)

    def test_one_product_of_an_entry_that_is_billed_again(self):
        """Half of April has another product: 500.00 each, also once it is billed."""
        contract = self._create_contract()
        april = self._month(contract, 4)
        self._bill(april)
        self._credit(april.invoice_line_ids.move_id)
        self._cut_by_products(contract, 4, (16, 30))
        self.assertEqual(april.amount, 500.0)
        self.assertEqual(april.difference_ids.mapped("amount"), [500.0])
        self._bill(april)
        contract._sync_schedule()
        self.assertEqual(april.difference_ids.mapped("amount"), [500.0])
        contract.overlay_ids.action_cancel()
        self.env.invalidate_all()
        self.assertEqual(
            (april | april.difference_ids).mapped("amount"), [500.0, 500.0]
        )
        self.assertEqual(april.difference_ids.product_id, april.product_id)
        self._check_recomputed(april)

    def test_other_product_for_one_of_two_periods(self):
        """A quarter that is billed again by the month, February as another product."""
        for cut in ((2, 1), (2, 28)), ((2, 1), (3, 31)), ((1, 1), (1, 31)):
            with self.subTest(cut):
                contract = self._create_contract(recurring_interval=3)
                quarter = self._month(contract, 1)
                self._bill(quarter)
                self._credit(quarter.invoice_line_ids.move_id)
                contract.recurring_interval = 1
                self.assertEqual((quarter.amount, quarter.state), (3000.0, "ready"))
                overlay = self._agree(
                    contract,
                    *cut,
                    kind="product",
                    product_id=self.extra_service.id,
                    keep_price=False,
                    price_unit=700,
                )
                other = quarter.difference_ids
                months = cut[1][0] - cut[0][0] + 1
                self.assertEqual(
                    (quarter | other).mapped("amount"),
                    [3000.0 - 1000 * months, 700.0 * months],
                )
                self._check_recomputed(quarter | other)
                self._check_books(contract)
                self._bill(quarter | other)
                contract._sync_schedule()
                self.assertEqual(quarter.difference_ids, other)
                self.assertNotIn("0/1", quarter.derivation_text)
                overlay.action_cancel()
                self.env.invalidate_all()
                late = quarter.difference_ids - other
                amounts = {entry.product_id: entry.amount for entry in late}
                self.assertEqual(
                    amounts,
                    {
                        self.service: 1000.0 * months,
                        self.extra_service: -700.0 * months,
                    },
                )
                self._check_books(contract)

    def test_around_what_was_billed(self):
        """The middle was billed when there was nothing else: the rest makes up."""
        contract = self._create_contract(
            lines=[{"date_start": date(2026, 4, 11), "date_end": date(2026, 4, 20)}]
        )
        middle = self._month(contract, 4)
        self.assertEqual(middle.amount, 333.33)
        self._bill(middle)
        contract.line_ids.write({"date_start": False, "date_end": False})
        april = self._month(contract, 4)
        self.assertEqual(len(april), 3)
        self.assertEqual(middle.amount, 333.33)
        self.assertEqual(sum(april.mapped("amount")), 1000.0)
        self._check_recomputed(april)
        # deleted: one period again
        middle.invoice_line_ids.move_id.button_draft()
        middle.invoice_line_ids.move_id.unlink()
        self.assertEqual(self._amounts(contract, 4), [1000.0])

    def test_around_what_was_adjusted(self):
        """What people decided about one part leaves the cents of the others alone."""
        contract = self._create_contract(
            lines=[{"date_start": date(2026, 4, 11), "date_end": date(2026, 4, 20)}]
        )
        middle = self._month(contract, 4)
        middle.write({"is_adjusted": True, "amount_adjusted": 300.0})
        self._bill(middle)
        contract.line_ids.write({"date_start": False, "date_end": False})
        april = self._month(contract, 4)
        self.assertEqual(
            sorted(april.mapped("amount_scheduled")), [333.33, 333.33, 333.34]
        )
        self.assertEqual(sum(april.mapped("amount_scheduled")), 1000.0)
        self.assertEqual(middle.amount_billed, 300.0)

    def test_parts_of_a_period_that_keeps_its_price(self):
        """10 % more from 11 May, in the midst of a period that is not split."""
        contract = self._create_contract(
            date_start=date(2025, 5, 11),
            date_anchor=date(2025, 5, 1),
            adjustment_rule="fixed",
            adjustment_percent=10.0,
        )
        adjustment = contract.with_user(self.user_manager)._propose_adjustments()
        adjustment.action_review()
        adjustment.action_apply()
        self._cut_by_products(contract, 5, (21, 31))
        may = self._month(contract, 5)
        self.assertEqual(may.mapped("amount"), [645.16, 354.84])
        self._bill(may)
        contract._sync_schedule()
        self.assertFalse(may.difference_ids)
        # nor do days that come back later cost more
        may.invoice_line_ids.move_id.button_draft()
        may.invoice_line_ids.move_id.unlink()
        contract.overlay_ids.action_cancel()
        contract.line_ids.date_end = date(2026, 5, 20)
        self._bill(self._month(contract, 5))
        contract.line_ids.date_end = False
        self.assertEqual(self._amounts(contract, 5), [645.16, 354.84])
        self.assertEqual(self._amounts(contract, 6), [1100.0])

    def test_runs_of_days_sum_to_their_entry(self):
        """Three prices in a month: what is shown for each sums to what is billed."""
        contract = self._create_contract()
        self._agree(contract, (4, 11), (4, 20), kind="discount", discount=0.1)
        april = self._month(contract, 4)
        shares = [segment["amount"] for segment in april.derivation["segments"]]
        self.assertEqual(len(shares), 3)
        self.assertEqual(round(sum(shares), 2), april.amount)

    def test_tax_included(self):
        tax = self.tax.copy(
            {"name": "Included", "price_include_override": "tax_included"}
        )
        contract = self._create_contract(
            lines=[{"price_unit": 1150.0, "tax_ids": [Command.set(tax.ids)]}]
        )
        self._agree(
            contract,
            (4, 11),
            (4, 20),
            kind="product",
            product_id=self.extra_service.id,
            tax_ids=[Command.set(tax.ids)],
        )
        april = self._month(contract, 4)
        self.assertEqual(len(april), 3)
        self.assertEqual(round(sum(april.mapped("amount")), 2), 1000.0)
        self._bill(april)
        self.assertEqual(april.mapped("amount_billed"), april.mapped("amount"))

    def test_any_cut(self):
        """However a period is cut, billed and cut again, it costs the same."""
        rng = random.Random(31)  # noqa: S311
        contract = self._create_contract(lines=[{}, {}])
        lines = contract.line_ids
        for _case in range(25):
            contract.overlay_ids.action_cancel()
            for line in lines:
                line.price_unit = rng.randint(1, 300000) / 100
                line.quantity = rng.choice((1, 1, 3, 0.7))
            first = 1
            while first < 29:
                last = min(first + rng.randint(0, 9), 30)
                if rng.random() < 0.6:
                    self._cut_by_products(contract, 6, (first, last))
                first = last + 1
            june = self._month(contract, 6)
            for line in lines:
                mine = june.filtered(lambda e, line=line: e.line_id == line)
                whole = contract.currency_id.round(line.price_unit * line.quantity)
                self.assertEqual(round(sum(mine.mapped("amount")), 2), whole)
                days = [(e.period_start, e.period_end) for e in mine]
                for before, after in zip(days, days[1:], strict=False):
                    self.assertEqual(before[1] + timedelta(days=1), after[0])
            self._check_recomputed(june)
