"""Payments in the history of the client."""

from odoo import models


class AccountPayment(models.Model):
    """Tells the client's history of the payments from it, and back to it."""

    _name = "account.payment"
    _inherit = ["account.payment", "client.document.history.mixin"]
    _history_kind = "invoice"
    _history_document_amount = "amount"

    def _history_clients(self):
        return super(
            AccountPayment,
            self.filtered(lambda payment: payment.partner_type == "customer"),
        )._history_clients()
