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


class ResUsers(models.Model):
    """Questions that record rules ask about the user."""

    _inherit = "res.users"

    @api.depends_context("uid")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        self.env["client.wall"]._mask(self)
        return result

    def _client_wall_sees_all(self):
        """Tell whether restricted clients are open to the user: finance, admins."""
        self.ensure_one()
        return any(self.has_group(group) for group in SEES_ALL_GROUPS)

    def _client_history_sees_money(self):
        """Tell whether the user reads what contracts, invoices and budgets left."""
        self.ensure_one()
        return any(self.has_group(group) for group in SEES_MONEY_GROUPS)

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
