"""What a company presets for the invoices of its contracts, in the settings."""

from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Cash rounding of new contracts."""

    _inherit = "res.config.settings"

    client_rounding_id = fields.Many2one(
        related="company_id.client_rounding_id", readonly=False
    )
