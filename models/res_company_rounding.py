"""What a company presets for the invoices of its contracts."""

from odoo import fields, models


class ResCompany(models.Model):
    """Cash rounding of new contracts."""

    _inherit = "res.company"

    client_rounding_id = fields.Many2one(
        comodel_name="account.cash.rounding",
        string="Cash rounding of contracts",
        ondelete="restrict",
        groups="base.group_user",
        help="New contracts begin with it.",
    )
