"""What the history costs: on a write, on an import, to check, and to look at.

Each write is done with the history and without it, in turns, and taken back; CPU
seconds of Python and of its database connection. The check of all `n` entries beside a
plain `SELECT` of them. The first page of the History tab with a tenth of all entries
of that client, beside one with a hundred.

With fewer than a million entries the import and the contract are smaller, too.
"""

import base64
import gc
from statistics import median

import _history_data as data
import _import_data
from client_form import _cpu, _specification
from lxml import etree

from odoo import Command, api

from odoo.addons.client_hub.models.client_history_mixin import HISTORY_OFF

DEFAULT_N = 1_000_000
ROUNDS = 5
TAGGED = 200
WRITE_BAR, IMPORT_BAR, CHECK_BAR, TAB_BAR, TAB_QUERIES = 1.2, 1.3, 3, 1.2, 14
CLIENTS = 2000


def run(env, n):
    """Yield ratios of with to without, then the check and the tab."""
    user = data.create_user(env)
    share = min(1, n / DEFAULT_N)
    yield from _write_tags(env, user)
    yield from _edit_contract(env, user, max(100, int(1000 * share)))
    yield from _import(env, user, max(100, int(1000 * share)))
    clients = data.create_clients(env, max(2, int(CLIENTS * share)) + 2, "Past")
    crowded, quiet, *others = clients.ids
    rest = n - n // 10 - 100
    sizes = {crowded: n // 10, quiet: 100}
    sizes |= dict.fromkeys(others, rest // len(others))
    data.fill(env, sizes)
    yield from _check(env)
    yield from _open_tab(env, user, crowded, quiet)


def _measure(env, user, call, *, is_on=True):
    """Return the CPU seconds of a call, in a transaction that is taken back."""
    with env.registry.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [backend] = cursor.fetchone()
        context = dict(user.context_get(), allowed_company_ids=user.company_ids.ids)
        if not is_on:
            context["client_history_disable"] = HISTORY_OFF
        fresh = api.Environment(cursor, user.id, context)
        gc.collect()
        started = _cpu(backend)
        call(fresh)
        cursor.flush()
        seconds = _cpu(backend) - started
        cursor.rollback()
    return seconds


def _compare(env, user, call, figure, bar, rounds=ROUNDS):
    """Yield the cost of a call with the history to that without, in turns."""
    _measure(env, user, call)
    spent = {True: [], False: []}
    for _number in range(rounds):
        for is_on in (True, False):
            spent[is_on].append(_measure(env, user, call, is_on=is_on))
    # the least disturbed of each
    yield {
        "figure": figure,
        "value": min(spent[True]),
        "unit": "s of CPU",
        "baseline": min(spent[False]),
        "bar": bar,
    }


def _write_tags(env, user):
    clients = data.create_clients(env, TAGGED, "Tagged")
    tags = env["res.partner.category"].create([{"name": n} for n in ("Key", "New")])
    env.cr.commit()

    fresh = env(user=user.id)
    view = fresh.ref("client_hub.res_partner_view_list")
    arch = etree.fromstring(fresh["res.partner"].get_view(view.id, "list")["arch"])
    specification = _specification(fresh["res.partner"], arch)

    def call(fresh):
        # as the list of clients does it with those that are ticked
        for tag in tags.ids:
            clients.with_env(fresh).with_context(bin_size=True).web_save(
                {"category_id": [Command.link(tag)]}, specification
            )

    # short, and so more of them for an undisturbed one
    yield from _compare(
        env, user, call, f"tags of {TAGGED} clients", WRITE_BAR, rounds=4 * ROUNDS
    )


def _edit_contract(env, user, count):
    product = env["product.product"].create({"name": "Bench fee", "type": "service"})
    lines = [
        Command.create({"product_id": product.id, "price_unit": 100 + number})
        for number in range(count)
    ]
    contract = env["client.contract"].create(
        {
            "name": "Bench contract",
            "client_id": data.create_clients(env, 1, "Signed").id,
            "line_ids": lines,
        }
    )
    env.cr.commit()

    def call(fresh):
        edited = contract.with_env(fresh)
        edited.write(
            {
                "line_ids": [
                    Command.update(line.id, {"price_unit": line.price_unit + 7})
                    for line in edited.line_ids
                ]
            }
        )

    yield from _compare(
        env, user, call, f"a contract of {count} lines, edited", WRITE_BAR, rounds=3
    )


def _import(env, user, count):
    """Import that many clients with their people: five times as many rows."""
    workbook = __import__("import").workbook
    _import_data.LOGIN = user.login
    lines = _import_data.lines(count)
    content = base64.b64encode(workbook(lines))
    imports = env(user=user.id)["client.import"]
    record = imports.create({"file": content, "filename": "bench.xlsx"})
    _start(record, "check")
    record._work_at_once()
    if record.error_count:
        raise ValueError(record.problem_ids.mapped("message")[:5])
    env.cr.flush()
    env.cr.commit()

    def call(fresh):
        again = record.with_env(fresh)
        _start(again, "import")
        again._work_at_once()
        if again.state != "done":
            raise ValueError(again.state)

    yield from _compare(
        env, user, call, f"import of {5 * count} rows", IMPORT_BAR, rounds=2
    )


def _start(record, job):
    record._prepare_run("checked" if job == "check" else "done")
    record.sudo().write({"job": job, "job_user_id": record.env.uid})
    record._clear_lines()


def _check(env):
    """Yield seconds of CPU of the check and of a plain SELECT of the same rows."""
    spent, count = {"check": [], "plain": []}, 0
    for _number in range(2):
        with env.registry.cursor() as cursor:
            cursor.execute("SET LOCAL max_parallel_workers_per_gather = 0")
            cursor.execute("SELECT pg_backend_pid()")
            [backend] = cursor.fetchone()
            started = _cpu(backend)
            rows = cursor._cnx.cursor(name="plain")
            rows.itersize = 10_000
            rows.execute("SELECT * FROM client_history")
            count = sum(1 for _row in rows)
            rows.close()
            spent["plain"].append(_cpu(backend) - started)
            fresh = api.Environment(cursor, env.uid, {})
            started = _cpu(backend)
            result = fresh["client.history"]._verify_all()
            spent["check"].append(_cpu(backend) - started)
            if result["problems"] or result["entries"] != count:
                raise ValueError(result["problems"][:5] or result["entries"])
    check, plain = min(spent["check"]), min(spent["plain"])
    yield {
        "figure": f"check of {count} entries, to a plain SELECT of them",
        "value": check,
        "unit": "s of CPU",
        "baseline": plain,
        "bar": CHECK_BAR,
    }
    for title, seconds in (("check", check), ("plain SELECT", plain)):
        yield {
            "figure": f"{title}, rate",
            "value": count / seconds,
            "unit": "entries/s of CPU",
        }


def _open_tab(env, user, crowded, quiet):
    """Yield queries and time of the tab's first page."""
    fresh = env(user=user.id)
    view = fresh.ref("client_hub.client_history_view_list_tab")
    arch = etree.fromstring(fresh["client.history"].get_view(view.id, "list")["arch"])
    specification = _specification(fresh["client.history"], arch)
    limit = int(arch.get("count_limit"))
    spent = {crowded: ([], []), quiet: ([], [])}
    for number in range(40):
        for client_id in (crowded, quiet):
            with env.registry.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                [backend] = cursor.fetchone()
                reader = api.Environment(cursor, user.id, user.context_get())
                gc.collect()
                before, started = cursor.sql_log_count, _cpu(backend)
                page = reader["client.history"].web_search_read(
                    [("client_id", "=", client_id)],
                    specification,
                    limit=20,
                    count_limit=limit + 1,
                )
                if number >= 5:
                    spent[client_id][0].append(cursor.sql_log_count - before)
                    spent[client_id][1].append((_cpu(backend) - started) * 1000)
                if len(page["records"]) != 20:
                    raise ValueError(page["length"])
    yield {
        "figure": "History tab, first page of a tenth of all entries: queries",
        "value": median(spent[crowded][0]),
        "unit": "queries",
        "bar": TAB_QUERIES,
    }
    yield {
        "figure": "History tab, first page: a tenth of all entries to a hundred",
        "value": median(spent[crowded][1]),
        "unit": "ms of CPU",
        "baseline": median(spent[quiet][1]),
        "bar": TAB_BAR,
    }
