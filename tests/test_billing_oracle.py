"""What judges the random operations sees what must never happen."""

from odoo.tests import BaseCase, tagged

from .billing_random_agreed import credited_beyond
from .billing_random_oracle import Violation, cents, judge


@tagged("post_install", "-at_install")
class TestBillingOracle(BaseCase):
    def _document(self, number, amount, reverses=None, state="posted", **values):
        """Return an invoice line as the judge reads it, a credit note's below zero."""
        return {
            "move_id": number,
            "move_type": "out_refund" if amount < 0 else "out_invoice",
            "state": state,
            "price_subtotal": abs(amount),
            "balance": -amount,
            "reversed_entry_id": reverses,
            "client_no_rebill": False,
            "takes_back": reverses is not None,
            **values,
        }

    def _judge(self, amount, billed, state, *documents):
        entry = {
            "id": 1,
            "amount": amount,
            "amount_billed": billed,
            "state": state,
            "written_off": False,
            "skipped": False,
            "approved": False,
            "entry_approval_required": False,
            "contract_state": "running",
            "contract_end": None,
        }
        return judge(entry, documents)

    def test_whole(self):
        bill, part = self._document(1, 10), self._document(2, -4, 1)
        self.assertEqual(self._judge(10, 0, "ready"), (0, 0, 1000))
        self.assertEqual(self._judge(10, 10, "billed", bill), (1000, 0, 0))
        self.assertEqual(self._judge(10, 6, "billed", bill, part), (600, 400, 0))
        back = self._document(3, -6, 1)
        self.assertEqual(self._judge(10, 0, "ready", bill, part, back), (0, 0, 1000))
        # a credit note that is reversed bills again
        back = self._document(2, -10, 1)
        again = self._document(3, 10, 2, takes_back=False)
        self.assertEqual(self._judge(10, 10, "billed", bill, back, again), (1000, 0, 0))
        final = self._document(2, -10, 1, client_no_rebill=True)
        self.assertEqual(self._judge(10, 0, "credited", bill, final), (0, 1000, 0))

    def test_credited_twice_when_the_sign_changed(self):
        """An invoice was reset, its credit note stays; a credit note bills as well."""
        documents = (
            self._document(498, 940.09, state="draft"),
            self._document(569, -940.09, 498),
            self._document(426, -1008.73),
        )
        with self.assertRaisesRegex(Violation, "498 bills nothing"):
            self._judge(-1008.73, -1948.82, "billed", *documents)

    def test_credited_beyond_the_cost(self):
        """What credit notes took back is not given back by a difference once more."""
        bill = {
            "state": "billed",
            "amount": 1000,
            "amount_scheduled": 1000,
            "amount_billed": 400,
        }
        less = {**bill, "amount": -500, "amount_scheduled": -500}
        for cost, beyond, *parts in (
            (50000, 10000, bill),
            (60000, 0, bill),
            (-1000, 60000, bill),
            (0, 60000, bill, {**less, "state": "ready"}),
            # refused by a person
            (0, 10000, bill, {**less, "state": "credited", "amount_billed": 0}),
            (0, 0, {**bill, "state": "drafted"}),
            # so was what it costs
            (0, 0, {**bill, "amount": 500, "amount_scheduled": 0}),
        ):
            self.assertEqual(credited_beyond(cost, parts, cents), beyond, parts)

    def test_wrong(self):
        """Amount, billed, state and documents of an entry that is not whole."""
        bill, again = self._document(1, 10), self._document(2, 10)
        cases = (
            ("billed twice", 10, 20, "billed", bill, again),
            (
                "-2 of 10 left|-200 of 1000 left",
                10,
                -2,
                "billed",
                bill,
                self._document(2, -12, 1),
            ),
            (
                "1 bills nothing",
                12,
                2,
                "billed",
                self._document(2, 12),
                self._document(3, -10, 1),
            ),
            (
                "1 is credited twice",
                0,
                0,
                "ready",
                self._document(1, 0),
                self._document(2, 0, 1, move_type="out_refund"),
                self._document(3, 0, 1, move_type="out_refund"),
            ),
            ("net 1000", 10, 6, "billed", bill),
            ("due 1200", 12, 10, "billed", bill),
            ("should be drafted", 10, 0, "ready", self._document(1, 10, state="draft")),
            (
                "on a credit note",
                -10,
                10,
                "billed",
                self._document(1, 10, move_type="out_refund", price_subtotal=-10),
            ),
        )
        for words, *case in cases:
            with self.subTest(words), self.assertRaisesRegex(Violation, words):
                self._judge(*case)
