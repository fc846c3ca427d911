"""Portal access of a client's contacts."""

from odoo import api, fields, models
from odoo.exceptions import UserError

SCOPES = [
    ("own", "Own requests"),
    ("client", "The whole client"),
    ("group", "The whole group"),
]
ACCESS = [("default", "As in the settings"), ("yes", "Allowed"), ("no", "Not allowed")]
# Fields that decide what a portal user reads through record rules.
RULE_FIELDS = frozenset(
    {
        "active",
        "client_portal_access",
        "client_status",
        "company_id",
        "is_client",
        "is_company",
        "parent_id",
        "portal_scope",
    }
)


class ResPartner(models.Model):
    """Who of the client may sign in, and what he sees there."""

    _inherit = "res.partner"

    client_portal_access = fields.Selection(
        selection=ACCESS,
        default="default",
        required=True,
        string="Portal access",
        groups="base.group_user",
        help="Whether contacts of this client may sign in to the portal.",
    )
    portal_scope = fields.Selection(
        selection=SCOPES,
        default="client",
        required=True,
        string="Sees on the portal",
        groups="base.group_user",
    )
    portal_group_jobs = fields.Boolean(
        string="May open jobs for the group",
        groups="base.group_user",
        help="The contact may open jobs for every client of the group.",
    )
    # our quick notes about the client and its people
    comment = fields.Html(groups="base.group_user")
    # the company above may be another client
    parent_name = fields.Char(groups="base.group_user")
    has_portal_user = fields.Boolean(
        compute="_compute_has_portal_user", groups="base.group_user"
    )

    @api.depends("user_ids.active", "user_ids.share")
    def _compute_has_portal_user(self):
        for partner in self:
            # sudo: whether a contact signs in is no secret to his account manager
            users = partner.sudo().user_ids
            partner.has_portal_user = bool(users.filtered(lambda u: u._is_portal()))

    @api.model_create_multi
    def create(self, vals_list):
        """Create; a new client of a group is seen by those who see the group."""
        partners = super().create(vals_list)
        if any(vals.get("is_client") and vals.get("parent_id") for vals in vals_list):
            self.env.registry.clear_cache()
        return partners

    def write(self, vals):
        """Write; forget cached portal rules when what they look at changes."""
        if not RULE_FIELDS & vals.keys():
            return super().write(vals)
        # sudo: only whether there is a user is looked at
        is_seen = self.sudo()._has_users_around()
        result = super().write(vals)
        if is_seen or self.sudo()._has_users_around():
            # the ids in portal rules are cached per user
            self.env.registry.clear_cache()
        return result

    def _has_users_around(self):
        """Tell whether a portal user's rules look at these partners.

        Those of a group look at every company of it, not only at their own.
        """
        tops = self.browse()
        for partner in self:
            while partner.parent_id:
                partner = partner.parent_id
            tops |= partner
        return bool(
            self.env["res.users"]
            .with_context(active_test=False)
            .search_count(
                [("partner_id", "child_of", tops.ids), ("share", "=", True)], limit=1
            )
        )

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _is_portal_allowed(self):
        """Tell whether contacts of this partner's client may use the portal."""
        self.ensure_one()
        # sudo: portal users can't read these fields of their own client
        client = self.sudo().commercial_partner_id
        if client.is_client and client.client_status == "inactive":
            return False
        if client.client_portal_access == "default":
            return (client.company_id or self.env.company).sudo().client_portal_default
        return client.client_portal_access == "yes"

    def _portal_client_ids(self):
        """Return the clients whose records this contact may see by its scope.

        :return: commercial entities, as superuser
        :rtype: res.partner
        """
        self.ensure_one()
        # sudo: the scope is an internal field; the result is the contact's own right
        contact = self.sudo()
        client = contact.commercial_partner_id
        if contact.portal_scope != "group":
            return client
        return contact._client_group()

    def _portal_job_clients(self):
        """Return the clients for which this contact may open jobs.

        :rtype: res.partner
        """
        self.ensure_one()
        # sudo: as above
        contact = self.sudo()
        if contact.portal_group_jobs:
            return contact._client_group()
        return contact.commercial_partner_id

    def _client_group(self):
        """Return the clients under the same top company."""
        top = self.commercial_partner_id
        while top.parent_id:
            top = top.parent_id
        below = self.search([("id", "child_of", top.commercial_partner_id.id)])
        return below.commercial_partner_id.filtered("is_client")

    def _can_be_edited_by_current_customer(self, **kwargs):
        """Leave out addresses of clients that the person doesn't see."""
        return super()._can_be_edited_by_current_customer(**kwargs) and bool(
            self.env["client.wall"]._portal_open(self)
        )

    def _check_portal_allowed(self):
        """Refuse portal access for contacts of a client that does not allow it.

        :raise UserError: names the client
        """
        for partner in self:
            if not partner._is_portal_allowed():
                raise UserError(
                    self.env._(
                        "“%s” does not allow portal access: see Portal access on the "
                        "client, its status, and the settings.",
                        partner.commercial_partner_id.display_name,
                    )
                )

    # ------------------------------------------------------------------
    # ACTION
    # ------------------------------------------------------------------

    def action_grant_portal_access(self):
        """Open Odoo's portal dialog for these contacts, if the client allows it.

        :raise UserError: when the client does not allow portal access
        """
        self._check_portal_allowed()
        action = self.env["portal.wizard"].with_context(
            active_ids=self.ids, active_id=self[:1].id, active_model=self._name
        )
        return action.action_open_wizard()
