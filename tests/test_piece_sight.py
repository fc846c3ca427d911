"""Who opens a piece because it is his to approve; who asks too much of the pages."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common_portal import ClientPortalCommon

CHILDREN = ("version_ids", "remark_ids", "decision_ids", "approver_ids")


@tagged("post_install", "-at_install")
class TestPieceSight(ClientPortalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.colleague.portal_scope = "own"
        cls.job = cls._create_job(
            pieces=[
                {"type_id": cls.type_banner.id, "name": "Shop banner"},
                {"type_id": cls.type_banner.id, "name": "Other banner"},
            ]
        )
        cls.piece, cls.other = cls.job.piece_ids
        cls.piece.approver_ids = [
            (0, 0, {"partner_id": cls.contact_a.id, "deputy_id": cls.colleague.id})
        ]
        for piece in (cls.piece, cls.other):
            version = cls._send_version(piece)
            version._portal_remark(cls.contact_a, {"body": "Brighter"})
        cls.path = f"/my/pieces/{cls.piece.id}"

    def _sees(self, record, user=None):
        self.env.invalidate_all()
        return record.with_user(user or self.portal_colleague).has_access("read")

    def test_a_deputy_with_own_requests_only_opens_what_he_approves(self):
        self.assertTrue(self._sees(self.piece))
        self.assertFalse(self._sees(self.other))
        self.assertFalse(self._sees(self.job))
        for name in CHILDREN:
            with self.subTest(children=name):
                rows = self.piece[name]
                self.assertEqual(self._sees(rows), True)
                self.assertFalse(self.other[name] and self._sees(self.other[name]))
        self._login(self.portal_colleague)
        page = self._get(self.path)
        self.assertEqual(page.status_code, 200)
        self.assertIn(self.job.name, page.text)
        self.assertNotIn(f"/my/jobs/{self.job.id}", page.text)
        self.assertIn(self.path, self._get("/my/pieces").text)
        self.assertGoesHome(self._get(f"/my/pieces/{self.other.id}"))
        file = self.piece.current_version_id.attachment_ids
        self.assertEqual(self._get(f"{self.path}/file/{file.id}").status_code, 200)
        response = self._post(
            f"{self.path}/decide",
            {
                "version_id": self.piece.current_version_id.id,
                "decision": "approved",
            },
        )
        self.assertIn("notice=approved", response.headers["Location"])
        self.env.invalidate_all()
        self.assertEqual(self.piece.decision_ids.author_id, self.colleague)
        self.assertEqual(self.piece.decision_ids.approver_partner_id, self.contact_a)

    def test_no_approver_no_longer_sees_it(self):
        # sudo: while it is with the client, who approves is fixed for people
        self.piece.sudo().approver_ids.deputy_id = False
        self.assertFalse(self._sees(self.piece))
        self.assertFalse(self._sees(self.piece.version_ids))

    def test_a_contact_of_another_client_is_no_approver_here(self):
        self.colleague.parent_id = self.client_b
        self.assertFalse(self._sees(self.piece))
        self.assertFalse(self._sees(self.piece, self.portal_b))

    def test_closed_access_closes_it_for_approvers(self):
        self.client_a.client_portal_access = "no"
        self.assertFalse(self._sees(self.piece))

    def test_a_loop_of_guessed_links_is_told_to_wait(self):
        self.authenticate(None, None)
        codes = [self._get(f"/pieces/guess{n}").status_code for n in range(33)]
        self.assertEqual(set(codes[:30]), {404})
        self.assertEqual(set(codes[30:]), {429})
        self.assertIn("Please wait a minute", self._get("/pieces/guess").text)
        # a minute later he is served again
        self.env["client.pace"].search([]).write(
            {"since": fields.Datetime.now() - timedelta(minutes=2)}
        )
        self.assertEqual(self._get("/pieces/guess").status_code, 404)

    def test_a_loop_of_remarks_and_decisions_is_told_to_wait(self):
        self._login(self.portal_a)
        self._post(f"{self.path}/remark", {"body": "x"})
        pace = self.env["client.pace"].search([("key", "like", "piece:%")])
        pace.count = 10000
        self.env.flush_all()
        version = self.piece.current_version_id
        before = len(version.remark_ids)
        values = {"version_id": version.id, "body": "Once more", "decision": "approved"}
        for action in ("remark", "decide"):
            with self.subTest(action=action):
                page = self._post(f"{self.path}/{action}", values).text
                self.assertIn("Please wait a minute", page)
                # nothing of what was typed is lost, nothing was written
                self.assertIn("Your decision on version 1", page)
        self.env.invalidate_all()
        self.assertEqual(len(version.remark_ids), before)
        self.assertEqual(self.piece.state, "awaiting_approval")
