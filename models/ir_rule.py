"""Record rules of the wall, for every model with a path to a client."""

from odoo import models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from .client_guard_mixin import MODULE


class IrRule(models.Model):
    """Adds to the rules of a model what the wall hides from the user."""

    _inherit = "ir.rule"

    def _compute_domain(self, model_name, mode="read"):
        """Return the rules' domain, without what is behind a wall.

        Not cached, unlike the domain it extends: who is limited may change while the
        rules stay the same.

        :param str model_name: name of the model
        :param str mode: ``read``, ``write``, ``create`` or ``unlink``
        :rtype: Domain
        """
        domain = super()._compute_domain(model_name, mode)
        if self.env.su:
            return domain
        model = self.env[model_name]
        if model._transient and model._original_module == MODULE and mode != "create":
            # a dialog is for whoever opened it: what it was told isn't for others
            domain &= Domain("create_uid", "=", self.env.uid)
        wall = self.env["client.wall"]
        if self.env.user.share:
            return domain & wall._portal_domain(model_name)
        if wall._is_limited():
            return domain & wall._guard_domain(model_name)
        return domain

    def _make_access_error(self, operation, records):
        """Return the error, without the names of records behind a wall.

        Every employee may switch on debug mode, where Odoo names the records.

        :param str operation: ``read``, ``write``, ``create`` or ``unlink``
        :param records: the forbidden records
        :rtype: AccessError
        """
        wall = self.env["client.wall"]
        # what another rule forbids may be about a hidden client all the same
        names = wall._is_limited() and self.env.user.has_group("base.group_no_one")
        if not names and not wall._hidden(records):
            return super()._make_access_error(operation, records)
        # sudo: reads the name of a model
        model = self.env["ir.model"].sudo()._get(records._name)
        return AccessError(
            self.env._(
                "You can't open or change this record (%(model)s). Ask whoever is "
                "responsible for it, if you need it.",
                model=model.name or records._name,
            )
        )
