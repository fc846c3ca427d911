"""Pieces that wait, in the daily round-up."""

import importlib.util
from datetime import date, datetime
from pathlib import Path
from unittest.mock import patch

from freezegun import freeze_time

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_job import ClientJobCommon

UPGRADES = Path(__file__).resolve().parent.parent / "migrations"


@tagged("post_install", "-at_install")
class TestPieceReminders(ClientJobCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["client.piece"].search(
            [("state", "=", "awaiting_approval")]
        ).approval_deadline = False
        cls.contact_a.write({"tz": "America/Sao_Paulo", "client_news_mail": "none"})
        with freeze_time("2027-03-01 12:00:00"):
            cls.first = cls._create_sent_piece(name="First job")
            cls.second = cls._create_sent_piece(name="Second job")
        cls.first.approval_deadline = "2027-03-10"
        cls.second.approval_deadline = "2027-03-20"

    def _run(self, moment):
        """Run the cron at a moment (UTC); return the mails it wrote to the client."""
        last = self.env["mail.mail"].search([], order="id desc", limit=1).id
        with freeze_time(moment), self.enter_registry_test_mode():
            self.env.ref("client_hub.ir_cron_client_round_up").method_direct_trigger()
        self.env.invalidate_all()
        mails = self.env["mail.mail"].search([("id", ">", last)])
        return mails.filtered(
            lambda mail: mail.recipient_ids.commercial_partner_id == self.client_a
        )

    def test_one_mail_a_day_in_the_persons_morning_and_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        template = self.env.ref("client_hub.client_round_up_mail_template")
        template.with_context(lang="fr_FR").subject = "En attente"
        self.contact_a.lang = "fr_FR"
        # 7:00 in São Paulo
        self.assertFalse(self._run("2027-03-09 10:00:00"))
        mail = self._run("2027-03-09 12:00:00")
        self.assertEqual(len(mail), 1)
        self.assertEqual(mail.recipient_ids, self.contact_a)
        self.assertEqual(mail.subject, "En attente")
        self.assertIn(f"/my/pieces/{self.first.id}", mail.body_html)
        self.assertFalse(self._run("2027-03-09 15:00:00"))
        reminder = self.first.reminder_ids
        self.assertEqual(reminder.date, date(2027, 3, 9))
        self.assertEqual(reminder.partner_id, self.contact_a)

    def test_before_on_and_after_the_day(self):
        self.second.approval_deadline = "2027-06-01"
        days = [
            day
            for day in range(8, 21)
            if self._run(datetime(2027, 3, day, 12).isoformat(" "))
        ]
        self.assertEqual(days, [9, 10, 11, 13, 17])

    def test_days_on_which_nothing_ran_are_made_up_for(self):
        self.second.approval_deadline = "2027-06-01"
        self.assertTrue(self._run("2027-03-12 12:00:00"))
        self.assertFalse(self._run("2027-03-12 18:00:00"))
        self.assertTrue(self._run("2027-03-13 12:00:00"))

    def test_all_that_waits_is_in_one_mail(self):
        self.second.approval_deadline = "2027-03-11"
        mail = self._run("2027-03-10 12:00:00")
        self.assertEqual(len(mail), 1)
        self.assertIn(f"/my/pieces/{self.first.id}", mail.body_html)
        self.assertIn(f"/my/pieces/{self.second.id}", mail.body_html)

    def _ask_colleague(self):
        """Return a person whose turn comes before Paula's, of a piece of their own."""
        colleague, __ = self._create_contact(
            self.client_a, "Carla Azul", client_news_mail="none"
        )
        with freeze_time("2027-03-02 12:00:00"):
            job = self._create_job()
            job.action_authorize()
            piece = self.env["client.piece"].browse(job.piece_ids.id)
            piece.write(
                {
                    "approval_in_order": True,
                    "approval_deadline": "2027-03-10",
                    "approver_ids": [
                        (0, 0, {"sequence": 1, "partner_id": colleague.id}),
                        (0, 0, {"sequence": 2, "partner_id": self.contact_a.id}),
                    ],
                }
            )
            self._create_version(piece)
            piece.with_user(self.user_traffic).action_send_to_client()
        return colleague

    def test_what_is_decided_or_somebody_elses_turn_is_left_out(self):
        colleague = self._ask_colleague()
        self.first._portal_decide(
            self.first.current_version_id, self.contact_a, "approved"
        )
        mails = self._run("2027-03-10 12:00:00")
        self.assertEqual(mails.recipient_ids, colleague)

    def test_a_crash_leaves_neither_note_nor_mail(self):
        with (
            patch.object(
                type(self.env["mail.template"]), "send_mail", side_effect=OSError
            ),
            self.assertRaises(OSError),
            self.cr.savepoint(),
            freeze_time("2027-03-09 12:00:00"),
        ):
            self.env["client.round.up"]._send(
                self.contact_a, {"piece": self.first.ids}, date(2027, 3, 9)
            )
        self.env.invalidate_all()
        self.assertFalse(self.first.reminder_ids)
        self.assertEqual(len(self._run("2027-03-09 13:00:00")), 1)

    @mute_logger("odoo.addons.client_hub.models.client_round_up", "odoo.sql_db")
    def test_one_that_fails_does_not_stop_the_others(self):
        """The first person's mail can't be made; the second gets hers."""
        colleague = self._ask_colleague()
        self.first.approval_deadline = "2027-03-09"
        self.env.flush_all()
        self.env.cr.execute(
            """
            CREATE FUNCTION test_fail() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '22012'; END $$;
            CREATE TRIGGER test_fail BEFORE INSERT ON client_round_up
                FOR EACH ROW WHEN (NEW.partner_id = %s) EXECUTE FUNCTION test_fail();
            """,
            [self.contact_a.id],
        )
        mails = self._run("2027-03-10 12:00:00")
        self.assertEqual(mails.recipient_ids, colleague)
        self.assertFalse(self.first.reminder_ids)

    def test_sending_sets_a_day_unless_one_is_set(self):
        with freeze_time("2027-04-01 12:00:00"):
            piece = self._create_sent_piece()
        self.assertTrue(piece.approval_deadline)
        self.assertGreaterEqual(piece.approval_deadline, date(2027, 4, 1))
        # the next version has days of its own
        day = piece.approval_deadline
        with freeze_time("2027-04-04 12:00:00"):
            piece._portal_decide(
                piece.current_version_id, self.contact_a, "changes", "Larger"
            )
            self.assertFalse(piece.approval_deadline)
            self._create_version(piece)
            piece.with_user(self.user_traffic).action_send_to_client()
        self.assertGreater(piece.approval_deadline, day)

    def test_the_mail_names_the_day_to_decide_until(self):
        piece = self._create_job(name="Third job").piece_ids
        piece.job_id.action_authorize()
        piece.write({"deadline": "2027-06-30", "approval_deadline": "2027-06-09"})
        self._create_version(piece)
        last = max(self.env["mail.mail"].search([]).ids, default=0)
        with freeze_time("2027-06-01 12:00:00"):
            piece.with_user(self.user_traffic).action_send_to_client()
        mail = self.env["mail.mail"].search(
            [("id", ">", last), ("recipient_ids", "in", self.contact_a.ids)]
        )
        self.assertIn("06/09/2027", mail.body_html)
        self.assertNotIn("06/30/2027", mail.body_html)

    def test_upgrade_of_the_mail_that_names_the_day(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        template = self.env.ref("client_hub.client_piece_mail_template_review")
        for lang, word in (("en_US", "Own words"), ("fr_FR", "Mots à nous")):
            template.with_context(
                lang=lang
            ).body_html = f'<p>{word} <t t-out="object.deadline"/></p>'
        self.env.flush_all()
        path = UPGRADES / "19.0.1.6.0/post-piece-mail.py"
        spec = importlib.util.spec_from_file_location("upgrade_piece_mail", path)
        upgrade = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(upgrade)
        for __ in range(2):
            upgrade.migrate(self.cr, "19.0.1.5.0")
        template.invalidate_recordset()
        for lang, word in (("en_US", "Own words"), ("fr_FR", "Mots à nous")):
            body = template.with_context(lang=lang).body_html
            self.assertIn(word, body)
            self.assertIn("object.approval_deadline", body)
