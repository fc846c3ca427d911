"""Reading and signing a contract: each kind of visitor, by page, file and form."""

import hashlib
from datetime import timedelta

from odoo import fields, http
from odoo.tests import HttpCase, freeze_time, tagged
from odoo.tools import mute_logger
from odoo.tools.translate import code_translations

from .common_signature import DRAWN, SignatureCommon


@tagged("post_install", "-at_install")
class TestSignaturePortal(SignatureCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.client_a | cls.client_b).client_portal_access = "yes"
        cls.colleague, cls.portal_colleague = cls._create_contact(
            cls.client_a, "Carla Azul"
        )

    def setUp(self):
        super().setUp()
        self.row = self._request()
        self.path = self.row._get_path()
        self.token = self.row.access_token
        self.env.flush_all()

    # --- means ---

    def _login(self, user):
        self.authenticate(user and user.login, user and user.login)

    def _get(self, suffix="", token=None):
        query = f"?access_token={token}" if token else ""
        return self.url_open(f"{self.path}{suffix}{query}", allow_redirects=False)

    def _post_signature(self, token=None, name="Paula Azul", **values):
        values.setdefault("fingerprint", self.row.fingerprint)
        if token:
            values["access_token"] = token
        answer = self.make_jsonrpc_request(
            f"{self.path}/sign", {"name": name, "signature": DRAWN, **values}
        )
        self.env.invalidate_all()
        return answer

    def _refuse(self, reason, token=None):
        query = f"?access_token={token}" if token else ""
        answer = self.url_open(
            f"{self.path}/refuse{query}",
            data={"reason": reason, "csrf_token": http.Request.csrf_token(self)},
            allow_redirects=False,
        )
        self.env.invalidate_all()
        return answer

    # --- the signer ---

    def test_the_link_speaks_the_signers_language(self):
        """Whatever the browser speaks; a colleague reads in his own."""
        self.env["res.lang"]._activate_lang("pt_BR")
        self.contact_a.lang = "pt_BR"
        self.env.flush_all()
        self._login(None)
        words = code_translations.get_python_translations("client_hub", "pt_BR")
        self.assertIn('lang="pt-BR"', self._get(token=self.token).text)
        answer = self._post_signature(self.token, name="")
        self.assertEqual(answer["error"], words["Type your name."])
        self._login(self.portal_colleague)
        self.assertIn('lang="en-US"', self._get().text)

    def test_by_link(self):
        self._login(None)
        page = self._get(token=self.token).text
        self.assertIn("please read this contract and sign it", page)
        self.assertIn("Jurisdiction of Lisbon", page)
        self.env.invalidate_all()
        self.assertTrue(self.row.viewed_time)
        content = self._get("/document", self.token).content
        self.assertEqual(hashlib.sha256(content).hexdigest(), self.row.fingerprint)
        answer = self._post_signature(self.token)
        self.assertIn("notice=signed", answer["redirect_url"])
        self.assertRecordValues(
            self.row,
            [
                {
                    "state": "signed",
                    "signed_name": "Paula Azul",
                    "signed_user_id": False,
                    "ip_address": "127.0.0.1",
                }
            ],
        )
        self.assertEqual(self.contract.state, "approved")
        self.assertEqual(self.contract.approved_contact_id, self.contact_a)
        page = self.url_open(answer["redirect_url"]).text
        self.assertIn("Thank you! The contract is signed", page)
        self.assertIn(self.row.fingerprint, page)
        self.assertIn("unchanged since it was signed", page)
        content = self._get("/document", self.token).content
        self.assertEqual(hashlib.sha256(content).hexdigest(), self.row.fingerprint)
        self.assertEqual(self._get("/certificate", self.token).status_code, 200)

    def test_signed_in(self):
        self._login(self.portal_a)
        page = self.url_open("/my/contracts").text
        self.assertIn("Waiting for your signature", page)
        self.assertIn(self.path, page)
        page = self.url_open(f"/my/contracts/{self.contract.id}").text
        self.assertIn("waits for your signature", page)
        self.assertNotIn(self.token, page)
        self.assertIn("please read", self._get().text)
        self._post_signature()
        self.assertEqual(self.row.signed_user_id, self.portal_a)
        page = self.url_open(f"/my/contracts/{self.contract.id}").text
        self.assertIn("Signed by", page)
        counters = self.make_jsonrpc_request(
            "/my/counters", {"counters": ["client_signature_count"]}
        )
        self.assertEqual(counters["client_signature_count"], 0)

    def test_second_click(self):
        self._login(None)
        first = self._post_signature(self.token)
        time = self.row.signed_time
        second = self._post_signature(self.token, name="Somebody else")
        self.assertEqual(first, second)
        self.assertEqual(self.row.signed_name, "Paula Azul")
        self.assertEqual(self.row.signed_time, time)
        self.assertEqual(len(self.contract.activity_ids), 1)

    def test_what_is_missing_is_said(self):
        self._login(None)
        self.assertIn("Type your name", self._post_signature(self.token, " ")["error"])
        answer = self._post_signature(self.token, signature="")
        self.assertIn("Draw your signature", answer["error"])
        answer = self._post_signature(self.token, fingerprint="0" * 64)
        self.assertIn("not the document", answer["error"])
        self.assertEqual(self.row.state, "requested")

    def test_refuse(self):
        self._login(None)
        answer = self._refuse("", self.token)
        self.assertIn("Write why you don", answer.text)
        answer = self._refuse("Too dear", self.token)
        self.assertEqual(answer.status_code, 303)
        self.assertEqual(self.row.state, "refused")
        self.assertEqual(self.row.closed_reason, "Too dear")
        page = self.url_open(answer.headers["Location"]).text
        self.assertIn("Thank you for telling us", page)
        self.assertIn("was refused", self._post_signature(self.token)["error"])

    # --- closed ---

    def test_late(self):
        self._login(None)
        with freeze_time(fields.Datetime.now() + timedelta(days=20)):
            page = self._get(token=self.token).text
            self.assertIn("could be signed until", page)
            self.assertIn("ask for a new link", page)
            self.assertIn(self.user_manager.email, page)
            self.assertNotIn("Jurisdiction of Lisbon", page)
            self.assertEqual(self._get("/document", self.token).status_code, 404)
            answer = self._post_signature(self.token)
        self.assertIn("could be signed until", answer["error"])
        self.assertEqual(self.contract.state, "sent")

    def test_changed_while_the_client_reads(self):
        """The page is open with the old text; the manager takes it back."""
        self._login(None)
        self.assertIn("Jurisdiction of Lisbon", self._get(token=self.token).text)
        contract = self.contract.with_user(self.user_manager)
        contract.action_draft()
        contract.body_html = "<p>Secret new text</p>"
        self.env.flush_all()
        self.assertIn("was taken back", self._post_signature(self.token)["error"])
        page = self._get(token=self.token).text
        self.assertIn("was taken back before it was signed", page)
        self.assertNotIn("Secret new text", page)
        self.assertEqual(self._get("/document", self.token).status_code, 404)
        self._login(self.portal_a)
        self.assertIn("was taken back", self._get().text)

    # --- others ---

    def test_a_colleague_reads_but_does_not_sign(self):
        for token in (None, self.token):
            self._login(self.portal_colleague)
            with self.subTest(token=bool(token)):
                page = self._get(token=token).text
                self.assertIn("Only this person", page)
                self.assertNotIn("client_sign_title", page)
                answer = self._post_signature(token, name="Paula Azul")
                self.assertIn("Only Paula Azul can sign", answer["error"])
                self._refuse("Never", token)
                self.assertEqual(self.row.state, "requested")
        self.assertFalse(self.row.viewed_time)

    def test_our_own_people_do_not_sign(self):
        for user in (self.user_manager, self.user_admin_hub):
            self._login(user)
            with self.subTest(user=user.login):
                self.assertNotIn("client_sign_title", self._get(token=self.token).text)
                answer = self._post_signature(self.token)
                self.assertIn("Only Paula Azul can sign", answer["error"])
        self.assertEqual(self.row.state, "requested")

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_rule")
    def test_strangers(self):
        """Another client's person, somebody outside the team of a restricted client,
        and somebody with a wrong key: nothing."""
        self.client_a.client_restricted = True
        other = self._create_contract(
            client=self.client_b, approve=False, name="Fee of Brisa"
        )
        foreign_token = self._request(other, self.contact_b).access_token
        self.env.flush_all()
        for user, tokens in (
            (self.portal_b, (None, "wrong", self.token, foreign_token)),
            (self.user_outsider, (None, "wrong", self.token)),
            (self.user_creation, (None, self.token)),
            (None, (None, "", "wrong", foreign_token)),
        ):
            for token in tokens:
                self._login(user)
                with self.subTest(user=user and user.login, token=token):
                    page = self._get(token=token)
                    self.assertEqual(page.status_code, 303)
                    for part in ("/document", "/certificate"):
                        self.assertEqual(self._get(part, token).status_code, 404)
                    answer = self._post_signature(token)
                    self.assertIn("not valid", answer["error"])
                    self.assertEqual(self._refuse("No", token).status_code, 303)
                    self.assertEqual(self.row.state, "requested")

    def test_another_contracts_address(self):
        """The key of one request opens nothing under the address of another."""
        other = self._create_contract(approve=False, name="Other fee")
        row = self._request(other)
        self.env.flush_all()
        self._login(None)
        answer = self.url_open(
            f"/my/contracts/{self.contract.id}/signature/{row.id}"
            f"?access_token={row.access_token}",
            allow_redirects=False,
        )
        self.assertEqual(answer.status_code, 303)

    def test_forms_need_their_key(self):
        self._login(self.portal_a)
        answer = self.url_open(f"{self.path}/refuse", data={"reason": "No"})
        self.assertEqual(answer.status_code, 400)
        self.assertEqual(self.row.state, "requested")

    def test_portal_pdf_of_a_signed_contract_is_the_signed_one(self):
        self._login(self.portal_a)
        self._post_signature()
        report = self.env["ir.actions.report"].with_context(force_report_rendering=True)
        content = report._render_qweb_pdf(
            "client_hub.action_report_client_contract", self.contract.ids
        )[0]
        self.assertEqual(hashlib.sha256(content).hexdigest(), self.row.fingerprint)

    # --- by e-mail ---

    def test_answers_by_mail_land_on_the_contract(self):
        """The mail with the personal key is gone by then."""
        sent = self.contract.message_ids[:1]
        self.assertIn("Sent to Paula Azul to be signed until", sent.body)
        self.assertTrue(sent.with_user(self.portal_a).has_access("read"))
        self.assertFalse(sent.notified_partner_ids)
        for step in ("signature", "signed"):
            with self.subTest(mail=step):
                if step == "signed":
                    self._sign(self.row)
                mail = self._mails()[:1]
                self.assertEqual(mail.recipient_ids, self.contact_a)
                self.assertTrue(mail.auto_delete)
                headers = f"References: {mail.references} {mail.message_id}"
                headers += f"\nIn-Reply-To: {mail.message_id}"
                mail.unlink()
                self.env["mail.thread"].message_process(
                    None,
                    f"From: {self.contact_a.email}\nTo: catchall@hub.example\n"
                    f"Subject: Re\nMessage-Id: <{step}@azul.example>\n{headers}\n\n"
                    "From when on?",
                )
                answer = self.contract.message_ids[:1]
                self.assertIn("From when on?", answer.body)
                self.assertEqual(answer.author_id, self.contact_a)
                self.assertTrue(answer.with_user(self.portal_a).has_access("read"))
                manager = self.user_manager.partner_id
                self.assertIn(manager, answer.notified_partner_ids)
