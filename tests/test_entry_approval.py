"""Entries that need the client's approval before they are billed."""

from ast import literal_eval
from datetime import date, datetime

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .common_contract import ContractCommon

FEBRUARY = date(2026, 2, 28)


@tagged("post_install", "-at_install")
@freeze_time("2026-02-15 10:00:00")
class TestEntryApproval(ContractCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2026-02-15 10:00:00"):
            cls.contract = cls._create_contract(entry_approval_required=True)
        cls.entries = cls.contract.entry_ids.sorted("date_due")

    def _as(self, user, entries=None):
        self.env.invalidate_all()
        return (self.entries[:2] if entries is None else entries).with_user(user)

    def test_approve_and_take_back(self):
        self.assertEqual(set(self.entries.mapped("state")), {"open"})
        entries = self._as(self.user_manager)
        entries.action_approve()
        self.assertEqual(entries.mapped("state"), ["ready", "ready"])
        self.assertEqual(entries.approved_by_id, self.user_manager)
        self.assertEqual(
            set(entries.mapped("approved_date")), {datetime(2026, 2, 15, 10)}
        )
        self.assertEqual(self.entries[2].state, "open")
        entries[0].action_unapprove()
        self.assertEqual(entries.mapped("state"), ["open", "ready"])
        self.assertFalse(entries[0].approved_by_id or entries[0].approved_date)

    def test_second_approval_keeps_the_first(self):
        self._as(self.user_manager, self.entries[0]).action_approve()
        self._as(self.user_admin_hub).action_approve()
        self.assertEqual(self.entries[0].approved_by_id, self.user_manager)
        self.assertEqual(self.entries[1].approved_by_id, self.user_admin_hub)

    def test_others_do_not_approve(self):
        for user in (self.user_accountant, self.user_traffic, self.user_creation):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self._as(user).action_approve()
        with self.assertRaises(AccessError):
            self._as(self.user_accountant).write({"approved": True})

    def test_who_and_when_are_not_written_by_hand(self):
        with self.assertRaises(AccessError):
            self._as(self.user_manager).write(
                {"approved_by_id": self.user_admin_hub.id}
            )
        with self.assertRaises(AccessError):
            self._as(self.user_manager).write({"approved_date": "2026-01-01 00:00:00"})

    def test_portal_contact_is_recorded(self):
        # as the portal does after its own access check
        self._as(self.portal_a, self.entries[0]).sudo().action_approve()
        self.assertEqual(self.entries[0].approved_by_id, self.portal_a)
        self.assertEqual(self.entries[0].state, "ready")

    def test_billed_entry_keeps_its_approval(self):
        self.entries[0].action_approve()
        self._bill(self.entries[0])
        with self.assertRaisesRegex(UserError, "on an invoice"):
            self._as(self.user_manager, self.entries[0]).action_unapprove()
        self.assertTrue(self.entries[0].approved)

    def test_another_amount_needs_approval_again(self):
        self.entries[:3].action_approve()
        self.entries[0].write({"is_adjusted": True, "amount_adjusted": 900.0})
        self.contract.line_ids.price_unit = 1000.0  # the same
        self.assertEqual(self.entries[:3].mapped("state"), ["open", "ready", "ready"])
        self._bill(self.entries[1])
        self.contract.line_ids.price_unit = 1200.0
        self.assertEqual(self.entries[:3].mapped("state"), ["open", "billed", "open"])

    def test_other_contracts_do_not_wait(self):
        contract = self._create_contract()
        entry = contract.entry_ids.sorted("date_due")[0]
        entry.action_approve()
        entry.write({"is_adjusted": True, "amount_adjusted": 900.0})
        self.assertEqual(entry.state, "ready")
        self.assertTrue(entry.approved)

    def test_history_tells(self):
        self._as(self.user_manager, self.entries[0]).action_approve()
        self.env.flush_all()
        self.env.cr.precommit.run()
        row = self.env["client.history"].search(
            [("client_id", "=", self.client_a.id), ("kind", "=", "entry")],
            order="id desc",
            limit=1,
        )
        self.assertEqual(row.user_id, self.user_manager)
        self.assertIn("approved", str(row.changes))

    def test_waiting_filter(self):
        self.entries[0].action_approve()
        view = self.env.ref("client_hub.client_contract_entry_view_search")
        domain = view._get_combined_arch().find(".//filter[@name='waiting_approval']")
        found = self.entries.search(literal_eval(domain.get("domain")))
        self.assertEqual(found & self.entries, self.entries[1:])
