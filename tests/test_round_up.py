"""One mail a day: when, in whose words, and for whom not."""

from datetime import date

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from .common_round_up import EVENING, MORNING, RoundUpCommon


@tagged("post_install", "-at_install")
class TestRoundUp(RoundUpCommon):
    # --- when ---

    def test_whoever_has_nothing_gets_no_mail(self):
        self.assertFalse(self._run())
        self.assertFalse(self.env["client.round.up"].search([]))

    def test_in_the_morning_and_the_language_of_the_person(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        template = self.env.ref("client_hub.client_round_up_mail_template")
        template.with_context(lang="fr_FR").subject = "Le point du jour"
        self.contact_a.write(
            {
                "tz": "America/Sao_Paulo",
                "lang": "fr_FR",
                "client_comment_mail": "daily",
                "client_reminder_hour": 9,
            }
        )
        self._comment()
        # 8:30 in São Paulo
        self.assertFalse(self._run("2027-03-02 11:30:00"))
        mail = self._run("2027-03-02 12:30:00")[self.contact_a]
        self.assertEqual(mail.subject, "Le point du jour")
        self.assertEqual(
            self.env["client.round.up"].search([]).mapped("date"), [date(2027, 3, 2)]
        )

    def test_what_comes_after_the_morning_is_for_the_next_day(self):
        self.contact_a.client_comment_mail = "daily"
        self._comment(moment="2027-03-02 08:10:00")
        self.assertFalse(self._run("2027-03-02 17:00:00"))
        self._comment(moment="2027-03-02 19:00:00", body="And the logo?")
        mail = self._run("2027-03-03 08:10:00")[self.contact_a]
        self.assertIn("Which blue", mail.body_html)
        self.assertIn("And the logo?", mail.body_html)
        self.assertFalse(self._get_items(self.contact_a))

    def test_one_mail_a_day_with_all_there_is(self):
        self.contact_a.client_comment_mail = "daily"
        with freeze_time(EVENING):
            piece = self._create_sent_piece(name="Second job")
        piece.approval_deadline = "2027-03-03"
        self._comment()
        mail = self._run()[self.contact_a]
        self.assertIn(f"/my/pieces/{piece.id}", mail.body_html)
        self.assertIn(f"/my/jobs/{self.job.id}", mail.body_html)
        self.assertIn("Which blue", mail.body_html)
        self.assertIn("/my/notifications", mail.body_html)
        self.assertIn("1 waiting for you", mail.subject)
        self._comment(moment="2027-03-02 07:00:00", body="Too late")
        self.assertNotIn(self.contact_a, self._run("2027-03-02 18:00:00"))
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            with self.env.cr.savepoint():
                self.env["client.round.up"].create(
                    {"partner_id": self.contact_a.id, "date": "2027-03-02"}
                )

    def test_who_wants_nothing_gets_nothing(self):
        self.contact_a.write(
            {"client_reminder_mail": "none", "client_news_mail": "none"}
        )
        with freeze_time(EVENING):
            piece = self._create_sent_piece(name="Second job")
        piece.approval_deadline = "2027-03-02"
        self.assertNotIn(self.contact_a, self._run())

    def test_reminded_on_some_days_only(self):
        with freeze_time("2027-03-01 10:00:00"):
            request = self._create_request(contact=self.contact_a, title="A flyer")
        self.assertEqual(request.account_manager_id, self.user_manager)
        self.env["mail.activity"].search([]).unlink()
        manager = self.user_manager.partner_id
        days = [
            day
            for day in range(1, 20)
            if manager in self._run(f"2027-03-{day:02} 12:00:00")
        ]
        self.assertEqual(days, [2, 4, 8, 15])

    # --- rights ---

    def test_the_mail_is_nobody_elses(self):
        self.contact_a.client_comment_mail = "daily"
        self._comment()
        mail = self._run()[self.contact_a]
        self.assertFalse(mail.model or mail.res_id)
        message = mail.mail_message_id
        for user in (self.user_manager, self.user_outsider, self.portal_colleague):
            with self.subTest(user=user.login):
                self.env.invalidate_all()
                self.assertFalse(message.with_user(user).has_access("read"))

    def test_a_colleague_behind_the_wall_reads_nothing_of_it(self):
        outsider = self.user_outsider.partner_id
        outsider.write({"tz": "UTC", "client_comment_mail": "daily"})
        self.job.message_subscribe(outsider.ids)
        self._comment()
        self.assertTrue(self._get_items(outsider))
        # on both sides of the wall there is the same to do
        self.user_manager.partner_id.client_comment_mail = "daily"
        self._comment(user=self.user_traffic)
        self.client_a.client_restricted = True
        found = self._run()
        self.assertIn(self.user_manager.partner_id, found)
        self.assertNotIn(outsider, found)
        self.assertFalse(self._get_items(outsider))

    def test_foreign_and_internal_texts_never(self):
        """Whatever was collected, the reader's own rights decide."""
        note = self._comment(subtype_xmlid="mail.mt_note", body="They are late again")
        comment = self._comment(body="To client A only")
        items = self.env["client.round.up.item"]
        with freeze_time(EVENING):
            items._collect(self.contact_a | self.contact_b, message_id=note.id)
            items._collect(self.contact_b, message_id=comment.id)
            items._collect(self.contact_b, job_id=self.job.id)
            items._collect(self.contact_b, budget_id=self.budget.id)
        self.assertFalse(self._run())
        self.assertFalse(items.search([]))

    def test_a_decision_behind_the_persons_back_is_not_asked_for_again(self):
        with freeze_time(EVENING):
            piece = self._create_sent_piece(name="Second job")
        piece.approval_deadline = "2027-03-02"
        wanted = self.env["client.round.up"]._gather(
            self.contact_a, fields.Datetime.to_datetime(MORNING)
        )
        self.assertEqual(wanted[self.contact_a.id]["piece"], piece.ids)
        piece._portal_decide(piece.current_version_id, self.colleague, "approved")
        self.env["client.round.up.item"].search([]).unlink()
        self.assertFalse(
            self.env["client.round.up"]._compose(
                self.contact_a, {"piece": piece.ids}, date(2027, 3, 2)
            )
        )

    # --- the run ---

    def test_a_person_whose_mail_fails_stops_nobody(self):
        (self.contact_a | self.colleague).client_comment_mail = "daily"
        self.job.message_subscribe(self.colleague.ids)
        self._comment()
        template = self.env.ref("client_hub.client_round_up_mail_template")
        subject = template.subject
        # as an administrator might break it
        template.subject = f"{{{{ 1 // (object.id - {self.contact_a.id}) }}}}"
        with mute_logger("odoo.addons.client_hub.models.client_round_up"):
            with mute_logger("odoo.addons.mail.models.mail_render_mixin"):
                self.assertEqual(list(self._run()), [self.colleague])
        self.assertTrue(self._get_items(self.contact_a))
        template.subject = subject
        self.assertEqual(list(self._run("2027-03-02 10:00:00")), [self.contact_a])

    def test_as_many_queries_for_fifty_as_for_five(self):
        contacts = self.env["res.partner"].create(
            [
                {
                    "name": f"Person {number}",
                    "parent_id": self.client_a.id,
                    "email": f"p{number}@azul.example",
                    "tz": "UTC",
                    "client_comment_mail": "daily",
                }
                for number in range(50)
            ]
        )
        for contact in contacts:
            new_test_user(
                self.env,
                login=contact.email,
                groups="base.group_portal",
                partner_id=contact.id,
                context={"no_reset_password": True},
            )
        self.job.message_subscribe(contacts.ids)
        with freeze_time(EVENING):
            self._create_sent_piece(name="Second job")
        self._comment()
        round_ups = self.env["client.round.up"]
        now = fields.Datetime.to_datetime(MORNING)

        def count(people):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            found = round_ups._gather(people.browse(people.ids), now)
            self.assertEqual(len(found), len(people))
            return self.cr.sql_log_count - before

        count(contacts[:5])
        self.assertEqual(count(contacts[:5]), count(contacts))

        def count_people():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            found = round_ups._find_people(now)
            return self.cr.sql_log_count - before, len(found & contacts)

        count_people()
        queries, found = count_people()
        self.assertEqual(found, 50)
        contacts[5:].email = False
        self.assertEqual(count_people(), (queries, 5))

    # --- preferences of colleagues ---

    def test_a_colleague_chooses_for_himself(self):
        user = self.user_creation
        with Form(
            user.with_user(user), view="base.view_users_form_simple_modif"
        ) as form:
            form.client_comment_mail = "daily"
            form.client_reminder_hour = 7
        self.assertEqual(user.partner_id.client_comment_mail, "daily")
        self.assertEqual(user.partner_id.client_reminder_hour, 7)
        with self.assertRaises(ValidationError):
            user.with_user(user).client_reminder_hour = 24
        with self.assertRaises(AccessError):
            self.user_traffic.with_user(user).client_comment_mail = "none"
        # the portal has a page of its own for it, which checks
        with self.assertRaises(AccessError):
            self.contact_a.with_user(self.portal_a).client_comment_mail = "none"
