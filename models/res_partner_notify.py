"""What a client's contact wants to be written about, and when."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

MORNING = 8
LAST_HOUR = 23


class ResPartner(models.Model):
    """The contact chooses on the portal; the agency sees it on the contact."""

    _inherit = "res.partner"

    client_comment_mail = fields.Selection(
        selection=[("now", "At once"), ("none", "Not at all")],
        string="Comments by e-mail",
        default="now",
        groups="base.group_user",
        help="Comments on jobs and pieces. What is addressed to the person by name, or "
        "asks for a decision, comes at once in any case.",
    )
    client_reminder_mail = fields.Selection(
        selection=[("daily", "One a day"), ("none", "Not at all")],
        string="Reminders by e-mail",
        default="daily",
        groups="base.group_user",
        help="The daily round-up of what waits for the person's decision.",
    )
    client_reminder_hour = fields.Integer(
        string="Reminders from",
        default=MORNING,
        groups="base.group_user",
        help="Hour of the day, in the time zone of the person.",
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
        for name in ("client_comment_mail", "client_reminder_mail"):
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
