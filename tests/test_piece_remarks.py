"""Remarks on pieces: numbers, places, answers, and what the next version shows."""

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from ..tools.differences import mark_differences
from .common_job import ClientJobCommon


@tagged("post_install", "-at_install")
class TestPieceRemarks(ClientJobCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.piece = cls._create_sent_piece()
        cls.version = cls.piece.current_version_id
        cls.file = cls.version.attachment_ids

    def _remark(self, contact=None, **values):
        return self.version._portal_remark(
            contact or self.contact_a,
            {
                "target": "layout",
                "body": "Larger",
                "attachment_id": str(self.file.id),
                "page": "1",
                "x": "0.25",
                "y": "0.75",
                **values,
            },
        )

    def _send_next(self, **values):
        """Ask for changes, and send the next version."""
        self.piece._portal_decide(self.version, self.contact_a, "changes", "Again")
        self._create_version(
            self.piece, attachment_ids=[(6, 0, self._create_file().ids)], **values
        )
        self.piece.with_user(self.user_traffic).action_send_to_client()
        return self.piece.current_version_id

    def _shown(self, version):
        return self.env["client.piece.remark"].search(
            version._get_remarks_domain(), order="number"
        )

    # --- writing ---

    def test_remarks_are_numbered_through_all_versions(self):
        first = self._remark()
        second = self._remark(body="Bolder")
        reply = first._portal_reply(self.contact_a, "Or much larger")
        self._send_next()
        third = (
            self.env["client.piece.remark"]
            .with_user(self.user_creation)
            .create({"version_id": self.piece.current_version_id.id, "body": "Note"})
        )
        self.assertEqual([first.number, second.number, third.number], [1, 2, 3])
        self.assertEqual(reply.number, 0)
        with self.assertRaises(AccessError):
            third.with_user(self.user_creation).number = 9

    def test_second_click_keeps_one_remark_and_one_answer(self):
        remark = self._remark()
        self.assertEqual(self._remark(), remark)
        self.assertNotEqual(self._remark(x="0.5"), remark)
        reply = remark._portal_reply(self.contact_a, "Yes")
        self.assertEqual(remark._portal_reply(self.contact_a, " Yes "), reply)

    def test_words_are_marked_or_typed(self):
        marked = self._remark(
            target="text", attachment_id="", x="", y="", text_start="6", text_end="12"
        )
        typed = self._remark(
            target="text", attachment_id="", x="", y="", quote="Hello", body="Hi?"
        )
        self.assertEqual(marked.quote, "spring")
        self.assertEqual(typed.quote, "Hello")
        parts = self.version._get_text_parts(marked | typed)
        self.assertEqual(
            parts, [("Hello", [typed.number]), (" ", []), ("spring", [marked.number])]
        )
        with self.assertRaisesRegex(UserError, "is not in the text"):
            self._remark(target="text", attachment_id="", quote="winter")

    def test_a_remark_needs_an_open_version_and_one_of_the_clients_people(self):
        with self.assertRaisesRegex(UserError, "Only people of"):
            self._remark(contact=self.contact_b)
        self._send_next()
        with self.assertRaisesRegex(UserError, "waits for a decision"):
            self._remark()
        version = self.piece.current_version_id
        self.piece._portal_decide(version, self.contact_a, "approved")
        with self.assertRaisesRegex(UserError, "waits for a decision"):
            version._portal_remark(self.contact_a, {"body": "Late"})

    def test_remarks_say_what_should_change(self):
        self._remark(contact=self.contact_a)
        self.piece._portal_decide(self.version, self.contact_a, "changes")
        self.assertEqual(self.piece.state, "changes_requested")

    def test_somebody_elses_remarks_do_not(self):
        colleague, __ = self._create_contact(self.client_a, "Carla Azul")
        self._remark(contact=colleague)
        with self.assertRaisesRegex(UserError, "Write what should change"):
            self.piece._portal_decide(self.version, self.contact_a, "changes")

    # --- the next version ---

    def test_open_remarks_are_carried_and_solved_ones_stay(self):
        solved = self._remark(body="Solved")
        still_open = self._remark(body="Open")
        solved.with_user(self.user_creation).action_resolve()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE client_piece_remark SET resolved_date = '2020-01-01' WHERE resolved"
        )
        solved.invalidate_recordset()
        second = self._send_next()
        self.assertEqual(self._shown(second), still_open)
        self.assertEqual(self._shown(self.version), solved | still_open)
        place = second._get_remark_place(still_open)
        self.assertEqual(place["attachment_id"], second.attachment_ids.id)
        self.assertAlmostEqual(place["x"], 0.25)
        # solved after the new version went out: its page goes on showing it
        still_open.with_user(self.user_creation).action_resolve()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE client_piece_remark SET resolved_date = '2099-01-01' WHERE id = %s",
            still_open.ids,
        )
        still_open.invalidate_recordset()
        self.assertEqual(self._shown(second), still_open)

    def test_carried_words_are_found_again_or_only_listed(self):
        remark = self._remark(target="text", attachment_id="", quote="spring")
        moved = self._send_next(body_text="A new spring")
        self.assertEqual(moved._get_remark_place(remark), {"start": 6, "end": 12})
        gone = self._create_version(self.piece, body_text="Autumn")
        self.assertIsNone(gone._get_remark_place(remark))
        twice = self._create_version(self.piece, body_text="spring or spring")
        self.assertIsNone(twice._get_remark_place(remark))

    # --- answers ---

    def test_answers_of_the_agency_are_internal_or_not(self):
        remark = self._remark()
        replies = (
            self.env["client.piece.remark"]
            .with_user(self.user_creation)
            .create(
                [
                    {"parent_id": remark.id, "body": "We can't", "is_internal": False},
                    {"parent_id": remark.id, "body": "He never pays"},
                ]
            )
        )
        self.assertEqual(replies.version_id, self.version)
        self.assertEqual(replies[0].target, "layout")
        self.env.invalidate_all()
        seen = self.env["client.piece.remark"].with_user(self.portal_a).search([])
        self.assertIn(replies[0].with_user(self.portal_a), seen)
        self.assertNotIn(replies[1].with_user(self.portal_a), seen)
        self.assertEqual(remark._get_replies().mapped("body"), ["We can't"])

    def test_an_answer_to_an_internal_remark_is_internal(self):
        Remark = self.env["client.piece.remark"].with_user(self.user_creation)
        note = Remark.create({"version_id": self.version.id, "body": "Ugly"})
        with self.assertRaises(ValidationError):
            Remark.create({"parent_id": note.id, "body": "Yes", "is_internal": False})
        reply = Remark.create({"parent_id": note.id, "body": "Yes"})
        with self.assertRaises(ValidationError):
            Remark.create({"parent_id": reply.id, "body": "No"})
        with self.assertRaises(UserError):
            note.sudo()._portal_reply(self.contact_a, "I saw that")

    def test_an_answer_tells_the_people_of_the_piece(self):
        remark = self._remark()
        remark.with_user(self.user_manager).assigned_user_id = self.user_creation
        remark._portal_reply(self.contact_a, "Like on page 2")
        message = self.env["mail.message"].search(
            [("model", "=", "client.piece"), ("res_id", "=", self.piece.id)],
            order="id desc",
            limit=1,
        )
        self.assertIn(self.user_creation.partner_id, message.notified_partner_ids)
        self.assertIn("Like on page 2", message.body)

    def test_the_client_solves_and_opens_again(self):
        remark = self._remark()
        for resolved in (True, True, False):
            remark._portal_resolve(self.contact_a, resolved)
            self.assertEqual(remark.resolved, resolved)
        with self.assertRaises(UserError):
            remark._portal_resolve(self.contact_b, True)

    def test_assigning_is_for_staff_and_handling_needs_no_authorship(self):
        remark = self._remark()
        remark.with_user(self.user_creation).assigned_user_id = self.user_creation
        self.assertEqual(remark.assigned_user_id, self.user_creation)
        with self.assertRaises(AccessError):
            remark.with_user(self.user_creation).parent_id = remark
        with self.assertRaises(AccessError):
            remark.with_user(self.portal_a).read(["assigned_user_id"])

    # --- differences ---

    def test_differences_escape_what_people_wrote(self):
        old, new = mark_differences("<script>a</script>", "<script>b</script>")
        self.assertNotIn("<script>", old + new)
        self.assertIn("<del>a</del>", old)
        self.assertIn("<ins>b</ins>", new)
