"""How early a company is reminded, on the settings page."""

from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Days between the reminder and the last day of notice."""

    _inherit = "res.config.settings"

    client_notice_reminder_days = fields.Integer(
        related="company_id.client_notice_reminder_days", readonly=False
    )
