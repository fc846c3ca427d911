"""How often a company may adjust its prices, on the settings page."""

from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Shortest interval between two price adjustments."""

    _inherit = "res.config.settings"

    client_adjustment_min_months = fields.Integer(
        related="company_id.client_adjustment_min_months", readonly=False
    )
