"""What a contract template's text looks like for a contract."""

from odoo import api, fields, models
from odoo.exceptions import UserError


class ClientContractTemplatePreview(models.TransientModel):
    """Fill a template's text for one contract, without writing anything."""

    _name = "client.contract.template.preview"
    _inherit = ["client.guard.mixin"]
    _description = "Preview of a Contract Template"

    template_id = fields.Many2one(
        comodel_name="client.contract.template",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    contract_id = fields.Many2one(
        comodel_name="client.contract",
        string="As for",
        default=lambda self: self._default_contract_id(),
        ondelete="cascade",
    )
    body_html = fields.Html(
        string="Contract text", compute="_compute_body_html", sanitize=False
    )
    problem = fields.Text(compute="_compute_body_html")
    empty = fields.Text(string="Nothing to fill in for", compute="_compute_body_html")

    @api.model
    def _default_contract_id(self):
        contracts = self.env["client.contract"]
        template_id = self.env.context.get("default_template_id")
        same = contracts.search([("template_id", "=", template_id)], limit=1)
        return same or contracts.search([], limit=1)

    @api.depends("template_id", "contract_id")
    def _compute_body_html(self):
        for preview in self:
            preview.body_html = preview.problem = preview.empty = False
            template, contract = preview.template_id, preview.contract_id
            if not contract:
                continue
            try:
                preview.body_html = template._render_body(contract)
                labels = template._get_empty_placeholders(contract)
                preview.empty = ", ".join(labels)
            except UserError as error:
                preview.problem = str(error)
