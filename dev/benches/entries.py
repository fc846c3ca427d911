"""A year's schedule of n contracts, and pre-billing with all of it due.

The schedule is built as approving contracts in batches does. Then twelve entries of
each contract are due, and an accountant opens pre-billing: its page as the web client
reads it, and the sums above it. Beside it, in turns, Odoo's list of journal items with
as many rows: as many groups, open as pre-billing's are, with the same kind of columns
and as many sums. CPU time of Python and of the database's backend, each call in a
transaction of its own.
"""

import gc
import time
from datetime import date
from statistics import median

from _client_data import _number
from _wall_data import _check_chart, _vacuum, copies
from client_form import _cpu

from odoo import Command, api
from odoo.tests import new_test_user
from odoo.tools import SQL

DEFAULT_N = 1000
BATCH = 250
YEAR = date(2026, 1, 1)
MONTHS = 12
WARM_UP = 2
REPETITIONS = 7
PAGE = 80  # rows of an open group, as the web client asks for
QUERY_BAR = 30
RATIO_BAR = 1.5
DIFFERS = [("cause", "!=", "same")]
ENTRY_FIELDS = {
    "currency_id": {"fields": {}},
    "is_adjusted": {},
    "date_due": {},
    "client_id": {"fields": {"display_name": {}}},
    "contract_id": {
        "fields": {"display_name": {}},
        "context": {"client_contract_short": True},
    },
    "title": {},
    "period": {},
    "amount_previous": {},
    "amount": {},
    "amount_difference": {},
    "billing_error": {},
}
ENTRY_SUMS = ("amount", "amount_previous", "amount_difference")
ITEM_FIELDS = {
    "currency_id": {"fields": {}},
    "date": {},
    "partner_id": {"fields": {"display_name": {}}},
    "move_id": {"fields": {"display_name": {}}},
    "name": {},
    "move_type": {},
    "parent_state": {},
    "date_maturity": {},
    "debit": {},
    "credit": {},
    "balance": {},
}
ITEM_SUMS = ("debit", "credit", "balance")


def run(env, n):
    """Yield what the schedule costs, then the figures of the two lists."""
    _check_chart(env)
    yield from _build(env, n)
    user = new_test_user(
        env, "bench_accountant", groups="account.group_account_invoice"
    )
    _fill_items(env, n * MONTHS)
    env.flush_all()
    _vacuum(env)
    env.invalidate_all()
    gc.collect()
    gc.freeze()
    yield from _compare_lists(env, user, n * MONTHS)


def _build(env, n):
    """Approve the contracts and build their schedules, a batch at a time."""
    contracts = _create_contracts(env, n)
    entries = env["client.contract.entry"]
    spent = queries = wall = 0
    env.cr.execute("SELECT pg_backend_pid()")
    [backend] = env.cr.fetchone()
    for start in range(0, n, BATCH):
        batch = contracts[start : start + BATCH]
        batch.write({"state": "approved"})
        env.flush_all()
        env.cr.commit()
        env.invalidate_all()
        gc.collect()
        before = env.cr.sql_log_count
        cpu, started = _cpu(backend), time.perf_counter()
        batch._sync_schedule()
        env.flush_all()
        env.cr.commit()
        wall += time.perf_counter() - started
        spent += _cpu(backend) - cpu
        queries += env.cr.sql_log_count - before
        batch.write({"state": "running"})
    env.flush_all()
    env.cr.commit()
    count = entries.search_count([])
    assert count == n * MONTHS, count
    _make_differences(contracts)
    yield {
        "figure": "schedule of a year: entries built, by CPU time",
        "value": count / spent,
        "unit": "entries/s",
    }
    yield {
        "figure": "schedule of a year: entries built, by wall time",
        "value": count / wall,
        "unit": "entries/s",
    }
    yield {
        "figure": "schedule of a year: SQL statements per contract",
        "value": queries / n,
        "unit": "statements",
    }


def _make_differences(contracts):
    """Give one contract in ten another price in July, and one another amount."""
    july = date(YEAR.year, 7, 1)
    entries = contracts.env["client.contract.entry"]
    for start, values in (
        (0, {"price_unit": 120.0, "amount_scheduled": 120.0}),
        (5, {"is_adjusted": True, "amount_adjusted": 90.0}),
    ):
        domain = [("contract_id", "in", contracts[start::10].ids)]
        domain.append(("period_start", ">=" if start == 0 else "=", july))
        entries.search(domain).write(values)
    contracts.env.flush_all()
    contracts.env.cr.commit()


def _create_contracts(env, n):
    """Return n drafts of n clients with one monthly line."""
    product = env["product.product"].create(
        {"name": "Fee", "type": "service", "list_price": 100.0}
    )
    contracts = env["client.contract"]
    for start in range(0, n, BATCH):
        clients = env["res.partner"].create(
            [
                {
                    "name": f"Bench client {number}",
                    "legal_name": f"Bench client {number} Ltd",
                    "is_company": True,
                    "is_client": True,
                }
                for number in range(start, min(n, start + BATCH))
            ]
        )
        contracts |= env["client.contract"].create(
            [
                {
                    "name": "Fee",
                    "client_id": client.id,
                    "date_start": YEAR,
                    "date_end": date(YEAR.year, 12, 31),
                    "line_ids": [
                        Command.create({"product_id": product.id, "price_unit": 100.0})
                    ],
                }
                for client in clients
            ]
        )
        env.flush_all()
        env.cr.commit()
        env.invalidate_all()
    return contracts


def _fill_items(env, count):
    """Journal items for the plain list: copies of those of one posted invoice."""
    product = env["product.product"].search([("name", "=", "Fee")], limit=1)
    move = env["account.move"].create(
        {
            "move_type": "out_invoice",
            "partner_id": env["res.partner"].search([("is_client", "=", True)]).ids[0],
            "invoice_date": YEAR,
            "invoice_line_ids": [Command.create({"product_id": product.id})],
        }
    )
    move.action_post()
    items = len(move.line_ids)
    clients = env["res.partner"].search([("is_client", "=", True)]).ids
    partner = SQL("(%s::int[])[1 + g.i %% %s]", clients, len(clients))
    first = copies(
        env,
        move,
        count // items,
        name=_number("BENCH/"),
        sequence_number=SQL("g.i + 100000"),
        access_token=SQL("NULL"),
        partner_id=partner,
    )
    for item in move.line_ids:
        copies(
            env,
            item,
            count // items,
            move_id=SQL("%s + g.i", first),
            partner_id=partner,
            # as many due dates as the schedule has
            date=SQL("t.date + (g.i %% %s)::int * 30", MONTHS),
        )


def _compare_lists(env, user, size):
    """Measure both lists in turns and yield their figures."""
    calls = {
        "prebilling": _open_prebilling,
        "sums": _read_sums,
        "plain": _open_items,
    }
    spent = {name: ([], []) for name in calls}
    for number in range(WARM_UP + REPETITIONS):
        for name, call in calls.items():
            queries, seconds = _measure(env, user, call)
            if number >= WARM_UP:
                spent[name][0].append(queries)
                spent[name][1].append(seconds * 1000)
    queries, cpu = (
        {name: median(values[index]) for name, values in spent.items()}
        for index in (0, 1)
    )
    title = f"pre-billing, {size} entries due: page and sums"
    yield {
        "figure": f"{title}: queries",
        "value": queries["prebilling"],
        "unit": "queries",
        "bar": QUERY_BAR,
    }
    yield {
        "figure": f"{title}, to journal items: ms of CPU",
        "value": cpu["prebilling"],
        "unit": "ms of CPU",
        "baseline": cpu["plain"],
        "bar": RATIO_BAR,
    }
    yield {
        "figure": "its sums alone: ms of CPU",
        "value": cpu["sums"],
        "unit": "ms of CPU",
    }


def _measure(env, user, call):
    """Return queries and CPU seconds of a call in a transaction of its own."""
    with env.registry.cursor() as cursor:
        cursor.execute("SET LOCAL max_parallel_workers_per_gather = 0")
        cursor.execute("SELECT pg_backend_pid()")
        [backend] = cursor.fetchone()
        fresh = api.Environment(cursor, user.id, user.context_get())
        gc.collect()
        before, started = cursor.sql_log_count, _cpu(backend)
        call(fresh)
        return cursor.sql_log_count - before, _cpu(backend) - started


def _due():
    return [("state", "=", "ready"), ("date_due", "<=", f"{YEAR.year}-12-31")]


def _open_prebilling(env):
    """The page as it opens: what differs, by cause, and the sums of all."""
    entries = env["client.contract.entry"]
    groups = _open(entries, _due() + DIFFERS, "cause", ENTRY_FIELDS, ENTRY_SUMS)
    summary = _read_sums(env)
    [total] = summary["currencies"]
    assert total["amount_previous"] + total["amount_difference"] == total["amount"]
    return groups


def _read_sums(env):
    return env["client.contract.entry"].get_prebilling_summary(_due() + DIFFERS)


def _open_items(env):
    """Odoo's journal items, with as many groups open, and the sums of all."""
    return _open(
        env["account.move.line"],
        [("parent_state", "=", "posted")],
        "account_id",
        ITEM_FIELDS,
        ITEM_SUMS,
        order=None,
    )


def _open(records, domain, group, fields, sums, order="date_due, id"):
    aggregates = [f"{name}:sum" for name in sums]
    return records.web_read_group(
        domain,
        [group],
        [
            *aggregates,
            "currency_id:array_agg_distinct",
            *(f"{name}:sum_currency" for name in sums),
        ],
        limit=PAGE,
        order=order,
        auto_unfold=True,
        unfold_read_specification=fields,
        unfold_read_default_limit=PAGE,
    )
