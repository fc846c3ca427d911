"""Taking back the last import: what goes, what stays and why, and who may."""

import datetime

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .common_import import ClientImportCommon
from .test_client_import_contracts import CONTRACT, ENTRY
from .test_client_workbook import CLIENT

RITA = {"Client number*": "X1", "Name*": "Rita", "E-mail": "rita@x.pt"}
DEPOT = {"Client number*": "X1", "Kind*": "delivery", "Name": "Depot"}


@tagged("post_install", "-at_install")
class TestClientImportUndo(ClientImportCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.fee = cls.env["product.product"].create(
            {"name": "Monthly fee", "default_code": "FEE", "type": "service"}
        )
        cls.fee.taxes_id = False

    def _undo(self, record):
        """Look, then take back; both must say the same."""
        record.action_check_undo()
        trial = self._undo_lines(record)
        self.assertEqual(record.state, "done")
        record.action_undo()
        self.assertEqual(record.state, "undone")
        self.assertEqual(self._undo_lines(record), trial)
        return trial

    def _undo_lines(self, record):
        return [(line.level, line.name, line.message or "") for line in record.undo_ids]

    def _levels(self, record):
        return {line.name: line.level for line in record.undo_ids}

    # ------------------------------------------------------------------
    # WHAT
    # ------------------------------------------------------------------

    def test_what_was_made_goes_without_a_trace_but_the_history(self):
        tags = self.env["res.partner.category"]
        before = self.env["res.partner"].search_count([])
        client = {**CLIENT, "Tags": "Only here", "Sector": "Only here as well"}
        record = self._run([client], [DEPOT], [{**RITA, "Roles": "Only decides"}])
        made = self._client("X1")
        self.env.cr.flush()
        record.action_check_undo()
        self.assertEqual(self._client("X1"), made)
        self.assertEqual(len(made.child_ids), 2)
        self.assertEqual(set(self._levels(record).values()), {"removed"})
        self.assertIn("3 deleted", record.undo_text)
        record.action_undo()
        self.assertFalse(made.exists())
        self.assertEqual(self.env["res.partner"].search_count([]), before)
        self.assertFalse(tags.search([("name", "=", "Only here")]))
        self.assertFalse(
            self.env["client.contact.role"].search([("name", "=", "Only decides")])
        )
        self.assertEqual(record.undone_by_id, self.user_manager)
        self.env.cr.flush()
        rows = self.env["client.history"].search([("client_id", "=", made.id)])
        self.assertIn("unlink", rows.mapped("action"))

    def test_what_was_changed_is_put_back_unless_somebody_changed_it_since(self):
        first = {**CLIENT, "City": "Porto", "Phone": "+351 1", "Tags": "Old"}
        self._run([first], [], [RITA], [{"Client number*": "X1"}])
        client = self._client("X1")
        record = self._run(
            [{**CLIENT, "City": "Lisboa", "Phone": "+351 2", "Tags": "New;Old"}],
            [],
            [{**RITA, "Job position": "Buyer"}],
            [{"Client number*": "X1", "Assistants": "hub_creation"}],
        )
        client.city = "Braga"
        lines = self._undo(record)
        self.assertEqual(client.city, "Braga")
        self.assertEqual(client.phone, "+351 1")
        self.assertEqual(client.category_id.mapped("name"), ["Old"])
        self.assertFalse(client.assistant_ids)
        self.assertFalse(client.child_ids.function)
        text = "\n".join(message for _level, _name, message in lines)
        self.assertIn("City was changed since: it stays.", text)
        self.assertIn("Phone: +351 2 → +351 1", text)
        self.assertEqual({level for level, *_rest in lines}, {"restored"})

    def test_what_was_used_since_is_archived_and_says_why(self):
        record = self._run(
            [
                CLIENT,
                {**CLIENT, "Client number*": "X2", "Trade name*": "Busy"},
                {**CLIENT, "Client number*": "X3", "Trade name*": "Edited"},
            ],
            [],
            [RITA, {**RITA, "Client number*": "X2"}],
        )
        busy, edited, free = (self._client(number) for number in ("X2", "X3", "X1"))
        self.env["sale.order"].create({"partner_id": busy.id})
        self.env.cr.flush()
        edited.with_user(self.user_admin_hub).city = "Braga"
        self.env.cr.flush()
        self._undo(record)
        self.assertFalse(free.exists())
        self.assertEqual((busy.exists(), busy.active), (busy, False))
        self.assertFalse(edited.active)
        self.assertFalse(busy.child_ids)
        message = {line.name: line.message for line in record.undo_ids}
        self.assertIn("Sales Order", message["X2 Busy"])
        self.assertIn("Hub Admin", message["X3 Edited"])
        self.assertEqual(self._levels(record)["X2 Busy"], "archived")

    @freeze_time("2026-11-22")
    def test_contracts_and_entries_go_unless_they_were_billed(self):
        second = {**CONTRACT, "Contract number*": "K-2"}
        record = self._run([CLIENT], [], [], [], [CONTRACT, second], [ENTRY])
        contract, billed = self._contract("K-1"), self._contract("K-2")
        client = contract.client_id
        self.assertTrue(contract.entry_ids)
        entry = billed.entry_ids.filtered(lambda e: e.state == "ready")[:1]
        self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": client.id,
                "invoice_line_ids": [
                    (0, 0, {"name": "Fee", "client_entry_id": entry.id})
                ],
            }
        )
        self._undo(record)
        self.assertFalse(contract.exists(), record.undo_ids.mapped("message"))
        self.assertEqual(billed.exists().state, "running")
        # its contract goes on, so the client does, too
        self.assertTrue(client.exists() and client.active)
        levels = self._levels(record)
        self.assertEqual(levels["K-1 Fee 2026"], "removed")
        self.assertEqual(levels["K-2 Fee 2026"], "kept")
        self.assertEqual(levels["X1 Acme"], "kept")

    @freeze_time("2026-11-22")
    def test_a_changed_contract_is_put_back(self):
        self._run([CLIENT], [], [], [], [CONTRACT])
        contract = self._contract("K-1")
        record = self._run(
            [CLIENT],
            [],
            [],
            [],
            [
                {**CONTRACT, "Unit price": 700, "End": datetime.date(2027, 6, 30)},
                {**CONTRACT, "Description": "More", "Unit price": 5},
            ],
            [{**ENTRY, "Product": "FEE"}],
        )
        self.assertEqual(contract.amount_untaxed, 1410)
        self._undo(record)
        self.assertEqual(contract.amount_untaxed, 1000)
        self.assertFalse(contract.date_end)
        self.assertEqual(contract.state, "running")
        self.assertEqual(set(contract.entry_ids.mapped("kind")), {"recurring"})

    # ------------------------------------------------------------------
    # WHICH AND WHO
    # ------------------------------------------------------------------

    def test_only_the_last_import_and_once(self):
        first = self._run([CLIENT])
        second = self._run([{**CLIENT, "City": "Porto"}])
        self.assertFalse(first.can_undo)
        with self.assertRaisesRegex(UserError, "Only the last import"):
            first.action_check_undo()
        with self.assertRaisesRegex(UserError, "Look first"):
            second.action_undo()
        self._undo(second)
        self.assertFalse(self._client("X1").city)
        with self.assertRaisesRegex(UserError, "taken back already"):
            second.action_check_undo()
        with self.assertRaisesRegex(UserError, "taken back already"):
            second.action_undo()
        with self.assertRaisesRegex(UserError, "imported already"):
            second.action_import()
        # now the first is the last one that stands
        first.invalidate_recordset()
        self.assertTrue(first.can_undo)
        self._undo(first)
        self.assertFalse(self._client("X1"))

    def test_nothing_to_take_back_before_the_import(self):
        record = self._check([CLIENT])
        with self.assertRaisesRegex(UserError, "Nothing was imported"):
            record.action_check_undo()

    def test_another_company_does_not_count(self):
        record = self._run([CLIENT])
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self._run([{**CLIENT, "Client number*": "X2"}]).sudo().company_id = other
        record.invalidate_recordset()
        self.assertTrue(record.can_undo)

    def test_who_may(self):
        record = self._run([CLIENT])
        for user in (
            self.user_outsider,
            self.user_traffic,
            self.user_accountant,
            self.portal_a,
        ):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                record.with_user(user).action_check_undo()
        record.with_user(self.user_admin_hub).action_check_undo()
        record.with_user(self.user_admin_hub).action_undo()
        self.assertFalse(self._client("X1"))
        self.assertEqual(record.undone_by_id, self.user_admin_hub)

    def test_a_client_restricted_since_is_for_an_administrator(self):
        record = self._run([CLIENT], user=self.user_outsider)
        client = self._client("X1")
        client.account_manager_id = self.user_manager
        client.client_restricted = True
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "ask a Client Hub administrator"):
            record.action_check_undo()
        self.assertTrue(client.exists())

    def test_what_it_was_before_is_not_read_by_anybody(self):
        self._run([CLIENT])
        record = self._run([{**CLIENT, "City": "Porto"}])
        line = record.line_ids.filtered(lambda line: line.level == "changed")
        self.assertTrue(line.sudo().changes)
        for user in (self.user_manager, self.user_admin_hub):
            with self.assertRaises(AccessError):
                line.with_user(user).read(["changes"])
