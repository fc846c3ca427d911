"""Orders in the history of the client."""

from odoo import models


class SaleOrder(models.Model):
    """Tells the client's history of its quotations and orders."""

    _name = "sale.order"
    _inherit = ["sale.order", "client.document.history.mixin"]
    _history_kind = "order"
    _history_document_fields = ("state", "locked")
