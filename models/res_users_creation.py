"""Who belongs to creation: those who make, and don't hand out."""

from odoo import models


class ResUsers(models.Model):
    """Tells creation from traffic and account management."""

    _inherit = "res.users"

    def _is_client_creation(self):
        """Tell whether the person makes things, without handing out the work."""
        self.ensure_one()
        user_sudo = self.sudo()  # sudo: the groups of a colleague
        return user_sudo.has_group("client_hub.group_user") and not user_sudo.has_group(
            "client_hub.group_traffic"
        )
