"""The client decides on pieces on the portal."""

import re
from unittest.mock import patch

from odoo.exceptions import LockError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_portal import PNG, ClientPortalCommon


@tagged("post_install", "-at_install")
class TestPortalPieces(ClientPortalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.job = cls._create_job(
            pieces=[
                {"type_id": cls.type_banner.id, "name": "Shop banner"},
                {"type_id": cls.type_social.id, "name": "Spring post"},
            ]
        )
        cls.banner, cls.post = cls.job.piece_ids
        cls.version = cls._send_version(cls.banner)
        cls.path = f"/my/pieces/{cls.banner.id}"

    def _decide(self, decision, piece=None, version=None, **values):
        piece = piece or self.banner
        version = version or self.version
        response = self._post(
            f"/my/pieces/{piece.id}/decide",
            {"version_id": version.id, "decision": decision, **values},
        )
        self.env.invalidate_all()
        return response

    # --- looking ---

    def test_piece_page_by_who_asks(self):
        own, __ = self._create_contact(self.client_a, "Olga Own", portal_scope="own")
        for user, seen in (
            (self.portal_a, True),
            (self.portal_colleague, True),
            (own.user_ids, False),
            (self.portal_b, False),
        ):
            with self.subTest(user=user.login):
                self._login(user)
                response = self._get(self.path)
                if seen:
                    self.assertIn("Your decision on version 1", response.text)
                else:
                    self.assertGoesHome(response)
        self.assertGoesHome(self._get("/my/pieces/99999999"))

    def test_staff_looks_but_does_not_decide_here(self):
        self._login(self.user_manager)
        page = self._get(self.path).text
        self.assertIn("Shop banner", page)
        self.assertNotIn("Your decision", page)
        self._decide("approved")
        self.assertEqual(self.banner.state, "awaiting_approval")

    def test_piece_that_was_never_sent_leads_to_its_request(self):
        self._login(self.portal_a)
        self.assertGoesHome(
            self._get(f"/my/pieces/{self.post.id}"), f"/my/jobs/{self.job.id}"
        )

    def test_unsent_version_and_its_file_stay_inside(self):
        file = self.env["ir.attachment"].create({"name": "new.png", "raw": PNG})
        self.banner.sudo()._portal_decide(self.version, self.contact_a, "changes", "x")
        draft = self.env["client.piece.version"].create(
            {
                "piece_id": self.banner.id,
                "body_text": "Not ready at all",
                "attachment_ids": [(4, file.id)],
            }
        )
        self._login(self.portal_a)
        for path in (self.path, f"{self.path}?version={draft.number}"):
            self.assertNotIn("Not ready at all", self._get(path).text)
        for path in (f"{self.path}/file/{file.id}", f"/web/content/{file.id}"):
            self.assertEqual(self._get(path).status_code, 404)

    def test_files_of_sent_versions_are_served_after_the_check(self):
        file = self.version.attachment_ids
        path = f"{self.path}/file/{file.id}"
        self._login(self.portal_a)
        response = self._get(path)
        self.assertEqual(response.content, PNG)
        self.assertIn("inline", response.headers["Content-Disposition"])
        self.assertIn("sandbox", response.headers["Content-Security-Policy"])
        self.assertIn(
            "attachment", self._get(f"{path}?download=1").headers["Content-Disposition"]
        )
        self.assertEqual(self._get(f"{path}?width=64").status_code, 200)
        self.assertEqual(self._get(f"{path}?width=-1").status_code, 200)
        self._login(self.portal_b)
        self.assertEqual(self._get(path).status_code, 404)
        self.logout()
        self.assertIn("/web/login", self._get(path).headers["Location"])

    def test_html_of_the_agency_is_only_a_download(self):
        file = self.env["ir.attachment"].create(
            {"name": "banner.html", "raw": b"<html><script>1</script></html>"}
        )
        self.env["client.piece.version"].create(
            {"piece_id": self.post.id, "attachment_ids": [(4, file.id)]}
        )
        self.post.with_user(self.user_traffic).action_send_to_client()
        self._login(self.portal_a)
        response = self._get(f"/my/pieces/{self.post.id}/file/{file.id}")
        self.assertIn("attachment", response.headers["Content-Disposition"])

    def test_older_version_is_shown_without_the_form(self):
        self.banner.sudo()._portal_decide(
            self.version, self.contact_a, "changes", "Larger logo please"
        )
        self._send_version(self.banner, text="Second try")
        self._login(self.portal_a)
        page = self._get(self.path).text
        self.assertIn("Second try", page)
        self.assertIn("Your decision on version 2", page)
        self.assertIn("Larger logo please", page)
        page = self._get(f"{self.path}?version=1").text
        self.assertIn("Hello spring", page)
        self.assertIn("This is an earlier version", page)
        self.assertNotIn("Your decision", page)
        self.assertEqual(self._get(f"{self.path}?version=x").status_code, 200)

    def test_internal_remark_is_not_shown(self):
        self.env["client.piece.remark"].create(
            [
                {
                    "version_id": self.version.id,
                    "body": "Client has no taste",
                    "is_internal": True,
                },
                {
                    "version_id": self.version.id,
                    "body": "Is this blue right?",
                    "is_internal": False,
                },
            ]
        )
        self._login(self.portal_a)
        page = self._get(self.path).text
        self.assertNotIn("no taste", page)
        self.assertIn("Is this blue right?", page)

    def test_list_of_pieces(self):
        self._login(self.portal_a)
        page = self._get("/my/pieces").text
        self.assertIn("Shop banner", page)
        self.assertNotIn("Spring post", page)
        page = self._get("/my/pieces?filterby=all&sortby=x&search_in=y").text
        self.assertIn("Spring post", page)
        self.assertNotIn(f'href="/my/pieces/{self.post.id}"', page)
        # those of a draft are no more than an idea
        pieces = [{"type_id": self.type_banner.id, "name": "Sketch"}]
        self._create_job(title="Perhaps", submit=False, pieces=pieces)
        self.assertNotIn("Sketch", self._get("/my/pieces?filterby=all").text)
        self._login(self.portal_b)
        page = self._get("/my/pieces").text
        self.assertNotIn("Shop banner", page)
        self.assertIn("Nothing waits for you", page)

    # --- deciding ---

    def test_approve(self):
        self._login(self.portal_a)
        response = self._decide("approved", comment="Lovely")
        self.assertGoesHome(response, self.path)
        self.assertEqual(self.banner.state, "approved")
        self.assertRecordValues(
            self.banner.decision_ids,
            [
                {
                    "decision": "approved",
                    "comment": "Lovely",
                    "author_id": self.contact_a.id,
                    "user_id": self.portal_a.id,
                    "version_id": self.version.id,
                    "channel": "portal",
                }
            ],
        )
        page = self._get(f"{self.path}?notice=approved").text
        self.assertIn("The piece is approved", page)
        self.assertIn("Lovely", page)
        self.assertNotIn("Your decision", page)

    def test_second_click_is_harmless(self):
        self._login(self.portal_a)
        for __ in range(2):
            response = self._decide("approved")
            self.assertGoesHome(response, self.path)
            self.assertIn("notice=approved", response.headers["Location"])
        self.assertEqual(len(self.banner.decision_ids), 1)
        # another decision after that is refused with a sentence
        response = self._decide("changes", comment="Wait")
        self.assertIn("is not waiting for a decision", response.text)
        self.assertEqual(len(self.banner.decision_ids), 1)

    def test_changes_and_refusal_need_a_comment_and_keep_the_rest(self):
        self._send_version(self.post)
        version = self.post.current_version_id
        self._login(self.portal_a)
        for decision in ("changes", "refused"):
            page = self._decide(decision, self.post, version, comment="  ").text
            self.assertIn("invalid-feedback d-block", page)
            self.assertEqual(self.post.state, "awaiting_approval")
        page = self._decide("nonsense", self.post, version, comment="My text").text
        self.assertIn("My text", page)
        self.assertIn("Choose to approve", page)

    def test_ask_for_changes_goes_back_to_traffic(self):
        self._login(self.portal_a)
        self._decide("changes", comment="Larger logo")
        self.assertEqual(self.banner.state, "changes_requested")
        self.assertEqual(self.banner.rounds, 1)
        self.assertIn("Larger logo", self._get(f"/my/jobs/{self.job.id}").text)

    def test_remarks_on_image_and_text_of_a_social_post(self):
        version = self._send_version(self.post)
        self._login(self.portal_a)
        page = self._get(f"/my/pieces/{self.post.id}").text
        self.assertIn('name="remark_layout"', page)
        self.assertNotIn('name="remark_layout"', self._get(self.path).text)
        self._decide(
            "changes",
            self.post,
            version,
            remark_layout="Sky too grey",
            remark_text="No hashtags",
        )
        self.assertRecordValues(
            version.remark_ids.sorted("id"),
            [
                {
                    "target": "layout",
                    "body": "Sky too grey",
                    "is_internal": False,
                    "author_id": self.contact_a.id,
                },
                {
                    "target": "text",
                    "body": "No hashtags",
                    "is_internal": False,
                    "author_id": self.contact_a.id,
                },
            ],
        )
        page = self._get(f"/my/pieces/{self.post.id}").text
        self.assertIn("o_client_remark", page)
        self.assertIn("Sky too grey", page)

    def test_decision_on_a_replaced_version_is_refused_and_shows_the_new_one(self):
        # version 1 was on the screen when version 2 went out
        self.banner.sudo().write({"state": "changes_requested"})
        self._send_version(self.banner, text="The new one")
        self._login(self.portal_a)
        response = self._decide("approved", comment="I like it")
        self.assertEqual(response.status_code, 200)
        self.assertIn("was replaced by version 2", response.text)
        self.assertIn("The new one", response.text)
        self.assertIn("I like it", response.text)
        self.assertIn("Your decision on version 2", response.text)
        self.assertFalse(self.banner.decision_ids)

    def test_version_of_another_piece_is_refused(self):
        other = self._create_job(self.contact_b, answers={}, template_id=False)
        foreign = self._send_version(other.piece_ids)
        self._login(self.portal_a)
        for version_id in (foreign.id, 0, "x", ""):
            response = self._post(
                f"{self.path}/decide",
                {"version_id": version_id, "decision": "approved"},
            )
            self.assertIn("is not available", response.text)
        self.assertFalse(self.banner.decision_ids | other.piece_ids.decision_ids)

    def test_strangers_can_not_decide(self):
        self._login(self.portal_b)
        self.assertGoesHome(self._decide("approved"))
        self._login(self.portal_a)
        with mute_logger("odoo.http"):
            response = self._post(
                f"{self.path}/decide",
                {"version_id": self.version.id, "decision": "approved"},
                csrf=False,
            )
        self.assertEqual(response.status_code, 400)
        self.assertGoesHome(self._get(f"{self.path}/decide"), self.path)
        self.assertFalse(self.banner.decision_ids)

    def test_somebody_else_decides_at_the_same_moment(self):
        self._login(self.portal_a)
        with patch.object(
            type(self.banner), "_lock_for_decision", side_effect=LockError("x")
        ):
            response = self._decide("approved", comment="Mine")
        self.assertIn("Somebody else is deciding", response.text)
        self.assertIn("Mine", response.text)

    def _make_deputy(self, *pieces):
        """Let A and his colleague approve, A also in the colleague's place."""
        for piece in pieces:
            if piece.state == "awaiting_approval":
                piece.state = "changes_requested"
            piece.write(
                {
                    "approver_ids": [
                        Command.create(
                            {"sequence": 1, "partner_id": self.contact_a.id}
                        ),
                        Command.create(
                            {
                                "sequence": 2,
                                "partner_id": self.colleague.id,
                                "deputy_id": self.contact_a.id,
                            }
                        ),
                    ],
                }
            )
            self._send_version(piece, text="For two")
        return [piece.current_version_id for piece in pieces]

    def _read_approver(self, path):
        page = self._get(path).text
        return re.search(r'name="approver_id"\s+value="(\d+)"', page).group(1)

    def test_a_deputy_gives_the_second_vote_too(self):
        (version,) = self._make_deputy(self.banner)
        self._login(self.portal_a)
        own = self._read_approver(self.path)
        # each form twice: the second click is not the colleague's vote
        for __ in range(2):
            self._decide("approved", version=version, approver_id=own)
            self.assertEqual(len(self.banner.decision_ids), 1)
        self.assertEqual(self.banner.state, "awaiting_approval")
        self.assertIn("You decide for Carla Azul", self._get(self.path).text)
        for __ in range(2):
            approver = self.banner.approver_ids[1].id
            response = self._decide("approved", version=version, approver_id=approver)
            self.assertGoesHome(response, self.path)
            self.assertEqual(self.banner.state, "approved")
        self.assertEqual(
            self.banner.decision_ids.sorted("id").approver_partner_id,
            self.contact_a | self.colleague,
        )

    # --- approve all ---

    def test_approve_all_by_an_approver_and_deputy(self):
        versions = self._make_deputy(self.banner, self.post)
        path = f"/my/jobs/{self.job.id}"
        self._login(self.portal_a)
        for count, state in ((1, "awaiting_approval"), (2, "approved")):
            page = self._get(path).text
            values = {
                "version_id": [version.id for version in versions],
                "approver_id": re.findall(r'name="approver_id"\s+value="(\d+)"', page),
            }
            for __ in range(2):
                self.assertGoesHome(self._post(f"{path}/approve", values), path)
                self.env.invalidate_all()
                for piece in self.banner | self.post:
                    self.assertEqual(len(piece.decision_ids), count)
                    self.assertEqual(piece.state, state)

    def _approve_all(self, versions):
        response = self._post(
            f"/my/jobs/{self.job.id}/approve", {"version_id": versions.ids}
        )
        self.env.invalidate_all()
        return response

    def test_approve_all_that_were_shown(self):
        second = self._send_version(self.post)
        self._login(self.portal_a)
        self.assertIn("Approve all", self._get(f"/my/jobs/{self.job.id}").text)
        for __ in range(2):
            response = self._approve_all(self.version | second)
            self.assertGoesHome(response, f"/my/jobs/{self.job.id}")
        self.assertEqual(set(self.job.piece_ids.mapped("state")), {"approved"})
        self.assertEqual(len(self.job.piece_ids.decision_ids), 2)

    def test_approve_all_leaves_out_what_was_replaced(self):
        second = self._send_version(self.post)
        self.banner.sudo().write({"state": "changes_requested"})
        self._send_version(self.banner, text="Newer")
        self._login(self.portal_a)
        response = self._approve_all(self.version | second)
        self.assertIn("was replaced by version 2", response.text)
        self.assertEqual(self.post.state, "approved")
        self.assertEqual(self.banner.state, "awaiting_approval")

    def test_approve_all_takes_no_foreign_versions(self):
        other = self._create_job(self.contact_b, answers={}, template_id=False)
        foreign = self._send_version(other.piece_ids)
        self._login(self.portal_a)
        self._approve_all(foreign)
        self.assertEqual(other.piece_ids.state, "awaiting_approval")
        self.assertGoesHome(
            self._post(f"/my/jobs/{other.id}/approve", {"version_id": foreign.ids})
        )
        self.assertEqual(other.piece_ids.state, "awaiting_approval")
