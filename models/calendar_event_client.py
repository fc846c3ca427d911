"""Meetings with a client's people: a deleted one is called off."""

from odoo import fields, models
from odoo.tools import format_date, format_datetime


class CalendarEvent(models.Model):
    """Odoo invites and tells of a new time; here of the end and of other changes."""

    _inherit = "calendar.event"

    # === CRUD METHODS === #

    def write(self, vals):
        """Write; tell of a new title or place. A new time is told by Odoo."""
        names = [name for name in ("name", "location") if name in vals]
        told = self._client_meetings() if names and "start" not in vals else []
        before = {event: [event[name] for name in names] for event in told}
        result = super().write(vals)
        for event, values in before.items():
            if values != [event[name] for name in names]:
                event._client_tell("changed")
        return result

    def unlink(self):
        """Delete; tell those who would have come."""
        for event in self._client_meetings():
            event._client_tell("deleted")
        return super().unlink()

    # === BUSINESS METHODS === #

    def _client_meetings(self):
        """Return the meetings to come, with a client's people, whose change is told."""
        context = self.env.context
        # set by Odoo for what people do not do themselves, or are told of otherwise
        silent = (
            "archive_on_error",
            "client_meeting_told",
            "dont_notify",
            "is_calendar_event_new",
            "no_mail_to_attendees",
            "skip_attendee_notification",
        )
        if any(context.get(key) for key in silent):
            return self.browse()
        # sudo: a switch of the whole system
        parameter = self.env["ir.config_parameter"].sudo()
        if parameter.get_param("calendar.block_mail"):
            return self.browse()
        now = fields.Datetime.now()
        return self.filtered(
            lambda event: (
                event.active
                and event.stop
                and event.stop > now
                and any(
                    # sudo: only whether one of them is of a client
                    event.sudo().partner_ids.commercial_partner_id.mapped("is_client")
                )
            )
        )

    def _client_tell(self, event):
        """Send a message to each attendee but the user, in his language.

        It belongs to no document: those of a deleted meeting are deleted with it.

        :param str event: ``changed`` or ``deleted``
        """
        self.ensure_one()
        for person in self.partner_ids - self.env.user.partner_id:
            if not person.email:
                continue
            env = self.with_context(lang=person.lang, tz=person.tz or self.event_tz).env
            subject, body = self.with_env(env)._client_message(event)
            # sudo: goes to whom the meeting itself names
            env["mail.thread"].sudo().message_notify(
                partner_ids=person.ids,
                author_id=self.env.user.partner_id.id,
                subject=subject,
                body=body,
                email_layout_xmlid="mail.mail_notification_light",
            )

    def _client_message(self, event):
        """Return subject and body in the language and time of the context."""
        if event == "deleted":
            subject = self.env._("Cancelled: %s", self.name)
            sentence = self.env._("%s cancelled this meeting:", self.env.user.name)
        else:
            subject = self.env._("Changed: %s", self.name)
            sentence = self.env._("%s changed this meeting:", self.env.user.name)
        if self.allday:
            when = format_date(self.env, self.start_date)
        else:
            when = format_datetime(self.env, self.start, dt_format="medium")
        body = self.env["ir.qweb"]._render(
            "client_hub.message_client_meeting",
            {"meeting": self, "sentence": sentence, "when": when},
            minimal_qcontext=True,
        )
        return subject, body


class CalendarAttendee(models.Model):
    """The meetings of a client are found by its people."""

    _inherit = "calendar.attendee"

    _client_partner = models.Index("(partner_id)")
