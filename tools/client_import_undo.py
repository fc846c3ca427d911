"""Takes back what an import of clients has written."""

from collections import defaultdict

import psycopg2

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from .client_import_operation import snapshot
from .client_import_plan import sentence

BATCH = 500
REFUSALS = (UserError, AccessError, psycopg2.IntegrityError)
# What was made last goes first. A contract takes its lines and entries with it.
ORDER = (
    "client.contract.entry",
    "client.contract.line",
    "client.contract",
    "res.partner",
)
# Tables whose rows follow the record and are no use of it.
FOLLOWERS = {
    "client_import_line",
    "mail_followers",
    "client_contract_line",
    "client_contract_entry",
}
# These tables hold what the import itself wrote on its records, or what follows from
# documents that count themselves.
OWN_RELATIONS = {
    "res_partner_client_bought_rel",
    "res_partner_res_partner_category_rel",
    "res_partner_client_assistant_rel",
    "res_partner_client_role_rel",
    "account_tax_client_contract_line_rel",
}
LIVE = ("approved", "running", "suspended")


def _as_undo(records):
    """Return records writable by an undo: entries only change with a reason else."""
    return records._as_system() if hasattr(records, "_as_system") else records


class ClientImportUndo:
    """Deletes what the import created and puts back what it changed.

    What somebody used or changed since stays, and says why. The caller rolls back for
    a trial: it finds what the undo would find.
    """

    def __init__(self, env, lines):
        """Prepare.

        :param env: environment of the user who takes back
        :param lines: client.import.line with what was written, as superuser
        """
        self.env = env
        self.lines = lines
        self.results = []  # (line or None, level, message)
        self.models_by_table = self._map_tables()

    def apply(self, words):
        """Take everything back.

        :param list words: [model, id] of the tags, sectors and roles that were made
        """
        changed = [line for line in self.lines if line.changes]
        for line in sorted(changed, key=lambda line: -line.id):
            self._restore(line)
        made = self.lines.filtered("is_created")
        for model in ORDER:
            lines = made.filtered(lambda line, m=model: line.res_model == m)
            if model == "res.partner":
                clients = lines.filtered(lambda line: line.sheet == "Clients")
                self._remove(model, lines - clients)
                self._remove(model, clients)
            elif lines:
                self._remove(model, lines)
        self._remove_words(words)

    # ------------------------------------------------------------------
    # PUT BACK
    # ------------------------------------------------------------------

    def _restore(self, line):
        """Put back the values that nobody changed since."""
        level, texts = "kept", []
        for model, res_id, kept in line.changes:
            record = self.env[model].browse(res_id).exists()
            if not record:
                texts.append(self.env._("It was deleted since."))
                continue
            try:
                with self.env.cr.savepoint():
                    done, sentences = self._restore_record(record, kept)
            except REFUSALS as error:
                done, sentences = False, [self._refusal(error)]
            level = "restored" if done else level
            texts += sentences
        if texts:
            self.results.append((line, level, "\n".join(texts)))

    def _restore_record(self, record, kept):
        """Put a record's values back.

        :param dict kept: ``{field: [before, after]}``
        :return: whether anything was put back, and sentences
        """
        now = snapshot(record, kept)
        vals, stays = {}, []
        for name, (before, after) in kept.items():
            label = record._fields[name]._description_string(self.env)
            if now[name] == before:
                continue
            # the life cycle of a contract goes forward only
            is_state = name == "state"
            if now[name] != after or is_state:
                stays.append(
                    self.env._("%s stays.", label)
                    if is_state
                    else self.env._("%s was changed since: it stays.", label)
                )
            else:
                vals[name] = self._to_write(record, name, before)
        old = {name: record._history_readable(name) for name in vals}
        if vals:
            _as_undo(record).write(vals)
        empty = self.env._("empty")
        texts = []
        for name in vals:
            if name in ("decision_user_id", "decision_date", "date_activated"):
                continue
            label = record._fields[name]._description_string(self.env)
            new = record._history_readable(name)
            texts.append(f"{label}: {old[name] or empty} → {new or empty}")
        return bool(vals), texts + stays

    def _to_write(self, record, name, value):
        """Return a kept value as ``write`` takes it; what is gone stays away."""
        field = record._fields[name]
        if field.type == "many2many":
            found = self.env[field.comodel_name].browse(value).exists()
            return [Command.set(found.ids)]
        if field.type == "many2one" and value:
            return self.env[field.comodel_name].browse(value).exists().id
        return value

    # ------------------------------------------------------------------
    # REMOVE
    # ------------------------------------------------------------------

    def _remove(self, model, lines):
        """Delete the records of lines that nobody used since; archive the others."""
        line_of = {line.res_id: line for line in lines}
        records = self.env[model].browse(line_of).exists()
        for res_id in line_of.keys() - set(records.ids):
            text = self.env._("It was deleted since.")
            self.results.append((line_of[res_id], "kept", text))
        if not records:
            return
        reasons = self._find_uses(records)
        for record in records.browse(reasons):
            self._keep(line_of[record.id], record, reasons[record.id])
        free = [record.id for record in records if record.id not in reasons]
        for start in range(0, len(free), BATCH):
            self._try_remove(records.browse(free[start : start + BATCH]), line_of)

    def _try_remove(self, records, line_of):
        """Delete records; if it fails, halve them until the guilty are alone."""
        lines = [line_of[res_id] for res_id in records.ids]
        try:
            with self.env.cr.savepoint():
                if records._name == "client.contract":
                    # by the database alone, they would be computed once more
                    records._drop_schedule()
                    records.line_ids.unlink()
                _as_undo(records).unlink()
        except REFUSALS as error:
            if len(records) == 1:
                self._keep(lines[0], records, self._refusal(error))
                return
            middle = len(records) // 2
            self._try_remove(records[:middle], line_of)
            self._try_remove(records[middle:], line_of)
            return
        self.results += [(line, "removed", "") for line in lines]

    def _keep(self, line, record, reason):
        """Archive what can't be deleted, or leave it when that can't be either."""
        level = "kept"
        if "active" in record._fields and record.active and not self._is_live(record):
            try:
                with self.env.cr.savepoint():
                    record.action_archive()
                level = "archived"
            except REFUSALS as error:
                reason = f"{reason}\n{self._refusal(error)}"
        self.results.append((line, level, reason))

    def _is_live(self, record):
        """Tell whether a client has contracts that go on being billed."""
        # sudo: contracts of other companies count as well
        contracts_sudo = self.env["client.contract"].sudo()
        domain = [("client_id", "=", record.id), ("state", "in", LIVE)]
        return bool(contracts_sudo.search_count(domain, limit=1))

    def _refusal(self, error):
        if isinstance(error, psycopg2.Error):
            return self.env._("It is used elsewhere.")
        return sentence(error)

    def _remove_words(self, words):
        """Delete the tags, sectors and roles that nothing has any more."""
        by_model = defaultdict(list)
        for model, res_id in words:
            by_model[model].append(res_id)
        for model, ids in by_model.items():
            # sudo: the import made them as superuser, see ClientImportLookup
            records = self.env[model].sudo().browse(ids).exists()
            used = self._find_references(records)
            for record in records:
                if record.id in used:
                    text = self.env._("%s is used elsewhere.", record.display_name)
                    self.results.append((None, "kept", text))
            records.filtered(lambda record, used=used: record.id not in used).unlink()

    # ------------------------------------------------------------------
    # USES
    # ------------------------------------------------------------------

    def _find_uses(self, records):
        """Return ``{id: sentence}`` of the records that somebody used or changed."""
        reasons = {}
        for res_id, names in self._find_references(records).items():
            reasons[res_id] = self.env._(
                "It was used since, in: %s.", ", ".join(sorted(names))
            )
        for res_id, user in self._find_changes(records).items():
            text = self.env._("It was changed since, by %s.", user)
            reasons[res_id] = (
                f"{reasons[res_id]}\n{text}" if res_id in reasons else text
            )
        return reasons

    def _find_changes(self, records):
        """Return ``{id: user's name}`` of the records that people changed since.

        What the import made has no older rows than its own.
        """
        self.env["client.history"]._write_pending()
        ids = {records._name: records.ids}
        if records._name == "client.contract":
            lines = records.line_ids
            ids |= {lines._name: lines.ids, "client.contract.entry": []}
        changed = {}
        for model, model_ids in ids.items():
            # SQL: rows of thousands of records, none of which is needed itself
            rows = self.env.execute_query(
                SQL(
                    """
                    SELECT res_id, MAX(user_name) FROM client_history
                     WHERE model = %s AND res_id = ANY(%s) AND action = 'write'
                       AND origin NOT IN ('import', 'cron')
                     GROUP BY res_id
                    """,
                    model,
                    list(model_ids),
                )
            )
            for res_id, user in rows:
                if model == "client.contract.line":
                    res_id = self.env[model].browse(res_id).contract_id.id
                changed[res_id] = user
        return changed

    def _find_references(self, records):
        """Return ``{id: {what points at it}}``, by the database's own references."""
        self.env.flush_all()
        found = defaultdict(set)
        targets = {records._table: {res_id: res_id for res_id in records.ids}}
        if records._name == "client.contract":
            # what points at its lines and entries uses the contract
            for field in ("line_ids", "entry_ids"):
                children = records.sudo()[field]  # sudo: only what points at them
                targets[children._table] = {c.id: c.contract_id.id for c in children}
        for table, owner_of in targets.items():
            for source, column in self._foreign_keys(table):
                for res_id in self._pointed_at(source, column, list(owner_of)):
                    found[owner_of[res_id]].add(self._table_label(source))
        for res_id, name in self._find_talk(records):
            found[res_id].add(name)
        return found

    def _foreign_keys(self, table):
        """Return [(table, column)] that refer to a table and mean a use of it."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT source.relname, col.attname
                  FROM pg_constraint AS con
                  JOIN pg_class AS source ON source.oid = con.conrelid
                  JOIN pg_attribute AS col
                    ON col.attrelid = con.conrelid AND col.attnum = con.conkey[1]
                 WHERE con.contype = 'f' AND con.confrelid = %s::regclass
                """,
                table,
            )
        )
        return [
            (source, column)
            for source, column in rows
            if source not in FOLLOWERS | OWN_RELATIONS
            and not self._is_transient(source)
            and (source, column) != ("res_partner", "commercial_partner_id")
        ]

    def _is_transient(self, table):
        """Tell whether a table belongs to a dialog, whose records go by themselves."""
        model = self.env.registry.get(self.models_by_table.get(table))
        return bool(model and model._transient)

    def _pointed_at(self, table, column, ids):
        """Return those of ``ids`` that a column refers to."""
        not_itself = SQL()
        if table == "res_partner" and column == "parent_id":
            not_itself = SQL("AND id <> parent_id")
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT %(column)s FROM %(table)s"
                " WHERE %(column)s = ANY(%(ids)s) %(more)s",
                column=SQL.identifier(column),
                table=SQL.identifier(table),
                ids=ids,
                more=not_itself,
            )
        )
        return [res_id for (res_id,) in rows]

    def _find_talk(self, records):
        """Return [(id, what)] of records that people wrote, filed or planned at."""
        for table, model_column, condition, label in (
            (
                "mail_message",
                "model",
                SQL("AND message_type IN ('comment', 'email', 'email_outgoing')"),
                self.env._("messages"),
            ),
            (
                "ir_attachment",
                "res_model",
                SQL("AND res_field IS NULL"),
                self.env._("files"),
            ),
            ("mail_activity", "res_model", SQL(), self.env._("activities")),
        ):
            rows = self.env.execute_query(
                SQL(
                    "SELECT DISTINCT res_id FROM %s"
                    " WHERE %s = %s AND res_id = ANY(%s) %s",
                    SQL.identifier(table),
                    SQL.identifier(model_column),
                    records._name,
                    records.ids,
                    condition,
                )
            )
            for (res_id,) in rows:
                yield res_id, label

    def _table_label(self, table):
        """Return what a person calls the records of a table."""
        name = self.models_by_table.get(table)
        return self.env["ir.model"]._get(name).name if name else table

    def _map_tables(self):
        """Return ``{table: model}``, for the tables of many2many fields as well."""
        registry = self.env.registry
        tables = {}
        for name, model in registry.items():
            if not model._abstract:
                tables.setdefault(model._table, name)
        for name, model in registry.items():
            if name in ORDER:
                # the other side says what it is about
                continue
            for field in model._fields.values():
                if field.type == "many2many" and field.store and field.relation:
                    tables.setdefault(field.relation, name)
        return tables
