"""What a period costs when its terms change within it.  No Odoo in here.

A derivation is a dict that can be stored as JSON.  A plain one has one price, quantity
and discount for ``days`` of ``period_days``.  One with ``segments`` has them for each
run of days; suspended days cost nothing.  Its ``base`` says what the period costs
without any agreement, so that it can be computed again whatever is agreed later.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Terms:
    """What is billed for one day of a period, and by which agreements."""

    price_unit: float
    quantity: float
    discount: float
    product_id: int
    tax_ids: tuple
    name: str
    suspended: bool = False
    # ids of the agreements that made these terms
    overlays: tuple = ()
    # why the price is this one: see client.price.adjustment.line
    adjustment: dict | None = None

    @property
    def key(self):
        """Return what an entry has only one of: product and taxes."""
        return (self.product_id, self.tax_ids)

    @property
    def net_quantity(self):
        """Return the quantity less the discount, exactly."""
        if self.suspended:
            return Fraction()
        return exact(self.quantity) * (1 - exact(self.discount) / 100)

    def at_price(self, price_unit, adjustment=None):
        """Return the same terms at a price, and why it is that one."""
        return replace(self, price_unit=price_unit, adjustment=adjustment)

    def cost(self, factor):
        """Return the exact price of a part of a period, before taxes are taken out.

        :param Fraction factor: the part of a whole period
        """
        return exact(self.price_unit) * self.net_quantity * factor


def exact(number):
    """Return a stored float as the decimal number that people see."""
    return Fraction(Decimal(repr(float(number or 0.0))))


def round_to(amount, rounding=0.01):
    """Return an exact amount rounded to the currency, halves away from zero."""
    unit = Fraction(Decimal(repr(float(rounding))))
    units = amount / unit
    # a fraction has no exact decimal: compare twice its value with whole numbers
    whole = int(abs(units) * 2 + 1) // 2
    sign = -1 if units < 0 else 1
    return float(Decimal(sign * whole) * Decimal(repr(float(rounding))))


def cut(start, end, days):
    """Yield the runs of days from ``start`` to ``end`` that begin anew on ``days``."""
    first = start
    for day in sorted({day for day in days if start < day <= end}):
        yield first, day - ONE_DAY
        first = day
    yield first, end


def apply(start, end, base, agreements):
    """Return the runs of days of a period with the terms of each.

    :param base: function of a day that returns its terms without any agreement
    :param agreements: objects with ``date_start``, ``date_end`` and
        ``_apply_to(terms)``, in the order in which they apply
    :return: list of ``(first, last, Terms)``, neighbours with the same terms together
    """
    days = {base_day for base_day in base.days}
    for agreement in agreements:
        days |= {agreement.date_start, agreement.date_end + ONE_DAY}
    runs = []
    for first, last in cut(start, end, days):
        terms = base.on(first)
        for agreement in agreements:
            if agreement.date_start <= first <= agreement.date_end:
                terms = agreement._apply_to(terms)
        if runs and runs[-1][2] == terms:
            runs[-1] = (runs[-1][0], last, terms)
        else:
            runs.append((first, last, terms))
    return runs


@dataclass(frozen=True)
class Base:
    """The terms of a period without any agreement: a price for each run of days."""

    # pairs of first day and Terms, in order
    steps: tuple
    # the part of a whole period that all its days are
    factor: Fraction

    @property
    def days(self):
        """Return the days from which terms count."""
        return [day for day, _terms in self.steps]

    @property
    def terms(self):
        """Return the terms of the first day."""
        return self.steps[0][1]

    def on(self, day):
        """Return the terms of a day."""
        found = self.steps[0][1]
        for first, terms in self.steps:
            if first <= day:
                found = terms
        return found

    def dump(self):
        """Return it for a derivation."""
        terms = self.terms
        prices = []
        for day, step in self.steps:
            price = {"from": day.isoformat(), "price_unit": step.price_unit}
            if step.adjustment:
                price["adjustment"] = step.adjustment
            prices.append(price)
        return {
            "factor": [self.factor.numerator, self.factor.denominator],
            "prices": prices,
            "quantity": terms.quantity,
            "discount": terms.discount,
            "product_id": terms.product_id,
            "tax_ids": list(terms.tax_ids),
            "name": terms.name,
        }


def load_base(data, start, **defaults):
    """Return the base of a derivation, also of a plain one or one of joined periods.

    :param dict data: the derivation
    :param date start: first day of its period
    :param defaults: ``product_id``, ``tax_ids`` and ``name`` where it has none
    """
    if data.get("pieces") and not data.get("base"):
        bases = [
            load_base(piece, date.fromisoformat(piece["period_start"]), **defaults)
            for piece in data["pieces"]
        ]
        return Base(
            tuple(step for base in bases for step in base.steps),
            sum((base.factor for base in bases), Fraction()),
        )
    source = data.get("base") or data
    terms = Terms(
        price_unit=0.0,
        quantity=source["quantity"],
        discount=source["discount"] or 0.0,
        product_id=source.get("product_id", defaults.get("product_id")),
        tax_ids=tuple(source.get("tax_ids", defaults.get("tax_ids", ()))),
        name=source.get("name", defaults.get("name", "")),
    )
    prices = source.get("prices") or [{**source, "from": start.isoformat()}]
    return Base(
        tuple(
            (
                date.fromisoformat(price["from"]),
                terms.at_price(price["price_unit"], price.get("adjustment")),
            )
            for price in prices
        ),
        Fraction(*source["factor"]) if "factor" in source else factor_of(data),
    )


def factor_of(data):
    """Return the part of a whole period that a derivation bills."""
    return Fraction(data["days"], data["period_days"])


def segment_cost(segment):
    """Return the exact price of one segment, before taxes are taken out."""
    if segment.get("suspended"):
        return Fraction()
    net = exact(segment["quantity"]) * (1 - exact(segment["discount"]) / 100)
    return exact(segment["price_unit"]) * net * Fraction(*segment["factor"])


def total_cost(data):
    """Return the exact price that a derivation comes to, before taxes are taken out."""
    if data.get("segments"):
        return sum((segment_cost(segment) for segment in data["segments"]), Fraction())
    if data.get("pieces"):
        return sum((total_cost(piece) for piece in data["pieces"]), Fraction())
    net = exact(data["quantity"]) * (1 - exact(data.get("discount")) / 100)
    return exact(data["price_unit"]) * net * factor_of(data)


def amount(data):
    """Compute the amount of a derivation again, from nothing but the derivation.

    Not for prices that include taxes: that needs the taxes.
    """
    rounding = data["rounding"]
    if data.get("difference"):
        now = amount(data["now"]) if data["now"] else 0.0
        # what credit notes took back already is not given back once more
        kept = exact(data.get("kept"))
        return round_to(exact(now) - exact(data["settled"]) + kept, rounding)
    # the cents with which the parts of a period sum to it
    carried = exact(data.get("carried"))
    if data.get("pieces") and not data.get("segments"):
        pieces = sum(exact(amount(piece)) for piece in data["pieces"])
        return round_to(pieces + carried, rounding)
    return round_to(exact(round_to(total_cost(data), rounding)) + carried, rounding)


def runs_of(data, start, end):
    """Return ``(first, last, what it costs)`` of a derivation, for comparing.

    :param dict data: a derivation or None for nothing
    """
    if not data:
        return [(start, end, None)]
    runs = []
    for part in data.get("segments") or data.get("pieces") or [data]:
        first = part.get("start") or part.get("period_start")
        last = part.get("end") or part.get("period_end")
        terms = (part["price_unit"], part["quantity"], part.get("discount") or 0.0)
        runs.append(
            (
                date.fromisoformat(first) if first else start,
                date.fromisoformat(last) if last else end,
                # or other entries bill these days
                None if part.get("suspended") or part.get("other") else terms,
            )
        )
    return runs


def changed_days(before, after, start, end):
    """Return the first and last day on which two derivations of a period differ.

    Both days of the period when they differ in something else than a day's terms.
    """
    runs = runs_of(before, start, end), runs_of(after, start, end)
    days = {first for found in runs for first, _last, _terms in found}
    days |= {last + ONE_DAY for found in runs for _first, last, _terms in found}

    def on(found, day):
        terms = [terms for first, last, terms in found if first <= day <= last]
        return terms[0] if terms else None

    changed = [
        (first, last)
        for first, last in cut(start, end, days)
        if on(runs[0], first) != on(runs[1], first)
    ]
    if not changed:
        return start, end
    return changed[0][0], changed[-1][1]
