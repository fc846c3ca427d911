"""Answers by e-mail to a round-up, whose mail belongs to no document."""

from freezegun import freeze_time

from odoo.tests import tagged

from .common_mail import DOMAIN, MailGatewayMixin
from .common_round_up import EVENING, RoundUpCommon


@tagged("post_install", "-at_install")
class TestRoundUpAnswer(MailGatewayMixin, RoundUpCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time(EVENING):
            cls.piece = cls._create_sent_piece(name="Second job")
        cls.piece.approval_deadline = "2027-03-03"
        cls.env["client.round.up.item"].search([]).unlink()
        cls.env["mail.activity"].search([]).unlink()

    def _get_answer_headers(self, mail):
        """Return how an answer refers to a mail that was sent, and is gone."""
        headers = {"In-Reply-To": mail.message_id, "References": mail.message_id}
        mail.unlink()
        return headers

    def _answer(self, person, mail, **parts):
        """Answer a round-up; return the messages, and the mails that came back."""
        last = max(self.env["mail.mail"].search([]).ids, default=0)
        if "headers" not in parts:
            parts["headers"] = self._get_answer_headers(mail)
        message = self._receive(parts.pop("sender", person.email), **parts)
        mails = self.env["mail.mail"].search(
            [("id", ">", last), ("email_to", "=", person.email)]
        )
        return message, mails

    def test_about_one_piece_it_lands_there(self):
        mail = self._run()[self.contact_a]
        message, mails = self._answer(self.contact_a, mail)
        self.assertIsForClient(message, self.piece, self.contact_a)
        self.assertIn("Dark blue", message.body)
        self.assertIn(self.user_manager.partner_id, message.notified_partner_ids)
        self.assertFalse(mails)

    def test_while_the_mail_is_kept_it_lands_there_as_well(self):
        mail = self._run()[self.contact_a]
        message, __ = self._answer(
            self.contact_a, mail, headers={"In-Reply-To": mail.message_id}
        )
        self.assertIsForClient(message, self.piece, self.contact_a)

    def test_about_pieces_of_one_job_it_lands_on_the_job(self):
        self.contact_a.client_comment_mail = "daily"
        job = self.piece.job_id
        self._comment(document=job)
        mail = self._run()[self.contact_a]
        self.assertIn("Which blue", mail.body_html)
        message, __ = self._answer(self.contact_a, mail)
        self.assertIsForClient(message, job, self.contact_a)

    def test_about_several_it_comes_back_with_them(self):
        self.contact_a.client_comment_mail = "daily"
        self._comment()
        mail = self._run()[self.contact_a]
        headers = self._get_answer_headers(mail)
        message, mails = self._answer(self.contact_a, None, headers=headers)
        self.assertFalse(message)
        self.assertEqual(len(mails), 1)
        self.assertIn("not delivered", mails.body_html)
        self.assertIn(f"/my/pieces/{self.piece.id}", mails.body_html)
        self.assertIn(f"/my/jobs/{self.job.id}", mails.body_html)
        # nothing of what was written is lost
        self.assertIn("Dark blue", mails.body_html)
        self.assertNotIn("<script", mails.body_html)
        # only what he may still read
        self.contact_a.client_comment_mail = "now"
        self.job.requester_id = self.colleague
        self.contact_a.portal_scope = "own"
        self.env.invalidate_all()
        __, mails = self._answer(self.contact_a, None, headers=headers)
        self.assertIn(f"/my/pieces/{self.piece.id}", mails.body_html)
        self.assertNotIn(f"/my/jobs/{self.job.id}", mails.body_html)
        # and nothing for others
        __, mails = self._answer(
            self.contact_b, None, headers=headers, sender=self.contact_b.email
        )
        self.assertNotIn("/my/pieces", mails.body_html or "")

    def test_of_somebody_else_it_is_for_colleagues(self):
        mail = self._run()[self.contact_a]
        message, __ = self._answer(
            self.contact_b, mail, sender="Friend <friend@elsewhere.example>"
        )
        self.assertIsInternal(message, self.piece)

    def test_of_a_colleague_it_is_internal(self):
        self._create_request(title="A flyer")
        self.env["mail.activity"].search([]).unlink()
        manager = self.user_manager.partner_id
        with freeze_time("2027-03-01 10:00:00"):
            request = self.env["client.job"].search([("name", "=", "A flyer")])
            request.requested_date = "2027-03-01 10:00:00"
        mail = self._run()[manager]
        self.assertIn("A flyer", mail.body_html)
        message, __ = self._answer(manager, mail)
        self.assertIsInternal(message, request)

    def test_a_machines_is_nobodys(self):
        mail = self._run()[self.contact_a]
        headers = self._get_answer_headers(mail)
        headers["Auto-Submitted"] = "auto-replied"
        message, mails = self._answer(self.contact_a, None, headers=headers)
        self.assertFalse(message)
        self.assertFalse(mails)

    def test_to_the_address_for_requests_it_is_a_request(self):
        self.company._set_client_request_alias("requests")
        mail = self._run()[self.contact_a]
        message, __ = self._answer(self.contact_a, mail, to=f"requests@{DOMAIN}")
        self.assertEqual(message.model, "client.job")
        self.assertNotIn(message.res_id, (self.job.id, self.piece.job_id.id))

    def test_an_answer_to_the_answer_stays_in_the_document(self):
        headers = self._get_answer_headers(self._run()[self.contact_a])
        first, __ = self._answer(self.contact_a, None, headers=headers)
        headers["References"] += f" {first.message_id}"
        message = self._receive(self.user_manager.email, headers=headers)
        self.assertIsForClient(message, self.piece, self.user_manager.partner_id)
