"""Invoices in the history of the client."""

from odoo import models


class AccountMove(models.Model):
    """Tells the client's history of its invoices, credit notes and receipts."""

    _name = "account.move"
    _inherit = ["account.move", "client.document.history.mixin"]
    _history_kind = "invoice"

    def _history_clients(self):
        # sudo: only ids of clients
        return super(
            AccountMove, self.sudo().filtered(lambda move: move.is_sale_document(True))
        )._history_clients()

    def _invoice_paid_hook(self):
        """Tell the clients' history which invoices are paid now."""
        result = super()._invoice_paid_hook()
        # sudo: only ids of clients; whoever pays need not read them
        for move_id, client_id in self._history_clients().items():
            move_sudo = self.browse(move_id).sudo()
            self.env["client.history"]._log(
                self.env["res.partner"].browse(client_id),
                "invoice",
                move_sudo._history_name(),
                record=move_sudo,
                note=self.env._("Paid"),
            )
        return result
