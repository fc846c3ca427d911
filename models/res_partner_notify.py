"""What a person wants to be written about, and when."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

MORNING = 8
LAST_HOUR = 23
CHOICES = ("client_comment_mail", "client_news_mail", "client_reminder_mail")


class ResPartner(models.Model):
    """A contact chooses on the portal, a colleague in his preferences.

    What asks for a decision, a signature or an answer, what is addressed to the person
    by name, and codes and links to sign in go out at once, whatever is chosen here.
    """

    _inherit = "res.partner"

    client_comment_mail = fields.Selection(
        selection=[
            ("now", "At once"),
            ("daily", "With the daily round-up"),
            ("none", "Not at all"),
        ],
        string="Comments by e-mail",
        default="now",
        groups="base.group_user",
        help="Comments on what the person follows. What is addressed to the person by "
        "name, or asks for a decision, a signature or an answer, comes at once in any "
        "case, and so do codes and invitations.",
    )
    client_news_mail = fields.Selection(
        selection=[("daily", "With the daily round-up"), ("none", "Not at all")],
        string="News of jobs and budgets",
        default="daily",
        groups="base.group_user",
        help="When a job that the person follows has another status, or a large share "
        "of a budget is used.",
    )
    client_reminder_mail = fields.Selection(
        selection=[("daily", "With the daily round-up"), ("none", "Not at all")],
        string="Reminders by e-mail",
        default="daily",
        groups="base.group_user",
        help="What waits for the person: for a decision, an answer, a signature or "
        "work.",
    )
    client_reminder_hour = fields.Integer(
        string="Round-up from",
        default=MORNING,
        groups="base.group_user",
        help="Hour of the day, in the time zone of the person. One e-mail a day at "
        "most, and none on days without anything.",
    )

    @api.constrains("client_reminder_hour")
    def _check_client_reminder_hour(self):
        for partner in self:
            if not 0 <= partner.client_reminder_hour <= LAST_HOUR:
                raise ValidationError(
                    self.env._("Choose an hour of the day, from 0 to 23.")
                )

    def _save_client_notifications(self, post):
        """Keep what a contact has chosen for himself on the portal.

        :param dict post: fields of the form
        :return: a sentence for each field that can't be, by its name
        """
        self.ensure_one()
        errors, values = {}, {}
        for name in CHOICES:
            if post.get(name) in dict(self._fields[name].selection):
                values[name] = post[name]
            else:
                errors[name] = self.env._("Choose one of the answers shown.")
        hour = str(post.get("client_reminder_hour") or "")
        if hour.isdecimal() and int(hour) <= LAST_HOUR:
            values["client_reminder_hour"] = int(hour)
        else:
            errors["client_reminder_hour"] = self.env._(
                "Choose an hour of the day, from 0 to 23."
            )
        if not errors:
            # sudo: the person's own preferences, each checked above
            self.sudo().write(values)
        return errors
