"""What people who are no employees may point at, and which labels they get."""

from odoo import api, models
from odoo.exceptions import AccessError


class Base(models.AbstractModel):
    """A record can't be pointed at another client's: its label would tell its name.

    For employees, see the guard of references.
    """

    _inherit = "base"

    @api.model_create_multi
    def create(self, vals_list):
        """Check what a portal user points at, then create."""
        self._check_portal_targets(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        """Check what a portal user points at, then write."""
        self._check_portal_targets([vals])
        return super().write(vals)

    def onchange(self, values, field_names, fields_spec):
        """Check what a portal user points at, then compute what a form shows."""
        self._check_portal_targets([values])
        return super().onchange(values, field_names, fields_spec)

    @api.model
    def default_get(self, fields):
        """Leave out defaults of a context that point at another client's records."""
        values = super().default_get(fields)
        if self._is_portal_user():
            for name in list(values):
                if self._points_at_hidden({name: values[name]}):
                    del values[name]
        return values

    def _read_format(self, fnames, load="_classic_read"):
        """Leave out what a portal user's record points at behind the wall.

        Odoo computes the label of what a record points at as superuser.
        """
        rows = super()._read_format(fnames, load=load)
        if rows and self._is_portal_user():
            for name in fnames:
                self._hide_portal_labels(rows, name, name)
        return rows

    @api.model
    def formatted_read_group(
        self,
        domain,
        groupby=(),
        aggregates=(),
        having=(),
        offset=0,
        limit=None,
        order=None,
    ):
        """Leave out the labels of groups behind the wall."""
        groups = super().formatted_read_group(
            domain, groupby, aggregates, having, offset, limit, order
        )
        if groups and self._is_portal_user():
            for spec in groupby:
                self._hide_portal_labels(groups, spec, spec.split(":")[0])
        return groups

    @api.model
    def _hide_portal_labels(self, rows, key, field_name):
        """Empty ``row[key]`` where it is a record that the wall hides."""
        field = self._fields.get(field_name)
        if not field or field.type != "many2one":
            return
        comodel = self.env[field.comodel_name]
        if not self.env["client.wall"]._portal_is_guarded(comodel._name):
            return

        def read_id(row):
            value = row.get(key)
            return value[0] if isinstance(value, tuple | list) else value

        ids = {read_id(row) for row in rows} - {False, None}
        records = comodel.browse(ids)
        hidden = set((records - self.env["client.wall"]._portal_open(records)).ids)
        for row in rows:
            if read_id(row) in hidden:
                row[key] = False

    def _field_to_sql(self, alias, field_expr, query=None):
        """Check the field itself: Odoo checks only what a related field leads to, as
        superuser, so people could sort and group by what they can't read."""
        if self._is_portal_user():
            field = self._fields.get(field_expr.split(".")[0])
            if field and field.groups and field.related and not field.store:
                self._check_field_access(field, "read")
        return super()._field_to_sql(alias, field_expr, query)

    def _is_portal_user(self):
        return not self.env.su and not self.env.user._is_internal()

    def _check_portal_targets(self, vals_list):
        """Raise when values point at what the wall hides from a portal user.

        :raise AccessError: names nothing
        """
        if self._is_portal_user():
            for vals in vals_list:
                if self._points_at_hidden(vals):
                    raise AccessError(
                        self.env._("You can't use records of another client.")
                    )

    @api.model
    def _points_at_hidden(self, vals):
        """Return whether values point at records that the wall hides.

        :param dict vals: values of a record, or of a form
        """
        wall = self.env["client.wall"]
        for name, value in vals.items():
            field = self._fields.get(name)
            if not field or not field.relational or not value:
                continue
            comodel = self.env[field.comodel_name]
            ids, nested = self._read_portal_targets(field, value)
            if any(comodel._points_at_hidden(row) for row in nested):
                return True
            records = comodel.browse(ids)
            if records - wall._portal_open(records):
                return True
        return False

    @api.model
    def _read_portal_targets(self, field, value):
        """Return the ids that a value points at, and the values of lines in it."""
        if field.type == "many2one":
            value = value.get("id") if isinstance(value, dict) else value
            return ([value] if isinstance(value, int) else []), []
        ids, nested = [], []
        for command in value if isinstance(value, list | tuple) else ():
            if isinstance(command, int):
                ids.append(command)
                continue
            code, record_id, vals = [*command, 0, 0][:3]
            if code in (1, 4) and isinstance(record_id, int):
                ids.append(record_id)
            if code == 6:
                ids += [record_id for record_id in vals or () if record_id]
            elif code in (0, 1) and isinstance(vals, dict):
                nested.append(vals)
        return ids, nested
