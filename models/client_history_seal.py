"""Sealing histories that this server did not seal itself."""

from odoo import api, models
from odoo.tools import SQL

from ..tools.history_chain import key_name
from .client_history_check import STEP


class ClientHistory(models.Model):
    """Seals only what the check found whole."""

    _inherit = "client.history"

    @api.model
    @api.private
    def _seal_unsealed(self):
        """Seal the histories of before there were seals; for an upgrade."""
        self.env.cr.execute(
            SQL(
                "SELECT chain_id, sequence FROM client_history_head"
                " WHERE seal IS NULL ORDER BY chain_id FOR UPDATE"
            )
        )
        self._seal_whole(self.env.cr.fetchall())

    @api.model
    @api.private
    def _seal_foreign(self, reason):
        """Seal again what was sealed with another key, where all else is whole.

        A database that comes without its files has lost the key; that somebody said so
        stands in each history.

        :param str reason: one sentence
        :return: number of histories
        :rtype: int
        """
        self._write_pending()
        self.env.cr.execute(
            SQL(
                "SELECT chain_id, sequence FROM client_history_head"
                " WHERE seal IS NOT NULL AND seal_key IS DISTINCT FROM %s"
                " ORDER BY chain_id FOR UPDATE",
                key_name(self._get_seal_key()),
            )
        )
        sealed = self._seal_whole(self.env.cr.fetchall())
        owners = {head["client_id"] for head in sealed}
        for client in self.env["res.partner"].browse(sorted(owners)).exists():
            self._log(
                client,
                "client",
                client.display_name,
                note=self.env._("History sealed again: %s", reason),
            )
        self._write_pending()
        return len(sealed)

    @api.model
    def _seal_whole(self, ends):
        """Seal those of the chains whose rows are as they were written.

        :param list ends: ``(chain id, number of rows)``, locked
        :return: the ends that were sealed
        :rtype: list
        """
        sealed, step, size = [], [], 0
        for chain_id, count in ends:
            step.append(chain_id)
            size += count
            if size >= STEP:
                sealed += self._seal_step(step)
                step, size = [], 0
        if step:
            sealed += self._seal_step(step)
        self.env["client.history.head"].invalidate_model(flush=False)
        return sealed

    @api.model
    def _seal_step(self, chain_ids):
        heads, found = self._find_places(chain_ids)
        whole = [head for chain_id, head in heads.items() if not found[chain_id]]
        self._store_seals(whole)
        return whole
