"""How much a person can work on a day, and how much is planned."""

from datetime import datetime, time, timedelta

import pytz

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

NOON = 12.0


class ClientTrafficBoard(models.AbstractModel):
    """Load beside capacity."""

    _inherit = "client.traffic.board"

    @api.model
    def _get_loads(self, people, days):
        """Return the allocated hours of the open tasks of each person and day.

        All tasks that the user may read count, whatever the board is filtered by; a
        task of several people counts for each with an equal share.

        :param people: res.users
        :param list days: consecutive dates
        :return: ``{(user id, date): hours}``
        :rtype: dict
        """
        end = days[-1] + timedelta(days=1)
        domain = self._get_open_tasks_domain() & Domain("user_ids", "in", people.ids)
        domain &= Domain("date_deadline", ">=", self._get_moment(days[0]))
        domain &= Domain("date_deadline", "<", self._get_moment(end))
        domain &= Domain("allocated_hours", ">", 0)
        # nobody works on what is on hold
        domain &= Domain("client_job_id", "=", False) | Domain(
            "client_job_id.state", "!=", "on_hold"
        )
        query = self.env["project.task"]._search(domain)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT rel.user_id,
                       (task.date_deadline AT TIME ZONE 'UTC' AT TIME ZONE %s)::date,
                       SUM(task.allocated_hours / shared.people)
                  FROM project_task AS task
                  JOIN project_task_user_rel AS rel ON rel.task_id = task.id
                  JOIN LATERAL (
                       SELECT COUNT(*) AS people
                         FROM project_task_user_rel AS other
                        WHERE other.task_id = task.id
                       ) AS shared ON TRUE
                 WHERE task.id IN %s
                 GROUP BY 1, 2
                """,
                self._get_zone().zone,
                query.subselect(),
            )
        )
        return {(user, day): hours for user, day, hours in rows}

    @api.model
    def _get_capacities(self, people, days):
        """Return how many hours each person works on each day, and why fewer.

        :param people: res.users
        :param list days: consecutive dates
        :return: ``{user id: {date: (hours, note)}}``; hours are None for somebody
            without fixed hours
        :rtype: dict
        """
        resources = self._get_resources(people)
        calendars = resources.calendar_id | people.company_id.resource_calendar_id
        leaves = self._get_leaves(resources, calendars, days)
        hours = {
            calendar: self._get_calendar_hours(calendar, days) for calendar in calendars
        }
        result = {}
        for person in people:
            resource = resources.filtered(lambda row, user=person: row.user_id == user)
            resource = resource[:1]
            calendar = resource.calendar_id
            if not resource:
                # sudo: as in _get_resources
                calendar = person.sudo().company_id.resource_calendar_id
            if not calendar:
                result[person.id] = dict.fromkeys(days, (None, ""))
                continue
            zone = pytz.timezone(resource.tz or calendar.tz or "UTC")
            spans = [
                (
                    self._localize(leave.date_from, zone),
                    self._localize(leave.date_to, zone),
                    name,
                )
                for leave, name in leaves
                if leave.resource_id == resource
                or (
                    not leave.resource_id
                    and leave.calendar_id in (calendar, calendar.browse())
                    and leave.company_id
                    in (person.company_id, calendar.company_id.browse())
                )
            ]
            result[person.id] = {
                day: self._get_day_capacity(hours[calendar][day], spans, day)
                for day in days
            }
        return result

    @api.model
    def _get_resources(self, people):
        """Return the calendars' rows of people, those of the current company first."""
        # sudo: when a colleague works is no secret to who hands out work
        resources = (
            self.env["resource.resource"]
            .sudo()
            .search(
                [
                    ("user_id", "in", people.ids),
                    ("company_id", "in", [*self.env.companies.ids, False]),
                ],
                order="id",
            )
        )
        company = self.env.company
        return resources.sorted(lambda row: row.company_id != company)

    @api.model
    def _get_leaves(self, resources, calendars, days):
        """Return holidays and time off of the days, each with what may be told of it.

        :return: pairs of resource.calendar.leaves and a text
        :rtype: list
        """
        start = datetime.combine(days[0], time.min) - timedelta(days=1)
        end = datetime.combine(days[-1], time.max) + timedelta(days=1)
        # sudo: that a colleague is away is no secret to who hands out work; why he is
        # stays his own matter
        leaves = (
            self.env["resource.calendar.leaves"]
            .sudo()
            .search(
                [
                    ("time_type", "=", "leave"),
                    ("date_from", "<=", end),
                    ("date_to", ">=", start),
                    ("resource_id", "in", [False, *resources.ids]),
                    ("calendar_id", "in", [False, *calendars.ids]),
                ]
            )
        )
        away, holiday = self.env._("Time off"), self.env._("Holiday")
        return [
            (leave, away if leave.resource_id else leave.name or holiday)
            for leave in leaves
        ]

    @api.model
    def _localize(self, moment, zone):
        return pytz.utc.localize(moment).astimezone(zone).replace(tzinfo=None)

    @api.model
    def _get_calendar_hours(self, calendar, days):
        """Return the spans of hours that a calendar works on each day.

        :return: ``{date: [(hour from, hour to)]}``
        :rtype: dict
        """
        if calendar.flexible_hours:
            return self._get_flexible_hours(calendar, days)
        week_type = self.env["resource.calendar.attendance"].get_week_type
        result = {day: [] for day in days}
        # sudo: as in _get_resources
        for line in calendar.sudo().attendance_ids:
            if line.display_type or line.day_period == "lunch":
                continue
            for day in days:
                if int(line.dayofweek) != day.weekday():
                    continue
                if calendar.two_weeks_calendar and line.week_type != str(
                    week_type(day)
                ):
                    continue
                result[day].append((line.hour_from, line.hour_to))
        return result

    @api.model
    def _get_flexible_hours(self, calendar, days):
        """Spread the hours of a week over its first days, as Odoo does."""
        result, left = {}, calendar.full_time_required_hours
        for day in days:
            hours = min(calendar.hours_per_day, left)
            left -= hours
            result[day] = [(NOON - hours / 2, NOON + hours / 2)] if hours else []
        return result

    @api.model
    def _get_day_capacity(self, spans, leaves, day):
        """Return the hours that are left of a day, and what took the others.

        :param list spans: hours of work
        :param list leaves: begin and end, in the person's own time, and a text
        :return: hours and text
        :rtype: tuple
        """
        if not spans:
            return 0.0, self.env._("Day off")
        midnight = datetime.combine(day, time.min)
        total, notes = 0.0, []
        for hour_from, hour_to in spans:
            begin = midnight + timedelta(hours=hour_from)
            end = midnight + timedelta(hours=hour_to)
            lost = timedelta()
            for leave_from, leave_to, name in leaves:
                overlap = min(end, leave_to) - max(begin, leave_from)
                if overlap > timedelta():
                    lost += overlap
                    notes.append(name)
            total += max((end - begin - lost).total_seconds(), 0) / 3600
        # Odoo ends a whole day a moment before midnight
        return round(total, 2), ", ".join(dict.fromkeys(notes))
