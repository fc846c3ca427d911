"""That finance and administrators open a restricted client, in its history."""

from odoo import SUPERUSER_ID, api, fields, models, tools
from odoo.tools import SQL

# Context key: what is read now is part of something bigger that was opened.
LOOK_INSIDE = "client_wall_look_inside"
# An object, since a context that comes by RPC can't hold it: nobody looks unseen.
LOOKING = object()


class Base(models.AbstractModel):
    """Notices that the form of a record is opened."""

    _inherit = "base"

    @api.readonly
    def web_read(self, specification):
        """Read, and log the look of somebody who sees the client by his role only."""
        wall = self.env["client.wall"]
        is_inside = self.env.context.get(LOOK_INSIDE) is LOOKING
        if is_inside or not wall._is_look_logged(self._name):
            return super().web_read(specification)
        opened = self.with_context(**{LOOK_INSIDE: LOOKING})
        result = super(Base, opened).web_read(specification)
        if len(self) == 1 and isinstance(self.id, int):
            wall._log_look(self)
        return result

    @api.model
    @api.readonly
    def web_search_read(self, domain, specification, *args, **kwargs):
        """Read a list: that is not opening what is on it."""
        records = self
        if self.env["client.wall"]._is_look_logged(self._name):
            records = self.with_context(**{LOOK_INSIDE: LOOKING})
        return super(Base, records).web_search_read(
            domain, specification, *args, **kwargs
        )


class ClientWall(models.Model):
    """Logs looks, once per user, client and day."""

    _inherit = "client.wall"

    @api.model
    def _is_look_logged(self, model_name):
        """Tell whether the user's opening a record of the model could be logged.

        Asks caches only, so that it costs nothing where nothing is logged.
        """
        companies = self._look_companies()
        if not companies or self.env.su or self.env.uid == SUPERUSER_ID:
            return False
        if self.env.company.id not in companies or not self._has_walls():
            return False
        user = self.env.user
        return bool(
            user._is_internal()
            and user._client_wall_sees_all()
            and self._guard_paths(model_name)
        )

    @api.model
    @tools.ormcache()
    def _look_companies(self):
        """Return the ids of the companies that want looks logged."""
        # sudo: a setting
        companies = self.env["res.company"].sudo()
        return frozenset(companies.search([("client_log_looks", "=", True)]).ids)

    @api.model
    def _log_look(self, record):
        """Log that the user opened a record of a client he sees by his role only.

        A page may be read on a copy of the database that can't be written. Writing
        there makes Odoo serve the request again where it can: once a day per client.

        :param record: the record that was opened
        """
        walls = self._walls_behind(record)
        member_of = self._member_wall_ids() if walls else set()
        outside = walls.filtered(lambda wall: wall.id not in member_of)
        if outside:
            outside._write_look(record)

    def _write_look(self, record):
        """Write a row to the history of each client, the first time of the day."""
        user = self.env.user
        day = fields.Date.context_today(self.with_context(tz=user.tz))
        is_admin = user.has_group("client_hub.group_manager") or user._is_system()
        logged = self._logged_looks(day)
        for wall in self.filtered(lambda wall: wall.client_id.id not in logged):
            # SQL: asks and writes in one step, also when two pages open at once
            is_first = self.env.execute_query(
                SQL(
                    """
                    INSERT INTO client_wall_look (user_id, client_id, day)
                         VALUES (%s, %s, %s)
                    ON CONFLICT DO NOTHING RETURNING id
                    """,
                    *(user.id, wall.client_id.id, day),
                )
            )
            if is_first:
                text = (
                    self.env._("%(user)s opened “%(record)s” as administrator")
                    if is_admin
                    else self.env._("%(user)s opened “%(record)s” as finance")
                )
                self.env["client.history"]._log(
                    wall.client_id,
                    "access",
                    user.name,
                    record=record,
                    note=text % {"user": user.name, "record": record.display_name},
                )

    def _logged_looks(self, day):
        """Return the ids of the clients whose look by the user is logged already."""
        rows = self.env.execute_query(
            SQL(
                "SELECT client_id FROM client_wall_look"
                " WHERE user_id = %s AND day = %s",
                *(self.env.uid, day),
            )
        )
        return {row[0] for row in rows}


class ClientWallLook(models.Model):
    """Who has already been logged today for a client."""

    _name = "client.wall.look"
    _description = "Look at a restricted client, once a day"
    _log_access = False

    user_id = fields.Many2one(
        comodel_name="res.users", required=True, ondelete="cascade", index=True
    )
    client_id = fields.Many2one(
        comodel_name="res.partner", required=True, ondelete="cascade", index=True
    )
    day = fields.Date(required=True)

    _once = models.UniqueIndex(
        "(user_id, client_id, day)", "A look is logged once a day."
    )

    @api.autovacuum
    def _gc_looks(self):
        """Delete what is no longer needed to log once a day."""
        self.search(
            [("day", "<", fields.Date.subtract(fields.Date.today(), days=3))]
        ).unlink()
