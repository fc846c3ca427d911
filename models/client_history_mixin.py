"""What a model inherits to have its changes in the client's history."""

from odoo import api, fields, models, tools
from odoo.tools import format_amount, html2plaintext

# Longest text kept per value: a log, not a backup.
MAX_TEXT = 500
TECHNICAL = frozenset(models.MAGIC_COLUMNS)
# Value of the context key client_history_disable that switches the log off.
HISTORY_OFF = object()


class ClientHistoryMixin(models.AbstractModel):
    """Feeds :class:`ClientHistory` from create, write and unlink.

    A row is queued per record and merged with later changes of the same record in the
    same transaction, then written in one batch when the transaction is flushed.
    """

    _name = "client.history.mixin"
    _description = "Logged in the client history"

    # Kind of the rows, a key of client_history.KINDS; hook.
    _history_kind = "other"
    # Names of fields that are not logged; say why beside each; hook. Each class that
    # extends a model names its own, see _all_history_exclude().
    _history_exclude = frozenset()
    # {field name: kind} of fields that get a row of their own, because not everyone
    # who reads rows of the record's kind may read them; hook.
    _history_field_kind = {}

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Create the records and log them with the values that were given."""
        records = super().create(vals_list)
        if self._history_is_on():
            clients = records._history_clients()
            for record, vals in zip(records, vals_list, strict=True):
                client_id = clients.get(record.id)
                if client_id:
                    names = record._history_fields(vals)
                    record._history_queue("create", client_id, {}, names)
        return records

    def write(self, vals):
        """Write, and log the fields whose readable value changed."""
        names = self._history_fields(vals) if self._history_is_on() else []
        if not names:
            return super().write(vals)
        clients = self._history_clients()
        logged = self.filtered(lambda record: clients.get(record.id))
        before = {record.id: record._history_values(names) for record in logged}
        result = super().write(vals)
        for record in logged:
            record._history_queue("write", clients[record.id], before[record.id], names)
        return result

    def unlink(self):
        """Delete, and log what is gone by its name."""
        if self._history_is_on():
            clients = self._history_clients()
            for record in self:
                if clients.get(record.id):
                    record._history_queue("unlink", clients[record.id], {}, [])
        return super().unlink()

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _history_is_on(self):
        # For the benchmark of what the history costs. An object, since a context that
        # comes by RPC can't hold it: nobody switches his own traces off.
        return self.env.context.get("client_history_disable") is not HISTORY_OFF

    def _history_client(self):
        """Return the ``res.partner`` that the record belongs to; hook."""
        return self["client_id"]

    def _history_clients(self):
        """Return ``{record id: client id}``; records without a client are left out."""
        # sudo: only ids are taken; the caller's right to the record is checked by
        # the create, write or unlink that asks
        return {
            record.id: client.id
            for record in self.sudo()
            if (client := record._history_client())
        }

    def _history_kind_of(self):
        """Return the kind of this record's rows; hook."""
        return self._history_kind

    def _history_name(self):
        """Return the record's name as of now; hook."""
        return self.display_name

    @api.model
    def _history_fields(self, vals):
        """Return the names among ``vals`` that are logged."""
        excluded = self._all_history_exclude()
        return [
            name
            for name in vals
            if name not in TECHNICAL
            and name not in excluded
            and (field := self._fields.get(name))
            and field.type not in ("one2many", "many2one_reference")
            and (field.store or field.inverse)
            and not name.startswith(("message_", "activity_", "access_token"))
        ]

    @api.model
    @tools.ormcache("self._name")
    def _all_history_exclude(self):
        """Return what is not logged by all the classes that make up this model."""
        return frozenset().union(
            *(vars(cls).get("_history_exclude", ()) for cls in type(self).__mro__)
        )

    def _history_values(self, names):
        """Return ``{name: readable text}`` of this record's fields.

        Properties count one by one, as ``field.property``.
        """
        # sudo: the log names what the change touched, whoever made it; only people
        # allowed to see the client's history read it
        record = self.sudo()
        values = {}
        for name in names:
            if self._fields[name].type == "properties":
                values.update(record._history_properties(name))
            else:
                values[name] = record._history_readable(name)
        return values

    def _history_properties(self, name):
        """Return ``{field.property: readable text}`` of those that have a value."""
        properties = self._fields[name].convert_to_read(
            self[name], self, use_display_name=False
        )
        texts = {
            f"{name}.{prop['name']}": self._property_text(prop)
            for prop in properties or []
            if prop["type"] != "separator"
        }
        return {key: text for key, text in texts.items() if text}

    def _property_text(self, prop):
        """Return a property's value as a person reads it; '' when empty.

        :param dict prop: its definition with ``value``, names of records left out
        """
        value, kind = prop.get("value"), prop["type"]
        if not value or kind == "separator":
            return ""
        if kind == "boolean":
            return self.env._("Yes")
        if kind == "selection":
            return dict(prop.get("selection") or []).get(value, "")
        if kind == "tags":
            labels = {tag[0]: tag[1] for tag in prop.get("tags") or []}
            return ", ".join(labels[key] for key in value if key in labels)
        if kind in ("many2one", "many2many"):
            # The reader of this text need not be allowed to see those records: their
            # names are left to fields that the wall looks after.
            ids = value if isinstance(value, list) else [value]
            model = self.env[prop["comodel"]]._description
            return ", ".join(f"{model} {record_id}" for record_id in ids)
        if kind == "html":
            return html2plaintext(value).strip()[:MAX_TEXT]
        return str(value)[:MAX_TEXT]

    def _history_label(self, name):
        """Return the label of a field, or of a property as ``field.property``."""
        name, _sep, property_name = name.partition(".")
        if property_name:
            properties = self._fields[name]._get_properties_definition(self.sudo())
            for prop in properties or []:
                if prop["name"] == property_name:
                    return prop.get("string") or ""
        return self._fields[name]._description_string(self.env)

    def _history_readable(self, name):
        """Return a field's value as a person reads it; '' when empty."""
        field, value = self._fields[name], self[name]
        if field.type == "boolean":
            return self.env._("Yes") if value else self.env._("No")
        if field.type in ("integer", "float"):
            return f"{value:g}" if field.type == "float" else str(value)
        if not value and field.type != "monetary":
            return ""
        if field.type == "monetary":
            currency = self[field.get_currency_field(self)]
            return format_amount(self.env, value, currency) if currency else f"{value}"
        if field.type == "many2one":
            return value.display_name or ""
        if field.type == "many2many":
            return ", ".join(sorted(value.mapped("display_name")))
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, str(value))
        if field.type == "binary":
            return self.env._("(file)")
        if field.type == "html":
            return html2plaintext(value).strip()[:MAX_TEXT]
        if field.type == "date":
            return fields.Date.to_string(value)
        if field.type == "datetime":
            return f"{fields.Datetime.to_string(value)} UTC"
        return str(value)[:MAX_TEXT]

    def _history_queue(self, action, client_id, before, names):
        """Queue what happened to this record, merging it with what is queued."""
        self.ensure_one()
        after = self._history_values(names)
        changes = {
            name: {
                "field": name,
                "label": self._history_label(name),
                "old": before.get(name, ""),
                "new": after.get(name, ""),
            }
            for name in {**before, **after}
            if before.get(name, "") != after.get(name, "")
        }
        # sudo: the kind decides who may read the row
        own = self.sudo()._history_kind_of()
        parts = {} if action == "write" else {own: {}}
        for name, change in changes.items():
            kind = self._history_field_kind.get(name, own)
            parts.setdefault(kind, {})[name] = change
        for kind, part in parts.items():
            step = action if kind == own else "write"
            self._history_queue_row(step, client_id, kind, part)

    def _history_queue_row(self, action, client_id, kind, changes):
        """Queue one row, or add the changes to the one that is queued."""
        History = self.env["client.history"]
        index = History._pending_index()
        key = (self._name, self.id, self.env.uid, kind)
        if action == "write" and key in index:
            for name, change in changes.items():
                known = index[key]["changes"].setdefault(name, change)
                known["new"] = change["new"]
            return
        # sudo: the name is kept for those who may read the client's history
        record_sudo = self.sudo()
        company = "company_id" in self._fields and record_sudo["company_id"].id
        row = {
            "client_id": client_id,
            "company_id": company or None,
            "kind": kind,
            "action": action,
            "model": self._name,
            "res_id": self.id,
            "name": (record_sudo._history_name() or "")[:MAX_TEXT],
            "changes": changes,
        }
        History._buffer(row)
        if action == "unlink":
            index.pop(key, None)
        else:
            index[key] = row
