"""Who could see a restricted client, and when."""

from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models
from odoo.tools import SQL


class ClientWall(models.Model):
    """Answers from the rows that are kept when a reason ends."""

    _inherit = "client.wall"

    # ------------------------------------------------------------------
    # ONE DAY
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _day_bounds(self, day):
        """Return when a day begins and ends, in UTC.

        A day is that of the user who asks: of the time zone in his preferences, else
        of his company's.

        :param date day: the day
        :return: ``(start, end)``; the end is the start of the next day
        :rtype: tuple(datetime, datetime)
        """
        name = self.env.user.tz or self.env.company.partner_id.tz or "UTC"
        zone = pytz.timezone(name)
        return tuple(
            zone.localize(datetime.combine(date, time.min))
            .astimezone(pytz.utc)
            .replace(tzinfo=None)
            for date in (day, day + timedelta(days=1))
        )

    @api.model
    def _day_domain(self, day):
        """Return the domain of rows (members, periods) that touch a day.

        Times are kept in whole seconds, and a row that ends in the first second of a
        day may have lasted for some of it: it counts.

        :param date day: the day
        :rtype: list
        """
        start, end = self._day_bounds(day)
        return [
            ("since", "<", end),
            "|",
            ("until", "=", False),
            ("until", ">=", start),
        ]

    @api.model
    @api.private
    def _who_saw(self, client, day):
        """Return who had a reason to see a client on a day.

        Finance and administrators see every client; they are not named. While the
        client was not restricted, everybody saw it: see :meth:`_was_open`.

        :param client: a ``res.partner``, or ids of some; contacts count as their client
        :param date day: the day, in the time zone of the user who asks
        :return: ``res.users``, also archived ones
        """
        rows = self._rows_of_day(client, day)
        return rows.user_id

    @api.model
    def _rows_of_day(self, client, day, user=None):
        """Return the member rows of a client, or of a user, that touch a day."""
        domain = self._day_domain(day)
        if client:
            # sudo: which company a contact belongs to
            domain.append(("client_id", "in", client.sudo().commercial_partner_id.ids))
        if user:
            domain.append(("user_id", "in", user.ids))
        return self.env["client.wall.member"].search(domain)

    @api.model
    @api.private
    def _was_open(self, client, day):
        """Tell whether everybody could see a client for some of a day, or all of it.

        :param client: a ``res.partner``
        :param date day: the day, in the time zone of the user who asks
        :return: ``"all"``, ``"some"`` or ``""``
        :rtype: str
        """
        start, end = self._day_bounds(day)
        end = min(end, fields.Datetime.now())
        # sudo: which company a contact belongs to
        entity = client.sudo().commercial_partner_id
        periods = (
            self.env["client.wall.period"]
            .sudo()  # sudo: times only; who may ask is checked by whoever calls
            .search(
                [*self._day_domain(day), ("wall_id.client_id", "=", entity.id)],
                order="since",
            )
        )
        if not periods:
            return "all"
        covered = start
        for period in periods:
            if period.since > covered:
                return "some"
            covered = max(covered, period.until or end)
        return "some" if covered < end else ""

    # ------------------------------------------------------------------
    # BY ROLE
    # ------------------------------------------------------------------

    @api.model
    def _seers_sql(self):
        """Return the query of (user id, role) of those who see every client."""
        roles = {
            "administrator": ("client_hub.group_manager", "base.group_system"),
            "finance": (
                "account.group_account_invoice",
                "account.group_account_readonly",
            ),
        }
        queries = [
            SQL(
                "SELECT rel.uid, %s FROM res_groups_users_rel AS rel"
                " WHERE rel.gid = ANY(%s)",
                role,
                # sudo: which groups imply them
                self.env.ref(name).sudo().all_implied_by_ids.ids,
            )
            for role, names in roles.items()
            for name in names
        ]
        return SQL(" UNION ").join(queries)
