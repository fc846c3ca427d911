"""Whether a contact may sign in to the portal, in its client's history."""

from odoo import api, models

from ..tools.history_text import readable

# Field of the history's rows: no field of the contact, it follows from its users.
PORTAL_USER = "portal_user"
ACCESS_FIELDS = frozenset(
    {"active", "all_group_ids", "group_ids", "partner_id", "role", "share"}
)


class ResUsers(models.Model):
    """Tells each access that is given or taken, whichever way it is done."""

    _inherit = "res.users"

    @api.model_create_multi
    def create(self, vals_list):
        """Create; tell of the portal users among them."""
        users = super().create(vals_list)
        users._history_tell_portal(set())
        return users

    def write(self, vals):
        """Write; tell of access that came or went."""
        if not ACCESS_FIELDS & vals.keys():
            return super().write(vals)
        before = self._history_portal_partners()
        result = super().write(vals)
        self._history_tell_portal(before)
        return result

    def unlink(self):
        """Delete; tell of the access that goes."""
        before = self._history_portal_partners()
        result = super().unlink()
        self.browse()._history_tell_portal(before)
        return result

    def _history_portal_partners(self):
        """Return the ids of the contacts that may sign in as one of these users."""
        # sudo: who signs in is told to whoever reads the client's history
        users_sudo = self.sudo().filtered(lambda user: user.active and user.share)
        return set(users_sudo.filtered(lambda user: user._is_portal()).partner_id.ids)

    def _history_tell_portal(self, before):
        """Queue a row for each contact whose access is another than before.

        :param set before: what ``_history_portal_partners`` said
        """
        after = self._history_portal_partners()
        yes, no = self.env._("Yes"), self.env._("No")
        # sudo: whose contact it is
        partners_sudo = self.env["res.partner"].sudo().browse(sorted(before ^ after))
        for partner_sudo in partners_sudo.exists():
            client_sudo = partner_sudo._history_client()
            if not client_sudo:
                continue
            is_new = partner_sudo.id in after
            change = {
                "field": PORTAL_USER,
                "label": self.env._("Portal access"),
                "old": readable(no if is_new else yes, not is_new),
                "new": readable(yes if is_new else no, is_new),
            }
            partner_sudo._history_queue_row(
                "write", client_sudo.id, "access", {PORTAL_USER: change}
            )
