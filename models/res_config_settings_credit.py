"""Credit on the settings page."""

from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Policy and approver of the company."""

    _inherit = "res.config.settings"

    client_credit_policy = fields.Selection(
        related="company_id.client_credit_policy", readonly=False
    )
    client_credit_approver = fields.Selection(
        related="company_id.client_credit_approver", readonly=False
    )
    client_credit_group_id = fields.Many2one(
        related="company_id.client_credit_group_id", readonly=False
    )
