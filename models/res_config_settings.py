"""Client Hub's part of the settings page."""

from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Settings of Client Hub."""

    _inherit = "res.config.settings"

    client_portal_default = fields.Boolean(
        related="company_id.client_portal_default", readonly=False
    )
    client_log_looks = fields.Boolean(
        related="company_id.client_log_looks", readonly=False
    )
