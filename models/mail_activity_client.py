"""Whoever is involved in an activity of a client is told what happens to it."""

from odoo import models
from odoo.tools import is_html_empty

from .client_activity import DOCUMENTS

# What is worth a message when it changes.
TOLD_FIELDS = ("activity_type_id", "date_deadline", "note", "summary", "user_id")


class MailActivity(models.Model):
    """Odoo tells the assignee of a new activity; the rest is told here."""

    _inherit = "mail.activity"

    # === CRUD METHODS === #

    def write(self, vals):
        """Write; tell those involved what changed."""
        names = [name for name in TOLD_FIELDS if name in vals]
        told = self._client_told() if names else self.browse()
        if not told:
            return super().write(vals)
        before = {
            activity: ([activity[name] for name in names], activity._client_involved())
            for activity in told
        }
        result = super().write(vals)
        for activity, (values, users) in before.items():
            if values != [activity[name] for name in names]:
                users |= activity._client_involved()
                if activity.user_id not in before[activity][1]:
                    # Odoo has just told the new assignee
                    users -= activity.user_id
                activity._client_tell("changed", users)
        return result

    def unlink(self):
        """Delete; tell those involved."""
        for activity in self._client_told():
            activity._client_tell("deleted", activity._client_involved())
        return super().unlink()

    # === BUSINESS METHODS === #

    def action_notify(self):
        """Tell the assignee, the subject too in his language."""
        told = self._client_told()
        for activity in told:
            lang = activity.user_id.lang or self.env.lang
            super(MailActivity, activity.with_context(lang=lang)).action_notify()
        return super(MailActivity, self - told).action_notify()

    def _client_told(self):
        """Return the open activities about documents of clients, made by people.

        A meeting's own people are told by the calendar.
        """
        return self.filtered(
            lambda activity: (
                activity.active
                and activity.res_model in DOCUMENTS
                and not activity.automated
                and not activity.calendar_event_id
            )
        )

    def _client_involved(self):
        """Return who is told: the assignee and whoever planned it; not the doer."""
        self.ensure_one()
        # sudo: their names are on the activity that the user works on
        users = self.sudo().user_id | self.sudo().create_uid
        return (
            users.filtered(lambda user: user.active and not user.share).sudo(False)
            - self.env.user
        )

    def _client_tell(self, event, users):
        """Send a message about this activity, to each in his language.

        :param str event: ``changed`` or ``deleted``
        :param users: ``res.users``; those who can't read the document are left out
        """
        self.ensure_one()
        document = self.env[self.res_model].browse(self.res_id).exists()
        if not document:
            return
        for user in users:
            if not document.with_user(user).has_access("read"):
                continue
            # sudo: the message goes to somebody of this very activity
            activity_sudo = self.sudo().with_context(lang=user.lang)
            subject, body = activity_sudo._client_message(event, self.env.user.name)
            document.sudo().with_context(lang=user.lang).message_notify(
                partner_ids=user.sudo().partner_id.ids,
                author_id=self.env.user.partner_id.id,
                subject=subject,
                body=body,
                email_layout_xmlid="mail.mail_notification_layout",
            )

    def _client_message(self, event, actor):
        """Return subject and body in the language of the context."""
        name = self.summary or self.activity_type_id.name or ""
        if event == "deleted":
            subject = self.env._("Activity deleted: %s", name)
            sentence = self.env._("%s deleted this activity:", actor)
        else:
            subject = self.env._("Activity changed: %s", name)
            sentence = self.env._("%s changed this activity:", actor)
        body = self.env["ir.qweb"]._render(
            "client_hub.message_client_activity",
            {
                "activity": self,
                "sentence": sentence,
                "name": name,
                "is_html_empty": is_html_empty,
            },
            minimal_qcontext=True,
        )
        return subject, body
