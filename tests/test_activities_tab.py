"""Tasks, calls and meetings of a client: who sees them, and who is told."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from .common import ClientHubCommon


class ActivitiesCommon(ClientHubCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user_colleague = cls._create_user(
            "hub_colleague", "client_hub.group_account_manager"
        )
        cls.today = fields.Date.today()

    def _activity(self, record=None, user=None, days=0, by=None, **values):
        record = record or self.client_a
        return (
            self.env["mail.activity"]
            .with_user(by or self.user_manager)
            .create(
                {
                    "res_model_id": self.env["ir.model"]._get_id(record._name),
                    "res_id": record.id,
                    "activity_type_id": self.env.ref("mail.mail_activity_data_todo").id,
                    "date_deadline": self.today + timedelta(days=days),
                    "user_id": (user or self.user_manager).id,
                    **values,
                }
            )
        )

    def _meeting(self, partners, days=1, by=None, **values):
        user = by or self.user_manager
        start = fields.Datetime.now() + timedelta(days=days)
        return (
            self.env["calendar.event"]
            .with_user(user)
            .create(
                {
                    "name": "Kick-off",
                    "start": start,
                    "stop": start + timedelta(hours=1),
                    "partner_ids": [
                        Command.link(user.partner_id.id),
                        *(Command.link(partner.id) for partner in partners),
                    ],
                    **values,
                }
            )
        )

    def _lines(self, user, client=None, domain=()):
        self.env.invalidate_all()
        return (
            self.env["client.activity"]
            .with_user(user)
            .search([("client_id", "=", (client or self.client_a).id), *domain])
        )

    def _messages(self, partner, subject):
        return self.env["mail.message"].search(
            [
                ("partner_ids", "in", partner.ids),
                ("subject", "ilike", subject),
                ("message_type", "=", "user_notification"),
            ]
        )


@tagged("post_install", "-at_install")
class TestActivitiesTab(ActivitiesCommon):
    def test_one_list_of_tasks_calls_and_meetings_with_their_states(self):
        self._activity(summary="Late", days=-2)
        self._activity(
            self.contact_a,
            summary="Ring Paula",
            days=3,
            activity_type_id=self.env.ref("mail.mail_activity_data_call").id,
        )
        self._activity(summary="Yesterday").action_feedback()
        self._meeting(self.contact_a)
        self._meeting(self.contact_a | self.client_a, days=-4, name="First talk")
        self._activity(self.client_b, summary="Of another client")
        lines = self._lines(self.user_manager)
        self.assertEqual(
            {(line.name, line.kind, line.state) for line in lines},
            {
                ("Late", "task", "open"),
                ("Ring Paula", "call", "planned"),
                ("Yesterday", "task", "closed"),
                ("Kick-off", "meeting", "planned"),
                ("First talk", "meeting", "closed"),
            },
        )
        self.assertEqual(len(lines), 5)
        self.assertTrue(lines.filtered(lambda line: line.name == "Late").is_late)
        ring = lines.filtered(lambda line: line.name == "Ring Paula")
        self.assertIn("Paula Azul", ring.about)

    def test_filters_of_the_tab_part_the_list(self):
        self._activity(summary="Late", days=-2)
        self._activity(summary="Today")
        self._activity(summary="Later", days=2)
        self._activity(summary="Gone").action_feedback()
        view = self.env.ref("client_hub.client_activity_view_search")
        arch = self.env["client.activity"].get_view(view.id)["arch"]
        self.assertIn('name="open"', arch)
        expected = {
            "open": ["Late", "Today"],
            "planned": ["Later"],
            "closed": ["Gone"],
        }
        for name, titles in expected.items():
            with self.subTest(filter=name):
                node = arch.split(f'name="{name}"')[1].split('domain="')[1]
                domain = node.split('"')[0].replace("&lt;", "<").replace("&gt;", ">")
                # pylint: disable=eval-used
                lines = self._lines(self.user_manager, domain=eval(domain))  # noqa: S307
                self.assertEqual(lines.mapped("name"), titles)

    def test_activities_of_the_documents_of_the_client_are_among_them(self):
        job = self.env["client.job"].create(
            {"name": "Spring campaign", "client_id": self.client_a.id}
        )
        order = self.env["sale.order"].create(
            {"partner_id": self.contact_a.id, "user_id": self.user_manager.id}
        )
        self._activity(job, summary="Of the job")
        self._activity(order, summary="Of the order")
        lines = self._lines(self.user_manager)
        self.assertEqual(set(lines.mapped("name")), {"Of the job", "Of the order"})
        of_job = lines.filtered(lambda line: line.res_model == "client.job")
        self.assertIn("Spring campaign", of_job.about)

    def test_meeting_planned_from_an_activity_stands_there_once(self):
        meeting = self._meeting(self.client_a)
        self._activity(
            summary="Meet",
            activity_type_id=self.env.ref("mail.mail_activity_data_meeting").id,
            calendar_event_id=meeting.id,
        )
        self.assertEqual(self._lines(self.user_manager).mapped("name"), ["Meet"])

    def test_nobody_finds_what_he_may_not_read(self):
        budget = self.env["client.budget"].create(
            {
                "name": "2026",
                "client_id": self.client_a.id,
                "amount": 1000,
                "date_start": "2026-01-01",
                "date_end": "2026-12-31",
            }
        )
        self._activity(budget, summary="Money talk")
        private = self._meeting(self.contact_a, privacy="private", name="Secret")
        self.assertEqual(
            set(self._lines(self.user_manager).mapped("name")),
            {"Money talk", "Secret"},
        )
        self.assertFalse(self._lines(self.user_creation))
        self.assertEqual(
            self._lines(self.user_colleague).mapped("name"), ["Money talk"]
        )
        line = self._lines(self.user_manager).filtered(
            lambda line: line.event_id == private
        )
        for attempt in ("action_open", "action_delete", "read"):
            with self.subTest(attempt=attempt), self.assertRaises(AccessError):
                getattr(line.with_user(self.user_colleague), attempt)()
        self.assertTrue(private.exists())

    def test_portal_users_have_no_list(self):
        self._activity(summary="Internal")
        with self.assertRaises(AccessError):
            self._lines(self.portal_a)

    def test_restricted_client_is_behind_the_wall(self):
        activity = self._activity(summary="Secret task")
        self._meeting(self.contact_a, name="Secret meeting")
        self.assertEqual(len(self._lines(self.user_outsider)), 2)
        self.client_a.client_restricted = True
        self.assertFalse(self._lines(self.user_outsider))
        self.assertEqual(len(self._lines(self.user_manager)), 2)
        outside = self.env["client.activity"].with_user(self.user_outsider)
        with self.assertRaises(AccessError):
            outside.browse(activity.id * 2).read(["name"])
        self.assertFalse(outside.search_count([("name", "ilike", "Secret")]))
        groups = outside.formatted_read_group([], ["client_id"], ["__count"])
        self.assertNotIn(
            self.client_a.id, [g["client_id"] and g["client_id"][0] for g in groups]
        )

    def test_done_edit_and_delete_from_the_list(self):
        task = self._activity(summary="Task")
        meeting = self._meeting(self.contact_a)
        lines = self._lines(self.user_manager)
        self.assertEqual(lines.mapped("can_write"), [True, True])
        of_task = lines.filtered("activity_id")
        action = of_task.action_open()
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("mail.activity", task.id)
        )
        of_task.action_done()
        self.assertFalse(task.active)
        self.assertEqual(
            self._lines(self.user_manager, domain=[("done", "=", True)]), of_task
        )
        of_meeting = lines - of_task
        with self.assertRaisesRegex(UserError, "closed when it is over"):
            of_meeting.action_done()
        of_meeting.action_delete()
        self.assertFalse(meeting.exists())
        self.assertEqual(self._lines(self.user_manager), of_task)

    def test_page_of_the_list_costs_the_same_however_much_there_is(self):
        spec = {"name": {}, "state": {}, "when": {}, "about": {}, "can_write": {}}
        domain = [("client_id", "=", self.client_a.id)]
        counts = []
        for count in (2, 30):
            for number in range(count):
                self._activity(summary=f"Task {number}")
            self._meeting(self.contact_a)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["client.activity"].with_user(self.user_manager).web_search_read(
                domain, spec, limit=20
            )
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 2)
        self.assertLess(counts[1], 30)


@tagged("post_install", "-at_install")
class TestActivitiesAreTold(ActivitiesCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("pt_BR")
        cls.user_colleague.notification_type = "email"

    def _mails(self, partner):
        return self.env["mail.mail"].search([("recipient_ids", "in", partner.ids)])

    def test_assignee_is_told_of_add_change_and_delete_by_mail(self):
        person = self.user_colleague.partner_id
        activity = self._activity(user=self.user_colleague, summary="Call Paula")
        self.assertEqual(len(self._messages(person, "Call Paula")), 1)
        activity.date_deadline = self.today + timedelta(days=5)
        message = self._messages(person, "Activity changed: Call Paula")
        self.assertEqual(len(message), 1)
        self.assertIn("Hub Manager changed this activity", message.body)
        self.assertEqual(message.author_id, self.user_manager.partner_id)
        activity.unlink()
        message = self._messages(person, "Activity deleted: Call Paula")
        self.assertEqual(len(message), 1)
        self.assertEqual(len(self._mails(person)), 3)

    def test_who_planned_it_is_told_and_who_acts_is_not(self):
        activity = self._activity(user=self.user_colleague, summary="Draft")
        activity.with_user(self.user_colleague).summary = "Second draft"
        told = self._messages(self.user_manager.partner_id, "Activity changed")
        self.assertEqual(len(told), 1)
        self.assertFalse(self._messages(self.user_colleague.partner_id, "changed"))
        # the same again is no change
        activity.with_user(self.user_colleague).summary = "Second draft"
        told = self._messages(self.user_manager.partner_id, "Activity changed")
        self.assertEqual(len(told), 1)

    def test_new_assignee_is_told_once_and_the_old_one_too(self):
        activity = self._activity(user=self.user_colleague, summary="Handover")
        activity.user_id = self.user_admin_hub
        self.assertEqual(
            len(self._messages(self.user_admin_hub.partner_id, "Handover")), 1
        )
        self.assertEqual(
            len(self._messages(self.user_colleague.partner_id, "changed: Handover")), 1
        )

    def test_each_is_told_in_his_language(self):
        self.user_colleague.lang = "pt_BR"
        activity = self._activity(user=self.user_colleague, summary="Texto")
        activity.date_deadline = fields.Date.to_date("2030-12-31")
        message = self._messages(self.user_colleague.partner_id, "Texto")
        # the date as it is written there
        self.assertTrue(any("31/12/2030" in body for body in message.mapped("body")))

    def test_other_activities_of_odoo_are_left_alone(self):
        country = self.env["product.template"].create({"name": "Paper"})
        activity = self._activity(
            country, user=self.user_colleague, summary="Count", by=self.env.user
        )
        activity.sudo().summary = "Count again"
        self.assertFalse(self._messages(self.user_colleague.partner_id, "changed"))

    def test_people_of_a_meeting_are_told_of_add_change_and_delete(self):
        person = self.contact_a
        meeting = self._meeting(person, days=3)
        invited = self._messages(person, "Kick-off")
        self.assertEqual(len(invited), 1)
        start = meeting.start + timedelta(days=1)
        meeting.write({"start": start, "stop": start + timedelta(hours=1)})
        self.assertEqual(len(self._messages(person, "Kick-off")), 2)
        meeting.location = "Rua do Alecrim 58"
        message = self._messages(person, "Changed: Kick-off")
        self.assertEqual(len(message), 1)
        self.assertIn("Rua do Alecrim 58", message.body)
        meeting.unlink()
        message = self._messages(person, "Cancelled: Kick-off")
        self.assertEqual(len(message), 1)
        self.assertIn("Hub Manager cancelled this meeting", message.body)
        self.assertTrue(
            self._mails(person).filtered(
                lambda mail: mail.subject.startswith("Cancelled")
            )
        )
        self.assertFalse(
            self._messages(self.user_manager.partner_id, "Cancelled: Kick-off")
        )

    def test_deleting_what_is_over_tells_nobody(self):
        meeting = self._meeting(self.contact_a, days=-3)
        meeting.unlink()
        self.assertFalse(self._messages(self.contact_a, "Cancelled"))


@tagged("post_install", "-at_install")
class TestActivitiesTour(ActivitiesCommon, HttpCase):
    def test_account_manager_adds_and_closes_a_call(self):
        self._activity(summary="Send the offer", days=-1)
        self.start_tour(
            f"/odoo/res.partner/{self.client_a.id}",
            "client_hub_activities",
            login=self.user_manager.login,
        )
        activities = (
            self.env["mail.activity"]
            .with_context(active_test=False)
            .search(
                [("res_model", "=", "res.partner"), ("res_id", "=", self.client_a.id)]
            )
        )
        self.assertEqual(
            {activity.summary: activity.active for activity in activities},
            {"Send the offer": False, "Ring Paula": True},
        )
