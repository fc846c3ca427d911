"""Groups that open restricted clients, or make a user an employee."""

from odoo import models

MEMBERSHIP_FIELDS = frozenset(
    {"all_user_ids", "implied_by_ids", "implied_ids", "user_ids"}
)


class ResGroups(models.Model):
    """Lets the walls follow who is an employee, finance or administrator."""

    _inherit = "res.groups"

    def write(self, vals):
        """Write; whoever leaves a role that sees everything keeps nothing of it."""
        users = self.env["res.users"]
        if not MEMBERSHIP_FIELDS & vals.keys() or not users._client_wall_matters():
            return super().write(vals)
        seers = users._client_wall_seers()
        result = super().write(vals)
        users._client_wall_roles_changed(seers)
        return result
