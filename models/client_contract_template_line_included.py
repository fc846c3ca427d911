"""What a service of a template includes."""

from odoo import api, fields, models


class ClientContractTemplateLine(models.Model):
    """Has a name of its own, and takes what it includes along when it is copied."""

    _inherit = "client.contract.template.line"

    included_ids = fields.One2many(
        comodel_name="client.contract.template.included",
        inverse_name="line_id",
        copy=True,
    )

    @api.depends("name", "product_id")
    def _compute_display_name(self):
        for line in self:
            text = (line.name or "").partition("\n")[0]
            line.display_name = text or line.product_id.display_name

    def _prepare_contract_line_values(self):
        values = super()._prepare_contract_line_values()
        values["template_line_id"] = self.id
        return values
