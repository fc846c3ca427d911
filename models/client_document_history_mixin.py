"""Odoo's own documents of a client: what is done with them is in its history."""

from odoo import models
from odoo.tools import format_amount


class ClientDocumentHistoryMixin(models.AbstractModel):
    """Logs that a document was made, confirmed, cancelled, locked or deleted.

    What is in it is in its own chatter, and on its face.
    """

    _name = "client.document.history.mixin"
    _description = "Document that is told in the client history"
    _inherit = ["client.history.mixin"]

    # Names of the fields that are logged; hook.
    _history_document_fields = ("state",)
    # Name of the field with its amount; hook.
    _history_document_amount = "amount_total"

    def _history_fields(self, vals):
        """Log what happens to the document."""
        names = super()._history_fields(vals)
        return [name for name in names if name in self._history_document_fields]

    def _history_client(self):
        return self.partner_id._history_client()

    def _history_name(self):
        amount = format_amount(
            self.env, self[self._history_document_amount], self.currency_id
        )
        return f"{self.display_name} · {amount}"
