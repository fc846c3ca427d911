"""Which days a company works."""

from datetime import datetime, time, timedelta

import pytz

from odoo import models

from ..tools import schedule
from ..tools.clock import WorkingTime

# Where no working hours are known.
END_OF_DAY = 17.0


class ResourceCalendar(models.Model):
    """Tells working days apart for the day-count of broken periods."""

    _inherit = "resource.calendar"

    def _get_working_day_test(self):
        """Return a function that tells whether a date is a working day.

        A day with working hours counts, unless a public holiday covers all of them.
        Without working hours (or a calendar) Monday to Friday count.

        :return: callable of a date
        """
        hours = self._get_day_spans()
        if not hours:
            return schedule.is_weekday
        week_type = self.env["resource.calendar.attendance"].get_week_type
        two_weeks = self.two_weeks_calendar
        holidays = self._get_holiday_spans()

        def is_working(day):
            week = str(week_type(day)) if two_weeks else False
            span = hours.get((week, day.weekday()))
            if span is None:
                return False
            midnight = datetime.combine(day, time.min)
            first, last = (midnight + timedelta(hours=hour) for hour in span)
            # Odoo ends a whole day a moment before midnight
            return not any(
                start <= first and last - timedelta(minutes=1) <= end
                for start, end in holidays
            )

        return is_working

    def _get_day_spans(self):
        """Return the first and the last working hour of the days of a week.

        :return: ``{(week type or False, weekday): (hour, hour)}``
        """
        hours = {}
        for attendance in self.attendance_ids:
            if attendance.display_type or attendance.day_period == "lunch":
                continue
            key = (attendance.week_type or False, int(attendance.dayofweek))
            first, last = hours.get(key, (24.0, 0.0))
            hours[key] = (
                min(first, attendance.hour_from),
                max(last, attendance.hour_to),
            )
        return hours

    def _get_end_of_day(self, day, zone=None):
        """Return when the work of a day ends.

        On a day without working hours, when it ends latest in the week.

        :param date day: of the people who work
        :param str zone: their time zone; by default that of the calendar
        :return: naive UTC datetime
        """
        spans = self._get_day_spans()
        week = False
        if self.two_weeks_calendar:
            week = str(self.env["resource.calendar.attendance"].get_week_type(day))
        ends = [last for _first, last in spans.values()]
        _first, end = spans.get(
            (week, day.weekday()), (0.0, max(ends, default=END_OF_DAY))
        )
        # midnight is the next day
        moment = datetime.combine(day, time.min) + min(
            timedelta(hours=end), timedelta(hours=23, minutes=59)
        )
        moment = pytz.timezone(zone or self.tz or "UTC").localize(moment)
        return moment.astimezone(pytz.utc).replace(tzinfo=None)

    def _get_working_time(self, start, end):
        """Return the working time of the calendar; without one, all time counts.

        :param start: naive UTC datetime
        :param end: naive UTC datetime
        :rtype: WorkingTime
        """
        if not self:
            return WorkingTime([(start, end)])
        intervals = self._work_intervals_batch(
            pytz.utc.localize(start), pytz.utc.localize(end)
        )[False]
        return WorkingTime(
            (
                first.astimezone(pytz.utc).replace(tzinfo=None),
                last.astimezone(pytz.utc).replace(tzinfo=None),
            )
            for first, last, _attendance in intervals
        )

    def _get_holiday_spans(self):
        """Return when nobody works, as pairs of naive local datetimes."""
        self.ensure_one()
        zone = pytz.timezone(self.tz or "UTC")

        def local(moment):
            return pytz.utc.localize(moment).astimezone(zone).replace(tzinfo=None)

        return [
            (local(leave.date_from), local(leave.date_to))
            for leave in self.global_leave_ids
        ]
