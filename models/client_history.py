"""The append-only log of everything done to a client."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, format_datetime

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
    ("arrive", "Came to the client"),
    ("leave", "Left the client"),
    ("event", "Event"),
    ("merge", "Merged"),
    ("erase", "Erased"),
]
ORIGINS = [
    ("screen", "Screen"),
    ("portal", "Portal"),
    ("import", "Import"),
    ("cron", "Scheduled job"),
    ("api", "API"),
    ("system", "System"),
]


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
        comodel_name="res.partner",
        required=True,
        readonly=True,
        help="Whose it is: after a merge, the client that stayed.",
    )
    chain_id = fields.Integer(
        readonly=True,
        required=True,
        help="Number of the client that it was written for.",
    )
    client_wall_id = fields.Many2one(
        comodel_name="client.wall",
        related="client_id.client_wall_id",
        search="_search_client_wall_id",
    )
    company_id = LooseMany2one(comodel_name="res.company", readonly=True)
    sequence = fields.Integer(readonly=True, required=True, help="Place in its chain.")
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
    erased = fields.Boolean(
        readonly=True, help="What it said of people was erased; its hash stays."
    )
    version = fields.Integer(readonly=True, help="How its hash is made.")
    nonce = fields.Char(readonly=True, groups="base.group_system")
    content_hash = fields.Char(readonly=True)
    previous_hash = fields.Char(readonly=True)
    hash = fields.Char(readonly=True)

    _chain_sequence = models.UniqueIndex(
        "(chain_id, sequence)",
        "Nothing can be added to the history of this client: somebody changed it in "
        "the database itself. Check the history, and have whoever administers "
        "PostgreSQL put it right.",
    )
    _chain_acts = models.Index(
        "(chain_id, sequence) WHERE erased OR action IN ('erase', 'merge')"
    )
    _client_date = models.Index("(client_id, date DESC, id DESC)")
    _record = models.Index("(model, res_id)")

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("changes", "note", "erased")
    @api.depends_context("lang", "tz")
    def _compute_summary(self):
        for row in self:
            if row.erased:
                row.summary = self.env._("Erased, to protect personal data.")
                continue
            lines = [row.note] if row.note else []
            for change in row.changes or []:
                lines.append(self._format_change(row._localise(change)))
            row.summary = "\n".join(lines)

    def _localise(self, change):
        """Return a change of this row with its dates as the reader writes them.

        :param dict change: field, label, old, new
        :rtype: dict
        """
        return self._localise_change(self.model, change, self.date)

    @api.model
    def _localise_change(self, model_name, change, moment=None):
        """Return a change with its dates as the reader writes them.

        They are stored in a form that doesn't depend on who made the change.

        :param str model_name: of the record that was changed
        :param dict change: field, label, old, new
        :param datetime moment: of the change
        :rtype: dict
        """
        model = self.env.get(model_name)
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

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _log(
        self,
        client,
        kind,
        name,
        *,
        record=None,
        changes=None,
        note=None,
        action="event",
    ):
        """Add one event to a client's history at the end of this transaction.

        :param client: ``res.partner`` of the commercial entity (others are ignored)
        :param str kind: one of ``KINDS``
        :param str name: what it is about, as a person would call it now
        :param record: the record it speaks of, if any
        :param list changes: dicts with field, label, old, new
        :param str note: one sentence
        :param str action: one of ``ACTIONS``
        """
        self._buffer(
            {
                "client_id": client.id,
                "company_id": self.env.company.id,
                "kind": kind,
                "action": action,
                "model": record._name if record is not None else None,
                "res_id": record.id if record is not None else None,
                "name": name,
                "note": note,
                "changes": {str(i): c for i, c in enumerate(changes or [])},
            }
        )

    @api.model
    @api.private
    def _explain(self, client, name, record, note):
        """Say a sentence about somebody's access, with the change it is about.

        :param client: ``res.partner`` of the commercial entity
        :param str name: what it is about
        :param record: the record it speaks of
        :param str note: one sentence
        """
        key = (record._name, record.id, self.env.uid, "access")
        row = self._pending_index().get(key)
        if row and not row.get("note"):
            row["note"] = note
        else:
            self._log(client, "access", name, record=record, note=note)

    @api.model
    @api.private
    def _log_export(self, clients, note=None):
        """Say in the history of each client what of it was taken out of Odoo.

        :param clients: ``res.partner`` of commercial entities
        :param str note: what it was; its history by default
        """
        note = note or self.env._("History exported")
        # sudo: whether it is a client; who exports may read it
        for client in clients.sudo().filtered("is_client"):
            self._log(
                client,
                "access",
                client.display_name,
                record=client,
                note=note,
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
    @api.private
    def _forget_pending(self, records):
        """Leave out what this transaction queued about records of its own making.

        :param records: recordset that is told in another way
        """
        ids = set(records.ids)
        pending = self._pending()
        pending[:] = [
            row
            for row in pending
            if row["model"] != records._name or row["res_id"] not in ids
        ]
        index = self._pending_index()
        for key in [key for key in index if key[0] == records._name and key[1] in ids]:
            del index[key]

    @api.model
    def _buffer(self, row):
        """Queue a row; it is chained and written when the transaction is flushed.

        :param dict row: columns; ``changes`` is a dict keyed by field name
        """
        pending = self._pending()
        if not pending:
            self.env.cr.precommit.add(self._write_pending)
        row.update(
            date=fields.Datetime.now(),
            user_id=self.env.uid,
            user_name=self._author_name(),
            origin=self._current_origin(),
        )
        pending.append(row)

    @api.model
    def _author_name(self):
        """Return the user's name, read once in a transaction."""
        names = self.env.cr.precommit.data.setdefault("client_history_authors", {})
        if self.env.uid not in names:
            # sudo: own name; portal users log, too
            partner_sudo = self.env.user.sudo().partner_id
            # this field only: a partner has some two hundred
            partner_sudo.fetch(["name"])
            names[self.env.uid] = partner_sudo.name
        return names[self.env.uid]

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
