"""Who had a job or a piece, and for how long: plain functions over moments.

Moments are aware or naive datetimes, all of one kind; the callers use naive UTC, so
that a day of 23 or 25 hours has as many.
"""

from bisect import bisect_right
from datetime import datetime, time, timedelta

import pytz

NOTHING = timedelta()


def merge_spans(spans):
    """Return spans in order, joined where they touch or overlap; empty ones go.

    >>> merge_spans([(5, 6), (1, 3), (2, 4), (4, 4)])
    [(1, 4), (5, 6)]
    """
    merged = []
    for start, end in sorted(spans):
        if start >= end:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


class WorkingTime:
    """Adds up working time between two moments.

    Each sum is a difference of two running totals, so parts always add up to the whole.
    """

    def __init__(self, spans):
        """Take the working time.

        :param spans: ``(start, end)`` moments, in any order
        """
        self.spans = merge_spans(spans)
        self.starts = [start for start, _end in self.spans]
        self.totals = [NOTHING]
        for start, end in self.spans:
            self.totals.append(self.totals[-1] + (end - start))

    def until(self, moment):
        """Return the working time before a moment."""
        index = bisect_right(self.starts, moment)
        if not index:
            return NOTHING
        start, end = self.spans[index - 1]
        return self.totals[index - 1] + (min(moment, end) - start)

    def between(self, start, end):
        """Return the working time from one moment to another; nothing if reversed."""
        return self.until(end) - self.until(start) if start < end else NOTHING

    def seconds_between(self, start, end):
        """Return :meth:`between` in whole seconds, parts of which add up exactly."""
        if start >= end:
            return 0
        return int(self.until(end).total_seconds()) - int(
            self.until(start).total_seconds()
        )


def build_segments(changes, end=None):
    """Return who held something when, from the changes of its holder.

    :param changes: ``(moment, holder)`` in order of time; holder False is nobody
    :param end: moment up to which the last holder has it; None is open
    :return: list of ``(start, end, holder)``; neighbours differ in their holder, and
        each begins where the one before ended, unless nobody had it between

    >>> build_segments([(1, "us"), (3, "us"), (4, "client"), (4, "us"), (6, False)])
    [(1, 6, 'us')]
    >>> build_segments([(1, "us"), (3, "client")], 9)
    [(1, 3, 'us'), (3, 9, 'client')]
    """
    rows = []
    for moment, holder in changes:
        if rows and rows[-1][0] >= moment:
            # several changes at one moment: the last one counts
            rows.pop()
        if not rows or rows[-1][1] != holder:
            rows.append((moment, holder))
    segments = []
    for index, (start, holder) in enumerate(rows):
        stop = rows[index + 1][0] if index + 1 < len(rows) else end
        if holder and (stop is None or start < stop):
            if segments and segments[-1][1:] == (start, holder):
                segments[-1] = (segments[-1][0], stop, holder)
            else:
                segments.append((start, stop, holder))
    return segments


def get_day_start(day, zone):
    """Return when a day begins somewhere, as a naive UTC datetime.

    Where midnight comes twice that night the first one counts; where the clocks skip
    it, the moment of the change.

    :param date day: the day
    :param zone: time zone of pytz

    >>> from datetime import date
    >>> str(get_day_start(date(2026, 3, 1), pytz.timezone("America/Sao_Paulo")))
    '2026-03-01 03:00:00'
    """
    midnight = datetime.combine(day, time.min)
    moments = [
        zone.localize(midnight, is_dst=is_dst).astimezone(pytz.utc)
        for is_dst in (True, False)
    ]
    moment = min(moment for moment in moments if moment.astimezone(zone).date() >= day)
    return moment.replace(tzinfo=None)


def _get_next_month(month):
    return (month + timedelta(days=32)).replace(day=1)


def split_months(start, end, zone):
    """Return the parts of a stretch of time that lie in one month each.

    :param start: naive UTC datetime
    :param end: naive UTC datetime
    :param zone: time zone of pytz in which a month is a month
    :return: list of ``(first day of the month, start, end)``, without gaps

    >>> [(str(month), end.day) for month, start, end in split_months(
    ...     datetime(2026, 1, 30, 9), datetime(2026, 2, 2, 9), pytz.utc)]
    [('2026-01-01', 1), ('2026-02-01', 2)]
    """
    parts = []
    while start < end:
        local = pytz.utc.localize(start).astimezone(zone)
        month = local.date().replace(day=1)
        following = _get_next_month(month)
        if get_day_start(following, zone) <= start:
            # the clocks went back into a month that was over
            month, following = following, _get_next_month(following)
        stop = min(get_day_start(following, zone), end)
        parts.append((month, start, stop))
        start = stop
    return parts


def distribute(total, weights):
    """Return whole numbers in proportion to weights that add up to a total.

    :param int total: at least 0
    :param dict weights: ``{key: number}``, none negative, at least one

    >>> distribute(10, {"January": 1, "February": 2})
    {'January': 3, 'February': 7}
    >>> distribute(5, {"January": 0, "February": 0})
    {'January': 5, 'February': 0}
    """
    whole = sum(weights.values())
    if not whole:
        first = next(iter(weights))
        return {key: total if key == first else 0 for key in weights}
    numbers, seen, given = {}, 0, 0
    for key, weight in weights.items():
        # by running totals, so that nothing is lost to rounding
        seen += weight
        numbers[key] = total * seen // whole - given
        given += numbers[key]
    return numbers


def add_working_days(day, count, is_working, limit=3660):
    """Return the day that is so many working days after (or before) a day.

    :param int count: negative goes back; 0 is the day itself
    :param is_working: function of a date
    :param int limit: days to look at; a calendar without working days ends there

    >>> from datetime import date
    >>> str(add_working_days(date(2026, 3, 6), 1, lambda day: day.weekday() < 5))
    '2026-03-09'
    """
    step = timedelta(days=1 if count > 0 else -1)
    left = abs(count)
    for _attempt in range(limit):
        if not left:
            break
        day += step
        left -= is_working(day)
    return day


def share(amounts, digits=1):
    """Return amounts rounded so that they add up to their rounded sum.

    What rounding leaves over goes to the largest remainders.

    :param dict amounts: ``{key: number}``, none negative

    >>> share({"us": 1.25, "client": 1.25, "printer": 0.5})
    {'us': 1.3, 'client': 1.2, 'printer': 0.5}
    """
    factor = 10**digits
    exact = {key: amount * factor for key, amount in amounts.items()}
    floors = {key: int(amount) for key, amount in exact.items()}
    missing = round(sum(exact.values())) - sum(floors.values())
    order = sorted(exact, key=lambda key: floors[key] - exact[key])
    for key in order[: max(missing, 0)]:
        floors[key] += 1
    return {key: floors[key] / factor for key in amounts}
