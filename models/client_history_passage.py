"""What the history says when records go, or come to another client."""

from odoo import api, models, tools

from ..tools.history_text import is_filled

# What tells little of a record that goes, and may be long.
LEFT_OUT = frozenset({"binary", "json", "properties", "properties_definition"})


class ClientHistoryMixin(models.AbstractModel):
    """Keeps what a record said at the end, also of those that go along with it.

    So an earlier day can be shown as it was, see ``client_history_as_of``.
    """

    _inherit = "client.history.mixin"

    # Names of the fields that decide which client a record belongs to; hook.
    _history_owner_fields = frozenset({"client_id"})

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    def write(self, vals):
        """Write; tell both clients of records that go from one to the other."""
        if not self._history_may_pass(vals):
            return super().write(vals)
        before = self._history_owners()
        # what follows from the client is worked out anew once it is another one
        texts = self._history_family_texts()
        result = super().write(vals)
        self._history_pass(before, texts)
        return result

    def unlink(self):
        """Delete; what PostgreSQL deletes along with it is told as well."""
        if self._history_is_on():
            self._history_queue_lines()
        mark = len(self.env["client.history"]._pending())
        try:
            return super().unlink()
        except Exception:
            # nothing was deleted: whoever catches this goes on with the records
            del self.env["client.history"]._pending()[mark:]
            raise  # pylint: disable=no-raise-unlink

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    @api.model
    @tools.ormcache("self._name")
    def _history_line_fields(self):
        """Return the logged models that hang on this one.

        :return: ``(model, field, is deleted along, is of the same client)``
        :rtype: tuple
        """
        found = []
        mixin = self.pool["client.history.mixin"]
        for name, model in self.pool.items():
            if not issubclass(model, mixin) or not model._auto or model._abstract:
                continue
            client = model._fields.get("client_id")
            owner = client and client.related and client.related.split(".")[0]
            for field in model._fields.values():
                if (
                    field.type == "many2one"
                    and field.store
                    and field.comodel_name == self._name
                ):
                    goes = field.ondelete == "cascade"
                    if goes or field.name == owner:
                        found.append((name, field.name, goes, field.name == owner))
        return tuple(found)

    def _history_lines(self, *, is_deletion):
        """Return the records that hang on these, by model, as superuser.

        :param bool is_deletion: those that are deleted along, else those that belong
            to the same client
        :rtype: dict
        """
        lines = {}
        for name, field_name, goes, follows in self._history_line_fields():
            if not (goes if is_deletion else follows) or not self.ids:
                continue
            # sudo: PostgreSQL and Odoo take them along whoever may read them
            model_sudo = self.env[name].sudo().with_context(active_test=False)
            found = model_sudo.search([(field_name, "in", self.ids)])
            if name == self._name:
                found -= self
            if not found:
                continue
            lines[name] = lines.get(name, model_sudo) | found
            for other, records in found._history_lines(is_deletion=is_deletion).items():
                lines[other] = lines.get(other, records) | records
        return lines

    def _history_queue_lines(self):
        """Queue the deletion of all that is deleted along with these records."""
        for records in self._history_lines(is_deletion=True).values():
            clients = records._history_clients()
            for record in records:
                if client_id := clients.get(record.id):
                    last = record._history_last_values()
                    record._history_queue("unlink", client_id, last, [], {})

    @api.model
    @tools.ormcache("self._name")
    def _history_last_fields(self):
        """Return the fields that are kept when a record goes, as a tuple.

        Those that not every employee reads are left out.
        """
        names = self._history_fields(dict.fromkeys(self._fields))
        return tuple(
            name
            for name in names
            if (field := self._fields[name]).store
            and field.type not in LEFT_OUT
            and field.groups in (None, "base.group_user")
        )

    def _history_last_values(self):
        """Return ``{field name: readable text}`` of what this record says now."""
        self.ensure_one()
        values = self._history_values(self._history_last_fields())
        return {name: text for name, text in values.items() if is_filled(text)}

    # ------------------------------------------------------------------
    # FROM ONE CLIENT TO ANOTHER
    # ------------------------------------------------------------------

    def _history_family(self):
        """Return these records and those of the same client below; hook.

        :return: records as superuser, by model
        :rtype: dict
        """
        lines = self._history_lines(is_deletion=False)
        # sudo: only whose they are
        return {**lines, self._name: self.sudo()}

    def _history_may_pass(self, vals):
        """Tell whether values may give a record to another client."""
        names = self._history_owner_fields & vals.keys()
        if not names or not self._history_is_on():
            return False
        # sudo: compared with what is going to be written
        return any(
            self._fields[name].convert_to_write(record_sudo[name], record_sudo)
            != (vals[name] or False)
            for record_sudo in self.sudo()
            for name in names
        )

    def _history_family_texts(self):
        """Return what these records and those below say, ``{model: {id: values}}``."""
        return {
            name: records._history_values_all(records._history_last_fields())
            for name, records in self._history_family().items()
        }

    def _history_owners(self):
        """Return the client of each of these records and of those below.

        :return: ``{model: {record id: client id, None for no client}}``
        :rtype: dict
        """
        owners = {}
        for name, records in self._history_family().items():
            owners[name] = dict.fromkeys(records.ids) | records._history_clients()
        return owners

    @api.model
    def _history_pass(self, before, texts=None):
        """Tell the old and the new client of the records that went over.

        :param dict before: what ``_history_owners`` said
        :param dict texts: what ``_history_family_texts`` said before, if it can have
            changed
        """
        for name, owners in before.items():
            # sudo: the history names what the change touched, whoever made it
            records = self.env[name].sudo().browse(owners).exists()
            now = records._history_clients()
            for record in records:
                old, new = owners[record.id], now.get(record.id)
                if old == new:
                    continue
                last = record._history_last_values()
                then = (texts or {}).get(name, {}).get(record.id, {})
                record._history_forget_queued()
                if old:
                    # the access of a contact is no field of it
                    gone = {**last, **then}
                    gone = {key: text for key, text in gone.items() if is_filled(text)}
                    record._history_queue("leave", old, gone, [], {})
                if new:
                    record._history_queue("arrive", new, {}, [], last)
                record._history_forget_queued()

    def _history_forget_queued(self):
        """Let what comes next stand in a row of its own."""
        index = self.env["client.history"]._pending_index()
        for key in [key for key in index if key[:2] == (self._name, self.id)]:
            del index[key]
