"""The pieces on a request's page: many of them, and votes of several people."""

import re

from odoo.fields import Command
from odoo.tests import tagged

from .common_portal import ClientPortalCommon

MANY = 60


@tagged("post_install", "-at_install")
class TestPortalJobPieces(ClientPortalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.client_a | cls.client_b).client_portal_access = "yes"
        cls.job = cls._create_job()
        cls.banner = cls.job.piece_ids
        cls.path = f"/my/jobs/{cls.job.id}"

    def _add_pieces(self, count, start=0):
        return self.env["client.piece"].create(
            [
                {
                    "job_id": self.job.id,
                    "name": f"Poster {number:03}",
                    "type_id": self.type_banner.id,
                    "sequence": 20,
                }
                for number in range(start, start + count)
            ]
        )

    def _shown(self, path):
        self.env.invalidate_all()
        page = self._get(path)
        self.assertEqual(page.status_code, 200)
        # below them are comments and history
        cards = page.text.split('id="comments"')[0]
        return re.findall(r"Poster \d{3}|Shop banner", cards), page.text

    def _count_queries(self, path):
        self._get(path)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.assertEqual(self._get(path).status_code, 200)
        return self.env.cr.sql_log_count - before

    def test_many_pieces_are_paged_what_waits_comes_first(self):
        self._login(self.portal_a)
        self._add_pieces(10)
        names, page = self._shown(self.path)
        self.assertEqual(len(set(names)), 11)
        self.assertNotIn("?pieces=", page)
        few = self._count_queries(self.path)
        posters = self._add_pieces(MANY - 11, start=10)
        last = posters[-1]
        self._send_version(last)
        names, page = self._shown(self.path)
        self.assertEqual(len(set(names)), 24)
        self.assertIn(last.name, names)
        self.assertIn(f'href="/my/pieces/{last.id}"', page)
        self.assertIn(f"{self.path}/page/2?pieces=all", page)
        self.assertIn(f"{self.path}?pieces=waiting#pieces", page)
        self.assertNotIn("?pieces=decided", page)
        seen = {
            name
            for number in (1, 2, 3)
            for name in self._shown(f"{self.path}/page/{number}")[0]
        }
        self.assertEqual(len(seen), MANY)
        names, __ = self._shown(f"{self.path}?pieces=waiting")
        self.assertEqual(set(names), {last.name})
        # nothing of what an address may say breaks it
        for query in ("pieces=decided", "pieces=<b>", "page=x"):
            self.assertEqual(len(set(self._shown(f"{self.path}?{query}")[0])), 24)
        self.assertEqual(len(set(self._shown(f"{self.path}/page/999")[0])), MANY - 48)
        self.assertLessEqual(self._count_queries(self.path), few + 12)
        self.assertLessEqual(self._count_queries(self.path), 40)

    def test_other_clients_see_no_page_of_them(self):
        self._add_pieces(MANY)
        self._login(self.portal_b)
        self.assertGoesHome(self._get(f"{self.path}/page/2?pieces=open"))

    def test_one_of_several_votes_is_not_the_approval(self):
        self.banner.approver_ids = [
            Command.create({"partner_id": self.contact_a.id}),
            Command.create({"partner_id": self.colleague.id}),
        ]
        second = self._add_pieces(1)
        for piece in (self.banner, second):
            self._send_version(piece)
        for user, expected in (
            (self.portal_a, "Your vote is recorded; waiting for Carla Azul"),
            (self.portal_colleague, "The piece is approved"),
        ):
            self._login(user)
            approver = self.banner.approver_ids.filtered(
                lambda row, user=user: row.partner_id == user.partner_id
            )
            response = self._post(
                f"/my/pieces/{self.banner.id}/decide",
                {
                    "version_id": self.banner.current_version_id.id,
                    "approver_id": approver.id,
                    "decision": "approved",
                },
            )
            page = self._get(response.headers["Location"].split(self.base_url())[-1])
            self.assertIn(expected, page.text)
            self.env.invalidate_all()
        self.assertEqual(self.banner.state, "approved")
        # a word of one's own in the address is no vote
        page = self._get(f"/my/pieces/{second.id}?notice=approved").text
        self.assertNotIn("vote is recorded", page)

    def test_votes_on_all_pieces_at_once(self):
        self.banner.approver_ids = [
            Command.create({"partner_id": self.contact_a.id}),
            Command.create({"partner_id": self.colleague.id}),
        ]
        second = self._add_pieces(1)
        for piece in (self.banner, second):
            self._send_version(piece)
        self._login(self.portal_a)
        response = self._post(
            f"{self.path}/approve",
            {"version_id": (self.banner | second).current_version_id.ids},
        )
        self.assertIn("notice=voted_all", response.headers["Location"])
        self.env.invalidate_all()
        self.assertEqual(self.banner.state, "awaiting_approval")
        self.assertEqual(second.state, "approved")
        page = self._get(f"{self.path}?notice=voted_all").text
        self.assertIn("Your votes are recorded", page)
