"""Billing periods of a contract line: which, when due, and what part of a period.

Pure functions of dates and numbers, without Odoo.  Period ``k`` is always computed
from the anchor date, never from the period before it, so that a month end does not
drift: 31 Jan, 28 Feb, 31 Mar.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from dateutil.relativedelta import relativedelta

UNITS = ("day", "week", "month", "year")
TIMINGS = ("advance", "arrears")
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """One billing period, first and last day included.

    ``start`` and ``end`` may be a part of the whole period ``full_start`` to
    ``full_end`` (first and last broken periods).
    """

    start: date
    end: date
    full_start: date
    full_end: date

    @property
    def days(self):
        """Return the number of days billed."""
        return (self.end - self.start).days + 1

    @property
    def full_days(self):
        """Return the number of days of the whole period."""
        return (self.full_end - self.full_start).days + 1

    @property
    def factor(self):
        """Return the part of the whole period that is billed, by actual days."""
        return Fraction(self.days, self.full_days)

    def clip(self, start=None, end=None):
        """Return the part of this period between two days, or None.

        :param date start: first day allowed, None for no limit
        :param date end: last day allowed, None for no limit
        """
        first = max(self.start, start) if start else self.start
        last = min(self.end, end) if end else self.end
        if first > last:
            return None
        return Period(first, last, self.full_start, self.full_end)


def _check(interval, unit):
    if unit not in UNITS:
        raise ValueError(f"unknown recurrence unit {unit!r}")
    if interval != int(interval) or interval < 1:
        raise ValueError("the recurrence interval must be a whole number above zero")


def period_start(anchor, interval, unit, index):
    """Return the first day of whole period ``index`` (0 starts at the anchor).

    :param date anchor: first day of period 0
    :param int interval: how many units a period lasts
    :param str unit: day, week, month or year
    :param int index: may be negative
    """
    steps = interval * index
    if unit == "day":
        return anchor + timedelta(days=steps)
    if unit == "week":
        return anchor + timedelta(weeks=steps)
    if unit == "month":
        return anchor + relativedelta(months=steps)
    return anchor + relativedelta(years=steps)


def index_of(anchor, interval, unit, day):
    """Return the index of the whole period that holds ``day``."""
    _check(interval, unit)
    if unit in ("day", "week"):
        length = interval * (7 if unit == "week" else 1)
        return (day - anchor).days // length
    months = (day.year - anchor.year) * 12 + day.month - anchor.month
    length = interval * (12 if unit == "year" else 1)
    index = months // length
    # the division counts calendar months: the day of the month may put it one off
    while period_start(anchor, interval, unit, index) > day:
        index -= 1
    while period_start(anchor, interval, unit, index + 1) <= day:
        index += 1
    return index


def iter_periods(anchor, interval, unit, start, end=None, until=None):
    """Yield the periods of a line, clipped to its first and last day.

    :param date anchor: first day of period 0 of the contract
    :param int interval: how many units a period lasts
    :param str unit: day, week, month or year
    :param date start: the line's first day
    :param date end: the line's last day, None for no end
    :param date until: stop before the first period that starts after this day;
        that limit never cuts a period
    :raise ValueError: for an unknown unit, a recurrence below one, or when neither
        ``end`` nor ``until`` bounds the schedule
    """
    _check(interval, unit)
    if end is None and until is None:
        raise ValueError("an endless schedule needs a limit")
    index = index_of(anchor, interval, unit, start)
    while True:
        full_start = period_start(anchor, interval, unit, index)
        full_end = period_start(anchor, interval, unit, index + 1) - ONE_DAY
        period = Period(full_start, full_end, full_start, full_end).clip(start, end)
        if period is None or (until is not None and period.start > until):
            return
        yield period
        index += 1


def subtract(periods, taken):
    """Return what is left of ``periods`` once the ``taken`` intervals are out.

    :param periods: iterable of Period that don't overlap
    :param taken: iterable of ``(start, end)`` day pairs, both included
    :return: list of Period, in order: together with ``taken`` they cover every
        day of ``periods`` once
    """
    taken = sorted(taken)
    left = []
    for period in periods:
        first = period.start
        for start, end in taken:
            if end < first or start > period.end:
                continue
            if start > first:
                left.append(period.clip(first, start - ONE_DAY))
            first = max(first, end + ONE_DAY)
        if first <= period.end:
            left.append(period.clip(first))
    return left


def day_in_month(year, month, day):
    """Return the day of a month, the last one when the month is shorter."""
    return date(year, month, min(day, monthrange(year, month)[1]))


def due_date(period, timing="advance", due_day=0, offset=0):
    """Return the day on which a period falls due.

    In advance the count starts on the period's first day, in arrears on the day
    after its last one.  With a due day it is the first such day of the month on or
    after that (31 means the last day of a shorter month); otherwise ``offset`` days
    later.

    :param Period period: the period billed
    :param str timing: advance or arrears
    :param int due_day: 1 to 31, 0 for none
    :param int offset: days, when there is no due day
    :raise ValueError: for an unknown timing or a due day outside 1 to 31
    """
    if timing not in TIMINGS:
        raise ValueError(f"unknown billing timing {timing!r}")
    if not 0 <= due_day <= 31:
        raise ValueError("the due day must be between 1 and 31")
    base = period.start if timing == "advance" else period.end + ONE_DAY
    if not due_day:
        return base + timedelta(days=offset)
    due = day_in_month(base.year, base.month, due_day)
    if due < base:
        following = base + relativedelta(months=1)
        due = day_in_month(following.year, following.month, due_day)
    return due


def months_per_period(interval, unit):
    """Return how many months a period lasts, as a Fraction (for a monthly value)."""
    _check(interval, unit)
    length = {
        "day": Fraction(12 * 400, 146097),  # 400 years have 146,097 days
        "week": Fraction(12 * 400 * 7, 146097),
        "month": Fraction(1),
        "year": Fraction(12),
    }
    return length[unit] * interval
