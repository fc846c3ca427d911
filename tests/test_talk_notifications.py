"""What a contact is written about is his own choice."""

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.mail.tools.discuss import Store

from .common_portal import ClientPortalCommon


@tagged("post_install", "-at_install")
class TestTalkNotifications(ClientPortalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.client_a | cls.client_b).client_portal_access = "yes"
        cls.job = cls._create_job()

    def _choose(self, user=None, **values):
        self._login(user or self.portal_a)
        return self._post(
            "/my/notifications",
            {
                "client_comment_mail": "now",
                "client_news_mail": "daily",
                "client_reminder_mail": "daily",
                "client_reminder_hour": "8",
                **values,
            },
        )

    def _comment(self, **values):
        return self.job.with_user(self.user_manager).message_post(
            body="A word",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            **values,
        )

    def test_the_choice_is_the_persons_own(self):
        response = self._choose(
            client_comment_mail="daily",
            client_news_mail="none",
            client_reminder_mail="none",
            client_reminder_hour="17",
            name="Somebody else",
        )
        self.assertEqual(response.status_code, 303)
        self.env.invalidate_all()
        self.assertEqual(self.contact_a.client_comment_mail, "daily")
        self.assertEqual(self.contact_a.client_news_mail, "none")
        self.assertEqual(self.contact_a.client_reminder_mail, "none")
        self.assertEqual(self.contact_a.client_reminder_hour, 17)
        self.assertEqual(self.contact_a.name, "Paula Azul")
        self.assertEqual(self.colleague.client_comment_mail, "now")
        page = self._get("/my/notifications?notice=saved").text
        self.assertIn("Your choice is saved", page)
        with self.assertRaises(AccessError):
            self.contact_a.with_user(self.portal_a).read(["client_comment_mail"])

    def test_nothing_else_is_taken(self):
        for values in (
            {"client_comment_mail": "sometimes"},
            {"client_news_mail": "now"},
            {"client_reminder_hour": "24"},
            {"client_reminder_hour": "-1"},
        ):
            with self.subTest(values=values):
                response = self._choose(**{"client_reminder_mail": "none", **values})
                self.assertEqual(response.status_code, 200)
                self.assertIn("Choose", response.text)
                self.env.invalidate_all()
                self.assertEqual(self.contact_a.client_reminder_mail, "daily")

    def test_who_is_no_contact_of_a_client_has_no_such_page(self):
        self._login(self.user_manager)
        self.assertGoesHome(self._get("/my/notifications"))

    def test_comments(self):
        self.assertIn(self.contact_a, self._comment().notified_partner_ids)
        self.contact_a.client_comment_mail = "none"
        message = self._comment()
        self.assertNotIn(self.contact_a, message.notified_partner_ids)
        # still there to be read
        self.assertTrue(message.with_user(self.portal_a).has_access("read"))
        message = self._comment(partner_ids=self.contact_a.ids)
        self.assertIn(self.contact_a, message.notified_partner_ids)

    def test_colleagues_are_told_who_reads_a_message(self):
        message = self._comment(is_internal=True)

        def told(user):
            store = Store().add(message.with_user(user))
            return store.get_result()["mail.message"][0]

        self.assertTrue(told(self.user_manager)["is_internal"])
        message = self._comment()
        self.assertIs(told(self.user_manager)["is_internal"], False)
        self.env.invalidate_all()
        self.assertNotIn("is_internal", told(self.portal_a))

    def test_a_decision_is_asked_for_in_any_case(self):
        self.contact_a.client_comment_mail = "none"
        piece = self.job.piece_ids[:1]
        self._send_version(piece)
        asked = piece.message_ids.notified_partner_ids
        mails = self.env["mail.mail"].search([("res_id", "=", piece.id)])
        self.assertIn(self.contact_a, asked | mails.recipient_ids)

    def test_reminders(self):
        piece = self.job.piece_ids[:1]
        with freeze_time("2027-03-01 12:00:00"):
            self._send_version(piece)
        piece.approval_deadline = "2027-03-10"
        self.contact_a.write({"tz": "UTC", "client_news_mail": "none"})
        cron = self.env.ref("client_hub.ir_cron_client_round_up")

        def remind(moment):
            with freeze_time(moment), self.enter_registry_test_mode():
                cron.method_direct_trigger()
            self.env.invalidate_all()
            return piece.reminder_ids.filtered(
                lambda row: row.partner_id == self.contact_a
            )

        self.contact_a.client_reminder_mail = "none"
        self.assertFalse(remind("2027-03-10 12:00:00"))
        self.contact_a.write({"client_reminder_mail": "daily"})
        self.contact_a.client_reminder_hour = 17
        self.assertFalse(remind("2027-03-10 16:30:00"))
        self.assertTrue(remind("2027-03-10 17:30:00"))
