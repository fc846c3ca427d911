"""Company settings of Client Hub."""

from odoo import fields, models


class ResCompany(models.Model):
    """Defaults that a company chooses once."""

    _inherit = "res.company"

    client_portal_default = fields.Boolean(
        string="Clients may use the portal",
        default=True,
        groups="base.group_user",
        help="For clients whose portal access is “As in the settings”.",
    )

    def write(self, vals):
        """Write; the portal's rules, cached per user, look at the setting."""
        result = super().write(vals)
        if "client_portal_default" in vals:
            self.env.registry.clear_cache()
        return result
