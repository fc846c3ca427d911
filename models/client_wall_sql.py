"""The conditions of the wall, as SQL."""

from odoo import api, fields, models
from odoo.tools import SQL

# How far the conditions follow documents of documents.
REFERENCE_DEPTH = 5
# Whoever takes part sees the record until it is over, whatever it is about: the field
# with the people, and the one with the end.
OWN_RECORDS = {"calendar.event": ("partner_ids", "stop")}


class ClientWall(models.Model):
    """Writes, path by path, the condition under which a record is not hidden."""

    _inherit = "client.wall"

    @api.model
    def _visible_sql(self, model_name, alias, depth=0):
        """Return the condition under which a record is not hidden; never NULL.

        :param str model_name: name of the model
        :param str alias: alias of its table
        :rtype: SQL | None
        """
        conditions = []
        # sudo: the wall's columns are read by the rule, not by the user
        model = self.env[model_name].sudo()
        for kind, name, *rest in self._guard_paths(model_name, depth > 0):
            if kind == "wall":
                return self._wall_sql(model, alias)
            if kind == "reference":
                # a document of a document is not asked for: the plan would explode
                if depth < REFERENCE_DEPTH:
                    conditions.append(self._reference_sql(model, alias, name, *rest))
            elif kind == "inverse":
                conditions.append(self._inverse_sql(model, alias, name, *rest))
            elif kind == "many2many":
                conditions.append(self._many2many_sql(model, alias, name))
            else:
                condition = self._many2one_sql(model, alias, name, depth)
                conditions.append(condition)
        conditions = [condition for condition in conditions if condition]
        if not conditions:
            return None
        visible = SQL("(%s)", SQL(" AND ").join(conditions))
        if own := self._own_sql(model, alias):
            visible = SQL("(%s OR %s)", own, visible)
        return visible

    @api.model
    def _wall_sql(self, model, alias):
        walls, partners = self._open_ids()
        column = model._field_to_sql(alias, "client_wall_id")
        visible = SQL("%s IS NULL", column)
        if walls:
            visible = SQL("%s OR %s = ANY(%s)", visible, column, walls)
        if partners and model._name == "res.partner":
            key = model._field_to_sql(alias, "id")
            visible = SQL("%s OR %s = ANY(%s)", visible, key, partners)
        return SQL("(%s)", visible)

    @api.model
    def _many2one_sql(self, model, alias, name, depth):
        # sudo: as in _visible_sql; columns are named, nothing is read
        comodel = self.env[model._fields[name].comodel_name].sudo()
        column = model._field_to_sql(alias, name)
        inner = f"wall_{depth}_{name}"
        if self._stores_wall(comodel) and depth:
            return self._is_open_sql(self._wall_by_id_sql(comodel, inner, column))
        visible = self._visible_sql(comodel._name, inner, depth + 1)
        if not visible:
            return None
        if self._stores_wall(comodel):
            # Within the OR it stays a sub-plan: PostgreSQL reads the few clients of a
            # page by id, and hashes all clients with a wall for a whole table.
            visible = SQL(
                "%s IS NOT NULL AND NOT %s",
                SQL.identifier(inner, "client_wall_id"),
                visible,
            )
        return SQL(
            "(%s IS NULL OR %s EXISTS (SELECT 1 FROM %s AS %s WHERE %s = %s AND %s))",
            column,
            SQL("NOT") if self._stores_wall(comodel) else SQL(),
            SQL.identifier(comodel._table),
            SQL.identifier(inner),
            SQL.identifier(inner, "id"),
            column,
            visible,
        )

    @api.model
    def _is_open_sql(self, wall):
        """Return that a wall, which may be NULL, is none or open; never NULL."""
        if walls := self._open_ids()[0]:
            return SQL("COALESCE(%s = ANY(%s), TRUE)", wall, walls)
        # not "= ANY" of nothing: it is false for NULL, too
        return SQL("%s IS NULL", wall)

    @api.model
    def _wall_by_id_sql(self, model, alias, key):
        """Return the wall of one record, NULL where it is open to the current user.

        A scalar sub-query: it is planned once, where EXISTS would be planned twice.
        """
        wall = SQL.identifier(alias, "client_wall_id")
        partners = self._open_ids()[1]
        if partners and model._name == "res.partner":
            wall = SQL(
                "CASE WHEN %s = ANY(%s) THEN NULL ELSE %s END",
                SQL.identifier(alias, "id"),
                partners,
                wall,
            )
        return SQL(
            "(SELECT %s FROM %s AS %s WHERE %s = %s)",
            wall,
            SQL.identifier(model._table),
            SQL.identifier(alias),
            SQL.identifier(alias, "id"),
            key,
        )

    @api.model
    def _inverse_sql(self, model, alias, name, other):
        # sudo: as above
        document = self.env[other].sudo()
        inner = f"wall_{document._table}"
        return SQL(
            "NOT EXISTS (SELECT 1 FROM %s AS %s WHERE %s = %s AND NOT %s)",
            SQL.identifier(document._table),
            SQL.identifier(inner),
            SQL.identifier(inner, name),
            model._field_to_sql(alias, "id"),
            self._visible_sql(other, inner),
        )

    @api.model
    def _many2many_sql(self, model, alias, name):
        field = model._fields[name]
        # sudo: as above
        comodel = self.env[field.comodel_name].sudo()
        inner = f"wall_{name}"
        return SQL(
            "NOT EXISTS (SELECT 1 FROM %s AS rel JOIN %s AS %s ON %s = rel.%s "
            "WHERE rel.%s = %s AND NOT %s)",
            SQL.identifier(field.relation),
            SQL.identifier(comodel._table),
            SQL.identifier(inner),
            SQL.identifier(inner, "id"),
            SQL.identifier(field.column2),
            SQL.identifier(field.column1),
            SQL.identifier(alias, "id"),
            self._visible_sql(comodel._name, inner),
        )

    @api.model
    def _reference_sql(self, model, alias, name, model_field):
        """Return that the document which a model name and an id name is visible.

        Some thirty models may be named: a screen pays for planning them alone.
        """
        key = model._field_to_sql(alias, name)
        document = model._field_to_sql(alias, model_field)
        walls, others = [], []
        for name_ in self._reference_models():
            if name_ == model._name:
                continue
            # sudo: as above
            target = self.env[name_].sudo()
            inner = f"wall_ref_{target._table}"[:60]
            if self._stores_wall(target):
                wall = self._wall_by_id_sql(target, inner, key)
                walls.append(SQL("WHEN %s THEN %s", name_, wall))
            elif visible := self._visible_sql(name_, inner, REFERENCE_DEPTH):
                others.append(
                    SQL(
                        "WHEN %s THEN (SELECT %s FROM %s AS %s WHERE %s = %s)",
                        name_,
                        visible,
                        SQL.identifier(target._table),
                        SQL.identifier(inner),
                        SQL.identifier(inner, "id"),
                        key,
                    )
                )
        if not walls:
            return None
        visible = self._is_open_sql(
            SQL("CASE %s %s END", document, SQL(" ").join(walls))
        )
        if others:
            visible = SQL(
                "CASE %s %s ELSE %s END", document, SQL(" ").join(others), visible
            )
        # a document that is gone hides nothing
        return SQL("COALESCE(%s, TRUE)", visible)

    @api.model
    def _own_sql(self, model, alias):
        """Return that the user takes part in what is not over, where that opens it."""
        if model._name not in OWN_RECORDS:
            return None
        people, end = OWN_RECORDS[model._name]
        field = model._fields[people]
        return SQL(
            "(%s >= %s AND EXISTS (SELECT 1 FROM %s AS own WHERE own.%s = %s "
            "AND own.%s = %s))",
            model._field_to_sql(alias, end),
            fields.Datetime.now(),
            SQL.identifier(field.relation),
            SQL.identifier(field.column1),
            SQL.identifier(alias, "id"),
            SQL.identifier(field.column2),
            self.env.user.partner_id.id,
        )
