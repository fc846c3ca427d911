"""Contracts that end on a day that is billed already."""

from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged

from odoo.addons.client_hub.tools import agreement

from .common_overlay import OverlayCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10")
class TestContractUnused(OverlayCommon):
    """1,000 a month, billed ahead: 21 of the 31 days of March are 677.42."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2026-03-10"):
            cls.contract = cls._create_contract()

    def _bill_months(self, *months, contract=None, **values):
        contract = contract or self.contract
        entries = self.env["client.contract.entry"]
        for month in months:
            entries |= self._month(contract, month)
        self._bill(entries, **values)
        return entries

    def _differences(self, contract=None):
        contract = contract or self.contract
        return contract.entry_ids.filtered(lambda e: e.kind == "difference").sorted(
            "period_start"
        )

    def _dialog(self, contract=None, user=None, action="end", **values):
        return (
            self.env["client.contract.close.wizard"]
            .with_user(user or self.user_manager)
            .create(
                {
                    "contract_id": (contract or self.contract).id,
                    "action": action,
                    **values,
                }
            )
        )

    def _end(self, contract=None, **values):
        wizard = self._dialog(contract, **values)
        wizard.action_confirm()
        self.env.invalidate_all()
        return wizard

    # ------------------------------------------------------------------
    # ending
    # ------------------------------------------------------------------

    def test_unused_days_are_credited(self):
        (march,) = self._bill_months(3)
        invoice = march.invoice_line_ids.move_id
        form = Form(
            self.env["client.contract.close.wizard"]
            .with_user(self.user_manager)
            .with_context(default_contract_id=self.contract.id, default_action="end")
        )
        self.assertEqual(form.date_end, date(2026, 3, 10))
        self.assertTrue(form.credit_unused)
        self.assertIn("677.42", form.consequence)
        self.assertIn("it is given back", form.consequence)
        form.save().action_confirm()
        self.env.invalidate_all()
        difference = self._differences()
        self.assertEqual((difference.amount, difference.cause), (-677.42, "ended"))
        self.assertEqual(
            (difference.period_start, difference.period_end),
            (date(2026, 3, 11), date(2026, 3, 31)),
        )
        self.assertEqual((self.contract.state, difference.state), ("ended", "ready"))
        self.assertIn("The contract ended on", difference.derivation_text)
        # the invoice stays; the credit note says what it is about
        self.assertEqual(invoice.amount_untaxed, 1000.0)
        self._bill(difference)
        credit = difference.invoice_line_ids.move_id
        self.assertEqual(
            (credit.move_type, credit.amount_untaxed), ("out_refund", 677.42)
        )
        self.assertIn("The contract ended on", credit.invoice_line_ids.name)
        self._check_books(self.contract)

    def test_difference_that_was_adjusted_before(self):
        """April would cost 500 more, somebody made it 80: all of it is given back."""
        self._bill_months(3, 4)
        self._agree(self.contract, (4, 1), (4, 30), kind="price", price_unit=1500)
        self._differences().write({"is_adjusted": True, "amount_adjusted": 80.0})
        self._end()
        self.assertEqual(self._differences().mapped("amount"), [-677.42, -1000.0])
        self._check_books(self.contract)

    def _credit_part(self, entry, price, **values):
        credit = self._credit(entry.invoice_line_ids.move_id[:1], post=False, **values)
        credit.invoice_line_ids.price_unit = price
        credit.action_post()
        self.env.invalidate_all()
        return credit

    def test_a_part_that_is_credited_already(self):
        """600 of March are credited: of the 677.42 only the 400 billed are left."""
        (march,) = self._bill_months(3)
        credit = self._credit_part(march, 600.0)
        self.assertEqual(self._dialog().amount_unused, 400.0)
        self._end()
        difference = self._differences()
        self.assertEqual((difference.amount, difference.state), (-400.0, "ready"))
        self.assertEqual(agreement.amount(difference.derivation), -400.0)
        self.assertIn(
            "$ 322.58 now − $ 1,000.00 billed + $ 277.42 credited already = $ -400.00",
            difference.derivation_text.replace("\N{NO-BREAK SPACE}", " "),
        )
        self._bill(difference)
        self.assertEqual(sum((march | difference).mapped("amount_billed")), 0.0)
        # it is not credited after all: the rest of the unused days is due
        credit.button_draft()
        credit.button_cancel()
        self.env.invalidate_all()
        rest = self._differences() - difference
        self.assertEqual((rest.amount, rest.state), (-277.42, "ready"))

    def test_a_part_that_is_credited_afterwards(self):
        """The other way round it is the same: 77.42 more than billed come back."""
        (march,) = self._bill_months(3)
        self._end()
        difference = self._differences()
        self._bill(difference)
        self._credit_part(march, 400.0)
        rest = self._differences() - difference
        self.assertEqual((rest.amount, rest.state), (77.42, "ready"))
        self._bill(rest)
        parts = march | difference | rest
        self.assertEqual(round(sum(parts.mapped("amount_billed")), 2), 0.0)

    def test_difference_that_was_skipped_before(self):
        """Nobody wanted 500 more for April; the 1,000 billed are given back."""
        self._bill_months(3, 4)
        self._agree(self.contract, (4, 1), (4, 30), kind="price", price_unit=1500)
        self._differences().write({"skipped": True, "decision_reason": "Gift"})
        self.assertEqual(self._differences().state, "skipped")
        self.assertEqual(self._dialog().amount_unused, 1677.42)
        self._end()
        self.assertEqual(self._differences().mapped("amount"), [-677.42, -1000.0])
        self.assertEqual(self._differences().mapped("state"), ["ready", "ready"])
        self.assertNotIn("Gift", self._differences()[1].derivation_text)
        self._check_books(self.contract)

    def test_credit_that_was_refused_before(self):
        """300 less for April were written off, or made 50: that was no end."""
        self._bill_months(3, 4)
        self._agree(self.contract, (4, 1), (4, 30), kind="price", price_unit=700)
        for decision in (
            {"written_off": True},
            {"is_adjusted": True, "amount_adjusted": -50.0},
        ):
            with self.subTest(decision):
                self._differences().write(decision)
                self._end()
                self.assertEqual(
                    self._differences().mapped("amount"), [-677.42, -1000.0]
                )
                self.assertEqual(self._differences().mapped("state"), ["ready"] * 2)
                # the contract goes on: as agreed before
                self._end(action="reopen", date_end=False)
                self.assertEqual(self._differences().mapped("amount"), [-300.0])

    def test_day_counts(self):
        """20 of 30 days, 15 of 22 working days, or the period in full."""
        for count, amounts in (
            ("thirty360", [-666.67]),
            ("working", [-681.82]),
            ("whole", []),
        ):
            with self.subTest(count):
                contract = self._create_contract(day_count=count)
                self._bill_months(3, contract=contract)
                contract.action_end()
                self.assertEqual(self._differences(contract).mapped("amount"), amounts)

    def test_a_period_in_full_is_kept_and_later_ones_are_not(self):
        contract = self._create_contract(day_count="whole")
        self._bill_months(3, 4, contract=contract)
        contract.action_end()
        self.assertEqual(self._differences(contract).mapped("amount"), [-1000.0])
        self.assertEqual(self._differences(contract).period_start, date(2026, 4, 1))

    def test_periods_after_the_end(self):
        """The database takes credits for a time after the end, and nothing else."""
        self._bill_months(3, 4)
        self._end()
        self.env.flush_all()
        self.assertEqual(self._differences().mapped("amount"), [-677.42, -1000.0])
        self.assertFalse(
            self.contract.entry_ids.filtered(
                lambda e: (
                    e.period_start > self.contract.date_end
                    and e.state in ("open", "ready")
                    and e.amount >= 0
                )
            )
        )
        self._check_books(self.contract)

    def test_user_declines(self):
        self._bill_months(3)
        wizard = self._dialog(credit_unused=False)
        self.assertIn("stays billed", wizard.consequence)
        wizard.action_confirm()
        self.assertFalse(self._differences())

    def test_nothing_billed_beyond(self):
        self._bill_months(2)
        wizard = self._dialog(date_end=date(2026, 2, 28))
        self.assertEqual(wizard.amount_unused, 0.0)
        wizard.action_confirm()
        self.assertFalse(self._differences())

    def test_policy_of_template_and_contract(self):
        template = self.env["client.contract.template"].create(
            {"name": "No refunds", "credit_unused": False}
        )
        contract = self._create_contract(approve=False)
        with Form(contract) as form:
            form.template_id = template
        self.assertFalse(contract.credit_unused)
        contract.action_approve()
        contract.action_activate()
        self._bill_months(3, contract=contract)
        self.assertFalse(self._dialog(contract).credit_unused)
        contract.action_end()
        self.assertFalse(self._differences(contract))

    def test_end_to_come(self):
        """What the dialog says is done on that day, by the daily job."""
        for credit, amounts in ((True, [-354.84]), (False, [])):
            contract = self._create_contract()
            self._bill_months(3, contract=contract)
            self._end(contract, date_end=date(2026, 3, 20), credit_unused=credit)
            self.assertEqual(contract.state, "running")
            self.assertFalse(self._differences(contract))
            with freeze_time("2026-03-21"), self.enter_registry_test_mode():
                self.env.ref(
                    "client_hub.ir_cron_client_contract_life"
                ).method_direct_trigger()
            self.env.invalidate_all()
            self.assertEqual(contract.state, "ended")
            self.assertEqual(self._differences(contract).mapped("amount"), amounts)

    def test_what_people_decided_stays(self):
        march = self._month(self.contract, 3)
        march.write({"is_adjusted": True, "amount_adjusted": 400.0})
        self._bill(march)
        wizard = self._dialog()
        self.assertEqual(wizard.amount_unused, 0.0)
        wizard.action_confirm()
        self.assertFalse(self._differences())

    def test_agreed_price_and_extra(self):
        """Half price from the 6th: 11 to 31 March are 338.71; the extra's, 67.74."""
        extra = self._agree(
            self.contract,
            (3, 1),
            (4, 30),
            kind="extra",
            product_id=self.extra_service.id,
            price_unit=100,
            extra_recurring=True,
        )
        self._agree(self.contract, (3, 6), (3, 31), kind="discount", discount=50)
        self._bill(
            self._month(self.contract, 3) | self._month(self.contract, 3, "extra")
        )
        wizard = self._dialog()
        self.assertEqual(wizard.amount_unused, 406.45)
        wizard.action_confirm()
        self.env.invalidate_all()
        amounts = sorted(self._differences().mapped("amount"))
        self.assertEqual(amounts, [-338.71, -67.74])
        self.assertEqual(extra.entry_ids.difference_ids.amount, -67.74)

    # ------------------------------------------------------------------
    # afterwards
    # ------------------------------------------------------------------

    def test_reopened_before_it_was_credited(self):
        self._bill_months(3)
        self._end()
        self._end(action="reopen", date_end=False)
        self.assertEqual(self.contract.state, "running")
        self.assertFalse(self._differences())
        self.assertEqual(self._amounts(self.contract, 4), [1000.0])
        self._check_books(self.contract)

    def test_reopened_after_it_was_credited(self):
        self._bill_months(3)
        self._end()
        credited = self._differences()
        self._bill(credited)
        self._end(action="reopen", date_end=date(2026, 12, 31))
        again = self._differences() - credited
        self.assertEqual((again.amount, again.state), (677.42, "ready"))
        self._check_books(self.contract)
        # and ended once more, on another day
        self._bill(again)
        with freeze_time("2026-03-21"):
            self._end(date_end=date(2026, 3, 21))
        last = self._differences() - credited - again
        self.assertEqual(last.amount, -322.58)
        self._check_books(self.contract)

    def test_draft_invoice_is_deleted_afterwards(self):
        (march,) = self._bill_months(3, post="draft")
        self._end()
        self.assertEqual(self._differences().amount, -677.42)
        march.invoice_line_ids.move_id.unlink()
        self.env.cr.precommit.run()
        self.env.invalidate_all()
        self.assertFalse(self._differences())
        self.assertEqual((march.amount, march.period_end), (322.58, date(2026, 3, 10)))

    def test_invoice_is_credited_as_well(self):
        """March was given back twice: what was too much is owed, on the last day."""
        (march,) = self._bill_months(3)
        self._end()
        first = self._differences()
        self._bill(first)
        self._credit(march.invoice_line_ids.move_id, client_rebill=False)
        self.assertEqual(march.state, "credited")
        back = self._differences() - first
        self.assertEqual((back.amount, back.state), (677.42, "ready"))
        self.assertEqual(back.period_start, self.contract.date_end)
        self._bill(back)
        parts = march | first | back
        self.assertEqual(sum(parts.mapped("amount_billed")), 0.0)
        self._check_books(self.contract)

    def test_agreement_follows_from_the_end(self):
        self._bill_months(3)
        self._end()
        overlay = self.contract.overlay_ids.with_user(self.user_manager)
        self.assertFalse(overlay._get_portal_overlays())
        with self.assertRaisesRegex(UserError, "follows from the end"):
            overlay.date_start = date(2026, 3, 20)
        # the client gets nothing back after all
        overlay.action_cancel()
        self.assertFalse(self._differences())
        with self.assertRaisesRegex(UserError, "reopen the contract"):
            overlay.action_draft()

    def test_a_credit_becomes_a_charge_after_the_end(self):
        """A dearer half of March was billed and credited; the end took it away."""
        self._bill_months(3)
        self._agree(self.contract, (3, 15), (3, 31), kind="price", price_unit=5000)
        difference = self._differences()
        self._bill(difference)
        self._credit(difference.invoice_line_ids.move_id)
        self.assertEqual((difference.amount, difference.state), (2193.55, "ready"))
        self._end()
        self.assertEqual((difference.amount, difference.state), (-677.42, "ready"))
        self.assertEqual(difference.period_start, date(2026, 3, 11))
        # the client gets nothing back after all, and owes nothing for later days
        overlay = self.contract.overlay_ids.filtered(lambda o: o.kind == "suspend")
        overlay.with_user(self.user_manager).action_cancel()
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual((difference.amount, difference.state), (2193.55, "credited"))
        self.assertIn("Not due", difference.derivation_text)

    def test_a_credit_note_is_not_undone_on_paper(self):
        self._bill_months(3)
        self._end()
        difference = self._differences()
        self._bill(difference)
        overlay = self.contract.overlay_ids.with_user(self.user_manager)
        with self.assertRaisesRegex(UserError, "on a credit note already"):
            overlay.action_cancel()
        self._credit(difference.invoice_line_ids.move_id)
        overlay.action_cancel()
        self.assertEqual((difference.state, difference.amount), ("skipped", 0.0))

    def test_who_may(self):
        self._bill_months(3)
        for user in (self.user_creation, self.user_traffic, self.user_accountant):
            with self.assertRaises(AccessError):
                self._dialog(user=user).action_confirm()
        with self.assertRaisesRegex(AccessError, "set by the system"):
            self._agree(
                self.contract, (3, 11), (3, 31), is_ending=True, user=self.user_manager
            )
        self.assertFalse(self._differences())
