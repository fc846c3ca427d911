"""What the client's pages cost, by how many requests the client has.

A person of a client with few, one with many and one with very many requests open the
list, a request and a piece, each as a call of the whole WSGI application: session,
rules, template, layout. Queries and CPU time (Python's and that of the database's
backends) are counted; bytes are compared with Odoo's own list of as many invoices.
"""

import gc
import logging
import threading
import time
from statistics import quantiles
from urllib.parse import urljoin, urlsplit

import _portal_data
from lxml import html
from werkzeug.test import Client

import odoo.http
from odoo import api
from odoo.service import security

DEFAULT_N = 20_000
SMALL, MIDDLE = 10, 1_000
WARM_UP = 5
REPETITIONS = 60
QUERY_BAR = 40
TIME_BAR = 1.2
WEIGHT_BAR = 1.2
INVOICES = "/my/invoices"


def run(env, n):
    """Yield queries, time and weight of each page."""
    logging.getLogger("odoo.addons.base.models.ir_http").setLevel(logging.ERROR)
    visitors = _portal_data.fill(env, (SMALL, MIDDLE, n))
    visits = [Visit(env, visitor) for visitor in visitors]
    env.cr.commit()
    gc.collect()
    gc.freeze()
    for title in ("/my/jobs", "/my/jobs/<id>", "/my/pieces/<id>"):
        yield from _measure_page(env, title, visits)
    for title in (*visits[0].pages, INVOICES):
        yield from _weigh(title, visits[-1])


class Visit:
    """A browser in which one of the client's people has signed in."""

    def __init__(self, env, visitor):
        self.size = visitor.size
        self.pages = {
            "/my/jobs": "/my/jobs",
            "/my/jobs/<id>": f"/my/jobs/{visitor.job.id}",
            "/my/pieces/<id>": f"/my/pieces/{visitor.piece.id}",
        }
        self.client = Client(odoo.http.root)
        self.client.set_cookie("session_id", self._sign_in(env, visitor.user))

    def _sign_in(self, env, user):
        store = odoo.http.root.session_store
        session = store.new()
        session.update(odoo.http.get_default_session(), db=env.cr.dbname)
        session["_trace_disable"] = True  # no row for a new device
        session.uid, session.login = user.id, user.login
        user_env = api.Environment(env.cr, user.id, {})
        session.session_token = security.compute_session_token(session, user_env)
        session.context = dict(user_env["res.users"].context_get())
        store.save(session)
        return session.sid

    def get(self, path):
        """Return the body of a page, which must be there."""
        response = self.client.get(path, base_url="http://localhost")
        body = response.get_data()
        if response.status_code != 200:
            raise RuntimeError(f"{path}: {response.status}")
        return body


def _measure_page(env, title, visits):
    """Yield queries and time of a page for each of the clients."""
    queries = {visit.size: 0 for visit in visits}
    spent = {visit.size: [] for visit in visits}
    for number in range(WARM_UP + REPETITIONS):
        for visit in visits:
            gc.collect()
            backends = _backends(env)
            started = _cpu(backends)
            visit.get(visit.pages[title])
            count = threading.current_thread().query_count
            seconds = _cpu(backends) - started
            if number >= WARM_UP:
                spent[visit.size].append(seconds * 1000)
                queries[visit.size] = max(queries[visit.size], count)
    late = {size: quantiles(values, n=20)[-1] for size, values in spent.items()}
    for size in queries:
        yield {
            "figure": f"{title}, {size} requests: queries",
            "value": queries[size],
            "unit": "queries",
            "bar": QUERY_BAR,
        }
    largest = max(queries)
    for size in queries:
        is_last = size == largest
        yield {
            "figure": f"{title}, {size} requests: p95",
            "value": late[size],
            "unit": "ms of CPU",
            **({"baseline": late[MIDDLE], "bar": TIME_BAR} if is_last else {}),
        }


def _backends(env):
    """Return the processes of the database that serve this one."""
    env.cr.execute(
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
        " AND backend_type = 'client backend'"
    )
    pids = [pid for (pid,) in env.cr.fetchall()]
    env.cr.rollback()
    return pids


def _cpu(backends):
    """Return the CPU seconds that this process and the backends have used."""
    total = time.process_time()
    for pid in backends:
        with open(f"/proc/{pid}/schedstat", encoding="ascii") as stat:
            total += int(stat.read().split()[0]) / 1e9
    return total


# ------------------------------------------------------------------
# WEIGHT
# ------------------------------------------------------------------


def _weigh(title, visit):
    """Yield the bytes of a page, alone and with what a browser loads for it."""
    invoices = _bytes(visit, INVOICES)
    if title == INVOICES:
        page = invoices
    else:
        page = _bytes(visit, visit.pages[title])
    for name, value, baseline in zip(
        ("the page", "all of it"), page, invoices, strict=True
    ):
        yield {
            "figure": f"{title}, {_portal_data.ROWS} rows: weight of {name}",
            "value": value,
            "unit": "bytes",
            "baseline": baseline,
            "bar": WEIGHT_BAR,
        }


def _bytes(visit, path):
    """Return the bytes of a page, and with its styles, scripts and pictures."""
    body = visit.get(path)
    loaded = set()
    for node in html.fromstring(body).iter("link", "script", "img"):
        address = node.get("src") or (
            node.get("rel") == "stylesheet" and node.get("href")
        )
        if address and not address.startswith("data:"):
            loaded.add(urlsplit(urljoin(path, address))._replace(fragment="").geturl())
    return len(body), len(body) + sum(len(visit.get(url)) for url in loaded)
