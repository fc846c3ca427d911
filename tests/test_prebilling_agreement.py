"""Pre-billing and temporary agreements: what they change, and what they leave out."""

from datetime import date

from odoo.tests import freeze_time, tagged

from .common_overlay import OverlayCommon

MARCH = [("state", "=", "ready"), ("date_due", "<=", "2026-03-31")]


@tagged("post_install", "-at_install")
@freeze_time("2026-02-15")
class TestPrebillingAgreement(OverlayCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2026-02-15"):
            cls.contract = cls._create_contract(date_end=date(2026, 12, 31))

    def _compare(self, month, kind="recurring"):
        return [
            (entry.amount_previous, entry.amount_difference, entry.cause)
            for entry in self._month(self.contract, month, kind)
        ]

    def test_another_price_for_a_month(self):
        self._agree(self.contract, (3, 1), (3, 31), kind="price", price_unit=800)
        self.assertEqual(self._compare(3), [(1000.0, -200.0, "agreement")])
        self.assertEqual(self._compare(4), [(800.0, 200.0, "agreement")])
        self.assertEqual(self._compare(5), [(1000.0, 0.0, "same")])

    def test_nothing_for_a_month(self):
        """It is not to be billed, so it is told beside, with what is missing."""
        self._agree(self.contract, (3, 1), (3, 31))
        entries = self.env["client.contract.entry"].with_user(self.user_accountant)
        with freeze_time("2026-03-05"):
            asides = {
                row["aside"]: row["amounts"][0]["amount"]
                for row in entries.get_prebilling_summary(MARCH)["asides"]
            }
            action = entries.action_view_prebilling_aside(MARCH, "agreed")
        self.assertEqual(asides, {"agreed": -1000.0})
        self.assertEqual(
            entries.search(action["domain"]), self._month(self.contract, 3)
        )
        self.assertEqual(self._compare(4), [(0.0, 1000.0, "agreement")])

    def test_two_products_in_a_month(self):
        """They share what the month before counted for: the sums still add up."""
        self._agree(
            self.contract,
            (3, 11),
            (3, 31),
            kind="product",
            product_id=self.extra_service.id,
            keep_price=False,
            price_unit=700,
        )
        march = self._month(self.contract, 3)
        self.assertEqual(len(march), 2)
        self.assertEqual(sum(march.mapped("amount_previous")), 1000.0)
        self.assertAlmostEqual(
            sum(march.mapped("amount_difference")), sum(march.mapped("amount")) - 1000.0
        )
        self.assertIn("agreement", march.mapped("cause"))
        april = self._month(self.contract, 4)
        self.assertEqual(april.amount_previous, sum(march.mapped("amount")))
        self.assertEqual(april.cause, "agreement")
        for entry in march:
            self.assertIn(entry._get_derivation_text(), april.previous_derivation_text)

    def test_agreed_after_billing(self):
        self._bill(self._month(self.contract, 1))
        self._agree(self.contract, (1, 1), (1, 31), kind="price", price_unit=900)
        self.assertEqual(self._compare(1, "difference"), [(0.0, -100.0, "agreement")])
        self.assertEqual(self._compare(2), [(1000.0, 0.0, "same")])
