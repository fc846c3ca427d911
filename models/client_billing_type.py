"""How the agency and its clients agree that things are billed."""

from odoo import fields, models


class ClientBillingType(models.Model):
    """An agreed way of billing: monthly fee, per project, per hour…"""

    _name = "client.billing.type"
    _description = "Client Billing Type"
    _order = "sequence, name"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
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
    company_id = fields.Many2one(
        comodel_name="res.company",
        index="btree_not_null",
        ondelete="cascade",
        help="Empty: for all companies.",
    )
