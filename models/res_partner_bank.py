from odoo import api, models


class ResPartnerBank(models.Model):
    """Bank accounts behind a wall show no label where they are referred to."""

    _inherit = "res.partner.bank"

    @api.depends_context("uid")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        self.env["client.wall"]._mask(self)
        return result
