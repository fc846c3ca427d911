"""Rows of the history that stand in another place than they were written for."""

from odoo import api, models
from odoo.tools import SQL

from ..tools import history_chain as chain

# Beyond that many changed rows of one chain, they are only said to be changed.
MAX_LOOKED_AT = 5_000


class ClientHistory(models.Model):
    """Tells a row that was moved from one that was changed."""

    _inherit = "client.history"

    @api.model
    def _verify_moves(self, chain_id, changed, places):
        """Say of changed rows where they were written, if that is all that changed.

        Whoever puts a row in, or swaps two, has to number others anew: each of them
        still has the hash of its old number.

        :param int chain_id: the chain
        :param list changed: sequences of the changed rows, sorted
        :param dict places: ``{sequence: sentence}`` of the chain
        """
        shifts = {}
        known = set(changed)
        for row in self._read_chained(chain_id, changed[:MAX_LOOKED_AT]):
            sequence, previous = row["sequence"], row.pop("previous_hash")
            # put in, or taken out: one place aside; otherwise among the others
            near = [sequence - 1, sequence + 1]
            others = sorted(known - {sequence, *near}) if len(known) <= 100 else []
            for written in near + others:
                if row["hash"] == chain.row_hash(
                    {**row, "sequence": written}, previous
                ):
                    shifts[sequence] = written - sequence
                    break
        runs = []
        for sequence, shift in sorted(shifts.items()):
            if runs and runs[-1][1:] == (sequence - 1, shift):
                runs[-1] = (runs[-1][0], sequence, shift)
            else:
                runs.append((sequence, sequence, shift))
        for first, last, shift in runs:
            for sequence in range(first, last + 1):
                places.pop(sequence, None)
            places[first] = self._move_sentence(first, last, shift)

    @api.model
    def _move_sentence(self, first, last, shift):
        if first == last:
            return self.env._(
                "Row %(row)s of the history was moved: it was written as row "
                "%(written)s.",
                row=first,
                written=first + shift,
            )
        return self.env._(
            "Rows %(first)s to %(last)s of the history were moved: they were written "
            "as rows %(written_first)s to %(written_last)s.",
            first=first,
            last=last,
            written_first=first + shift,
            written_last=last + shift,
        )

    @api.model
    def _read_chained(self, chain_id, sequences):
        """Return rows that still say what they said, as what their hash is made of."""
        columns = SQL(", ").join(SQL.identifier(name) for name in chain.FRAME)
        self.env.cr.execute(
            SQL(
                """
                SELECT %s, hash, COALESCE(previous_hash, '') AS previous_hash
                  FROM client_history r
                 WHERE chain_id = %s AND sequence = ANY(%s) AND version = %s
                   AND (erased OR content_hash = %s)
                """,
                columns,
                chain_id,
                sequences,
                chain.VERSION,
                SQL(chain.CONTENT_HASH),
            )
        )
        return self.env.cr.dictfetchall()
