"""Merging contacts that are clients, by Odoo's own dialog."""

from odoo import api, models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """Odoo moves the rows by SQL: the walls and the number need a hand."""

    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        """Merge the walls; what was restricted stays so, with all its records."""
        # sudo: flags and walls only; Odoo's dialog checked who may merge
        src_sudo, dst_sudo = src_partners.sudo(), dst_partner.sudo()
        is_restricted = any((src_sudo | dst_sudo).mapped("client_restricted"))
        self.env["client.wall"]._merge(src_sudo, dst_sudo)
        result = super()._update_foreign_keys(src_partners, dst_partner)
        self.env.invalidate_all()
        if is_restricted and not dst_sudo.client_restricted:
            dst_sudo.client_restricted = True
        self.env["client.wall"]._sync(dst_sudo)
        # the rows that came by SQL carry the wall of the client they came from
        dst_sudo.with_context(active_test=False).search(
            [("commercial_partner_id", "=", dst_sudo.commercial_partner_id.id)]
        ).modified(["client_wall_id"])
        self._log_client_merge(src_sudo, dst_sudo)
        return result

    @api.model
    def _log_client_merge(self, src_partners, dst_partner):
        """Say in the history which clients went into this one.

        The rows of their histories become this client's, see client_history_trigger;
        each stays a chain of its own.
        """
        history = self.env["client.history"]
        history._write_pending()
        client = dst_partner.commercial_partner_id
        # sudo: Odoo's dialog checked who may merge; the ends are the system's
        heads_sudo = self.env["client.history.head"].sudo()
        for partner in src_partners - client:
            chains = heads_sudo.search([("client_id", "=", partner.id)])
            if not partner.is_client and not chains:
                continue
            note = self.env._("Merged into this client: %s", partner.display_name)
            if not chains:
                history._log(client, "client", client.display_name, note=note)
                continue
            ends = [
                {
                    "field": f"chain_{head.chain_id}",
                    "label": self.env._("History of client %s", head.chain_id),
                    "old": "",
                    "new": self.env._(
                        "%(count)s entries, ends in %(hash)s",
                        count=head.sequence,
                        hash=(head.hash or "")[:16],
                    ),
                }
                for head in chains
            ]
            history._log(
                client,
                "client",
                client.display_name,
                record=partner,
                changes=ends + self._history_moved_change(partner),
                note=note,
                action="merge",
            )

    @api.model
    def _update_values(self, src_partners, dst_partner):
        """Free the number of a client that goes, so that the other can take it."""
        # sudo: numbers are written by the system
        src_sudo, dst_sudo = src_partners.sudo(), dst_partner.sudo()
        numbers = [number for number in src_sudo.mapped("client_number") if number]
        own_number = dst_sudo.client_number
        src_sudo.filtered("client_number").client_number = False
        src_sudo.flush_recordset(["client_number"])
        result = super()._update_values(src_partners, dst_partner)
        if numbers and dst_sudo.is_client and not own_number:
            dst_sudo.client_number = numbers[-1]
        return result
