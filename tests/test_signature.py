"""Asking for a signature, signing, and what stays from then on."""

import base64
import hashlib
from datetime import date, timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .common_signature import DRAWN, SignatureCommon

PDF = base64.b64encode(b"%PDF-1.7 scan of the signed paper")


@tagged("post_install", "-at_install")
class TestSignature(SignatureCommon):
    # --- the request ---

    def test_request(self):
        row = self._request()
        self.assertEqual(self.contract.state, "sent")
        self.assertEqual(row.state, "requested")
        content = base64.b64decode(row.document)
        self.assertEqual(row.fingerprint, hashlib.sha256(content).hexdigest())
        self.assertEqual(row.document_check, "equal")
        # a form asks for the sizes of files instead of their contents
        row.invalidate_recordset()
        self.assertEqual(row.with_context(bin_size=True).document_check, "equal")
        self.assertIn(b"Jurisdiction of Lisbon", content)
        mail = self._mails()[:1]
        self.assertEqual(mail.recipient_ids, self.contact_a)
        self.assertIn(row._get_sign_url(), mail.body_html)

    def test_the_link_is_nobodys_but_the_signers(self):
        """Who reads the contract doesn't find the personal key anywhere."""
        row = self._request()
        token = row.access_token
        for user in (self.user_manager, self.portal_a):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                row.with_user(user).read(["access_token"])
        for message in self.contract.message_ids:
            self.assertNotIn(token, message.body)
        colleague, portal_colleague = self._create_contact(self.client_a, "Carla Azul")
        messages = self.env["mail.message"].with_user(portal_colleague).search([])
        self.assertFalse(messages.filtered(lambda m: token in (m.body or "")))

    def test_request_refused(self):
        self.contact_a.email = False
        with self.assertRaisesRegex(UserError, "no e-mail address"):
            self._request()
        self.contact_a.email = "paula@azul.example"
        with self.assertRaisesRegex(UserError, "does not belong"):
            self._request(signer=self.contact_b)
        with self.assertRaisesRegex(ValidationError, "already passed"):
            self._request(days=-1)
        empty = self._create_contract(approve=False, lines=[])
        with self.assertRaisesRegex(UserError, "at least one line"):
            self._request(empty)
        running = self._create_contract()
        with self.assertRaisesRegex(UserError, "Running"):
            self._request(running)
        self.assertEqual(self.contract.state, "draft", "nothing half-written")
        self.assertFalse(self.env["client.contract.signature"].search([]))

    def test_dialog_says_what_is_wrong(self):
        """What can't be sent is told while it is typed: nothing typed is lost."""
        wizards = self.env["client.contract.signature.wizard"]
        wizards = wizards.with_user(self.user_manager)
        form = Form(wizards.with_context(default_contract_id=self.contract.id))
        self.assertFalse(form.problem)
        form.date_expiry = fields.Date.today() - timedelta(days=1)
        self.assertIn("already passed", form.problem)
        form.date_expiry = fields.Date.today()
        self.assertFalse(form.problem, "today is a day to sign")
        form.reminder_days = -1
        self.assertIn("can't be negative", form.problem)
        form.reminder_days = 0
        self.contact_a.email = False
        form.signer_id = self.contact_a
        self.assertIn("no e-mail address", form.problem)

    def test_one_request_at_a_time(self):
        self._request()
        with self.assertRaisesRegex(UserError, "withdraw the request"):
            self._request()

    def test_who_may_ask(self):
        for user in (self.user_traffic, self.user_accountant, self.portal_a):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.contract.with_user(user)._request_signature(
                    self.contact_a, date(2099, 1, 1)
                )

    def test_dialog_proposes(self):
        dialog = Form(
            self.env["client.contract.signature.wizard"]
            .with_user(self.user_manager)
            .with_context(default_contract_id=self.contract.id)
        )
        self.assertEqual(dialog.signer_id, self.contact_a)
        self.assertEqual(dialog.signer_email, self.contact_a.email)
        self.assertGreater(dialog.date_expiry, fields.Date.today())

    # --- signing ---

    def test_sign(self):
        row = self._request()
        content = row.document
        self._sign(row, name="  Paula   Azul ")
        self.assertRecordValues(
            row,
            [
                {
                    "state": "signed",
                    "signed_name": "Paula Azul",
                    "ip_address": "203.0.113.7",
                    "user_agent": "Firefox",
                    "signed_user_id": self.portal_a.id,
                    "document": content,
                    "document_check": "equal",
                }
            ],
        )
        self.assertTrue(row.signature and row.signed_time)
        self.assertRecordValues(
            self.contract,
            [
                {
                    "state": "approved",
                    "approved_contact_id": self.contact_a.id,
                    "date_approved": row.date_signed,
                    "approval_recorded_by_id": False,
                    "approval_note": "Signed on the portal",
                }
            ],
        )
        self.assertTrue(self.contract.entry_ids, "the schedule appears")
        self.assertIn("Paula Azul", self.contract.activity_ids.summary)
        self.assertEqual(self.contract.activity_ids.user_id, self.user_manager)
        message = self.contract.message_ids.filtered("attachment_ids")[:1]
        self.assertEqual(message.author_id, self.contact_a)
        self.assertEqual(message.attachment_ids.datas, content)
        self.assertEqual(self._mails()[:1].recipient_ids, self.contact_a)

    def test_sign_needs_name_and_drawing(self):
        row = self._request()
        blank = (
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9"
            "awAAAABJRU5ErkJggg=="
        )
        with self.assertRaisesRegex(UserError, "Type your name"):
            self._sign(row, name=" ")
        for image in ("", "no base64!", base64.b64encode(b"<svg/>").decode(), blank):
            with (
                self.subTest(image=image[:10]),
                self.assertRaisesRegex(UserError, "Draw your signature"),
            ):
                self._sign(row, image=image)
        self.assertEqual(row.state, "requested")
        self.assertEqual(self.contract.state, "sent")

    def test_sign_twice(self):
        row = self._request()
        self._sign(row)
        with self.assertRaisesRegex(UserError, "already signed by Paula"):
            self._sign(row)

    def test_sign_another_document(self):
        row = self._request()
        with self.assertRaisesRegex(UserError, "not the document"):
            self._sign(row, fingerprint="0" * 64)

    def test_changed_behind_the_signers_back(self):
        """Whatever way the terms changed, what was shown is not signed any more."""
        row = self._request()
        self.contract.line_ids.sudo().price_unit = 2000
        with self.assertRaisesRegex(UserError, "was changed after it was sent"):
            self._sign(row)
        self.assertEqual(self.contract.state, "sent")

    def test_document_changed_on_disk(self):
        row = self._request()
        row._get_document_file().sudo().flush_recordset()
        self.env.cr.execute(
            "UPDATE ir_attachment SET store_fname = NULL, db_datas = %s"
            " WHERE res_model = 'client.contract.signature' AND res_id = %s"
            " AND res_field = 'document'",
            [b"forged", row.id],
        )
        self.env.invalidate_all()
        self.assertEqual(row.document_check, "different")
        with self.assertRaisesRegex(UserError, "not the document"):
            self._sign(row)

    # --- withdrawing, refusing, late ---

    def test_withdraw(self):
        row = self._request()
        own = self.contract.with_user(self.user_manager)
        with self.assertRaises(AccessError):
            row.with_user(self.portal_a).action_withdraw()
        own.action_withdraw_signature()
        self.assertEqual(row.state, "withdrawn")
        with self.assertRaisesRegex(UserError, "taken back"):
            self._sign(row)
        own.action_draft()
        own.body_html = "<p>Jurisdiction of Porto</p>"
        second = self._request()
        self.assertIn(b"Porto", base64.b64decode(second.document))

    def test_going_on_otherwise_withdraws(self):
        for action in ("action_draft", "action_cancel", "action_approve"):
            with self.subTest(action=action):
                contract = self._create_contract(approve=False)
                row = self._request(contract)
                getattr(contract.with_user(self.user_manager), action)()
                self.assertEqual(row.state, "withdrawn")
                with self.assertRaisesRegex(UserError, "taken back"):
                    self._sign(row)

    def test_refuse(self):
        row = self._request()
        with self.assertRaisesRegex(UserError, "Write why"):
            row.sudo()._refuse("  ")
        row.sudo()._refuse("Too <b>dear</b>")
        self.assertEqual(row.state, "refused")
        self.assertEqual(self.contract.state, "sent")
        self.assertIn("Too &lt;b&gt;dear", self.contract.message_ids[0].body)
        self.assertIn("doesn't sign", self.contract.activity_ids.summary)
        with self.assertRaisesRegex(UserError, "was refused"):
            self._sign(row)

    def test_late_before_the_daily_job(self):
        row = self._request(days=2)
        with freeze_time(fields.Date.today() + timedelta(days=4)):
            self.assertEqual(row._get_status(), "expired")
            with self.assertRaisesRegex(UserError, "could be signed until"):
                self._sign(row)

    def _run_cron(self, days):
        cron = self.env.ref("client_hub.ir_cron_client_contract_signature")
        with (
            freeze_time(fields.Datetime.now() + timedelta(days=days)),
            self.enter_registry_test_mode(),
        ):
            cron.method_direct_trigger()
        self.env.invalidate_all()

    def test_reminders_and_expiry_once_each(self):
        # those who get a round-up are reminded by it
        self.contact_a.client_reminder_mail = "none"
        row = self._request(days=7, reminder=3)
        mails = len(self._mails())
        for day, reminders in ((1, 0), (3, 1), (3, 1), (4, 1), (6, 2), (7, 2)):
            self._run_cron(day)
            with self.subTest(day=day):
                self.assertEqual(row.reminder_count, reminders)
                self.assertEqual(len(self._mails()) - mails, reminders)
        self.assertIn("Reminder", self._mails()[0].subject)
        self.assertFalse(row.reminder_date, "none after the last day")
        self._run_cron(8)
        self._run_cron(9)
        self.assertEqual(row.state, "expired")
        self.assertEqual(len(self.contract.activity_ids), 1)
        self.assertEqual(len(self._mails()) - mails, 2)
        self.assertEqual(self._request().state, "requested")

    # --- what stays ---

    def test_nobody_writes_signatures(self):
        row = self._request()
        self._sign(row)
        for user in (self.user_admin_hub, self.portal_a):
            own = row.with_user(user)
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    own.signed_name = "Somebody else"
                with self.assertRaises(AccessError):
                    own.unlink()
                with self.assertRaises(AccessError):
                    own.create({"contract_id": self.contract.id, "document": PDF})
        for values in (
            {"signed_name": "Somebody else"},
            {"document": PDF},
            {"fingerprint": "0"},
            {"state": "withdrawn"},
        ):
            with self.subTest(values=values), self.assertRaises(UserError):
                row.sudo().write(values)
        with self.assertRaisesRegex(UserError, "can't be deleted"):
            row.sudo().unlink()

    def test_nobody_replaces_the_file(self):
        row = self._request()
        for signed in (False, True):
            if signed:
                self._sign(row)
            file = row._get_document_file()
            for change in (
                {"raw": b"forged"},
                {"res_id": 0},
                {"res_field": False},
            ):
                with (
                    self.subTest(change=change, signed=signed),
                    self.assertRaisesRegex(UserError, "sent to be signed"),
                ):
                    file.write(change)
            with self.assertRaisesRegex(UserError, "sent to be signed"):
                file.unlink()
        self.assertEqual(row.document_check, "equal")

    def test_terms_stay_while_the_client_reads(self):
        self._request()
        contract = self.contract.with_user(self.user_manager)
        line = contract.line_ids
        for values in (
            {"date_end": date(2027, 1, 1)},
            {"due_day": 20},
            {"name": "Another title"},
            {"line_ids": [Command.update(line.id, {"price_unit": 5})]},
            {"line_ids": [Command.update(line.id, {"tax_ids": [Command.clear()]})]},
            {"line_ids": [Command.create({"product_id": self.extra_service.id})]},
            {"line_ids": [Command.delete(line.id)]},
        ):
            with (
                self.subTest(values=values),
                self.assertRaisesRegex(UserError, "withdraw the request"),
                self.env.cr.savepoint(),
            ):
                contract.write(values)
        # the same again is no change
        contract.write({"name": contract.name, "date_start": "2026-01-01"})
        contract.responsible_id = self.user_admin_hub

    def test_terms_stay_once_signed(self):
        row = self._request()
        self._sign(row)
        contract = self.contract.with_user(self.user_manager)
        contract.action_activate()
        line = contract.line_ids
        for values in (
            {"recurring_interval": 3},
            {"line_ids": [Command.update(line.id, {"price_unit": 5})]},
            {"line_ids": [Command.update(line.id, {"quantity": 5})]},
            {"line_ids": [Command.create({"product_id": self.extra_service.id})]},
            {"line_ids": [Command.delete(line.id)]},
        ):
            with (
                self.subTest(values=values),
                self.assertRaisesRegex(UserError, "was signed by Paula Azul"),
                self.env.cr.savepoint(),
            ):
                contract.write(values)
        with self.assertRaises(UserError):
            contract.body_html = "<p>Another text</p>"
        # its end is a matter of renewal and ending
        contract.date_end = date(2030, 12, 31)
        line.date_end = date(2028, 12, 31)
        line.sequence = 20
        copy = contract.copy()
        self.assertEqual(copy.state, "draft")
        copy.line_ids.price_unit = 5

    def test_signed_is_never_written_anew(self):
        row = self._request()
        self._sign(row)
        contract = self.contract.with_user(self.user_manager)
        contract.action_cancel()
        with self.assertRaisesRegex(UserError, "was signed by"):
            contract.action_draft()
        with self.assertRaisesRegex(UserError, "can't be deleted"):
            contract.unlink()

    def test_unsigned_goes_with_its_contract(self):
        row = self._request()
        file = row._get_document_file()
        contract = self.contract.with_user(self.user_manager)
        contract.action_cancel()
        contract.unlink()
        self.assertFalse(row.exists() or file.exists())

    def test_an_adjustment_still_changes_the_price(self):
        """What the contract agrees on about prices is no change of the contract."""
        self.contract.write({"adjustment_rule": "fixed", "adjustment_percent": 4.5})
        row = self._request()
        self._sign(row)
        with freeze_time("2026-11-15"):
            self.contract.with_user(self.user_manager).action_activate()
            proposal = self.contract._propose_adjustments()
            proposal = proposal.with_user(self.user_manager)
            proposal.action_review()
            proposal.action_apply()
        self.assertEqual(self.contract.line_ids.price_unit, 1045)
        self.assertEqual(row.document_check, "equal")

    # --- paper ---

    def _attach(self, contract, **values):
        wizard = (
            self.env["client.contract.approve.wizard"]
            .with_user(self.user_manager)
            .create(
                {
                    "contract_id": contract.id,
                    "contact_id": self.contact_a.id,
                    "date": date(2026, 1, 15),
                    "signed_document": PDF,
                    "signed_filename": "../signed.pdf",
                    **values,
                }
            )
        )
        wizard.action_confirm()
        return contract.signature_ids

    def test_attach_paper(self):
        row = self._attach(self.contract, activate=False)
        self.assertRecordValues(
            row,
            [
                {
                    "method": "paper",
                    "state": "signed",
                    "signed_name": "Paula Azul",
                    "date_signed": date(2026, 1, 15),
                    "document": PDF,
                    "document_name": "signed.pdf",
                    "document_check": "equal",
                    "user_id": self.user_manager.id,
                }
            ],
        )
        self.assertRecordValues(
            self.contract,
            [
                {
                    "state": "approved",
                    "date_approved": date(2026, 1, 15),
                    "approved_contact_id": self.contact_a.id,
                }
            ],
        )
        self.assertIn("Signed on paper", self.contract.approval_note)
        with self.assertRaisesRegex(UserError, "was signed by"):
            self.contract.with_user(self.user_manager).line_ids.price_unit = 3
        with self.assertRaises(UserError):
            row._get_document_file().with_user(self.user_admin_hub).sudo().unlink()
        history = self.env["client.history"].search(
            [("client_id", "=", self.client_a.id), ("note", "ilike", "on paper")]
        )
        self.assertIn(row.fingerprint, history.note)

    def test_attach_paper_later(self):
        running = self._create_contract()
        self._attach(running)
        self.assertEqual(running.state, "running")
        self.assertEqual(running.signature_ids.method, "paper")

    def test_attach_refused(self):
        with self.assertRaisesRegex(ValidationError, "programs"):
            self._attach(self.contract, signed_filename="signed.exe")
        with self.assertRaisesRegex(ValidationError, "Choose the file"):
            self._attach(self._create_contract(), signed_document=False)
        self.assertEqual(self.contract.state, "draft")

    # --- who sees ---

    def test_roles(self):
        row = self._request()
        colleague, portal_colleague = self._create_contact(self.client_a, "Carla Azul")
        _own, portal_own = self._create_contact(
            self.client_a, "Olga Azul", portal_scope="own"
        )
        expected = {
            self.user_manager: True,
            self.user_accountant: True,
            self.user_creation: False,
            self.portal_a: True,
            portal_colleague: True,
            portal_own: False,
            self.portal_b: False,
        }
        for user, readable in expected.items():
            with self.subTest(user=user.login):
                self.env.invalidate_all()
                self.assertEqual(row.with_user(user).has_access("read"), readable)
                self.assertFalse(row.with_user(user).has_access("write"))
        self.client_a.client_restricted = True
        self.env.invalidate_all()
        self.assertFalse(row.with_user(self.user_outsider).has_access("read"))
        with self.assertRaises(AccessError):
            row.with_user(self.user_outsider)._get_document_file().with_user(
                self.user_outsider
            ).sudo(False).read(["datas"])

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_certificate(self):
        row = self._request()
        self._sign(row)
        html = self.env["ir.actions.report"]._render_qweb_html(
            "client_hub.action_report_client_contract_signature", row.ids
        )[0]
        text = html.decode()
        for fact in (
            row.fingerprint,
            "Paula Azul",
            "203.0.113.7",
            self.contract.number,
            "stored file has this",
            DRAWN[:20],
        ):
            with self.subTest(fact=fact):
                self.assertIn(fact, text)
        with self.assertRaises(AccessError):
            self.env["ir.actions.report"].with_user(self.portal_b)._render_qweb_html(
                "client_hub.action_report_client_contract_signature", row.ids
            )
