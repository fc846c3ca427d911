"""Addresses with a key in them, and visitors without measure."""

from datetime import date, timedelta

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models import ir_http, mail_thread_pace
from ..tools.throttle import Throttle
from .common_portal import ClientPortalCommon
from .common_renegotiation import RenegotiationCommon
from .common_signature import DRAWN, SignatureCommon

WORD = "Zebrafish"


@tagged("post_install", "-at_install")
class TestPortalKeys(SignatureCommon, RenegotiationCommon, ClientPortalCommon):
    """Each address that opens without a login, with every key but the right one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.piece = cls._create_job(title=f"{WORD} campaign").piece_ids
        cls.piece.write({"name": f"{WORD} banner", "allow_link": True})
        cls.version = cls._send_version(cls.piece, text=WORD)
        cls.token = cls.env["client.piece.link"]._open_for(cls.piece, cls.colleague)
        cls.link = cls.piece.link_ids.sorted("id")[-1]
        cls.contract.name = f"{WORD} fee"

    def setUp(self):
        super().setUp()
        self.row = self._request()
        today = fields.Date.today()
        self.agreement = self._renegotiate(
            self._invoice(1000.0, date(2026, 3, 1)),
            date=today,
            date_first=today + timedelta(days=30),
            date_expiry=today + timedelta(days=10),
            note=f"{WORD} terms",
        )
        self.agreement.action_propose()
        other = self._create_contract(
            client=self.client_b, approve=False, name="Fee of Brisa"
        )
        self.foreign = self._request(other, self.contact_b).access_token
        self.env.flush_all()

    def _get_addresses(self):
        """Return ``{rule: (address without its key, values to post or None)}``."""
        piece, row = "/pieces/<string:token>", self.row
        sign = "/my/contracts/<int:contract_id>/signature/<int:signature_id>"
        version, file = self.version.id, self.version.attachment_ids.id
        terms = self.agreement
        agreement = "/my/agreements/<int:agreement_id>"
        act = {"version_id": version, "decision": "approved", "body": "Hello"}
        return {
            piece: ("/pieces/{key}", None),
            f"{piece}/certificate": ("/pieces/{key}/certificate", None),
            f"{piece}/file/<int:attachment_id>": (f"/pieces/{{key}}/file/{file}", None),
            f"{piece}/code": ("/pieces/{key}/code", {}),
            f"{piece}/verify": ("/pieces/{key}/verify", {"code": "123456"}),
            f"{piece}/<any(decide,remark):action>": ("/pieces/{key}/decide", act),
            f"{piece}/remark/<int:remark_id>/<any(reply,resolve):action>": (
                "/pieces/{key}/remark/1/reply",
                act,
            ),
            "/my/contracts/<int:contract_id>": (
                f"/my/contracts/{self.contract.id}?access_token={{key}}",
                None,
            ),
            sign: (f"{row._get_path()}?access_token={{key}}", None),
            f"{sign}/document": (
                f"{row._get_path()}/document?access_token={{key}}",
                None,
            ),
            f"{sign}/certificate": (
                f"{row._get_path()}/certificate?access_token={{key}}",
                None,
            ),
            f"{sign}/refuse": (
                f"{row._get_path()}/refuse?access_token={{key}}",
                {"reason": "No"},
            ),
            f"{sign}/sign": (
                f"{row._get_path()}/sign?access_token={{key}}"
                f"&fingerprint={row.fingerprint}",
                None,
            ),
            agreement: (f"{terms._get_path()}?access_token={{key}}", None),
            f"{agreement}/document": (
                f"{terms._get_path()}/document?access_token={{key}}",
                None,
            ),
            f"{agreement}/accept": (
                f"{terms._get_path()}/accept?access_token={{key}}",
                {"name": "Paula Azul", "fingerprint": terms.fingerprint},
            ),
            f"{agreement}/refuse": (
                f"{terms._get_path()}/refuse?access_token={{key}}",
                {"reason": "No"},
            ),
        }

    def test_every_such_address_is_on_the_list(self):
        rules = {
            rule.rule
            for rule in self._find_routes()
            if rule.endpoint.routing["auth"] in ("public", "none")
            # Odoo's own page; see test_wall_portal_routes
            and not rule.rule.startswith("/my/projects/")
        }
        self.assertEqual(rules, set(self._get_addresses()))

    def _try_all(self, key, user):
        """Open each address with a key that opens nothing."""
        for rule, (address, values) in self._get_addresses().items():
            path = address.format(key=key)
            with self.subTest(rule=rule, user=user and user.login, key=key[:8]):
                if rule.endswith("/sign"):
                    answer = self.url_open(
                        path,
                        json={"params": {"name": "Paula Azul", "signature": DRAWN}},
                    )
                    self.assertIn("error", answer.json()["result"])
                elif values is None:
                    answer = self._get(path)
                else:
                    answer = self._post(path, values)
                if answer.status_code == 200:
                    self.assertTrue(rule.endswith("/sign"), "it shows a page")
                self.assertIn(answer.status_code, (200, 303, 404))
                self.assertNotIn(WORD, answer.text)

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_rule")
    def test_no_wrong_or_foreign_key_opens_anything(self):
        for user in (None, self.portal_b):
            self.authenticate(user and user.login, user and user.login)
            keys = ["wrong", self.foreign]
            # with the right ones, too, if he is signed in as somebody of another client
            if user:
                agreement_key = self.agreement.sudo().access_token
                keys += [self.token, self.row.access_token, agreement_key]
            for key in keys:
                self._try_all(key, user)
        self._assert_untouched()

    @mute_logger("odoo.http")
    def test_no_key_opens_anything_when_its_time_is_over(self):
        past = fields.Datetime.now() - timedelta(minutes=1)
        self.link.expires = past
        # sudo: time passes
        self.row.sudo()._close("withdrawn")
        self.contract.sudo().action_cancel()
        contract_key = self.contract._portal_ensure_token()
        agreement_key = self.agreement.sudo().access_token
        self.agreement.action_draft()
        self.env.flush_all()
        self.authenticate(None, None)
        for rule, (address, values) in self._get_addresses().items():
            if "/signature/" in rule:
                continue  # says that it was taken back; see test_signature_portal
            key = self.token if rule.startswith("/pieces/") else contract_key
            key = agreement_key if "/agreements/" in rule else key
            path = address.format(key=key)
            with self.subTest(rule=rule):
                answer = self._get(path) if values is None else self._post(path, values)
                self.assertIn(answer.status_code, (303, 404))
                self.assertNotIn(WORD, answer.text)
        self.env.invalidate_all()
        self.assertFalse(self.piece.decision_ids)
        self.assertFalse(self.piece.remark_ids)

    @mute_logger("odoo.http")
    def test_one_counter_for_whatever_somebody_writes(self):
        """People with a login by their contact, guests by their address."""
        self.patch(mail_thread_pace, "MAX_COMMENTS", 2)
        job = self.piece.job_id
        key = self.contract._portal_ensure_token()

        def post(document, body, kind="comment", **access):
            values = {
                "body": body,
                "message_type": kind,
                "subtype_xmlid": "mail.mt_comment",
            }
            answer = self.url_open(
                "/mail/message/post",
                json={
                    "params": {
                        "thread_model": document._name,
                        "thread_id": document.id,
                        "post_data": values,
                        **access,
                    }
                },
            ).json()
            self.env.invalidate_all()
            return answer

        self._login(self.portal_a)
        # a page, and what no page offers
        self.assertIn("result", post(job, "One"))
        self.make_jsonrpc_request(
            "/web/dataset/call_kw/client.piece/message_post",
            {
                "model": "client.piece",
                "method": "message_post",
                "args": [self.piece.ids],
                "kwargs": {
                    "body": "Two",
                    "message_type": "notification",
                    "subtype_xmlid": "mail.mt_comment",
                },
            },
        )
        for document in (job, self.piece, self.contract):
            answer = post(document, "Three")
            self.assertIn("2 messages within a minute", str(answer["error"]))
            # called something else
            answer = post(document, "Three", "notification")
            self.assertIn("2 messages within a minute", str(answer["error"]))
        # a guest with the key of a contract is somebody else
        self.authenticate(None, None)
        for number in range(3):
            answer = post(self.contract, f"Guest {number}", token=key)
            self.assertEqual("error" in answer, number == 2)
        keys = self.env["client.pace"].search([]).mapped("key")
        self.assertIn("comment:127.0.0.1", keys)
        self.assertIn(f"comment:{self.contact_a.id}", keys)
        texts = " ".join((job | self.piece.job_id).message_ids.mapped("body"))
        self.assertNotIn("Three", texts)

    def _assert_untouched(self):
        self.env.invalidate_all()
        self.assertEqual(self.row.state, "requested")
        self.assertEqual(self.agreement.state, "proposed")
        self.assertEqual(self.piece.state, "awaiting_approval")
        self.assertFalse(self.piece.decision_ids)
        self.assertFalse(self.piece.remark_ids)
        self.assertFalse(self.link.code_hash)


@tagged("post_install", "-at_install")
class TestPortalLoops(ClientPortalCommon):
    def test_ten_thousand_requests_of_one_visitor(self):
        """However fast they come, he is served no more than the pace; others are."""
        for seconds in (1, 100, 600):
            throttle = Throttle(ir_http.THROTTLE.burst, ir_http.THROTTLE.rate)
            waits = [
                throttle.take("loop", now=number * seconds / 10_000)
                for number in range(10_000)
            ]
            with self.subTest(seconds=seconds):
                served = waits.count(0)
                limit = throttle.burst + throttle.rate * seconds
                self.assertLessEqual(served, limit)
                self.assertGreater(served, limit - 2)
                # told when to go on: never longer than one token takes
                self.assertLessEqual(max(waits), 1)
                self.assertEqual(throttle.take("person", now=seconds), 0)

    def test_a_loop_costs_next_to_nothing(self):
        self.patch(ir_http, "THROTTLE", Throttle(burst=5, rate=0.01))
        self._login(self.portal_a)
        codes = []
        for number in range(60):
            before = self.env.cr.sql_log_count
            response = self._get(f"/my/{('jobs', 'pieces', 'contracts')[number % 3]}")
            codes.append(response.status_code)
            if response.status_code == 429:
                self.assertLess(self.env.cr.sql_log_count - before, 12)
                self.assertIn("go on in a minute", response.text)
                self.assertIn("Retry-After", response.headers)
        self.assertEqual((codes[:5], set(codes[5:])), ([200] * 5, {429}))

    def test_files_that_are_made_count_for_many_pages(self):
        """One visitor must not keep all threads busy with PDF files."""
        burst = 2 * ir_http.FILE_COST + 5
        self.patch(ir_http, "THROTTLE", Throttle(burst=burst, rate=0.01))
        piece = self._create_job().piece_ids
        self._login(self.portal_a)
        # nothing was decided: there is none, and asking counts all the same
        paths = [f"/my/pieces/{piece.id}/certificate"] * 3
        paths += ["/my/invoices?report_type=pdf", "/my/pieces"]
        codes = [self._get(path).status_code for path in paths]
        self.assertEqual(codes, [404, 404, 429, 429, 200])

    def test_a_loop_of_comments_is_told_to_wait(self):
        job = self._create_job()

        def post(body):
            answer = self.url_open(
                "/mail/message/post",
                json={
                    "params": {
                        "thread_model": job._name,
                        "thread_id": job.id,
                        "post_data": {
                            "body": body,
                            "message_type": "comment",
                            "subtype_xmlid": "mail.mt_comment",
                        },
                    }
                },
            ).json()
            self.env.invalidate_all()
            return answer

        self._login(self.portal_a)
        self.assertIn("message_id", post("First")["result"])
        pace = self.env["client.pace"].search([("key", "like", "comment:%")])
        pace.count = 10_000
        self.env.flush_all()
        before = len(job.message_ids)
        answer = post("Once more")
        self.assertIn("within a minute", answer["error"]["data"]["message"])
        self.assertEqual(len(job.message_ids), before)
        # neither his colleague nor ours
        for user in (self.portal_colleague, self.user_manager):
            self._login(user)
            self.assertIn("message_id", post("Somebody else")["result"])
        pace.since = fields.Datetime.now() - timedelta(minutes=2)
        self.env.flush_all()
        self._login(self.portal_a)
        self.assertIn("message_id", post("A minute later")["result"])
