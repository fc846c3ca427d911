"""Which labels people who are no employees get, and by what they may sort."""

from odoo import api, models


class Base(models.AbstractModel):
    """Hides from a portal user what his own records tell of another client's.

    What he may make a record point at, see :mod:`client_wall_pointer`.
    """

    _inherit = "base"

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
        hidden = set(self.env["client.wall"]._closed(records).ids)
        for row in rows:
            if read_id(row) in hidden:
                row[key] = False

    def _field_to_sql(self, alias, field_expr, query=None):
        """Check the field itself: Odoo checks only what a related field leads to, as
        superuser, so people could sort and group by what they can't read."""
        # the cheap questions first: this runs for each column of each query
        field = self._fields.get(field_expr.split(".")[0])
        if field and field.groups and field.related and not field.store:
            if self._is_portal_user():
                self._check_field_access(field, "read")
        return super()._field_to_sql(alias, field_expr, query)

    def _is_portal_user(self):
        return not self.env.su and not self.env.user._is_internal()
