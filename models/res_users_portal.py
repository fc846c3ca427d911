from odoo import models


class ResUsers(models.Model):
    """A person of a client who loses the portal loses the links as well."""

    _inherit = "res.users"

    def write(self, vals):
        """Write; renew the links of clients whose people are switched off."""
        leaving = self.browse()
        if "active" in vals and not vals["active"]:
            leaving = self.filtered(lambda user: user.active and user._is_portal())
        result = super().write(vals)
        if leaving:
            leaving.partner_id._renew_client_links()
        return result
