"""Parts of a period by each day-count, and broken periods billed with another."""

from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from odoo.addons.client_hub.tools import allocation, schedule

from .test_schedule import DATES, RECURRENCES, days_of

HOLIDAYS = {date(2026, 1, 1), date(2026, 1, 28)}


def _works(day):
    return schedule.is_weekday(day) and day not in HOLIDAYS


COUNTS = st.sampled_from(
    [
        schedule.ACTUAL,
        schedule.THIRTY_360,
        schedule.WEEKDAYS,
        schedule.WorkingDays(_works),
        # a company that never works still has to bill
        schedule.WorkingDays(lambda day: False),
        schedule.WHOLE,
    ]
)


def month(year, number, first=1, last=None, count=schedule.ACTUAL):
    """Return a calendar month, or a part of it."""
    full_end = schedule.day_in_month(year, number, 31)
    start = date(year, number, first)
    end = date(year, number, last) if last else full_end
    return schedule.Period(start, end, date(year, number, 1), full_end, count)


@tagged("post_install", "-at_install")
class TestDayCount(BaseCase):
    """Cases worked out by hand, then properties over decades of dates."""

    def test_actual_days(self):
        self.assertEqual(month(2026, 1, 15).share, (17, 31, "actual"))
        self.assertEqual(month(2024, 2, 15).share, (15, 29, "actual"))

    def test_thirty_360(self):
        """30E/360: from the first day to the one after the last, months of 30 days."""
        cases = [
            # first, last day, days of 30
            ((2026, 1, 15, 31), 16),
            ((2026, 1, 1, 14), 14),
            ((2026, 1, 31, 31), 1),
            ((2026, 1, 1, 30), 29),
            ((2026, 2, 15, 28), 16),
            ((2026, 2, 28, 28), 3),
            ((2024, 2, 29, 29), 2),
            ((2026, 4, 16, 30), 15),
        ]
        for args, days in cases:
            with self.subTest(args=args):
                period = month(*args, count=schedule.THIRTY_360)
                self.assertEqual(period.share, (days, 30, "thirty360"))

    def test_thirty_360_from_the_31st(self):
        """A month has 30 days, from whatever day it counts."""
        anchor = date(2026, 1, 31)
        year = schedule.iter_periods(
            anchor, 1, "month", anchor, date(2027, 1, 30), count=schedule.THIRTY_360
        )
        for period in year:
            with self.subTest(start=period.start):
                middle = period.start + timedelta(days=15)
                first = period.clip(end=middle - schedule.ONE_DAY)
                self.assertEqual(first.share.total, 30)
                self.assertIn(first.share.counted, (15, 16))
                self.assertEqual(first.factor + period.clip(middle).factor, 1)
        quarter = next(
            schedule.iter_periods(
                date(2026, 1, 1),
                3,
                "month",
                date(2026, 2, 1),
                until=date(2026, 2, 1),
                count=schedule.THIRTY_360,
            )
        )
        self.assertEqual(quarter.share, (60, 90, "thirty360"))

    def test_weeks_have_no_30_days(self):
        """Periods of days and weeks count actual days instead."""
        period = next(
            schedule.iter_periods(
                date(2026, 2, 2),
                4,
                "week",
                date(2026, 2, 9),
                until=date(2026, 2, 9),
                count=schedule.THIRTY_360,
            )
        )
        self.assertEqual(period.share, (21, 28, "actual"))

    def test_working_days(self):
        weekdays = month(2026, 1, 15, count=schedule.WEEKDAYS)
        self.assertEqual(weekdays.share, (12, 22, "working"))
        holidays = month(2026, 1, 15, count=schedule.WorkingDays(_works))
        self.assertEqual(holidays.share, (11, 20, "working"))
        weekend = month(2026, 1, 31, count=schedule.WEEKDAYS)
        self.assertEqual(weekend.factor, 0)

    def test_whole_periods(self):
        """Broken periods cost as much as whole ones; parts of them are shared out."""
        first, second = schedule.iter_periods(
            date(2026, 1, 1),
            1,
            "month",
            date(2026, 1, 15),
            date(2026, 2, 28),
            count=schedule.WHOLE,
        )
        self.assertEqual(first.factor, 1)
        self.assertEqual(second.factor, 1)
        self.assertEqual(first.full_start, date(2026, 1, 1))
        self.assertEqual(
            first.clip(end=date(2026, 1, 20)).share, (6, 17, "whole"), "15 to 20 of 17"
        )

    def test_first_period_with_the_next(self):
        joined, march = schedule.iter_periods(
            date(2026, 1, 1),
            1,
            "month",
            date(2026, 1, 15),
            date(2026, 3, 31),
            join_first=True,
        )
        self.assertEqual(
            [(part.start, part.end) for part in joined.parts],
            [
                (date(2026, 1, 15), date(2026, 1, 31)),
                (date(2026, 2, 1), date(2026, 2, 28)),
            ],
        )
        self.assertEqual(
            (joined.start, joined.end), (joined.parts[0].start, date(2026, 2, 28))
        )
        self.assertEqual(joined.factor, Fraction(17, 31) + 1)
        self.assertEqual(march.factor, 1)
        # it waits for the period that it is billed with
        self.assertEqual(schedule.due_date(joined), date(2026, 2, 1))
        self.assertEqual(schedule.due_date(joined, due_day=10), date(2026, 2, 10))
        self.assertEqual(schedule.due_date(joined, "arrears"), date(2026, 3, 1))
        # once the broken period was billed, the rest is an ordinary one
        rest = schedule.subtract([joined], [(date(2026, 1, 15), date(2026, 1, 31))])
        self.assertEqual(rest, [month(2026, 2)])

    def test_last_period_with_the_previous(self):
        january, joined = schedule.iter_periods(
            date(2026, 1, 1),
            1,
            "month",
            date(2026, 1, 1),
            date(2026, 3, 10),
            # not even a limit cuts the broken period off
            until=date(2026, 2, 15),
            join_last=True,
        )
        self.assertEqual(january, month(2026, 1))
        self.assertEqual(joined.parts, (month(2026, 2), month(2026, 3, 1, 10)))
        self.assertEqual(schedule.due_date(joined), date(2026, 2, 1))
        self.assertEqual(schedule.due_date(joined, "arrears"), date(2026, 3, 11))
        self.assertEqual(
            schedule.subtract([joined], [(date(2026, 2, 1), date(2026, 2, 28))]),
            [month(2026, 3, 1, 10)],
        )

    def test_nothing_to_be_billed_with(self):
        """A line shorter than a period, and lines without a broken one."""
        both = {"join_first": True, "join_last": True}
        anchor = date(2026, 1, 1)
        short = schedule.iter_periods(
            anchor, 1, "month", date(2026, 1, 5), date(2026, 1, 20), **both
        )
        self.assertEqual(list(short), [month(2026, 1, 5, 20)])
        whole = schedule.iter_periods(
            anchor, 1, "month", anchor, date(2026, 2, 28), **both
        )
        self.assertEqual(list(whole), [month(2026, 1), month(2026, 2)])
        (all_in_one,) = schedule.iter_periods(
            anchor, 1, "month", date(2026, 1, 15), date(2026, 3, 10), **both
        )
        self.assertEqual(len(all_in_one.parts), 3)
        self.assertEqual(all_in_one.factor, Fraction(17 + 31 + 10, 31))
        self.assertEqual(schedule.due_date(all_in_one), date(2026, 2, 1))

    def test_due_some_days_before(self):
        self.assertEqual(
            schedule.due_date(month(2026, 3), offset=-10), date(2026, 2, 19)
        )
        with self.assertRaises(ValueError):
            schedule.due_base(month(2026, 3), "later")

    # ------------------------------------------------------------------
    # properties
    # ------------------------------------------------------------------

    @settings(max_examples=400, deadline=None)
    @given(
        st.dates(date(2020, 1, 1), date(2100, 12, 31)),
        RECURRENCES,
        st.integers(-400, 400),
        st.integers(0, 3660),
        COUNTS,
        st.booleans(),
        st.booleans(),
    )
    def test_periods_tile(
        self, anchor, recurrence, offset, length, count, join_first, join_last
    ):
        """Ten years from any anchor up to 2100, without overlap or hole."""
        unit, interval = recurrence
        start = anchor + timedelta(days=offset)
        end = start + timedelta(days=length)
        options = {"count": count, "join_first": join_first, "join_last": join_last}
        periods = list(
            schedule.iter_periods(anchor, interval, unit, start, end, **options)
        )
        following = start
        for period in periods:
            self.assertEqual(period.start, following)
            following = period.end + schedule.ONE_DAY
        self.assertEqual(following, end + schedule.ONE_DAY)
        for period in periods[1:-1]:
            self.assertEqual(period.factor, 1)
        # billed apart or together, it is the same in total
        apart = schedule.iter_periods(anchor, interval, unit, start, end, count=count)
        self.assertEqual(
            sum(period.factor for period in periods),
            sum(period.factor for period in apart),
        )

    @settings(max_examples=400, deadline=None)
    @given(
        DATES,
        RECURRENCES,
        st.integers(0, 800),
        COUNTS,
        st.booleans(),
        st.lists(st.integers(1, 60), max_size=6),
        st.integers(-10_000_000, 10_000_000),
    )
    def test_parts_add_up(self, anchor, recurrence, length, count, joined, cuts, units):
        """Parts that tile a period sum to it: factors exactly, amounts to the cent."""
        unit, interval = recurrence
        start = anchor + timedelta(days=5)
        end = start + timedelta(days=length)
        options = {"count": count, "join_first": joined, "join_last": joined}
        for period in schedule.iter_periods(
            anchor, interval, unit, start, end, **options
        ):
            clips, first = [], period.start
            for days in cuts:
                clip = period.clip(first, first + timedelta(days=days - 1))
                if clip:
                    clips.append(clip)
                    first = clip.end + schedule.ONE_DAY
            clips += [period.clip(first)] if first <= period.end else []
            self.assertEqual(days_of(clips), days_of([period]))
            factors = [clip.factor for clip in clips]
            self.assertEqual(sum(factors), period.factor)
            self.assertTrue(all(factor >= 0 for factor in factors))
            if period.factor:
                parts = allocation.split(allocation.from_units(units), factors)
                total = sum(allocation.to_units(part) for part in parts)
                self.assertEqual(total, units)

    @settings(max_examples=300, deadline=None)
    @given(
        st.dates(date(2020, 1, 1), date(2100, 1, 1)),
        st.sampled_from([("month", 1), ("month", 3), ("year", 1)]),
        st.integers(0, 800),
    )
    def test_anchor_never_drifts(self, anchor, recurrence, index):
        """Each period starts on the anchor's day, or on the last one of the month."""
        unit, interval = recurrence
        months = interval * index * (12 if unit == "year" else 1)
        start = schedule.period_start(anchor, interval, unit, index)
        passed = (start.year - anchor.year) * 12 + start.month - anchor.month
        self.assertEqual(passed, months)
        self.assertEqual(
            start, schedule.day_in_month(start.year, start.month, anchor.day)
        )
