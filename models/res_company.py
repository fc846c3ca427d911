"""Company settings of Client Hub."""

from odoo import fields, models


class ResCompany(models.Model):
    """Defaults that a company chooses once."""

    _inherit = "res.company"

    client_portal_default = fields.Boolean(
        string="Clients may use the portal",
        default=True,
        help="For clients whose portal access is “As in the settings”.",
    )

    client_tax_id_company = fields.Boolean(
        string="Companies need a tax id",
        help="A client that is a company can't be saved without tax id.",
    )
    client_tax_id_person = fields.Boolean(
        string="Individuals need a tax id",
        help="A client who is an individual can't be saved without tax id.",
    )

    client_invoice_address = fields.Boolean(
        string="Invoices need the whole address",
        help="An invoice of a client whose address lacks something its country asks "
        "for can't be confirmed or sent.",
    )

    def write(self, vals):
        """Write; the portal's rules, cached per user, look at the setting."""
        result = super().write(vals)
        if "client_portal_default" in vals:
            self.env.registry.clear_cache()
        return result
