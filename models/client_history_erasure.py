"""Erasing what the history says of a person; the chain stays whole."""

from odoo import api, models
from odoo.tools import SQL

from ..tools.history_chain import dump
from .client_history_mixin import HISTORY_OFF


class ClientHistory(models.Model):
    """Erases what rows say; that they were there, and their hashes, stay."""

    _inherit = "client.history"

    @api.model
    @api.private
    def _find_personal(self, client, words, partners=None):
        """Return the rows of a client that name somebody.

        :param client: ``res.partner``
        :param list words: names, addresses, numbers: each is looked for as it is
        :param partners: ``res.partner`` whose own rows count, whatever they say
        """
        self._write_pending()
        conditions = [SQL("FALSE")]
        for word in filter(None, words):
            # as it stands in JSON, where quotes are escaped, and nothing is a wildcard
            texts = {word, dump(word)[1:-1]}
            for text in texts:
                for wild in "\\%_":
                    text = text.replace(wild, f"\\{wild}")
                conditions.append(
                    SQL(
                        "concat_ws(chr(10), name, note, user_name, changes::text)"
                        " ILIKE %s",
                        f"%{text}%",
                    )
                )
        if partners:
            conditions.append(
                SQL("(model = 'res.partner' AND res_id = ANY(%s))", partners.ids)
            )
        # SQL: looks into the JSON; the rows are read through their rules afterwards
        self.env.cr.execute(
            SQL(
                """
                SELECT id FROM client_history
                 WHERE client_id = %s AND erased IS NOT TRUE AND action <> 'erase'
                   AND (%s)
              ORDER BY id DESC
                """,
                client.id,
                SQL(" OR ").join(conditions),
            )
        )
        return self.browse([row_id for (row_id,) in self.env.cr.fetchall()])

    @api.private
    def _erase(self, reason):
        """Erase what these rows say, as a row of its own that gives the reason.

        PostgreSQL does it when that row is written, see client_history_trigger.

        :param str reason: one sentence, which stays
        """
        for chain_id, rows in self.grouped("chain_id").items():
            client = rows.client_id
            places = sorted(rows.mapped("sequence"))
            self._buffer(
                {
                    "client_id": client.id,
                    "company_id": self.env.company.id,
                    "contract_id": None,
                    "kind": "client",
                    "action": "erase",
                    "model": "client.history",
                    "res_id": chain_id,
                    "name": client.display_name,
                    "note": self.env._("Personal data erased: %s", reason),
                    "changes": {
                        "sequence": {
                            "field": "sequence",
                            "label": self.env._("Entries"),
                            "old": "",
                            "new": ",".join(map(str, places)),
                        }
                    },
                }
            )
        self._write_pending()

    @api.model
    @api.private
    def _erase_notes(self, client, words):
        """Empty the manual entries that name somebody; their versions are rows.

        :return: the entries
        """
        # sudo: privacy goes before authorship; the dialog checked who asks
        notes_sudo = self.env["client.history.note"].sudo()
        found = notes_sudo.search([("client_id", "=", client.id)]).filtered(
            lambda note: any(
                word.lower() in f"{note.name}\n{note.body or ''}".lower()
                for word in filter(None, words)
            )
        )
        # what it said must not go into the history once more
        found.with_context(client_history_disable=HISTORY_OFF).write(
            {"name": self.env._("Erased"), "body": False}
        )
        return found
