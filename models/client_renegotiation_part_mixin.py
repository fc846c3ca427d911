"""What belongs to a renegotiation: its client, company and currency."""

from odoo import fields, models


class ClientRenegotiationPartMixin(models.AbstractModel):
    """An old item, or a new instalment."""

    _name = "client.renegotiation.part.mixin"
    _inherit = ["client.record"]
    _description = "Part of a Renegotiation"
    _history_kind = "invoice"
    # those who left still owe
    _client_record_allow_inactive = True

    renegotiation_id = fields.Many2one(
        comodel_name="client.renegotiation",
        required=True,
        ondelete="cascade",
        index=True,
    )
    client_id = fields.Many2one(
        related="renegotiation_id.client_id", store=True, precompute=True
    )
    company_id = fields.Many2one(
        related="renegotiation_id.company_id",
        store=True,
        precompute=True,
        default=None,
    )
    currency_id = fields.Many2one(
        related="renegotiation_id.currency_id", store=True, precompute=True
    )
