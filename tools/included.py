"""Hours or deliverables included in a fee: what is used, carried over, billed.

Pure arithmetic, without Odoo.  Quantities are whole numbers of the smallest unit
(hundredths), so that everything adds up exactly: in each period

    consumed = used of the included + used of what was carried over + extra + deferred

where ``deferred`` is only other than 0 under ``settle`` and comes to 0 in each span.
"""

from collections import deque
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import ceil

from dateutil.relativedelta import relativedelta

# expire: what is not used in its period is gone
# carry: what is not used can be used for some months more, up to a cap
# settle: periods of a span of months make up for each other; the extra comes at its end
POLICIES = ("expire", "carry", "settle")


@dataclass(frozen=True)
class Usage:
    """What a period includes, and what was consumed in it."""

    start: date
    end: date
    included: int
    consumed: int


@dataclass(frozen=True)
class Outcome:
    """What becomes of the included and the consumed quantity of a period.

    - ``carried_in``: left from earlier periods, can be used in this one
    - ``used_included``, ``used_carried``: consumed without being billed
    - ``extra``: consumed beyond that, to be billed for this period
    - ``deferred``: consumed beyond that, but only settled in a later period; below 0
      when this period makes up for an earlier one
    - ``carried_out``: left for the next period
    - ``expired``: not used and gone
    """

    carried_in: int
    used_included: int
    used_carried: int
    extra: int
    deferred: int
    carried_out: int
    expired: int


def prorate(quantity, factor, whole=False):
    """Return what a part of a period includes.

    :param int quantity: of a whole period, in hundredths
    :param Fraction factor: part of the period
    :param bool whole: round up to whole units, for what can't be split
    """
    exact = quantity * Fraction(factor)
    if whole:
        return ceil(exact / 100) * 100
    return int(exact + Fraction(1, 2))


def evaluate(usages, policy, months=0, cap=None, closed=False):
    """Return the outcome of each period, in order.

    :param usages: list of Usage that follow each other
    :param str policy: expire, carry or settle
    :param int months: how long after its period the rest can be used (carry), or how
        long a span is in which periods make up for each other (settle)
    :param int cap: the most that is carried over, None for no limit (carry)
    :param bool closed: True when nothing follows the last period, so that a span that
        is not over is settled there (settle)
    :return: list of Outcome
    :raise ValueError: for an unknown policy, or one without its months
    """
    if policy not in POLICIES:
        raise ValueError(f"unknown policy {policy!r}")
    if policy == "expire":
        return [_expire(usage) for usage in usages]
    if months < 1:
        raise ValueError("the number of months must be above zero")
    if policy == "carry":
        return _carry(usages, months, cap)
    return _settle(usages, months, closed)


def _expire(usage):
    used = min(usage.included, usage.consumed)
    extra = usage.consumed - used
    return Outcome(0, used, 0, extra, 0, 0, usage.included - used)


def _carry(usages, months, cap):
    outcomes = []
    # [last day on which a period may begin to use it, quantity], oldest first
    left = deque()
    for usage in usages:
        expired = 0
        while left and left[0][0] < usage.start:
            expired += left.popleft()[1]
        carried_in = sum(quantity for _until, quantity in left)
        # what expires first is used first
        used_carried = min(carried_in, usage.consumed)
        _take(left, used_carried)
        used = min(usage.included, usage.consumed - used_carried)
        left.append([usage.end + relativedelta(months=months), usage.included - used])
        total = sum(quantity for _until, quantity in left)
        if cap is not None and total > cap:
            expired += total - cap
            _take(left, total - cap)
            total = cap
        extra = usage.consumed - used_carried - used
        outcomes.append(
            Outcome(carried_in, used, used_carried, extra, 0, total, expired)
        )
    return outcomes


def _take(left, quantity):
    """Take a quantity out of what is left, the oldest first."""
    while quantity:
        part = min(quantity, left[0][1])
        left[0][1] -= part
        quantity -= part
        if not left[0][1]:
            left.popleft()


def _settle(usages, months, closed):
    outcomes = []
    pool = pending = 0
    span_end = None
    for number, usage in enumerate(usages, start=1):
        if span_end is None:
            span_end = usage.start + relativedelta(months=months) - timedelta(days=1)
        carried_in, before = pool, pending
        used_carried = min(pool, usage.consumed)
        used = min(usage.included, usage.consumed - used_carried)
        pending += usage.consumed - used_carried - used
        # what this period leaves makes up for what earlier ones had too much
        made_up = min(pending, usage.included - used)
        pending -= made_up
        used += made_up
        pool += usage.included - used - used_carried
        extra = expired = 0
        if usage.end >= span_end or (closed and number == len(usages)):
            extra, expired, pool, pending, span_end = pending, pool, 0, 0, None
        deferred = pending - before
        outcomes.append(
            Outcome(carried_in, used, used_carried, extra, deferred, pool, expired)
        )
    return outcomes
