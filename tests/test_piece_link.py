"""Links without login: a code, its limits, and who gets nothing."""

import re
from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_portal import ClientPortalCommon


@tagged("post_install", "-at_install")
class TestPieceLink(ClientPortalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.job = cls._create_job()
        cls.piece = cls.job.piece_ids
        cls.guest = cls.env["res.partner"].create(
            {
                "name": "Gil Guest",
                "parent_id": cls.client_a.id,
                "email": "gil.guest@azul.example",
            }
        )
        cls.piece.write(
            {
                "allow_link": True,
                "approver_ids": [(0, 0, {"partner_id": cls.guest.id})],
            }
        )
        cls.version = cls._send_version(cls.piece)
        mail = cls.env["mail.mail"].search(
            [("recipient_ids", "in", cls.guest.ids)], order="id desc", limit=1
        )
        cls.path = re.search(r"/pieces/[\w-]+", mail.body_html).group()
        cls.link = cls.piece.link_ids

    def _ask_code(self):
        """Ask for a code on the page; return it from the mail, if one came."""
        Mail = self.env["mail.mail"]
        last = Mail.search([], order="id desc", limit=1).id
        codes = []
        send = type(Mail).send

        def keep(mails, *args, **kwargs):
            codes.extend(re.findall(r">\s*(\d{6})\s*<", "".join(mails.mapped("body"))))
            return send(mails, *args, **kwargs)

        self.patch(type(Mail), "send", keep)
        self.page = self._post(f"{self.path}/code", {})
        self.env.invalidate_all()
        self.assertGreaterEqual(Mail.search([], order="id desc", limit=1).id, last)
        return codes[0] if codes else None

    def _verify(self, code):
        response = self._post(f"{self.path}/verify", {"code": code})
        self.env.invalidate_all()
        return response

    def _open(self):
        self.authenticate(None, None)
        return self._verify(self._ask_code())

    def _wait(self, **ago):
        """Let time pass for the limits of the codes."""
        past = fields.Datetime.now() - timedelta(**ago)
        self.link.write({"code_date": past})

    # --- the code ---

    def test_the_page_shows_nothing_before_the_code(self):
        self.authenticate(None, None)
        page = self._get(self.path)
        self.assertEqual(page.status_code, 200)
        self.assertNotIn("Shop banner", page.text)
        self.assertIn("g••••••••@azul.example", page.text)
        self.assertEqual(page.headers["Referrer-Policy"], "no-referrer")
        file = self.version.attachment_ids
        with mute_logger("odoo.http"):
            self.assertEqual(self._get(f"{self.path}/file/{file.id}").status_code, 404)
            self.assertEqual(self._get(f"{self.path}/certificate").status_code, 404)
        for action, values in (
            ("decide", {"version_id": self.version.id, "decision": "approved"}),
            ("remark", {"version_id": self.version.id, "body": "x"}),
        ):
            self.assertGoesHome(self._post(f"{self.path}/{action}", values), self.path)
        self.assertFalse(self.piece.decision_ids)
        self.assertFalse(self.piece.remark_ids)

    def test_with_the_code_one_looks_remarks_and_decides(self):
        self.assertGoesHome(self._open(), self.path)
        page = self._get(self.path).text
        self.assertIn("Your decision on version 1", page)
        self.assertNotIn("o_portal_chatter", page)
        file = self.version.attachment_ids
        self.assertEqual(self._get(f"{self.path}/file/{file.id}").status_code, 200)
        self._post(
            f"{self.path}/remark", {"version_id": self.version.id, "body": "Nice"}
        )
        self._post(
            f"{self.path}/decide",
            {"version_id": self.version.id, "decision": "approved"},
        )
        self.env.invalidate_all()
        self.assertEqual(self.piece.state, "approved")
        self.assertRecordValues(
            self.piece.decision_ids,
            [
                {
                    "author_id": self.guest.id,
                    "approver_partner_id": self.guest.id,
                    "channel": "link",
                    "ip_address": "127.0.0.1",
                }
            ],
        )
        self.assertEqual(self.piece.remark_ids.author_id, self.guest)

    def test_the_certificate_of_a_guest_shows_names_only(self):
        self._open()
        self._post(
            f"{self.path}/decide",
            {"version_id": self.version.id, "decision": "approved"},
        )
        page = self._get(f"{self.path}/certificate")
        self.assertIn("Certificate_CJ", page.headers["Content-Disposition"])
        self.assertIn("Gil Guest", page.text)
        self.assertNotIn("gil.guest@azul.example", page.text)
        self.assertNotRegex(page.text, r"from\s+127\.0\.0\.1")
        self._login(self.portal_a)
        page = self._get(f"/my/pieces/{self.piece.id}/certificate").text
        self.assertIn("gil.guest@azul.example", page)
        self.assertRegex(page, r"from\s+127\.0\.0\.1")

    def test_a_guest_reads_at_his_own_hours(self):
        self._open()
        self._post(
            f"{self.path}/remark", {"version_id": self.version.id, "body": "Larger"}
        )
        for zone, shown in (
            ("America/Sao_Paulo", "03/01/2027 08:30 PM"),
            ("Pacific/Kiritimati", "03/02/2027 01:30 PM"),
        ):
            self.guest.tz = zone
            self.env.flush_all()
            self.env.cr.execute(
                "UPDATE client_piece_remark SET create_date = '2027-03-01 23:30:00'"
            )
            self.env.invalidate_all()
            self.assertIn(shown, self._get(self.path).text)

    def test_only_fingerprints_are_kept(self):
        self.authenticate(None, None)
        code = self._ask_code()
        token = self.path.rpartition("/")[2]
        self.env.cr.execute(
            "SELECT to_jsonb(link)::text FROM client_piece_link AS link WHERE id = %s",
            self.link.ids,
        )
        row = self.env.cr.fetchone()[0]
        self.assertNotIn(token, row)
        self.assertNotIn(f'"{code}"', row)

    def test_wrong_codes_are_counted_and_the_code_is_void_after_them(self):
        self.authenticate(None, None)
        code = self._ask_code()
        wrong = f"{(int(code) + 1) % 10**6:06}"
        for __ in range(5):
            self.assertIn("not right", self._verify(wrong).text)
        self.assertIn("too many wrong codes", self._verify(code).text)
        self._wait(minutes=2)
        self.assertGoesHome(self._verify(self._ask_code()), self.path)

    def test_a_code_is_good_for_one_use_and_fifteen_minutes(self):
        self.authenticate(None, None)
        code = self._ask_code()
        self.assertGoesHome(self._verify(code), self.path)
        self.authenticate(None, None)
        self.assertIn("too old", self._verify(code).text)
        self._wait(minutes=2)
        code = self._ask_code()
        self.link.code_expires = fields.Datetime.now() - timedelta(seconds=1)
        self.assertIn("too old", self._verify(code).text)
        self.assertNotIn("Shop banner", self._get(self.path).text)

    def test_codes_are_rationed(self):
        self.authenticate(None, None)
        self.assertTrue(self._ask_code())
        self.assertIsNone(self._ask_code())
        self.assertIn("just sent a code", self.page.text)
        for __ in range(4):
            self._wait(minutes=2)
            self.assertTrue(self._ask_code())
        self._wait(minutes=2)
        self.assertIsNone(self._ask_code())
        self.assertIn("try again in an hour", self.page.text)
        self.link.hour_start = fields.Datetime.now() - timedelta(hours=2)
        self.assertTrue(self._ask_code())

    # --- closed links ---

    def test_closed_and_foreign_links_say_the_same(self):
        self.authenticate(None, None)
        closed = {
            "expired": (self.link, {"expires": "2020-01-01 00:00:00"}),
            "revoked": (self.link, {"is_revoked": True}),
            "not allowed": (self.piece, {"allow_link": False}),
            "left": (self.guest, {"active": False}),
            "inactive": (self.client_a, {"client_status": "inactive"}),
            "no access": (self.client_a, {"client_portal_access": "no"}),
        }
        texts = set()
        for name, (record, values) in closed.items():
            with self.subTest(name=name):
                before = {field: record[field] for field in values}
                record.write(values)
                page = self._get(self.path)
                self.assertEqual(page.status_code, 404)
                texts.add(re.sub(r"csrf_token: .*|value=\"\w+\"", "", page.text))
                record.write(before)
        unknown = self._get("/pieces/nothing")
        self.assertEqual(unknown.status_code, 404)
        self.assertIn("no longer valid", unknown.text)
        self.assertEqual(self._get(self.path).status_code, 200)

    def test_a_closed_link_speaks_the_language_of_whoever_was_invited(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.guest.lang = "fr_FR"
        self.link.expires = "2020-01-01 00:00:00"
        self.authenticate(None, None)
        page = self._get(self.path)
        self.assertEqual(page.status_code, 404)
        self.assertIn('lang="fr-FR"', page.text)

    def test_a_verified_browser_loses_a_revoked_link(self):
        self._open()
        self.assertIn("Shop banner", self._get(self.path).text)
        self.link.with_user(self.user_manager).action_revoke()
        page = self._get(self.path)
        self.assertEqual(page.status_code, 404)
        self.assertNotIn("Shop banner", page.text)

    def test_somebody_of_another_client_gets_nothing(self):
        self._login(self.portal_b)
        self.assertEqual(self._get(self.path).status_code, 404)

    def test_the_code_of_one_link_opens_no_other(self):
        other = self._create_job().piece_ids
        other.write(
            {
                "allow_link": True,
                "approver_ids": [(0, 0, {"partner_id": self.guest.id})],
            }
        )
        token = self.env["client.piece.link"]._open_for(other, self.guest)
        self._send_version(other)
        self._open()
        page = self._get(f"/pieces/{token}")
        self.assertIn("First, a code", page.text)

    # --- who gets one ---

    def test_people_with_a_login_get_the_ordinary_address(self):
        own = f"/my/pieces/{self.piece.id}"
        self.assertTrue(self.piece._get_review_url(self.contact_a).endswith(own))
        # with own requests only, a colleague's is out of sight, unless he approves it
        self.colleague.portal_scope = "own"
        self.assertFalse(self.piece._get_review_url(self.colleague).endswith(own))
        # sudo: while it is with the client, who approves is fixed for people
        self.piece.sudo().approver_ids = [(0, 0, {"partner_id": self.colleague.id})]
        self.assertTrue(self.piece._get_review_url(self.colleague).endswith(own))

    def test_sending_names_an_approver_who_would_not_see_the_piece(self):
        other = self._create_job().piece_ids
        other.approver_ids = [(0, 0, {"partner_id": self.guest.id})]
        with self.assertRaisesRegex(UserError, "Gil Guest.*does not see this piece"):
            self._send_version(other)

    def test_sending_names_a_requester_who_would_not_see_the_piece(self):
        other = self._create_job().piece_ids
        other.job_id.requester_id = self.guest
        with self.assertRaisesRegex(UserError, "Gil Guest.*does not see this piece"):
            self._send_version(other)
        other.allow_link = True
        other.with_user(self.user_traffic).action_send_to_client()
        mail = self.env["mail.mail"].search(
            [("recipient_ids", "in", self.guest.ids)], order="id desc", limit=1
        )
        self.assertIn("/pieces/", mail.body_html)
        self.assertNotIn("/my/pieces/", mail.body_html)

    def test_days_have_bounds(self):
        for days in (0, 91):
            with self.subTest(days=days), self.assertRaises(ValidationError):
                self.piece.link_days = days
