"""Cash rounding in billing runs."""

from odoo import api, models


class ClientBillingRun(models.Model):
    _inherit = "client.billing.run"

    @api.model
    def _get_invoice_key(self, contract, group_by):
        """Contracts with another cash rounding need an invoice of their own."""
        key = super()._get_invoice_key(contract, group_by)
        return (*key, contract.cash_rounding_id.id)
