"""What the client's people may send with a message: how often, how many, how large."""

from io import BytesIO
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..models import client_job_files, ir_http, mail_thread_pace
from ..tools.throttle import Throttle
from .common_portal import PNG, ClientPortalCommon

SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


@tagged("post_install", "-at_install")
class TestTalkBounds(ClientPortalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.job = cls._create_job()

    def _comment(self, body="Hello", **values):
        return self._call(
            "/mail/message/post",
            {
                "thread_model": "client.job",
                "thread_id": self.job.id,
                "post_data": {
                    "body": body,
                    "message_type": "comment",
                    "subtype_xmlid": "mail.mt_comment",
                    **values,
                },
            },
        )

    def _call(self, route, params):
        """Return the answer of a JSON route, errors included."""
        answer = self.url_open(route, json={"params": params}).json()
        self.env.invalidate_all()
        return answer

    def _upload(self, name, content):
        return self._post(
            "/mail/attachment/upload",
            {
                "thread_model": "client.job",
                "thread_id": self.job.id,
                "is_pending": "true",
            },
            files=[("ufile", (name, BytesIO(content)))],
        )

    # --- how often ---

    def test_routes_of_the_talk_end_a_loop_for_the_clients_people_only(self):
        paths = ("/my/notifications", "/my", "/my/account")
        for path in paths:
            self.patch(ir_http, "THROTTLE", Throttle(burst=2, rate=0.01))
            self._login(self.portal_a)
            codes = [self._get(path).status_code for _n in range(3)]
            self.assertEqual(codes[2], 429, path)
            self.assertNotIn(429, codes[:2], path)
        self.patch(ir_http, "THROTTLE", Throttle(burst=8, rate=0.01))
        self._login(self.portal_a)
        self._comment("One")
        self._comment("Two")
        self.assertIn("very many requests", str(self._comment("Three")))
        self.assertEqual(self._upload("a.png", PNG).status_code, 429)
        # colleagues talk all day
        self._login(self.user_manager)
        for _number in range(4):
            self._comment("Ours")
        bodies = self.job.message_ids.mapped("body")
        self.assertFalse([body for body in bodies if "Three" in body])
        self.assertEqual(len([body for body in bodies if "Ours" in body]), 4)

    def test_somebody_who_writes_without_end_is_told_so(self):
        job = self.job.with_user(self.portal_a)
        with patch.object(mail_thread_pace, "MAX_COMMENTS", 2):
            job.message_post(body="One", subtype_xmlid="mail.mt_comment")
            job.message_post(body="Two", subtype_xmlid="mail.mt_comment")
            # by the page's route, which writes as superuser, as well
            self._login(self.portal_a)
            answer = self._comment("Three")
            self.assertIn("2 messages within a minute", str(answer["error"]))
            # nobody else, and not the agency
            self.job.with_user(self.portal_colleague).message_post(
                body="Four", subtype_xmlid="mail.mt_comment"
            )
            for _number in range(4):
                self.job.with_user(self.user_manager).message_post(body="Ours")
        texts = " ".join(self.job.message_ids.mapped("body"))
        self.assertNotIn("Three", texts)
        self.assertIn("Four", texts)

    def test_a_decision_is_no_comment(self):
        pieces = self.job.piece_ids | self._create_job(title="Other").piece_ids
        with patch.object(mail_thread_pace, "MAX_COMMENTS", 0):
            for piece in pieces:
                version = self._send_version(piece)
                # as the controller does
                piece.with_user(self.portal_a).sudo()._portal_decide(
                    version.with_user(self.portal_a).sudo(), self.contact_a, "approved"
                )
        self.assertEqual(set(pieces.mapped("state")), {"approved"})

    # --- files ---

    def test_files_of_a_message_are_looked_at(self):
        self._login(self.portal_a)
        known = self.env["ir.attachment"].search([], order="id desc", limit=1).id
        for name, content, word in (
            ("empty.png", b"", "empty"),
            ("logo.svg", SVG, "not accepted"),
            ("logo.png", SVG, "not accepted"),
            ("setup.exe", b"MZ", "not accepted"),
        ):
            with self.subTest(name):
                self.assertIn(word, self._upload(name, content).json()["error"])
        with patch.object(client_job_files, "DEFAULT_MAX_FILE", len(PNG)):
            answer = self._upload("photo.png", PNG + b"x").json()
        self.assertIn("a file may have at most", answer["error"])
        mine = [("id", ">", known), ("create_uid", "=", self.portal_a.id)]
        # the page's own styles aside
        mine += [("url", "=", False), ("res_field", "=", False)]
        self.assertFalse(self.env["ir.attachment"].search_count(mine))
        answer = self._upload("photo.png", PNG).json()
        file = self.env["ir.attachment"].browse(answer["data"]["attachment_id"])
        self.assertEqual((file.name, file.raw), ("photo.png", PNG))

    def test_an_employee_sends_what_he_likes(self):
        self._login(self.user_manager)
        self.assertIn("data", self._upload("logo.svg", SVG).json())

    def test_files_of_a_message_by_another_way(self):
        job = self.job.with_user(self.portal_a)
        count = len(self.job.message_ids)
        for files in ([("a.svg", SVG)], [("a.png", b"")], [("a.png", PNG)] * 21):
            with self.assertRaises(UserError):
                job.message_post(body="Look", attachments=files)
        with self.assertRaisesRegex(UserError, "at most 20 files"):
            job.message_post(body="Look", attachment_ids=list(range(1, 22)))
        self.env.invalidate_all()
        self.assertEqual(len(self.job.message_ids), count)

    def test_all_files_of_a_draft_together(self):
        draft = self._create_job(submit=False)
        self._login(self.portal_a)
        path = f"/my/jobs/{draft.id}/upload"
        with patch.object(client_job_files, "MAX_TOTAL", len(PNG) + 10):
            for name, is_kept in (("one.png", True), ("two.png", False)):
                answer = self._post(
                    path, {}, files=[("file", (name, BytesIO(PNG)))]
                ).json()
                self.assertEqual("file" in answer, is_kept, name)
        self.assertIn("all files together", answer["error"])
        self.env.invalidate_all()
        self.assertEqual(draft.file_ids.mapped("name"), ["one.png"])
