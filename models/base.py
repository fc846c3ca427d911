"""Nobody points at what is behind a wall."""

from odoo import api, models


class Base(models.AbstractModel):
    """Checks what records are made to point at, for every model.

    A record of one's own that points at a hidden one would tell its name, its address
    or its prices, or let its writer in by an assignment.
    """

    _inherit = "base"

    @api.model
    def default_get(self, fields):
        """Leave out defaults (of a context) that point at what is hidden."""
        values = super().default_get(fields)
        wall = self.env["client.wall"]
        if not self.env.su:
            for name in wall._find_closed_values(self, values):
                del values[name]
        return values

    @api.model_create_multi
    def create(self, vals_list):
        """Check the values and the defaults of the context, then create."""
        if not self.env.su:
            wall = self.env["client.wall"]
            wall._check_references(self, vals_list, with_defaults=True)
        return super().create(vals_list)

    def write(self, vals):
        """Check, then write."""
        if not self.env.su:
            self.env["client.wall"]._check_references(self, [vals])
        return super().write(vals)

    def onchange(self, values, field_names, fields_spec):
        """Check what was chosen; leave out what would be chosen for the user."""
        if self.env.su:
            return super().onchange(values, field_names, fields_spec)
        wall = self.env["client.wall"]
        wall._check_references(self, [values])
        result = super().onchange(values, field_names, fields_spec)
        if result.get("value"):
            for name in wall._find_closed_values(self, result["value"]):
                result["value"][name] = (
                    [] if self._fields[name].type.endswith("2many") else False
                )
        return result
