"""What a colleague wants to be written about is his own choice."""

from odoo import models

PREFERENCES = [
    "client_comment_mail",
    "client_news_mail",
    "client_reminder_mail",
    "client_reminder_hour",
]


class ResUsers(models.Model):
    """The choices stand on the person's contact; he changes them in his preferences."""

    _inherit = "res.users"

    @property
    def SELF_READABLE_FIELDS(self):
        return super().SELF_READABLE_FIELDS + PREFERENCES

    @property
    def SELF_WRITEABLE_FIELDS(self):
        return super().SELF_WRITEABLE_FIELDS + PREFERENCES
