"""The people of a client: their roles, and what is done with several of them."""

from odoo import models


class ResPartner(models.Model):
    """Contacts of a client."""

    _inherit = "res.partner"

    # === ACTION METHODS === #

    def action_client_portal_access(self):
        """Open the dialog of this contact's access to the portal."""
        self.ensure_one()
        return self.env["client.portal.access"]._open(self)
