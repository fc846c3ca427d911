"""Contracts in the round-up: signatures, amounts to approve, offers to answer."""

from datetime import timedelta

from odoo import fields
from odoo.tests import freeze_time, tagged

from .common_signature import SignatureCommon


@tagged("post_install", "-at_install")
class TestRoundUpContracts(SignatureCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.client_a.client_portal_access = "yes"
        cls.colleague, __ = cls._create_contact(cls.client_a, "Carla Azul")
        people = cls.contact_a | cls.colleague | cls.user_manager.partner_id
        people.write({"tz": "UTC", "client_reminder_hour": 0})

    def _run_cron(self, name, days):
        last = max(self._mails().ids, default=0)
        moment = fields.Datetime.now() + timedelta(days=days)
        with freeze_time(moment), self.enter_registry_test_mode():
            self.env.ref(f"client_hub.{name}").method_direct_trigger()
        self.env.invalidate_all()
        return self._mails().filtered(
            lambda mail: (
                mail.id > last and self.client_a in mail.recipient_ids.parent_id
            )
        )

    def test_a_signature_is_reminded_of_by_the_round_up(self):
        row = self._request(days=7, reminder=3)
        for day, reminders in ((1, 0), (3, 1), (4, 1), (6, 2)):
            # no mail of its own beside it
            self.assertFalse(self._run_cron("ir_cron_client_contract_signature", day))
            mails = self._run_cron("ir_cron_client_round_up", day)
            with self.subTest(day=day):
                self.assertEqual(len(mails), day in (3, 6))
                self.assertEqual(row.reminder_count, reminders)
                if mails:
                    self.assertEqual(mails.recipient_ids, self.contact_a)
                    self.assertIn(row._get_path(), mails.body_html)
                    self.assertNotIn(row.access_token, mails.body_html)

    def test_amounts_that_wait_for_the_client(self):
        with freeze_time("2026-02-15"):
            contract = self._create_contract(entry_approval_required=True)
        contract.contact_id = self.contact_a
        mails = self._run_cron("ir_cron_client_round_up", 0)
        self.assertEqual(mails.recipient_ids, self.contact_a)
        self.assertIn(f"/my/contracts/{contract.id}", mails.body_html)
        contract.entry_ids.action_approve()
        self.env["client.round.up"].search([]).unlink()
        self.assertFalse(self._run_cron("ir_cron_client_round_up", 0))
