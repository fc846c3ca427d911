"""What the wall costs: screens with and without it, and restricting a large client.

An ordinary employee with all documents of sales looks at lists of contacts, invoices
and tasks while one client in ten is hidden from him. "Without" is the same user on the
same database with the wall switched off in this process only. Both are measured in
turns, each call in a transaction of its own, as a request of the web client has.
"""

import gc
import time
from collections import namedtuple
from contextlib import contextmanager
from statistics import median
from unittest.mock import patch

import _wall_data
from lxml import etree

from odoo import api
from odoo.fields import Domain
from odoo.tools.lru import LRU
from odoo.tools.safe_eval import safe_eval

DEFAULT_N = 100_000
WARM_UP = 2
REPETITIONS = 15
SIZES = (2_500, 5_000, 10_000, 20_000)
CLIENTS_PER_SIZE = 3
PAGE = 80
COUNT_LIMIT = 10_001  # what the web client's lists ask for

# The highest ratio with the wall to without it, and seconds for a restriction.
BARS = {"list": 1.6, "count": 1.5, "search": 1.35, "name_search": 1.15, "group": 1.2}
RESTRICT_BAR = 5.0
LINEAR_BAR = 1.25

Screen = namedtuple("Screen", "title model action view search_view group_by")
SCREENS = (
    Screen(
        "contacts",
        "res.partner",
        "contacts.action_contacts",
        "base.view_partner_tree",
        "base.view_res_partner_filter",
        "country_id",
    ),
    Screen(
        "invoices",
        "account.move",
        "account.action_move_out_invoice_type",
        "account.view_out_invoice_tree",
        "account.view_account_invoice_filter",
        "invoice_date:month",
    ),
    Screen(
        "tasks",
        "project.task",
        "project.action_view_all_task",
        "project.view_task_tree2",
        "project.view_task_search_form",
        "project_id",
    ),
)
TAGS = {"many2many_tags", "many2many_tags_avatar", "many2many_avatar_user"}
ACTIVITY_FIELDS = (
    "activity_exception_decoration",
    "activity_exception_icon",
    "activity_state",
    "activity_summary",
    "activity_type_icon",
    "activity_type_id",
)


def run(env, n):
    """Yield each screen's figures, then what restricting and opening a client takes."""
    filled = _wall_data.fill(env, n, SIZES, CLIENTS_PER_SIZE)
    gc.collect()
    gc.freeze()
    for screen in SCREENS:
        yield from _measure_screen(env, filled, screen)
    yield from _measure_restriction(env, filled)


# ------------------------------------------------------------------
# SCREENS
# ------------------------------------------------------------------


def _measure_screen(env, filled, screen):
    switch = Switch(env)
    calls = _calls(env(user=filled.user.id), filled, screen)
    env.cr.commit()
    for name, (title, call) in calls.items():
        spent = {True: [], False: []}
        for number in range(WARM_UP + REPETITIONS):
            for with_wall in (number % 2 == 0, number % 2 == 1):
                with switch.set(with_wall):
                    seconds = _time(env, filled.user, call)
                if number >= WARM_UP:
                    spent[with_wall].append(seconds * 1000)
        yield {
            "figure": f"{screen.title}: {title}",
            "value": median(spent[True]),
            "unit": "ms",
            "baseline": median(spent[False]),
            "ratio": median(
                on / off for on, off in zip(spent[True], spent[False], strict=True)
            ),
            "bar": BARS[name],
        }


def _time(env, user, call):
    """Return the seconds of a call in a transaction of its own."""
    with env.registry.cursor() as cursor:
        fresh = api.Environment(cursor, user.id, user.context_get())
        gc.collect()
        started = time.perf_counter()
        call(fresh)
        return time.perf_counter() - started


def _calls(env, filled, screen):
    """Return what the web client calls for a screen, by the name of its bar."""
    action = env["ir.actions.act_window"]._for_xml_id(screen.action)
    domain = safe_eval(action["domain"] or "[]", {"uid": env.uid})
    context = {
        key: value
        for key, value in safe_eval(
            action["context"], {"uid": env.uid, "allowed_company_ids": [1]}
        ).items()
        if not key.startswith("search_default")
    }
    specification = _specification(env[screen.model], screen.view)
    order, aggregates = _order(env, screen), _aggregates(env, screen, specification)
    found = Domain(domain) & _search_domain(env[screen.model], screen, filled.term)
    found = list(found)

    def model(env):
        return env[screen.model].with_context(**context, bin_size=True)

    return {
        "list": (
            f"list page of {PAGE}",
            lambda env: model(env).web_search_read(
                domain,
                specification,
                limit=PAGE,
                order=order,
                count_limit=COUNT_LIMIT,
            ),
        ),
        "count": ("count", lambda env: model(env).search_count(domain)),
        "search": (
            "first page of a search",
            lambda env: model(env).search(found, limit=PAGE, order=order),
        ),
        "name_search": (
            "name_search",
            lambda env: model(env).name_search(filled.term, domain, limit=8),
        ),
        "group": (
            f"group by {screen.group_by}",
            lambda env: (
                model(env)
                .with_context(read_group_expand=True)
                .web_read_group(
                    domain, [screen.group_by], aggregates, limit=PAGE, order=""
                )
            ),
        ),
    }


def _arch(model, view, kind):
    view_id = model.env["ir.model.data"]._xmlid_to_res_id(view)
    return etree.fromstring(model.get_view(view_id, kind)["arch"])


def _order(env, screen):
    return _arch(env[screen.model], screen.view, "list").get("default_order")


def _specification(model, view):
    """Return which fields the web client reads for a list, as it asks for them."""
    result = {}
    for node in _arch(model, view, "list").iterchildren("field"):
        name = node.get("name")
        result[name] = _field_specification(model._fields[name], node)
        if node.get("widget") == "list_activity":
            for other in ACTIVITY_FIELDS:
                field = model._fields[other]
                result.setdefault(other, _field_specification(field, node))
    return result


def _field_specification(field, node):
    if field.type in ("many2one", "reference"):
        return {"fields": {"display_name": {}}}
    if field.type in ("one2many", "many2many") and node.get("widget") in TAGS:
        names = {"display_name": {}}
        if "color_field" in (node.get("options") or ""):
            names["color"] = {}
        return {"fields": names}
    return {}


def _aggregates(env, screen, specification):
    """Return the aggregates that the web client asks for above a grouped list."""
    attributes = ["aggregator", "currency_field", "type"]
    fields = env[screen.model].fields_get(list(specification), attributes)
    fields = {key: value for key, value in fields.items() if value.get("aggregator")}
    result = [
        f"{name}:{field['aggregator']}"
        for name, field in fields.items()
        if field["type"] in ("float", "integer", "monetary")
    ]
    for name, field in fields.items():
        if currency := field.get("currency_field"):
            result += [f"{currency}:array_agg_distinct", f"{name}:sum_currency"]
    return list(dict.fromkeys(result))


def _search_domain(model, screen, term):
    """Return the domain of a text typed into the search bar and confirmed."""
    node = _arch(model, screen.search_view, "search").find(".//field[@filter_domain]")
    return Domain(safe_eval(node.get("filter_domain"), {"self": term}))


class Switch:
    """Takes the wall away in this process, and puts it back.

    Each state keeps caches of its own: what is remembered with the wall (domains of
    rules) must not be met without it.
    """

    def __init__(self, env):
        self.registry = env.registry
        self.caches = {True: env.registry._Registry__caches, False: {}}
        for name, cache in self.caches[True].items():
            self.caches[False][name] = LRU(cache._count)

    @contextmanager
    def set(self, with_wall):
        """Have the wall, or not, within the block."""
        if with_wall:
            yield
            return
        wall_class = self.registry["client.wall"]
        self.registry._Registry__caches = self.caches[False]
        try:
            with patch.object(wall_class, "_is_limited", lambda model: False):
                yield
        finally:
            self.registry._Registry__caches = self.caches[True]


# ------------------------------------------------------------------
# RESTRICTION
# ------------------------------------------------------------------


def _measure_restriction(env, filled):
    """Yield the seconds of each size, and how the cost of one record grows."""
    _time_restriction(env, filled, filled.spare, True)
    _time_restriction(env, filled, filled.spare, False)
    spent = {}
    for size, clients in filled.linked.items():
        for client in clients:
            for restrict in (True, False):
                seconds = _time_restriction(env, filled, client, restrict)
                spent.setdefault((restrict, size), []).append(seconds)
    for restrict, title in ((True, "restricting"), (False, "opening")):
        smallest = None
        for size in filled.linked:
            value = median(spent[restrict, size])
            figure = f"{title} a client with {size} records"
            yield {"figure": figure, "value": value, "unit": "s"} | (
                {"bar": RESTRICT_BAR} if size == 10_000 else {}
            )
            smallest = smallest or value / size
            yield {
                "figure": f"{figure}, for each",
                "value": value / size * 1000,
                "unit": "ms",
                "baseline": smallest * 1000,
                "bar": LINEAR_BAR,
            }


def _time_restriction(env, filled, client, restrict):
    """Return the seconds of the switch on the client's form, committed."""
    with env.registry.cursor() as cursor:
        user = filled.user
        fresh = api.Environment(cursor, user.id, user.context_get())
        client = client.with_env(fresh)
        gc.collect()
        started = time.perf_counter()
        client.client_restricted = restrict
        fresh.flush_all()
        cursor.commit()
        return time.perf_counter() - started
