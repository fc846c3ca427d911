"""What a service of a contract includes."""

from odoo import fields, models


class ClientContractLine(models.Model):
    """Takes what it includes along when its contract is copied."""

    _inherit = "client.contract.line"

    included_ids = fields.One2many(
        comodel_name="client.contract.included",
        inverse_name="line_id",
        copy=True,
    )
