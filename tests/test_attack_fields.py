"""What people write by RPC beside the screens."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_job import ClientJobCommon


@tagged("post_install", "-at_install")
class TestAttackFields(ClientJobCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.piece = cls._create_sent_piece()
        cls.job = cls.piece.job_id

    def _assert_refused(self, record, user, **vals):
        with self.subTest(model=record._name, **vals), self.assertRaises(AccessError):
            record.with_user(user).write(vals)

    def test_fields_that_follow_from_others_are_written_by_nobody(self):
        for record, user, vals in (
            (self.piece, self.user_creation, {"client_id": self.client_b.id}),
            (self.piece, self.user_creation, {"requester_id": self.contact_b.id}),
            (self.piece, self.user_creation, {"client_wall_id": False}),
            (self.piece, self.user_creation, {"rounds": 0}),
            (self.job, self.user_manager, {"progress": 100}),
            (self.budget, self.user_manager, {"amount_left": 10**6}),
            (self.client_a, self.user_manager, {"client_wall_id": False}),
            (self.job.task_ids[:1], self.user_manager, {"client_wall_id": False}),
            (self.job.project_id, self.user_outsider, {"client_wall_id": False}),
        ):
            self._assert_refused(record, user, **vals)
        self.assertEqual(self.piece.client_id, self.client_a)

    def test_context_defaults_bring_nothing_in(self):
        piece = (
            self.env["client.piece"]
            .with_user(self.user_manager)
            .with_context(
                default_client_id=self.client_b.id,
                default_requester_id=self.contact_b.id,
                default_progress=100,
            )
            .create(
                {"name": "X", "job_id": self.job.id, "type_id": self.type_banner.id}
            )
        )
        self.assertEqual(piece.client_id, self.client_a)
        self.assertEqual(piece.requester_id, self.contact_a)
        self.assertEqual(piece.progress, 0)

    def test_what_people_do_enter_still_works(self):
        self.piece.with_user(self.user_creation).write({"deadline": "2099-01-01"})
        self.job.with_user(self.user_manager).write({"deadline": "2099-01-01"})
        self.client_a.with_user(self.user_manager).write({"city": "Porto"})
        self.assertEqual(self.client_a.city, "Porto")
