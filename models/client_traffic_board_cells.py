"""The cards of the traffic board."""

from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import SQL

from .client_traffic_board import CARDS, DAYS, INBOX_CARDS

TASK, PIECE = "project.task", "client.piece"


class ClientTrafficBoard(models.AbstractModel):
    """Places tasks, pieces and change requests by person and day."""

    _inherit = "client.traffic.board"

    @api.model
    def _get_cells(self, queries, people, days, today):
        """Return the cards of each person and day, as many as there is room for.

        The day ``""`` holds what has no day, and what is late from before the week.

        :param tuple queries: of tasks and of pieces
        :param people: res.users of the page
        :param list days: dates
        :param date today: of the user
        :return: ``{"person-day": {"cards": [], "tasks": more, "pieces": more}}``
        :rtype: dict
        """
        rows = self._place_cards(queries, people, days, today)
        tasks = self.env[TASK].browse({row[1] for row in rows if row[0] == TASK})
        pieces = self.env[PIECE].browse({row[1] for row in rows if row[0] == PIECE})
        cards = {(TASK, task.id): self._prepare_task(task, today) for task in tasks}
        cards |= {
            (PIECE, piece.id): self._prepare_piece(piece, today) for piece in pieces
        }
        cells = defaultdict(lambda: {"cards": [], "tasks": 0, "pieces": 0, "count": 0})
        for model, id_, person, day, task_count, piece_count in rows:
            key = f"{person}-{fields.Date.to_string(day) if day else ''}"
            cell = cells[key]
            if not cell["cards"]:
                cell.update(
                    tasks=task_count,
                    pieces=piece_count,
                    count=task_count + piece_count,
                )
            # what is left is what the cell has no room for
            cell["tasks" if model == TASK else "pieces"] -= 1
            cell["cards"].append(
                dict(cards[model, id_], key=f"{model}-{id_}-{person}", user_id=person)
            )
        return dict(cells)

    @api.model
    def _place_cards(self, queries, people, days, today):
        """Have the database choose the first cards of each cell and count the others.

        :return: rows of model, id, user id (0: nobody), date or None, number of tasks
            and number of pieces of the cell
        :rtype: list
        """
        tasks, pieces = queries
        first, last = days[0], days[-1]
        return self.env.execute_query(
            SQL(
                """
                WITH card AS (
                    SELECT 'project.task' AS model, task.id, rel.user_id,
                           (task.date_deadline AT TIME ZONE 'UTC'
                                               AT TIME ZONE %(zone)s)::date AS day,
                           1 AS rank, task.priority AS priority
                      FROM project_task AS task
                 LEFT JOIN project_task_user_rel AS rel ON rel.task_id = task.id
                     WHERE task.id IN %(tasks)s
                 UNION ALL
                    SELECT 'client.piece', piece.id,
                           CASE WHEN piece.returned_date IS NULL
                                THEN piece.assigned_user_id END,
                           CASE WHEN piece.returned_date IS NULL
                                THEN piece.deadline END,
                           CASE WHEN piece.returned_date IS NULL THEN 1 ELSE 0 END,
                           job.priority
                      FROM client_piece AS piece
                      JOIN client_job AS job ON job.id = piece.job_id
                     WHERE piece.id IN %(pieces)s
                ), placed AS (
                    SELECT model, id, COALESCE(user_id, 0) AS person, day AS due,
                           CASE WHEN day >= %(first)s THEN day END AS day,
                           rank, priority
                      FROM card
                     WHERE (day IS NULL
                            OR day BETWEEN %(first)s AND %(last)s
                            OR day < LEAST(%(first)s, %(today)s))
                       AND (user_id IS NULL OR user_id = ANY(%(people)s))
                ), numbered AS (
                    SELECT model, id, person, day,
                           COUNT(*) FILTER (WHERE model = 'project.task') OVER cell
                               AS tasks,
                           COUNT(*) FILTER (WHERE model = 'client.piece') OVER cell
                               AS pieces,
                           ROW_NUMBER() OVER (
                               PARTITION BY person, day
                               ORDER BY rank, priority DESC NULLS LAST,
                                        due NULLS LAST, model, id
                           ) AS number
                      FROM placed
                    WINDOW cell AS (PARTITION BY person, day)
                )
                SELECT model, id, person, day, tasks, pieces
                  FROM numbered
                 WHERE number <= CASE WHEN person = 0 THEN %(inbox)s ELSE %(cards)s END
                 ORDER BY person, day, number
                """,
                zone=self._get_zone().zone,
                tasks=tasks.subselect(),
                pieces=pieces.subselect(),
                first=first,
                last=last,
                today=today,
                people=people.ids,
                inbox=INBOX_CARDS,
                cards=CARDS,
            )
        )

    @api.model
    def _prepare_task(self, task, today):
        """Return the card of a task.

        :rtype: dict
        """
        job, piece = task.client_job_id, task.client_piece_id
        due = task.date_deadline
        if due:
            due = self._localize(due, self._get_zone()).date()
        name = task.name or ""
        # tasks made from a template begin with the job's title, which the card says
        title = name.removeprefix(f"{job.name}: ") or name
        state, label = task.state, self._get_label(task, "state")
        if piece.state in ("awaiting_approval", "internal_review"):
            state, label = piece.state, self._get_label(piece, "state")
        return self._prepare_card(task, job, due, today) | {
            "title": title,
            "hours": task.allocated_hours,
            "priority": task.priority,
            "state": state,
            "state_label": label,
            "others": max(len(task.user_ids) - 1, 0),
            "round": piece.rounds if state == "02_changes_requested" else 0,
        }

    @api.model
    def _prepare_piece(self, piece, today):
        """Return the card of a piece that no open task stands for.

        :rtype: dict
        """
        job, returned = piece.job_id, piece.returned_date
        card = self._prepare_card(piece, job, piece.deadline, today) | {
            "title": piece.name,
            "hours": 0,
            "priority": job.priority,
            "state": piece.state,
            "state_label": self._get_label(piece, "state"),
            "others": 0,
            "round": piece.rounds if piece.state == "changes_requested" else 0,
        }
        if returned:
            since = self._localize(returned, self._get_zone()).date()
            card |= {"is_returned": True, "age": (today - since).days}
        return card

    @api.model
    def _prepare_card(self, record, job, due, today):
        """Return what the cards of tasks and pieces have in common.

        :rtype: dict
        """
        return {
            "model": record._name,
            "id": record.id,
            "token": record.write_date.isoformat(),
            "job": job.number or "",
            "job_name": job.name,
            "client": job.client_id.display_name,
            "deadline": fields.Date.to_string(due) if due else False,
            "late": (today - due).days if due and due < today else 0,
            "is_after_job": bool(due and job.deadline and due > job.deadline),
        }

    @api.model
    def _get_label(self, record, name):
        labels = self.env.cr.cache.setdefault(
            ("client_traffic_labels", record._name, self.env.lang), {}
        )
        if not labels:
            labels.update(record._fields[name]._description_selection(self.env))
        return labels.get(record[name], "")

    # === ACTION METHODS === #

    @api.model
    def action_open_cell(self, model, domain, user_id, day, date_from):
        """Open the list of a cell's tasks or pieces.

        :param str model: project.task or client.piece
        :param list domain: the board's condition on jobs
        :param int user_id: 0 for what is nobody's
        :param str day: the cell's day; empty for what has none or is late
        :param str date_from: the board's first day
        :return: an action
        :rtype: dict
        """
        self._check_reader()
        today = fields.Date.context_today(self)
        first = fields.Date.to_date(date_from)
        days = [fields.Date.add(first, days=number) for number in range(DAYS)]
        person = self.env["res.users"].browse(user_id)
        tasks, pieces = self._get_queries(domain)
        ids = self._find_cell(
            model,
            (tasks, pieces),
            person.id or 0,
            fields.Date.to_date(day),
            days,
            today,
        )
        is_task = model == TASK
        return {
            "type": "ir.actions.act_window",
            "name": person.name or self.env._("Unassigned"),
            "res_model": TASK if is_task else PIECE,
            "views": [(False, "list"), (False, "kanban"), (False, "form")],
            "domain": [("id", "in", ids)],
            "target": "current",
        }

    @api.model
    def _find_cell(self, model, queries, person, day, days, today):
        """Return the ids of all the cards of a cell."""
        table = SQL.identifier(self.env[model]._table)
        if model == TASK:
            query, who = queries[0], SQL("rel.user_id")
            due = SQL(
                "(record.date_deadline AT TIME ZONE 'UTC' AT TIME ZONE %s)::date",
                self._get_zone().zone,
            )
            join = SQL(
                "LEFT JOIN project_task_user_rel AS rel ON rel.task_id = record.id"
            )
        else:
            query, join = queries[1], SQL()
            who = SQL(
                "CASE WHEN record.returned_date IS NULL"
                " THEN record.assigned_user_id END"
            )
            due = SQL("CASE WHEN record.returned_date IS NULL THEN record.deadline END")
        place = SQL("%s = %s", due, day)
        if not day:
            place = SQL("(%s IS NULL OR %s < %s)", due, due, min(days[0], today))
        rows = self.env.execute_query(
            SQL(
                "SELECT record.id FROM %s AS record %s"
                " WHERE record.id IN %s AND COALESCE(%s, 0) = %s AND %s",
                table,
                join,
                query.subselect(),
                who,
                person,
                place,
            )
        )
        return [id_ for (id_,) in rows]
