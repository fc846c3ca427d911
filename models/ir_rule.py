"""Record rules of the wall, for every model with a path to a client."""

from odoo import models


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
        wall = self.env["client.wall"]
        if self.env.user.share:
            return domain & wall._portal_domain(model_name)
        if wall._is_limited():
            return domain & wall._guard_domain(model_name)
        return domain
