"""On which day of the month a client pays.

Pure functions of dates, without Odoo.
"""

import re
from calendar import monthrange
from datetime import timedelta

LAST_DAY = 31


def parse_payment_days(text):
    """Return the days of the month that a text names, in order.

    :param str text: e.g. ``10`` or ``5, 20``; empty for none
    :return: list of int, each between 1 and 31
    :raise ValueError: when something else is in the text
    """
    days = set()
    for word in re.split(r"[\s,;/]+", (text or "").strip()):
        if not word:
            continue
        day = int(word)
        if not 1 <= day <= LAST_DAY:
            raise ValueError(word)
        days.add(day)
    return sorted(days)


def format_payment_days(days):
    """Return days of the month as a text that people read: ``5, 20``."""
    return ", ".join(str(day) for day in days)


def move_to_payment_day(due, days):
    """Return the first payment day on or after a due date.

    A day that a month doesn't have is its last one: 31 is 28 February.

    :param date due: when it would be payable without payment days
    :param days: days of the month (1 to 31), empty to leave the date alone
    :return: date, never before ``due``
    """
    if not days:
        return due
    month_end = monthrange(due.year, due.month)[1]
    for day in sorted(days):
        if min(day, month_end) >= due.day:
            return due.replace(day=min(day, month_end))
    following = due.replace(day=month_end) + timedelta(days=1)
    month_end = monthrange(following.year, following.month)[1]
    return following.replace(day=min(*days, month_end))
