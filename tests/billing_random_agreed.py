"""What entries must come to with adjusted prices and temporary agreements on top.

Counted day by day, like ``billing_random_oracle`` by plain SQL and without the addon's
code.
"""

import json
from calendar import monthrange
from collections import defaultdict
from datetime import date, timedelta
from fractions import Fraction

OVERLAYS = """
SELECT overlay.id, overlay.contract_id, overlay.kind, overlay.date_start,
       overlay.date_end, overlay.price_unit, overlay.keep_price, overlay.quantity,
       overlay.discount, overlay.extra_recurring, overlay.state,
       overlay.is_ending,
       array_remove(array_agg(rel.client_contract_line_id), NULL) AS line_ids
  FROM client_contract_overlay overlay
  LEFT JOIN client_contract_overlay_line_rel rel
         ON rel.client_contract_overlay_id = overlay.id
 WHERE overlay.contract_id = ANY(%s)
 GROUP BY overlay.id
 ORDER BY overlay.id
"""
STEPS = """
SELECT step.line_id, step.price_before, step.price_new, step.price_estimated,
       adjustment.id AS adjustment_id, adjustment.date_effective,
       adjustment.split_period, adjustment.contract_id
  FROM client_price_adjustment_line step
  JOIN client_price_adjustment adjustment ON adjustment.id = step.adjustment_id
 WHERE adjustment.contract_id = ANY(%s) AND adjustment.state = 'applied'
   AND NOT COALESCE(step.left_out, FALSE)
 ORDER BY adjustment.date_effective, step.id
"""
FROZEN = ("drafted", "billed", "credited")
ONE_DAY = timedelta(days=1)
HALF = Fraction(51, 100)


def exact(number):
    return Fraction(str(number or 0))


def runs_of(first, last, overlays, days=()):
    """Yield the runs of days of one month on which the same terms hold.

    :param days: others from which something else may hold
    :return: first day and number of days
    """
    if first > last:
        return
    starts = {first, *days}
    for overlay in overlays:
        starts |= {overlay["date_start"], overlay["date_end"] + ONE_DAY}
    day = first.replace(day=1)
    while day <= last:
        starts.add(day)
        day += timedelta(days=monthrange(day.year, day.month)[1])
    starts = sorted(start for start in starts if first <= start <= last)
    for start, following in zip(starts, [*starts[1:], last + ONE_DAY], strict=True):
        yield start, (following - start).days


class Prices:
    """The prices of a service by the day: those of now, or those it was billed at."""

    def __init__(self, days, price_on):
        # from which another price may be in force
        self.days = days
        self.on = price_on

    @classmethod
    def of_line(cls, line, steps):
        """Return the prices of now; a month under way may keep its own to its end.

        :param list steps: applied adjustments of the line, the earliest first
        """
        start = max(filter(None, (line["date_start"], line["contract_start"])))

        def price_on(day):
            began = max(day.replace(day=1), start)
            for step in steps:
                # each found the price that was in force until it
                if step["date_effective"] > (day if step["split_period"] else began):
                    return step["price_before"]
            return line["price_unit"]

        return cls([step["date_effective"] for step in steps], price_on)

    @classmethod
    def billed(cls, source, start, steps):
        """Return the prices it was billed at; estimates are definitive by now.

        :param dict source: what the entry keeps of its terms
        """
        definitive = {
            step["adjustment_id"]: step for step in steps if step["price_estimated"]
        }
        prices = []
        for price in source.get("prices") or [{**source, "from": start.isoformat()}]:
            billed = price["price_unit"]
            step = definitive.get((price.get("adjustment") or {}).get("id"))
            if step and abs(step["price_estimated"] - billed) < 1e-6:
                billed = step["price_new"]
            prices.append((date.fromisoformat(price["from"]), billed))

        def price_on(day):
            found = [price for first, price in prices if first <= day]
            return (found or [prices[0][1]])[-1]

        return cls([first for first, _price in prices], price_on)


class Agreed:
    """Knows the agreements in force and what each day of a service costs by them."""

    def __init__(self, overlays, steps):
        """Take what ``OVERLAYS`` and ``STEPS`` read."""
        self.overlays = {row["id"]: row for row in overlays}
        self.steps = defaultdict(list)
        for step in steps:
            self.steps[step["line_id"]].append(step)
        self.by_contract = defaultdict(list)
        for overlay in self.overlays.values():
            if overlay["state"] == "confirmed":
                self.by_contract[overlay["contract_id"]].append(overlay)

    def cost_of_days(self, line, first, last, terms):
        """Return what some days of a service cost, in cents."""
        overlays = [
            overlay
            for overlay in self.by_contract[line["contract_id"]]
            if overlay["date_start"] <= last and overlay["date_end"] >= first
        ]
        return sum(
            number * self.cost_of_day(line, day, terms)
            for day, number in runs_of(first, last, overlays, terms[0].days)
        )

    def cost_of_day(self, line, day, terms):
        """Return what a day of a service costs, in cents.

        :param tuple terms: prices, quantity and discount of the contract
        """
        agreed = {
            overlay["kind"]: overlay
            for overlay in self.by_contract[line["contract_id"]]
            if overlay["date_start"] <= day <= overlay["date_end"]
            and (not overlay["line_ids"] or line["id"] in overlay["line_ids"])
        }
        if "suspend" in agreed:
            return Fraction()
        prices, quantity, discount = terms
        price = prices.on(day)
        product = agreed.get("product")
        if product and not product["keep_price"]:
            price = product["price_unit"]
        if "price" in agreed:
            price = agreed["price"]["price_unit"]
        if "quantity" in agreed:
            quantity = agreed["quantity"]["quantity"]
        if "discount" in agreed:
            discount = agreed["discount"]["discount"]
        net = exact(quantity) * (1 - exact(discount) / 100)
        return exact(price) * net * 100 / monthrange(day.year, day.month)[1]

    def cost_of_extra(self, overlay, entry):
        """Return what the days of an extra's entry cost, in cents."""
        if overlay["state"] != "confirmed":
            return Fraction()
        net = exact(overlay["quantity"]) * (1 - exact(overlay["discount"]) / 100)
        whole = exact(overlay["price_unit"]) * net * 100
        if not overlay["extra_recurring"]:
            return whole
        first = overlay["date_start"]
        last = overlay["date_end"]
        for other in self.by_contract[overlay["contract_id"]]:
            if other["is_ending"]:
                last = min(last, other["date_start"] - ONE_DAY)
        first = max(first, entry["period_start"])
        last = min(last, entry["period_end"])
        return sum(
            number * whole / monthrange(day.year, day.month)[1]
            for day, number in runs_of(first, last, [])
        )


def check(agreed, entries, documents, lines, demand, cents):
    """Check that each entry and its differences cost what is agreed for its days."""
    differences = defaultdict(list)
    for entry in entries:
        if entry["difference_of_id"]:
            differences[entry["difference_of_id"]].append(entry)
    # what each month costs of which nothing was ever on an invoice
    months = defaultdict(lambda: [0, Fraction()])
    invoiced = set()
    for entry in filter(is_judged, entries):
        mine = differences[entry["id"]]
        found = sum(cents(part["amount_scheduled"]) for part in (entry, *mine))
        label = f"entry {entry['id']} {entry} and {mine}"
        frozen = entry["state"] in FROZEN
        month = (entry["line_id"], entry["period_start"].replace(day=1))
        if mine or documents[entry["id"]]:
            # also one whose amount people decided: the others make up for its cents
            invoiced.add(month)
        if frozen and (entry["is_adjusted"] or entry["state"] == "credited"):
            # what people decided about it stays, but for what its contract's end gave
            # back before
            kept = cents(entry["amount_scheduled"])
            kept += credited_beyond(kept, (entry, *mine), cents)
            demand(found == kept or may_lack(entry, found, kept), f"{label}: changed")
            continue
        cost = expected(agreed, entry, lines, frozen)
        cost += credited_beyond(cost, (entry, *mine), cents)
        if month not in invoiced and entry["kind"] == "recurring":
            months[month][0] += found
            months[month][1] += cost
        # each product is rounded for itself, and one part of a month has a cent more
        slack = HALF * (1 + len(mine)) + 1
        if may_lack(entry, found, cost):
            continue
        demand(abs(found - cost) <= slack, f"{label}: {found}, not {float(cost)}")
    for month, (found, cost) in months.items():
        demand(
            month in invoiced or abs(found - cost) <= HALF,
            f"{month}: the parts are {found}, the whole {float(cost)}",
        )


def is_judged(entry):
    """Tell whether an entry's amount follows from a line or an agreement now."""
    if entry["contract_state"] == "suspended":
        return False
    if entry["contract_state"] == "ended" and entry["state"] not in FROZEN:
        # what it lost or kept at its end is checked with its state
        return False
    return entry["kind"] == "recurring" or (
        entry["kind"] == "extra" and entry["overlay_id"]
    )


def credited_beyond(cost, parts, cents):
    """Return what was credited for good beyond the cost, and is not given back again.

    :param cost: cents that an entry and its differences come to by their terms
    :param tuple parts: the entry and its differences; none has a price below zero
    """
    credited = 0
    for part in filter(lambda part: part["state"] in FROZEN, parts):
        amount = cents(part["amount"])
        # what people decided is part of what it costs
        cost += amount - cents(part["amount_scheduled"])
        if part["state"] == "credited":
            credited += amount
        elif part["state"] == "billed":
            credited += amount - cents(part["amount_billed"])
    return max(0, min(0, cost) - (cost - credited))


def may_lack(entry, found, cost):
    """Tell whether less is right: nothing more is due for a time after the end."""
    return (
        found < cost
        and entry["contract_state"] == "ended"
        and entry["period_end"] > entry["contract_end"]
    )


def expected(agreed, entry, lines, frozen):
    """Return the cents that an entry and its differences come to together."""
    if entry["kind"] == "extra":
        return agreed.cost_of_extra(agreed.overlays[entry["overlay_id"]], entry)
    line = lines[entry["line_id"]]
    steps = agreed.steps[entry["line_id"]]
    if frozen:
        # the contract's own terms are those it was billed with
        terms = billed_terms(entry["derivation"], entry["period_start"], steps)
        return agreed.cost_of_days(
            line, entry["period_start"], entry["period_end"], terms
        )
    terms = (Prices.of_line(line, steps), line["quantity"], line["discount"])
    firsts = (line["date_start"], line["contract_start"], entry["period_start"])
    lasts = (line["date_end"], line["contract_end"], entry["period_end"])
    return agreed.cost_of_days(
        line, max(filter(None, firsts)), min(filter(None, lasts)), terms
    )


def billed_terms(data, start, steps):
    """Return prices, quantity and discount that an amount was derived from."""
    data = json.loads(data)
    source = data.get("base") or data
    source = (source.get("pieces") or [source])[0]
    source = source.get("base") or source
    prices = Prices.billed(source, start, steps)
    return prices, source["quantity"], source["discount"]
