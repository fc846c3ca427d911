"""How often a company may adjust its prices."""

from odoo import fields, models


class ResCompany(models.Model):
    """Shortest interval between two price adjustments."""

    _inherit = "res.company"

    client_adjustment_min_months = fields.Integer(
        string="Shortest interval of price adjustments",
        default=12,
        required=True,
        groups="base.group_user",
        help="Months. 12 where the law forbids adjusting more often, as in Brazil.",
    )

    _client_adjustment_min_months_positive = models.Constraint(
        "CHECK (client_adjustment_min_months >= 1)",
        "Prices are adjusted every 1 month or more: the interval can't be zero.",
    )
