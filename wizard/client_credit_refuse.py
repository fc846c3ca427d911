"""Why a document beyond the credit limit is refused."""

from odoo import fields, models


class ClientCreditRefuse(models.TransientModel):
    """Asks the approver for a reason; who asked reads it on the document."""

    _name = "client.credit.refuse"
    _inherit = ["client.guard.mixin"]
    _description = "Refuse Credit"

    request_id = fields.Many2one(
        comodel_name="client.credit.request",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    reason = fields.Char(required=True)

    def action_apply(self):
        """Refuse."""
        self.ensure_one()
        self.request_id._decide("refused", self.reason)
        return {"type": "ir.actions.act_window_close"}
