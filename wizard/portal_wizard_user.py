"""Portal access of a client's contacts goes to the client's history."""

from odoo import models


class PortalWizardUser(models.TransientModel):
    """Odoo's dialog, with the client's own switch and the log."""

    _inherit = "portal.wizard.user"

    def action_grant_access(self):
        """Grant, if the client allows it, and log it.

        :raise UserError: when the client does not allow portal access
        """
        self.partner_id._check_portal_allowed()
        result = super().action_grant_access()
        self._log_portal_access(self.env._("Portal access granted"))
        return result

    def action_revoke_access(self):
        """Revoke and log it."""
        result = super().action_revoke_access()
        self._log_portal_access(self.env._("Portal access revoked"))
        return result

    def _log_portal_access(self, note):
        for partner in self.partner_id:
            client = partner._history_client()
            if client:
                self.env["client.history"]._explain(
                    client, partner.display_name, partner, note
                )
