"""Temporary agreements before anything is billed."""

from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools.safe_eval import safe_eval

from .common_overlay import OverlayCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-02-15")
class TestOverlay(OverlayCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2026-02-15"):
            cls.contract = cls._create_contract()

    # ------------------------------------------------------------------
    # amounts
    # ------------------------------------------------------------------

    def test_price_within_a_month(self):
        """10 days at 1,000 and 21 at 300 of 31: 322.58 + 203.23 = 525.81."""
        self._agree(self.contract, (3, 11), (3, 31), kind="price", price_unit=300)
        march = self._month(self.contract, 3)
        self.assertEqual(march.amount, 525.81)
        self.assertEqual(self._amounts(self.contract, 4), [1000.0])
        text = march.derivation_text
        self.assertIn("10/31 days", text)
        self.assertIn("21/31 days", text)
        self.assertIn("Agreed by phone", text)
        self._check_books(self.contract)

    def test_suspended_days(self):
        """28 − 14 days of February: 500.00; a whole month is skipped, not invoiced."""
        self._agree(self.contract, (2, 15), (3, 31))
        self.assertEqual(self._amounts(self.contract, 2), [500.0])
        march = self._month(self.contract, 3)
        self.assertEqual((march.amount, march.state), (0.0, "skipped"))
        self.assertIn("nothing is billed", march.derivation_text)
        self.assertEqual(self._month(self.contract, 4).state, "ready")
        self._check_books(self.contract)
        due = self._get_due(self.contract, date(2026, 3, 31))
        self._bill(due)
        lines = self.contract.entry_ids.invoice_line_ids
        self.assertEqual(sorted(lines.mapped("price_subtotal")), [500.0, 1000.0])

    def test_suspended_month_is_billed_when_adjusted(self):
        self._agree(self.contract, (3, 1), (3, 31))
        march = self._month(self.contract, 3)
        march.write({"is_adjusted": True, "amount_adjusted": 100.0})
        self.assertEqual(march.state, "ready")

    def test_discount_and_quantity(self):
        """March at 2 × 1,000 − 10 % = 1,800; the discount ends on the 15th."""
        self._agree(self.contract, (3, 1), (3, 31), kind="quantity", quantity=2)
        self.assertEqual(self._amounts(self.contract, 3), [2000.0])
        self._agree(self.contract, (3, 1), (3, 15), kind="discount", discount=10)
        # 15/31 × 1,800 + 16/31 × 2,000 = 870.97 + 1,032.26
        march = self._month(self.contract, 3)
        self.assertEqual(march.amount, 1903.23)
        self._check_books(self.contract)
        self._bill(march)
        self.assertEqual(march.invoice_line_ids.price_subtotal, 1903.23)

    def test_whole_month_keeps_price_and_quantity_on_the_invoice(self):
        self._agree(
            self.contract,
            (3, 1),
            (3, 31),
            kind="price",
            price_unit=333.335,
            invoice_text="Summer price",
        )
        march = self._month(self.contract, 3)
        self._bill(march)
        line = march.invoice_line_ids
        self.assertEqual(line.price_unit, 333.335)
        self.assertEqual(line.price_subtotal, 333.34)
        self.assertIn("Summer price", line.name)

    def test_product_splits_the_month(self):
        """10 days of the fee, 21 of the landing page at 700: two entries."""
        tax = self.tax.copy({"name": "Other", "amount": 5.0})
        overlay = self._agree(
            self.contract,
            (3, 11),
            (3, 31),
            kind="product",
            product_id=self.extra_service.id,
            keep_price=False,
            price_unit=700,
            tax_ids=[Command.set(tax.ids)],
        )
        march = self._month(self.contract, 3)
        self.assertEqual(march.mapped("amount"), [322.58, 474.19])
        self.assertEqual(march.product_id, self.service | self.extra_service)
        self.assertEqual(set(march.mapped("date_due")), {date(2026, 3, 1)})
        self._check_books(self.contract)
        self._bill(march)
        lines = march.invoice_line_ids.sorted("price_subtotal")
        self.assertEqual(lines[0].tax_ids, self.tax)
        self.assertEqual(lines[1].tax_ids, tax)
        self.assertIn("Landing page", lines[1].name)
        self.assertEqual(overlay.state, "confirmed")

    def test_all_kinds_together(self):
        """Suspension wins, an agreed price beats that of the product."""
        self._agree(
            self.contract,
            (3, 1),
            (3, 31),
            kind="product",
            product_id=self.extra_service.id,
            keep_price=False,
            price_unit=700,
        )
        self._agree(self.contract, (3, 1), (3, 31), kind="price", price_unit=620)
        self._agree(self.contract, (3, 1), (3, 1), kind="suspend")
        self.assertEqual(self._amounts(self.contract, 3), [600.0])
        self._check_books(self.contract)

    def test_extra_once_and_each_period(self):
        """50 a month from 10 March to 20 April: 22/31 and 20/30 of it."""
        values = {
            "kind": "extra",
            "product_id": self.extra_service.id,
            "lines": self.env["client.contract.line"],
        }
        self._agree(self.contract, (3, 5), (3, 5), price_unit=99, **values)
        extra = self._month(self.contract, 3, "extra")
        self.assertEqual((extra.amount, extra.date_due), (99.0, date(2026, 3, 5)))
        each = self._agree(
            self.contract,
            (3, 10),
            (4, 20),
            price_unit=50,
            extra_recurring=True,
            **values,
        )
        self.assertEqual(each.entry_ids.sorted("id").mapped("amount"), [35.48, 33.33])
        each.action_cancel()
        self.assertFalse(each.entry_ids)
        self.assertTrue(extra.exists())

    def test_only_the_chosen_service(self):
        contract = self._create_contract(lines=[{}, {"price_unit": 500.0}])
        first, second = contract.line_ids
        self._agree(contract, (3, 1), (3, 31), lines=second)
        amounts = {e.line_id: e.amount for e in self._month(contract, 3)}
        self.assertEqual(amounts, {first: 1000.0, second: 0.0})
        self._agree(contract, (4, 1), (4, 30))
        self.assertEqual(self._amounts(contract, 4), [0.0, 0.0])

    def test_tax_included_price(self):
        tax = self.tax.copy(
            {"name": "Included", "price_include_override": "tax_included"}
        )
        contract = self._create_contract(
            lines=[{"price_unit": 115.0, "tax_ids": [Command.set(tax.ids)]}]
        )
        self._agree(contract, (3, 11), (3, 31), kind="price", price_unit=57.5)
        # 10/31 × 115 + 21/31 × 57.50 = 76.05, less 15 %: 66.13
        march = self._month(contract, 3)
        self.assertEqual(march.amount, 66.13)
        self._bill(march)
        self.assertEqual(march.amount_billed, 66.13)

    # ------------------------------------------------------------------
    # life
    # ------------------------------------------------------------------

    def test_change_and_cancel(self):
        overlay = self._agree(
            self.contract, (3, 1), (3, 31), kind="price", price_unit=300
        )
        march = self._month(self.contract, 3)
        self.assertEqual(march.amount, 300.0)
        overlay.write({"price_unit": 400.0, "date_end": date(2026, 4, 30)})
        self.assertEqual(march.amount, 400.0)
        self.assertEqual(self._amounts(self.contract, 4), [400.0])
        overlay.action_cancel()
        self.assertEqual(march.amount, 1000.0)
        self.assertEqual(overlay.cancelled_by_id, self.user_manager)
        with self.assertRaisesRegex(UserError, "is cancelled"):
            overlay.price_unit = 1.0
        overlay.action_draft()
        overlay.action_confirm()
        self.assertEqual(march.amount, 400.0)
        self.assertFalse(overlay.cancelled_by_id)

    def test_draft_changes_nothing(self):
        overlay = self._agree(self.contract, (3, 1), (3, 31), confirm=False)
        self.assertEqual(self._amounts(self.contract, 3), [1000.0])
        overlay.unlink()
        confirmed = self._agree(self.contract, (3, 1), (3, 31))
        with self.assertRaisesRegex(UserError, "stays on record"):
            confirmed.unlink()

    def test_decisions_of_people_stay(self):
        march = self._month(self.contract, 3)
        march.write({"is_adjusted": True, "amount_adjusted": 900.0})
        self._agree(self.contract, (3, 1), (3, 31), kind="price", price_unit=300)
        self.assertEqual(march.amount, 900.0)
        self.assertEqual(march.amount_scheduled, 300.0)

    def test_agreements_come_before_the_contract_is_approved(self):
        contract = self._create_contract(approve=False)
        self._agree(contract, (3, 1), (3, 31), kind="price", price_unit=300)
        contract.action_approve()
        self.assertEqual(self._amounts(contract, 3), [300.0])

    def test_line_edits_and_agreements_go_together(self):
        self._agree(self.contract, (3, 16), (3, 31))
        self.contract.line_ids.price_unit = 3100.0
        self.assertEqual(self._amounts(self.contract, 3), [1500.0])
        self._check_books(self.contract)

    # ------------------------------------------------------------------
    # bad input
    # ------------------------------------------------------------------

    def test_a_new_one_offers_the_contracts(self):
        """From the menu, where no contract is known yet, and so no company."""
        overlays = self.env["client.contract.overlay"].with_user(self.user_manager)
        domain = overlays.fields_get(["contract_id"])["contract_id"]["domain"]
        offered = self.contract.search(safe_eval(domain, {"company_id": False}))
        self.assertIn(self.contract, offered)

    def test_bad_input(self):
        self._agree(self.contract, (3, 1), (3, 31), kind="price", price_unit=300)
        cases = [
            ({"kind": "price", "price_unit": 1}, "agreed already"),
            ({"kind": "price", "lines": self.contract.line_ids[:0]}, "Choose the serv"),
            ({"kind": "product"}, "Choose the product"),
            ({"kind": "extra"}, "Choose the product"),
            (
                {
                    "kind": "extra",
                    "lines": self.contract.line_ids,
                    "product_id": self.service.id,
                },
                "beside the services",
            ),
        ]
        for values, message in cases:
            with (
                self.subTest(values=values),
                self.assertRaisesRegex(ValidationError, message),
                self.cr.savepoint(),
            ):
                self._agree(self.contract, (3, 10), (4, 10), **values)
        other = self._create_contract()
        with self.assertRaisesRegex(ValidationError, "of this contract"):
            self._agree(self.contract, (5, 1), (5, 2), lines=other.line_ids)
        ended = self._create_contract(date_end=date(2026, 6, 30))
        with self.assertRaisesRegex(ValidationError, "don't meet"):
            self._agree(ended, (7, 1), (7, 2))

    def test_deleting_the_only_service_is_refused(self):
        contract = self._create_contract(lines=[{}, {}])
        self._agree(contract, (3, 1), (3, 31), lines=contract.line_ids[0])
        with self.assertRaisesRegex(ValidationError, "cancel that agreement"):
            contract.line_ids[0].unlink()

    # ------------------------------------------------------------------
    # who
    # ------------------------------------------------------------------

    def test_access(self):
        overlay = self._agree(self.contract, (3, 1), (3, 31))
        expected = {
            self.user_manager: (True, True),
            self.user_accountant: (True, False),
            self.user_traffic: (False, False),
            self.portal_a: (False, False),
        }
        for user, (read, write) in expected.items():
            with self.subTest(user=user.login):
                self.env.invalidate_all()
                record = overlay.with_user(user)
                self.assertEqual(record.has_access("read"), read)
                self.assertEqual(record.has_access("write"), write)
        with self.assertRaises(AccessError):
            overlay.with_user(self.user_accountant).action_cancel()
        with self.assertRaises(AccessError):
            overlay.with_user(self.user_manager).confirmed_by_id = self.env.user

    def test_history(self):
        self._agree(self.contract, (3, 1), (3, 31))
        self.env.cr.precommit.run()
        rows = self.env["client.history"].search(
            [
                ("client_id", "=", self.client_a.id),
                ("model", "=", "client.contract.overlay"),
            ]
        )
        self.assertTrue(rows)
        self.assertIn("Confirmed", str(rows.mapped("changes")))
