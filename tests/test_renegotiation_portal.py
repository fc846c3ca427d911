"""Reading and accepting a payment agreement on the portal."""

from datetime import date, timedelta

from odoo import fields, http
from odoo.tests import HttpCase, tagged

from .common_renegotiation import RenegotiationCommon


@tagged("post_install", "-at_install")
class TestRenegotiationPortal(RenegotiationCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        today = fields.Date.today()
        cls.invoice = cls._invoice(1000.0, date(2026, 3, 1))
        cls.row = cls._renegotiate(
            cls.invoice,
            date=today,
            date_first=today + timedelta(days=30),
            date_expiry=today + timedelta(days=10),
        )
        cls.colleague, cls.portal_colleague = cls._create_contact(
            cls.client_a, "Carla Azul"
        )
        cls.single, cls.portal_single = cls._create_contact(
            cls.client_a, "Sonia Azul", portal_scope="own"
        )

    def _propose(self):
        with self.allow_pdf_render():
            self.row.with_context(force_report_rendering=True).action_propose()
        self.env.flush_all()
        self.path = self.row._get_path()

    def _post(self, path, **values):
        values["csrf_token"] = http.Request.csrf_token(self)
        return self.url_open(path, data=values, allow_redirects=False)

    def test_the_personal_link_reads_and_accepts(self):
        self._propose()
        key = self.row.sudo().access_token
        page = self.url_open(f"{self.path}?access_token={key}")
        self.assertIn(self.row.number, page.text)
        self.assertIn(self.invoice.name, page.text)
        document = self.url_open(f"{self.path}/document?access_token={key}")
        self.assertEqual(document.content[:4], b"%PDF")
        self.assertEqual(self.row._fingerprint(document.content), self.row.fingerprint)
        self.authenticate(None, None)
        wrong = self._post(
            f"{self.path}/accept?access_token={key}", name="Paula", fingerprint="0"
        )
        self.assertIn("not the document", wrong.text)
        values = {"name": "Paula A.", "fingerprint": self.row.fingerprint}
        for _click in range(2):
            done = self._post(f"{self.path}/accept?access_token={key}", **values)
            self.assertEqual(done.status_code, 303)
        self.row.invalidate_recordset()
        self.assertEqual(
            (self.row.state, self.row.accepted_name), ("accepted", "Paula A.")
        )
        self.assertEqual(self.row.ip_address, "127.0.0.1")
        self.assertFalse(self.row.accepted_user_id)
        self.assertEqual(len(self.row.message_ids.filtered("author_id.parent_id")), 1)

    def test_others_read_at_most(self):
        self._propose()
        for user, reads in (
            (self.portal_colleague, True),
            (self.portal_single, False),
            (self.portal_b, False),
            (self.user_creation, False),
        ):
            with self.subTest(user=user.login):
                self.authenticate(user.login, user.login)
                page = self.url_open(self.path)
                self.assertEqual(self.row.number in page.text, reads)
                self.assertNotIn('name="accept"', page.text)
                document = self.url_open(f"{self.path}/document")
                self.assertEqual(document.status_code == 200, reads)
                self._post(
                    f"{self.path}/accept",
                    name="Somebody",
                    fingerprint=self.row.fingerprint,
                )
                self._post(f"{self.path}/refuse", reason="No")
                self.row.invalidate_recordset()
                self.assertEqual(self.row.state, "proposed")
        self.authenticate(None, None)
        page = self.url_open(f"{self.path}?access_token=wrong")
        self.assertNotIn(self.row.number, page.text)

    def test_the_person_refuses_signed_in(self):
        self._propose()
        self.authenticate(self.portal_a.login, self.portal_a.login)
        self.assertIn(self.row.number, self.url_open("/my/agreements").text)
        self.assertIn('name="accept"', self.url_open(self.path).text)
        empty = self._post(f"{self.path}/refuse", reason=" ")
        self.assertIn("Write why", empty.text)
        self.assertEqual(
            self._post(f"{self.path}/refuse", reason="Too much").status_code, 303
        )
        self.row.invalidate_recordset()
        self.assertEqual(
            (self.row.state, self.row.closed_reason), ("refused", "Too much")
        )

    def test_drafts_and_what_was_taken_back_show_nothing(self):
        self.authenticate(self.portal_a.login, self.portal_a.login)
        self.assertNotIn(self.row.number, self.url_open("/my/agreements").text)
        self._propose()
        key = self.row.sudo().access_token
        self.row.action_draft()
        self.env.flush_all()
        page = self.url_open(f"{self.path}?access_token={key}")
        self.assertNotIn(self.row.number, page.text)
