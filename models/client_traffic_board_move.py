"""Handing out work on the traffic board."""

from datetime import datetime, time

import pytz

from odoo import api, fields, models
from odoo.exceptions import AccessError, LockError, UserError
from odoo.tools import format_date

from .client_traffic_board import BOARD_STATES, CLOSED_TASKS, PIECE_STATES

MODELS = ("project.task", "client.piece")
# When somebody who is given a day has to be done, where his hours tell nothing.
END_OF_DAY = time(17, 0)


class ClientTrafficBoard(models.AbstractModel):
    """Assigns cards to people and days, and takes it back."""

    _inherit = "client.traffic.board"

    # === PUBLIC METHODS === #

    @api.model
    def move_card(self, card, target, let_in=False, board=None, origin=None):
        """Give a card to a person, a day, or both.

        :param dict card: ``model``, ``id``, ``token`` and ``user_id`` (whose row it was
            taken from) of a card that :meth:`load_board` gave
        :param dict target: ``user_id`` and ``day``; False for nobody and no day, a
            missing key leaves it as it is
        :param bool let_in: the person may see the restricted client from now on
        :param dict board: arguments of :meth:`load_board`, to get it anew
        :param str origin: who asks, so that his own screen isn't told of it
        :return: dict with ``undo``, ``notes`` and ``board``, or with ``refused``
        :rtype: dict
        :raise UserError: the sentence says why this card can't go there
        """
        self._check_assigner()
        record = self._lock_card(card["model"], card["id"], card["token"])
        self._check_open(record)
        person = self.env["res.users"].browse(target.get("user_id") or [])
        if person:
            self._check_person(record, person)
            refusal = self._check_sight(record, person, let_in)
            if refusal:
                return refusal
        before = self._take_snapshot(record)
        if record._name == "project.task":
            self._move_task(record, card.get("user_id"), target)
        else:
            self._move_piece(record, target)
        self._tell(origin)
        return {
            "undo": self._compare_snapshot(before),
            "notes": self._get_notes(record, person, target),
            "board": self.load_board(**board) if board is not None else None,
        }

    @api.model
    def undo_move(self, undo, board=None, origin=None):
        """Put a card back where it was.

        :param list undo: what :meth:`move_card` returned
        :param dict board: arguments of :meth:`load_board`, to get it anew
        :param str origin: as for :meth:`move_card`
        :return: dict with ``board``
        :rtype: dict
        :raise UserError: somebody has changed it in the meantime
        """
        self._check_assigner()
        rows = []
        for row in undo:
            record = self._lock_card(row["model"], row["id"], row["token"])
            self._check_job(self._get_job(record), record)
            rows.append((record, row["values"]))
        # pieces first: assigning one assigns its tasks
        for record, values in sorted(rows, key=lambda row: row[0]._name):
            if record._name == "project.task":
                record.write(
                    {
                        "user_ids": [fields.Command.set(values["user_ids"])],
                        "date_deadline": values["date_deadline"],
                    }
                )
                continue
            record.write(
                {
                    "assigned_user_id": values["assigned_user_id"],
                    "deadline": values["deadline"],
                }
            )
            if values["returned_date"] and record.state == "changes_requested":
                # sudo: a system field; the right to hand out work was checked
                record.sudo().returned_date = values["returned_date"]
        self.env.flush_all()
        self._tell(origin)
        return {"board": self.load_board(**board) if board is not None else None}

    # === BUSINESS METHODS === #

    @api.model
    def _check_assigner(self):
        """Raise unless the user hands out work."""
        if not self._may_assign():
            raise AccessError(self.env._("Only traffic assigns work to people."))

    @api.model
    def _tell(self, origin=None):
        """Have the boards that are open load again; tells nothing else."""
        # sudo: the channel of a group, not its content
        group = self.env.ref("client_hub.group_traffic").sudo()
        group._bus_send("client_hub.traffic", {"origin": origin})

    @api.model
    def _lock_card(self, model, id_, token):
        """Return the record of a card, locked, as it was shown.

        :raise UserError: it is gone, or not what the board showed any more
        """
        if model not in MODELS:
            raise UserError(self.env._("This is no card of the board."))
        record = self.env[model].browse(int(id_)).exists()
        if not record:
            raise UserError(self.env._("This was deleted in the meantime."))
        record.check_access("write")
        try:
            record.lock_for_update(allow_referencing=True)
        except LockError as error:
            raise UserError(
                self.env._(
                    "Somebody else is changing “%s” at this moment. Try again.",
                    record.display_name,
                )
            ) from error
        record.invalidate_recordset(["write_date", "write_uid"], flush=True)
        if record.write_date.isoformat() != token:
            raise UserError(
                self.env._(
                    "%(person)s has just changed “%(card)s”: look at it again before "
                    "you move it.",
                    # sudo: a colleague's name
                    person=record.sudo().write_uid.name or self.env._("Somebody"),
                    card=record.display_name,
                )
            )
        return record

    @api.model
    def _get_job(self, record):
        is_task = record._name == "project.task"
        return record.client_job_id if is_task else record.job_id

    @api.model
    def _check_open(self, record):
        """Raise unless there is work to hand out.

        :raise UserError: says what is in the way
        """
        is_task = record._name == "project.task"
        # first the job: while it is on hold, its tasks are put away
        self._check_job(self._get_job(record), record)
        if is_task and not record.active:
            self._raise_archived(record)
        is_closed = record.state in CLOSED_TASKS
        if not is_task:
            is_closed = record.state not in PIECE_STATES
        if is_closed:
            raise UserError(
                self.env._(
                    "“%(card)s” is “%(state)s”: nobody works on it now.",
                    card=record.display_name,
                    state=self._get_label(record, "state"),
                )
            )

    @api.model
    def _check_job(self, job, record):
        """Raise unless the job of a card is worked on.

        :raise UserError: says what is in the way
        """
        if not job:
            raise UserError(self.env._("“%s” belongs to no job.", record.display_name))
        if not job.active:
            self._raise_archived(job)
        if not job.released_date:
            raise UserError(
                self.env._(
                    "“%s” is not authorised yet: nobody works on it.", job.display_name
                )
            )
        if job.state not in BOARD_STATES:
            raise UserError(
                self.env._(
                    "“%(job)s” is “%(state)s”: there is no work to hand out.",
                    job=job.display_name,
                    state=job._get_state_label(),
                )
            )

    @api.model
    def _raise_archived(self, record):
        raise UserError(
            self.env._(
                "“%s” is archived: restore it before you hand out its work.",
                record.display_name,
            )
        )

    @api.model
    def _check_person(self, record, person):
        """Raise unless the person may be given work of the job's company.

        :raise UserError: says why not
        """
        # sudo: whether a colleague works here
        person_sudo = person.exists().sudo()
        if not person_sudo.active or person_sudo.share:
            raise UserError(self.env._("This person doesn't work here any more."))
        company = self._get_job(record).company_id
        if company not in person_sudo.company_ids:
            raise UserError(
                self.env._(
                    "%(person)s doesn't work for %(company)s.",
                    person=person_sudo.name,
                    company=company.name,
                )
            )

    @api.model
    def _check_sight(self, record, person, let_in):
        """Tell whether an assignment would open a restricted client to the person.

        :param bool let_in: the user says so
        :return: the refusal with a sentence, or None
        :rtype: dict
        """
        wall = self.env["client.wall"].with_user(person)
        if not wall._hidden(record.with_user(person)):
            return None
        may = self.env.user.has_group("client_hub.group_account_manager")
        if let_in and may:
            return None
        client = self._get_job(record).client_id
        values = {"person": person.name, "client": client.display_name}
        if may:
            text = self.env._(
                "%(client)s is a restricted client and %(person)s is not in its team. "
                "If you assign this, %(person)s sees the client for as long as the "
                "assignment stands.",
                **values,
            )
        else:
            # sudo: the name of the colleague to ask
            manager = client.sudo().account_manager_id.name
            text = self.env._(
                "%(client)s is a restricted client and %(person)s is not in its team. "
                "Ask %(manager)s to let %(person)s in.",
                manager=manager or self.env._("an account manager"),
                **values,
            )
        return {"refused": "restricted", "message": text, "may_let_in": may}

    @api.model
    def _move_task(self, task, user_id, target):
        """Give a task to somebody in place of whom it was taken from."""
        piece = task.client_piece_id
        is_only = piece and self._get_open_tasks(piece) == task
        vals, piece_vals = {}, {}
        if "user_id" in target:
            users = task.user_ids.ids
            kept = [id_ for id_ in users if id_ != user_id] if user_id else users
            new = [target["user_id"]] if target["user_id"] else []
            vals["user_ids"] = [fields.Command.set([*new, *kept])]
            piece_vals["assigned_user_id"] = target["user_id"] or False
        if "day" in target:
            day = fields.Date.to_date(target["day"])
            vals["date_deadline"] = self._get_deadline(task, day)
            piece_vals["deadline"] = day or False
        if is_only and not piece.returned_date:
            # the piece is what this task makes
            piece.write(piece_vals)
        task.write(vals)
        self.env.flush_all()

    @api.model
    def _move_piece(self, piece, target):
        """Give a piece, and the tasks that make it, to somebody."""
        is_returned = bool(piece.returned_date)
        if is_returned and not target.get("user_id"):
            raise UserError(
                self.env._(
                    "A change request goes to a person: drop “%s” on somebody's day.",
                    piece.display_name,
                )
            )
        vals = {}
        if "user_id" in target:
            vals["assigned_user_id"] = target["user_id"] or False
        if "day" in target:
            day = fields.Date.to_date(target["day"])
            vals["deadline"] = day or False
            for task in self._get_open_tasks(piece):
                task.write({"date_deadline": self._get_deadline(task, day)})
        piece.write(vals)
        self.env.flush_all()

    @api.model
    def _get_open_tasks(self, piece):
        return piece.task_ids.filtered(lambda task: task.state not in CLOSED_TASKS)

    @api.model
    def _get_deadline(self, task, day):
        """Return a day as a task's deadline: at its old time, in the user's zone.

        A task that had none is due when the work of that day ends.
        """
        if not day:
            return False
        zone = self._get_zone()
        hour = END_OF_DAY
        if task.date_deadline:
            hour = self._localize(task.date_deadline, zone).time()
        else:
            due = self._get_job(task)._get_end_of_day(day, task.user_ids)
            if self._localize(due, zone).date() == day:
                return due
            # that is on another day for whoever looks at the board
        moment = zone.localize(datetime.combine(day, hour))
        return moment.astimezone(pytz.utc).replace(tzinfo=None)

    @api.model
    def _take_snapshot(self, record):
        """Return what a move may change.

        :return: ``{record: values}``
        :rtype: dict
        """
        is_task = record._name == "project.task"
        piece = record.client_piece_id if is_task else record
        tasks = record if is_task else self._get_open_tasks(record)
        snapshot = {
            task: {
                "user_ids": task.user_ids.ids,
                "date_deadline": fields.Datetime.to_string(task.date_deadline),
            }
            for task in tasks
        }
        if piece:
            returned = piece.returned_date
            snapshot[piece] = {
                "assigned_user_id": piece.assigned_user_id.id,
                "deadline": fields.Date.to_string(piece.deadline),
                "returned_date": returned and fields.Datetime.to_string(returned),
            }
        return snapshot

    @api.model
    def _compare_snapshot(self, before):
        """Return what undoing has to write, with the tokens of after the move.

        :param dict before: what :meth:`_take_snapshot` returned
        :rtype: list
        """
        undo = []
        for record, values in before.items():
            if self._take_snapshot(record)[record] == values:
                continue
            record.invalidate_recordset(["write_date"], flush=True)
            undo.append(
                {
                    "model": record._name,
                    "id": record.id,
                    "token": record.write_date.isoformat(),
                    "values": values,
                }
            )
        return undo

    @api.model
    def _get_notes(self, record, person, target):
        """Return what whoever moves a card should know of the day he chose.

        :return: sentences
        :rtype: list
        """
        day = fields.Date.to_date(target.get("day"))
        if not day:
            return []
        notes = []
        job = self._get_job(record)
        label = format_date(self.env, day)
        if job.deadline and day > job.deadline:
            notes.append(
                self.env._(
                    "That is after the deadline of the job, %s.",
                    format_date(self.env, job.deadline),
                )
            )
        if person:
            hours, note = self._get_capacities(person, [day])[person.id][day]
            load = self._get_loads(person, [day]).get((person.id, day), 0.0)
            if hours == 0:
                notes.append(
                    self.env._(
                        "%(person)s doesn't work on %(day)s (%(note)s).",
                        person=person.name,
                        day=label,
                        note=note,
                    )
                )
            elif hours is not None and load > hours:
                notes.append(
                    self.env._(
                        "%(person)s now has %(load)g h planned on %(day)s and works "
                        "%(hours)g h.",
                        person=person.name,
                        load=round(load, 2),
                        day=label,
                        hours=hours,
                    )
                )
        return notes
