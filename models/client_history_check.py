"""The check of the history: is every row there, as it was written?"""

from odoo import api, models
from odoo.tools import SQL

from ..tools import history_chain as chain

# Rows per step of the check of all clients: bounded memory, whatever there is.
STEP = 200_000
# A broken chain is named by its first places.
MAX_PLACES = 20
# Only rows that are not as they should be leave the database.  ``is_good`` is NULL for
# those of before 19.0.1.6.0, whose hash is computed in Python.
ERASED = (
    "r.nonce IS NULL AND r.name IS NULL AND r.note IS NULL AND r.user_name IS NULL"
    " AND r.changes = '[]'"
)
PLACES = f"""
SELECT c.chain_id, c.sequence, c.step, c.is_linked, c.is_good,
       c.client_id = h.client_id AS is_home, c.is_legacy
  FROM (
        SELECT r.*,
               r.sequence - LAG(r.sequence, 1, 0) OVER chain AS step,
               r.previous_hash = LAG(r.hash, 1, '') OVER chain AS is_linked
          FROM (
                SELECT r.chain_id, r.sequence, r.client_id, r.hash,
                       COALESCE(r.previous_hash, '') AS previous_hash,
                       r.version IS DISTINCT FROM {chain.VERSION} AS is_legacy,
                       CASE
                         WHEN r.version = {chain.VERSION} THEN
                              r.hash = {chain.ROW_HASH}
                              AND CASE WHEN r.erased THEN {ERASED}
                                       ELSE r.content_hash = {chain.CONTENT_HASH} END
                         WHEN r.erased THEN {ERASED}
                       END AS is_good
                  FROM client_history r
                 WHERE r.chain_id = ANY(%s)
                OFFSET 0
               ) AS r
        WINDOW chain AS (PARTITION BY r.chain_id ORDER BY r.sequence)
       ) AS c
  LEFT JOIN client_history_head h ON h.chain_id = c.chain_id
 WHERE c.step <> 1 OR c.is_linked IS NOT TRUE OR c.is_good IS NOT TRUE
    OR h.client_id IS DISTINCT FROM c.client_id
 ORDER BY c.chain_id, c.sequence
"""
ENDS = """
SELECT h.chain_id, h.client_id, h.sequence, COALESCE(h.hash, '') AS hash, h.seal,
       h.seal_key, COALESCE(last.sequence, 0) AS last_sequence,
       COALESCE(last.hash, '') AS last_hash
  FROM client_history_head h
  LEFT JOIN LATERAL (
        SELECT r.sequence, r.hash FROM client_history r
         WHERE r.chain_id = h.chain_id ORDER BY r.sequence DESC LIMIT 1
       ) AS last ON TRUE
 WHERE h.chain_id = ANY(%s)
"""
# What other rows say was done to rows: what was, but isn't said, is forged.
ERASURES = """
SELECT chain_id, sequence FROM client_history
 WHERE erased AND chain_id = ANY(%(ids)s)
EXCEPT
SELECT e.res_id, place::int
  FROM client_history e, jsonb_array_elements(e.changes) AS part,
       unnest(string_to_array(part ->> 'new', ',')) AS place
 WHERE e.action = 'erase' AND e.model = 'client.history'
   AND e.res_id = ANY(%(ids)s)
"""
MERGES = """
SELECT h.chain_id FROM client_history_head h
 WHERE h.chain_id = ANY(%s) AND h.client_id <> h.chain_id
   AND NOT EXISTS (SELECT FROM client_history m
                    WHERE m.action = 'merge' AND m.client_id = h.client_id
                      AND m.res_id = h.chain_id)
"""
# Chains that have lost their end, and clients that have lost their chain.
LOST = """
SELECT DISTINCT r.chain_id, r.client_id FROM client_history r
 WHERE NOT EXISTS (SELECT FROM client_history_head h WHERE h.chain_id = r.chain_id)
"""
WITHOUT = """
SELECT p.id FROM res_partner p
 WHERE p.is_client
   AND NOT EXISTS (SELECT FROM client_history_head h WHERE h.chain_id = p.id)
"""


class ClientHistory(models.Model):
    """Finds what was changed, removed, put in or put elsewhere, and says where."""

    _inherit = "client.history"

    # ------------------------------------------------------------------
    # ENTRY POINTS
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _verify_chain(self, clients):
        """Check all that a client owns, row by row.

        :param clients: ``res.partner`` records
        :return: ``{client_id: first sentence}`` of the clients whose history is broken
        :rtype: dict
        """
        problems = {}
        for problem in self._verify_clients(clients)["problems"]:
            problems.setdefault(problem["client_id"], problem["sentence"])
        return problems

    @api.model
    @api.private
    def _verify_clients(self, clients):
        """Check the chains of some clients.

        :param clients: ``res.partner`` records
        :return: ``entries`` and ``chains`` looked at, ``problems``: list of dicts with
            client_id, chain_id, sequence (or 0) and sentence
        :rtype: dict
        """
        # what this transaction did is part of it
        self._write_pending()
        self.env.cr.execute(
            SQL(
                "SELECT chain_id FROM client_history_head WHERE client_id = ANY(%s)",
                clients.ids,
            )
        )
        chain_ids = {chain_id for (chain_id,) in self.env.cr.fetchall()}
        result = {"entries": 0, "chains": 0, "problems": []}
        # sudo: whether it is a client decides what it should have
        for client in clients.sudo():
            if client.is_client and client.id not in chain_ids:
                sentence = self.env._("The whole history is missing.")
                result["problems"].append(
                    self._problem(client.id, client.id, 0, sentence)
                )
        self._verify_step(sorted(chain_ids), result)
        return result

    @api.model
    @api.private
    def _verify_all(self):
        """Check all chains, and that no client is without; see ``_verify_clients``."""
        self._write_pending()
        cr, result = self.env.cr, {"entries": 0, "chains": 0, "problems": []}
        cr.execute(SQL(LOST))
        for chain_id, client_id in cr.fetchall():
            sentence = self.env._("Nothing says any more where the history ends.")
            result["problems"].append(self._problem(client_id, chain_id, 0, sentence))
        cr.execute(SQL(WITHOUT))
        for (client_id,) in cr.fetchall():
            sentence = self.env._("The whole history is missing.")
            result["problems"].append(self._problem(client_id, client_id, 0, sentence))
        cr.execute(SQL("SELECT chain_id, sequence FROM client_history_head ORDER BY 1"))
        step, size = [], 0
        for chain_id, sequence in cr.fetchall():
            step.append(chain_id)
            size += sequence
            if size >= STEP:
                self._verify_step(step, result)
                step, size = [], 0
        self._verify_step(step, result)
        return result

    # ------------------------------------------------------------------
    # STEPS
    # ------------------------------------------------------------------

    @api.model
    def _problem(self, client_id, chain_id, sequence, sentence):
        return {
            "client_id": client_id,
            "chain_id": chain_id,
            "sequence": sequence,
            "sentence": sentence,
        }

    @api.model
    def _verify_step(self, chain_ids, result):
        """Check some chains and add what was found.

        :param list chain_ids: chains that have an end
        :param dict result: see ``_verify_clients``
        """
        if not chain_ids:
            return
        heads, found = self._find_places(chain_ids, self._get_seal_key())
        result["entries"] += sum(head["last_sequence"] for head in heads.values())
        result["chains"] += len(heads)
        for chain_id, places in found.items():
            head = heads[chain_id]
            for sequence in sorted(places)[:MAX_PLACES]:
                problem = self._problem(
                    head["client_id"], chain_id, sequence, places[sequence]
                )
                problem["is_foreign"] = head.get("is_foreign", False)
                result["problems"].append(problem)

    @api.model
    def _find_places(self, chain_ids, key=None):
        """Look at all rows of some chains.

        :param list chain_ids: chains that have an end
        :param bytes key: of the seals; without it they are not looked at
        :return: ``{chain id: end}`` and ``{chain id: {sequence: sentence}}``
        :rtype: tuple
        """
        # SQL: reads a long log without filling the ORM's cache
        cr = self.env.cr
        cr.execute(SQL(ENDS, chain_ids))
        heads = {head["chain_id"]: head for head in cr.dictfetchall()}
        found = {chain_id: {} for chain_id in chain_ids}
        changed = self._verify_rows(chain_ids, found)
        cr.execute(SQL(ERASURES, ids=chain_ids))
        for chain_id, sequence in cr.fetchall():
            sentence = self.env._("Row %s was erased, but nobody erased it.", sequence)
            found[chain_id].setdefault(sequence, sentence)
        cr.execute(SQL(MERGES, chain_ids))
        for (chain_id,) in cr.fetchall():
            sentence = self.env._("The history was moved here, but no merge says so.")
            found[chain_id].setdefault(0, sentence)
        for chain_id, head in heads.items():
            self._verify_end(head, key, found[chain_id])
        for chain_id, sequences in changed.items():
            self._verify_moves(chain_id, sorted(sequences), found[chain_id])
        return heads, found

    @api.model
    def _verify_rows(self, chain_ids, found):
        """Add ``{sequence: sentence}`` of rows that are not as they were written.

        :return: ``{chain id: sequences}`` of those whose hash is not theirs
        :rtype: dict
        """
        cr = self.env.cr
        # the window needs its rows in order: a sort in memory beats an index here
        cr.execute(SQL(PLACES, chain_ids))
        suspects = cr.dictfetchall()
        legacy = {}
        for row in suspects:
            if row["is_legacy"] and row["is_good"] is None:
                legacy.setdefault(row["chain_id"], set()).add(row["sequence"])
        broken, changed = self._verify_legacy(legacy), {}
        for row in suspects:
            place = (row["chain_id"], row["sequence"])
            if row["is_legacy"] and row["is_good"] is None:
                row["is_good"] = place not in broken
            if sentence := self._place_sentence(row):
                # what is missing is named by its own number
                number = row["sequence"] - max(row["step"] - 1, 0)
                found[row["chain_id"]].setdefault(number, sentence)
            if not row["is_good"]:
                changed.setdefault(row["chain_id"], set()).add(row["sequence"])
        return changed

    @api.model
    def _place_sentence(self, row):
        """Say what is wrong with a place, or return ''."""
        sequence, step = row["sequence"], row["step"]
        if step > 2:
            return self.env._(
                "Rows %(first)s to %(last)s of the history are missing.",
                first=sequence - step + 1,
                last=sequence - 1,
            )
        if step == 2:
            return self.env._("Row %s of the history is missing.", sequence - 1)
        if step < 1:
            return self.env._("Row %s of the history is there twice.", sequence)
        if not row["is_good"]:
            return self.env._("Row %s of the history was changed.", sequence)
        if not row["is_linked"]:
            return self.env._(
                "Row %(row)s of the history doesn't follow from row %(before)s: one of "
                "them was replaced.",
                row=sequence,
                before=sequence - 1,
            )
        if not row["is_home"]:
            return self.env._("Row %s was moved to another client.", sequence)
        return ""

    @api.model
    def _verify_legacy(self, places):
        """Return ``{(chain id, sequence)}`` of old rows that are not as written.

        :param dict places: sets of sequences by chain id
        """
        columns = SQL(", ").join(
            SQL.identifier(name) for name in chain.LEGACY if name != "client_id"
        )
        broken = set()
        for chain_id, sequences in places.items():
            self.env.cr.execute(
                SQL(
                    """
                    SELECT chain_id AS client_id, %s, hash,
                           COALESCE(previous_hash, '') AS previous_hash
                      FROM client_history
                     WHERE chain_id = %s AND sequence = ANY(%s)
                    """,
                    columns,
                    chain_id,
                    list(sequences),
                )
            )
            for row in self.env.cr.dictfetchall():
                if row["hash"] != chain.legacy_hash(row, row["previous_hash"]):
                    broken.add((chain_id, row["sequence"]))
        return broken

    @api.model
    def _verify_end(self, head, key, places):
        """Add what is wrong with the end of a chain.

        :param dict head: row of ``ENDS``
        :param bytes key: of the seals, if they are looked at
        :param dict places: ``{sequence: sentence}`` of the chain
        """
        last, end = head["last_sequence"], head["sequence"]
        if last < end:
            places.setdefault(
                last + 1,
                self.env._(
                    "The last rows of the history are missing: %(first)s to %(last)s.",
                    first=last + 1,
                    last=end,
                ),
            )
        elif last > end:
            for sequence in [number for number in places if number > end]:
                del places[sequence]
            places[end + 1] = self._added_sentence(end, last)
        elif head["last_hash"] != head["hash"]:
            sentence = self.env._("Row %s, the last one, was put in or replaced.", last)
            places.setdefault(last, sentence)
        elif key and head["seal"] != self._make_seal(key, head):
            places.setdefault(last, self._seal_sentence(head, key))

    @api.model
    def _added_sentence(self, end, last):
        """Say which rows stand behind the last one that the server wrote."""
        if last == end + 1:
            return self.env._(
                "Row %(row)s of the history was put in: the server wrote no more than "
                "%(end)s.",
                row=last,
                end=end,
            )
        return self.env._(
            "Rows %(first)s to %(last)s of the history were put in: the server wrote "
            "no more than %(end)s.",
            first=end + 1,
            last=last,
            end=end,
        )

    @api.model
    def _seal_sentence(self, head, key):
        """Say why the seal of an end is not good."""
        if not head["seal"]:
            return self.env._(
                "The history begins in the middle: what was written before is missing."
            )
        if head["seal_key"] != chain.key_name(key):
            head["is_foreign"] = True
            return self.env._(
                "The history was sealed with another key: the files of the database "
                "were not restored with it. Restore them, or have an administrator "
                "seal the history again."
            )
        return self.env._(
            "The end of the history, row %s, is not as the server wrote it: rows "
            "after it were removed, or rows were put in, in the database itself.",
            head["last_sequence"],
        )
