"""Cash rounding of the invoices of contracts."""

from odoo import api, fields, models


class ClientContract(models.Model):
    """Tells its invoices how their total is rounded."""

    _inherit = "client.contract"

    cash_rounding_id = fields.Many2one(
        comodel_name="account.cash.rounding",
        string="Cash rounding",
        compute="_compute_cash_rounding_id",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="restrict",
        groups="base.group_user",
        help="Of its invoices; the company's at first.",
    )

    @api.depends("company_id")
    def _compute_cash_rounding_id(self):
        for contract in self:
            # sudo: a setting, for whoever writes the contract
            contract.cash_rounding_id = contract.company_id.sudo().client_rounding_id

    def _prepare_invoice_terms(self):
        values = super()._prepare_invoice_terms()
        # sudo: a field for internal users only, copied
        if rounding := self.sudo().cash_rounding_id:
            values["invoice_cash_rounding_id"] = rounding.id
        return values
