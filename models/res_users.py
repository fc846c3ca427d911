"""What a user may see of clients."""

from odoo import api, models

SEES_ALL_GROUPS = (
    "account.group_account_invoice",
    "account.group_account_readonly",
    "client_hub.group_manager",
    "base.group_system",
)
# Creation and traffic see no contracts and no prices.
SEES_MONEY_GROUPS = (
    "account.group_account_invoice",
    "account.group_account_readonly",
    "client_hub.group_account_manager",
)


ROLE_FIELDS = frozenset({"active", "all_group_ids", "group_ids", "partner_id", "role"})


class ResUsers(models.Model):
    """Questions that record rules ask about the user."""

    _inherit = "res.users"

    def write(self, vals):
        """Write; the walls follow archived users and changed roles at once."""
        if not ROLE_FIELDS & vals.keys() or not self._client_wall_matters():
            return super().write(vals)
        seers = self._client_wall_seers()
        result = super().write(vals)
        self._client_wall_roles_changed(seers)
        return result

    @api.model
    def _update_last_login(self):
        """Say in the client's history that one of its people signed in."""
        result = super()._update_last_login()
        user = self.env.user
        if user.share and user._is_portal():
            # sudo: the user's own contact and the client it belongs to
            contact_sudo = user.sudo().partner_id
            if client_sudo := contact_sudo._history_client():
                self.env["client.history"]._log(
                    client_sudo,
                    "access",
                    contact_sudo.display_name,
                    record=contact_sudo,
                    note=self.env._("Signed in to the portal"),
                )
        return result

    @api.model
    def _client_wall_matters(self):
        return self.env["client.wall"]._has_walls()

    @api.model
    def _client_wall_roles_changed(self, seers):
        """Bring the walls in line after a change of who is an employee, or sees all.

        :param seers: who saw every client before the change
        """
        # sudo: the walls are kept up by the system
        walls = self.env["client.wall"].sudo().search([("active", "=", True)])
        walls._sync_members()
        lost = seers - self._client_wall_seers()
        for wall in walls if lost else ():
            wall._forget(lost)

    @api.depends_context("uid")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        self.env["client.wall"]._mask(self)
        return result

    def _client_wall_sees_all(self):
        """Tell whether restricted clients are open to the user: finance, admins."""
        self.ensure_one()
        return any(self.has_group(group) for group in SEES_ALL_GROUPS)

    @api.model
    @api.private
    def _client_wall_seers(self):
        """Return everybody who sees all restricted clients by his role."""
        # sudo: who belongs to these groups is asked by the system
        users_sudo = self.sudo().with_context(active_test=False)
        groups = [self.env.ref(group).id for group in SEES_ALL_GROUPS]
        return users_sudo.search([("all_group_ids", "in", groups)])

    def action_client_wall_sight(self):
        """Open which restricted clients this user sees, and why."""
        self.ensure_one()
        # the window's title names the user
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Restricted clients that %s sees", self.name),
            "res_model": "client.wall.sight",
            "views": [(False, "list")],
            "domain": [("user_id", "=", self.id)],
            "context": {
                "search_default_current": 1,
                "search_default_group_client": 1,
                "client_wall_hide_client": True,
                "client_wall_hide_user": True,
                "default_user_id": self.id,
            },
        }

    def _client_history_hidden_kinds(self):
        """Return the kinds of rows of the history that the user does not read.

        Rows of contracts (the manual entries are about them), invoices and orders are
        for those who see the client's money; traffic plans with budgets, creation does
        not.

        :rtype: list
        """
        self.ensure_one()
        if any(self.has_group(group) for group in SEES_MONEY_GROUPS):
            return []
        if self.has_group("client_hub.group_traffic"):
            return ["contract", "entry", "invoice", "order", "manual"]
        return ["contract", "entry", "invoice", "order", "manual", "budget"]

    def _client_portal_full_ids(self):
        """Return the ids of the clients that a portal user sees in full.

        Empty when he sees his own requests only, or when the client's portal access
        is off. Used in record rules, hence a list of ids.

        :rtype: list
        """
        self.ensure_one()
        # sudo: the scope is an internal field of the user's own partner
        contact = self.sudo().partner_id
        if not contact._is_portal_allowed() or contact.portal_scope == "own":
            return []
        return contact._portal_client_ids().ids

    def _client_portal_own_ids(self):
        """Return the id of the user's contact, as a list, when he may use the portal.

        :rtype: list
        """
        self.ensure_one()
        contact = self.sudo().partner_id  # sudo: as above
        return contact.ids if contact._is_portal_allowed() else []
