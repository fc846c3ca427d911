"""What has happened since a moment, read from the rows of a history."""

from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL

from ..tools import as_of

# Field of a merge's row, see wizard/base_partner_merge_history.py
MOVED = "moved_along"


class ClientHistory(models.Model):
    """Lets PostgreSQL find, of each field, the one row that counts.

    All of it is read past the rules of rows: of records that the reader may read, or
    whose end he may read, see ``_as_of``. A row of another company, say, counts as
    well, or the record would show what it never said.
    """

    _inherit = "client.history"

    @api.model
    def _as_of_firsts(self, client, moment, names_of):
        """Return what the first change since found, ``{(model, id): {field: Change}}``.

        :param dict names_of: fields by model
        """
        # SQL: one row per field of a record, however many there are
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (entry.model, entry.res_id, part ->> 'field')
                       entry.model, entry.res_id, part ->> 'field', entry.id,
                       part ->> 'old', part -> 'raw' -> 0
                  FROM client_history AS entry,
                       LATERAL jsonb_array_elements(entry.changes) AS part
                 WHERE entry.client_id = %s AND entry.date >= %s
                   AND entry.model = ANY(%s) AND part ->> 'field' = ANY(%s)
              ORDER BY entry.model, entry.res_id, part ->> 'field', entry.id
                """,
                client.id,
                moment,
                list(names_of),
                self._as_of_all_names(names_of),
            )
        )
        return self._as_of_changes(rows)

    @api.model
    def _as_of_lasts(self, client, moment, names_of, keys):
        """Return what the last change before left, of some records.

        :param list keys: ``(model, id)`` of the records
        :return: ``{(model, id): {field: Change}}``, and the keys whose beginning is
            told
        :rtype: tuple
        """
        if not keys:
            return {}, set()
        wanted = SQL(
            "(SELECT * FROM UNNEST(%s, %s) AS key (model, res_id))",
            [name for name, _id in keys],
            [record_id for _name, record_id in keys],
        )
        # SQL: as above
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (entry.model, entry.res_id, part ->> 'field')
                       entry.model, entry.res_id, part ->> 'field', entry.id,
                       part ->> 'new', part -> 'raw' -> 1
                  FROM %s AS key
                  JOIN client_history AS entry USING (model, res_id),
                       LATERAL jsonb_array_elements(entry.changes) AS part
                 WHERE entry.client_id = %s AND entry.date < %s
                   AND part ->> 'field' = ANY(%s)
              ORDER BY entry.model, entry.res_id, part ->> 'field', entry.id DESC
                """,
                wanted,
                client.id,
                moment,
                self._as_of_all_names(names_of),
            )
        )
        told = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT entry.model, entry.res_id
                  FROM %s AS key JOIN client_history AS entry USING (model, res_id)
                 WHERE entry.client_id = %s AND entry.date < %s
                   AND entry.action IN ('create', 'arrive')
                   AND entry.erased IS NOT TRUE
                """,
                wanted,
                client.id,
                moment,
            )
        )
        return self._as_of_changes(rows), set(told)

    @api.model
    @api.private
    def _as_of_called(self, partner_ids, moment):
        """Return what contacts of other clients were called, ``{id: Value}``.

        :param partner_ids: of ``res.partner``; those that the reader may not read, or
            of whose end he may not read, are left out
        """
        partners = self.env["res.partner"].browse(sorted(partner_ids))
        there = partners.exists()
        names = {
            partner.id: partner.name or "" for partner in there._filtered_access("read")
        }
        if gone := partners - there:
            ends = self.search(
                [
                    ("model", "=", "res.partner"),
                    ("res_id", "in", gone.ids),
                    ("action", "=", "unlink"),
                ]
            )
            names.update(dict.fromkeys(ends.mapped("res_id"), ""))
        if not names:
            return {}
        # SQL: as above, in whichever history they were renamed
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (entry.res_id) entry.res_id, part ->> 'old'
                  FROM client_history AS entry,
                       LATERAL jsonb_array_elements(entry.changes) AS part
                 WHERE entry.model = 'res.partner' AND entry.res_id = ANY(%s)
                   AND entry.date >= %s AND part ->> 'field' = 'name'
                   AND entry.action NOT IN ('create', 'arrive')
              ORDER BY entry.res_id, entry.id
                """,
                list(names),
                moment,
            )
        )
        called = dict(rows)
        return {
            partner_id: as_of.Value(called.get(partner_id) or name)
            for partner_id, name in names.items()
        }

    @api.model
    def _as_of_all_names(self, names_of):
        return sorted({name for names in names_of.values() for name in names})

    @api.model
    def _as_of_changes(self, rows):
        found = defaultdict(dict)
        for name, record_id, field, place, text, raw in rows:
            value = as_of.Value(text or "", raw)
            found[name, record_id][field] = as_of.Change(place, value)
        return found

    @api.model
    def _as_of_events(self, client, moment, names):
        """Return the first coming or going of each record since.

        :return: ``{(model, id): {id, action, chain_id, contract_id, is_told}}``; the
            last one tells whether the row says what the record said
        :rtype: dict
        """
        # SQL: one row per record
        self.env.cr.execute(
            SQL(
                """
                SELECT DISTINCT ON (model, res_id)
                       model, res_id, id, action, chain_id, contract_id,
                       changes <> '[]' AS is_told
                  FROM client_history
                 WHERE client_id = %s AND date >= %s AND model = ANY(%s)
                   AND action = ANY(%s)
              ORDER BY model, res_id, id
                """,
                client.id,
                moment,
                names,
                sorted(as_of.CAME | as_of.WENT),
            )
        )
        return {
            (event["model"], event["res_id"]): event
            for event in self.env.cr.dictfetchall()
        }

    @api.model
    def _as_of_erased(self, client, moment, names):
        """Return the places of erased rows, ``{(model, id): (after, before)}``.

        :return: of each record the first one since, and the last one before; 0 for none
        :rtype: dict
        """
        # SQL: found by the index of what was erased
        rows = self.env.execute_query(
            SQL(
                """
                SELECT model, res_id,
                       COALESCE(MIN(id) FILTER (WHERE date >= %(moment)s), 0),
                       COALESCE(MAX(id) FILTER (WHERE date < %(moment)s), 0)
                  FROM client_history
                 WHERE chain_id IN (
                           SELECT chain_id FROM client_history_head
                            WHERE client_id = %(client_id)s)
                   AND erased AND model = ANY(%(names)s)
              GROUP BY model, res_id
                """,
                client_id=client.id,
                moment=moment,
                names=names,
            )
        )
        return {(name, id_): (after, before) for name, id_, after, before in rows}

    @api.model
    def _as_of_merges(self, client, moment):
        """Return which clients were merged into this one.

        :return: ``before`` ``{client: the one it went into}``, ``after`` a list of
            ``{id, source, moved}``, oldest first, and ``chains``, by ``(model, id)``,
            of what came with a merge that doesn't name it
        :rtype: dict
        """
        # SQL: found by the index of merges
        self.env.cr.execute(
            SQL(
                """
                SELECT entry.id, entry.res_id AS source, entry.chain_id AS target,
                       entry.date >= %s AS is_after,
                       (SELECT part -> 'raw' -> 1
                          FROM jsonb_array_elements(entry.changes) AS part
                         WHERE part ->> 'field' = %s) AS moved
                  FROM client_history AS entry
                 WHERE entry.chain_id IN (
                           SELECT chain_id FROM client_history_head
                            WHERE client_id = %s)
                   AND entry.action = 'merge'
              ORDER BY entry.id
                """,
                moment,
                MOVED,
                client.id,
            )
        )
        before, after, silent = {}, [], []
        for merge in self.env.cr.dictfetchall():
            if not merge["is_after"]:
                before[merge["source"]] = merge["target"]
                continue
            if merge["moved"] is None:
                silent.append(merge["source"])
            moved = merge["moved"] or {}
            merge["moved"] = {name: set(ids) for name, ids in moved.items()}
            after.append(merge)
        return {
            "before": before,
            "after": after,
            "chains": self._as_of_chains(silent, moment),
        }

    @api.model
    def _as_of_chains(self, chain_ids, moment):
        """Return whose record was written about in these chains before the moment."""
        if not chain_ids:
            return {}
        # SQL: only where the history of an older version doesn't name them
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT model, res_id, chain_id FROM client_history"
                " WHERE chain_id = ANY(%s) AND date < %s AND res_id IS NOT NULL",
                chain_ids,
                moment,
            )
        )
        return {(name, record_id): chain for name, record_id, chain in rows}

    @api.model
    def _as_of_begins(self, client):
        """Return when the history of a client begins, None if there is none."""
        # SQL: past the rules; only a time
        rows = self.env.execute_query(
            SQL(
                "SELECT date FROM client_history WHERE chain_id = %s"
                " ORDER BY sequence LIMIT 1",
                client.id,
            )
        )
        return rows[0][0] if rows else None
