"""Arithmetic of periods and amounts, without a database."""

from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from odoo.addons.client_hub.tools import allocation, schedule

DATES = st.dates(date(2020, 1, 1), date(2030, 12, 31))
RECURRENCES = st.sampled_from(
    [
        ("day", 1),
        ("day", 10),
        ("week", 1),
        ("week", 4),
        ("month", 1),
        ("month", 2),
        ("month", 3),
        ("month", 12),
        ("year", 1),
        ("year", 2),
    ]
)


def days_of(periods):
    """Return all days of the periods, one by one."""
    return [
        period.start + timedelta(days=offset)
        for period in periods
        for offset in range(period.days)
    ]


@tagged("post_install", "-at_install")
class TestSchedule(BaseCase):
    """Cases worked out by hand, then properties over ten years of dates."""

    def _periods(self, *args, **kwargs):
        return [
            (period.start, period.end)
            for period in schedule.iter_periods(*args, **kwargs)
        ]

    def test_month_end_does_not_drift(self):
        """31 Jan, 28 Feb, 31 Mar: each period starts from the anchor."""
        anchor = date(2026, 1, 31)
        starts = [schedule.period_start(anchor, 1, "month", k) for k in range(6)]
        self.assertEqual(
            starts,
            [
                date(2026, 1, 31),
                date(2026, 2, 28),
                date(2026, 3, 31),
                date(2026, 4, 30),
                date(2026, 5, 31),
                date(2026, 6, 30),
            ],
        )
        self.assertEqual(
            schedule.period_start(date(2024, 2, 29), 1, "year", 1), date(2025, 2, 28)
        )
        self.assertEqual(
            schedule.period_start(date(2024, 2, 29), 1, "year", 76), date(2100, 2, 28)
        )

    def test_broken_periods(self):
        """Calendar months from the 15th: the first and the last are parts."""
        periods = list(
            schedule.iter_periods(
                date(2026, 1, 1), 1, "month", date(2026, 1, 15), date(2026, 3, 10)
            )
        )
        self.assertEqual(
            [(period.start, period.end) for period in periods],
            [
                (date(2026, 1, 15), date(2026, 1, 31)),
                (date(2026, 2, 1), date(2026, 2, 28)),
                (date(2026, 3, 1), date(2026, 3, 10)),
            ],
        )
        self.assertEqual(
            [period.factor for period in periods],
            [Fraction(17, 31), Fraction(1), Fraction(10, 31)],
        )

    def test_until_never_cuts_a_period(self):
        periods = self._periods(
            date(2026, 1, 1), 3, "month", date(2026, 1, 1), None, date(2026, 12, 31)
        )
        self.assertEqual(len(periods), 4)
        self.assertEqual(periods[-1], (date(2026, 10, 1), date(2026, 12, 31)))
        periods = self._periods(
            date(2026, 1, 1), 3, "month", date(2026, 1, 1), None, date(2026, 10, 1)
        )
        self.assertEqual(periods[-1], (date(2026, 10, 1), date(2026, 12, 31)))

    def test_due_date(self):
        """The first due day on or after the start, or after the end in arrears."""
        march = schedule.Period(
            date(2026, 3, 1), date(2026, 3, 31), date(2026, 3, 1), date(2026, 3, 31)
        )
        february = schedule.Period(
            date(2026, 2, 1), date(2026, 2, 28), date(2026, 2, 1), date(2026, 2, 28)
        )
        cases = [
            ((march, "advance", 0, 0), date(2026, 3, 1)),
            ((march, "advance", 0, 5), date(2026, 3, 6)),
            ((march, "advance", 10, 0), date(2026, 3, 10)),
            ((march, "advance", 31, 0), date(2026, 3, 31)),
            ((february, "advance", 31, 0), date(2026, 2, 28)),
            ((march, "arrears", 0, 0), date(2026, 4, 1)),
            ((march, "arrears", 10, 0), date(2026, 4, 10)),
            ((march, "arrears", 31, 0), date(2026, 4, 30)),
            ((march.clip(date(2026, 3, 15)), "advance", 10, 0), date(2026, 4, 10)),
        ]
        for args, expected in cases:
            with self.subTest(args=args):
                self.assertEqual(schedule.due_date(*args), expected)

    def test_bad_input(self):
        day = date(2026, 1, 1)
        with self.assertRaises(ValueError):
            list(schedule.iter_periods(day, 0, "month", day, day))
        with self.assertRaises(ValueError):
            list(schedule.iter_periods(day, 1, "fortnight", day, day))
        with self.assertRaises(ValueError):
            list(schedule.iter_periods(day, 1, "month", day))
        with self.assertRaises(ValueError):
            schedule.due_date(schedule.Period(day, day, day, day), due_day=32)

    @settings(max_examples=300, deadline=None)
    @given(DATES, RECURRENCES, DATES, st.integers(0, 900))
    def test_periods_tile(self, anchor, recurrence, start, length):
        """Every day between start and end lies in exactly one period."""
        unit, interval = recurrence
        end = start + timedelta(days=length)
        periods = list(schedule.iter_periods(anchor, interval, unit, start, end))
        expected = [start + timedelta(days=n) for n in range(length + 1)]
        self.assertEqual(days_of(periods), expected)
        for period in periods:
            self.assertLessEqual(period.full_start, period.start)
            self.assertGreaterEqual(period.full_end, period.end)
            self.assertLessEqual(period.factor, 1)
        for period in periods[1:-1]:
            self.assertEqual(period.factor, 1)

    @settings(max_examples=300, deadline=None)
    @given(
        DATES,
        RECURRENCES,
        st.integers(0, 400),
        st.lists(st.tuples(st.integers(-30, 430), st.integers(1, 45)), max_size=4),
    )
    def test_subtract_leaves_the_rest(self, start, recurrence, length, cuts):
        """What is taken and what is left cover each day once."""
        unit, interval = recurrence
        end = start + timedelta(days=length)
        periods = list(schedule.iter_periods(start, interval, unit, start, end))
        taken, used = [], set()
        for offset, days in cuts:
            first = start + timedelta(days=offset)
            span = {first + timedelta(days=n) for n in range(days)}
            if span & used:
                continue
            used |= span
            taken.append((first, first + timedelta(days=days - 1)))
        left = days_of(schedule.subtract(periods, taken))
        self.assertEqual(len(left), len(set(left)))
        self.assertEqual(set(left), set(days_of(periods)) - used)

    @settings(max_examples=300, deadline=None)
    @given(DATES, RECURRENCES, st.integers(-40, 40))
    def test_index_of_finds_the_period(self, anchor, recurrence, index):
        unit, interval = recurrence
        first = schedule.period_start(anchor, interval, unit, index)
        last = schedule.period_start(anchor, interval, unit, index + 1)
        last -= schedule.ONE_DAY
        for day in (first, last):
            self.assertEqual(schedule.index_of(anchor, interval, unit, day), index)

    @settings(max_examples=300, deadline=None)
    @given(
        st.integers(-10_000_000, 10_000_000),
        st.lists(st.integers(0, 400), min_size=1, max_size=24).filter(any),
        st.sampled_from([0.01, 0.001, 1.0, 0.05]),
    )
    def test_split_sums_to_the_unit(self, units, weights, rounding):
        amount = allocation.from_units(units, rounding)
        parts = allocation.split(amount, weights, rounding)
        self.assertEqual(
            sum(allocation.to_units(part, rounding) for part in parts), units
        )
        for part, weight in zip(parts, weights, strict=True):
            share = abs(units) * weight / sum(weights)
            self.assertLess(abs(abs(allocation.to_units(part, rounding)) - share), 1)

    def test_split_refuses_bad_weights(self):
        for weights in ([], [0, 0], [1, -1]):
            with self.subTest(weights=weights), self.assertRaises(ValueError):
                allocation.split(10.0, weights)
