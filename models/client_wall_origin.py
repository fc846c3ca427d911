"""Where the members of a wall come from."""

from odoo import api, models
from odoo.tools import SQL

# An origin is a query of (wall id, user id, reason, model, record id).
MANAGER = """
    SELECT partner.client_wall_id, partner.account_manager_id, 'manager',
           'res.partner', partner.id
      FROM res_partner AS partner
      JOIN client_wall AS wall ON wall.client_id = partner.id
     WHERE partner.account_manager_id IS NOT NULL AND %s
"""
ASSISTANT = """
    SELECT partner.client_wall_id, rel.res_users_id, 'assistant',
           'res.partner', partner.id
      FROM res_partner AS partner
      JOIN client_wall AS wall ON wall.client_id = partner.id
      JOIN res_partner_client_assistant_rel AS rel ON rel.res_partner_id = partner.id
     WHERE %s
"""
# Of the client itself: following an order or a person there opens nothing else.
FOLLOWER = """
    SELECT partner.client_wall_id, follower_user.id, 'follower',
           'res.partner', partner.id
      FROM res_partner AS partner
      JOIN client_wall AS wall ON wall.client_id = partner.id
      JOIN mail_followers AS follower
        ON follower.res_model = 'res.partner' AND follower.res_id = partner.id
      JOIN res_users AS follower_user
        ON follower_user.partner_id = follower.partner_id
     WHERE %s
"""
ACTIVITY = """
    SELECT record.client_wall_id, activity.user_id, 'activity', %s, record.id
      FROM mail_activity AS activity
      JOIN %s AS record ON record.id = activity.res_id
     WHERE activity.res_model = %s AND activity.active
       AND activity.user_id IS NOT NULL AND %s
"""


class ClientWall(models.Model):
    """The queries that say who is a member, and why."""

    _inherit = "client.wall"

    @api.model
    def _origins_sql(self, scope=None):
        """Return the query of all reasons to see the clients of these walls.

        :param tuple scope: ``(reason, model, ids)``: only the reasons that these
            records give, behind whatever wall
        :return: query of (wall id, user id, reason, model, record id)
        :rtype: SQL
        """
        if scope:
            reason, model, ids = scope
            where = SQL("%s = ANY(%s)", SQL.identifier("record", "id"), list(ids))
            origins = (
                [self._activity_sql(model, where)]
                if reason == "activity"
                else self.env[model]._wall_origins_sql(where)
            )
        else:
            behind = SQL("partner.client_wall_id = ANY(%s)", self.ids)
            origins = [SQL(query, behind) for query in (MANAGER, ASSISTANT, FOLLOWER)]
            where = SQL("record.client_wall_id = ANY(%s)", self.ids)
            for model in self._source_models():
                origins += self.env[model]._wall_origins_sql(where)
            origins += [
                self._activity_sql(model, where) for model in self._activity_models()
            ]
        return SQL(" UNION ALL ").join(SQL("(%s)", origin) for origin in origins)

    @api.model
    def _activity_sql(self, model, where):
        table = SQL.identifier(self.env[model]._table)
        return SQL(ACTIVITY, model, table, model, where)

    @api.model
    def _activity_models(self):
        """Return the names of the guarded models that have activities."""
        return [
            name
            for name in self._guarded_models()
            if "activity_ids" in self.env[name]._fields
        ]

    @api.model
    def _source_models(self):
        """Return the names of the models whose assignments make members."""
        return [
            name
            for name in self.env.registry.descendants(
                ["client.wall.source"], "_inherit"
            )
            if name != "client.wall.source" and not self.env[name]._abstract
        ]
