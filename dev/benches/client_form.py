"""What opening a client costs: the form, and each tab when it is opened.

The form of a client with a long past is read as the web client does, against that of
a client with none, and against Odoo's plain form of the same crowded client: the same
read, without the fields that the addon's views add. Queries, and CPU time of Python
and of the database's backend, each call in a transaction of its own, in turns.
"""

import functools
import gc
import time
from statistics import median

import _client_data
from lxml import etree

from odoo import api
from odoo.tools.safe_eval import safe_eval

DEFAULT_N = 10_000
WARM_UP = 2
REPETITIONS = 9
COUNT_LIMIT = 10_001  # what the web client's lists ask for
FORM_BAR = 1.3
TAB_BAR = 20  # queries
FORM = "base.view_partner_form"
KANBAN = "client_hub.res_partner_view_kanban_contacts"
FILES = "client_hub.ir_attachment_view_list_client"


def run(env, n):
    """Yield the figures of the form, then those of the tabs."""
    filled = _client_data.fill(env, n)
    user = env(user=filled.user.id, context=filled.user.context_get())
    specification = _form_specification(user)
    plain = _plain_specification(env, user)
    gc.collect()
    gc.freeze()
    calls = {
        "crowded": (filled.crowded, specification),
        "empty": (filled.empty, specification),
        "plain": (filled.crowded, plain),
        "plain_empty": (filled.empty, plain),
    }
    spent = {name: ([], []) for name in calls}
    for number in range(WARM_UP + REPETITIONS):
        for name, (client, fields) in calls.items():
            queries, seconds = _measure(
                env,
                filled.user,
                lambda fresh, client=client, fields=fields: (
                    client.with_env(fresh).with_context(bin_size=True).web_read(fields)
                ),
            )
            if number >= WARM_UP:
                spent[name][0].append(queries)
                spent[name][1].append(seconds * 1000)
    for name, title in (
        ("empty", "form of a crowded client, to one with nothing"),
        ("plain", "form of a crowded client, to Odoo's plain form of it"),
    ):
        for index, unit in enumerate(("queries", "ms of CPU")):
            yield {
                "figure": f"{title}: {unit}",
                "value": median(spent["crowded"][index]),
                "unit": unit,
                "baseline": median(spent[name][index]),
                "bar": FORM_BAR,
            }
    yield {
        "figure": "Odoo's plain form itself, crowded to empty: ms of CPU",
        "value": median(spent["plain"][1]),
        "unit": "ms of CPU",
        "baseline": median(spent["plain_empty"][1]),
    }
    yield from _measure_tabs(env, filled, user)


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


def _cpu(backend):
    """Return the CPU seconds that this process and a backend have used."""
    with open(f"/proc/{backend}/schedstat", encoding="ascii") as stat:
        return time.process_time() + int(stat.read().split()[0]) / 1e9


# ------------------------------------------------------------------
# FORM
# ------------------------------------------------------------------


def _form_specification(user):
    """Return what the web client asks for when the form is opened."""
    view = user.ref(FORM)
    arch = etree.fromstring(user["res.partner"].get_view(view.id, "form")["arch"])
    return _specification(user["res.partner"], arch)


def _plain_specification(env, user):
    """Return the same without the addon's views, which come back at once."""
    # SQL: no view is checked for the moment that the others are off
    env.cr.execute(
        "UPDATE ir_ui_view SET active = FALSE WHERE model = 'res.partner' AND id IN"
        " (SELECT res_id FROM ir_model_data"
        "   WHERE module = 'client_hub' AND model = 'ir.ui.view')"
    )
    env.invalidate_all()
    env.registry.clear_all_caches()
    specification = _form_specification(user)
    env.cr.rollback()
    env.invalidate_all()
    env.registry.clear_all_caches()
    fields = user["res.partner"]._fields
    # what the addon puts into Odoo's address
    return {
        name: value
        for name, value in specification.items()
        if fields[name]._modules != ("client_hub",)
    }


def _specification(model, arch):
    """Return the fields of a view as the web client asks for them."""
    result = {}
    for node in arch.iter("field"):
        if any(parent.tag == "field" for parent in node.iterancestors()):
            continue
        name = node.get("name")
        field = model._fields[name]
        result.setdefault(name, {}).update(_field(model, field, node))
    return result


def _field(model, field, node):
    if field.type in ("many2one", "reference"):
        return {"fields": {"display_name": {}}}
    if field.type not in ("one2many", "many2many"):
        return {}
    if node.get("invisible") in ("1", "True"):
        return {}
    comodel = model.env[field.comodel_name]
    inner = [child for child in node if child.tag in ("list", "kanban")]
    if inner:
        return {"fields": _specification(comodel, inner[0]), "limit": 40}
    if "many2many" in (node.get("widget") or ""):
        return {"fields": {"display_name": {}}}
    return {}


# ------------------------------------------------------------------
# TABS
# ------------------------------------------------------------------


def _measure_tabs(env, filled, user):
    """Yield queries, beside those of an empty client, and time of each tab."""
    for title, call in _tabs(user):
        figures = {}
        for name in ("crowded", "empty"):
            client = getattr(filled, name)
            rounds = [
                _measure(env, filled.user, functools.partial(call, client=client))
                for _number in range(WARM_UP + 3)
            ][WARM_UP:]
            figures[name] = [median(values) for values in zip(*rounds, strict=True)]
        queries, seconds = figures["crowded"]
        yield {
            "figure": f"tab {title}: queries ({figures['empty'][0]} of an empty one)",
            "value": queries,
            "unit": "queries",
            "bar": TAB_BAR,
        }
        yield {
            "figure": f"tab {title}: time",
            "value": seconds * 1000,
            "unit": "ms of CPU",
            "baseline": figures["empty"][1] * 1000,
        }


def _tabs(user):
    """Yield title and call of each tab, as the form's widgets have them."""
    view = user.ref(FORM)
    arch = etree.fromstring(user["res.partner"].get_view(view.id, "form")["arch"])
    yield "overview", lambda env, client: client.with_env(env).get_client_overview()
    yield (
        "addresses",
        lambda env, client: client.with_env(env).get_client_addresses(),
    )
    yield "contacts", _list_call(user, "res.partner", KANBAN, "kanban", _people)
    yield "files", _list_call(user, "ir.attachment", FILES, "list", _files)
    for node in arch.iter("widget"):
        model, ref = node.get("model"), node.get("view_ref")
        if node.get("name") == "client_hub_activities":
            model = "client.activity"
        if not model:
            continue
        page = next(node.iterancestors("page"))
        title = f"{page.get('name')}, {model}"
        name = node.get("field") or "client_id"
        yield (
            title,
            _list_call(
                user,
                model,
                ref,
                "list",
                lambda client, name=name: [(name, "=", client.id)],
                int(node.get("limit") or 20),
            ),
        )


def _people(client):
    return [
        "|",
        ("commercial_partner_id", "=", client.id),
        ("parent_id", "=", client.id),
        ("id", "!=", client.id),
        ("type", "=", "contact"),
    ]


def _files(client):
    return [("res_model", "=", "res.partner"), ("res_id", "=", client.id)]


def _list_call(user, model, ref, kind, domain, limit=20):
    """Return a call that reads the first page of a tab's list."""
    view_id = user["ir.model.data"]._xmlid_to_res_id(ref) if ref else None
    arch = etree.fromstring(user[model].get_view(view_id, kind)["arch"])
    specification = _specification(user[model], arch)
    order = arch.get("default_order")
    context = safe_eval("{'bin_size': True, 'client_hub_tab': True}")

    def call(env, client):
        return (
            env[model]
            .with_context(**context)
            .web_search_read(
                domain(client),
                specification,
                limit=limit,
                order=order,
                count_limit=COUNT_LIMIT,
            )
        )

    return call
