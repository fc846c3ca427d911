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
