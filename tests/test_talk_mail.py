"""Answers and requests by e-mail: real messages through Odoo's gateway."""

from email.message import EmailMessage
from unittest.mock import patch

from odoo.tests import tagged

from ..models import client_job_draft, client_job_files
from .common_job import PIXEL, ClientJobCommon
from .common_mail import DOMAIN, MailGatewayMixin


@tagged("post_install", "-at_install")
class TestTalkMail(MailGatewayMixin, ClientJobCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company._set_client_request_alias("requests")
        cls.piece = cls._create_sent_piece()
        cls.job = cls.env["client.job"].browse(cls.piece.job_id.id)
        cls.comment = cls._post(cls.job, "mail.mt_comment", "Which blue?")
        cls.note = cls._post(cls.job, "mail.mt_note", "They are late again")

    @classmethod
    def _post(cls, document, subtype, body, **values):
        return document.with_user(cls.user_manager).message_post(
            body=body, message_type="comment", subtype_xmlid=subtype, **values
        )

    # --- answers ---

    def test_the_clients_answer_is_read_by_the_client(self):
        file = ("colour.png", PIXEL, "png")
        for document in (self.job, self.piece):
            parent = self._post(document, "mail.mt_comment", "Which blue?")
            message = self._receive(self.contact_a.email, parent, file=file)
            self.assertIsForClient(message, document, self.contact_a)
            self.assertIn("Dark blue", message.body)
            self.assertEqual(message.attachment_ids.mapped("name"), ["colour.png"])
            self.assertIn(self.user_manager.partner_id, message.notified_partner_ids)

    def test_a_colleagues_answer_goes_where_the_first_message_went(self):
        manager = self.user_manager
        message = self._receive(manager.email, self.comment)
        self.assertIsForClient(message, self.job, manager.partner_id)
        self.assertIn(self.contact_a, message.notified_partner_ids)
        self.assertIsInternal(self._receive(manager.email, self.note), self.job)

    def test_an_answer_to_a_message_marked_internal_is_internal(self):
        marked = self._post(self.job, "mail.mt_comment", "Not them", is_internal=True)
        message = self._receive(self.user_traffic.email, marked)
        self.assertIsInternal(message, self.job)

    def test_an_answer_to_a_personal_message_is_internal(self):
        self.job._notify_staff(self.user_traffic, "Mind you", "They are late")
        parent = self.env["mail.message"].search(
            [("message_type", "=", "user_notification"), ("res_id", "=", self.job.id)],
            limit=1,
        )
        message = self._receive(self.user_traffic.email, parent)
        self.assertIsInternal(message, self.job)

    def test_a_forwarded_mail_answered_by_others_is_for_colleagues(self):
        colleague, __ = self._create_contact(self.client_a, "Carla Azul")
        for sender in (
            "Friend <friend@elsewhere.example>",
            self.contact_b.email,
            # pretends to be somebody else by name
            f'"{self.contact_a.name}" <other@elsewhere.example>',
        ):
            with self.subTest(sender=sender):
                message = self._receive(sender, self.comment)
                self.assertIsInternal(message, self.job)
                self.assertIn("not one of the people of this client", message.body)
                self.assertIn("Dark blue", message.body)
        message = self._receive(colleague.email, self.comment)
        self.assertIsForClient(message, self.job, colleague)

    def test_answers_to_mails_that_are_deleted_find_their_document(self):
        """To a question to an approver, and to the answer to a remark."""
        colleague, __ = self._create_contact(self.client_a, "Carla Azul")
        piece = self._create_job(name="Second job").piece_ids
        piece.approver_ids = [(0, 0, {"partner_id": colleague.id})]
        piece.job_id.action_authorize()
        self._create_version(piece)
        last = max(self.env["mail.mail"].search([]).ids, default=0)
        piece.with_user(self.user_traffic).action_send_to_client()
        message = self._receive(
            colleague.email, headers=self._get_new_mail(colleague, last)
        )
        self.assertIsForClient(message, piece, colleague)
        self.assertIn(self.user_manager.partner_id, message.notified_partner_ids)
        remark = piece.current_version_id._portal_remark(colleague, {"body": "Larger"})
        last = max(self.env["mail.mail"].search([]).ids, default=0)
        self.env["client.piece.remark"].with_user(self.user_creation).create(
            {"parent_id": remark.id, "body": "Much larger?", "is_internal": False}
        )
        message = self._receive(
            colleague.email, headers=self._get_new_mail(colleague, last)
        )
        self.assertIsForClient(message, piece, colleague)

    def test_mails_to_the_client_are_from_somebody(self):
        manager = self.user_manager.partner_id
        last = max(self.env["mail.mail"].search([]).ids, default=0)
        job = self._create_request(title="A flyer").with_user(self.user_manager)
        job.with_user(self.user_manager).action_authorize()
        self._create_version(job.piece_ids)
        job.piece_ids.with_user(self.user_traffic).action_send_to_client()
        mails = self.env["mail.mail"].search(
            [("id", ">", last), ("recipient_ids", "in", self.contact_a.ids)]
        )
        self.assertEqual(
            sorted(mails.mapped("email_from")),
            sorted(
                (
                    manager.email_formatted,
                    self.user_traffic.partner_id.email_formatted,
                )
            ),
        )
        # a template may say something else
        template = self.env.ref("client_hub.client_job_mail_template_refused")
        template.email_from = "studio@agency.example"
        job = self._create_request(title="A logo").with_user(self.user_manager)
        job.refusal_reason = "Too late"
        job._mail_client("refused")
        message = job.message_ids.sorted("id")[-1:]
        self.assertEqual(message.email_from, "studio@agency.example")
        # who asks for a code is nobody yet; the gateway is nobody's name
        self.company.partner_id.email = "hello@agency.example"
        job = self._request(self.contact_a.email)
        mails = self.env["mail.mail"].search(
            [("subject", "=", f"Your request: {job.name}")]
        )
        self.assertEqual(mails[0].email_from, manager.email_formatted)

    def test_mails_to_the_client_are_as_wide_as_a_phone(self):
        """And say which agency writes; colleagues don't read whose mouse it was."""
        colleague, __ = self._create_contact(self.client_a, "Carla Azul")
        self.portal_a.signature = "<p>Yours, Paula</p>"
        last = max(self.env["mail.mail"].search([]).ids, default=0)
        job = self._create_job(name="Second job")
        job.piece_ids.approver_ids = [(0, 0, {"partner_id": colleague.id})]
        job.action_authorize()
        self._create_version(job.piece_ids)
        job.piece_ids.with_user(self.user_traffic).action_send_to_client()
        mail = self.env["mail.mail"].search(
            [("id", ">", last), ("recipient_ids", "in", colleague.ids)]
        )
        self.assertIn(self.company.name, mail.body_html)
        self.assertNotIn('590px;"', mail.body_html.replace("max-width: 590px", ""))
        self.assertNotIn('width="590"', mail.body_html)
        user_job = job.with_user(self.portal_a).sudo()
        user_job._notify_staff(self.user_traffic, "Mind you", "They are late")
        mails = self.env["mail.mail"].search([("subject", "=", "Mind you")])
        self.assertFalse(mails.filtered(lambda row: "Yours, Paula" in row.body_html))

    def test_an_answer_to_the_mail_with_a_code_belongs_to_the_piece(self):
        self.company.partner_id.email = "hello@agency.example"
        self.piece.with_user(self.user_manager).allow_link = True
        link = self.env["client.piece.link"]
        token = link._open_for(self.piece, self.contact_a)
        last = max(self.env["mail.mail"].search([]).ids, default=0)
        mails = []

        def keep(mail, *args, **kwargs):
            mails.append((mail.message_id, mail.references, mail.email_from))

        with patch.object(type(self.env["mail.mail"]), "send", keep):
            link._find(token)._send_code()
        [(message_id, references, sender)] = mails
        self.assertEqual(sender, self.company.partner_id.email_formatted)
        headers = {
            "In-Reply-To": message_id,
            "References": f"{references} {message_id}",
        }
        self.env["mail.mail"].search([("id", ">", last)]).unlink()
        message = self._receive(self.contact_a.email, headers=headers)
        self.assertIsForClient(message, self.piece, self.contact_a)

    def test_an_answer_to_our_acknowledgement_opens_no_second_draft(self):
        last = max(self.env["mail.mail"].search([]).ids, default=0)
        address = f"requests@{DOMAIN}"
        message = self._receive(self.contact_a.email, to=address)
        self.assertEqual(message.model, "client.job")
        headers = self._get_new_mail(self.contact_a, last)
        answer = self._receive(self.contact_a.email, to=address, headers=headers)
        self.assertEqual(answer.res_id, message.res_id)

    def test_behind_the_wall(self):
        self.client_a.client_restricted = True
        message = self._receive(self.user_outsider.email, self.comment)
        self.assertIsInternal(message, self.job)
        message = self._receive(self.user_manager.email, self.comment)
        self.assertIsForClient(message, self.job, self.user_manager.partner_id)

    # --- machines ---

    def test_machines_are_not_answered(self):
        count = self.env["client.job"].search_count([])
        mails = self.env["mail.mail"].search([])
        for headers in (
            {"Auto-Submitted": "auto-replied"},
            {"Precedence": "bulk"},
            {"X-Autoreply": "yes"},
        ):
            with self.subTest(headers=headers):
                sender = self.contact_a.email
                self.assertFalse(self._receive(sender, self.comment, headers=headers))
                for sender in (self.contact_a.email, "who@elsewhere.example"):
                    self.assertFalse(
                        self._receive(sender, to=f"requests@{DOMAIN}", headers=headers)
                    )
        self.assertEqual(self.env["client.job"].search_count([]), count)
        self.assertEqual(self.env["mail.mail"].search([]), mails)

    def test_the_same_mail_twice_is_one_message(self):
        mail = {"headers": {}, "parent": self.comment}
        first = self._receive(self.contact_a.email, **mail)
        raw = EmailMessage()
        raw["From"], raw["To"] = self.contact_a.email, f"catchall@{DOMAIN}"
        raw["Message-Id"] = first.message_id
        raw["In-Reply-To"] = self.comment.message_id
        raw.set_content("again")
        self.env["mail.thread"].message_process(None, raw.as_bytes())
        found = self.env["mail.message"].search([("message_id", "=", first.message_id)])
        self.assertEqual(found, first)

    # --- requests ---

    def _request(self, sender, **parts):
        parts = {"subject": "A flyer\n for May", **parts}
        parts["subject"] = " ".join(parts["subject"].split())
        known = self.env["client.job"].search([])
        self._receive(sender, to=f"requests@{DOMAIN}", **parts)
        return self.env["client.job"].search([("id", "not in", known.ids)])

    def test_a_known_contact_opens_a_draft(self):
        last = self.env["mail.mail"].search([], order="id desc", limit=1).id
        job = self._request(
            self.contact_a.email,
            text="A5, two pages",
            file=("logo.png", PIXEL, "png"),
        )
        self.assertEqual(job.name, "A flyer for May")
        self.assertEqual((job.state, job.origin), ("draft", "portal"))
        self.assertEqual(job.client_id, self.client_a)
        self.assertEqual(job.requester_id, self.contact_a)
        self.assertEqual(job.company_id, self.company)
        self.assertIn("A5, two pages", job.briefing)
        self.assertEqual(job.file_ids.mapped("name"), ["logo.png"])
        # the contact's own draft, as on the portal
        self.assertTrue(job.with_user(self.portal_a).has_access("read"))
        self.assertFalse(job.with_user(self.portal_b).has_access("read"))
        mail = (
            self.env["mail.mail"]
            .search([("id", ">", last)])
            .filtered(lambda mail: mail.recipient_ids == self.contact_a)
        )
        self.assertEqual(len(mail), 1)
        self.assertIn(f"/my/jobs/{job.id}", mail.body_html)
        self.assertIn("auto-replied", mail.headers)
        # and goes on like any other
        self.env["client.job"]._portal_save(
            self.contact_a,
            {
                "template_id": self.template.id,
                "answers": {str(self.question.id): "All"},
            },
            job=job,
            submit=True,
        )
        self.assertEqual(job.state, "requested")

    def test_a_program_in_a_request_is_no_file_of_it(self):
        job = self._request(
            self.contact_a.email, file=("logo.svg", b"<svg><script/></svg>", "svg+xml")
        )
        self.assertFalse(job.file_ids)

    def test_files_of_a_mail_have_the_bounds_of_the_form(self):
        sender = self.contact_a.email
        with patch.object(client_job_files, "MAX_TOTAL", len(PIXEL) - 1):
            job = self._request(sender, file=("logo.png", PIXEL, "png"))
        self.assertFalse(job.file_ids)
        # not lost, and colleagues know why
        self.assertIn("logo.png", job.message_ids.attachment_ids.mapped("name"))
        notes = job.message_ids.filtered(lambda row: row.subtype_id.internal)
        self.assertIn("all files together", " ".join(notes.mapped("body")))
        with patch.object(client_job_files, "MAX_FILES", 0):
            job = self._request(sender, file=("logo.png", PIXEL, "png"))
        self.assertFalse(job.file_ids)

    def test_mails_without_end_open_drafts_with_an_end(self):
        sender = self.contact_a.email
        self.contact_a.lang = "en_US"
        last = self.env["mail.mail"].search([], order="id desc", limit=1).id
        with patch.object(client_job_draft, "MAX_NEW_AN_HOUR", 2):
            jobs = [self._request(sender, subject=f"No {n}") for n in range(10)]
        self.assertEqual([len(job) for job in jobs], [1, 1] + [0] * 8)
        mails = self.env["mail.mail"].search([("id", ">", last)])
        refusals = mails.filtered(lambda mail: "within an hour" in mail.body_html)
        # it is said, and not ten thousand times
        self.assertEqual(len(refusals), 5)
        thanks = mails.filtered(lambda mail: "thank you" in mail.body_html)
        self.assertEqual(thanks.recipient_ids, self.contact_a)
        self.assertEqual(len(thanks), 2)

    def test_odoos_own_bound_counts_by_the_sender(self):
        parameter = self.env["ir.config_parameter"]
        parameter.set_param("mail.gateway.loop.threshold", "2")
        sender = self.contact_a.email
        jobs = [self._request(sender, subject=f"No {n}") for n in range(3)]
        self.assertEqual([len(job) for job in jobs], [1, 1, 0])
        self.assertTrue(self._request(self.contact_b.email))

    def test_others_are_told_why_not(self):
        switched_off = self._create_client("Cinza", manager=self.user_manager)
        switched_off.client_portal_access = "no"
        contact, __ = self._create_contact(switched_off, "Caio Cinza")
        inactive, __ = self._create_contact(self.client_b, "Ina Brisa")
        self.client_b.client_status = "inactive"
        for sender in ("who@elsewhere.example", contact.email, inactive.email):
            with self.subTest(sender=sender):
                last = self.env["mail.mail"].search([], order="id desc", limit=1).id
                self.assertFalse(self._request(sender))
                bounce = self.env["mail.mail"].search([("id", ">", last)])
                self.assertEqual(bounce.email_to, sender)
                self.assertIn("was not delivered", bounce.body_html)

    def test_the_address_is_set_and_taken_in_the_settings(self):
        alias = self.company.client_request_alias_id
        settings = self.env["res.config.settings"].with_company(self.company)
        settings.create({"client_request_alias_name": "jobs"}).execute()
        self.assertEqual(alias.alias_full_name, f"jobs@{DOMAIN}")
        settings.create({"client_request_alias_name": False}).execute()
        self.assertFalse(self.company.client_request_alias_id)
        self.assertFalse(alias.exists())
