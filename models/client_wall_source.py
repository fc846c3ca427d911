"""Models whose assignments let people see a restricted client."""

from odoo import api, models
from odoo.tools import SQL


class ClientWallSource(models.AbstractModel):
    """Keeps the wall in line with the people assigned to a record.

    A model that inherits this stores ``client_wall_id`` and names its fields:
    ``_wall_reason`` (a reason of ``client.wall.member``), ``_wall_people`` (fields with
    users) and ``_wall_moves`` (fields that take the record to another client). An
    assignment counts as long as it stands and the record is active, done or not:
    whoever made something may look at it again.
    """

    _name = "client.wall.source"
    _description = "Assignment that opens a restricted client"

    _wall_reason = None
    _wall_people = ()
    _wall_moves = ()

    @api.model_create_multi
    def create(self, vals_list):
        """Create, then open the wall to those who were assigned."""
        entered = self.env["client.wall"]._entered()
        records = super().create(vals_list)
        records._wall_sync(entered)
        return records

    def write(self, vals):
        """Write, then let the wall follow, in the same transaction."""
        if not {*self._wall_people, *self._wall_moves, "active"} & vals.keys():
            return super().write(vals)
        entered = self.env["client.wall"]._entered()
        result = super().write(vals)
        self._wall_sync(entered)
        return result

    def unlink(self):
        """Delete, then close the wall to those who had no other reason."""
        ids = self.ids
        # sudo: only whether there is anything to follow up
        is_behind = self.sudo().client_wall_id
        result = super().unlink()
        if is_behind:
            self.browse(ids)._wall_sync_members()
        return result

    def _wall_sync(self, entered):
        """Let the walls follow these records; refuse what opens one from outside.

        :param set entered: what ``client.wall._entered`` returned before the change
        """
        wall = self.env["client.wall"]
        if not self or not wall._has_walls():
            return
        wall._check_entered(entered, self)
        self._wall_sync_members()

    def _wall_sync_members(self):
        """Open and close the member rows that these records give reason to."""
        # sudo: the wall is kept up by the system
        walls = self.env["client.wall"].sudo()
        walls._sync_members((self._wall_reason, self._name, self.ids))

    @api.model
    def _wall_condition_sql(self):
        """Return the condition under which ``record`` counts; hook."""
        return SQL("record.active") if "active" in self._fields else SQL("TRUE")

    @api.model
    def _wall_origins_sql(self, where):
        """Return the queries of who is assigned; see ``client.wall._origins_sql``.

        :param SQL where: condition on ``record``, the model's table
        :return: one query per field
        :rtype: list
        """
        queries = []
        for name in self._wall_people:
            field = self._fields[name]
            if field.type == "many2one":
                user, join = SQL("record.%s", SQL.identifier(name)), SQL()
            else:
                user = SQL("rel.%s", SQL.identifier(field.column2))
                join = SQL(
                    "JOIN %s AS rel ON rel.%s = record.id",
                    SQL.identifier(field.relation),
                    SQL.identifier(field.column1),
                )
            queries.append(
                SQL(
                    "SELECT record.client_wall_id, %s, %s, %s, record.id "
                    "FROM %s AS record %s WHERE %s IS NOT NULL AND %s AND %s",
                    user,
                    self._wall_reason,
                    self._name,
                    SQL.identifier(self._table),
                    join,
                    user,
                    self._wall_condition_sql(),
                    where,
                )
            )
        return queries
