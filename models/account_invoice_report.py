"""Odoo's invoice analysis, by contract."""

from odoo import api, fields, models
from odoo.tools import SQL


class AccountInvoiceReport(models.Model):
    """Knows the contract that an invoice line bills."""

    _inherit = "account.invoice.report"

    client_contract_id = fields.Many2one(
        comodel_name="client.contract",
        string="Client contract",
        readonly=True,
        groups="base.group_user",
    )

    _depends = {"account.move.line": ["client_contract_id"]}

    @api.model
    def _select(self) -> SQL:
        return SQL("%s, line.client_contract_id", super()._select())
