"""The people who look after a client, and the restriction to them."""

from odoo import api, fields, models
from odoo.exceptions import AccessError

INTERNAL = "[('share', '=', False)]"
TEAM_FIELDS = frozenset({"account_manager_id", "assistant_ids", "client_restricted"})
# What makes a partner, or its contacts, belong to another client.
ENTITY_FIELDS = frozenset({"is_company", "parent_id"})


class ResPartner(models.Model):
    """Account manager, assistants, restriction."""

    _inherit = "res.partner"

    account_manager_id = fields.Many2one(
        comodel_name="res.users",
        string="Account manager",
        index="btree_not_null",
        ondelete="restrict",
        domain=INTERNAL,
        groups="base.group_user",
        help="Answers for the client: gets its requests and sees it when restricted.",
    )
    assistant_ids = fields.Many2many(
        comodel_name="res.users",
        relation="res_partner_client_assistant_rel",
        string="Assistants",
        domain=INTERNAL,
        groups="base.group_user",
    )
    client_restricted = fields.Boolean(
        string="Restricted client",
        copy=False,
        groups="base.group_user",
        help="Only the account manager, assistants, followers and people on the "
        "client's jobs, pieces, tasks and activities see it, and whom you let in by "
        "hand; finance and administrators always. An assignment counts as long as it "
        "stands, done or not.",
    )
    client_wall_id = fields.Many2one(
        comodel_name="client.wall",
        compute="_compute_client_wall_id",
        store=True,
        index="btree_not_null",
        ondelete="set null",
        copy=False,
        groups="base.group_user",
    )

    # Counting all contacts reads this index alone: the wall stands in one of the last
    # of some seventy columns, and PostgreSQL unpacks a row up to the one it needs.
    _client_sight_idx = models.Index(
        "(client_wall_id) INCLUDE (company_id, partner_share) WHERE active IS TRUE"
    )

    can_restrict_client = fields.Boolean(
        compute="_compute_can_restrict_client", groups="base.group_user"
    )

    @api.depends("client_wall_id")
    @api.depends_context("uid")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        self.env["client.wall"]._mask(self)
        return result

    @api.depends_context("uid")
    def _compute_can_restrict_client(self):
        self.can_restrict_client = self.env.user.has_group(
            "client_hub.group_account_manager"
        )

    @api.depends("commercial_partner_id", "commercial_partner_id.client_restricted")
    def _compute_client_wall_id(self):
        # sudo: the wall decides who reads, so it can't depend on who computes it
        partners = self.sudo()
        restricted = partners.commercial_partner_id.filtered("client_restricted")
        walls = self.env["client.wall"].sudo()
        if restricted:
            walls = walls.with_context(active_test=False).search(
                [("client_id", "in", restricted.ids)]
            )
        wall_of = {wall.client_id.id: wall.id for wall in walls}
        for partner in partners:
            partner.client_wall_id = wall_of.get(partner.commercial_partner_id.id)

    @api.model_create_multi
    def create(self, vals_list):
        """Create partners; restricted clients get their wall."""
        if any(vals.get("client_restricted") for vals in vals_list):
            self._check_may_restrict()
        partners = super().create(vals_list)
        # sudo: only the flag is used
        restricted = partners.sudo().filtered("client_restricted")
        if restricted:
            self.env["client.wall"]._sync(restricted)
        return partners

    def write(self, vals):
        """Write; the wall follows team and restriction in the same transaction."""
        if not (TEAM_FIELDS | ENTITY_FIELDS) & vals.keys():
            return super().write(vals)
        if "client_restricted" in vals:
            self._check_may_restrict()
        clients = self._restricted_entities()
        result = super().write(vals)
        clients |= self._restricted_entities()
        if clients:
            self.env["client.wall"]._sync(clients)
        return result

    def _restricted_entities(self):
        # sudo: only the flag is used
        partners = self.sudo()
        return (partners | partners.commercial_partner_id).filtered("client_restricted")

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        """Subscribe, but not to a restricted client because of an activity."""
        partners = self
        if self.env.context.get("client_wall_by_activity"):
            # sudo: only the flag is used
            partners = self - self.sudo().filtered("client_restricted").sudo(False)
        return super(ResPartner, partners).message_subscribe(partner_ids, subtype_ids)

    def _check_may_restrict(self):
        if self.env.su or self.env.user.has_group("client_hub.group_account_manager"):
            return
        raise AccessError(
            self.env._("Only account managers restrict a client or open it again.")
        )

    def action_client_wall(self):
        """Open who sees this client, and why."""
        self.ensure_one()
        # the window's title names the client
        self.check_access("read")
        # sudo: the client's own wall; what the list shows is up to its rules
        wall = self.sudo().commercial_partner_id.client_wall_id
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Who sees %s", self.display_name),
            "res_model": "client.wall.sight",
            "views": [(False, "list")],
            "domain": [("client_id", "=", self.commercial_partner_id.id)],
            "context": {
                "search_default_current": 1,
                "search_default_group_user": 1,
                "client_wall_hide_client": True,
                "client_wall_hide_user": True,
                "default_wall_id": wall.id,
                "default_client_id": self.commercial_partner_id.id,
            },
        }
