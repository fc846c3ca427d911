"""The traffic board with n open tasks, beside Odoo's own kanban of the same tasks.

Forty people of creation have the tasks of two hundred jobs of fifty clients, one of
them restricted, over eight weeks; one task in twenty is nobody's. Somebody of traffic
opens the board of this week, and moves a card. Beside it, in turns, Odoo's kanban of
tasks by stage, with the columns open as the web client asks for them. CPU time of
Python and of the database's backend, each call in a transaction of its own.
"""

import gc
import time
from datetime import timedelta
from statistics import median

from _wall_data import _vacuum, copies
from client_form import _cpu
from lxml import etree

from odoo import api, fields
from odoo.tests import new_test_user
from odoo.tools import SQL

DEFAULT_N = 5000
CLIENTS = 50
JOBS = 200
PEOPLE = 40
WEEKS = 8
WARM_UP = 2
REPETITIONS = 9
QUERY_BAR = 30
COLUMN = 20  # cards of a kanban column, as the web client asks for
KANBAN = "project.view_task_kanban"


def run(env, n):
    """Yield queries and time of the board, then of a move."""
    user, people = _fill(env, n)
    gc.collect()
    gc.freeze()
    calls = {"board": _open_board, "kanban": _open_kanban}
    specification = _kanban_specification(env(user=user.id))
    spent = {name: ([], [], []) for name in calls}
    for number in range(WARM_UP + REPETITIONS):
        for name, call in calls.items():
            figures = _measure(
                env, user, lambda env, call=call: call(env, specification)
            )
            if number >= WARM_UP:
                for values, figure in zip(spent[name], figures, strict=True):
                    values.append(figure)
    middle = {
        name: [median(values) for values in figures] for name, figures in spent.items()
    }
    title = f"traffic board, {n} open tasks"
    yield {
        "figure": f"{title}: queries",
        "value": middle["board"][0],
        "unit": "queries",
        "bar": QUERY_BAR,
    }
    yield {
        "figure": f"{title}: seconds",
        "value": middle["board"][1],
        "unit": "s",
        "baseline": middle["kanban"][1],
    }
    yield {
        "figure": f"{title}: CPU, to Odoo's kanban of the same tasks",
        "value": middle["board"][2] * 1000,
        "unit": "ms of CPU",
        "baseline": middle["kanban"][2] * 1000,
    }
    queries, seconds, _spent = _measure(env, user, lambda env: _move(env, people))
    yield {
        "figure": f"{title}: moving a card, with the new board: queries",
        "value": queries,
        "unit": "queries",
    }
    yield {"figure": f"{title}: moving a card", "value": seconds, "unit": "s"}


def _fill(env, n):
    """Create people, clients, jobs and n tasks; return traffic and creation."""
    user = new_test_user(env, "bench_traffic", groups="client_hub.group_traffic")
    people = [
        new_test_user(
            env, f"bench_creation_{number}", groups="client_hub.group_user"
        ).id
        for number in range(PEOPLE)
    ]
    clients = env["res.partner"].create(
        [
            {
                "name": f"Bench client {number}",
                "legal_name": f"Bench client {number} Ltd",
                "is_company": True,
                "is_client": True,
            }
            for number in range(CLIENTS)
        ]
    )
    jobs = env["client.job"].create(
        [
            {"name": f"Job {number}", "client_id": clients[number % CLIENTS].id}
            for number in range(JOBS)
        ]
    )
    jobs.action_authorize()
    # hidden from traffic
    clients[0].client_restricted = True
    env.flush_all()
    env.cr.commit()
    _fill_tasks(env, n, jobs, people)
    _vacuum(env)
    env.invalidate_all()
    return user, people


def _fill_tasks(env, n, jobs, people):
    """Copy a task of each job, over the weeks and the people."""
    monday = fields.Date.start_of(fields.Date.today(), "week")
    count = n // len(jobs)
    for number, job in enumerate(jobs):
        task = env["project.task"].create(
            {
                "name": f"{job.name}: work",
                "project_id": job.project_id.id,
                "partner_id": job.client_id.id,
                "client_job_id": job.id,
                "allocated_hours": 2,
                "date_deadline": f"{monday} 16:00:00",
            }
        )
        first = copies(
            env,
            task,
            count - 1,
            date_deadline=SQL(
                "t.date_deadline + ((g.i * 7 + %s) %% %s - 14)::int * interval '1 day'",
                number,
                WEEKS * 7,
            ),
        )
        env.cr.execute(
            SQL(
                """
                INSERT INTO project_task_user_rel (task_id, user_id)
                SELECT id, (%s::int[])[1 + (id * 7 + %s) %% %s]
                  FROM generate_series(%s, %s) AS g(id)
                 WHERE id %% 20 <> 0
                """,
                people,
                number,
                len(people),
                first,
                first + count - 2,
            )
        )
    env.cr.commit()


def _measure(env, user, call):
    """Return queries, seconds and CPU seconds of a call in its own transaction."""
    with env.registry.cursor() as cursor:
        cursor.execute("SET LOCAL max_parallel_workers_per_gather = 0")
        cursor.execute("SELECT pg_backend_pid()")
        [backend] = cursor.fetchone()
        fresh = api.Environment(cursor, user.id, user.context_get())
        gc.collect()
        before, spent = cursor.sql_log_count, _cpu(backend)
        started = time.perf_counter()
        call(fresh)
        return (
            cursor.sql_log_count - before,
            time.perf_counter() - started,
            _cpu(backend) - spent,
        )


def _open_board(env, _specification):
    data = env["client.traffic.board"].load_board()
    assert data["total"] >= PEOPLE, data["total"]
    assert sum(len(cell["cards"]) for cell in data["cells"].values()) > PEOPLE
    return data


def _open_kanban(env, specification):
    domain = [("client_job_id", "!=", False), ("is_closed", "=", False)]
    return env["project.task"].web_read_group(
        domain,
        ["stage_id"],
        ["__count"],
        limit=80,
        auto_unfold=True,
        unfold_read_specification=specification,
        unfold_read_default_limit=COLUMN,
    )


def _kanban_specification(env):
    """Return which fields the web client reads for Odoo's kanban of tasks."""
    tasks = env["project.task"]
    view_id = env["ir.model.data"]._xmlid_to_res_id(KANBAN)
    arch = etree.fromstring(tasks.get_view(view_id, "kanban")["arch"])
    specification = {}
    for node in arch.iter("field"):
        field = tasks._fields.get(node.get("name"))
        if field is None:
            continue
        is_label = field.type in ("many2one", "many2many")
        specification[field.name] = {"fields": {"display_name": {}}} if is_label else {}
    return specification


def _move(env, people):
    """Give the first card that somebody has to somebody else, for another day."""
    board = env["client.traffic.board"]
    monday = fields.Date.start_of(fields.Date.today(), "week")
    data = board.load_board(date_from=str(monday))
    card = next(
        card
        for cell in data["cells"].values()
        for card in cell["cards"]
        if card["user_id"]
    )
    target = {"user_id": people[-1], "day": str(monday + timedelta(days=1))}
    result = board.move_card(card, target, board={"date_from": str(monday)})
    assert result["board"], result
