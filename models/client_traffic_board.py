"""The traffic board: who does what, and on which day."""

from datetime import datetime, time, timedelta

import pytz

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL

# Jobs whose work is handed out.
BOARD_STATES = ("authorized", "at_risk", "in_production", "awaiting_approval")
CLOSED_TASKS = ("1_done", "1_canceled")
# Pieces that are made at the agency; the others wait for the client, or are done.
PIECE_STATES = ("planned", "in_progress", "internal_review", "changes_requested")
DAYS = 7
PEOPLE = 20  # rows of a page
PEOPLE_MAX = 80
CARDS = 4  # of a person's day
INBOX_CARDS = 5  # of a day that is nobody's yet


class ClientTrafficBoard(models.AbstractModel):
    """Reads the board of a week: people, what they do, load beside capacity.

    Everything is read with the rights of the user who looks. The number of queries is
    the same whatever the number of tasks: the database places and cuts the cards.
    """

    _name = "client.traffic.board"
    _description = "Traffic Board"

    # === PUBLIC METHODS === #

    @api.model
    @api.readonly
    def load_board(self, domain=None, date_from=None, offset=0, limit=PEOPLE):
        """Return the board of the week that begins on a day.

        :param list domain: condition on ``client.job``; conditions on ``piece_ids.…``
            are on the card's own piece
        :param str date_from: first day; by default that of the user's current week
        :param int offset: number of the first person
        :param int limit: how many people
        :return: dict with ``days``, ``people``, ``cells`` by person and day, …
        :rtype: dict
        """
        self._check_reader()
        today = fields.Date.context_today(self)
        first = fields.Date.to_date(date_from) or self._get_week_start(today)
        days = [first + timedelta(days=number) for number in range(DAYS)]
        queries = self._get_queries(domain)
        everybody = self._get_people(queries)
        limit = min(max(int(limit), 1), PEOPLE_MAX)
        offset = max(int(offset), 0)
        if offset >= len(everybody):
            offset = 0
        people = everybody[offset : offset + limit]
        return {
            "today": fields.Date.to_string(today),
            "days": [fields.Date.to_string(day) for day in days],
            "people": self._prepare_people(people, days),
            "total": len(everybody),
            "offset": offset,
            "limit": limit,
            "cells": self._get_cells(queries, people, days, today),
            "can_assign": self._may_assign(),
        }

    # === BUSINESS METHODS === #

    @api.model
    def _check_reader(self):
        """Raise unless the user works with jobs.

        :raise AccessError: portal users and colleagues without a role in Client Hub
        """
        if not self.env.su and not self.env.user.has_group("client_hub.group_user"):
            raise AccessError(
                self.env._("The traffic board is for those who work on jobs.")
            )

    @api.model
    def _may_assign(self):
        return self.env.su or self.env.user.has_group("client_hub.group_traffic")

    @api.model
    def _get_zone(self):
        """Return the time zone in which a day is a day for whoever looks."""
        name = self.env.context.get("tz") or self.env.user.tz or "UTC"
        return pytz.timezone(name if name in pytz.all_timezones_set else "UTC")

    @api.model
    def _get_week_start(self, day):
        """Return the first day of the week of ``day`` in the user's language."""
        lang = self.env["res.lang"]._get_data(code=self.env.lang or "en_US")
        first = int(lang.week_start or 1)
        return day - timedelta(days=(day.isoweekday() - first) % DAYS)

    @api.model
    def _get_moment(self, day):
        """Return when a day begins, as a naive UTC datetime."""
        moment = self._get_zone().localize(datetime.combine(day, time.min))
        return moment.astimezone(pytz.utc).replace(tzinfo=None)

    @api.model
    def _convert_domain(self, domain, job_field, piece_field):
        """Return a condition on jobs as one on what belongs to them.

        :param list domain: condition on ``client.job``
        :param str job_field: the many2one to the job
        :param str piece_field: the path to the piece; empty for the piece itself
        :rtype: Domain
        """

        def convert(condition):
            head, _dot, rest = condition.field_expr.partition(".")
            if head != "piece_ids":
                return Domain(job_field, "any", condition)
            path = ".".join(filter(None, (piece_field, rest))) or "id"
            return Domain(path, condition.operator, condition.value)

        return Domain(domain or []).map_conditions(convert)

    @api.model
    def _get_open_tasks_domain(self):
        return Domain("state", "not in", CLOSED_TASKS) & Domain(
            "is_template", "=", False
        )

    @api.model
    def _get_queries(self, domain=None):
        """Return the open tasks and pieces of the board, as the user may see them.

        A piece is shown by its open tasks. It has a card of its own when it has none,
        or while a change request of the client waits to be handed out. While the
        client looks at it, there is nothing to hand out.

        :return: queries of tasks and of pieces
        :rtype: tuple
        """
        job = [("state", "in", BOARD_STATES), ("active", "=", True)]
        tasks = self._get_open_tasks_domain() & Domain("client_job_id", "any", job)
        tasks &= Domain("client_piece_id", "=", False) | Domain(
            "client_piece_id", "any", [("returned_date", "=", False)]
        )
        tasks &= Domain("user_ids", "!=", False) | ~Domain(
            "client_piece_id", "any", [("state", "=", "awaiting_approval")]
        )
        tasks &= self._convert_domain(domain, "client_job_id", "client_piece_id")
        open_tasks = [
            *self._get_open_tasks_domain(),
            ("client_piece_id", "!=", False),
        ]
        pieces = Domain("job_id", "any", job) & Domain("state", "in", PIECE_STATES)
        pieces &= Domain("returned_date", "!=", False) | ~Domain(
            "task_ids", "any", open_tasks
        )
        pieces &= self._convert_domain(domain, "job_id", "")
        Task, Piece = self.env["project.task"], self.env["client.piece"]
        Task.flush_model(["user_ids", "date_deadline", "priority", "allocated_hours"])
        Piece.flush_model(["assigned_user_id", "deadline", "returned_date"])
        return Task._search(tasks), Piece._search(pieces)

    @api.model
    def _get_people(self, queries):
        """Return the rows: creation, and whoever else has open work.

        :param tuple queries: of tasks and of pieces
        :return: res.users, by name
        """
        tasks, pieces = queries
        rows = self.env.execute_query(
            SQL(
                """
                SELECT rel.user_id
                  FROM project_task_user_rel AS rel
                 WHERE rel.task_id IN %s
                 UNION
                SELECT piece.assigned_user_id
                  FROM client_piece AS piece
                 WHERE piece.id IN %s
                   AND piece.assigned_user_id IS NOT NULL
                """,
                tasks.subselect(),
                pieces.subselect(),
            )
        )
        creation = self.env.ref("client_hub.group_user").id
        traffic = self.env.ref("client_hub.group_traffic").id
        is_creation = Domain("all_group_ids", "in", [creation]) & Domain(
            "all_group_ids", "not in", [traffic]
        )
        return self.env["res.users"].search(
            Domain("share", "=", False)
            & Domain("id", "!=", SUPERUSER_ID)
            & Domain("company_ids", "in", self.env.companies.ids)
            & (is_creation | Domain("id", "in", [user for (user,) in rows])),
            order="name, id",
        )

    @api.model
    def _prepare_people(self, people, days):
        """Return the rows of people, with load and capacity of each day.

        :param people: res.users
        :param list days: dates
        :rtype: list
        """
        capacities = self._get_capacities(people, days)
        loads = self._get_loads(people, days)
        rows = []
        for person in people:
            row = {"id": person.id, "name": person.name, "days": {}}
            for day in days:
                hours, note = capacities[person.id][day]
                row["days"][fields.Date.to_string(day)] = {
                    "load": round(loads.get((person.id, day), 0.0), 2),
                    "capacity": hours,
                    "note": note,
                }
            known = [cell for cell in row["days"].values()]
            row["load"] = round(sum(cell["load"] for cell in known), 2)
            row["capacity"] = (
                None
                if any(cell["capacity"] is None for cell in known)
                else round(sum(cell["capacity"] for cell in known), 2)
            )
            rows.append(row)
        return rows
