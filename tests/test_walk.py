"""The main job, end to end, as the people do it."""

import base64
import io
from datetime import date
from pathlib import Path

from PIL import Image

from odoo import Command, http
from odoo.exceptions import UserError
from odoo.tests import Form, HttpCase, freeze_time, new_test_user, tagged

from .common import ClientHubCommon

SAMPLE = Path(__file__).resolve().parent.parent / "demo" / "clients_sample.xlsx"
TODAY = "2026-03-02"
EDP = "A0013"


@tagged("post_install", "-at_install")
class TestWalk(ClientHubCommon, HttpCase):
    """Import → contract → billing → request → approval → history → wall."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for login, group in (
            ("ana.manager", "client_hub.group_account_manager"),
            ("marcos.manager", "client_hub.group_account_manager"),
            ("caio.creation", "client_hub.group_user"),
            ("tania.traffic", "client_hub.group_traffic"),
        ):
            user = cls.env["res.users"].search([("login", "=", login)])
            if not user:
                user = new_test_user(
                    cls.env,
                    login,
                    groups=group,
                    email=f"{login}@agency.example",
                    notification_type="email",
                    company_id=cls.company.id,
                    company_ids=[Command.set(cls.company.ids)],
                    context={"no_reset_password": True},
                )
            user.write(
                {
                    "notification_type": "email",
                    "company_ids": [Command.link(cls.company.id)],
                    "company_id": cls.company.id,
                }
            )
            setattr(cls, login.split(".")[0], user)
        cls.alda, cls.otto = cls.user_accountant, cls.user_outsider
        cls.fee = cls.env["product.product"].create(
            {"name": "Monthly fee", "type": "service", "list_price": 2000.0}
        )
        cls.media = cls.env["product.product"].create(
            {"name": "Media buying", "type": "service", "list_price": 500.0}
        )
        cls.banner = cls.env["client.piece.type"].create(
            {"name": "Web banner", "kind": "image"}
        )
        cls.template = cls.env["client.job.template"].create(
            {
                "name": "Website banner",
                "question_ids": [
                    Command.create(
                        {"name": "Who is it for?", "kind": "text", "required": True}
                    )
                ],
                "piece_ids": [
                    Command.create({"name": "Banner", "type_id": cls.banner.id})
                ],
                "task_ids": [Command.create({"name": "Write copy", "days_offset": 2})],
            }
        )

    # ------------------------------------------------------------------
    # The story
    # ------------------------------------------------------------------

    @freeze_time(TODAY)
    def test_the_walk(self):
        edp = self._ana_imports_the_workbook()
        contact = self._ana_prepares_the_client(edp)
        contract = self._ana_writes_a_contract(edp)
        entry = self._alda_bills_it(contract)
        self._alda_credits_the_invoice(entry)
        budget = self._ana_sets_a_budget(edp)
        job = self._contact_opens_a_job(edp, contact, budget)
        self._ana_authorises_it(job)
        self.assertEqual((budget.amount_reserved, budget.amount_left), (2500, 7500))
        self._client_asks_for_a_change_then_approves(job, contact)
        self._budget_and_history_show_it(edp, budget, job)
        self._client_is_made_restricted(edp, job)

    def _ana_imports_the_workbook(self):
        """1. All forty clients come in; a second time nothing changes."""
        first = self._import_sample()
        self.assertEqual((first.state, first.error_count), ("done", 0))
        clients = self.env["res.partner"].search(
            [("client_number", "=like", "A00__"), ("vat", "!=", False)]
        )
        self.assertEqual(len(clients), 40)
        edp = clients.filtered(lambda client: client.client_number == EDP)
        self.assertEqual(edp.vat, "PT500697256")
        self.assertTrue(edp.child_ids)
        self.assertTrue(edp.account_manager_id)
        before = self._history(edp)
        again = self._import_sample()
        self.assertEqual((again.new_count, again.changed_count), (0, 0))
        self.assertEqual(self._history(edp), before)
        return edp

    def _ana_prepares_the_client(self, edp):
        """2. Team and job template on the form, portal access for a contact."""
        with Form(edp.with_user(self.ana)) as form:
            form.account_manager_id = self.ana
            form.client_job_template_id = self.template
            form.assistant_ids.add(self.caio)
        contact = edp.child_ids.filtered(lambda child: child.type == "contact")[:1]
        action = contact.with_user(self.ana).action_grant_portal_access()
        dialog = self.env["portal.wizard"].with_user(self.ana).browse(action["res_id"])
        dialog.user_ids.filtered(
            lambda line: line.partner_id == contact
        ).action_grant_access()
        self.assertTrue(contact.has_portal_user)
        contact.user_ids.password = "a-good-password"
        return contact

    def _ana_writes_a_contract(self, edp):
        """3. Two lines a month; billable only once the client approved it."""
        with Form(
            self.env["client.contract"]
            .with_user(self.ana)
            .with_context(default_client_id=edp.id)
        ) as form:
            form.name = "Communication fee 2026"
            form.date_start = date(2026, 1, 31)
            for product in (self.fee, self.media):
                with form.line_ids.new() as line:
                    line.product_id = product
        contract = form.record
        self.assertEqual(contract.amount_untaxed, 2500.0)
        contract.action_mark_sent()
        self.assertFalse(self._pre_billing(contract))
        contract.action_approve()
        contract.action_activate()
        starts = contract.line_ids[0].entry_ids.sorted("period_start")
        self.assertGreaterEqual(len(starts), 12)
        self.assertEqual(
            starts[:3].mapped("period_start"),
            [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31)],
        )
        self.assertTrue(all(starts.mapped("derivation")))
        self.assertTrue(self._pre_billing(contract))
        return contract

    def _alda_bills_it(self, contract):
        """4. Pre-billing by the accountant, from Invoicing."""
        due = self._pre_billing(contract)
        self.assertEqual(sum(due.mapped("amount")), 2500.0 * len(due) / 2)
        wizard = self._bill(due)
        self.assertEqual(set(due.mapped("state")), {"billed"})
        invoice = due[0].invoice_line_ids.move_id
        self.assertEqual(invoice.state, "posted")
        self.assertEqual(invoice.amount_untaxed, sum(due.mapped("amount")))
        self.assertEqual(invoice.client_contract_id, contract)
        self.assertEqual(
            invoice.invoice_line_ids.client_entry_id, due, "each line names its entry"
        )
        # a second click bills nothing twice
        with self.assertRaises(UserError):
            wizard.action_bill()
        self.assertEqual(len(due.invoice_line_ids.move_id), 1)
        return due[0]

    def _alda_credits_the_invoice(self, entry):
        """4b. Credited in full, the entries are to be billed again."""
        invoice = entry.invoice_line_ids.move_id.with_user(self.alda)
        reversal = (
            self.env["account.move.reversal"]
            .with_user(self.alda)
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"reason": "Wrong month", "journal_id": invoice.journal_id.id})
        )
        reversal.reverse_moves()
        reversal.new_move_ids.action_post()
        self.env.invalidate_all()
        self.assertEqual(entry.state, "ready")
        self._bill(entry)
        self.assertEqual(entry.state, "billed")

    def _ana_sets_a_budget(self, edp):
        budget = (
            self.env["client.budget"]
            .with_user(self.ana)
            .create(
                {
                    "name": "Spring campaign",
                    "client_id": edp.id,
                    "amount": 10000.0,
                    "policy": "block",
                }
            )
        )
        budget.action_run()
        return budget

    def _contact_opens_a_job(self, edp, contact, budget):
        """5. On the portal: template, briefing, piece, file, budget."""
        self.authenticate(contact.user_ids.login, "a-good-password")
        page = self.url_open("/my/jobs/new")
        self.assertEqual(page.status_code, 200)
        self.assertIn("Who is it for?", page.text)
        question = self.template.question_ids
        form = {
            "csrf_token": http.Request.csrf_token(self),
            "action": "submit",
            "client_id": edp.id,
            "template_id": self.template.id,
            "title": "Banner for the spring campaign",
            "deadline": "2026-04-15",
            "budget_id": budget.id,
            "budget_amount": "12000",
            "briefing": "Wind, sun and one sentence.",
            f"answer_{question.id}": "Families",
            "piece_type_0": self.banner.id,
            "piece_name_0": "Banner 970x250",
        }
        files = {"files": ("brand.pdf", b"%PDF-1.4 brand guide", "application/pdf")}
        page = self.url_open("/my/jobs/new", data=form, files=files)
        # beyond the budget: a sentence, and nothing typed is lost
        self.assertIn("Banner 970x250", page.text)
        self.assertFalse(
            self.env["client.job"].search(
                [("client_id", "=", edp.id), ("state", "!=", "draft")]
            )
        )
        form["budget_amount"] = "2500"
        self.url_open("/my/jobs/new", data=form, files=files)
        job = self.env["client.job"].search(
            [("client_id", "=", edp.id), ("state", "=", "requested")]
        )
        self.assertEqual(len(job), 1)
        self.assertEqual(job.requester_id, contact)
        self.assertEqual(job.answer_ids.mapped("value"), ["Families"])
        self.assertEqual(job.piece_ids.mapped("name"), ["Banner 970x250"])
        # Ana is told in Odoo and by e-mail
        self.assertEqual(job.activity_ids.user_id, self.ana)
        self.assertTrue(
            self.env["mail.notification"].search_count(
                [
                    ("res_partner_id", "=", self.ana.partner_id.id),
                    ("notification_type", "=", "email"),
                    ("mail_message_id.model", "=", "client.job"),
                    ("mail_message_id.res_id", "=", job.id),
                ]
            )
        )
        return job

    def _ana_authorises_it(self, job):
        """5b. Only now do tasks exist."""
        tasks = self.env["project.task"].with_context(active_test=False)
        self.assertFalse(tasks.search([("client_job_id", "=", job.id)]))
        job.with_user(self.ana).action_authorize()
        names = tasks.search([("client_job_id", "=", job.id)]).mapped("name")
        self.assertIn("Banner for the spring campaign: Write copy", names)

    def _client_asks_for_a_change_then_approves(self, job, contact):
        """6. Version 1 → change → version 2 → approved; notes stay inside."""
        piece = job.piece_ids
        self._caio_sends_a_version(piece, "red")
        job.with_user(self.caio).message_post(
            body="SECRET: the client is difficult",
            message_type="comment",
            subtype_xmlid="mail.mt_note",
        )
        self.assertEqual(piece.state, "awaiting_approval")
        page = self._decide(piece, "changes", "Please use our blue.")
        self.assertEqual(piece.state, "changes_requested")
        self.assertEqual(piece.rounds, 1)
        self.assertNotIn("SECRET", page.text)
        self._caio_sends_a_version(piece, "blue")
        self._decide(piece, "approved", "")
        self.assertEqual(piece.state, "approved")
        decisions = piece.version_ids.decision_ids.sorted("id")
        self.assertEqual(decisions.mapped("decision"), ["changes", "approved"])
        self.assertEqual(decisions.author_id, contact)
        for url in (f"/my/jobs/{job.id}", f"/my/pieces/{piece.id}", "/my/jobs"):
            self.assertNotIn("SECRET", self.url_open(url).text)

    def _budget_and_history_show_it(self, edp, budget, job):
        """7. What the budget has left; the history; both reports as PDF."""
        self.env.invalidate_all()
        self.assertEqual(budget.amount_reserved + budget.amount_spent, 2500.0)
        self.assertEqual(budget.amount_left, 7500.0)
        kinds = {kind for kind, _name, _action in self._history(edp)}
        self.assertLessEqual(
            {"client", "access", "contract", "budget", "job", "piece", "decision"},
            kinds,
        )
        self.assertEqual(self.env["client.history"]._verify_chain(edp), {})
        reports = self.env["ir.actions.report"].with_context(
            force_report_rendering=True
        )
        for report in ("report_client_history", "report_billing_statement"):
            content, kind = reports._render_qweb_pdf(f"client_hub.{report}", edp.ids)
            self.assertEqual((kind, content[:4]), ("pdf", b"%PDF"))

    def _client_is_made_restricted(self, edp, job):
        """8. Otto no longer finds anything of it; Alda still does."""
        self.assertTrue(self._finds(self.otto, "client.job", job))
        self.assertTrue(self._finds(self.otto, "res.partner", edp))
        edp.with_user(self.ana).client_restricted = True
        self.env.invalidate_all()
        self.assertFalse(self._finds(self.otto, "res.partner", edp))
        self.assertFalse(self._finds(self.otto, "client.job", job))
        self.assertFalse(self._finds(self.otto, "project.task", job.task_ids))
        self.assertFalse(
            self.env["res.partner"].with_user(self.otto).name_search("EDP")
        )
        self.assertTrue(self._finds(self.alda, "res.partner", edp))
        self.assertTrue(self._finds(self.ana, "client.job", job))

    # ------------------------------------------------------------------
    # How they do it
    # ------------------------------------------------------------------

    def _import_sample(self):
        record = (
            self.env["client.import"]
            .with_user(self.ana)
            .create(
                {
                    "file": base64.b64encode(SAMPLE.read_bytes()),
                    "filename": SAMPLE.name,
                }
            )
        )
        record.action_check()
        record.action_import()
        self.assertFalse(
            record.problem_ids.filtered(lambda line: line.level == "error").mapped(
                "message"
            )
        )
        return record

    def _history(self, client):
        self.env.cr.flush()
        rows = self.env["client.history"].search(
            [("client_id", "=", client.id)], order="sequence"
        )
        return [(row.kind, row.name, row.action) for row in rows]

    def _pre_billing(self, contract):
        """What the accountant finds in pre-billing, due until today."""
        self.env.invalidate_all()
        return (
            self.env["client.contract.entry"]
            .with_user(self.alda)
            .search(
                [
                    ("contract_id", "=", contract.id),
                    ("state", "=", "ready"),
                    ("date_due", "<=", TODAY),
                ]
            )
        )

    def _bill(self, entries):
        wizard = (
            self.env["client.billing.wizard"]
            .with_user(self.alda)
            .with_context(
                active_model="client.contract.entry",
                active_ids=entries.ids,
                allowed_company_ids=self.company.ids,
            )
            .create({})
        )
        wizard.action_bill()
        self.env.invalidate_all()
        return wizard

    def _caio_sends_a_version(self, piece, colour):
        picture = io.BytesIO()
        Image.new("RGB", (97, 25), colour).save(picture, "PNG")
        attachment = (
            self.env["ir.attachment"]
            .with_user(self.caio)
            .create({"name": f"banner-{colour}.png", "raw": picture.getvalue()})
        )
        self.env["client.piece.version"].with_user(self.caio).create(
            {
                "piece_id": piece.id,
                "attachment_ids": [Command.set(attachment.ids)],
            }
        )
        piece.with_user(self.ana).action_send_to_client()

    def _decide(self, piece, decision, comment):
        self.env.invalidate_all()
        page = self.url_open(
            f"/my/pieces/{piece.id}/decide",
            data={
                "csrf_token": http.Request.csrf_token(self),
                "version_id": piece.current_version_id.id,
                "decision": decision,
                "comment": comment,
            },
        )
        self.env.invalidate_all()
        return page

    def _finds(self, user, model, record):
        self.env.invalidate_all()
        return bool(
            self.env[model]
            .with_user(user)
            .with_context(allowed_company_ids=self.company.ids)
            .search([("id", "in", record.ids)])
        )
