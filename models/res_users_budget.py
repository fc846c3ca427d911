"""Which budgets a portal user sees."""

from odoo import models


class ResUsers(models.Model):
    _inherit = "res.users"

    def _client_portal_budget_ids(self):
        """Return the ids of the clients whose budgets a portal user sees.

        :rtype: list
        """
        self.ensure_one()
        if not self._has_client_feature("budgets"):
            return []
        clients = self.env["res.partner"].browse(self._client_portal_full_ids())
        return [client.id for client in clients if client._is_budget_portal()]
