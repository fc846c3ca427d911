"""How early a company is reminded of the end of its contracts."""

from odoo import fields, models


class ResCompany(models.Model):
    """Days between the reminder and the last day of notice."""

    _inherit = "res.company"

    client_notice_reminder_days = fields.Integer(
        string="Reminder before the last day of notice",
        default=30,
        required=True,
        groups="base.group_user",
        help="Days. The responsible gets an activity that early.",
    )

    _client_notice_reminder_days_positive = models.Constraint(
        "CHECK (client_notice_reminder_days >= 0)",
        "The days of the reminder can't be negative.",
    )
