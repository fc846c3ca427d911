from odoo import api, models


class AccountPayment(models.Model):
    """Payments behind a wall show no label where they are referred to."""

    _inherit = "account.payment"

    @api.depends_context("uid")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        self.env["client.wall"]._mask(self)
        return result
