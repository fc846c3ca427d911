"""Budgets on the settings page."""

from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    client_budget_portal_default = fields.Boolean(
        related="company_id.client_budget_portal_default", readonly=False
    )
    client_budget_thresholds = fields.Char(
        related="company_id.client_budget_thresholds", readonly=False
    )
