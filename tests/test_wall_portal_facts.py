"""What was said, asked and shown stays, whoever calls by RPC."""

from odoo.exceptions import UserError
from odoo.tests import JsonRpcException, tagged
from odoo.tools import mute_logger

from .common_portal import ClientPortalCommon


@tagged("post_install", "-at_install")
class TestWallPortalFacts(ClientPortalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.client_a | cls.client_b).client_portal_access = "yes"
        cls.job = cls._create_job(authorize=False)

    def _comment(self, user, body="Please hurry", **values):
        values.setdefault("subtype_xmlid", "mail.mt_comment")
        message = (
            self.job.with_user(user)
            .sudo()
            .message_post(
                body=body,
                message_type="comment",
                author_id=user.partner_id.id,
                **values,
            )
        )
        return self.env["mail.message"].browse(message.id)

    def test_a_request_stays_with_its_client(self):
        self._comment(self.portal_a)
        with self.assertRaisesRegex(UserError, "that was opened can't change"):
            self.job.with_user(self.user_manager).write(
                {"client_id": self.client_b.id, "requester_id": False}
            )
        self.assertEqual(self.job.client_id, self.client_a)

    def test_a_draft_still_moves(self):
        draft = self.env["client.job"].create(
            {"name": "Typo", "client_id": self.client_a.id}
        )
        draft.with_user(self.user_manager).client_id = self.client_b
        self.assertEqual(draft.client_id, self.client_b)

    def test_comments_stay_for_both_sides(self):
        for author in (self.portal_a, self.user_manager):
            message = self._comment(author).with_user(author)
            for attempt in (
                lambda message=message: message.write({"is_internal": True}),
                lambda message=message: message.write({"body": "Never said"}),
                lambda message=message: message.write({"message_type": "email"}),
                lambda message=message: message.unlink(),
            ):
                with self.subTest(author=author.login), self.assertRaises(UserError):
                    attempt()
            self.env.invalidate_all()
            self.assertIn("hurry", message.sudo().body)
            self.assertFalse(message.sudo().is_internal)

    def test_a_note_stays_a_note_and_can_be_put_right(self):
        note = self._comment(
            self.user_manager, "Internal", subtype_xmlid="mail.mt_note"
        ).with_user(self.user_manager)
        with self.assertRaises(UserError):
            note.write({"subtype_id": self.env.ref("mail.mt_comment").id})
        note.write({"body": "Better"})
        self.assertIn("Better", note.body)
        note.unlink()
        self.assertFalse(note.exists())

    @mute_logger("odoo.http")
    def test_comments_stay_over_http(self):
        message = self._comment(self.portal_a)
        self._login(self.portal_a)
        for route, params in (
            (
                "/mail/message/update_content",
                {"message_id": message.id, "update_data": {"body": ""}},
            ),
            (
                "/mail/update_is_internal",
                {"message_id": message.id, "is_internal": True},
            ),
        ):
            with self.subTest(route=route), self.assertRaises(JsonRpcException):
                self.make_jsonrpc_request(route, params)
        self.env.invalidate_all()
        self.assertIn("hurry", message.body)
        self.assertFalse(message.is_internal)

    def test_comments_on_a_contract_stay(self):
        contract = self.env["client.contract"].create(
            {"name": "Fee", "client_id": self.client_a.id}
        )
        comment, note = (
            contract.with_user(self.user_manager).message_post(
                body="Hello", message_type="comment", subtype_xmlid=subtype
            )
            for subtype in ("mail.mt_comment", "mail.mt_note")
        )
        with self.assertRaises(UserError):
            contract.sudo()._message_update_content(comment.sudo(), body="")
        contract.sudo()._message_update_content(note.sudo(), body="Other words")
        self.assertIn("Hello", comment.body)
        self.assertIn("Other words", note.body)

    def test_a_remark_that_the_client_saw_stays(self):
        self.job.with_user(self.user_manager).action_authorize()
        version = self._send_version(self.job.piece_ids)
        remark = (
            self.env["client.piece.remark"]
            .with_user(self.user_creation)
            .create({"version_id": version.id, "body": "Too blue"})
        )
        remark.write({"body": "Much too blue"})
        remark.write({"is_internal": False})
        for values in ({"is_internal": True}, {"body": "Fine"}):
            with self.subTest(**values), self.assertRaises(UserError):
                remark.write(values)
        with self.assertRaises(UserError):
            remark.unlink()
        remark.action_resolve()
        self.assertTrue(remark.resolved)

    def test_a_file_that_the_client_saw_stays(self):
        self.job.with_user(self.user_manager).action_authorize()
        version = self._send_version(self.job.piece_ids)
        file = version.attachment_ids.with_user(self.user_creation)
        for values in (
            {"mimetype": "text/html"},
            {"type": "url", "url": "https://elsewhere.example"},
            {"public": True},
            {"res_field": "body_text"},
        ):
            with self.subTest(**values), self.assertRaises(UserError):
                file.write(values)
        # a description is no content
        file.write({"description": "Landscape"})
        self.assertEqual(file.description, "Landscape")
