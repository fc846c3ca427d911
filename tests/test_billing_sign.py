"""Credits among what is billed: on an invoice, or on a credit note beside it."""

from datetime import date

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
