"""Rules that come from the registry."""

from odoo import api, models


class IrRule(models.Model):
    """Adds to each model what the wall asks of portal and public users."""

    _inherit = "ir.rule"

    @api.model
    def _compute_domain(self, model_name, mode="read"):
        """Return Odoo's domain, narrowed for people who are no employees."""
        domain = super()._compute_domain(model_name, mode)
        if self.env.su or not self.env.user.share:
            return domain
        return domain & self.env["client.wall"]._portal_domain(model_name)
