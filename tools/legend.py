"""How the client pays, told the same way everywhere: word, icon and colour.

Pure functions of dates and amounts, without Odoo. The colours stand here and, for
style sheets, in ``static/src/legend/legend.scss``; a test compares the two.
"""

from typing import NamedTuple

DUE_LATER = "due_later"
DUE_TODAY = "due_today"
OVERDUE = "overdue"
PAID_ON_TIME = "paid_on_time"
PAID_LATE = "paid_late"
RENEGOTIATED = "renegotiated"

# what an invoice of several instalments is: the first of these that one of them is
URGENCY = (OVERDUE, DUE_TODAY, DUE_LATER, RENEGOTIATED, PAID_LATE, PAID_ON_TIME)


class Look(NamedTuple):
    """What a status looks like; the text is readable on the background (WCAG AA)."""

    icon: str  # class of Font Awesome 4, for screens
    symbol: str  # one character, where there are no icons: files, mails, print
    background: str
    text: str


# in the order of a legend
LOOKS = {
    DUE_LATER: Look("fa-clock-o", "○", "#1d5fbf", "#ffffff"),
    DUE_TODAY: Look("fa-bell-o", "◉", "#ffa733", "#2b1b00"),
    OVERDUE: Look("fa-exclamation-circle", "!", "#c62828", "#ffffff"),
    PAID_ON_TIME: Look("fa-check", "✓", "#b5e3bf", "#0b3d1a"),
    PAID_LATE: Look("fa-history", "✔", "#1b6b35", "#ffffff"),
    RENEGOTIATED: Look("fa-handshake-o", "↻", "#5f666d", "#ffffff"),
}


def legend(due, paid_on, today, open_amount, renegotiated=False):
    """Return what an instalment is on a day.

    :param date due: the day by which it is to be paid
    :param paid_on: the day on which the money came that settled it, if it did
    :param date today: the day in the time zone of the company
    :param open_amount: what is still to be paid, in whatever currency
    :param bool renegotiated: whether new instalments took its place
    :rtype: str

    >>> from datetime import date
    >>> may_1, may_2 = date(2026, 5, 1), date(2026, 5, 2)
    >>> legend(may_1, None, may_1, 10), legend(may_1, None, may_2, 10)
    ('due_today', 'overdue')
    >>> legend(may_1, may_1, may_2, 0), legend(may_1, may_2, may_2, 0)
    ('paid_on_time', 'paid_late')
    """
    if renegotiated:
        return RENEGOTIATED
    if open_amount:
        return open_legend(due, today)
    return settled_legend(due, paid_on)


def open_legend(due, today):
    """Return what an instalment is that is not settled."""
    if due < today:
        return OVERDUE
    return DUE_TODAY if due == today else DUE_LATER


def settled_legend(due, paid_on, renegotiated=False):
    """Return what a settled instalment is, on whatever day one looks.

    One that nothing had to be paid for was paid on time.
    """
    if renegotiated:
        return RENEGOTIATED
    return PAID_LATE if paid_on and paid_on > due else PAID_ON_TIME


def combine(statuses):
    """Return what an invoice is, from its instalments; None without any.

    What is open speaks before what is settled, and the worst first.

    >>> combine(["paid_on_time", "due_later", "overdue"])
    'overdue'
    >>> combine(["paid_on_time", "paid_late"])
    'paid_late'
    """
    found = set(statuses)
    return next((status for status in URGENCY if status in found), None)
