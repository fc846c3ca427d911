"""Credits among what is billed: on an invoice, or on a credit note beside it."""

from datetime import date

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .common_overlay import OverlayCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-02-15")
class TestBillingSign(OverlayCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2026-02-15"):
            cls.contract = cls._create_contract()
        cls.free = cls.tax.copy({"name": "Free", "amount": 0.0})
        cls.free_service = cls.env["product.product"].create(
            {
                "name": "Postage",
                "type": "service",
                "taxes_id": [Command.set(cls.free.ids)],
            }
        )

    def _add(self, *amounts, contract=None, product=None):
        """Return extra entries of these amounts, of February."""
        entries = self.env["client.contract.entry"]
        for amount in amounts:
            entries |= (contract or self.contract)._create_extra_entry(
                product or self.service, "Extra", 1, amount, date(2026, 2, 1), "Test"
            )
        return entries

    def _documents(self, entries, **values):
        """Bill; return type and untaxed amount of each document."""
        self._bill(entries, **values)
        self.assertFalse(entries.filtered("billing_error").mapped("billing_error"))
        moves = entries.invoice_line_ids.move_id.sorted("move_type")
        return [(move.move_type, move.amount_untaxed) for move in moves]

    def test_credits_that_fit(self):
        entries = self._add(1000, -300, -200)
        self.assertEqual(self._documents(entries), [("out_invoice", 500.0)])
        self.assertEqual(entries.mapped("amount_billed"), [1000, -300, -200])

    def test_set_off_to_nothing(self):
        entries = self._add(300, -300)
        self.assertEqual(self._documents(entries), [("out_invoice", 0.0)])

    def test_credits_that_do_not_fit(self):
        """The services on an invoice, the credits on a credit note, all at once."""
        entries = self._add(800, 50, -1000, -20)
        self.assertEqual(
            self._documents(entries), [("out_invoice", 850.0), ("out_refund", 1020.0)]
        )
        self.assertEqual(set(entries.mapped("state")), {"billed"})
        moves = entries.invoice_line_ids.move_id
        self.assertEqual(len(moves.client_billing_run_id), 1)
        self.assertEqual(min(moves.invoice_line_ids.mapped("price_unit")), 20.0)
        self.assertEqual(moves.mapped("state"), ["posted", "posted"])

    def test_only_credits(self):
        entries = self._add(-10, -20)
        self.assertEqual(self._documents(entries), [("out_refund", 30.0)])

    def test_drafts_are_split_as_well(self):
        entries = self._add(800, -1000)
        self.assertEqual(
            self._documents(entries, post="draft"),
            [("out_invoice", 800.0), ("out_refund", 1000.0)],
        )

    def test_grouped_by_client(self):
        other = self._create_contract()
        entries = self._add(100) | self._add(-150, contract=other)
        self.assertEqual(
            self._documents(entries, group_by="client"),
            [("out_invoice", 100.0), ("out_refund", 150.0)],
        )
        entries = self._add(200) | self._add(-150, contract=other)
        self.assertEqual(
            self._documents(entries, group_by="client"), [("out_invoice", 50.0)]
        )

    def test_taxes_decide(self):
        """100 free of tax less 95 with 15 %: -9.25 in all, which no invoice can be."""
        entries = self._add(100, product=self.free_service) | self._add(-95)
        self.assertEqual(
            self._documents(entries), [("out_invoice", 100.0), ("out_refund", 95.0)]
        )
        # the other way round it is an invoice of 10.00, although -5.00 untaxed
        entries = self._add(100) | self._add(-105, product=self.free_service)
        self.assertEqual(self._documents(entries), [("out_invoice", -5.0)])
        self.assertEqual(entries.invoice_line_ids.move_id.amount_total, 10.0)

    def test_fiscal_position_decides(self):
        """Abroad nothing is taxed, so that 105 less 100 is a credit of 5."""
        position = self.env["account.fiscal.position"].create({"name": "Export"})
        export = self.tax.copy({"name": "Export", "amount": 0.0})
        export.write(
            {
                "fiscal_position_ids": [Command.set(position.ids)],
                "original_tax_ids": [Command.set(self.tax.ids)],
            }
        )
        self.client_a.property_account_position_id = position
        entries = self._add(100) | self._add(-105, product=self.free_service)
        self.assertEqual(
            self._documents(entries), [("out_invoice", 100.0), ("out_refund", 105.0)]
        )

    def test_cash_rounding(self):
        """-0.02 in all is 0.00 once rounded: an invoice; -0.03 is -0.05."""
        rounding = self.env["account.cash.rounding"].create(
            {
                "name": "5 cents",
                "rounding": 0.05,
                "strategy": "add_invoice_line",
                "profit_account_id": self.company_data["default_account_revenue"].id,
                "loss_account_id": self.company_data["default_account_expense"].id,
            }
        )
        self.contract.cash_rounding_id = rounding
        product = self.free_service
        entries = self._add(100, -100.02, product=product)
        self._documents(entries)
        move = entries.invoice_line_ids.move_id
        self.assertEqual((move.move_type, move.amount_total), ("out_invoice", 0.0))
        entries = self._add(100, -100.03, product=product)
        self._documents(entries)
        moves = entries.invoice_line_ids.move_id.sorted("move_type")
        self.assertEqual(moves.mapped("move_type"), ["out_invoice", "out_refund"])
        self.assertEqual(moves.mapped("amount_total"), [100.0, 100.05])

    def test_one_that_fails_leaves_credits_alone(self):
        """Without the failing service the credits don't fit any more."""
        entries = self._add(1000, 10, -300)
        archived = self._add(1000, product=self.extra_service)
        self.extra_service.active = False
        self._bill(entries[1:] | archived)
        self.assertIn("archived", archived.billing_error)
        self.assertEqual(
            entries[1:]
            .invoice_line_ids.move_id.sorted("move_type")
            .mapped("move_type"),
            ["out_invoice", "out_refund"],
        )

    # ------------------------------------------------------------------
    # an entry whose sign changes between its documents
    # ------------------------------------------------------------------

    def _bill_one(self, entry):
        before = entry.invoice_line_ids.move_id
        self._bill(entry)
        return entry.invoice_line_ids.move_id - before

    def _change_sign(self):
        """A difference is billed as a credit, taken back, and billed as a debit.

        :return: the entry, credit note and its reversal, invoice and its credit note
        """
        january = self._month(self.contract, 1)
        self._bill(january)
        agreed = self._agree(
            self.contract, (1, 1), (1, 31), kind="price", price_unit=400
        )
        entry = january.difference_ids
        refund = self._bill_one(entry)
        self.assertEqual((refund.move_type, entry.amount_billed), ("out_refund", -600))
        reversal = self._credit(refund)
        agreed.price_unit = 1500
        self.assertEqual((entry.state, entry.amount), ("ready", 500))
        invoice = self._bill_one(entry)
        self.assertEqual((invoice.move_type, entry.amount_billed), ("out_invoice", 500))
        return entry, refund, reversal, invoice, self._credit(invoice)

    def _check_refused(self, function, words):
        with self.assertRaisesRegex(UserError, words), self.env.cr.savepoint():
            function()
        self.env.invalidate_all()

    def test_credited_invoice_stays_when_the_sign_changed(self):
        """Else the client got back 600 for the price, and 500 for nothing."""
        entry, refund, reversal, invoice, credit = self._change_sign()
        reversal.button_draft()
        reversal.button_cancel()
        self.env.invalidate_all()
        self.assertEqual((entry.state, entry.amount), ("billed", -600))
        self.assertEqual(entry.amount_billed, -600)
        self._check_refused(invoice.button_draft, f"credited with more.*{credit.name}")
        self._check_refused(credit.button_draft, f"billed twice.*{refund.name}")
        self._check_books(self.contract)

    def test_credit_note_that_bills_stays_when_the_sign_changed(self):
        """As above, the other way round."""
        entry, refund, reversal, invoice, credit = self._change_sign()
        credit.button_draft()
        credit.button_cancel()
        self.env.invalidate_all()
        self.assertEqual((entry.state, entry.amount_billed), ("billed", 500))
        self._check_refused(refund.button_draft, f"credited with more.*{reversal.name}")
        self._check_refused(reversal.button_draft, f"billed twice.*{invoice.name}")
        self._check_books(self.contract)

    def test_credit_is_taken_back_twice(self):
        """Billed by a credit note, reversed, billed again, reversed again."""
        entry = self._add(-300)
        for _time in range(2):
            self._credit(self._bill_one(entry))
            self.assertEqual((entry.state, entry.amount_billed), ("ready", 0))

    def test_earlier_credit_note_is_not_posted_beside_an_invoice(self):
        """500 billed less 300 of the first one would look like a part credited."""
        january = self._month(self.contract, 1)
        self._bill(january)
        agreed = self._agree(
            self.contract, (1, 1), (1, 31), kind="price", price_unit=700
        )
        entry = january.difference_ids
        self._bill(entry, post="draft")
        refund = entry.invoice_line_ids.move_id
        self.assertEqual(refund.move_type, "out_refund")
        refund.button_cancel()
        agreed.price_unit = 1500
        invoice = self._bill_one(entry)
        refund.button_draft()
        self._check_refused(refund.action_post, f"already billed by {invoice.name}")
        self.assertEqual(entry.amount_billed, 500)
        self._check_books(self.contract)
