"""How a company renegotiates, on the settings page."""

from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Accounts, taxes and usual terms of renegotiations."""

    _inherit = "res.config.settings"

    client_renegotiation_journal_id = fields.Many2one(
        related="company_id.client_renegotiation_journal_id", readonly=False
    )
    client_renegotiation_interest_account_id = fields.Many2one(
        related="company_id.client_renegotiation_interest_account_id", readonly=False
    )
    client_renegotiation_fine_account_id = fields.Many2one(
        related="company_id.client_renegotiation_fine_account_id", readonly=False
    )
    client_renegotiation_discount_account_id = fields.Many2one(
        related="company_id.client_renegotiation_discount_account_id", readonly=False
    )
    client_renegotiation_tax_ids = fields.Many2many(
        related="company_id.client_renegotiation_tax_ids", readonly=False
    )
    client_renegotiation_fine_percent = fields.Float(
        related="company_id.client_renegotiation_fine_percent", readonly=False
    )
    client_renegotiation_late_percent = fields.Float(
        related="company_id.client_renegotiation_late_percent", readonly=False
    )
    client_renegotiation_plan_percent = fields.Float(
        related="company_id.client_renegotiation_plan_percent", readonly=False
    )
    client_renegotiation_rate_unit = fields.Selection(
        related="company_id.client_renegotiation_rate_unit", readonly=False
    )
    client_renegotiation_compound = fields.Boolean(
        related="company_id.client_renegotiation_compound", readonly=False
    )
    client_renegotiation_break_days = fields.Integer(
        related="company_id.client_renegotiation_break_days", readonly=False
    )
    client_renegotiation_break_count = fields.Integer(
        related="company_id.client_renegotiation_break_count", readonly=False
    )
    client_renegotiation_break_effect = fields.Selection(
        related="company_id.client_renegotiation_break_effect", readonly=False
    )
