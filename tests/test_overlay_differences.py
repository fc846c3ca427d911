"""Agreements entered, changed or cancelled after billing."""

from datetime import date

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from odoo.addons.client_hub.tools import agreement

from .common_overlay import OverlayCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-02-15")
class TestOverlayDifferences(OverlayCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2026-02-15"):
            cls.contract = cls._create_contract()

    def _bill_months(self, *months, contract=None):
        entries = self.env["client.contract.entry"]
        for month in months:
            entries |= self._month(contract or self.contract, month)
        self._bill(entries)
        return entries

    def _differences(self, contract=None):
        contract = contract or self.contract
        return contract.entry_ids.filtered(lambda e: e.kind == "difference").sorted(
            "id"
        )

    # ------------------------------------------------------------------
    # debit and credit
    # ------------------------------------------------------------------

    def test_price_after_billing(self):
        """Billed 1,000 for January, 15 days at 380: 300.00 less."""
        (january,) = self._bill_months(1)
        line = january.invoice_line_ids
        self._agree(self.contract, (1, 17), (1, 31), kind="price", price_unit=380)
        difference = self._differences()
        self.assertEqual(difference.amount, -300.0)
        self.assertEqual(difference.line_id, self.contract.line_ids)
        self.assertEqual(difference.difference_of_id, january)
        self.assertEqual(
            (difference.period_start, difference.period_end),
            (date(2026, 1, 17), date(2026, 1, 31)),
        )
        self.assertEqual(difference.date_due, date(2026, 2, 15))
        self.assertEqual(difference.state, "ready")
        # the invoice stays as it is
        self.assertEqual(january.invoice_line_ids, line)
        self.assertEqual((line.price_subtotal, january.amount), (1000.0, 1000.0))
        self.assertIn("Agreed by phone", difference.derivation_text)
        self.assertIn("billed", difference.derivation_text)
        self._check_books(self.contract)

    def test_change_and_cancel_after_billing(self):
        self._bill_months(1)
        overlay = self._agree(self.contract, (1, 1), (1, 31))
        self.assertEqual(self._differences().amount, -1000.0)
        first = self._differences()
        overlay.date_start = date(2026, 1, 17)
        self.assertEqual(self._differences(), first)
        self.assertEqual(first.amount, -483.87)
        self._check_books(self.contract)
        overlay.action_cancel()
        self.assertFalse(self._differences())
        self._check_books(self.contract)

    def test_cancelled_after_the_difference_was_billed(self):
        self._bill_months(1)
        overlay = self._agree(self.contract, (1, 1), (1, 31))
        first = self._differences()
        self._bill(first)
        self.assertEqual(first.invoice_line_ids.move_id.move_type, "out_refund")
        overlay.action_cancel()
        second = self._differences() - first
        self.assertEqual((first.amount, second.amount), (-1000.0, 1000.0))
        self._check_books(self.contract)
        self._bill(second)
        self.assertEqual(second.invoice_line_ids.move_id.move_type, "out_invoice")
        self._check_books(self.contract)

    def test_draft_invoice_counts_as_billed(self):
        january = self._month(self.contract, 1)
        self._bill(january, post="draft")
        self._agree(self.contract, (1, 1), (1, 31), kind="price", price_unit=300)
        self.assertEqual(self._differences().amount, -700.0)
        self.assertEqual(january.state, "drafted")
        # deleted: the entry is the schedule's again, and the difference goes
        january.invoice_line_ids.move_id.unlink()
        self.assertEqual((january.amount, january.state), (300.0, "ready"))
        self.assertFalse(self._differences())
        self._check_books(self.contract)

    def test_product_after_billing(self):
        """21 days of another product: credit the one, bill the other."""
        tax = self.tax.copy({"name": "Other", "amount": 5.0})
        self._bill_months(3)
        self._agree(
            self.contract,
            (3, 11),
            (3, 31),
            kind="product",
            product_id=self.extra_service.id,
            keep_price=False,
            price_unit=700,
            tax_ids=[Command.set(tax.ids)],
        )
        credit, debit = self._differences().sorted("amount")
        self.assertEqual((credit.amount, debit.amount), (-677.42, 474.19))
        self.assertEqual(credit.product_id, self.service)
        self.assertEqual(debit.product_id, self.extra_service)
        self._check_books(self.contract)
        self._bill(credit | debit)
        self.assertEqual(credit.invoice_line_ids.tax_ids, self.tax)
        self.assertEqual(debit.invoice_line_ids.tax_ids, tax)
        self.assertEqual(set((credit | debit).mapped("state")), {"billed"})
        self._check_books(self.contract)

    def test_extra_after_billing(self):
        overlay = self._agree(
            self.contract,
            (2, 1),
            (4, 30),
            kind="extra",
            product_id=self.extra_service.id,
            price_unit=50,
            extra_recurring=True,
        )
        february = self._month(self.contract, 2, "extra")
        self._bill(february)
        overlay.price_unit = 60
        self.assertEqual(february.difference_ids.amount, 10.0)
        self.assertEqual(self._month(self.contract, 3, "extra").amount, 60.0)
        overlay.action_cancel()
        self.assertEqual(february.difference_ids.amount, -50.0)
        self.assertFalse(self._month(self.contract, 3, "extra"))
        overlay.action_draft()
        overlay.action_confirm()
        self.assertEqual(february.difference_ids.amount, 10.0)
        overlay.write({"extra_recurring": False, "price_unit": 50})
        self.assertFalse(february.difference_ids)

    def test_adjusted_entries_keep_what_was_decided(self):
        january = self._month(self.contract, 1)
        january.write({"is_adjusted": True, "amount_adjusted": 900.0})
        self._bill(january)
        self._agree(self.contract, (1, 1), (1, 31))
        self.assertFalse(self._differences())

    def test_draft_adjusted_by_hand_is_a_decision_as_well(self):
        """It is what the period costs, whatever was billed or due beside it."""
        january = self._month(self.contract, 1)
        for agreed_is_billed, left in ((False, []), (True, [-500.0, 500.0])):
            with self.subTest(billed=agreed_is_billed):
                self._bill(january, post="draft")
                draft = january.invoice_line_ids.move_id
                overlay = self._agree(
                    self.contract, (1, 1), (1, 31), kind="discount", discount=50
                )
                self.assertEqual(self._differences().amount, -500.0)
                if agreed_is_billed:
                    self._bill(self._differences())
                draft.invoice_line_ids.price_unit = 900.0
                draft.action_post()
                self.env.invalidate_all()
                self.assertEqual(sorted(self._differences().mapped("amount")), left)
                self._check_books(self.contract)
                overlay.action_cancel()
                draft.button_draft()
                draft.unlink()
                january.write({"is_adjusted": False})

    def test_line_edits_never_reach_back(self):
        self._bill_months(1, 2)
        overlay = self._agree(
            self.contract, (2, 1), (2, 14), kind="discount", discount=50
        )
        self.contract.line_ids.price_unit = 2000.0
        self.assertEqual(self._differences().amount, -250.0)
        overlay.discount = 100
        self.assertEqual(self._differences().amount, -500.0)
        self._check_books(self.contract)

    def test_ended_contract_gets_its_differences(self):
        self._bill_months(1)
        self.contract.date_end = date(2026, 1, 31)
        self.contract.action_end()
        self._agree(self.contract, (1, 1), (1, 31), kind="price", price_unit=900)
        self.assertEqual(self._differences().amount, -100.0)
        self.assertEqual(self._differences().state, "ready")

    def test_difference_needs_approval_too(self):
        self.contract.entry_approval_required = True
        january = self._month(self.contract, 1)
        january.action_approve()
        self._bill(january)
        self._agree(self.contract, (1, 1), (1, 31), kind="price", price_unit=900)
        self.assertEqual(self._differences().state, "open")

    # ------------------------------------------------------------------
    # how a negative difference is billed
    # ------------------------------------------------------------------

    def test_credit_on_an_invoice(self):
        """With the fee of February: one invoice of 400."""
        self._bill_months(1)
        self._agree(self.contract, (1, 1), (1, 31), kind="price", price_unit=400)
        difference, february = self._differences(), self._month(self.contract, 2)
        self._bill(difference | february, post="draft")
        move = difference.invoice_line_ids.move_id
        self.assertEqual((move.move_type, move.amount_untaxed), ("out_invoice", 400.0))
        self.assertEqual(set((difference | february).mapped("state")), {"drafted"})
        move.action_post()
        self.assertEqual((difference.state, difference.amount_billed), ("billed", -600))
        self.assertEqual(difference.amount_credited, 0.0)
        credit = self._credit(move, post=False)
        self.assertEqual(difference.state, "billed", "a draft credit changes nothing")
        credit.action_post()
        self.assertEqual(set((difference | february).mapped("state")), {"ready"})
        self.assertEqual((difference.amount, difference.amount_billed), (-600.0, 0.0))
        self._check_books(self.contract)
        self._bill(difference | february)
        self.assertEqual((difference.state, difference.amount_billed), ("billed", -600))
        self._check_books(self.contract)

    def test_credit_on_a_credit_note(self):
        """More credit than fee: the fee on an invoice, the credit on a credit note."""
        self._bill_months(1)
        self.contract.line_ids.price_unit = 800.0
        self._agree(self.contract, (1, 1), (1, 31))
        difference, february = self._differences(), self._month(self.contract, 2)
        self._bill(difference | february)
        move = difference.invoice_line_ids.move_id
        self.assertEqual((move.move_type, move.amount_untaxed), ("out_refund", 1000.0))
        invoice = february.invoice_line_ids.move_id
        self.assertEqual(
            (invoice.move_type, invoice.amount_untaxed), ("out_invoice", 800.0)
        )
        self.assertEqual(set((difference | february).mapped("state")), {"billed"})
        self.assertEqual((difference | february).mapped("amount_billed"), [-1000, 800])
        back = self._credit(move)
        self.assertEqual(back.move_type, "out_invoice")
        self.assertEqual((difference.state, february.state), ("ready", "billed"))
        back.button_draft()
        self.assertEqual(set((difference | february).mapped("state")), {"billed"})
        self._check_books(self.contract)

    def test_part_that_was_credited(self):
        """600 of January are credited, then it costs half, then another product."""
        (january,) = self._bill_months(1)
        credit = self._credit(january.invoice_line_ids.move_id, post=False)
        credit.invoice_line_ids.price_unit = 600.0
        credit.action_post()
        overlay = self._agree(
            self.contract, (1, 1), (1, 31), kind="discount", discount=50
        )
        self.assertEqual(self._differences().amount, -400.0)
        overlay.discount = 30
        self.assertEqual(self._differences().amount, -300.0, "100 are left to pay")
        overlay.action_cancel()
        # as another product it costs the same: the 400 are still to pay
        self._agree(
            self.contract,
            (1, 1),
            (1, 31),
            kind="product",
            product_id=self.extra_service.id,
            keep_price=True,
        )
        amounts = {e.product_id: e.amount for e in self._differences()}
        self.assertEqual(amounts, {self.service: -1000.0, self.extra_service: 1000.0})

    def test_charge_credited_for_good(self):
        """500 more were billed and forgiven, then January as well: nothing is due."""
        (january,) = self._bill_months(1)
        self._agree(self.contract, (1, 1), (1, 31), kind="price", price_unit=1500)
        difference = self._differences()
        self._bill(difference)
        self._credit(difference.invoice_line_ids.move_id, client_rebill=False)
        self.assertFalse(self._differences() - difference)
        self._credit(january.invoice_line_ids.move_id, client_rebill=False)
        self.assertEqual((january | difference).mapped("state"), ["credited"] * 2)
        self.assertFalse(self._differences() - difference)

    def test_decision_holds_for_what_it_was_about(self):
        """Skipped: 200 more. 300 more are skipped as well, 100 less are not."""
        self._bill_months(1)
        overlay = self._agree(
            self.contract, (1, 1), (1, 31), kind="price", price_unit=1200
        )
        self._differences().write({"skipped": True})
        overlay.price_unit = 1300
        self.assertEqual(
            (self._differences().amount, self._differences().state), (300, "skipped")
        )
        overlay.price_unit = 900
        self.assertEqual(
            (self._differences().amount, self._differences().state), (-100, "ready")
        )
        self._differences().write({"skipped": True})
        overlay.price_unit = 950
        self.assertEqual(self._differences().state, "skipped")

    def test_draft_and_deleted(self):
        self._bill_months(1)
        self._agree(self.contract, (1, 1), (1, 31))
        difference = self._differences()
        self._bill(difference, post="draft")
        self.assertEqual(difference.state, "drafted")
        difference.invoice_line_ids.move_id.unlink()
        self.assertEqual(difference.state, "ready")
        self._check_books(self.contract)

    def test_credited_for_good(self):
        self._bill_months(1)
        overlay = self._agree(
            self.contract, (1, 1), (1, 31), kind="price", price_unit=900
        )
        difference = self._differences()
        self._bill(difference)
        self._credit(difference.invoice_line_ids.move_id, client_rebill=False)
        self.assertEqual(difference.state, "credited")
        self.contract._sync_schedule()
        self.assertEqual(self._differences(), difference, "not proposed again")
        overlay.action_cancel()
        self.assertEqual(sum(self._differences().mapped("amount")), 0.0)

    # ------------------------------------------------------------------
    # the billed entry comes back
    # ------------------------------------------------------------------

    def test_cancelled_invoice(self):
        """Open again: at the schedule, without the difference, nothing double."""
        (january,) = self._bill_months(1)
        self._agree(self.contract, (1, 1), (1, 31), kind="price", price_unit=300)
        move = january.invoice_line_ids.move_id
        move.button_draft()
        move.button_cancel()
        self.assertEqual((january.state, january.amount), ("ready", 300.0))
        self.assertFalse(self._differences())
        self._check_books(self.contract)
        # taken up again after all: as it was billed, with its difference
        move.button_draft()
        self.assertEqual((january.state, january.amount), ("drafted", 1000.0))
        self.assertEqual(self._differences().amount, -700.0)
        self._check_books(self.contract)

    def test_credited_invoice(self):
        (january,) = self._bill_months(1)
        self._agree(self.contract, (1, 1), (1, 31), kind="price", price_unit=300)
        credit = self._credit(january.invoice_line_ids.move_id)
        self.assertEqual((january.state, january.amount), ("ready", 300.0))
        self.assertFalse(self._differences())
        credit.button_draft()
        self.assertEqual((january.state, january.amount), ("billed", 1000.0))
        self.assertEqual(self._differences().amount, -700.0)
        self._check_books(self.contract)

    def test_credited_after_the_difference_was_billed(self):
        """Both credit notes gave back 1,000 + 700: 300 and 700 are due."""
        (january,) = self._bill_months(1)
        self._agree(self.contract, (1, 1), (1, 31), kind="price", price_unit=300)
        first = self._differences()
        self._bill(first)
        self._credit(january.invoice_line_ids.move_id)
        second = self._differences() - first
        self.assertEqual((january.amount, second.amount), (300.0, 700.0))
        self._check_books(self.contract)
        self._bill(january | second)
        total = sum((january | first | second).mapped("amount_billed"))
        self.assertEqual(total, 300.0)

    def test_suspended_and_credited(self):
        (january,) = self._bill_months(1)
        self._agree(self.contract, (1, 1), (1, 31))
        self._credit(january.invoice_line_ids.move_id)
        self.assertEqual((january.state, january.amount), ("skipped", 0.0))
        self.assertFalse(self._differences())
        self._check_books(self.contract)

    def test_correction_keeps_what_it_bills(self):
        (january,) = self._bill_months(1)
        self._agree(self.contract, (1, 1), (1, 31), kind="price", price_unit=300)
        move = january.invoice_line_ids.move_id
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"journal_id": move.journal_id.id})
        )
        wizard.modify_moves()
        self.env.invalidate_all()
        self.assertEqual((january.state, january.amount), ("drafted", 1000.0))
        self.assertEqual(self._differences().amount, -700.0)
        self._check_books(self.contract)

    def test_correction_of_what_was_credited_for_good(self):
        """Billed again after all, at what it was billed: the difference is due."""
        (january,) = self._bill_months(1)
        self._agree(self.contract, (1, 1), (1, 31), kind="price", price_unit=300)
        move = january.invoice_line_ids.move_id
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"journal_id": move.journal_id.id, "client_rebill": False})
        )
        wizard.modify_moves()
        self.env.invalidate_all()
        self.assertEqual((january.state, january.amount), ("drafted", 1000.0))
        self.assertEqual(self._differences().amount, -700.0)
        self._check_books(self.contract)

    def test_credit_is_not_undone_once_billed_again(self):
        (january,) = self._bill_months(1)
        credit = self._credit(january.invoice_line_ids.move_id)
        self._bill(january)
        with self.assertRaisesRegex(UserError, "billed twice"):
            credit.button_draft()

    def test_accountant_cancels_without_rights_on_contracts(self):
        (january,) = self._bill_months(1)
        self._agree(self.contract, (1, 1), (1, 31), kind="price", price_unit=300)
        move = january.invoice_line_ids.move_id.with_user(self.user_accountant)
        move.button_draft()
        move.button_cancel()
        self.env.invalidate_all()
        self.assertEqual(january.amount, 300.0)

    # ------------------------------------------------------------------
    # price adjustments
    # ------------------------------------------------------------------

    def _adjust(self, contract, **values):
        contract.write(
            {"adjustment_rule": "fixed", "adjustment_percent": 10.0, **values}
        )
        adjustment = contract._propose_adjustments().with_user(self.user_manager)
        adjustment.action_review()
        adjustment.action_apply()
        return adjustment

    def test_cancelled_invoice_takes_the_adjusted_price(self):
        contract = self._create_contract(date_start=date(2025, 1, 1))
        january = self._month(contract, 1)
        self._bill(january)
        self._adjust(contract)
        self.assertEqual(january.amount, 1000.0)
        move = january.invoice_line_ids.move_id
        move.button_draft()
        move.button_cancel()
        self.assertEqual((january.amount, january.price_unit), (1100.0, 1100.0))
        move.button_draft()
        self.assertEqual((january.amount, january.price_unit), (1000.0, 1000.0))

    def test_period_under_way_is_split_where_the_rule_says_so(self):
        """From 11 May 2026: 10 days at 1,000, 21 at 1,100 of 31 are 1,067.74."""
        contract = self._create_contract(
            date_start=date(2025, 5, 11), date_anchor=date(2025, 5, 1)
        )
        self._adjust(contract, adjustment_split=True)
        may = self._month(contract, 5)
        self.assertEqual(may.amount, 1067.74)
        self.assertEqual(self._amounts(contract, 4), [1000.0])
        self.assertEqual(self._amounts(contract, 6), [1100.0])
        self.assertIn("Price adjusted", may.derivation_text)
        self.assertEqual(agreement.amount(may.derivation), 1067.74)
        self._bill(may)
        self._agree(contract, (5, 11), (5, 31))
        self.assertEqual(self._differences(contract).amount, -745.16)

    def test_period_under_way_keeps_its_price_otherwise(self):
        contract = self._create_contract(
            date_start=date(2025, 5, 11), date_anchor=date(2025, 5, 1)
        )
        self._adjust(contract)
        self.assertEqual(self._amounts(contract, 5), [1000.0])
        self.assertEqual(self._amounts(contract, 6), [1100.0])

    def test_adjustment_is_reversed_after_its_invoice_was_cancelled(self):
        contract = self._create_contract(date_start=date(2025, 1, 1))
        adjustment = self._adjust(contract)
        january = self._month(contract, 1)
        self._bill(january)
        with self.assertRaisesRegex(UserError, "on an invoice at the new price"):
            adjustment.action_reverse()
        move = january.invoice_line_ids.move_id
        move.button_draft()
        move.button_cancel()
        adjustment.action_reverse()
        self.assertEqual(january.amount, 1000.0)

    # ------------------------------------------------------------------
    # to the cent
    # ------------------------------------------------------------------

    def test_tax_included_differences(self):
        tax = self.tax.copy(
            {"name": "Included", "price_include_override": "tax_included"}
        )
        for price, agreed in ((115.0, 57.77), (99.99, 33.33), (1.99, 0.37)):
            contract = self._create_contract(
                lines=[{"price_unit": price, "tax_ids": [Command.set(tax.ids)]}]
            )
            january = self._month(contract, 1)
            self._bill(january)
            self._agree(contract, (1, 1), (1, 19), kind="price", price_unit=agreed)
            difference = self._differences(contract)
            self._bill(difference)
            self.assertEqual(difference.amount_billed, difference.amount)
            self._check_books(contract)

    def test_fiscal_position_and_currency(self):
        export = self.tax.copy({"name": "Export", "amount": 0.0})
        position = self.env["account.fiscal.position"].create({"name": "Export"})
        export.write(
            {
                "fiscal_position_ids": [Command.set(position.ids)],
                "original_tax_ids": [Command.set(self.tax.ids)],
            }
        )
        self.client_a.property_account_position_id = position
        yen = self.env.ref("base.JPY")
        yen.active = True
        self.env["res.currency.rate"].create(
            {"currency_id": yen.id, "name": "2026-01-01", "rate": 150.0}
        )
        contract = self._create_contract(
            currency_id=yen.id, lines=[{"price_unit": 10001.0}]
        )
        january = self._month(contract, 1)
        self._bill(january)
        self._agree(contract, (1, 1), (1, 10))
        difference = self._differences(contract)
        self.assertEqual(difference.amount, -3226.0)
        self._bill(difference)
        self.assertEqual(difference.amount_billed, -3226.0)
        self.assertEqual(difference.invoice_line_ids.tax_ids, export)
        self._check_books(contract)

    def test_derivation_alone(self):
        self._bill_months(1)
        self._agree(self.contract, (1, 7), (4, 12), kind="price", price_unit=777.77)
        self._agree(self.contract, (1, 20), (3, 3), kind="discount", discount=12.5)
        for entry in self.contract.entry_ids:
            self.assertEqual(agreement.amount(entry.derivation), entry.amount)
