"""Adjustment of prices by a percentage or by an index series.

Pure arithmetic without Odoo, in exact fractions: nothing is rounded but the factor,
to 8 decimals, and then the price, both with halves up (away from zero).

* Fixed percentage ``p``: ``factor = 1 + p / 100``.
* Index of numbers ``I`` (IPCA number, CPI): ``factor = I(last) / I(base)``, as
  published by IBGE ("variação acumulada") and by the US Bureau of Labor Statistics
  ("How to use the Consumer Price Index for escalation").
* Index of monthly rates ``r`` in percent: ``factor = Π (1 + r(m) / 100)`` for each
  month after the base one up to the last one.
* The reference month of a day is its month less the publication lag, so a contract of
  15 January 2026 with a lag of one month counts from December 2025 and, on
  15 January 2027, up to December 2026: twelve months.
* A price is adjusted at most once a year where the law says so (Brazil: Lei
  10.192/2001, art. 2, § 1 makes a clause below one year void; § 3 counts the year
  from the last adjustment): :func:`next_date`.
"""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from dateutil.relativedelta import relativedelta

FACTOR_DIGITS = 8
KINDS = ("number", "rate")
# what happens when the index fell
NEGATIVE = ("apply", "carry", "zero")


class MissingValue(LookupError):
    """The series has no value for ``month``."""

    def __init__(self, month):
        super().__init__(f"no value for {month:%Y-%m}")
        self.month = month


@dataclass(frozen=True)
class Limited:
    """A factor after its limits: ``limit`` is the one that changed it, or None.

    ``limit`` is ``cap``, ``floor``, ``carry`` (the price stays, and the fall counts
    in the next adjustment) or ``zero`` (the price stays, and the next begins anew).
    """

    factor: Fraction
    limit: str | None = None


def exact(value):
    """Return a number as people wrote it: 0.1 is a tenth, not the nearest binary."""
    return value if isinstance(value, Fraction) else Fraction(str(value))


def round_half_up(value, digits):
    """Return ``value`` rounded to ``digits`` decimals, halves away from zero.

    >>> round_half_up(Fraction("2.675"), 2) == Fraction("2.68")
    True
    """
    scale = 10**digits
    whole = (abs(value) * scale + Fraction(1, 2)) // 1
    return Fraction(whole if value >= 0 else -whole, scale)


def month_of(day, lag=0):
    """Return the first day of the reference month of a day.

    :param date day: start of the contract, or day of the adjustment
    :param int lag: months between a month and the one whose value is known by then
    :raise ValueError: for a negative lag
    """
    if lag < 0:
        raise ValueError("the lag can't be negative")
    return day.replace(day=1) - relativedelta(months=lag)


def months_after(base, last):
    """Return the months that accumulate: after ``base``, up to ``last`` included."""
    count = (last.year - base.year) * 12 + last.month - base.month
    start = date(base.year, base.month, 1)
    return [start + relativedelta(months=step) for step in range(1, count + 1)]


def next_date(start, months, last=None):
    """Return the day of the next adjustment, never less than ``months`` after the last.

    Anniversaries count from the start, so that a 29 February doesn't drift. An
    adjustment on another day than an anniversary begins a new count.

    :param date start: day of which the prices are
    :param int months: interval
    :param last: day of the last adjustment, None before the first
    :raise ValueError: for an interval below one month
    """
    if months < 1:
        raise ValueError("prices are adjusted at most once a month")
    if not last:
        return start + relativedelta(months=months)
    step = (last.year - start.year) * 12 + last.month - start.month
    if step >= 0 and start + relativedelta(months=step) == last:
        return start + relativedelta(months=step + months)
    return last + relativedelta(months=months)


def fixed_factor(percent):
    """Return the factor of a percentage: 4.5 gives 1.045."""
    return 1 + exact(percent) / 100


def index_factor(kind, values, base, last):
    """Return the factor of a series between two reference months, not rounded.

    :param str kind: number or rate
    :param dict values: {first of the month: value}
    :param date base: reference month of the price in force
    :param date last: reference month of the adjustment
    :raise MissingValue: names the first month without a value
    :raise ValueError: for an unknown kind, months in the wrong order or a value that
        no index can have (a number of zero or less, a fall of 100 % or more)
    """
    if kind not in KINDS:
        raise ValueError(f"unknown kind of index {kind!r}")
    if last <= base:
        raise ValueError("the last reference month must come after the first")
    months = [base, last] if kind == "number" else months_after(base, last)
    for month in months:
        if values.get(month) is None:
            raise MissingValue(month)
    if kind == "number":
        first, final = exact(values[base]), exact(values[last])
        if first <= 0 or final <= 0:
            raise ValueError("an index number is above zero")
        return final / first
    factor = Fraction(1)
    for month in months:
        step = 1 + exact(values[month]) / 100
        if step <= 0:
            raise ValueError("a monthly rate is above -100 %")
        factor *= step
    return factor


def limit_factor(factor, cap=None, floor=None, negative="apply"):
    """Return the factor within its limits.

    What happens when the index fell is decided first, then the floor and the cap
    hold: a floor above zero lifts also a price that would have been kept.

    :param cap: highest percentage of one adjustment, None for no limit
    :param floor: lowest percentage of one adjustment, None for no limit
    :param str negative: apply, carry or zero
    :raise ValueError: for an unknown policy, or a cap below the floor
    """
    if negative not in NEGATIVE:
        raise ValueError(f"unknown policy {negative!r}")
    if cap is not None and floor is not None and exact(cap) < exact(floor):
        raise ValueError("the cap is below the floor")
    limit = None
    if factor < 1 and negative != "apply":
        factor, limit = Fraction(1), negative
    if floor is not None and factor < fixed_factor(floor):
        factor, limit = fixed_factor(floor), "floor"
    if cap is not None and factor > fixed_factor(cap):
        factor, limit = fixed_factor(cap), "cap"
    return Limited(factor, limit)


def round_factor(factor):
    """Return the factor as it is shown and applied, to 8 decimals."""
    return round_half_up(factor, FACTOR_DIGITS)


def adjust_price(price, factor, digits=2):
    """Return a price times a factor, rounded.

    :param price: unit price in force
    :param factor: as :func:`round_factor` gives it
    :param int digits: decimals of a price
    """
    return round_half_up(exact(price) * exact(factor), digits)
