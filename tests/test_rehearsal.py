"""See as this contact: the contact's own pages, and nothing else."""

import re
from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..models.ir_http_rehearsal import COOKIE
from .common_portal import SECRET, ClientPortalCommon

BANNER = re.compile(r'\s*<div[^>]*id="client_rehearsal".*?</div>', re.S)
TOKENS = re.compile(r"[0-9a-f]{40}o\d{10}")


@tagged("post_install", "-at_install")
class TestRehearsal(ClientPortalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.client_a | cls.client_b).client_portal_access = "yes"
        cls.job = cls._create_job()
        cls.piece = cls.job.piece_ids[:1]
        cls.version = cls._send_version(cls.piece)
        for subtype in ("mail.mt_comment", "mail.mt_note"):
            text = "Good morning" if subtype == "mail.mt_comment" else SECRET
            cls.job.with_user(cls.user_manager).message_post(
                body=text, message_type="comment", subtype_xmlid=subtype
            )
        cls.job_b = cls._create_job(contact=cls.contact_b, title="Of Brisa")

    # --- helpers ---

    def _see(self, contact=None, user=None):
        """Sign in as an employee and look at the portal as a contact."""
        user = user or self.user_manager
        self._login(user)
        contact = (contact or self.contact_a).with_user(user)
        action = contact.action_see_portal()
        self._begin_now()
        response = self._get(action["url"])
        self.assertEqual(response.status_code, 303)
        return self.env["client.rehearsal"].search([], limit=1)

    def _clean(self, html):
        """Return a page without the banner and what is new with each answer."""
        html = BANNER.sub("", html)
        html = TOKENS.sub("TOKEN", html)
        html = re.sub(r'name="nonce" value="\w+"', "", html)
        return re.sub(r"\s+", " ", html)

    def _chatter(self, job, **headers):
        return self.url_open(
            "/mail/chatter_fetch",
            json={"params": {"thread_model": "client.job", "thread_id": job.id}},
            headers={"Referer": f"{self.base_url()}/my/jobs/{job.id}", **headers},
        ).text

    def _counters(self):
        """Return what the cards of the home page wait for, each asked for by itself."""
        page = self.url_open("/my").text
        names = set(re.findall(r'data-placeholder_count="(\w+)"', page))
        self.assertIn("client_statement_count", names)
        answers = {}
        for name in names:
            response = self.url_open(
                "/my/counters",
                json={"params": {"counters": [name]}},
                headers={"Referer": f"{self.base_url()}/my"},
            )
            answers[name] = response.json().get("result")
        return answers

    def _paths(self):
        return (
            "/my",
            "/my/jobs",
            f"/my/jobs/{self.job.id}",
            f"/my/pieces/{self.piece.id}",
            "/my/jobs/new",
            "/my/account",
            f"/my/jobs/{self.job_b.id}",
        )

    def _fingerprint(self):
        """Return what a look might leave behind."""
        self.env.invalidate_all()
        counts = {
            model: self.env[model]
            .sudo()
            .with_context(active_test=False)
            .search_count([])
            for model in (
                "client.job",
                "client.piece.decision",
                "client.piece.remark",
                "client.history",
                "ir.attachment",
                "mail.message",
                "mail.notification",
                "res.device.log",
                "res.users.log",
            )
        }
        contact = self.contact_a
        self.env.cr.execute(
            "SELECT max(write_date) FROM res_users WHERE id = %s", [self.portal_a.id]
        )
        return counts, contact.write_date, self.env.cr.fetchall()

    # --- the same page ---

    def test_cookies_of_live_messages(self):
        """The websocket reads cookies where there is no request."""
        cookies = {COOKIE: "1", "tz": "Europe/Lisbon"}
        self.env["ir.http"]._sanitize_cookies(cookies)
        self.assertEqual(cookies["tz"], "Europe/Lisbon")

    def test_pages_are_those_of_the_contact(self):
        self.contact_a.lang = "en_US"
        self._login(self.portal_a)
        own = {path: self._get(path) for path in self._paths()}
        own_comments = self._chatter(self.job)
        own_counters = self._counters()
        self._see()
        # the page shows its cards when all are answered
        self.assertNotIn(None, self._counters().values())
        self.assertEqual(self._counters(), own_counters)
        for path, page in own.items():
            with self.subTest(path=path):
                seen = self._get(path)
                self.assertEqual(seen.status_code, page.status_code)
                self.assertEqual(self._clean(seen.text), self._clean(page.text))
                if page.status_code == 200:
                    self.assertIn("You see the portal as", seen.text)
                    self.assertNotIn('id="client_rehearsal"', page.text)
        seen = self._chatter(self.job)
        self.assertIn("Good morning", seen)
        self.assertNotIn(SECRET, seen)
        strip = re.compile(r'"(raw_access_token|ownership_token)": "[^"]*"')
        self.assertEqual(strip.sub("", seen), strip.sub("", own_comments))

    def test_language_and_time_zone_are_the_contacts(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.contact_a.write({"lang": "fr_FR", "tz": "Asia/Tokyo"})
        self._login(self.portal_a)
        own = self._clean(self.url_open("/my/jobs").text)
        self.opener.cookies.clear()
        self._see()
        self.opener.cookies.set("frontend_lang", "en_US")
        seen = self.url_open("/my/jobs")
        self.assertIn('lang="fr-FR"', own)
        self.assertEqual(self._clean(seen.text), own)
        for response in (*seen.history, seen):
            self.assertNotIn("Set-Cookie", response.headers)

    # --- nothing is written ---

    def test_nothing_is_sent_decided_or_changed(self):
        self._see()
        before = self._fingerprint()
        session = self.opener.cookies.get("session_id")
        referrer = {"Referer": f"{self.base_url()}/my/pieces/{self.piece.id}"}
        page = self._get(f"/my/pieces/{self.piece.id}")
        token = TOKENS.search(page.text).group(0)
        for path in (*self._paths(), "/my/security"):
            self._get(path)
        posts = {
            "/my/jobs/new": {"title": "X", "action": "submit"},
            f"/my/jobs/{self.job.id}/approve": {"version_id": self.version.id},
            f"/my/pieces/{self.piece.id}/decide": {"decision": "approved"},
            "/my/account": {"name": "X"},
        }
        for path, values in posts.items():
            with self.subTest(path=path):
                response = self.url_open(path, data={**values, "csrf_token": token})
                self.assertEqual(response.status_code, 403)
                self.assertIn("to look only", response.text)
        calls = {
            "/mail/message/post": {
                "thread_model": "client.job",
                "thread_id": self.job.id,
                "post_data": {"body": "X", "message_type": "comment"},
            },
            "/mail/thread/messages": {
                "thread_model": "client.job",
                "thread_id": self.job.id,
            },
            "/web/dataset/call_kw": {
                "model": "res.partner",
                "method": "write",
                "args": [[self.contact_a.id], {"name": "X"}],
                "kwargs": {},
            },
        }
        for path, params in calls.items():
            for headers in (referrer, {"Referer": ""}):
                with self.subTest(path=path, headers=headers):
                    response = self.url_open(
                        path, json={"params": params}, headers=headers
                    )
                    self.assertIn("to look only", response.text)
        self.assertEqual(self._fingerprint(), before)
        self.assertEqual(self.piece.state, "awaiting_approval")
        self.assertEqual(self.opener.cookies.get("session_id"), session)

    def test_the_database_lets_such_a_request_write_nothing(self):
        """Also where a page that is only read writes by itself."""
        self._see()
        Job = self.env.registry["client.job"]
        original = Job._portal_status

        def write_and_go_on(self, *args, **kwargs):
            self.sudo().write({"campaign": "written"})
            self.env.flush_all()
            return original(self, *args, **kwargs)

        self.patch(Job, "_portal_status", write_and_go_on)
        with self.assertLogs("odoo.sql_db", "ERROR"):
            response = self._get(f"/my/jobs/{self.job.id}")
        self.assertEqual(response.status_code, 403)
        self.env.invalidate_all()
        self.assertFalse(self.job.campaign)

    def test_the_next_tab_is_the_employees_own(self):
        self._see()
        params = {"model": "client.job", "method": "search_count", "args": [[]]}
        response = self.url_open(
            "/web/dataset/call_kw",
            json={"params": {**params, "kwargs": {}}},
            headers={"Referer": f"{self.base_url()}/odoo/jobs"},
        )
        expected = self.env["client.job"].with_user(self.user_manager).search_count([])
        self.assertEqual(response.json()["result"], expected)
        info = self.url_open(
            "/web/session/get_session_info",
            json={"params": {}},
            headers={"Referer": f"{self.base_url()}/odoo"},
        ).json()["result"]
        self.assertEqual(info["uid"], self.user_manager.id)
        # nor does a page of the portal sign him out
        referrer = {"Referer": f"{self.base_url()}/my"}
        response = self.url_open("/web/session/logout", headers=referrer)
        self.assertEqual(response.status_code, 403)

    # --- an end ---

    def test_it_ends(self):
        rehearsal = self._see()
        self.assertIn("Summer campaign", self._get("/my/jobs").text)
        cookie = self.opener.cookies.get(COOKIE)
        response = self._get("/client_hub/rehearsal/leave")
        self.assertIn(
            f"/odoo/contacts/{self.contact_a.id}", response.headers["Location"]
        )
        self.assertTrue(rehearsal.ended)
        self.assertFalse(self.opener.cookies.get(COOKIE))
        # also for who has kept the cookie
        self.opener.cookies.set(COOKIE, cookie)
        self.assertNotIn("You see the portal as", self._get("/my/jobs").text)

    def test_it_is_over_after_its_time(self):
        self._see()
        later = fields.Datetime.now() + timedelta(minutes=31)
        with freeze_time(later):
            self.assertNotIn("You see the portal as", self._get("/my").text)

    def test_its_link_opens_once_and_only_for_who_asked(self):
        self._login(self.user_manager)
        contact = self.contact_a.with_user(self.user_manager)
        url = contact.action_see_portal()["url"]
        self._login(self.user_admin_hub)
        self.assertEqual(self._get(url).status_code, 404)
        self._login(self.user_manager)
        self.assertEqual(self._get(url).status_code, 303)
        self.assertEqual(self._get(url).status_code, 404)
        cookie = self.opener.cookies.get(COOKIE)
        # the cookie of somebody else, also of a signed-in person of a client
        for user in (self.user_admin_hub, self.portal_b, None):
            if user:
                self._login(user)
            else:
                self.authenticate(None, None)
            self.opener.cookies.set(COOKIE, cookie)
            page = self._get("/my/jobs")
            self.assertNotIn("You see the portal as", page.text)
            self.assertNotIn(
                "Summer campaign", page.text if user != self.user_admin_hub else ""
            )

    def test_every_request_asks_again(self):
        self._see(user=self.user_outsider)
        for change in (
            lambda: self.user_outsider.write(
                {
                    "group_ids": [
                        Command.unlink(
                            self.env.ref("client_hub.group_account_manager").id
                        )
                    ]
                }
            ),
            lambda: self.portal_a.write({"active": False}),
            lambda: self.client_a.write({"client_restricted": True}),
        ):
            with self.cr.savepoint() as savepoint:
                change()
                self.env.flush_all()
                page = self._get("/my/jobs")
                self.assertNotIn("You see the portal as", page.text)
                savepoint.rollback()
            self.env.invalidate_all()
            self.env.registry.clear_cache()

    # --- who ---

    def test_who_may_and_who_may_not(self):
        for user in (self.user_creation, self.user_traffic, self.portal_a):
            with self.subTest(user=user.login), self.assertRaises(UserError):
                self.contact_a.with_user(user).action_see_portal()
        without_login = self.env["res.partner"].create(
            {"name": "Nora Azul", "parent_id": self.client_a.id}
        )
        colleague = self.user_traffic.partner_id
        for contact in (without_login, self.client_a, colleague):
            with self.assertRaisesRegex(UserError, "no login"):
                contact.with_user(self.user_manager).action_see_portal()

    def test_no_way_round_the_wall(self):
        outsider = self.user_outsider
        self.client_b.client_restricted = True
        with self.assertRaises(UserError):
            self.contact_b.with_user(outsider).action_see_portal()
        # nor by a contact whose scope is a group with a restricted client in it
        holding = self._create_client("Holding")
        (self.client_a | self.client_b).parent_id = holding
        self.contact_a.portal_scope = "group"
        self.env.flush_all()
        with self.assertRaisesRegex(UserError, "clients on the portal that you don't"):
            self.contact_a.with_user(outsider).action_see_portal()

    def test_no_way_into_another_company(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.portal_a.write({"company_ids": [Command.link(other.id)]})
        with self.assertRaisesRegex(UserError, "company"):
            self.contact_a.with_user(self.user_manager).action_see_portal()

    def test_pages_that_the_employee_may_not_read_stay_closed(self):
        self.env["ir.model.access"].search(
            [("model_id.model", "=", "account.move"), ("group_id.share", "=", False)]
        ).active = False
        self._see()
        for path in ("/my/invoices", "/my/security"):
            response = self._get(path)
            self.assertEqual(response.status_code, 403)
            self.assertIn("no right to yourself", response.text)

    def test_it_is_in_the_clients_history(self):
        self._see()
        self.env.cr.flush()
        row = self.env["client.history"].search(
            [("client_id", "=", self.client_a.id), ("model", "=", "client.rehearsal")],
            limit=1,
        )
        self.assertEqual(row.kind, "access")
        self.assertIn("Paula Azul", row.name)
        self.assertEqual(row.user_id, self.user_manager)
        self.assertNotIn("hash", str(row.changes))
