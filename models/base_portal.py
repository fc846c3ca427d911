"""What people who are no employees may point at."""

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
        if self._is_portal_writer():
            for name in list(values):
                if self._points_at_hidden({name: values[name]}):
                    del values[name]
        return values

    def _is_portal_writer(self):
        return not self.env.su and not self.env.user._is_internal()

    def _check_portal_targets(self, vals_list):
        """Raise when values point at what the wall hides from a portal user.

        :raise AccessError: names nothing
        """
        if self._is_portal_writer():
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
