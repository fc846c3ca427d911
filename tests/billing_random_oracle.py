"""What must hold of contract entries after whatever was done, read by plain SQL.

None of the addon's code is used: invoice lines, entries, lines and contracts are read
from their tables and judged here.
"""

from collections import defaultdict
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

from . import billing_random_agreed as agreements

ONE_DAY = timedelta(days=1)
CENT = Decimal("0.01")
ENTRIES = """
SELECT entry.id, entry.line_id, entry.kind, entry.period_start, entry.period_end,
       entry.amount, entry.amount_scheduled, entry.is_adjusted, entry.amount_adjusted,
       entry.state, entry.amount_billed, entry.skipped, entry.written_off,
       entry.approved, entry.client_id, entry.derivation::text, entry.overlay_id,
       entry.difference_of_id, contract.id AS contract_id,
       contract.client_id AS contract_client_id, contract.state AS contract_state,
       contract.entry_approval_required, contract.date_end AS contract_end
  FROM client_contract_entry entry
  JOIN client_contract contract ON contract.id = entry.contract_id
 WHERE contract.id = ANY(%s)
 ORDER BY entry.line_id, entry.period_start, entry.id
"""
DOCUMENTS = """
SELECT line.client_entry_id AS entry_id, move.id AS move_id, move.move_type,
       move.state, line.price_subtotal, line.balance, move.reversed_entry_id,
       move.client_no_rebill, move.commercial_partner_id,
       line.client_contract_id AS contract_id,
       COALESCE(line.client_entry_terms->>'back', '') = 'true' AS takes_back
  FROM account_move_line line
  JOIN account_move move ON move.id = line.move_id
 WHERE line.client_contract_id = ANY(%s) AND line.client_entry_id IS NOT NULL
 ORDER BY line.id
"""
LINES = """
SELECT line.id, line.price_unit, line.quantity, line.discount, line.date_start,
       line.date_end, line.contract_id, contract.date_start AS contract_start,
       contract.date_end AS contract_end, contract.state AS contract_state
  FROM client_contract_line line
  JOIN client_contract contract ON contract.id = line.contract_id
 WHERE contract.id = ANY(%s)
 ORDER BY line.id
"""
QUERIES = (ENTRIES, DOCUMENTS, LINES, agreements.OVERLAYS, agreements.STEPS)
BILLABLE = ("approved", "running", "ended")
SCHEDULED = ("approved", "running")


class Violation(AssertionError):
    """Something that must never happen has happened."""


def cents(amount):
    """Return an amount in whole cents, exactly."""
    number = Decimal(repr(float(amount or 0.0))).quantize(CENT, ROUND_HALF_UP)
    return int(number * 100)


def check(cr, contract_ids, today, known=None):
    """Raise ``Violation`` if something is wrong with these contracts.

    :param cr: a cursor with a fresh snapshot
    :param contract_ids: ids of client.contract
    :param today: schedules reach at least ten months from here
    :param dict known: what was read of each contract when it was judged last; one of
        which the same is read again needs no other judgement
    """
    known = {} if known is None else known
    read = defaultdict(lambda: tuple([] for _query in QUERIES))
    for number, query in enumerate(QUERIES):
        cr.execute(query, [list(contract_ids)])
        for row in cr.dictfetchall():
            read[row["contract_id"]][number].append(row)
    for contract_id, rows in read.items():
        if known.get(contract_id) != rows:
            check_contract(*rows, today)
            known[contract_id] = rows


def check_contract(entries, documents_read, lines, overlays, steps, today):
    """Raise ``Violation`` if something is wrong with a contract, see ``QUERIES``."""
    documents = defaultdict(list)
    for document in documents_read:
        documents[document["entry_id"]].append(document)
    lines = {line["id"]: line for line in lines}
    sums = defaultdict(lambda: [0, 0])
    for entry in entries:
        billed, credited, still_open = judge(entry, documents[entry["id"]])
        period = (entry["line_id"], entry["period_start"], entry["period_end"])
        sums[period][0] += billed + credited + still_open
        sums[period][1] += cents(entry["amount"])
        check_amount(entry)
        demand(
            entry["client_id"] == entry["contract_client_id"],
            f"entry {entry['id']} has another client than its contract",
        )
    for period, (found, scheduled) in sums.items():
        demand(found == scheduled, f"{period}: {found} cents of {scheduled} scheduled")
    check_tiling(entries, documents, lines, today)
    agreed = agreements.Agreed(overlays, steps)
    agreements.check(agreed, entries, documents, lines, demand, cents)


def demand(condition, sentence):
    if not condition:
        raise Violation(sentence)


def judge(entry, documents):
    """Return billed, credited and open cents of an entry, by its documents.

    Posted invoices bill it, or credit notes when it is negative, and what reverses them
    takes it back: the bill that it reverses, which has to count, and no more than that
    one billed.  Only one bill is not taken back in full, and it bills the amount of the
    entry.  What was taken back in full is open again unless its credit note says
    otherwise.
    """
    label = f"entry {entry['id']} ({entry['state']}) {documents}"
    sign = -1 if entry["amount"] < 0 else 1
    amount = sign * cents(entry["amount"])
    bills, taken, drafted, final = {}, defaultdict(list), False, False
    for document in documents:
        # what reverses a credit note bills again
        effect, back = effect_of(document) * sign, document["takes_back"]
        if document["state"] == "draft" and not back:
            # a draft credit note loses its invoice when that one is deleted
            drafted |= effect >= 0
        if document["state"] == "posted":
            check_document(document, label)
            final |= back and bool(document["client_no_rebill"])
            if back:
                taken[document["reversed_entry_id"]].append(effect)
            else:
                bills[document["move_id"]] = effect
    live = live_of(bills, taken, label)
    net = sum(live.values())
    demand(net == sign * cents(entry["amount_billed"]), f"{label}: net {net}")
    for move_id in live:
        billed = bills[move_id]
        # what was credited in full is due again at what it costs by then
        demand(billed == amount, f"{label}: billed {billed}, due {amount}")
    state = expected_state(entry, bool(live), drafted, final)
    demand(entry["state"] == state, f"{label}: should be {state}")
    if live:
        return sign * net, sign * (amount - net), 0
    if state == "credited":
        return 0, sign * amount, 0
    return 0, 0, sign * amount


def effect_of(document):
    """Return what a document adds to what is billed, in cents."""
    effect = cents(document["price_subtotal"])
    return -effect if document["move_type"] == "out_refund" else effect


def check_document(document, label):
    # what the books say is what the line says; Odoo spreads the cents that an invoice's
    # total needs over the balances of its lines
    demand(
        abs(cents(-document["balance"]) - effect_of(document)) <= 5,
        f"{label}: balance and amount differ",
    )
    demand(
        document["move_type"] != "out_refund"
        or document["reversed_entry_id"]
        or document["price_subtotal"] >= 0,
        f"{label}: a service is billed on a credit note",
    )


def live_of(bills, taken, label):
    """Return what is left of each posted bill that was not taken back in full.

    :param dict bills: {move: cents}
    :param dict taken: {move: list of cents}, of the credit notes that reverse it
    """
    live = {}
    for move_id, effects in taken.items():
        demand(move_id in bills, f"{label}: {move_id} bills nothing")
        demand(
            bills[move_id] or len(effects) == 1, f"{label}: {move_id} is credited twice"
        )
    for move_id, billed in bills.items():
        left = billed + sum(taken.get(move_id, ()))
        demand(
            min(0, billed) <= left <= max(0, billed),
            f"{label}: {left} of {billed} left",
        )
        if left or move_id not in taken:
            live[move_id] = left
    demand(len(live) <= 1, f"{label}: billed twice")
    return live


def expected_state(entry, live, drafted, final):
    """Return the state that documents and decisions lead to."""
    if live:
        return "billed"
    if drafted:
        return "drafted"
    if final:
        return "credited"
    if entry["written_off"]:
        return "written_off"
    if entry["skipped"]:
        return "skipped"
    if (
        entry["contract_state"] == "ended"
        and entry["contract_end"]
        and entry["period_start"] > entry["contract_end"]
        and entry["amount"] >= 0
    ):
        # nothing is due for a time after the end
        return entry["state"] if entry["state"] in ("credited", "skipped") else "?"
    if entry["state"] == "skipped" and not cents(entry["amount"]):
        # an agreement, or the end of its line, left nothing of it
        return "skipped"
    approved = entry["approved"] or not entry["entry_approval_required"]
    return "ready" if approved and entry["contract_state"] in BILLABLE else "open"


def check_amount(entry):
    """The amount is the adjusted one, or the scheduled one."""
    name = "amount_adjusted" if entry["is_adjusted"] else "amount_scheduled"
    label = f"entry {entry['id']}"
    demand(cents(entry["amount"]) == cents(entry[name]), f"{label}: amount")


def check_tiling(entries, documents, lines, today):
    """Each day of a line is in one period, and no other day unless it was invoiced."""
    by_line = defaultdict(list)
    invoiced = set()
    for entry in entries:
        if documents[entry["id"]]:
            # an entry stays for what was invoiced as its difference, too
            invoiced |= {entry["id"], entry["difference_of_id"]}
        if entry["kind"] == "recurring":
            by_line[entry["line_id"]].append(entry)
    for line_id, line in lines.items():
        mine = by_line[line_id]
        for before, after in zip(mine, mine[1:], strict=False):
            demand(
                before["period_end"] < after["period_start"],
                f"line {line_id}: {before['id']} and {after['id']} overlap",
            )
        if line["contract_state"] not in SCHEDULED:
            continue
        first = max(filter(None, (line["date_start"], line["contract_start"])))
        # entries exist for a year ahead
        reach = max(today, line["contract_start"]) + timedelta(days=300)
        last = min(filter(None, (line["date_end"], line["contract_end"], reach)))
        day = first
        for entry in mine:
            inside = entry["period_end"] >= first and entry["period_start"] <= last
            beyond = entry["period_start"] > last and last < reach
            if beyond or entry["period_end"] < first:
                demand(
                    entry["id"] in invoiced,
                    f"line {line_id}: entry {entry['id']} is outside of it",
                )
            if inside:
                demand(
                    entry["period_start"] <= day,
                    f"line {line_id}: nothing between {day} and {entry['id']}",
                )
                day = max(day, entry["period_end"] + ONE_DAY)
        demand(day > last, f"line {line_id}: nothing from {day} to {last}")
