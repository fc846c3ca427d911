"""Documents of an entry never add up to more, or to less, than what is due."""

from contextlib import contextmanager
from datetime import date

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .common_contract import ContractCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-02-15")
class TestBillingBalance(ContractCommon):
    """What the random operations of ``test_billing_random`` have met."""

    def setUp(self):
        super().setUp()
        self.contract = self._create_contract()
        self.entry = self._get_due(self.contract, date(2026, 1, 31))

    @contextmanager
    def _refused(self, words):
        """What is refused leaves nothing behind, as in a request."""
        with self.assertRaisesRegex(UserError, words), self.env.cr.savepoint():
            yield
        self.env.invalidate_all()

    def _bill_one(self):
        self._bill(self.entry)
        return self.entry.invoice_line_ids.move_id.sorted("id")[-1]

    def _credit(self, move, price=None):
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"journal_id": move.journal_id.id})
        )
        wizard.refund_moves()
        credit = wizard.new_move_ids
        if price is not None:
            credit.invoice_line_ids.price_unit = price
        return credit

    def test_undoing_the_credit_of_what_was_billed_again(self):
        first = self._bill_one()
        credit = self._credit(first)
        credit.action_post()
        self.assertEqual(self.entry.state, "ready")
        second = self._bill_one()
        with self._refused(f"billed twice.*{second.name}"):
            credit.with_user(self.user_accountant).button_draft()
        second.button_draft()
        second.button_cancel()
        credit.button_draft()
        self.assertEqual(self.entry.state, "billed")

    def test_crediting_twice(self):
        invoice = self._bill_one()
        credits = self._credit(invoice), self._credit(invoice)
        credits[0].action_post()
        with self._refused("credited with more.*first"):
            credits[1].with_user(self.user_accountant).action_post()
        self.assertEqual(self.entry.state, "ready")

    def test_an_invoice_that_was_credited_stays(self):
        """Without it, its credit note would credit what was billed since."""
        first = self._bill_one()
        credit = self._credit(first)
        credit.action_post()
        second = self._bill_one()
        accountant = self.user_accountant
        for undo in ("button_draft", "button_cancel"):
            with self._refused(f"credited with more.*{credit.name}"):
                getattr(first.with_user(accountant), undo)()
        # nor for another amount, with which the sum would look like a part
        second.button_draft()
        second.invoice_line_ids.price_unit = 1200.0
        second.action_post()
        with self._refused(f"credited with more.*{credit.name}"):
            first.with_user(accountant).button_draft()
        # the last one is undone first
        second.button_draft()
        second.button_cancel()
        credit.button_draft()
        credit.button_cancel()
        first.button_draft()
        self.assertEqual(self.entry.state, "drafted")

    def test_credit_note_of_an_invoice_that_was_reset(self):
        first = self._bill_one()
        credit = self._credit(first)
        first.button_draft()
        with self._refused("credited with more"):
            credit.with_user(self.user_accountant).action_post()
        # nor once the invoice is gone and another one bills
        first.with_context(force_delete=True).unlink()
        second = self._bill_one()
        with self._refused(f"credited with more.*{second.name}"):
            credit.action_post()
        self.assertEqual(self.entry.amount_billed, 1000.0)

    def test_deleting_a_credited_invoice_of_nothing(self):
        self.contract.line_ids.discount = 100.0
        invoice = self._bill_one()
        credit = self._credit(invoice)
        credit.action_post()
        self.assertEqual(self.entry.state, "ready")
        for undo in ("button_draft", "button_cancel"):
            with self._refused(f"credited with more.*{credit.name}"):
                getattr(invoice, undo)()
        with self._refused("credited with more"):
            self._credit(invoice).action_post()
        credit.button_draft()
        invoice.button_draft()
        (invoice | credit).with_context(force_delete=True).unlink()
        self.assertEqual(self.entry.state, "ready")

    def test_billed_for_nothing_after_a_credit(self):
        """Documents that add up to nothing: the second one bills nevertheless."""
        credit = self._credit(self._bill_one())
        credit.action_post()
        self.contract.line_ids.discount = 100.0
        second = self._bill_one()
        self.assertEqual((self.entry.state, self.entry.amount), ("billed", 0.0))
        credit = self._credit(second)
        credit.action_post()
        self.assertEqual(self.entry.state, "ready")
        # what reverses the credit note bills again, nothing as well
        self._credit(credit).action_post()
        self.assertEqual((self.entry.state, self.entry.amount), ("billed", 0.0))

    def test_credit_note_that_is_reversed(self):
        """Its reversal bills again, and is credited like any other bill."""
        first = self._bill_one()
        credit = self._credit(first)
        credit.action_post()
        again = self._credit(credit)
        again.action_post()
        self.assertEqual((again.move_type, self.entry.state), ("out_invoice", "billed"))
        with self._refused(f"billed twice.*{again.name}"):
            credit.button_draft()
        with self._refused("credited with more"):
            self._credit(first).action_post()
        self._credit(again).action_post()
        self.assertEqual((self.entry.state, self.entry.amount_billed), ("ready", 0.0))

    def test_documents_of_nothing_keep_what_they_do(self):
        """Whatever becomes of the line or the document that they reverse."""
        self.contract.line_ids.discount = 100.0
        later = self._get_due(self.contract, date(2026, 2, 28)) - self.entry
        self._bill(self.entry | later)
        first = self.entry.invoice_line_ids.move_id
        credit = self._credit(first)
        credit.action_post()
        again = self._credit(credit)
        again.action_post()
        with self._refused("billed twice, by a draft invoice"):
            self._credit(credit).action_post()
        last = self._credit(again)
        last.action_post()
        with self._refused("credited with more"):
            self._credit(again).action_post()
        self.assertEqual(self.entry.state, "ready")
        credit.button_draft()
        credit.invoice_line_ids.filtered(
            lambda line: line.client_entry_id == self.entry
        ).unlink()
        self.assertEqual((self.entry | later).mapped("state"), ["billed", "billed"])
        self.assertEqual(self.entry._get_live_lines().move_id, first)
        with self._refused(f"is credited by {again.name}"):
            credit.with_context(force_delete=True).unlink()
        # the credit note loses its invoice, and its reversal is one nevertheless
        first.button_draft()
        first.with_context(force_delete=True).unlink()
        self.env.invalidate_all()
        self.assertEqual((self.entry | later).mapped("state"), ["ready", "ready"])
        with self._refused("credited with more"):
            credit.action_post()

    def test_an_extra_that_is_billed_again(self):
        """It comes back at what it was billed with, whatever was decided between."""
        extra = self.contract._create_extra_entry(
            self.service, "Extra", 1, 50.0, date(2026, 2, 1), "Test"
        )
        extra.write({"is_adjusted": True, "amount_adjusted": 80.0})
        self._bill(extra)
        credit = self._credit(extra.invoice_line_ids.move_id)
        credit.action_post()
        extra.write({"is_adjusted": False, "amount_adjusted": 0.0})
        self.assertEqual((extra.state, extra.amount), ("ready", 50.0))
        credit.with_user(self.user_accountant).button_draft()
        self.assertEqual((extra.state, extra.amount), ("billed", 80.0))
        self.assertEqual(extra.amount_billed, 80.0)
        # a part of it that is credited changes nothing
        credit.invoice_line_ids.price_unit = 30.0
        credit.action_post()
        self.assertEqual((extra.amount, extra.amount_billed), (80.0, 50.0))

    def test_two_parts_beyond_the_whole(self):
        invoice = self._bill_one()
        self._credit(invoice, 600.0).action_post()
        with self._refused("credited with more"):
            self._credit(invoice, 500.0).action_post()
        self._credit(invoice, 400.0).action_post()
        self.assertEqual(self.entry.state, "ready")
        self.assertEqual(self.entry.amount_billed, 0.0)

    def test_resetting_an_invoice_that_was_credited(self):
        invoice = self._bill_one()
        credit = self._credit(invoice)
        credit.action_post()
        with self._refused(f"credited with more.*{credit.name}"):
            invoice.with_user(self.user_accountant).button_draft()
        credit.button_draft()
        credit.button_cancel()
        invoice.button_draft()
        self.assertEqual(self.entry.state, "drafted")

    def test_an_invoice_changed_by_hand(self):
        """The entry takes the amount, so that nothing of it is lost or due again."""
        self._bill(self.entry, post="draft")
        invoice = self.entry.invoice_line_ids.move_id
        invoice = invoice.with_user(self.user_accountant)
        invoice.invoice_line_ids.price_unit = 900.0
        self.assertEqual(self.entry.amount, 1000.0)
        invoice.action_post()
        self.assertEqual(self.entry.amount, 900.0)
        self.assertEqual(self.entry.amount_scheduled, 1000.0)
        self.assertEqual(self.entry.amount_billed, 900.0)
        self.assertEqual(self.entry.decision_user_id, self.user_accountant)
        self.assertIn(invoice.name, self.entry.derivation_text)
        with self._refused("on an invoice"):
            self.entry.write({"is_adjusted": True, "amount_adjusted": 1.0})
        self.contract.line_ids.price_unit = 2000.0
        self.assertEqual(self.entry.amount, 900.0, "the schedule leaves it alone")
        invoice.sudo().button_draft()
        invoice.sudo().button_cancel()
        self.assertEqual((self.entry.state, self.entry.amount), ("ready", 900.0))

    def test_an_approved_entry_stays_approved(self):
        self.contract.entry_approval_required = True
        self.entry.with_user(self.user_manager).action_approve()
        self._bill(self.entry, post="draft")
        invoice = self.entry.invoice_line_ids.move_id
        invoice.invoice_line_ids.price_unit = 900.0
        invoice.action_post()
        self.assertTrue(self.entry.approved)
        self.assertEqual(self.entry.approved_by_id, self.user_manager)
