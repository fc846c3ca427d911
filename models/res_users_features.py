"""Whether a part of the client record is switched on."""

from odoo import api, models

from ..tools.client_features import feature_group


class ResUsers(models.Model):
    """Asked by screens and portal pages; the rights are not touched by it."""

    _inherit = "res.users"

    @api.private
    def _has_client_feature(self, name):
        """Tell whether a part of the client record is switched on for the user."""
        return self.has_group(feature_group(name))
