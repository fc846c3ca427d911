"""What the client's history says of its wall."""

from collections import Counter

from odoo import SUPERUSER_ID, fields, models
from odoo.tools import SQL

# More people at once are a change of team, not a card that was dragged.
MAX_TOLD = 5


class ClientWall(models.Model):
    """Each grant and each removal goes to the history, with its reason."""

    _inherit = "client.wall"

    def _log_changes(self, changes, moves, notes=None):
        """Log, for each user, what reasons came or went and what it did.

        A second task beside a first one is no news: only a reason of another kind is.

        :param list changes: ``(is new, wall id, user id, reason)`` per row
        :param tuple moves: ``({(wall id, user id)} who came, the same who went)``
        :param dict notes: ``{(wall id, user id): text}`` of what was granted by hand
        """
        came, went = moves
        opened = Counter(row[1:] for row in changes if row[0])
        closed = Counter(row[1:] for row in changes if not row[0])
        keys = sorted({row[1:3] for row in changes} | came | went)
        counts = self._current_reasons(keys)
        new, gone = {}, {}
        for row in {*opened, *closed}:
            before = counts[row] - opened[row] + closed[row]
            if bool(before) != bool(counts[row]):
                kinds = gone if before else new
                kinds.setdefault(row[:2], set()).add(row[2])
        # sudo: the history names people; read at once, not one by one
        self.env["res.users"].sudo().browse({key[1] for key in keys}).mapped("name")
        notes = notes or {}
        if len(came | went) <= MAX_TOLD:
            self._tell_changes(new, gone, came, went)
        for key in keys:
            for sentence, reasons in self._change_sentences(
                new.get(key), gone.get(key), key in came, key in went
            ):
                self._log_sentence(key, sentence, reasons or (), notes.get(key))

    def _settle_ended(self, rows):
        """Take from those whose time is over what they had, and say so.

        :param list rows: ``(wall id, user id, note)``, also of other walls
        """
        rows = [row for row in rows if row[0] in self.ids]
        changes = [(False, wall, user, "manual") for wall, user, _note in rows]
        notes = {(wall, user): note for wall, user, note in rows}
        self._log_changes(changes, self._sync_users(), notes)

    def _tell_changes(self, new, gone, came, went):
        """Show whoever changed something, by drag and drop or in a list, what it did.

        On a form the dialog before saving has said so already.
        """
        user = self.env.user
        keys = [key for key in sorted(came | went) if key[1] != user.id]
        if self.env.uid == SUPERUSER_ID or not keys or not user._is_internal():
            return
        texts = [
            self._word_change(key, sentence, reasons or ())
            for key in keys
            for sentence, reasons in self._change_sentences(
                new.get(key), gone.get(key), key in came, key in went
            )
        ]
        user._bus_send(
            "simple_notification",
            {"type": "info", "title": "", "message": "\n".join(texts)},
        )

    def _change_sentences(self, new, gone, has_come, has_gone):
        """Yield what to say of one user, with the reasons to name."""
        if has_come:
            yield self.env._("%(user)s sees the client: %(reasons)s"), new
        elif has_gone:
            yield self.env._("%(user)s no longer sees the client: %(reasons)s"), gone
        else:
            if new:
                text = self.env._("%(user)s sees the client also as: %(reasons)s")
                yield text, new
            if gone:
                text = self.env._(
                    "%(user)s still sees the client, but no longer as: %(reasons)s"
                )
                yield text, gone

    def _log_sentence(self, key, sentence, reasons, note):
        """Add a row to the history of the wall's client."""
        wall_id, user_id = key
        client = self.browse(wall_id).client_id
        # sudo: the history names people, whoever made the change
        user = self.env["res.users"].sudo().browse(user_id)
        self.env["client.history"]._log(
            client,
            "access",
            user.name,
            record=client,
            note=self._word_change(key, sentence, reasons, note),
        )

    def _word_change(self, key, sentence, reasons, note=None):
        """Return a sentence of :meth:`_change_sentences`, with its names."""
        # sudo: see _log_sentence
        user = self.env["res.users"].sudo().browse(key[1])
        labels = self._reason_labels()
        texts = [labels[reason] for reason in labels if reason in reasons]
        if note and "manual" in reasons:
            texts.append(f"“{note}”")
        return sentence % {"user": user.name, "reasons": ", ".join(texts)}

    def _reason_labels(self):
        """Return ``{reason: label}`` in the user's language."""
        field = self.env["client.wall.member"]._fields["reason"]
        return dict(field._description_selection(self.env))

    def _current_reasons(self, keys):
        """Return ``{(wall id, user id, reason): number of current rows}``."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT wall_id, user_id, reason, count(*) FROM client_wall_member
                 WHERE wall_id = ANY(%s) AND user_id = ANY(%s)
                   AND (until IS NULL OR until > %s)
              GROUP BY wall_id, user_id, reason
                """,
                list({key[0] for key in keys}),
                list({key[1] for key in keys}),
                fields.Datetime.now(),
            )
        )
        return Counter({tuple(row[:3]): row[3] for row in rows})
