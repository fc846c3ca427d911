"""Each button of the portal, clicked twice: one effect, and the same answer."""

import re
from datetime import date, timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .common_portal import PNG, ClientPortalCommon
from .common_renegotiation import RenegotiationCommon
from .common_signature import DRAWN, SignatureCommon


@tagged("post_install", "-at_install")
class TestPortalSecondClick(SignatureCommon, RenegotiationCommon, ClientPortalCommon):
    """The browser keeps most of them from being sent; these are."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.client_a.client_budget_portal = "yes"
        cls.job = cls._create_job(
            pieces=[
                {"type_id": cls.type_banner.id, "name": name}
                for name in ("Decided", "Linked", "Together", "As well")
            ]
        )
        cls.piece, cls.linked, *cls.others = cls.job.piece_ids.sorted("id")
        cls.linked.allow_link = True
        cls.versions = [cls._send_version(piece) for piece in cls.job.piece_ids]

    def setUp(self):
        super().setUp()
        self.clicked = set()
        self._login(self.portal_a)

    # --- means ---

    def _click(self, rule, path, values, read, files=None):
        """Post twice; check that the first post has an effect, the second none.

        :param str rule: the route, as it was declared
        :param read: callable that returns what must change once
        :return: the answer to the first
        """
        before = read()
        answers, states = [], []
        for __ in range(2):
            sent = files and [(name, (file, raw)) for name, file, raw in files]
            if isinstance(values, list):
                body = [*values, ("csrf_token", self._get_csrf())]
                answer = self.url_open(path, data=body, allow_redirects=False)
            else:
                answer = self._post(path, values, files=sent)
            self.env.invalidate_all()
            answers.append(answer)
            states.append(read())
        self._check(rule, before, states)
        places = [
            (answer.status_code, answer.headers.get("Location", "").split("?")[0])
            for answer in answers
        ]
        self.assertLess(places[0][0], 400, rule)
        self.assertEqual(places[0], places[1], rule)
        return answers[0]

    def _call(self, rule, path, values, read):
        """The same for what a script sends."""
        before = read()
        states = []
        for __ in range(2):
            self.make_jsonrpc_request(path, values)
            self.env.invalidate_all()
            states.append(read())
        self._check(rule, before, states)

    def _check(self, rule, before, states):
        self.clicked.add(rule)
        self.assertNotEqual(before, states[0], f"{rule} does nothing")
        self.assertEqual(states[0], states[1], f"{rule} counts twice")

    def _get_csrf(self):
        return re.search(
            r'csrf_token: "(\w+)"', self._get("/my/notifications").text
        ).group(1)

    def _get_rules(self):
        """Return the routes of the client's pages that take something in."""
        return {
            rule.rule
            for rule in self._find_routes()
            if not rule.rule.startswith("/client_hub/")
            and (
                "POST" in (rule.methods or ())
                or rule.endpoint.routing["type"] == "jsonrpc"
            )
        }

    # --- the buttons ---

    def test_every_button(self):
        self._click_requests()
        self._click_drafts()
        self._click_pieces()
        self._click_contracts()
        self._click_agreements()
        self._click_the_rest()
        self._click_guest()
        self.assertEqual(self.clicked, self._get_rules())

    def _click_requests(self):
        self._click(
            "/my/jobs/new",
            "/my/jobs/new",
            self._request_values(),
            lambda: (self._find_jobs().mapped("state"), self._count_messages()),
            files=[("files", "photo.png", PNG)],
        )
        draft = self._create_job(submit=False, title="Draft")
        self._click(
            "/my/jobs/<int:job_id>/edit",
            f"/my/jobs/{draft.id}/edit",
            self._request_values(title="Sent"),
            lambda: (draft.state, len(draft.piece_ids), self._count_messages()),
        )
        job = self.job
        versions = [version.id for version in self.versions[2:]]
        self._click(
            "/my/jobs/<int:job_id>/approve",
            f"/my/jobs/{job.id}/approve",
            {"version_id": versions},
            lambda: (len(job.piece_ids.decision_ids), self._count_messages()),
        )

    def _click_drafts(self):
        draft = self._create_job(submit=False, title="Draft")
        path = f"/my/jobs/{draft.id}"
        self._click(
            "/my/jobs/<int:job_id>/upload",
            f"{path}/upload",
            {},
            lambda: len(draft.file_ids),
            files=[("file", "photo.png", PNG)],
        )
        self._call(
            "/my/jobs/<int:job_id>/file/<int:attachment_id>/remove",
            f"{path}/file/{draft.file_ids.id}/remove",
            {},
            lambda: len(draft.file_ids),
        )
        values = self._request_values(title="Typed")
        self._call(
            "/my/jobs/autosave",
            "/my/jobs/autosave",
            {"values": values},
            lambda: len(self._find_jobs("Typed")),
        )
        self._click(
            "/my/jobs/<int:job_id>/discard",
            f"{path}/discard",
            {},
            lambda: len(draft.exists()),
        )

    def _click_pieces(self):
        piece, path = self.piece, f"/my/pieces/{self.piece.id}"
        version = piece.current_version_id

        def read():
            remarks = piece.remark_ids
            return (
                [(row.body, row.resolved, len(row.reply_ids)) for row in remarks],
                piece.decision_ids.mapped("decision"),
                self._count_messages(),
            )

        self._click(
            "/my/pieces/<int:piece_id>/remark",
            f"{path}/remark",
            {"version_id": version.id, "target": "whole", "body": "Lighter"},
            read,
        )
        remark = piece.remark_ids
        rule = "/my/pieces/<int:piece_id>/remark/<int:remark_id>"
        rule += "/<any(reply,resolve):action>"
        for action, values in (
            ("reply", {"body": "Much lighter"}),
            ("resolve", {"resolved": "1"}),
        ):
            self._click(rule, f"{path}/remark/{remark.id}/{action}", values, read)
        self._click(
            "/my/pieces/<int:piece_id>/decide",
            f"{path}/decide",
            {"version_id": version.id, "decision": "changes", "comment": "Lighter"},
            read,
        )

    def _click_contracts(self):
        with freeze_time("2026-02-15"):
            running = self._create_contract(entry_approval_required=True)
        entry = running.entry_ids.sorted("date_due")[0]
        rule = "/my/contracts/<int:contract_id>/entries"
        values = [
            ("entry_id", entry.id),
            (f"amount_{entry.id}", entry._format_portal_amount()),
            ("comment", "Why so much?"),
        ]
        for decision in ("ask", "approve"):
            self._click(
                rule,
                f"/my/contracts/{running.id}/entries",
                [*values, ("decision", decision)],
                lambda: (
                    entry.approved,
                    len(running.message_ids),
                    len(running.activity_ids),
                ),
            )
        page = "/my/contracts/<int:contract_id>/signature/<int:signature_id>"
        row = self._request()
        self._click(
            f"{page}/refuse",
            f"{row._get_path()}/refuse",
            {"reason": "Too dear"},
            lambda: (row.state, len(self.contract.message_ids)),
        )
        contract = self._create_contract(approve=False, name="Second fee")
        signed = self._request(contract)
        self._call(
            f"{page}/sign",
            f"{signed._get_path()}/sign",
            {
                "name": "Paula Azul",
                "signature": DRAWN,
                "fingerprint": signed.fingerprint,
            },
            lambda: (signed.state, signed.signed_time, len(contract.message_ids)),
        )

    def _click_agreements(self):
        today = fields.Date.today()
        for answer in ("accept", "refuse"):
            row = self._renegotiate(
                self._invoice(1000.0, date(2026, 3, 1)),
                date=today,
                date_first=today + timedelta(days=30),
                date_expiry=today + timedelta(days=10),
            )
            row.action_propose()
            self._click(
                f"/my/agreements/<int:agreement_id>/{answer}",
                f"{row._get_path()}/{answer}",
                {
                    "name": "Paula Azul",
                    "fingerprint": row.fingerprint,
                    "reason": "Too much",
                },
                lambda row=row: (row.state, len(row.message_ids)),
            )

    def _click_the_rest(self):
        self.budget.needs_consent = True
        for answer, amount in (("agree", 1500), ("refuse", 1800)):
            question = self.budget.with_user(self.user_manager)._revise(amount, "Film")
            self._click(
                "/my/budgets/<int:budget_id>/answer",
                f"/my/budgets/{self.budget.id}/answer",
                {
                    "question": "revision",
                    "record_id": question.id,
                    "answer": answer,
                    "comment": "As we said",
                },
                lambda question=question: (
                    question.state,
                    self.budget.amount,
                    len(self.budget.message_ids),
                    len(self.budget.activity_ids),
                ),
            )
        self._click(
            "/my/notifications",
            "/my/notifications",
            {
                "client_comment_mail": "none",
                "client_news_mail": "none",
                "client_reminder_mail": "none",
                "client_reminder_hour": "9",
            },
            lambda: (
                self.contact_a.client_comment_mail,
                self.contact_a.client_news_mail,
                self.contact_a.client_reminder_mail,
            ),
        )

    def _click_guest(self):
        guest = self.env["res.partner"].create(
            {
                "name": "Gil Guest",
                "parent_id": self.client_a.id,
                "email": "gil.guest@azul.example",
            }
        )
        piece = self.linked
        # sudo: while it is with the client, who approves is fixed for people
        piece.sudo().approver_ids = [Command.create({"partner_id": guest.id})]
        piece.sudo().approver_ids.is_asked = True
        token = self.env["client.piece.link"]._open_for(piece, guest)
        path, rule = f"/pieces/{token}", "/pieces/<string:token>"
        codes = self._watch_codes()
        self.authenticate(None, None)
        self._click(f"{rule}/code", f"{path}/code", {}, lambda: len(codes))
        self._click(
            f"{rule}/verify",
            f"{path}/verify",
            {"code": codes[0]},
            lambda: "Your decision on version" in self._get(path).text,
        )

        def read():
            remarks = piece.remark_ids
            return (
                [(row.body, row.resolved, len(row.reply_ids)) for row in remarks],
                piece.decision_ids.mapped("decision"),
                self._count_messages(),
            )

        act = f"{rule}/<any(decide,remark):action>"
        version = {"version_id": piece.current_version_id.id}
        remark = {"target": "whole", "body": "Darker"}
        self._click(act, f"{path}/remark", {**version, **remark}, read)
        number = piece.remark_ids.id
        for action, values in (
            ("reply", {"body": "Much darker"}),
            ("resolve", {"resolved": "1"}),
        ):
            self._click(
                f"{rule}/remark/<int:remark_id>/<any(reply,resolve):action>",
                f"{path}/remark/{number}/{action}",
                values,
                read,
            )
        approve = {**version, "decision": "approved"}
        self._click(act, f"{path}/decide", approve, read)

    # --- what is read ---

    def _count_messages(self):
        return self.env["mail.message"].search_count(
            [("model", "in", ("client.job", "client.piece"))]
        )

    def _watch_codes(self):
        """Return the list to which the codes in mails will be added."""
        codes = []
        Mail = type(self.env["mail.mail"])
        send = Mail.send

        def keep(mails, *args, **kwargs):
            found = re.findall(r">\s*(\d{6})\s*<", "".join(mails.mapped("body")))
            codes.extend(found)
            return send(mails, *args, **kwargs)

        self.patch(Mail, "send", keep)
        return codes
