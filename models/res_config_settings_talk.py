from odoo import api, fields, models


class ResConfigSettings(models.TransientModel):
    """How the company talks with its clients."""

    _inherit = "res.config.settings"

    client_talk_internal = fields.Boolean(
        related="company_id.client_talk_internal", readonly=False
    )
    client_request_alias_name = fields.Char(
        string="Address for requests",
        compute="_compute_client_request_alias_name",
        inverse="_inverse_client_request_alias_name",
        readonly=False,
        store=True,
    )
    client_request_alias_domain = fields.Char(
        related="company_id.alias_domain_id.name", string="Domain for requests"
    )

    @api.depends("company_id")
    def _compute_client_request_alias_name(self):
        for settings in self:
            alias = settings.company_id.client_request_alias_id
            settings.client_request_alias_name = alias.alias_name

    def _inverse_client_request_alias_name(self):
        for settings in self:
            name = settings.client_request_alias_name
            if (settings.company_id.client_request_alias_id.alias_name or "") != (
                name or ""
            ):
                settings.company_id._set_client_request_alias(name)
