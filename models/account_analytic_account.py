from odoo import api, models


class AccountAnalyticAccount(models.Model):
    """Analytic accounts behind a wall show no label where they are referred to."""

    _inherit = "account.analytic.account"

    @api.depends_context("uid")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        self.env["client.wall"]._mask(self)
        return result
