"""Billing periods of a contract line: which, when due, and what part of a period.

Pure functions of dates and numbers, without Odoo.  Period ``k`` is always computed
from the anchor date, never from the period before it, so that a month end does not
drift: 31 Jan, 28 Feb, 31 Mar.

Parts of a period are measured by a day-count.  Whichever it is, the factors of clips
that tile a period add up exactly to the factor of that period.
"""

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

UNITS = ("day", "week", "month", "year")
TIMINGS = ("advance", "arrears")
ONE_DAY = timedelta(days=1)
SATURDAY = 5


class Share(NamedTuple):
    """A part of a whole period: ``counted`` of ``total`` days, counted as ``name``."""

    counted: int
    total: int
    name: str


@dataclass(frozen=True)
class ActualDays:
    """Each day of the calendar counts: 17/31."""

    name = "actual"

    def share(self, period):
        """Return which part of its whole period a period is (see ``Share``)."""
        return Share(period.days, period.full_days, self.name)


@dataclass(frozen=True)
class Thirty360:
    """Each month has 30 days (30E/360): from the first day to the one after the last.

    For periods of months and years only; their whole is 30 days a month whatever the
    day they count from, also where February has no such day.
    """

    name = "thirty360"

    def share(self, period):
        first, following = period.full_start, period.full_end + ONE_DAY
        # the day that both ends count from: 31 in 31 Jan – 27 Feb and 28 Feb – 30 Mar
        nominal = max(first.day, following.day)
        total = self._number(following, nominal) - self._number(first, nominal)

        def offset(day):
            if day in (first, following):
                return 0 if day == first else total
            passed = self._number(day, day.day) - self._number(first, nominal)
            return min(max(passed, 0), total)

        counted = offset(period.end + ONE_DAY) - offset(period.start)
        return Share(counted, total, self.name)

    @staticmethod
    def _number(day, day_of_month):
        return day.year * 360 + day.month * 30 + min(day_of_month, 30)


@dataclass(frozen=True)
class WorkingDays:
    """Only working days count: 12/22.  A period without any counts each day."""

    is_working: Callable[[date], bool]
    name = "working"

    def share(self, period):
        total = self._count(period.full_start, period.full_end)
        if not total:
            return ACTUAL.share(period)
        return Share(self._count(period.start, period.end), total, self.name)

    def _count(self, start, end):
        length = (end - start).days + 1
        return sum(self.is_working(start + timedelta(days=n)) for n in range(length))


@dataclass(frozen=True)
class WholePeriods:
    """A broken period is billed in full, like a whole one.

    ``start`` and ``end`` are the broken period, see ``of``; parts of it count its days.
    """

    start: date | None = None
    end: date | None = None
    name = "whole"

    def of(self, period):
        """Return the day-count for one period of a schedule."""
        return replace(self, start=period.start, end=period.end)

    def share(self, period):
        first, last = self.start or period.full_start, self.end or period.full_end
        return Share(period.days, (last - first).days + 1, self.name)


def is_weekday(day):
    """Tell whether a day is one from Monday to Friday."""
    return day.weekday() < SATURDAY


ACTUAL = ActualDays()
THIRTY_360 = Thirty360()
WEEKDAYS = WorkingDays(is_weekday)
WHOLE = WholePeriods()


@dataclass(frozen=True)
class Period:
    """One billing period, first and last day included.

    ``start`` and ``end`` may be a part of the whole period ``full_start`` to
    ``full_end`` (first and last broken periods).  A broken period that is billed
    with its neighbour makes one joined period: its ``pieces`` are the two.
    """

    start: date
    end: date
    full_start: date
    full_end: date
    count: ActualDays | Thirty360 | WorkingDays | WholePeriods = ACTUAL
    pieces: tuple = ()

    @property
    def days(self):
        """Return the number of days billed, of the calendar."""
        return (self.end - self.start).days + 1

    @property
    def full_days(self):
        """Return the number of days of the whole period, of the calendar."""
        return (self.full_end - self.full_start).days + 1

    @property
    def parts(self):
        """Return the periods that this one is made of: itself, unless it is joined."""
        return self.pieces or (self,)

    @property
    def is_whole(self):
        """Tell whether not a day is missing."""
        return self.start == self.full_start and self.end == self.full_end

    @property
    def share(self):
        """Return the part of the whole period that is billed (see ``Share``).

        That of a joined period has no name: it is a sum of its pieces' shares.
        """
        if self.pieces:
            total = self.factor
            return Share(total.numerator, total.denominator, "")
        if self.is_whole:
            return Share(self.full_days, self.full_days, "")
        return self.count.share(self)

    @property
    def factor(self):
        """Return the part of the whole period that is billed, by its day-count.

        More than 1 for a joined period: a whole one and a part of another.
        """
        if self.pieces:
            return sum((piece.factor for piece in self.pieces), Fraction())
        return Fraction(self.share.counted, self.share.total)

    def derive(self):
        """Return how the factor came about, as part of an amount's derivation.

        :return: dict of ``days``, ``period_days`` and, unless the days of the calendar
            count, ``day_count``
        """
        share = self.share
        data = {"days": share.counted, "period_days": share.total}
        if share.name not in ("", ACTUAL.name):
            data["day_count"] = share.name
        return data

    @property
    def bill_start(self):
        """Return from which day on it is billed in advance.

        A broken period that is billed with the next one waits for that one's start.
        """
        if not self.pieces:
            return self.start
        first, second = self.pieces[:2]
        return second.start if first.start > first.full_start else first.start

    def clip(self, start=None, end=None):
        """Return the part of this period between two days, or None.

        The factors of parts that tile this period add up to its factor.

        :param date start: first day allowed, None for no limit
        :param date end: last day allowed, None for no limit
        """
        if self.pieces:
            clips = [piece.clip(start, end) for piece in self.pieces]
            return join(clip for clip in clips if clip)
        first = max(self.start, start) if start else self.start
        last = min(self.end, end) if end else self.end
        if first > last:
            return None
        return replace(self, start=first, end=last)


def join(periods):
    """Return periods that follow each other as one, None when there are none."""
    pieces = tuple(part for period in periods for part in period.parts)
    if len(pieces) < 2:
        return pieces[0] if pieces else None
    first, last = pieces[0], pieces[-1]
    return Period(
        first.start, last.end, first.full_start, last.full_end, first.count, pieces
    )


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


def _iter_pieces(anchor, interval, unit, start, end, count):
    """Yield the periods from a day on, clipped to a line's first and last day."""
    if unit in ("day", "week") and count == THIRTY_360:
        # there is no month to have 30 days
        count = ACTUAL
    index = index_of(anchor, interval, unit, start)
    while True:
        full_start = period_start(anchor, interval, unit, index)
        full_end = period_start(anchor, interval, unit, index + 1) - ONE_DAY
        piece = Period(full_start, full_end, full_start, full_end, count)
        piece = piece.clip(start, end)
        if piece is None:
            return
        if isinstance(count, WholePeriods):
            piece = replace(piece, count=count.of(piece))
        yield piece
        index += 1


def iter_periods(
    anchor,
    interval,
    unit,
    start,
    end=None,
    until=None,
    count=ACTUAL,
    join_first=False,
    join_last=False,
):
    """Yield the periods of a line, clipped to its first and last day.

    :param date anchor: first day of period 0 of the contract
    :param int interval: how many units a period lasts
    :param str unit: day, week, month or year
    :param date start: the line's first day
    :param date end: the line's last day, None for no end
    :param date until: stop before the first period that starts after this day;
        that limit never cuts a period
    :param count: day-count of broken periods
    :param bool join_first: bill a broken first period with the next one
    :param bool join_last: bill a broken last period with the one before
    :raise ValueError: for an unknown unit, a recurrence below one, or when neither
        ``end`` nor ``until`` bounds the schedule
    """
    _check(interval, unit)
    if end is None and until is None:
        raise ValueError("an endless schedule needs a limit")
    held = None
    for piece in _iter_pieces(anchor, interval, unit, start, end, count):
        if held is None:
            held = piece
            continue
        # only the first one can miss days at its start, only the last one at its end
        starts_broken = not held.pieces and held.start > held.full_start
        ends_broken = piece.end < piece.full_end
        if (join_first and starts_broken) or (join_last and ends_broken):
            held = join((held, piece))
            continue
        if until is not None and held.start > until:
            return
        yield held
        held = piece
    if held and (until is None or held.start <= until):
        yield held


def last_period(anchor, interval, unit, start, end, **options):
    """Return the last period of a line that ends, without going through all of them.

    :param date start: the line's first day
    :param date end: the line's last day
    :param options: day-count and joining, see ``iter_periods``
    """
    index = index_of(anchor, interval, unit, end)
    # two whole periods before it begins what the last one can be joined with
    near = max(start, period_start(anchor, interval, unit, index - 2))
    *_others, last = iter_periods(anchor, interval, unit, near, end, **options)
    return last


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


def due_base(period, timing="advance"):
    """Return the day from which a period's due date counts.

    In advance it is the period's first day (that of the next one for a broken first
    period billed with it), in arrears the day after its last one.

    :param Period period: the period billed
    :param str timing: advance or arrears
    :raise ValueError: for an unknown timing
    """
    if timing not in TIMINGS:
        raise ValueError(f"unknown billing timing {timing!r}")
    return period.bill_start if timing == "advance" else period.end + ONE_DAY


def due_date(period, timing="advance", due_day=0, offset=0):
    """Return the day on which a period falls due.

    With a due day it is the first such day of the month on or after ``due_base``
    (31 means the last day of a shorter month); otherwise ``offset`` days later.

    :param Period period: the period billed
    :param str timing: advance or arrears
    :param int due_day: 1 to 31, 0 for none
    :param int offset: days, when there is no due day; below 0 for days before
    :raise ValueError: for an unknown timing or a due day outside 1 to 31
    """
    if not 0 <= due_day <= 31:
        raise ValueError("the due day must be between 1 and 31")
    base = due_base(period, timing)
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
