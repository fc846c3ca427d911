"""What a model inherits to have its changes in the client's history."""

from odoo import api, fields, models, tools
from odoo.tools import format_amount, html2plaintext

from ..tools.history_text import differs, number_text, readable

# Longest text kept per value: a log, not a backup.
MAX_TEXT = 500
TECHNICAL = frozenset(models.MAGIC_COLUMNS)
# the chatter's own, and tokens: never logged
TECHNICAL_PREFIXES = ("message_", "activity_", "access_token")
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
        """Create the records and log what they begin with, given or by default."""
        if not self._history_is_on():
            return super().create(vals_list)
        creating = self._history_creating()
        creating[self._name] = creating.get(self._name, 0) + 1
        try:
            records = super().create(vals_list)
        finally:
            creating[self._name] -= 1
        clients = records._history_clients()
        own = self._history_fields(dict.fromkeys(self._history_followed()))
        # sudo: see _history_values
        for record_sudo, vals in zip(records.sudo(), vals_list, strict=True):
            client_id = clients.get(record_sudo.id)
            if client_id:
                names = record_sudo._history_fields(vals)
                names += [name for name in own if name not in vals]
                names = record_sudo._history_filled(names, vals)
                record_sudo._history_queue("create", client_id, {}, names)
        return records

    def write(self, vals):
        """Write, and log the fields whose readable value changed."""
        names = self._history_fields(vals) if self._history_is_on() else []
        if not names:
            return super().write(vals)
        clients = self._history_clients()
        logged = self.browse(
            record_id for record_id in self._ids if record_id in clients
        )
        before = logged._history_values_all(names)
        result = super().write(vals)
        logged._history_queue_all(clients, before, names)
        return result

    def _compute_field_value(self, field):
        """Log what Odoo works out for a field that people can write as well."""
        names = self._history_followed().get(field.name)
        if (
            not names
            or not self.pool.ready
            or self._history_creating().get(self._name)
            or not self._history_is_on()
        ):
            return super()._compute_field_value(field)
        clients = self.filtered("id")._history_clients()
        logged = self.browse(
            record_id for record_id in self._ids if record_id in clients
        )
        names = self._history_fields(dict.fromkeys(names))
        before = logged._history_values_all(names)
        result = super()._compute_field_value(field)
        logged._history_queue_all(clients, before, names)
        return result

    def unlink(self):
        """Delete, and log what is gone by its name and what it said at the end."""
        if self._history_is_on():
            clients = self._history_clients()
            # sudo: see _history_values
            for record_sudo in self.sudo():
                if client_id := clients.get(record_sudo.id):
                    last = record_sudo._history_last_values()
                    record_sudo._history_queue("unlink", client_id, last, [], {})
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

    def _history_row_name(self):
        """Return the record's name as of now, as a row keeps it."""
        return (self._history_name() or "")[:MAX_TEXT]

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
            and not name.startswith(TECHNICAL_PREFIXES)
        ]

    @api.model
    @tools.ormcache("self._name")
    def _history_followed(self):
        """Return the fields that get a value without anybody writing it.

        Of the addon's own models: those that are computed, but can be written, and
        those with a default. What only follows from others is not logged.

        :return: ``{field name: names that are computed together with it}``
        :rtype: dict
        """
        if self._original_module != "client_hub":
            return {}
        followed = {}
        for field in self._fields.values():
            if not field.store or field.related or field.name in ("active",):
                continue
            if field.compute and not field.readonly and field.name != "client_id":
                followed[field.name] = [
                    other.name
                    for other in self.pool.field_computed[field]
                    if other.store and not other.readonly
                ]
            elif not field.compute and field.default:
                followed[field.name] = []
        return followed

    @api.model
    def _history_creating(self):
        """Return how deep this transaction is in ``create``, by model."""
        return self.env.cr.precommit.data.setdefault("client_history_creating", {})

    def _history_filled(self, names, vals):
        """Return the names of those fields that have a value.

        Values that nobody gave are only looked for where they are known: reading them
        would cost a query for each kind of record.

        :param list names: of fields
        :param dict vals: what was given
        """
        filled = []
        for name in names:
            if name in vals:
                value = vals[name]
            else:
                value = self._fields[name]._get_cache(self.env).get(self.id)
            if value:
                filled.append(name)
        return filled

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

    def _history_values_all(self, names):
        """Return ``{record id: values}`` as of now, see ``_history_values``.

        Many records mostly have the same few tags or people: each is read once.
        """
        known = {}
        result = {record_id: {} for record_id in self._ids}
        # sudo: see _history_values
        records_sudo = self.sudo()
        for name in names:
            kind = self._fields[name].type
            if kind == "properties":
                for record_sudo in records_sudo:
                    result[record_sudo.id].update(record_sudo._history_properties(name))
            elif kind in ("many2one", "many2many"):
                ids = records_sudo._history_related_ids(name)
                for record_sudo in records_sudo:
                    record_id = record_sudo.id
                    key = (name, ids[record_id])
                    if key not in known:
                        known[key] = record_sudo._history_readable(name)
                    result[record_id][name] = known[key]
            else:
                for record_sudo in records_sudo:
                    result[record_sudo.id][name] = record_sudo._history_readable(name)
        return result

    def _history_related_ids(self, name):
        """Return what a many2one or many2many holds, by record id.

        From the cache where it is there: a recordset for each, without what is
        archived, costs more than all else that the history does at a write.

        :param str name: of the field
        :return: an id, a tuple of ids or None, by record id
        :rtype: dict
        """
        field = self._fields[name]
        cache = {}
        if field.store and not self.env.records_to_compute(field):
            self.fetch([name])
            cache = field._get_cache(self.env)
        result = {
            record_id: cache[record_id] for record_id in self._ids if record_id in cache
        }
        for record in self.browse(set(self._ids) - result.keys()):
            value = record[name]
            result[record.id] = (
                value.id or None if field.type == "many2one" else value._ids
            )
        return result

    def _history_queue_all(self, clients, before, names):
        """Queue what a write changed.

        :param dict clients: client id by record id
        :param dict before: values by record id
        :param list names: of the fields that were written
        """
        after = self._history_values_all(names)
        # sudo: see _history_values
        for record_sudo in self.sudo():
            record_id = record_sudo.id
            texts, new = before[record_id], after[record_id]
            if texts != new or any(differs(texts[k], new[k]) for k in texts):
                record_sudo._history_queue(
                    "write", clients[record_id], texts, names, new
                )

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
            # The reader of this text need not be allowed to see those records: he gets
            # their names when he reads it, see client_history_words.
            ids = value if isinstance(value, list) else [value]
            model = self.env[prop["comodel"]]._description
            text = ", ".join(f"{model} {record_id}" for record_id in ids)
            return readable(text, [prop["comodel"], *ids])
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
        """Return a field's value as a person reads it; '' when empty.

        What reads differently in each language remembers its value.
        """
        field, value = self._fields[name], self[name]
        if field.type == "boolean":
            text = self.env._("Yes") if value else self.env._("No")
            return readable(text, bool(value))
        if field.type in ("integer", "float"):
            text = number_text(value) if field.type == "float" else str(value)
            return readable(text, value)
        if not value and field.type != "monetary":
            return ""
        if field.type == "monetary":
            currency = self[field.get_currency_field(self)]
            text = format_amount(self.env, value, currency) if currency else f"{value}"
            return readable(text, value)
        if field.type == "many2one":
            return readable(value.display_name or "", value.id)
        if field.type == "many2many":
            text = ", ".join(sorted(value.mapped("display_name")))
            return readable(text, sorted(value.ids))
        if field.type == "selection":
            labels = dict(field._description_selection(self.env))
            return readable(labels.get(value, str(value)), value)
        if field.type == "binary":
            return self.env._("(file)")
        if field.type == "html":
            return html2plaintext(value).strip()[:MAX_TEXT]
        if field.type == "date":
            return fields.Date.to_string(value)
        if field.type == "datetime":
            return f"{fields.Datetime.to_string(value)} UTC"
        return str(value)[:MAX_TEXT]

    def _history_queue(self, action, client_id, before, names, after=None):
        """Queue what happened to this record, merging it with what is queued.

        :param dict after: values of ``names``, if they are known
        """
        self.ensure_one()
        if after is None:
            after = self._history_values(names)
        labels = self._history_labels()
        changes = {}
        for name in {**before, **after}:
            old, new = before.get(name, ""), after.get(name, "")
            if differs(old, new):
                # a property's label is in its definition, which can differ
                label = labels.get(name)
                if label is None:
                    label = self._history_label(name)
                    if "." not in name:
                        labels[name] = label
                changes[name] = {"field": name, "label": label, "old": old, "new": new}
        # sudo: the kind decides who may read the row
        own = self.sudo()._history_kind_of()
        parts = {} if action == "write" else {own: {}}
        for name, change in changes.items():
            kind = self._history_field_kind.get(name, own)
            parts.setdefault(kind, {})[name] = change
        for kind, part in parts.items():
            step = action if kind == own else "write"
            self._history_queue_row(step, client_id, kind, part)

    def _history_labels(self):
        """Return the labels of fields that this transaction has asked for."""
        known = self.env.cr.precommit.data.setdefault("client_history_labels", {})
        return known.setdefault((self._name, self.env.lang), {})

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
            "name": record_sudo._history_row_name(),
            "changes": changes,
        }
        History._buffer(row)
        if action == "unlink":
            index.pop(key, None)
        else:
            index[key] = row
