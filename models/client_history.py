"""The append-only log of everything done to a client."""

import hashlib
import json

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.http import request
from odoo.tools import SQL, format_date, format_datetime

KINDS = [
    ("client", "Client record"),
    ("contact", "Contact"),
    ("address", "Address"),
    ("team", "Team"),
    ("access", "Access"),
    ("contract", "Contract"),
    ("entry", "Contract entry"),
    ("invoice", "Invoice"),
    ("order", "Order"),
    ("budget", "Budget"),
    ("job", "Job"),
    ("piece", "Piece"),
    ("decision", "Decision"),
    ("task", "Task"),
    ("file", "File"),
    ("manual", "Manual entry"),
    ("other", "Other"),
]
ACTIONS = [
    ("create", "Created"),
    ("write", "Changed"),
    ("unlink", "Deleted"),
    ("event", "Event"),
]
ORIGINS = [
    ("screen", "Screen"),
    ("portal", "Portal"),
    ("import", "Import"),
    ("cron", "Scheduled job"),
    ("api", "API"),
    ("system", "System"),
]
# The columns a row's hash is made of, in this order; see _row_hash().
HASHED = (
    "client_id",
    "sequence",
    "date",
    "user_id",
    "user_name",
    "origin",
    "kind",
    "action",
    "model",
    "res_id",
    "name",
    "note",
    "changes",
)
INSERT_COLUMNS = ("company_id", "contract_id", *HASHED, "previous_hash", "hash")


class LooseMany2one(fields.Many2one):
    """A many2one without a foreign key.

    The log must survive the deletion or merge of what it speaks of, and its rows
    can't be updated, so neither ``set null`` nor ``restrict`` would do.
    """

    def update_db_foreign_key(self, model, column):
        """Leave the column without a constraint."""


class ClientHistory(models.Model):
    """One row per change or event of a client; rows are added, never touched."""

    _name = "client.history"
    _description = "Client history"
    _order = "date desc, id desc"
    _log_access = False
    _rec_name = "name"

    client_id = LooseMany2one(
        comodel_name="res.partner", required=True, readonly=True, index=True
    )
    client_wall_id = fields.Many2one(
        comodel_name="client.wall",
        related="client_id.client_wall_id",
        search="_search_client_wall_id",
    )
    company_id = LooseMany2one(comodel_name="res.company", readonly=True)
    sequence = fields.Integer(
        readonly=True, required=True, help="Place in the client's own chain."
    )
    date = fields.Datetime(readonly=True, required=True)
    user_id = LooseMany2one(comodel_name="res.users", readonly=True, string="User")
    user_name = fields.Char(readonly=True, string="Done by")
    origin = fields.Selection(selection=ORIGINS, readonly=True, required=True)
    kind = fields.Selection(selection=KINDS, readonly=True, required=True)
    action = fields.Selection(selection=ACTIONS, readonly=True, required=True)
    model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference(
        model_field="model", readonly=True, string="Record"
    )
    name = fields.Char(readonly=True, string="What", help="Its name as of then.")
    note = fields.Char(readonly=True)
    changes = fields.Json(readonly=True)
    summary = fields.Text(compute="_compute_summary")
    previous_hash = fields.Char(readonly=True)
    hash = fields.Char(readonly=True)

    _client_sequence = models.UniqueIndex(
        "(client_id, sequence)", "A client's history has one row per place."
    )
    _client_date = models.Index("(client_id, date DESC, id DESC)")
    _record = models.Index("(model, res_id)")

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("changes", "note")
    @api.depends_context("lang", "tz")
    def _compute_summary(self):
        for row in self:
            lines = [row.note] if row.note else []
            for change in row.changes or []:
                lines.append(self._format_change(row._localise(change)))
            row.summary = "\n".join(lines)

    def _localise(self, change):
        """Return a change with its dates as the reader writes them.

        They are stored in a form that doesn't depend on who made the change.

        :param dict change: field, label, old, new
        :rtype: dict
        """
        model = self.env.get(self.model)
        field = model is not None and model._fields.get(change.get("field"))
        if not field or field.type not in ("date", "datetime"):
            return change
        if field.type == "date":
            parse, show = fields.Date.to_date, format_date
        else:
            parse, show = fields.Datetime.to_datetime, format_datetime
        texts = {}
        for side in ("old", "new"):
            text = (change.get(side) or "").removesuffix(" UTC")
            try:
                texts[side] = show(self.env, parse(text)) if text else ""
            except ValueError:
                # a text of an event, or of a field that was of another type
                texts[side] = change[side]
        return {**change, **texts}

    @api.model
    def _format_change(self, change):
        """Return one change as a readable line, e.g. ``City: Lisbon → Porto``.

        :param dict change: field, label, old, new
        :rtype: str
        """
        old, new = change.get("old"), change.get("new")
        label = change.get("label") or change.get("field")
        if old and new:
            return f"{label}: {old} → {new}"
        if new:
            return f"{label}: {new}"
        return self.env._("%(label)s: %(old)s (removed)", label=label, old=old)

    def _search_client_wall_id(self, operator, value):
        # The log can't be updated, so it stores no wall id: it follows the client.
        return [
            ("client_id", "any", [("client_wall_id", operator, value)]),
        ]

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    # The three below refuse for everybody, so there is nothing to hand to super().

    @api.model_create_multi
    def create(self, vals_list):  # pylint: disable=method-required-super
        """Refuse: rows are only made by :meth:`_log` and the mixin."""
        raise UserError(self.env._("The client history is written by the system only."))

    def write(self, vals):  # pylint: disable=method-required-super
        """Refuse: the log is append-only."""
        raise UserError(self.env._("The client history can't be changed."))

    def unlink(self):  # pylint: disable=method-required-super
        """Refuse: the log is append-only."""
        # an @api.ondelete would let superuser code pass
        raise UserError(  # pylint: disable=no-raise-unlink
            self.env._("The client history can't be deleted.")
        )

    def init(self):
        """Let PostgreSQL itself refuse to change or remove a row."""
        self.env.cr.execute(
            """
            CREATE OR REPLACE FUNCTION client_history_append_only()
            RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION 'client_history is append-only'
                    USING ERRCODE = 'insufficient_privilege';
            END $$;
            DROP TRIGGER IF EXISTS client_history_append_only ON client_history;
            CREATE TRIGGER client_history_append_only
                BEFORE UPDATE OR DELETE OR TRUNCATE ON client_history
                FOR EACH STATEMENT EXECUTE FUNCTION client_history_append_only();
            """
        )

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _log(self, client, kind, name, *, record=None, changes=None, note=None):
        """Add one event to a client's history at the end of this transaction.

        :param client: ``res.partner`` of the commercial entity (others are ignored)
        :param str kind: one of ``KINDS``
        :param str name: what it is about, as a person would call it now
        :param record: the record it speaks of, if any
        :param list changes: dicts with field, label, old, new
        :param str note: one sentence
        """
        self._buffer(
            {
                "client_id": client.id,
                "company_id": self.env.company.id,
                "kind": kind,
                "action": "event",
                "model": record._name if record is not None else None,
                "res_id": record.id if record is not None else None,
                "name": name,
                "note": note,
                "changes": {str(i): c for i, c in enumerate(changes or [])},
            }
        )

    @api.model
    def _pending(self):
        """Return this transaction's rows not yet written, oldest first."""
        return self.env.cr.precommit.data.setdefault("client_history", [])

    @api.model
    def _pending_index(self):
        """Return the queued rows that later changes merge into, by (model, id)."""
        return self.env.cr.precommit.data.setdefault("client_history_index", {})

    @api.model
    def _buffer(self, row):
        """Queue a row; it is chained and written when the transaction is flushed.

        :param dict row: columns; ``changes`` is a dict keyed by field name
        """
        pending = self._pending()
        if not pending:
            self.env.cr.precommit.add(self._write_pending)
        user = self.env.user
        row.update(
            date=fields.Datetime.now(),
            user_id=user.id,
            user_name=user.sudo().name,  # sudo: own name; portal users log, too
            origin=self._current_origin(),
        )
        pending.append(row)

    @api.model
    def _current_origin(self):
        """Tell where the change comes from: a key of ``ORIGINS``."""
        context = self.env.context
        if context.get("import_file") or context.get("client_import_id"):
            return "import"
        if context.get("cron_id"):
            return "cron"
        if not request:
            return "system"
        path = request.httprequest.path
        if path.startswith(("/json/", "/xmlrpc/", "/jsonrpc")):
            return "api"
        if self.env.user.share or path.startswith("/my"):
            return "portal"
        return "screen"

    @api.model
    def _write_pending(self):
        """Chain the queued rows to each client's last one and insert them.

        The chain's head is locked per client, in the order of ids so that two
        transactions can't block each other; writers of different clients never wait.
        """
        rows = [row for row in self._pending() if self._is_worth_a_row(row)]
        self._pending().clear()
        self._pending_index().clear()
        if not rows:
            return
        heads = self._lock_heads(sorted({row["client_id"] for row in rows}))
        values = []
        for row in rows:
            sequence, previous = heads[row["client_id"]]
            row["sequence"] = sequence + 1
            row["changes"] = list(row["changes"].values())
            row["previous_hash"] = previous
            row["hash"] = self._row_hash(row, previous)
            heads[row["client_id"]] = (row["sequence"], row["hash"])
            values.append(self._to_insert(row))
        self._insert(values)
        self._store_heads(heads)
        self.invalidate_model(flush=False)

    @api.model
    def _is_worth_a_row(self, row):
        """Tell whether a queued row still says something (A → B → A says nothing)."""
        if row["action"] != "write":
            return True
        row["changes"] = {
            name: change
            for name, change in row["changes"].items()
            if (change["old"] or None) != (change["new"] or None)
        }
        return bool(row["changes"])

    @api.model
    def _lock_heads(self, client_ids):
        """Lock and return ``{client_id: (sequence, hash)}`` of the chains' ends."""
        # SQL: an upsert that returns what it locked has no equivalent in the ORM
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO client_history_head (client_id, sequence)
                     SELECT id, 0 FROM UNNEST(%s) AS id
                ON CONFLICT (client_id) DO NOTHING
                """,
                client_ids,
            )
        )
        self.env.cr.execute(
            SQL(
                """
                SELECT client_id, sequence, hash FROM client_history_head
                 WHERE client_id IN %s ORDER BY client_id FOR UPDATE
                """,
                tuple(client_ids),
            )
        )
        return {
            client: (sequence, last or "")
            for client, sequence, last in self.env.cr.fetchall()
        }

    @api.model
    def _store_heads(self, heads):
        self.env.cr.execute_values(
            """
            UPDATE client_history_head AS head
               SET sequence = new.sequence, hash = new.hash
              FROM (VALUES %s) AS new (client_id, sequence, hash)
             WHERE head.client_id = new.client_id
            """,
            [(client, sequence, last) for client, (sequence, last) in heads.items()],
        )

    @api.model
    def _insert(self, values):
        # SQL: ten times faster than create(), and create() is closed to everybody
        self.env.cr.execute_values(
            f"INSERT INTO client_history ({', '.join(INSERT_COLUMNS)}) VALUES %s",
            values,
            page_size=1000,
        )

    @api.model
    def _to_insert(self, row):
        return tuple(
            json.dumps(row[column]) if column == "changes" else row.get(column) or None
            for column in INSERT_COLUMNS
        )

    @api.model
    def _row_hash(self, row, previous):
        """Return the SHA-256 of a row and of the hash before it.

        :param dict row: values of the ``HASHED`` columns
        :param str previous: hash of the client's row before, '' for the first
        :rtype: str
        """
        content = {
            column: (
                fields.Datetime.to_string(row[column])
                if column == "date"
                else row.get(column) or None
            )
            for column in HASHED
        }
        text = json.dumps(content, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256((previous + text).encode()).hexdigest()

    @api.model
    def _verify_chain(self, clients):
        """Check the chain of each client, row by row.

        :param clients: ``res.partner`` records
        :return: ``{client_id: sentence}`` of the clients whose chain is broken
        :rtype: dict
        """
        problems = {}
        for client in clients:
            problem = self._verify_client_chain(client.id)
            if problem:
                problems[client.id] = problem
        return problems

    @api.model
    def _verify_client_chain(self, client_id):
        """Return a sentence that says what is wrong with a client's chain, or ''."""
        self._write_pending()
        # SQL: reads a long log without filling the ORM's cache
        columns = SQL(", ").join(map(SQL.identifier, HASHED))
        self.env.cr.execute(
            SQL(
                """
                SELECT %s, previous_hash, hash FROM client_history
                 WHERE client_id = %s ORDER BY sequence
                """,
                columns,
                client_id,
            )
        )
        previous, expected = "", 1
        for row in self.env.cr.dictfetchall():
            if row["sequence"] != expected:
                return self.env._("Row %s of the history is missing.", expected)
            if (row["previous_hash"] or "") != previous or row[
                "hash"
            ] != self._row_hash(row, previous):
                return self.env._("Row %s of the history was changed.", expected)
            previous, expected = row["hash"], expected + 1
        self.env.cr.execute(
            SQL(
                "SELECT sequence FROM client_history_head WHERE client_id = %s",
                client_id,
            )
        )
        head = self.env.cr.fetchone()
        if head and head[0] != expected - 1:
            return self.env._("The last rows of the history are missing.")
        return ""

    # ------------------------------------------------------------------
    # ACTION
    # ------------------------------------------------------------------

    def action_open_record(self):
        """Open what the row speaks of, if it still exists."""
        self.ensure_one()
        record = self.env[self.model].browse(self.res_id) if self.model else None
        if record is None or not record.exists():
            raise UserError(self.env._("“%s” no longer exists.", self.name))
        return {
            "type": "ir.actions.act_window",
            "res_model": self.model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }


class ClientHistoryHead(models.Model):
    """The end of each client's chain; its lock keeps the chain free of forks."""

    _name = "client.history.head"
    _description = "End of a client's history"
    _log_access = False

    client_id = LooseMany2one(comodel_name="res.partner", required=True)
    sequence = fields.Integer(required=True)
    hash = fields.Char()

    _client = models.UniqueIndex("(client_id)", "One chain per client.")
