"""Until when the client decides; the daily round-up reminds of it."""

from datetime import timedelta

from odoo import fields, models

# When the agency says nothing else, the client has this long.
ANSWER_DAYS = 3
# Days from the deadline on which somebody is reminded.
REMIND_ON = (-1, 0, 1, 3, 7)


class ClientPiece(models.Model):
    """Knows when to remind those whom a piece waits for."""

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
        comodel_name="client.round.up",
        relation="client_round_up_piece_rel",
        column1="piece_id",
        column2="round_up_id",
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

    def _on_changes_requested(self):
        """The day was for the version that was decided on; the next has its own."""
        result = super()._on_changes_requested()
        # sudo: part of the piece's own state
        self.sudo().approval_deadline = False
        return result

    def _is_reminder_due(self, today, last):
        """Tell whether a day to remind on has come since the last reminder.

        Days on which nothing could be sent are made up for.

        :param date today: of the person
        :param date last: of the person's last round-up, or None
        """
        self.ensure_one()
        since = max(filter(None, (last, self.awaiting_date.date())))
        return any(
            since < self.approval_deadline + timedelta(days=days) <= today
            for days in REMIND_ON
        )
