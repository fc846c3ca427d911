"""The currency that a client's documents begin with."""

from odoo import api, fields, models


class ClientCurrencyMixin(models.AbstractModel):
    """Currency of a contract or budget: the client's, or one that is chosen."""

    _name = "client.currency.mixin"
    _description = "Currency of a client's document"

    currency_id = fields.Many2one(
        comodel_name="res.currency",
        compute="_compute_currency_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        ondelete="restrict",
    )

    @api.depends("client_id")
    def _compute_currency_id(self):
        for record in self:
            # sudo: the client was chosen by whoever writes the document
            agreed = record.client_id.sudo().client_currency_id
            company = record.company_id or self.env.company
            record.currency_id = agreed or record.currency_id or company.currency_id
