"""Client Hub's part of the settings page."""

from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Settings of Client Hub."""

    _inherit = "res.config.settings"

    client_portal_default = fields.Boolean(
        related="company_id.client_portal_default", readonly=False
    )
    client_invoice_address = fields.Boolean(
        related="company_id.client_invoice_address", readonly=False
    )
    client_tax_id_company = fields.Boolean(
        related="company_id.client_tax_id_company", readonly=False
    )
    client_tax_id_person = fields.Boolean(
        related="company_id.client_tax_id_person", readonly=False
    )
