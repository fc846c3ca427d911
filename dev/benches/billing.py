"""Entries to posted invoices: the real billing run beside the fastest known route.

Both routes bill the same month of the same contracts, in turns: the run through
`client.billing.run`, the baseline through one `account.move` create and one
`action_post` per 250 invoices, with `mail_create_nolog` and one batched note.

Then one run of all contracts by one worker, and another one by two: real processes, so
that figure needs two idle cores.
"""

import gc
import os
import subprocess
import sys
import time
from datetime import date

from odoo.fields import Command

DEFAULT_N = 3000
CHUNK = 250
WARM_UP = 50
ROUNDS = 4
INVOICE_DATE = date(2026, 4, 30)
COMPARED = (
    "account_id",
    "product_id",
    "quantity",
    "price_unit",
    "discount",
    "tax_ids",
    "tax_line_id",
    "balance",
    "amount_currency",
    "price_subtotal",
    "price_total",
    "date_maturity",
    "partner_id",
    "name",
)
WORKER = """
import odoo, sys
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
odoo.tools.config.parse_config([], setup_logging=True)
[database] = odoo.tools.config["db_name"]
registry = Registry(database)
print("ready", flush=True)
sys.stdin.readline()
with registry.cursor() as cr:
    api.Environment(cr, SUPERUSER_ID, {})["client.billing.run"]._cron_bill()
    cr.commit()
"""


def run(env, n):
    """Yield invoices per second of the run, with the baseline of the same rounds."""
    _check_chart(env)
    contracts = _create_contracts(env, n)
    slices = [contracts[start::ROUNDS] for start in range(ROUNDS)]
    _warm_up(env, contracts[:WARM_UP])
    spent = {"run": 0.0, "baseline": 0.0}
    cpu = {"run": 0.0, "baseline": 0.0}
    queries = {"run": 0, "baseline": 0}
    differences = 0
    rounds = {"run": [], "baseline": []}
    for number, part in enumerate(slices):
        # months 3 and 4 of the same contracts: the same invoices but for the period
        entries = {
            "run": _entries(part, 3 if number % 2 else 4),
            "baseline": _entries(part, 4 if number % 2 else 3),
        }
        order = ("run", "baseline") if number % 2 else ("baseline", "run")
        made = {}
        for route in order:
            env.flush_all()
            env.cr.commit()
            env.invalidate_all()
            gc.collect()
            log_count = env.cr.sql_log_count
            cpu_before, before = _cpu(env), time.perf_counter()
            made[route] = ROUTES[route](env, entries[route])
            spent[route] += time.perf_counter() - before
            cpu_round = _cpu(env) - cpu_before
            cpu[route] += cpu_round
            rounds[route].append(len(part) / cpu_round)
            queries[route] += env.cr.sql_log_count - log_count
        differences += _count_differences(made["run"], made["baseline"])
    if differences:
        raise AssertionError(f"{differences} invoices differ from the baseline's")
    yield _figure("entries billed, by CPU time", n, cpu)
    yield _figure("entries billed, by wall time", n, spent)
    yield {
        "figure": "SQL statements per invoice",
        "value": queries["run"] / n,
        "unit": "statements",
        "baseline": queries["baseline"] / n,
    }
    yield {
        "figure": "last quarter beside the first, by CPU time",
        "value": rounds["run"][-1],
        "unit": "invoices/s",
        "baseline": rounds["run"][0],
    }
    # what Odoo itself loses while its tables grow is not the run's
    yield {
        "figure": "what is kept from the first quarter to the last, of the speed",
        "value": rounds["run"][-1] / rounds["run"][0],
        "unit": "part",
        "baseline": rounds["baseline"][-1] / rounds["baseline"][0],
    }
    rest = contracts[WARM_UP:]
    seconds = {
        route: _bill_by_workers(env, _entries(rest, month), count)
        for route, month, count in (("baseline", 1, 1), ("run", 2, 2))
    }
    yield _figure("two workers beside one, by wall time", len(rest), seconds)


def _bill_by_workers(env, entries, count):
    """Return the seconds that a run takes with so many workers.

    :param entries: client.contract.entry of the run
    :param int count: processes, each with a registry of its own
    """
    billing = env["client.billing.run"].create({"invoice_date": INVOICE_DATE})
    billing._claim(entries)
    billing.write({"state": "running", "entry_count": len(entries)})
    env.cr.commit()
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", WORKER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _worker in range(count)
    ]
    for worker in workers:
        assert worker.stdout.readline() == "ready\n"
    before = time.perf_counter()
    for worker in workers:
        worker.stdin.write("go\n")
        worker.stdin.flush()
    assert not any(worker.wait() for worker in workers)
    seconds = time.perf_counter() - before
    env.invalidate_all()
    # what a worker leaves to another one is done by the next look of a job
    billing._finish_if_done()
    env.cr.commit()
    assert billing.state == "done" and billing.done_count == len(entries)
    return seconds


def _figure(name, n, seconds):
    return {
        "figure": name,
        "value": n / seconds["run"],
        "unit": "invoices/s",
        "baseline": n / seconds["baseline"],
    }


def _cpu(env):
    """Return the CPU seconds of this process and of its PostgreSQL backend."""
    env.cr.execute("SELECT pg_backend_pid()")
    with open(f"/proc/{env.cr.fetchone()[0]}/stat", encoding="ascii") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    backend = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return time.process_time() + backend


def _check_chart(env):
    """Give the company a chart of accounts when the database has none."""
    if not env.company.chart_template:
        env["account.chart.template"].try_loading(
            "generic_coa", company=env.company, install_demo=False
        )


def _create_contracts(env, n):
    """Return n contracts of n clients with one monthly line, approved."""
    product = env["product.product"].create(
        {"name": "Fee", "type": "service", "list_price": 100.0}
    )
    clients = env["res.partner"].create(
        [
            {
                "name": f"Bench client {number}",
                "legal_name": f"Bench client {number} Ltd",
                "is_company": True,
                "is_client": True,
            }
            for number in range(n)
        ]
    )
    contracts = env["client.contract"].create(
        [
            {
                "name": "Fee",
                "client_id": client.id,
                "date_start": date(2026, 1, 1),
                "date_end": date(2026, 4, 30),
                "line_ids": [
                    Command.create(
                        {"product_id": product.id, "price_unit": 100.0 + client.id % 50}
                    )
                ],
            }
            for client in clients
        ]
    )
    contracts.write({"state": "approved"})
    contracts._sync_schedule()
    contracts.write({"state": "running"})
    env.flush_all()
    env.cr.commit()
    return contracts


def _entries(contracts, month):
    entries = contracts.entry_ids
    return entries.filtered(lambda entry: entry.period_start.month == month)


def _warm_up(env, contracts):
    for month, route in ((1, "run"), (2, "baseline")):
        ROUTES[route](env, _entries(contracts, month))
    env.cr.execute("ANALYZE")
    env.cr.commit()


def _bill_by_run(env, entries):
    """The real thing: claim, chunks, locks, isolation, history, entry states."""
    runs = env["client.billing.run"]
    billing = runs.create({"invoice_date": INVOICE_DATE})
    billing._claim(entries)
    billing.write({"state": "running", "entry_count": len(entries)})
    billing._bill_all(env["ir.cron"])
    env.flush_all()
    env.cr.commit()
    assert billing.state == "done" and not billing.failed_count
    return entries.invoice_line_ids.move_id


def _bill_directly(env, entries):
    """The fastest route known: the same values, nothing around them."""
    moves = env["account.move"]
    journal = env["account.journal"].search([("type", "=", "sale")], limit=1)
    for start in range(0, len(entries), CHUNK):
        chunk = entries[start : start + CHUNK]
        values = [_values(entry, journal) for entry in chunk]
        created = (
            env["account.move"].with_context(mail_create_nolog=True).create(values)
        )
        created._message_log_batch(
            bodies={
                move.id: f"Billed from {entry.contract_id.display_name}"
                for move, entry in zip(created, chunk, strict=True)
            }
        )
        created.action_post()
        env.flush_all()
        env.cr.commit()
        env.invalidate_all()
        moves |= created
    return moves


def _values(entry, journal):
    contract = entry.contract_id
    return {
        "move_type": "out_invoice",
        "partner_id": contract.partner_invoice_id.id,
        "company_id": contract.company_id.id,
        "currency_id": contract.currency_id.id,
        "journal_id": journal.id,
        "invoice_date": INVOICE_DATE,
        "invoice_payment_term_id": contract.payment_term_id.id,
        "invoice_date_due": max(entry.date_due, INVOICE_DATE),
        "invoice_user_id": contract.responsible_id.id,
        "invoice_origin": contract.number,
        "invoice_line_ids": [
            Command.create(
                {
                    "product_id": entry.product_id.id,
                    "name": f"{entry.name}\n{entry._get_period_text()}",
                    "quantity": entry.quantity,
                    "price_unit": entry.price_unit,
                    "discount": entry.discount,
                    "tax_ids": [Command.set(entry.line_id.tax_ids.ids)],
                }
            )
        ],
    }


ROUTES = {"run": _bill_by_run, "baseline": _bill_directly}


def _count_differences(billed, direct):
    """Compare the invoices of each client line by line, but for period texts."""
    return sum(
        _content(left) != _content(right)
        for left, right in zip(
            billed.sorted("partner_id"), direct.sorted("partner_id"), strict=True
        )
    )


def _content(move):
    def value(line, name):
        content = line[name]
        if name == "name":
            # the two routes bill neighbouring months, and their numbers differ
            return (content or "").split("\n")[0] if line.product_id else ""
        return content.ids if hasattr(content, "ids") else content

    return (
        move.state,
        move.move_type,
        move.journal_id.id,
        move.invoice_date_due,
        move.amount_total,
        len(move.message_ids),
        [
            [value(line, name) for name in COMPARED]
            for line in move.line_ids.sorted(lambda line: (line.display_type, line.id))
        ],
    )
