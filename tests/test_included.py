"""Arithmetic of what a fee includes, without a database."""

import random
from datetime import date, timedelta
from fractions import Fraction

from dateutil.relativedelta import relativedelta
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from odoo.addons.client_hub.tools import included


def months(*quantities, start=date(2026, 1, 1)):
    """Return usages of months: pairs of included and consumed quantity."""
    return [
        included.Usage(
            start + relativedelta(months=number),
            start + relativedelta(months=number + 1) - timedelta(days=1),
            *pair,
        )
        for number, pair in enumerate(quantities)
    ]


POLICY = st.sampled_from(
    [
        ("expire", 0, None),
        ("carry", 1, None),
        ("carry", 3, 500),
        ("carry", 12, 2000),
        ("settle", 1, None),
        ("settle", 3, None),
        ("settle", 12, None),
    ]
)


@tagged("post_install", "-at_install")
class TestIncluded(BaseCase):
    """Cases worked out by hand, then 1,000 random months of each policy."""

    def _columns(self, outcomes, *names):
        return [tuple(getattr(row, name) for name in names) for row in outcomes]

    def test_expire(self):
        rows = included.evaluate(months((10, 7), (10, 13)), "expire")
        self.assertEqual(
            self._columns(rows, "used_included", "extra", "expired", "carried_out"),
            [(7, 0, 3, 0), (10, 3, 0, 0)],
        )

    def test_carry_one_month(self):
        """3 left of January help in February, not in March."""
        rows = included.evaluate(
            months((10, 7), (10, 8), (10, 16), (10, 10)), "carry", 1
        )
        self.assertEqual(
            self._columns(
                rows, "carried_in", "used_carried", "used_included", "extra", "expired"
            ),
            [
                (0, 0, 7, 0, 0),
                # the oldest first: 3 of January, 5 of February, 5 of which are left
                (3, 3, 5, 0, 0),
                (5, 5, 10, 1, 0),
                (0, 0, 10, 0, 0),
            ],
        )
        rows = included.evaluate(months((10, 7), (10, 0), (10, 30)), "carry", 1)
        self.assertEqual(
            self._columns(rows, "carried_in", "extra", "expired"),
            [(0, 0, 0), (3, 0, 0), (10, 10, 3)],
        )

    def test_carry_up_to_a_cap(self):
        rows = included.evaluate(
            months((10, 0), (10, 0), (10, 40)), "carry", 12, cap=15
        )
        self.assertEqual(
            self._columns(rows, "carried_in", "carried_out", "expired", "extra"),
            [(0, 10, 0, 0), (10, 15, 5, 0), (15, 0, 0, 15)],
        )

    def test_carry_over_quarters(self):
        """Months count, however long a period is."""
        quarters = [
            included.Usage(date(2026, 1, 1), date(2026, 3, 31), 30, 20),
            included.Usage(date(2026, 4, 1), date(2026, 6, 30), 30, 30),
            included.Usage(date(2026, 7, 1), date(2026, 9, 30), 30, 40),
        ]
        rows = included.evaluate(quarters, "carry", 2)
        # what is carried is used first, so that the second quarter leaves 10 anew
        self.assertEqual(
            self._columns(rows, "carried_in", "extra"), [(0, 0), (10, 0), (10, 0)]
        )

    def test_settle_over_a_quarter(self):
        """Much in January, little in February: only the rest is extra, in March."""
        rows = included.evaluate(
            months((10, 16), (10, 6), (10, 11), (10, 0)), "settle", 3
        )
        self.assertEqual(
            self._columns(
                rows, "carried_in", "used_included", "deferred", "extra", "carried_out"
            ),
            [
                (0, 10, 6, 0, 0),
                (0, 10, -4, 0, 0),
                (0, 10, -2, 3, 0),
                (0, 0, 0, 0, 10),
            ],
        )
        rows = included.evaluate(months((10, 4), (10, 18)), "settle", 3, closed=True)
        self.assertEqual(
            self._columns(rows, "used_carried", "used_included", "extra"),
            [(0, 4, 0), (6, 10, 2)],
        )

    def test_prorate(self):
        self.assertEqual(included.prorate(2000, Fraction(17, 31)), 1097)
        self.assertEqual(included.prorate(800, Fraction(17, 31), whole=True), 500)
        self.assertEqual(included.prorate(800, Fraction(1), whole=True), 800)

    def test_bad_input(self):
        with self.assertRaises(ValueError):
            included.evaluate([], "forever")
        for policy in ("carry", "settle"):
            with self.subTest(policy=policy), self.assertRaises(ValueError):
                included.evaluate([], policy, 0)

    def test_thousand_random_months(self):
        """Consumed = included used + carried used + billed, with nothing left over."""
        rng = random.Random(19)
        for policy, span, cap in (
            ("expire", 0, None),
            ("carry", 2, 1500),
            ("carry", 6, None),
            ("settle", 12, None),
        ):
            quantities = [
                (rng.choice((0, 1000, 2000)), rng.randrange(4000)) for _n in range(1000)
            ]
            usages = months(*quantities, start=date(1999, 1, 1))
            rows = included.evaluate(usages, policy, span, cap, closed=True)
            with self.subTest(policy=policy, months=span):
                for usage, row in zip(usages, rows, strict=True):
                    self.assertEqual(
                        usage.consumed,
                        row.used_included + row.used_carried + row.extra + row.deferred,
                    )
                self.assertEqual(
                    sum(usage.consumed for usage in usages),
                    sum(r.used_included + r.used_carried + r.extra for r in rows),
                )
                self.assertGreater(sum(row.extra for row in rows), 0)

    @settings(max_examples=200, deadline=None)
    @given(
        st.lists(
            st.tuples(st.integers(0, 3000), st.integers(0, 6000)),
            min_size=1,
            max_size=40,
        ),
        POLICY,
    )
    def test_nothing_is_lost(self, quantities, policy):
        """Each included unit is used once, left, or expired; none is used twice."""
        name, span, cap = policy
        usages = months(*quantities)
        rows = included.evaluate(usages, name, span, cap, closed=True)
        carried = deferred = 0
        for usage, row in zip(usages, rows, strict=True):
            self.assertEqual(
                usage.consumed,
                row.used_included + row.used_carried + row.extra + row.deferred,
            )
            self.assertLessEqual(row.used_included, usage.included)
            self.assertLessEqual(row.used_carried, row.carried_in)
            self.assertLessEqual(row.carried_in, carried)
            self.assertGreaterEqual(min(row.extra, row.expired, row.carried_out), 0)
            if cap is not None:
                self.assertLessEqual(row.carried_out, cap)
            carried = row.carried_out
            deferred += row.deferred
        self.assertEqual(deferred, 0)
        used = sum(row.used_included + row.used_carried for row in rows)
        gone = sum(row.expired for row in rows) + rows[-1].carried_out
        self.assertEqual(sum(usage.included for usage in usages), used + gone)
