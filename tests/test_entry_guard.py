"""What nobody does to an entry by RPC: forge it, decide without a reason, delete it."""

from ast import literal_eval
from datetime import date

from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from odoo.addons.client_hub.models.client_contract_entry_guard import SYSTEM

from .common_overlay import OverlayCommon

FORGERIES = [
    {"written_off": True},
    {"skipped": True},
    {"is_adjusted": True, "amount_adjusted": 1.0},
    {"amount_scheduled": 1.0},
    {"derivation": {"amount": 1.0}},
    {"date_due": date(2030, 1, 1)},
    {"postponed_from": date(2026, 1, 1)},
    {"period_end": date(2026, 3, 2)},
    {"price_unit": 1.0},
    {"name": "Something else"},
    {"decision_user_id": 1, "decision_reason": "He said so"},
    {"billing_run_id": False},
    {"billing_chunk": 7},
    {"billing_error": "Broken"},
]


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10")
class TestEntryGuard(OverlayCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2026-03-10"):
            cls.contract = cls._create_contract()
            cls.entry = cls.contract.entry_ids.sorted("period_start")[2]

    def test_nothing_is_written_by_rpc(self):
        for user in (self.user_manager, self.user_accountant):
            # a context of the caller's own opens nothing
            entry = self.entry.with_user(user).with_context(
                client_entry_system=True, client_entry_restore=True
            )
            for values in FORGERIES:
                before = self.entry.read(list(values))
                with (
                    self.subTest(user=user.login, **values),
                    self.assertRaises(AccessError),
                    self.cr.savepoint(),
                ):
                    entry.write(values)
                self.env.invalidate_all()
                self.assertEqual(self.entry.read(list(values)), before)
            # nor by the way that translates a field
            with self.assertRaises(AccessError), self.cr.savepoint():
                entry.update_field_translations("billing_error", {"en_US": "Broken"})

    def test_no_entry_is_made_by_rpc(self):
        [values] = self.entry.copy_data({"kind": "extra", "line_id": False})
        for user in (self.user_manager, self.user_accountant):
            with self.assertRaises(AccessError), self.cr.savepoint():
                self.env["client.contract.entry"].with_user(user).create(dict(values))

    def test_no_entry_is_deleted(self):
        before = len(self.contract.entry_ids)
        with (
            self.assertRaisesRegex(UserError, "skip it or write it off"),
            self.cr.savepoint(),
        ):
            self.entry.with_user(self.user_manager).unlink()
        with self.assertRaises(AccessError), self.cr.savepoint():
            self.entry.with_user(self.user_accountant).unlink()
        self.env.invalidate_all()
        self.assertEqual(len(self.contract.entry_ids), before)

    def test_a_decision_says_who_and_why(self):
        for user in (self.user_manager, self.user_accountant):
            self.env["client.contract.entry.wizard"].with_user(user).create(
                {
                    "entry_ids": [(6, 0, self.entry.ids)],
                    "action": "adjust",
                    "amount": 900.0,
                    "reason": f"Agreed with {user.name}",
                }
            ).action_confirm()
            self.assertEqual(self.entry.decision_user_id, user)
            self.assertEqual(self.entry.decision_reason, f"Agreed with {user.name}")
            self.assertEqual(self.entry.amount, 900.0)
        self.env.cr.precommit.run()
        logged = self.env["client.history"].search(
            [("model", "=", "client.contract.entry"), ("res_id", "=", self.entry.id)]
        )
        self.assertEqual(logged.user_id, self.user_manager | self.user_accountant)

    def test_the_right_to_write_is_not_lent(self):
        """What a dialog may write stays in its own call."""
        self.assertFalse(self.entry.with_user(self.user_manager)._is_system())
        self.assertIsNot(SYSTEM, True)

    def test_a_run_keeps_the_rights_of_who_started_it(self):
        runs = self.env["client.billing.run"].with_user(self.user_accountant)
        run = runs.create({})
        self.assertEqual(run.user_id, self.user_accountant)
        for user in (self.env.ref("base.user_root"), self.user_manager):
            with self.assertRaises(AccessError), self.cr.savepoint():
                run.write({"user_id": user.id})
            with self.assertRaises(AccessError), self.cr.savepoint():
                runs.create({"user_id": user.id})
            lent = runs.with_context(default_user_id=user.id).create({})
            self.assertEqual(lent.user_id, self.user_accountant)

    def test_an_incomplete_address_is_a_sentence(self):
        """Odoo's question with a button is no crash of the run."""
        self.env.company.client_invoice_address = True
        client = self.contract.client_id
        client.write({"street": False, "zip": False, "city": False})
        self._bill(self.entry)
        self.assertEqual(self.entry.state, "ready")
        self.assertIn(client.name, self.entry.billing_error)
        self.assertNotIn("unforeseen", self.entry.billing_error)
        self.assertNotIn("{", self.entry.billing_error)

    def test_list_of_entries_opens_with_what_is_to_be_billed(self):
        contract = self.contract
        billed = self._get_due(contract, date(2026, 1, 31))
        self._bill(billed)
        entries = self.env["client.contract.entry"].with_user(self.user_accountant)
        arch = etree.fromstring(entries.get_view(view_type="search")["arch"])
        shown = arch.xpath("//filter[@name='not_billed_yet']/@domain")
        found = entries.search(
            [("contract_id", "=", contract.id), *literal_eval(shown[0])]
        )
        self.assertEqual(found, contract.entry_ids - billed)
