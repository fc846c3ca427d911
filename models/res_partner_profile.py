"""What the agency knows about a client: profile, sector, habits."""

from odoo import fields, models

WEEKDAYS = [
    ("0", "Monday"),
    ("1", "Tuesday"),
    ("2", "Wednesday"),
    ("3", "Thursday"),
    ("4", "Friday"),
    ("5", "Saturday"),
    ("6", "Sunday"),
]


class ResPartner(models.Model):
    """Client profile."""

    _inherit = "res.partner"

    client_profile_type_id = fields.Many2one(
        comodel_name="client.profile.type",
        string="Profile type",
        index="btree_not_null",
        ondelete="restrict",
        groups="base.group_user",
    )
    publishes_digital_media = fields.Boolean(
        string="Publishes digital media", groups="base.group_user"
    )
    preferred_appointment_day = fields.Selection(
        selection=WEEKDAYS,
        string="Preferred appointment day",
        groups="base.group_user",
    )
    client_currency_id = fields.Many2one(
        comodel_name="res.currency",
        string="Currency",
        ondelete="restrict",
        groups="base.group_user",
        help="New contracts and budgets of the client begin with it; without one, with "
        "the company's.",
    )
    client_phones = fields.Char(
        string="Other phones",
        groups="base.group_user",
        help="Further numbers, separated by a semicolon.",
    )
    client_profile_html = fields.Html(
        string="Client profile",
        groups="base.group_user",
        help="Audience, tone of voice, brand, competitors, people's preferences…",
    )
