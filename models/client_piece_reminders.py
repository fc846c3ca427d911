"""Until when the client decides, and the daily round-up that reminds of it."""

from collections import defaultdict
from datetime import timedelta

import pytz

from odoo import api, fields, models

from ..tools import nightly

# When the agency says nothing else, the client has this long.
ANSWER_DAYS = 3
# Days from the deadline on which somebody is reminded.
REMIND_ON = (-1, 0, 1, 3, 7)
# A day begins up to 14 hours earlier or 12 later elsewhere.
DAY_MARGIN = timedelta(days=1)


class ClientPiece(models.Model):
    """Reminds those whom a piece waits for."""

    _inherit = "client.piece"

    approval_deadline = fields.Date(
        string="Decide until",
        copy=False,
        index="btree_not_null",
        help="Set when the piece is sent, unless you have set it. The people asked are "
        "reminded the day before, on the day and afterwards, once a day for all "
        "their pieces.",
    )
    reminder_ids = fields.Many2many(
        comodel_name="client.piece.reminder",
        relation="client_piece_reminder_piece_rel",
        column1="piece_id",
        column2="reminder_id",
        string="Reminders",
        copy=False,
        readonly=True,
        groups="base.group_user",
    )

    # === BUSINESS METHODS === #

    def _plan_answer(self):
        """Give the client a day to decide until, unless a future one is set."""
        today = fields.Date.context_today(self)
        for piece in self:
            if piece.approval_deadline and piece.approval_deadline >= today:
                continue
            day = today + timedelta(days=ANSWER_DAYS)
            if piece.deadline and piece.deadline >= today:
                day = piece.deadline
            piece.approval_deadline = day

    def _is_reminder_due(self, today, last):
        """Tell whether a day to remind on has come since the last reminder.

        Days on which nothing could be sent are made up for.

        :param date today: of the person
        :param date last: of the person's last reminder, or None
        """
        self.ensure_one()
        since = max(filter(None, (last, self.awaiting_date.date())))
        return any(
            since < self.approval_deadline + timedelta(days=days) <= today
            for days in REMIND_ON
        )

    @api.model
    def _cron_remind_approvals(self):
        """Send each person whose morning it is one mail with what waits for him."""
        pieces = self.search(
            [
                ("state", "=", "awaiting_approval"),
                ("awaiting_date", "!=", False),
                (
                    "approval_deadline",
                    "<=",
                    fields.Date.today() - timedelta(days=REMIND_ON[0]) + DAY_MARGIN,
                ),
            ],
            order="approval_deadline, id",
        )
        waiting = defaultdict(list)
        for piece in pieces:
            for contact in piece._get_asked_people().filtered("email"):
                if contact.client_reminder_mail != "none":
                    waiting[contact].append(piece.id)
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(waiting))
        for contact, ids in waiting.items():
            pieces = self.browse(ids)
            if error := nightly.attempt(pieces, "_remind_of_approvals", contact):
                # the others still get theirs
                nightly.log_failure(contact, "_remind_of_approvals", error)
            if not cron._commit_progress(1):
                return

    def _remind_of_approvals(self, contact):
        """Remind a person of these pieces, if it is the day and the hour for it.

        The mail and the note that it was sent are written together, so that both are
        there after a crash, or neither.

        :param contact: res.partner
        """
        zone = pytz.timezone(contact.tz or self.env.company.partner_id.tz or "UTC")
        now = fields.Datetime.now().astimezone(zone)
        if now.hour < contact.client_reminder_hour:
            return
        today = now.date()
        Reminder = self.env["client.piece.reminder"]
        last = Reminder.search([("partner_id", "=", contact.id)], limit=1).date or None
        if last == today or not any(
            piece._is_reminder_due(today, last) for piece in self
        ):
            return
        self._send_reminder(contact, today)

    def _send_reminder(self, contact, today):
        """Write to a person about these pieces, and keep that it was done.

        :param contact: res.partner
        :param date today: of the person
        """
        self.env["client.piece.reminder"].create(
            {
                "partner_id": contact.id,
                "date": today,
                "piece_ids": [fields.Command.set(self.ids)],
            }
        )
        rows = [
            {
                "name": piece.name,
                "job": piece.job_id.name,
                "deadline": piece.approval_deadline,
                "days": (piece.approval_deadline - today).days,
                "url": piece._get_review_url(contact),
            }
            for piece in self
        ]
        template = self.env.ref("client_hub.client_piece_mail_template_reminder")
        template.with_context(client_pieces=rows).send_mail(
            contact.id, email_layout_xmlid="mail.mail_notification_light"
        )
