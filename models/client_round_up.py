"""One mail a day for each person: what waits for him, and what is new."""

import logging
from collections import defaultdict
from datetime import datetime, time

import pytz
from psycopg2 import IntegrityError, OperationalError

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import mute_logger, split_every

_logger = logging.getLogger(__name__)

# People who are looked at together, with the same queries for one as for all.
BATCH = 200
# Days on which somebody is reminded of what still waits for him.
REMIND_AFTER = (1, 3, 7, 14, 28)
STAFF_GROUP = "client_hub.group_user"


class ClientRoundUp(models.Model):
    """The round-up that a person got on a day, and the job that makes them.

    A row is written together with its mail, in a transaction of its own: after a crash
    there are both or neither, and the database refuses a second one for the same day.
    """

    _name = "client.round.up"
    _description = "Daily Round-up"
    _order = "date desc, id desc"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Person",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    # in the person's time zone
    date = fields.Date(required=True, readonly=True)
    piece_ids = fields.Many2many(
        comodel_name="client.piece",
        relation="client_round_up_piece_rel",
        column1="round_up_id",
        column2="piece_id",
        string="Pieces",
        readonly=True,
    )

    _once_a_day = models.UniqueIndex(
        "(partner_id, date)", "This person got today's round-up already."
    )

    # === CRON === #

    @api.model
    def _cron_send(self):
        """Write to everybody whose morning has come and for whom there is something.

        Whoever is killed or stopped goes on at the next run: who has got his mail is
        no longer found.
        """
        cron = self.env["ir.cron"]
        now = fields.Datetime.now()
        ids = self._find_people(now).ids
        cron._commit_progress(remaining=len(ids))
        for batch in split_every(BATCH, ids):
            people = self.env["res.partner"].browse(batch)
            found = self._gather(people, now)
            # nothing to do for the others, who need no transaction either
            if not cron._commit_progress(len(batch) - len(found)):
                return
            for partner_id, wanted in found.items():
                self._send_alone(partner_id, wanted, now)
                if not cron._commit_progress(1):
                    return

    def _send_alone(self, partner_id, wanted, now):
        """Send one person's round-up; a failure concerns nobody else.

        :param int partner_id: of the person
        :param dict wanted: see :meth:`_gather`
        :param datetime now: when the run began
        """
        person = self.env["res.partner"].browse(partner_id)
        try:
            with self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                self._send(person, wanted, self._get_day(person, now)[0])
        except (IntegrityError, OperationalError):
            # another process did it at this moment, or does: nothing is lost
            _logger.info("Round-up of contact %s: somebody else is at it", partner_id)
        except Exception:
            # one person whose mail can't be made must not keep the others waiting
            _logger.exception("Round-up of contact %s failed", partner_id)

    # === PEOPLE === #

    @api.model
    def _find_people(self, now):
        """Return whose morning has come, and who had no round-up today.

        :param datetime now: naive UTC
        :rtype: res.partner
        """
        People = self.env["res.partner"]
        domain = self._get_people_domain()
        hours = defaultdict(list)
        for (zone,) in People._read_group(domain, ["tz"]):
            local = pytz.utc.localize(now).astimezone(self._get_zone(zone))
            hours[local.date(), local.hour].append(zone)
        morning = Domain.FALSE
        for (day, hour), zones in hours.items():
            done = self._search([("date", "=", day)])
            morning |= (
                Domain("tz", "in", zones)
                & Domain("client_reminder_hour", "<=", hour)
                & Domain("id", "not in", done.subselect("partner_id"))
            )
        return People.search(domain & morning, order="id")

    @api.model
    def _get_people_domain(self):
        """Return the condition on contacts who may get a round-up at all.

        Colleagues, the client's people with a login, and those without one who are
        asked for a decision.
        """
        users = self.env["res.users"]._search(
            Domain("active", "=", True)
            & (
                Domain("share", "=", True)
                | Domain("all_group_ids", "in", self.env.ref(STAFF_GROUP).ids)
            )
        )
        asked = self.env["client.piece.approver"]._search([("is_asked", "=", True)])
        pieces = self.env["client.piece"]._search(
            [("state", "=", "awaiting_approval"), ("approver_ids", "=", False)]
        )
        people = Domain.OR(
            Domain("id", "in", query.subselect(name))
            for query, name in (
                (users, "partner_id"),
                (asked, "partner_id"),
                (asked, "deputy_id"),
                (pieces, "requester_id"),
            )
        )
        wants = (
            Domain("client_reminder_mail", "!=", "none")
            | Domain("client_news_mail", "!=", "none")
            | Domain("client_comment_mail", "=", "daily")
        )
        return people & wants & Domain("email", "!=", False)

    @api.model
    def _get_zone(self, name):
        """Return a time zone; ours where none is known.

        :param name: of the zone, or False
        """
        return pytz.timezone(name or self.env.company.partner_id.tz or "UTC")

    @api.model
    def _get_day(self, person, now):
        """Return the day that it is for a person, and when his morning began.

        What happens after that is for the next day, whenever the job runs.

        :param person: res.partner
        :param datetime now: naive UTC
        :return: ``(date, naive UTC datetime)``
        """
        zone = self._get_zone(person.tz)
        today = pytz.utc.localize(now).astimezone(zone).date()
        morning = zone.localize(
            datetime.combine(today, time(person.client_reminder_hour))
        )
        return today, morning.astimezone(pytz.utc).replace(tzinfo=None)

    @api.model
    def _is_due(self, since, last, today):
        """Tell whether to remind of what waits since a day.

        Days on which nothing could be sent are made up for.

        :param date since: the day on which the person was asked
        :param date last: of the person's last round-up, or None
        :param date today: of the person
        """
        return any(
            days <= (today - since).days
            and (last is None or (last - since).days < days)
            for days in REMIND_AFTER
        )

    # === MAIL === #

    def _send(self, person, wanted, today):
        """Write to a person, and keep that it was done, in one transaction.

        :param person: res.partner
        :param dict wanted: see :meth:`_gather`
        :param date today: of the person
        :return: client.round.up; none where there is nothing that the person may read
        """
        if self.search_count(
            [("partner_id", "=", person.id), ("date", "=", today)], limit=1
        ):
            return self.browse()
        parts = self._compose(person, wanted, today)
        # what was collected is told now; or is not for this person any more
        self.env["client.round.up.item"].browse(wanted.get("item", [])).unlink()
        if not parts:
            return self.browse()
        pieces = [
            row["id"]
            for part in parts
            if part["kind"] == "piece"
            for row in part["rows"]
        ]
        round_up = self.create(
            {
                "partner_id": person.id,
                "date": today,
                "piece_ids": [fields.Command.set(pieces)],
            }
        )
        # before the mail: the database refuses a second one here
        round_up.flush_recordset()
        mail_sudo = self._mail(person, parts)
        # sudo: for the gateway, which looks for what is answered
        round_up.sudo().write(
            {
                "message_id": mail_sudo.message_id,
                "documents": list(
                    dict.fromkeys(row for part in parts for row in part["documents"])
                ),
            }
        )
        signatures = self.env["client.contract.signature"].browse(
            row["signature_id"]
            for part in parts
            for row in part["rows"]
            if row.get("signature_id")
        )
        signatures.filtered(
            lambda row: row.reminder_date and row.reminder_date <= today
        )._count_reminder()
        return round_up

    @api.model
    def _remind(self, person, pieces):
        """Write to a person now, because somebody asked for it: today's round-up.

        :param person: res.partner
        :param pieces: client.piece that wait for the person
        :return: client.round.up; none if the person had one today
        """
        now = fields.Datetime.now()
        wanted = self._gather(person, now, is_forced=True).get(person.id, {})
        wanted["piece"] = list({*wanted.get("piece", []), *pieces.ids})
        return self._send(person, wanted, self._get_day(person, now)[0])

    def _mail(self, person, parts):
        """Put the mail into Odoo's queue.

        :param person: res.partner
        :param list parts: see :meth:`_compose`
        :return: mail.mail as superuser
        """
        template = self.env.ref("client_hub.client_round_up_mail_template")
        texts = self.with_context(lang=person.lang or self.env.lang)
        waiting = sum(part["count"] for part in parts if part["is_waiting"])
        mail_id = template.with_context(
            client_round_up=parts,
            client_round_up_url=self._get_preferences_url(person),
            client_round_up_summary=(
                texts.env._("%s waiting for you", waiting)
                if waiting
                else texts.env._("what is new")
            ),
        ).send_mail(
            person.id,
            email_layout_xmlid="client_hub.client_round_up_mail_layout",
            # without a document the message is nobody's but the person's: colleagues
            # who read the contact must not read what he reads
            email_values={"model": False, "res_id": False},
        )
        # sudo: the mail that was made here
        return self.env["mail.mail"].sudo().browse(mail_id)

    @api.model
    def _get_preferences_url(self, person):
        """Return where a person chooses what he gets, or False without a login."""
        user = self._get_user(person)
        if not user:
            return False
        return (
            f"{person.get_base_url()}{'/my/notifications' if user.share else '/odoo'}"
        )

    @api.model
    def _get_user(self, person):
        """Return with which login a person reads, or none.

        :param person: res.partner
        :rtype: res.users
        """
        users = person.user_ids.filtered("active")
        return users.sorted(lambda user: (user.share, user.id))[:1]
