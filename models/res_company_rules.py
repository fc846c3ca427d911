"""What a company asks of its clients' records."""

from odoo import fields, models


class ResCompany(models.Model):
    """Required tax ids and addresses."""

    _inherit = "res.company"

    client_tax_id_company = fields.Boolean(
        string="Companies need a tax id",
        help="A client that is a company can't be saved without tax id.",
        groups="base.group_user",
    )
    client_tax_id_person = fields.Boolean(
        string="Individuals need a tax id",
        help="A client who is an individual can't be saved without tax id.",
        groups="base.group_user",
    )
    client_invoice_address = fields.Boolean(
        string="Invoices need the whole address",
        help="An invoice of a client whose address lacks something its country asks "
        "for can't be confirmed or sent.",
        groups="base.group_user",
    )
