"""What people may not write by RPC, and may not point at."""

from collections import defaultdict

from odoo import api, models, tools
from odoo.exceptions import AccessError

from ..tools.commands import split_commands

MODULE = "client_hub"


class ClientGuardMixin(models.AbstractModel):
    """Two checks for everybody but superuser code.

    Stored fields that follow from others (wall, client of a line, sums…) are written
    by nobody: ``readonly`` alone only concerns the screen. And a record points only at
    what its writer may read: a label, a related field or an error would tell him of it,
    or, assigned to a job of his, he would be let in.
    """

    _name = "client.guard.mixin"
    _description = "Guard of Fields"

    # Names of relational fields to check; None: all to partners and guarded models.
    _guard_references = None

    # === CRUD METHODS === #

    @api.model
    def default_get(self, fields):
        """Drop defaults (``default_…`` of a context) that nobody may write."""
        values = super().default_get(fields)
        if self.env.su:
            return values
        for name in self._guard_followers() & values.keys():
            del values[name]
        self._check_guard_references([values])
        return values

    @api.model_create_multi
    def create(self, vals_list):
        """Check, then create."""
        self._check_guard(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        """Check, then write."""
        self._check_guard([vals])
        return super().write(vals)

    def onchange(self, values, field_names, fields_spec):
        """Check, then compute what a form shows."""
        self._check_guard_references([values])
        return super().onchange(values, field_names, fields_spec)

    # === BUSINESS METHODS === #

    @api.model
    @tools.ormcache("self._name")
    def _guard_followers(self):
        """Return the names of the addon's stored fields that follow from others."""
        return frozenset(
            name
            for name, field in self._fields.items()
            if field.store
            and field.readonly
            and (field.compute or field.related)
            and field._module == MODULE
        )

    @api.model
    @tools.ormcache("self._name")
    def _guard_reference_names(self):
        """Return the names of the fields whose targets are checked."""
        if self._guard_references is not None:
            return frozenset(self._guard_references)
        return frozenset(
            name
            for name, field in self._fields.items()
            if field.relational
            and (
                "client_wall_id" in self.env[field.comodel_name]._fields
                or field.type == "one2many"
            )
        )

    def _check_guard(self, vals_list):
        """Raise if values write what follows from others, or point at the hidden.

        :param list vals_list: dicts of values
        :raise AccessError: names the fields, never what they point at
        """
        if self.env.su:
            return
        followers = self._guard_followers()
        if names := {name for vals in vals_list for name in followers & vals.keys()}:
            raise AccessError(
                self.env._(
                    "These fields are set by the system: %(names)s.",
                    names=", ".join(sorted(names)),
                )
            )
        self._check_guard_references(vals_list)

    def _check_guard_references(self, vals_list):
        """Raise if values point at a record that the user may not read.

        :param list vals_list: dicts of values
        :raise AccessError: as Odoo words it for that record
        """
        if self.env.su:
            return
        targets = defaultdict(set)
        for vals in vals_list:
            self._collect_guard_targets(vals, targets)
        # one check per model however many records are written
        for model, ids in targets.items():
            # archived records count as well; a deleted one is Odoo's own matter
            self.env[model].browse(ids).exists().check_access("read")

    @api.model
    def _collect_guard_targets(self, vals, targets):
        """Add what ``vals`` point at to ``targets``: ``{model: {ids}}``."""
        for name in self._guard_reference_names() & vals.keys():
            field, value = self._fields[name], vals[name]
            comodel = self.env[field.comodel_name]
            if field.type == "many2one":
                value = value.get("id") if isinstance(value, dict) else value
                ids = [value] if isinstance(value, int) and value else []
            else:
                ids, nested = split_commands(value)
                if hasattr(comodel, "_collect_guard_targets"):
                    for line in nested:
                        comodel._collect_guard_targets(line, targets)
            if ids and "client_wall_id" in comodel._fields:
                targets[comodel._name].update(ids)
