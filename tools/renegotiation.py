"""New instalments for debts that are late.  No Odoo in here.

A month counts thirty days wherever interest is concerned, so that each day costs the
same whatever month it is in.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext

from dateutil.relativedelta import relativedelta

from .allocation import from_units, split, to_units

DAYS_OF_MONTH = 30
UNITS = {"day": "days", "week": "weeks", "month": "months"}


@dataclass(frozen=True)
class Debt:
    """What is open of one item, and since when it is due."""

    amount: float
    due: date


@dataclass(frozen=True)
class Terms:
    """What is agreed: rates are percentages, ``day`` is the day of the agreement."""

    day: date
    first_due: date
    count: int = 1
    interval: int = 1
    unit: str = "month"
    down_payment: float = 0.0
    discount_percent: float = 0.0
    discount_amount: float = 0.0
    fine_percent: float = 0.0
    late_percent: float = 0.0
    plan_percent: float = 0.0
    rate_unit: str = "month"
    compound: bool = False


@dataclass(frozen=True)
class Instalment:
    """One payment of the plan: its amount is capital, interest and tax together."""

    due: date
    capital: float
    interest: float
    tax: float
    amount: float


@dataclass(frozen=True)
class Plan:
    """What the debts come to, to the cent."""

    principal: float
    discount: float
    late_interest: float
    fine: float
    plan_interest: float
    tax: float
    total: float
    # (interest, fine) of each debt, in their order
    charges: tuple = field(default_factory=tuple)
    instalments: tuple = field(default_factory=tuple)

    @property
    def interest(self):
        """Return all interest: for the past, and until the instalments are due."""
        return self.late_interest + self.plan_interest


def round_units(amount, rounding):
    """Return an exact amount as whole units of the currency, halves up.

    :param Decimal amount: zero or more
    :param float rounding: the currency's rounding
    :rtype: int
    """
    units = amount / Decimal(repr(float(rounding)))
    return int(units.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def interest_units(amount, percent, days, rounding, unit="month", compound=False):
    """Return the interest on an amount for some days, in units of the currency.

    :param float amount: what bears interest
    :param float percent: per ``unit``
    :param int days: nothing for none, or for a day that has not come yet
    :param float rounding: the currency's rounding
    :param str unit: "day" or "month" (of thirty days)
    :param bool compound: whether interest bears interest
    :rtype: int
    """
    if days <= 0 or not percent or amount <= 0:
        return 0
    with localcontext() as context:
        context.prec = 40
        rate = Decimal(repr(float(percent))) / 100
        periods = Decimal(days)
        if unit == "month":
            periods /= DAYS_OF_MONTH
        base = Decimal(repr(float(amount)))
        grown = (1 + rate) ** periods - 1 if compound else rate * periods
        return round_units(base * grown, rounding)


def percent_units(amount, percent, rounding):
    """Return a percentage of an amount in units of the currency.

    :rtype: int
    """
    part = Decimal(repr(float(amount))) * Decimal(repr(float(percent))) / 100
    return round_units(part, rounding)


def due_dates(first, count, interval=1, unit="month"):
    """Return the dates of the instalments, each counted from the first one.

    So the 31st comes back after a shorter month.

    >>> [str(day) for day in due_dates(date(2026, 1, 31), 3)]
    ['2026-01-31', '2026-02-28', '2026-03-31']
    """
    step = UNITS[unit]
    return [
        first + relativedelta(**{step: interval * number}) for number in range(count)
    ]


def charge_units(debt, terms, rounding=0.01):
    """Return interest and fine of one debt up to the day of the agreement, in units.

    What is not late yet bears neither.

    :param Debt debt: one item
    :param Terms terms: what is agreed
    :param float rounding: the currency's rounding
    :rtype: tuple(int, int)
    """
    late = (terms.day - debt.due).days
    if late <= 0:
        return 0, 0
    interest = interest_units(
        debt.amount,
        terms.late_percent,
        late,
        rounding,
        terms.rate_unit,
        terms.compound,
    )
    return interest, percent_units(debt.amount, terms.fine_percent, rounding)


def make_plan(debts, terms, rounding=0.01, get_tax=None):
    """Return what debts come to under some terms, and the instalments.

    The instalments sum to principal - discount + interest + fine + tax, to the cent.

    :param list debts: of ``Debt``
    :param Terms terms: what is agreed
    :param float rounding: the currency's rounding
    :param get_tax: function(interest, fine) -> tax on them; none without it
    :rtype: Plan
    :raise ValueError: when nothing is left to pay, or the down payment leaves nothing
        for the other instalments, or too little for all of them
    """
    charges = [charge_units(debt, terms, rounding) for debt in debts]
    principal = sum(to_units(debt.amount, rounding) for debt in debts)
    discount = percent_units(
        from_units(principal, rounding), terms.discount_percent, rounding
    ) + to_units(terms.discount_amount, rounding)
    late_interest = sum(interest for interest, _fine in charges)
    fine = sum(fine for _interest, fine in charges)
    base = principal - discount + late_interest + fine
    dates = due_dates(terms.first_due, terms.count, terms.interval, terms.unit)
    capital = share_capital(base, terms, rounding)
    interests = [
        interest_units(
            from_units(share, rounding),
            terms.plan_percent,
            (due - terms.day).days,
            rounding,
            terms.rate_unit,
            terms.compound,
        )
        for share, due in zip(capital, dates, strict=True)
    ]
    plan_interest = sum(interests)
    tax = 0
    if get_tax and (late_interest or plan_interest or fine):
        tax = to_units(
            get_tax(
                from_units(late_interest + plan_interest, rounding),
                from_units(fine, rounding),
            ),
            rounding,
        )
    taxes = [
        to_units(part, rounding)
        for part in split(from_units(tax, rounding), capital, rounding)
    ]
    total = base + plan_interest + tax

    def money(units):
        return from_units(units, rounding)

    return Plan(
        principal=money(principal),
        discount=money(discount),
        late_interest=money(late_interest),
        fine=money(fine),
        plan_interest=money(plan_interest),
        tax=money(tax),
        total=money(total),
        charges=tuple((money(one), money(other)) for one, other in charges),
        instalments=tuple(
            Instalment(
                due=due,
                capital=money(share),
                interest=money(interest),
                tax=money(part),
                amount=money(share + interest + part),
            )
            for due, share, interest, part in zip(
                dates, capital, interests, taxes, strict=True
            )
        ),
    )


def share_capital(base, terms, rounding=0.01):
    """Return the units of each instalment before interest and tax.

    :param int base: units to pay
    :param Terms terms: how many instalments, and how much at first
    :raise ValueError: see :func:`make_plan`
    """
    down = to_units(terms.down_payment, rounding)
    if base <= 0:
        raise ValueError("nothing")
    if down < 0 or (down and (down >= base or terms.count < 2)):
        raise ValueError("down_payment")
    count = terms.count - 1 if down else terms.count
    rest = from_units(base - down, rounding)
    shares = [to_units(part, rounding) for part in split(rest, [1] * count, rounding)]
    if down:
        shares.insert(0, down)
    if not all(shares):
        raise ValueError("count")
    return shares


def is_broken(instalments, today, grace_days, count):
    """Tell whether so many instalments are missed that an agreement is broken.

    :param instalments: pairs of due date and whether something of it is open
    :param date today: the day to look from
    :param int grace_days: days after the due date that are forgiven
    :param int count: missed instalments that break it, one or more
    """
    missed = sum(
        is_open and (today - due).days > grace_days for due, is_open in instalments
    )
    return missed >= count
