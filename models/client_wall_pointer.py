"""What values of any model point at, and whether it is hidden."""

from collections import defaultdict

from odoo import api, models
from odoo.exceptions import AccessError

from ..tools.commands import split_commands


class ClientWall(models.Model):
    """Finds in values the references to what is behind a wall."""

    _inherit = "client.wall"

    @api.model
    @api.private
    def _check_references(self, records, vals_list, with_defaults=False):
        """Raise if values point at what is closed to the current user.

        :param records: the records that are written, or an empty recordset
        :param list vals_list: dicts of values, as for ``create`` or ``onchange``;
            anything else is refused by the method that is called
        :param bool with_defaults: look at the defaults of the context as well, where
            the user is an employee
        :raise AccessError: names the fields, never what they point at
        """
        if not self._is_guarded_user():
            return
        is_internal = self.env.user._is_internal()
        if with_defaults and is_internal:
            vals_list = [*vals_list, self._context_defaults()]
        names = self._find_values(records, vals_list)
        if not names:
            return
        if not is_internal:
            raise AccessError(self.env._("You can't use records of another client."))
        fields_get = records.fields_get(names, ["string"])
        labels = [fields_get.get(name, {}).get("string", name) for name in names]
        raise AccessError(
            self.env._(
                "You can't use the record that you chose for: %(fields)s.",
                fields=", ".join(sorted(labels)),
            )
        )

    @api.model
    @api.private
    def _find_closed_values(self, records, vals):
        """Return the names of the values that would show the user a closed record.

        :param records: a recordset, whose model the values are of
        :param dict vals: values on their way to the user
        :rtype: list
        """
        return self._find_values(records, [vals]) if self._is_guarded_user() else []

    @api.model
    def _is_guarded_user(self):
        """Tell whether anything can be closed to the current user."""
        return self._is_limited() or not self.env.user._is_internal()

    @api.model
    @api.private
    def _closed(self, records):
        """Return those of ``records`` that the wall closes to the current user.

        :param records: records of any model, also as superuser
        """
        if self.env.user._is_internal():
            return self._hidden(records)
        return records - self._portal_open(records)

    @api.model
    def _context_defaults(self):
        """Return the values that the context gives to new records."""
        return {
            key.removeprefix("default_"): value
            for key, value in self.env.context.items()
            if key.startswith("default_")
        }

    @api.model
    def _find_values(self, records, vals_list):
        """Return the names of the values that point at what is closed to the user.

        :param records: a recordset, whose model the values are of
        :param list vals_list: dicts of values
        :rtype: list
        """
        # {model: {id: {name of the value at the top}}}
        targets = defaultdict(lambda: defaultdict(set))
        for vals in vals_list:
            if isinstance(vals, dict):
                self._collect_values(records, vals, targets)
        names = set()
        for model, ids in targets.items():
            for id_ in self._closed(self.env[model].browse(ids))._ids:
                names |= ids[id_]
        return sorted(names)

    @api.model
    def _collect_values(self, records, vals, targets, top=None):
        """Add what values point at to ``targets``.

        :param str top: name of the value that they are lines of, if any
        """
        for name, value in vals.items():
            self._collect_targets(records, vals, name, value, targets, top or name)

    @api.model
    def _collect_targets(self, records, vals, name, value, targets, top):
        """Add what a value points at to ``targets``."""
        field = records._fields.get(name)
        if field is None or not value or isinstance(value, bool):
            return
        if field.type == "many2one":
            if isinstance(value, dict):
                value = value.get("id")
            self._add_target(targets, field.comodel_name, value, top)
        elif field.type in ("one2many", "many2many"):
            comodel = self.env[field.comodel_name]
            ids, nested = split_commands(value)
            for id_ in ids:
                self._add_target(targets, comodel._name, id_, top)
            for line in nested:
                self._collect_values(comodel, line, targets, top)
        elif field.type == "reference":
            self._add_target(targets, *self._split_reference(value), top)
        elif field.type == "many2one_reference":
            models_ = {vals.get(field.model_field)}
            if field.model_field not in vals and records:
                # sudo: the model of a document is no secret to whoever names it
                models_ = set(records.sudo().mapped(field.model_field))
            for model in models_:
                self._add_target(targets, model, value, top)

    @api.model
    def _split_reference(self, value):
        """Return the model and the id that a reference names: of a form, or stored."""
        if isinstance(value, dict):
            return value.get("model"), value.get("id")
        model, _sep, id_ = str(value).partition(",")
        return model, id_.isdigit() and int(id_)

    @api.model
    def _add_target(self, targets, model, id_, top):
        if model in self.env and isinstance(id_, int) and id_ > 0:
            targets[model][id_].add(top)
