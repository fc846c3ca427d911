"""What all services of a template include."""

from odoo import fields, models


class ClientContractTemplate(models.Model):
    """Shows what its services include."""

    _inherit = "client.contract.template"

    # copied with the services
    included_ids = fields.One2many(
        comodel_name="client.contract.template.included",
        inverse_name="template_id",
        copy=False,
    )
