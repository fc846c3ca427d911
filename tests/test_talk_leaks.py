"""An internal text reaches nobody of the client, by any route."""

import io
import json
import zipfile

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common_portal import ClientPortalCommon

SECRET = "Sesame-4711"


@tagged("post_install", "-at_install")
class TestTalkLeaks(ClientPortalCommon):
    """Every kind of internal text on every document, against every way to it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.client_a | cls.client_b).write(
            {"client_portal_access": "yes", "client_budget_portal": "yes"}
        )
        cls.job = cls._create_job()
        cls.piece = cls.job.piece_ids[:1]
        cls._send_version(cls.piece)
        cls.documents = (cls.job, cls.piece, cls.budget, cls.client_a)
        cls.notes = cls.env["mail.message"]
        for document in (*cls.documents, cls.job.task_ids[:1]):
            document.message_subscribe(cls.contact_a.ids)
            cls.notes |= cls._write_notes(document)
        cls.files = cls.notes.attachment_ids
        cls.comment = cls.job.with_user(cls.user_manager).message_post(
            body="Good morning",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            # an answer to a note
            parent_id=cls.notes[0].id,
        )

    @classmethod
    def _write_notes(cls, document):
        """Return an internal message of each kind on a document."""
        staff = document.with_user(cls.user_manager).sudo()
        file = cls.env["ir.attachment"].create(
            {
                "name": f"{SECRET}.txt",
                "raw": SECRET.encode(),
                "res_model": document._name,
                "res_id": document.id,
            }
        )
        file.generate_access_token()
        note = {"body": SECRET, "subject": SECRET}
        notes = staff.message_post(
            **note,
            message_type="comment",
            subtype_xmlid="mail.mt_note",
            partner_ids=cls.contact_a.ids,
            attachment_ids=file.ids,
        )
        notes |= staff.message_post(**note, partner_ids=cls.contact_a.ids)
        notes |= staff.message_post(
            **note, subtype_xmlid="mail.mt_comment", is_internal=True
        )
        notes |= staff._message_log(body=SECRET)
        return notes

    # --- by page and JSON ---

    def _call(self, model, method, *args, **kwargs):
        """Call a method as the web client does; return the answer as text."""
        return self._rpc(
            "/web/dataset/call_kw",
            {"model": model, "method": method, "args": args, "kwargs": kwargs},
        )

    def _rpc(self, route, params):
        response = self.url_open(
            route,
            data=json.dumps({"jsonrpc": "2.0", "method": "call", "params": params}),
            headers={"Content-Type": "application/json"},
        )
        return response.text

    def _routes(self):
        """Yield ``(what, answer)`` of each way that a signed-in person may try."""
        secret = [("body", "ilike", SECRET)]
        notes, names = self.notes.ids, ["body", "subject", "preview", "record_name"]
        message = "mail.message"
        yield "search_read", self._call(message, "search_read", secret, names)
        yield "read", [self._call(message, "read", [note], names) for note in notes]
        yield (
            "web_read",
            [
                self._call(message, "web_read", [note], {"body": {}, "subject": {}})
                for note in notes
            ],
        )
        yield "export", self._call(message, "export_data", notes, names)
        yield "name_search", self._call(message, "name_search", SECRET)
        yield "copy", [self._call(message, "copy_data", [note]) for note in notes[:4]]
        yield (
            "portal_message_format",
            [self._call(message, "portal_message_format", [note]) for note in notes],
        )
        yield (
            "read_group",
            self._call(message, "formatted_read_group", [], ["subject"], ["__count"]),
        )
        yield (
            "notifications",
            self._call(
                "mail.notification",
                "search_read",
                [("mail_message_id.body", "ilike", SECRET)],
                ["mail_message_id"],
            ),
        )
        yield "mails", self._call("mail.mail", "search_read", secret, ["body_html"])
        for document in self.documents:
            yield from self._document_routes(document)
        for file in self.files:
            yield from self._file_routes(file)
        yield (
            "store of a message",
            [
                self._rpc("/mail/data", {"fetch_params": [["/mail/message", note]]})
                for note in notes[:4]
            ],
        )
        for box in ("inbox", "history", "starred"):
            yield box, self._rpc(f"/mail/{box}/messages", {})
        yield (
            "messaging",
            self._rpc("/mail/data", {"fetch_params": ["init_messaging", "failures"]}),
        )
        yield (
            "reaction",
            [
                self._rpc(
                    "/mail/message/reaction",
                    {"message_id": note, "content": "👍", "action": "add"},
                )
                for note in notes[:4]
            ],
        )
        yield (
            "preview",
            [
                self._rpc("/mail/link_preview", {"message_id": note})
                for note in notes[:4]
            ],
        )
        yield (
            "made public",
            [
                self._rpc(
                    "/mail/update_is_internal",
                    {"message_id": note, "is_internal": False},
                )
                for note in notes[:4]
            ],
        )
        yield (
            "link of a message",
            [self._get(f"/mail/message/{note}").text for note in notes[:4]],
        )

    def _document_routes(self, document):
        """Yield what is answered about a document's talk."""
        model, record_id = document._name, document.id
        thread = {"thread_model": model, "thread_id": record_id}
        lists = ["activities", "attachments", "followers", "scheduledMessages"]
        yield f"{model}: messages", self._rpc("/mail/thread/messages", thread)
        yield (
            f"{model}: messages searched",
            self._rpc(
                "/mail/thread/messages",
                {**thread, "fetch_params": {"search_term": SECRET}},
            ),
        )
        yield f"{model}: chatter", self._rpc("/mail/chatter_fetch", thread)
        yield f"{model}: portal", self._rpc("/portal/chatter_init", thread)
        yield (
            f"{model}: data",
            self._rpc(
                "/mail/data",
                {
                    "fetch_params": [
                        [
                            "mail.thread",
                            {**thread, "request_list": [*lists, "suggestedRecipients"]},
                        ]
                    ]
                },
            ),
        )
        yield f"{model}: recipients", self._rpc("/mail/thread/recipients", thread)
        names = ["message_ids", "website_message_ids", "display_name"]
        yield f"{model}: read", self._call(model, "read", [record_id], names)
        sub = {"fields": {"body": {}, "subject": {}}}
        specification = {name: sub for name in names[:2]}
        yield (
            f"{model}: web_read",
            self._call(model, "web_read", [record_id], specification),
        )
        fields_list = ["message_ids/body", "website_message_ids/body"]
        yield (
            f"{model}: export",
            self._call(model, "export_data", [record_id], fields_list),
        )
        if record_id in self.job.ids:
            yield "page of the job", self._get(f"/my/jobs/{record_id}").text
        if record_id in self.piece.ids:
            yield "page of the piece", self._get(f"/my/pieces/{record_id}").text
            yield "certificate", self._get(f"/my/pieces/{record_id}/certificate").text

    def _file_routes(self, file):
        """Yield what is answered about a file of a note."""
        yield "file", self._get(f"/web/content/{file.id}").text
        yield "file, long", self._get(f"/web/content/ir.attachment/{file.id}/raw").text
        yield "picture", self._get(f"/web/image/{file.id}").text
        yield "file, read", self._call("ir.attachment", "read", file.ids, ["raw"])
        yield (
            "file, searched",
            self._call(
                "ir.attachment",
                "search_read",
                [("index_content", "ilike", SECRET)],
                ["name", "access_token"],
            ),
        )
        for path in (
            f"/my/jobs/{self.job.id}/file/{file.id}",
            f"/my/pieces/{self.piece.id}/file/{file.id}",
        ):
            yield "file of a page", self._get(path).text
        data = {"file_ids": str(file.id), "zip_name": "all.zip"}
        response = self._post("/mail/attachment/zip", data)
        yield "zip", self._unzip(response.content) or response.text

    def _unzip(self, content):
        """Return names and texts of a ZIP file, or nothing."""
        if not zipfile.is_zipfile(io.BytesIO(content)):
            return ""
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return " ".join(
                f"{name} {archive.read(name).decode(errors='replace')}"
                for name in archive.namelist()
            )

    def assertNoSecret(self, user):
        if user:
            self._login(user)
        else:
            self.authenticate(None, None)
        for what, answer in self._routes():
            with self.subTest(what=what, user=user and user.login):
                texts = answer if isinstance(answer, list) else [answer]
                for text in texts:
                    self.assertNotIn(SECRET, text.replace(f'"{SECRET}"', ""))

    def test_no_route_shows_an_internal_text_to_the_client(self):
        self.assertNoSecret(self.portal_a)

    def test_nor_to_another_client_or_a_stranger(self):
        for user in (self.portal_b, None):
            self.assertNoSecret(user)

    def test_the_same_routes_show_them_to_the_account_manager(self):
        self._login(self.user_manager)
        found = {
            what
            for what, answer in self._routes()
            if SECRET in "".join(answer if isinstance(answer, list) else [answer])
        }
        self.assertLessEqual(
            {
                "search_read",
                "read",
                "file",
                "client.job: messages",
                "client.piece: data",
                "client.budget: messages",
                "zip",
            },
            found,
        )

    def test_what_is_not_read_is_not_searched_in(self):
        """A search that finds a document by its notes would tell their text."""
        for document in self.documents[:3]:
            records = document.browse().with_user(self.portal_a)
            for name in ("message_ids", "website_message_ids"):
                for path in ("body", "attachment_ids.name"):
                    with self.subTest(model=document._name, path=f"{name}.{path}"):
                        domain = [(f"{name}.{path}", "ilike", SECRET)]
                        self.assertFalse(records.search(domain))
        domain = [("message_ids.body", "ilike", "Good morning")]
        self.assertEqual(
            self.env["client.job"].with_user(self.portal_a).search(domain), self.job
        )
        children = [("child_ids.body", "ilike", SECRET)]
        parents = [("parent_id.body", "ilike", SECRET)]
        messages = self.env["mail.message"].with_user(self.portal_a)
        self.assertFalse(messages.search(children) | messages.search(parents))

    # --- by bus and mail ---

    def _sent_to(self, people):
        """Return the notifications and mails about the notes for these people."""
        notified = self.env["mail.notification"].search(
            [
                ("mail_message_id", "in", self.notes.ids),
                ("res_partner_id", "in", people.ids),
            ]
        )
        mails = self.env["mail.mail"].search([("body_html", "ilike", SECRET)])
        return notified, mails.filtered(lambda mail: mail.recipient_ids & people)

    def test_nobody_of_the_client_is_told(self):
        notified, mails = self._sent_to(self.contact_a | self.colleague)
        self.assertFalse(notified)
        self.assertFalse(mails)

    def test_the_bus_carries_a_note_to_colleagues_only(self):
        self.user_traffic.notification_type = "inbox"
        values = self.env.cr.precommit.data.setdefault("bus.bus.values", [])
        values.clear()
        self.job.with_user(self.user_manager).message_post(
            body=SECRET,
            message_type="comment",
            subtype_xmlid="mail.mt_note",
            partner_ids=(self.contact_a | self.user_traffic.partner_id).ids,
        )
        channels = {row["channel"] for row in values if SECRET in row["message"]}
        users = self.user_traffic | self.user_manager
        allowed = [f'"res.users",{user.id}]' for user in users] + [
            f'"res.partner",{user.partner_id.id}]' for user in users
        ]
        self.assertTrue(channels)
        for channel in channels:
            text = channel.replace(" ", "")
            self.assertTrue(any(name in text for name in allowed), channel)

    def test_a_mail_in_the_queue_goes_only_to_whom_it_still_may(self):
        message = self.job.with_user(self.user_manager).message_post(
            body="To be taken back",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self.user_traffic.partner_id.ids,
        )
        mail = self.env["mail.mail"].create(
            {
                "mail_message_id": message.id,
                "is_notification": True,
                "recipient_ids": [
                    Command.set((self.contact_a | self.user_traffic.partner_id).ids)
                ],
                "email_to": "else@azul.example",
                "body_html": "To be taken back",
            }
        )
        self.assertEqual(len(mail._prepare_outgoing_list()), 3)
        with self.assertRaises(UserError):
            message.with_user(self.user_manager).write({"is_internal": True})
        message.sudo().is_internal = True
        rows = mail._prepare_outgoing_list()
        self.assertEqual(
            [row["partner_id"] for row in rows], [self.user_traffic.partner_id]
        )

    def test_what_waits_for_its_hour_stays_what_it_is(self):
        """A note and a comment that are sent later."""
        Scheduled = self.env["mail.scheduled.message"].with_user(self.user_manager)
        rows = Scheduled.create(
            [
                {
                    "model": "client.job",
                    "res_id": self.job.id,
                    "author_id": self.user_manager.partner_id.id,
                    "scheduled_date": "2099-01-01 10:00:00",
                    "body": body,
                    "is_note": is_note,
                    "partner_ids": [Command.set(self.contact_a.ids)],
                }
                for body, is_note in ((SECRET, True), ("See you", False))
            ]
        )
        self.assertFalse(Scheduled.with_user(self.portal_a).has_access("read"))
        rows._post_message()
        note, comment = (
            self.job.message_ids.filtered(lambda row, text=text: text in row.body)[:1]
            for text in (SECRET, "See you")
        )
        self.assertNotIn(self.contact_a, note.notified_partner_ids)
        self.assertIn(self.contact_a, comment.notified_partner_ids)

    # --- forwarded, moved, opened ---

    def _forward(self, note, partners, audience=None):
        """Forward a message as the web client does."""
        composer = (
            self.env["mail.compose.message"]
            .with_user(self.user_manager)
            .with_context(
                default_model="client.job",
                default_res_ids=self.job.ids,
                default_subtype_xmlid="mail.mt_comment",
                default_composition_mode="comment",
                default_composition_comment_option="forward",
                default_body=note.body,
                default_subject="Fwd",
            )
            .create({"partner_ids": [Command.set(partners.ids)]})
        )
        if audience:
            composer.client_talk_audience = audience
        composer._action_send_mail()
        return self.job.message_ids[:1]

    def test_a_forwarded_note_stays_a_note(self):
        note = self.notes[0]
        with self.assertRaisesRegex(UserError, "would not get this"):
            self._forward(note, self.contact_a)
        message = self._forward(note, self.user_traffic.partner_id)
        self.assertTrue(message.subtype_id.internal)
        self.assertIn(self.user_traffic.partner_id, message.notified_partner_ids)
        self.assertFalse(message.with_user(self.portal_a).has_access("read"))

    def test_the_writer_may_send_it_to_the_client_knowingly(self):
        message = self._forward(self.comment, self.contact_a, audience="client")
        self.assertFalse(message.subtype_id.internal)
        self.assertIn(self.contact_a, message.notified_partner_ids)

    def test_the_company_may_want_forwarded_messages_to_reach_the_client(self):
        self.company.client_talk_internal = False
        message = self._forward(self.comment, self.contact_a)
        self.assertFalse(message.subtype_id.internal)

    def test_the_composer_names_who_reads_it(self):
        composer = self.env["mail.compose.message"].with_user(self.user_manager)
        composer = composer.create(
            {
                "model": "client.job",
                "res_ids": str(self.job.ids),
                "composition_mode": "comment",
            }
        )
        self.assertEqual(composer.client_talk_audience, "client")
        self.assertIn("Paula Azul", composer.client_talk_hint)
        self.assertIn("Azul Cosmetics", composer.client_talk_hint)
        composer.client_talk_audience = "internal"
        self.assertEqual(composer.subtype_id, self.env.ref("mail.mt_note"))
        self.assertIn("only colleagues", composer.client_talk_hint)

    def test_messages_stay_where_they_are_and_of_their_kind(self):
        other = self._create_job(contact=self.contact_b, authorize=False)
        with self.assertRaises(UserError):
            self.job.message_change_thread(other)
        note = self.notes[0].with_user(self.user_manager)
        for values in (
            {"is_internal": False},
            {"subtype_id": self.env.ref("mail.mt_comment").id},
            {"message_type": "user_notification"},
            {"model": "res.partner", "res_id": self.contact_b.id},
        ):
            with self.subTest(values=values), self.assertRaises(UserError):
                note.write(values)
        with self.assertRaisesRegex(UserError, "stays internal"):
            self.env.ref("mail.mt_note").internal = False

    def test_a_personal_message_to_a_colleague_is_the_colleagues(self):
        self.job._notify_staff(self.user_traffic, "Mind you", SECRET)
        message = self.env["mail.message"].search(
            [("message_type", "=", "user_notification"), ("body", "ilike", SECRET)]
        )
        self.assertTrue(message)
        with self.assertRaises(AccessError):
            message[:1].with_user(self.portal_a).read(["body"])
