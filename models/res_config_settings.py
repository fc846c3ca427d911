"""Client Hub's part of the settings page."""

from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Settings of Client Hub."""

    _inherit = "res.config.settings"

    client_portal_default = fields.Boolean(
        related="company_id.client_portal_default", readonly=False
    )
    client_credit_policy = fields.Selection(
        related="company_id.client_credit_policy", readonly=False
    )
    client_credit_approver = fields.Selection(
        related="company_id.client_credit_approver", readonly=False
    )
    client_credit_group_id = fields.Many2one(
        related="company_id.client_credit_group_id", readonly=False
    )
