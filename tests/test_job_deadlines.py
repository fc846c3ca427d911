"""A task is due when the work of its day ends, where the people are."""

from datetime import date, datetime

import pytz

from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .common_job import ClientJobCommon

SAO_PAULO = pytz.timezone("America/Sao_Paulo")


@tagged("post_install", "-at_install")
class TestJobDeadlines(ClientJobCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Monday to Thursday until 18:30, Friday until 16:00
        cls.calendar = cls._create_calendar(
            "America/Sao_Paulo", {day: (9, 18.5) for day in "0123"} | {"4": (9, 16)}
        )
        cls.company.resource_calendar_id = cls.calendar
        # nobody's own zone decides
        (cls.user_manager | cls.user_creation).write({"tz": "Europe/Lisbon"})

    @classmethod
    def _create_calendar(cls, zone, hours):
        return cls.env["resource.calendar"].create(
            {
                "name": zone,
                "tz": zone,
                "company_id": cls.company.id,
                "attendance_ids": [
                    Command.clear(),
                    *(
                        Command.create(
                            {
                                "name": day,
                                "dayofweek": day,
                                "hour_from": first,
                                "hour_to": last,
                                "day_period": "full_day",
                            }
                        )
                        for day, (first, last) in hours.items()
                    ),
                ],
            }
        )

    def _authorize(self, deadline, **values):
        """Return the deadlines of the piece's task and of the template's."""
        with freeze_time("2026-03-02 12:00:00"):
            job = self._create_job(deadline=deadline, **values)
            job.action_authorize()
        piece_task = job.piece_ids.task_ids
        return piece_task.date_deadline, (job.task_ids - piece_task).date_deadline

    def _local(self, moment, zone=SAO_PAULO):
        return pytz.utc.localize(moment).astimezone(zone).replace(tzinfo=None)

    def test_the_end_of_the_day_is_that_of_the_company(self):
        # a Thursday; the template's task is due two working days after a Monday
        due, task_due = self._authorize("2026-03-12")
        self.assertEqual(self._local(due), datetime(2026, 3, 12, 18, 30))
        self.assertEqual(due, datetime(2026, 3, 12, 21, 30))
        self.assertEqual(self._local(task_due), datetime(2026, 3, 4, 18, 30))

    def test_each_day_ends_at_its_own_hour(self):
        due, _task_due = self._authorize("2026-03-13")
        self.assertEqual(self._local(due), datetime(2026, 3, 13, 16))
        # nobody works on a Saturday: as late as on any day
        due, _task_due = self._authorize("2026-03-14")
        self.assertEqual(self._local(due), datetime(2026, 3, 14, 18, 30))

    def test_a_job_has_its_own_hours(self):
        nights = self._create_calendar(
            "America/Sao_Paulo", {day: (18, 24) for day in "0123456"}
        )
        due, _task_due = self._authorize("2026-03-12", calendar_id=nights.id)
        # midnight is the next day already
        self.assertEqual(self._local(due), datetime(2026, 3, 12, 23, 59))

    def test_the_day_of_one_person_ends_where_he_is(self):
        tokyo = self._create_calendar("Asia/Tokyo", {day: (10, 19) for day in "01234"})
        # whose own day begins before that of the others
        self.user_creation.tz = "Asia/Tokyo"
        self.env["hr.employee"].create(
            {
                "name": self.user_creation.name,
                "user_id": self.user_creation.id,
                "company_id": self.company.id,
                "resource_calendar_id": tokyo.id,
            }
        )
        due, task_due = self._authorize("2026-03-12")
        self.assertEqual(self._local(due), datetime(2026, 3, 12, 18, 30))
        zone = pytz.timezone("Asia/Tokyo")
        self.assertEqual(self._local(task_due, zone), datetime(2026, 3, 4, 19))
        # of two people, the company's
        self.template.task_ids.write({"assignee": "assistants"})
        team = self.user_creation | self.user_traffic
        _due, task_due = self._authorize(
            "2026-03-12", assistant_ids=[Command.set(team.ids)]
        )
        self.assertEqual(self._local(task_due), datetime(2026, 3, 4, 18, 30))

    def test_weeks_that_take_turns(self):
        self.calendar.switch_calendar_type()
        kind = self.env["resource.calendar.attendance"].get_week_type(date(2026, 3, 12))
        lines = self.calendar.attendance_ids.filtered(
            lambda line: line.week_type == str(kind) and not line.display_type
        )
        lines.filtered(lambda line: line.dayofweek == "3").hour_to = 17
        due, _task_due = self._authorize("2026-03-12")
        self.assertEqual(self._local(due), datetime(2026, 3, 12, 17))
        due, _task_due = self._authorize("2026-03-19")
        self.assertEqual(self._local(due), datetime(2026, 3, 19, 18, 30))

    def test_without_working_hours(self):
        self.company.resource_calendar_id = False
        self.company.partner_id.tz = "America/Sao_Paulo"
        due, _task_due = self._authorize("2026-03-12")
        self.assertEqual(self._local(due), datetime(2026, 3, 12, 17))

    def test_a_day_given_on_the_board_ends_as_well(self):
        job = self._create_job()
        job.action_authorize()
        task = job.piece_ids.task_ids
        task.date_deadline = False
        board = self.env["client.traffic.board"].with_user(self.user_traffic)
        self.env.flush_all()
        card = {
            "model": task._name,
            "id": task.id,
            "token": task.write_date.isoformat(),
            "user_id": 0,
        }
        target = {"user_id": self.user_creation.id, "day": "2026-03-12"}
        board.with_context(tz="Europe/Lisbon").move_card(card, target)
        self.assertEqual(self._local(task.date_deadline), datetime(2026, 3, 12, 18, 30))
        # where that is the next day, the day on the board counts
        task.date_deadline = False
        self.env.flush_all()
        card["token"] = task.write_date.isoformat()
        card["user_id"] = self.user_creation.id
        board.with_context(tz="Asia/Tokyo").move_card(card, target)
        shown = self._local(task.date_deadline, pytz.timezone("Asia/Tokyo"))
        self.assertEqual(shown, datetime(2026, 3, 12, 17))
