from odoo import models


class MailTrackingValue(models.Model):
    """Changes that name a hidden record are left out of the chatter."""

    _inherit = "mail.tracking.value"

    def _filter_has_field_access(self, env):
        """Leave out values of fields that pointed at a hidden record."""
        trackings = super()._filter_has_field_access(env)
        wall = env["client.wall"]
        if not trackings or not wall._is_limited():
            return trackings
        return trackings.filtered(lambda row: not row._names_hidden(wall))

    def _names_hidden(self, wall):
        """Tell whether the old or new value is a record that is hidden.

        :param wall: ``client.wall``, in the environment of who reads
        """
        self.ensure_one()
        model = wall.env.get(self.field_id.model)
        field = model is not None and model._fields.get(self.field_id.name)
        if not field or not field.relational:
            return False
        if field.type != "many2one":
            # only names are kept of several records
            return field.comodel_name != "res.users" and bool(
                wall._guard_paths(field.comodel_name)
            )
        ids = [self.old_value_integer, self.new_value_integer]
        return bool(
            wall._hidden(wall.env[field.comodel_name].browse(filter(None, ids)))
        )
