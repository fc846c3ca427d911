"""Important dates remind the right person, once, on the right day."""

from datetime import date
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from ..models.client_profile_date import coming_occurrence
from .test_client_profile import QUESTIONS, ProfileCommon


@tagged("post_install", "-at_install")
class TestClientProfileDates(ProfileCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cron = cls.env.ref("client_hub.ir_cron_client_profile_date")
        for user in (cls.user_manager, cls.user_traffic):
            user.tz = "UTC"

    def _create_date(self, day, user=None, **values):
        line = (
            self.env["client.profile.date"]
            .with_user(user or self.user_manager)
            .create(
                {
                    "client_id": self.client_a.id,
                    "name": "Anniversary",
                    "date": day,
                    **values,
                }
            )
        )
        self.env.flush_all()
        return line

    def _run(self):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.cron.method_direct_trigger()
        self.env.invalidate_all()

    def _reminders(self):
        return (
            self.env["mail.activity"]
            .with_context(active_test=False)
            .search(
                [
                    ("res_model", "=", "res.partner"),
                    ("res_id", "=", self.client_a.id),
                    ("summary", "ilike", "Anniversary"),
                ],
                order="date_deadline",
            )
        )

    def test_when_a_date_comes_next(self):
        table = (
            ((2020, 5, 3), "yearly", (2026, 5, 3), (2026, 5, 3)),
            ((2020, 5, 3), "yearly", (2026, 5, 4), (2027, 5, 3)),
            ((2020, 1, 2), "yearly", (2026, 12, 30), (2027, 1, 2)),
            ((2024, 2, 29), "yearly", (2026, 1, 1), (2026, 2, 28)),
            ((2024, 2, 29), "yearly", (2026, 3, 1), (2027, 2, 28)),
            ((2024, 2, 29), "yearly", (2027, 3, 1), (2028, 2, 29)),
            ((2030, 5, 3), "yearly", (2026, 5, 4), (2030, 5, 3)),
            ((2020, 5, 3), "once", (2026, 5, 4), (2020, 5, 3)),
        )
        for first, recurrence, today, expected in table:
            with self.subTest(first=first, today=today):
                self.assertEqual(
                    coming_occurrence(date(*first), recurrence, date(*today)),
                    date(*expected),
                )

    def test_account_manager_is_reminded_ahead_and_once(self):
        with freeze_time("2026-04-20 12:00:00"):
            self._create_date("2014-05-03")
        with freeze_time("2026-04-25 12:00:00"):
            self._run()
            self.assertFalse(self._reminders())
        with freeze_time("2026-04-26 12:00:00"):
            self._run()
            self._run()
        reminder = self._reminders()
        self.assertEqual(len(reminder), 1)
        self.assertEqual(reminder.user_id, self.user_manager)
        self.assertEqual(reminder.date_deadline, date(2026, 5, 3))
        self.assertIn("12 years since", reminder.note)
        # done, deleted: it does not come back for this year
        reminder.unlink()
        with freeze_time("2026-04-27 12:00:00"):
            self._run()
            self.assertFalse(self._reminders())
        with freeze_time("2027-04-26 12:00:00"):
            self._run()
        with freeze_time("2027-04-27 12:00:00"):
            self._run()
        self.assertEqual(self._reminders().date_deadline, date(2027, 5, 3))

    def test_missed_days_are_made_up_for(self):
        with freeze_time("2026-04-20 12:00:00"):
            self._create_date("2014-05-03")
        # no cron ran in the week before
        with freeze_time("2026-05-05 12:00:00"):
            self._run()
        self.assertEqual(self._reminders().date_deadline, date(2026, 5, 3))
        self.assertEqual(self.client_a.client_date_ids.occurrence_date.year, 2027)

    def test_once_and_leap_day_and_switched_off(self):
        with freeze_time("2027-02-20 12:00:00"):
            self._create_date("2027-02-22", recurrence="once", name="Anniversary 1")
            self._create_date("2024-02-29", days_before=0, name="Anniversary 2")
            self._create_date("2027-02-22", remind=False, name="Anniversary 3")
            self._create_date("2020-02-22", recurrence="once", name="Anniversary 4")
            self._run()
            self.assertEqual(self._reminders().mapped("summary"), ["Anniversary 1"])
        with freeze_time("2027-02-28 12:00:00"):
            self._run()
        with freeze_time("2028-02-22 12:00:00"):
            self._run()
        with freeze_time("2028-02-29 12:00:00"):
            self._run()
        self.assertEqual(
            [str(day) for day in self._reminders().mapped("date_deadline")],
            ["2027-02-22", "2027-02-28", "2028-02-29"],
        )

    def test_day_begins_where_the_responsible_is(self):
        self.user_manager.tz = "Pacific/Auckland"
        self.user_traffic.tz = "America/Sao_Paulo"
        with freeze_time("2026-05-01 00:00:00"):
            self._create_date("2026-05-10", days_before=0, name="Anniversary NZ")
            self._create_date(
                "2026-05-10",
                days_before=0,
                name="Anniversary BR",
                user_id=self.user_traffic.id,
            )
        with freeze_time("2026-05-09 11:00:00"):
            self._run()
            self.assertFalse(self._reminders())
        with freeze_time("2026-05-09 13:00:00"):
            self._run()
            self.assertEqual(self._reminders().mapped("summary"), ["Anniversary NZ"])
        with freeze_time("2026-05-10 02:00:00"):
            self._run()
            self.assertEqual(len(self._reminders()), 1)
        with freeze_time("2026-05-10 04:00:00"):
            self._run()
        self.assertEqual(len(self._reminders()), 2)

    @freeze_time("2026-04-28 12:00:00")
    def test_crash_leaves_neither_activity_nor_mark(self):
        line = self._create_date("2014-05-03")
        Dates = self.env.registry["client.profile.date"]
        plan = Dates._plan_activity

        def plan_and_fail(record, user):
            plan(record, user)
            raise UserError(record.env._("The disk is full"))

        # only the failure is put in: everything before it really happens
        with (
            patch.object(Dates, "_plan_activity", plan_and_fail),
            self.assertLogs("odoo.addons.client_hub", "ERROR"),
        ):
            self._run()
        self.assertFalse(self._reminders())
        self.assertFalse(line.reminded_date)
        self._run()
        self.assertEqual(len(self._reminders()), 1)

    @freeze_time("2026-04-28 12:00:00")
    def test_reminder_goes_to_somebody_who_sees_the_client(self):
        self._create_date("2014-05-03", user_id=self.user_outsider.id)
        self.client_a.client_restricted = True
        self.env.invalidate_all()
        self._run()
        self.assertEqual(self._reminders().user_id, self.user_manager)

    @freeze_time("2026-04-28 12:00:00")
    def test_nobody_to_remind_and_inactive_clients_wait(self):
        line = self._create_date("2014-05-03")
        self.client_a.account_manager_id = False
        self._run()
        self.assertFalse(self._reminders())
        self.client_a.account_manager_id = self.user_traffic
        self.client_a.client_status = "inactive"
        self._run()
        self.assertFalse(self._reminders())
        self.client_a.client_status = "active"
        self._run()
        self.assertEqual(self._reminders().user_id, self.user_traffic)
        self.assertEqual(line.reminded_date, date(2026, 5, 3))

    @freeze_time("2026-04-28 12:00:00")
    def test_many_dates_in_batches(self):
        self.env["client.profile.date"].create(
            [
                {
                    "client_id": self.client_a.id,
                    "name": f"Anniversary {number}",
                    "date": "2014-05-03",
                }
                for number in range(120)
            ]
        )
        self._run()
        self.assertEqual(len(self._reminders()), 120)

    @freeze_time("2026-04-01 12:00:00")
    def test_dated_answer_is_an_important_date(self):
        self._answer(founded="1998-04-20")
        line = self.client_a.client_date_ids
        self.assertEqual(
            (line.name, str(line.occurrence_date)), ("Founded", "2026-04-20")
        )
        own = line.with_user(self.user_manager)
        own.days_before = 30
        with self.assertRaisesRegex(UserError, "is an answer of the profile"):
            own.date = "1999-01-01"
        with self.assertRaisesRegex(UserError, "is an answer of the profile"):
            own.unlink()
        self._answer(founded="1998-04-21")
        self.assertEqual((line.date, line.days_before), (date(1998, 4, 21), 30))
        self.questionnaire.with_user(self.user_admin_hub).question_definition = [
            {**question, "string": question["string"].upper()} for question in QUESTIONS
        ]
        self.assertEqual(line.name, "FOUNDED")
        self._answer(tone="w")
        self.assertFalse(self.client_a.client_date_ids)

    @freeze_time("2026-04-01 12:00:00")
    def test_removed_question_takes_its_date_along(self):
        self._answer(founded="1998-04-20")
        self.questionnaire.with_user(self.user_admin_hub).question_definition = [
            question for question in QUESTIONS if question["name"] != "founded"
        ]
        self.assertFalse(self.client_a.client_date_ids)

    def test_dates_go_with_the_client(self):
        client = self._create_client("Cedar")
        line = self._create_date("2026-05-03", client_id=client.id)
        client.unlink()
        self.assertFalse(line.exists())

    def test_who_keeps_dates_and_who_only_reads_them(self):
        line = self._create_date("2026-05-03", contact_id=self.contact_a.id)
        rows = self._history()
        self.assertTrue([row for row in rows if row.name == "Anniversary"])
        for user in (self.user_creation, self.user_accountant):
            with self.subTest(user=user.login):
                self.assertEqual(line.with_user(user).name, "Anniversary")
                with self.assertRaises(AccessError):
                    line.with_user(user).days_before = 2
                with self.assertRaises(AccessError):
                    self._create_date("2026-05-03", user=user)
        with self.assertRaises(AccessError):
            line.with_user(self.portal_a).read(["name"])
        with self.assertRaisesRegex(UserError, "is not a contact of"):
            line.contact_id = self.contact_b
        self.client_a.client_restricted = True
        self.env.invalidate_all()
        for user in (self.user_creation, self.user_outsider):
            self.assertFalse(line.with_user(user).search([("id", "=", line.id)]))
            with self.assertRaises(AccessError):
                line.with_user(user).read(["name"])
