"""Terms of a contract: when the next one ends, and what a notice can still reach.

Pure functions of dates and numbers, without Odoo.
"""

from datetime import timedelta

from dateutil.relativedelta import relativedelta

from . import schedule
from .schedule import ONE_DAY


def next_term_end(start, end, months):
    """Return the last day of the term that follows the one that ends on ``end``.

    Where the terms so far are whole months from the contract's start, the next one is
    counted from there as well, so that month ends don't drift: from 31 Jan, terms of
    a month end on 27 Feb, 30 Mar, 29 Apr, 30 May.

    :param date start: first day of the contract
    :param date end: last day of the present term
    :param int months: length of a term
    :raise ValueError: for a term below one month
    """
    if months < 1:
        raise ValueError("a term lasts at least one month")
    following = end + ONE_DAY
    passed = (following.year - start.year) * 12 + following.month - start.month
    if passed > 0 and start + relativedelta(months=passed) == following:
        return start + relativedelta(months=passed + months) - ONE_DAY
    return following + relativedelta(months=months) - ONE_DAY


def term_end(start, months):
    """Return the last day of a first term of so many months."""
    if months < 1:
        raise ValueError("a term lasts at least one month")
    return start + relativedelta(months=months) - ONE_DAY


def earliest_end_of_term(given, start, end, months, notice_days):
    """Return the end of the first term that a notice still reaches.

    :param date given: day on which the notice is given; the last day counts
    :param date end: last day of the present term
    :param int months: length of the terms that follow
    :param int notice_days: days between notice and end
    """
    while end - timedelta(days=notice_days) < given:
        end = next_term_end(start, end, months)
    return end


def earliest_end_of_period(given, recurrence, notice_days):
    """Return the end of the first billing period that a notice still reaches.

    :param date given: day on which the notice is given
    :param tuple recurrence: anchor, interval, unit
    :param int notice_days: days between notice and end
    """
    day = given + timedelta(days=notice_days)
    index = schedule.index_of(*recurrence, day)
    return schedule.period_start(*recurrence, index + 1) - ONE_DAY
