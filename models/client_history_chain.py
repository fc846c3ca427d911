"""How the rows of a transaction are chained, sealed and written."""

import contextlib
import io
import json
import os
import re
import secrets
from operator import itemgetter
from pathlib import Path

import psycopg2.extensions

from odoo import api, models
from odoo.tools import SQL, config

from ..tools import history_chain as chain
from ..tools.history_text import differs, with_raw

INSERT_COLUMNS = (
    "client_id",
    *chain.FRAME,
    *chain.CONTENT,
    "previous_hash",
    "hash",
    "version",
)
COLUMNS = (*chain.FRAME, *chain.CONTENT)
INSERTED = itemgetter(*INSERT_COLUMNS)
# Where people's own words stand; the rest are keys, numbers and hashes.
FREE_TEXTS = [INSERT_COLUMNS.index(name) for name in chain.CONTENT]
KEY_FILE = "client_history.key"
# What has a meaning of its own in a line of COPY.
COPY_ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})
COPY_SPECIAL = re.compile(r"[\\\t\n\r]")


def _copy_line(row):
    """Return a row as COPY reads it.

    :param tuple row: values in the order of ``INSERT_COLUMNS``
    :rtype: str
    """
    texts = [r"\N" if value is None else str(value) for value in row]
    for place in FREE_TEXTS:
        if row[place] and COPY_SPECIAL.search(row[place]):
            texts[place] = row[place].translate(COPY_ESCAPES)
    return "\t".join(texts)


class ClientHistory(models.Model):
    """Writes what was queued, in one batch, when the transaction is flushed."""

    _inherit = "client.history"

    @api.model
    def _write_pending(self):
        """Chain the queued rows to each client's last one and insert them.

        The chain's end is locked per client, in the order of ids so that two
        transactions can't block each other; writers of different clients never wait.
        """
        rows = [row for row in self._pending() if self._is_worth_a_row(row)]
        self._pending().clear()
        self._pending_index().clear()
        if not rows:
            return
        self._name_new_documents(rows)
        # a merge moves the rows before it
        rows.sort(key=lambda row: row["action"] == "merge")
        merged = {row["res_id"] for row in rows if row["action"] == "merge"}
        heads = self._lock_heads({row["client_id"] for row in rows} | merged)
        self._find_beginnings(heads, rows)
        values, dumped = [], {}
        for row in rows:
            head = heads[row["client_id"]]
            self._chain_row(row, head, dumped)
            values.append(INSERTED(row))
        for row in rows:
            if row["action"] == "merge":
                self._move_heads(heads, row["res_id"], row["client_id"])
        self._hand_seals([head for head in heads.values() if head["is_sealed"]])
        self._insert(values)
        self.invalidate_model(flush=False)
        self.env["client.history.head"].invalidate_model(flush=False)

    @api.model
    def _is_worth_a_row(self, row):
        """Tell whether a queued row still says something (A → B → A says nothing)."""
        if row["action"] != "write":
            return True
        row["changes"] = {
            name: change
            for name, change in row["changes"].items()
            if differs(change["old"], change["new"])
        }
        return bool(row["changes"])

    @api.model
    def _name_new_documents(self, rows):
        """Give documents made in this transaction the names they have at its end.

        As they were made they had neither number nor amount.

        :param list rows: columns of the queued rows, see ``_buffer``
        """
        new = {}
        for row in rows:
            if row["action"] == "create":
                new.setdefault(row["model"], {})[row["res_id"]] = row
        for model, rows_of in new.items():
            if not hasattr(self.env[model], "_history_document_fields"):
                continue
            # sudo: the name is kept for those who may read the client's history
            for document_sudo in self.env[model].sudo().browse(rows_of).exists():
                rows_of[document_sudo.id]["name"] = document_sudo._history_row_name()

    @api.model
    def _chain_row(self, row, head, dumped):
        """Complete a queued row as the next one of its chain.

        :param dict row: columns, see ``_buffer``
        :param dict head: the end of the chain; moved on
        :param dict dumped: what was dumped for other rows of the batch
        """
        for column in COLUMNS:
            row[column] = row.get(column) or None
        row["chain_id"], row["client_id"] = head["chain_id"], head["client_id"]
        row["sequence"] = head["sequence"] + 1
        row["nonce"], row["version"] = chain.make_nonce(), chain.VERSION
        row["changes"] = self._dump_changes(row["changes"] or {}, dumped)
        row["content_hash"] = chain.content_hash_of(row, row["changes"])
        row["previous_hash"] = head["hash"]
        row["hash"] = chain.row_hash(row, head["hash"])
        head["sequence"], head["hash"] = row["sequence"], row["hash"]

    @api.model
    def _dump_changes(self, changes, dumped):
        """Return changes as they are stored.

        Many records that are changed together share the very same texts.

        :param dict changes: dicts with field, label, old, new
        :param dict dumped: by the texts, which stay alive in the rows of the batch
        :rtype: str
        """
        key = []
        for change in changes.values():
            key += change
            key += map(id, change.values())
        key = tuple(key)
        if key not in dumped:
            dumped[key] = chain.dump_changes([*map(with_raw, changes.values())])
        return dumped[key]

    @api.model
    def _lock_heads(self, client_ids):
        """Lock the ends of the clients' chains.

        :param set client_ids: also those that go into another one
        :return: ``{chain id: head}``; ``is_sealed`` tells whether its seal is good
        :rtype: dict
        """
        heads = self._select_heads(client_ids)
        if missing := sorted(client_ids - heads.keys()):
            # SQL: creates and waits in one step, also when two begin the same chain
            self.env.cr.execute(
                SQL(
                    """
                    INSERT INTO client_history_head (chain_id, client_id, sequence)
                         SELECT id, id, 0 FROM UNNEST(%s) AS id
                    ON CONFLICT (chain_id) DO NOTHING
                    """,
                    missing,
                )
            )
            heads.update(self._select_heads(set(missing)))
        return heads

    @api.model
    def _find_beginnings(self, heads, rows):
        """Tell for new chains whether they begin with the client.

        A client of old whose chain begins now has lost what was before: such a chain
        is never sealed, and the check says so.

        :param dict heads: see ``_lock_heads``
        :param list rows: what is going to be written
        """
        new = {
            head["chain_id"]: head
            for head in heads.values()
            if not head["sequence"] and not head["seal"]
        }
        if not new:
            return
        # SQL: the time of the transaction, and partners of any kind
        self.env.cr.execute(
            SQL(
                "SELECT id FROM res_partner WHERE id = ANY(%s) AND create_date < %s",
                list(new),
                self.env.cr.now(),
            )
        )
        known = {partner_id for (partner_id,) in self.env.cr.fetchall()}
        for row in rows:
            if row["model"] == "res.partner" and "is_client" in row["changes"]:
                known.discard(row["res_id"])
        for chain_id, head in new.items():
            head["is_sealed"] = chain_id not in known

    @api.model
    def _select_heads(self, client_ids):
        # SQL: a lock in the order of ids has no equivalent in the ORM
        self.env.cr.execute(
            SQL(
                """
                SELECT chain_id, client_id, sequence, COALESCE(hash, '') AS hash,
                       seal, seal_key
                  FROM client_history_head
                 WHERE chain_id = ANY(%(ids)s) OR client_id = ANY(%(ids)s)
              ORDER BY chain_id FOR UPDATE
                """,
                ids=list(client_ids),
            )
        )
        heads = {head["chain_id"]: head for head in self.env.cr.dictfetchall()}
        key = self._get_seal_key() if heads else b""
        for head in heads.values():
            head["is_sealed"] = head["seal"] == self._make_seal(key, head)
        return heads

    @api.model
    def _insert(self, values):
        # COPY: rows get in several times faster than by INSERT, which spends its time
        # on quoting and parsing; create() is closed to everybody
        lines = map(_copy_line, values)
        # COPY knows no asynchronous connections: those of the bus have such a callback
        callback = psycopg2.extensions.get_wait_callback()
        psycopg2.extensions.set_wait_callback(None)
        try:
            self.env.cr.copy_from(
                io.StringIO("\n".join(lines)),
                table=self._table,
                columns=INSERT_COLUMNS,
            )
        finally:
            psycopg2.extensions.set_wait_callback(callback)

    @api.model
    def _move_heads(self, heads, old_id, new_id):
        """Follow what PostgreSQL does with the chains of a merged client."""
        for head in heads.values():
            if head["client_id"] == old_id:
                head["client_id"] = new_id

    # ------------------------------------------------------------------
    # SEAL
    # ------------------------------------------------------------------

    @api.model
    def _get_seal_key(self):
        """Return the key of this database's seals; it lies beside its files.

        It goes where the files go: a backup with files, or a duplicate, has it.

        :rtype: bytes
        """
        path = Path(config.filestore(self.env.cr.dbname)) / KEY_FILE
        with contextlib.suppress(FileNotFoundError):
            return path.read_bytes()
        path.parent.mkdir(parents=True, exist_ok=True)
        # whole or not at all, also when two processes begin at once
        draft = path.with_suffix(f".{secrets.token_hex(8)}")
        draft.touch(mode=0o600)
        draft.write_bytes(secrets.token_bytes(32))
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
        return path.read_bytes()

    @api.model
    def _make_seal(self, key, head):
        return chain.seal(
            key,
            head["chain_id"],
            head["client_id"],
            head["sequence"],
            head["hash"],
        )

    @api.model
    def _hand_seals(self, heads):
        """Give PostgreSQL the seals of ends that are good, for when it moves them.

        A broken one stays broken, for the check.
        """
        key = self._get_seal_key() if heads else b""
        seals = {head["chain_id"]: self._make_seal(key, head) for head in heads}
        # for this transaction only
        self.env.cr.execute(
            SQL(
                "SELECT set_config('client_history.seals', %s, TRUE),"
                " set_config('client_history.seal_key', %s, TRUE)",
                json.dumps(seals),
                chain.key_name(key),
            )
        )

    @api.model
    def _store_seals(self, heads):
        """Seal ends that are good; a broken one stays broken, for the check."""
        if heads:
            key = self._get_seal_key()
            name = chain.key_name(key)
            self.env.cr.execute_values(
                """
                UPDATE client_history_head AS head
                   SET seal = new.seal, seal_key = new.seal_key
                  FROM (VALUES %s) AS new (chain_id, seal, seal_key)
                 WHERE head.chain_id = new.chain_id
                """,
                [
                    (head["chain_id"], self._make_seal(key, head), name)
                    for head in heads
                ],
            )
