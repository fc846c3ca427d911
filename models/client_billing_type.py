"""How the agency and its clients agree that things are billed."""

from odoo import fields, models


class ClientBillingType(models.Model):
    """An agreed way of billing: monthly fee, per project, per hour…"""

    _name = "client.billing.type"
    _inherit = "client.choice.mixin"
    _description = "Client Billing Type"

    invoice_grouping = fields.Selection(
        selection=[
            ("run", "As chosen when billing"),
            ("client", "One for all contracts"),
            ("contract", "One per contract"),
        ],
        string="Invoices",
        default="run",
        required=True,
        help="How contract entries of these clients are put on invoices.",
    )
