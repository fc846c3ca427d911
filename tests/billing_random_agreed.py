"""What entries must come to with temporary agreements on top, counted day by day.

Like ``billing_random_oracle``, by plain SQL and without the addon's code.
"""

from calendar import monthrange
from collections import defaultdict
from datetime import timedelta
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
"""
FROZEN = ("drafted", "billed", "credited")
ONE_DAY = timedelta(days=1)
HALF = Fraction(51, 100)


def exact(number):
    return Fraction(str(number or 0))


def runs_of(first, last, overlays):
    """Yield the runs of days of one month on which the same agreements hold.

    :return: first day and number of days
    """
    if first > last:
        return
    starts = {first}
    for overlay in overlays:
        starts |= {overlay["date_start"], overlay["date_end"] + ONE_DAY}
    day = first.replace(day=1)
    while day <= last:
        starts.add(day)
        day += timedelta(days=monthrange(day.year, day.month)[1])
    starts = sorted(start for start in starts if first <= start <= last)
    for start, following in zip(starts, [*starts[1:], last + ONE_DAY], strict=True):
        yield start, (following - start).days


class Agreed:
    """Knows the agreements in force and what each day of a service costs by them."""

    def __init__(self, cr, contract_ids):
        cr.execute(OVERLAYS, [list(contract_ids)])
        self.overlays = {row["id"]: row for row in cr.dictfetchall()}
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
            for day, number in runs_of(first, last, overlays)
        )

    def cost_of_day(self, line, day, terms):
        """Return what a day of a service costs, in cents.

        :param tuple terms: price, quantity and discount of the contract
        """
        agreed = {
            overlay["kind"]: overlay
            for overlay in self.by_contract[line["contract_id"]]
            if overlay["date_start"] <= day <= overlay["date_end"]
            and (not overlay["line_ids"] or line["id"] in overlay["line_ids"])
        }
        if "suspend" in agreed:
            return Fraction()
        price, quantity, discount = terms
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
        label = f"entry {entry['id']} ({entry['state']}) and {mine}"
        frozen = entry["state"] in FROZEN
        if frozen and (entry["is_adjusted"] or entry["state"] == "credited"):
            # what people decided about it stays, but for what its contract's end gave
            # back before
            kept = cents(entry["amount_scheduled"])
            demand(found == kept or may_lack(entry, found, kept), f"{label}: changed")
            continue
        cost = expected(agreed, entry, lines, frozen)
        month = (entry["line_id"], entry["period_start"].replace(day=1))
        if mine or documents[entry["id"]]:
            invoiced.add(month)
        elif entry["kind"] == "recurring":
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
    if frozen:
        # the contract's own terms are those it was billed with
        terms = billed_terms(entry["derivation"])
        return agreed.cost_of_days(
            line, entry["period_start"], entry["period_end"], terms
        )
    terms = (line["price_unit"], line["quantity"], line["discount"])
    firsts = (line["date_start"], line["contract_start"], entry["period_start"])
    lasts = (line["date_end"], line["contract_end"], entry["period_end"])
    return agreed.cost_of_days(
        line, max(filter(None, firsts)), min(filter(None, lasts)), terms
    )


def billed_terms(data):
    """Return price, quantity and discount that an amount was derived from."""
    source = data.get("base") or data
    source = (source.get("pieces") or [source])[0]
    source = source.get("base") or source
    price = (source.get("prices") or [source])[0]["price_unit"]
    return price, source["quantity"], source["discount"]
