"""Client Hub's part of the settings page."""

from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Settings of Client Hub."""

    _inherit = "res.config.settings"

    client_portal_default = fields.Boolean(
        related="company_id.client_portal_default", readonly=False
    )
