"""Who sees which restricted client, and why: reasons and roles in one list."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .client_wall_member import REASONS

ROLES = [("administrator", "Administrator"), ("finance", "Finance")]
# Rows of roles get ids above those of the member rows.
FIRST_ROLE_ID = 1_000_000_000


class ClientWallSight(models.Model):
    """Member rows, and a row for everybody who sees the client by his role."""

    _name = "client.wall.sight"
    _description = "Who sees a restricted client"
    _auto = False
    _order = "client_id, user_id, since desc, id desc"
    _rec_name = "user_id"

    wall_id = fields.Many2one(comodel_name="client.wall", readonly=True)
    client_id = fields.Many2one(comodel_name="res.partner", readonly=True)
    user_id = fields.Many2one(comodel_name="res.users", readonly=True)
    reason = fields.Selection(
        selection=REASONS + ROLES,
        readonly=True,
        help="An assignment counts as long as it stands, done or not. An activity lets "
        "in who has no other reason, until it is done. Finance and administrators see "
        "every client.",
    )
    note = fields.Char(string="Why", readonly=True)
    res_model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", readonly=True)
    source = fields.Char(
        compute="_compute_source", help="The record that gives the reason."
    )
    has_source = fields.Boolean(compute="_compute_source")
    since = fields.Datetime(readonly=True)
    until = fields.Datetime(readonly=True)
    is_current = fields.Boolean(
        string="Sees it now",
        compute="_compute_is_current",
        search="_search_is_current",
    )
    can_end = fields.Boolean(compute="_compute_can_end")

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT id, wall_id, client_id, user_id, reason, note, res_model, res_id,
                   since, until
              FROM client_wall_member
         UNION ALL
            SELECT %s + row_number() OVER (ORDER BY wall.id, seer.user_id, seer.role),
                   wall.id, wall.client_id, seer.user_id, seer.role, NULL, NULL, NULL,
                   NULL, NULL
              FROM client_wall AS wall, (%s) AS seer (user_id, role)
              JOIN res_users AS users ON users.id = seer.user_id
             WHERE wall.active AND users.active AND users.share IS NOT TRUE
            """,
            FIRST_ROLE_ID,
            self.env["client.wall"]._seers_sql(),
        )

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("res_model", "res_id", "reason")
    def _compute_source(self):
        by_model = {}
        for row in self:
            if row.reason != "manual" and row.res_model in self.env:
                by_model.setdefault(row.res_model, set()).add(row.res_id)
        names = {}
        for model, ids in by_model.items():
            # the team and the followers are the client's own
            records = self.env[model].browse(ids).exists()._filtered_access("read")
            names.update(((model, r.id), r.display_name) for r in records)
        for row in self:
            row.source = names.get((row.res_model, row.res_id), False)
            row.has_source = bool(row.source)

    @api.depends("until")
    def _compute_is_current(self):
        now = fields.Datetime.now()
        for row in self:
            row.is_current = not row.until or row.until > now

    def _search_is_current(self, operator, value):
        return self.env["client.wall.member"]._search_is_current(operator, value)

    @api.depends("reason", "until")
    @api.depends_context("uid")
    def _compute_can_end(self):
        may = self.env.user.has_group("client_hub.group_account_manager")
        for row in self:
            row.can_end = may and row.reason == "manual" and row.is_current

    # ------------------------------------------------------------------
    # ACTION
    # ------------------------------------------------------------------

    def action_open_source(self):
        """Open the record that gives the reason."""
        self.ensure_one()
        if not self.res_model:
            # a role, or granted by hand
            return False
        record = self.env[self.res_model].browse(self.res_id)
        if not record.exists():
            raise UserError(self.env._("What gave this reason is gone."))
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "views": [(False, "form")],
        }

    def action_end(self):
        """End access granted by hand."""
        rows = self.env["client.wall.member"].browse(
            [id_ for id_ in self.ids if id_ < FIRST_ROLE_ID]
        )
        return rows.action_end()

    @api.model
    def action_grant(self):
        """Open the dialog that lets somebody in by hand."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Let somebody see the client"),
            "res_model": "client.wall.member",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_wall_id": self.env.context.get("default_wall_id")},
        }

    @api.model
    def action_day(self):
        """Open the question who could see the client, or what the user, on a day."""
        context = self.env.context
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "client_hub.client_wall_day_action"
        )
        action["context"] = {
            name: context[name]
            for name in ("default_client_id", "default_user_id")
            if context.get(name)
        }
        return action
