"""What a company asks of its clients' records, on the settings page."""

from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Required tax ids and addresses."""

    _inherit = "res.config.settings"

    client_tax_id_company = fields.Boolean(
        related="company_id.client_tax_id_company", readonly=False
    )
    client_tax_id_person = fields.Boolean(
        related="company_id.client_tax_id_person", readonly=False
    )
    client_invoice_address = fields.Boolean(
        related="company_id.client_invoice_address", readonly=False
    )
