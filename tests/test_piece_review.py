"""What colleagues see of the client's remarks in the piece's form."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_job import ClientJobCommon


@tagged("post_install", "-at_install")
class TestPieceReview(ClientJobCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.piece = cls._create_sent_piece()
        cls.version = cls.piece.current_version_id
        cls.file = cls.version.attachment_ids
        cls.pin = cls.version._portal_remark(
            cls.contact_a,
            {
                "target": "layout",
                "body": "Larger",
                "attachment_id": cls.file.id,
                "x": 0.25,
                "y": 0.5,
            },
        )
        cls.words = cls.version._portal_remark(
            cls.contact_a, {"target": "text", "quote": "spring", "body": "Summer"}
        )

    def _review(self, user=None, **kwargs):
        self.env.invalidate_all()
        piece = self.piece.with_user(user or self.user_creation)
        return piece.get_review(**kwargs)

    def test_pins_and_marks_are_where_the_client_put_them(self):
        data = self._review()
        self.assertEqual(data["version"]["number"], 1)
        self.assertEqual(
            data["remarks"][0]["place"],
            {"attachment_id": self.file.id, "page": 1, "x": 0.25, "y": 0.5},
        )
        self.assertEqual(
            data["parts"], [("Hello ", []), ("spring", [self.words.number])]
        )
        self.assertEqual(data["remarks"][0]["author"], self.contact_a.name)
        self.assertTrue(data["may_write"])

    def test_open_remarks_are_carried_to_the_next_version(self):
        self.words.with_user(self.user_creation).action_resolve()
        self.piece._portal_decide(self.version, self.contact_a, "changes", "Please")
        second = self._create_version(self.piece, body_text="Hello summer")
        data = self._review()
        self.assertEqual(data["version"]["id"], second.id)
        self.assertEqual([row["body"] for row in data["remarks"]], ["Larger"])
        self.assertTrue(data["remarks"][0]["is_carried"])
        self.assertEqual(data["remarks"][0]["version_number"], 1)
        first = self._review(version_id=self.version.id)
        self.assertEqual(len(first["remarks"]), 2)
        self.assertEqual(self.piece.with_user(self.user_creation).open_remark_count, 1)

    def test_internal_answers_are_for_colleagues_only(self):
        Remark = self.env["client.piece.remark"].with_user(self.user_creation)
        Remark.create(
            {
                "version_id": self.version.id,
                "parent_id": self.pin.id,
                "body": "Too expensive",
            }
        )
        data = self._review()
        self.assertEqual(data["remarks"][0]["replies"][0]["body"], "Too expensive")
        self.assertTrue(data["remarks"][0]["replies"][0]["is_internal"])
        with self.assertRaises(AccessError):
            self._review(self.portal_a)

    def test_colleagues_assign_and_find_what_is_theirs(self):
        self.pin.with_user(self.user_traffic).assigned_user_id = self.user_creation
        self.assertEqual(
            self._review()["remarks"][0]["assigned"], self.user_creation.id
        )
        action = self.piece.with_user(self.user_creation).action_open_remarks()
        self.assertEqual(action["res_model"], "client.piece.remark")
        Remark = self.env["client.piece.remark"].with_user(self.user_creation)
        self.assertEqual(
            Remark.search(
                [("is_client_remark", "=", True), ("piece_id", "=", self.piece.id)]
            ),
            self.pin | self.words,
        )
        internal = Remark.create({"version_id": self.version.id, "body": "Ours"})
        self.assertFalse(internal.is_client_remark)

    def test_who_does_not_see_the_client_sees_no_review(self):
        self.client_a.with_user(self.user_manager).client_restricted = True
        with self.assertRaises(AccessError):
            self._review(self.user_outsider)

    def test_a_piece_without_a_version_says_so(self):
        job = self._create_job(name="Other")
        job.action_authorize()
        data = job.piece_ids.with_user(self.user_creation).get_review()
        self.assertFalse(data["version"] or data["remarks"] or data["files"])
