"""Remarks, answers and comparisons on the pages of a piece."""

import json
import re
from html import unescape

from odoo.tests import tagged

from .common_portal import ClientPortalCommon


@tagged("post_install", "-at_install")
class TestPortalPieceRemarks(ClientPortalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.job = cls._create_job()
        cls.piece = cls.job.piece_ids
        cls.version = cls._send_version(cls.piece)
        cls.file = cls.version.attachment_ids
        cls.path = f"/my/pieces/{cls.piece.id}"

    def _remark(self, **values):
        response = self._post(
            f"{self.path}/remark",
            {
                "version_id": self.version.id,
                "target": "layout",
                "body": "Larger logo",
                "attachment_id": self.file.id,
                "page": "1",
                "x": "0.40000",
                "y": "0.60000",
                **values,
            },
        )
        self.env.invalidate_all()
        return response

    def _handle(self, remark, action, **values):
        response = self._post(f"{self.path}/remark/{remark.id}/{action}", values)
        self.env.invalidate_all()
        return response

    def test_pin_is_kept_and_shown_in_its_place(self):
        self._login(self.portal_a)
        self.assertGoesHome(self._remark(), f"{self.path}#client_remarks")
        self.assertRecordValues(
            self.piece.remark_ids,
            [
                {
                    "number": 1,
                    "body": "Larger logo",
                    "author_id": self.contact_a.id,
                    "is_internal": False,
                    "attachment_id": self.file.id,
                }
            ],
        )
        page = self._get(self.path).text
        place = json.loads(unescape(re.search(r'data-place="([^"]+)"', page).group(1)))
        self.assertEqual(place["attachment_id"], self.file.id)
        self.assertAlmostEqual(place["x"], 0.4)
        self.assertIn('data-own="1"', page)
        # his remarks say what should change
        response = self._post(
            f"{self.path}/decide",
            {"version_id": self.version.id, "decision": "changes"},
        )
        self.assertIn("notice=changes", response.headers["Location"])

    def test_bad_remarks_are_refused_with_a_sentence_and_nothing_is_lost(self):
        self._login(self.portal_a)
        for values, sentence in (
            ({"body": "  "}, "A remark is empty"),
            ({"x": "7", "body": "Kept text"}, "outside of the piece"),
            ({"x": "nan", "body": "Kept text"}, "outside of the piece"),
            ({"attachment_id": "1", "body": "Kept text"}, "file of another version"),
            ({"version_id": "0", "body": "Kept text"}, "is not available"),
            ({"target": "moon", "body": "Kept text"}, "about the whole"),
        ):
            with self.subTest(values=values):
                page = self._remark(**values).text
                self.assertIn(sentence, page)
                if values["body"].strip():
                    self.assertIn("Kept text", page)
        self.assertFalse(self.piece.remark_ids)

    def test_strangers_and_staff_do_not_remark_here(self):
        for user in (self.portal_b, self.user_manager):
            self._login(user)
            self.assertGoesHome(self._remark())
        self.assertFalse(self.piece.remark_ids)

    def test_words_of_the_text_are_marked_and_escaped(self):
        self._login(self.portal_a)
        self._remark(
            target="text", attachment_id="", x="", y="", text_start="0", text_end="5"
        )
        page = self._get(self.path).text
        self.assertIn(
            '<mark class="o_client_words" data-numbers="1">Hello</mark> spring', page
        )

    def test_answer_and_solve(self):
        self._login(self.portal_a)
        self._remark()
        remark = self.piece.remark_ids
        self.env["client.piece.remark"].with_user(self.user_creation).create(
            [
                {"parent_id": remark.id, "body": "Internal: no", "is_internal": True},
                {"parent_id": remark.id, "body": "How large?", "is_internal": False},
            ]
        )
        page = self._get(self.path).text
        self.assertIn("How large?", page)
        self.assertNotIn("Internal: no", page)
        self._handle(remark, "reply", body="Twice")
        self._handle(remark, "resolve", resolved="1")
        self.assertTrue(remark.resolved)
        page = self._get(self.path).text
        self.assertIn("Twice", page)
        self.assertIn("Solved", page)
        self._handle(remark, "resolve")
        self.assertFalse(remark.resolved)
        self.assertIn("A remark is empty", self._handle(remark, "reply", body="").text)

    def test_remarks_of_others_and_internal_ones_are_out_of_reach(self):
        note = self.env["client.piece.remark"].create(
            {"version_id": self.version.id, "body": "Internal: ugly"}
        )
        self._login(self.portal_a)
        self._remark()
        remark = self.piece.remark_ids - note
        for row in (note, note.browse(10**8)):
            page = self._handle(row, "reply", body="I saw it").text
            self.assertIn("is not there any more", page)
            self.assertNotIn("Internal: ugly", page)
        self.assertFalse(note.reply_ids)
        self._login(self.portal_b)
        self.assertGoesHome(self._handle(remark, "reply", body="Me too"))
        self.assertGoesHome(self._handle(remark, "resolve", resolved="1"))
        self.assertFalse(remark.resolved or remark.reply_ids)

    def test_open_remarks_come_along_to_the_next_version(self):
        self._login(self.portal_a)
        self._remark()
        self._post(
            f"{self.path}/decide",
            {"version_id": self.version.id, "decision": "changes"},
        )
        self._send_version(self.piece, text="Hello summer")
        page = self._get(self.path).text
        self.assertIn("from version 1", page)
        self.assertIn("Larger logo", page)

    def test_two_versions_side_by_side(self):
        self.piece.sudo().write({"state": "changes_requested"})
        self._send_version(self.piece, text="Hello summer")
        self._login(self.portal_a)
        page = self._get(f"{self.path}?version=2&compare=1").text
        self.assertIn("Hello <del>spring</del>", page)
        self.assertIn("Hello <ins>summer</ins>", page)
        self.assertNotIn("Your decision", page)
        for compare in ("2", "99", "x"):
            with self.subTest(compare=compare):
                page = self._get(f"{self.path}?version=2&compare={compare}").text
                self.assertIn("Your decision on version 2", page)
