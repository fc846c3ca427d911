"""The history of a contract: automatic rows, manual entries, on paper."""

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, freeze_time, tagged

from .common_contract import ContractCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-02-15")
class TestContractHistory(ContractCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contract = cls._create_contract()
        cls.other = cls._create_contract(name="Another one")

    def _rows(self, contract=None, user=None):
        self.env.cr.precommit.run()
        history = self.env["client.history"].with_user(user or self.user_manager)
        return history.search([("contract_ids", "=", (contract or self.contract).id)])

    def _write_note(self, user=None, **values):
        """Write a manual entry through its form."""
        model = self.env["client.history.note"].with_user(user or self.user_manager)
        form = Form(model.with_context(default_contract_id=self.contract.id))
        form.name = values.get("name", "Call")
        form.body = values.get("body", "They want more")
        return form.save()

    def test_everything_of_the_contract_and_nothing_else(self):
        contract = self.contract.with_user(self.user_manager)
        contract.line_ids.price_unit = 1200.0
        contract.action_suspend("Unpaid")
        entry = contract.sudo().entry_ids[0]
        self.env["client.contract.entry.wizard"].with_user(self.user_manager).create(
            {
                "entry_ids": [Command.set(entry.ids)],
                "action": "skip",
                "reason": "Gift",
            }
        ).action_confirm()
        self.other.name = "Renamed"
        rows = self._rows()
        models = set(rows.mapped("model"))
        self.assertLessEqual(
            {"client.contract", "client.contract.line", "client.contract.entry"}, models
        )
        text = "\n".join(rows.mapped("summary"))
        self.assertIn("1200", text)
        self.assertIn("Unpaid", text)
        self.assertIn("Gift", text)
        self.assertNotIn("Renamed", text)
        self.assertIn("Renamed", "\n".join(self._rows(self.other).mapped("summary")))

    def test_invoices_are_told(self):
        self._bill(self._get_due(self.contract, self.contract.date_start))
        rows = self._rows().filtered(lambda row: row.model == "account.move")
        self.assertTrue(rows)

    def test_an_invoice_over_several_contracts_is_in_each_history(self):
        entries = self._get_due(self.contract, self.contract.date_start)
        entries |= self._get_due(self.other, self.other.date_start)
        self._bill(entries, group_by="client", post="post")
        [move] = entries.invoice_line_ids.move_id
        for contract in (self.contract, self.other):
            with self.subTest(contract=contract.name):
                rows = self._rows(contract)
                told = rows.filtered(
                    lambda row: row.model == "account.move" and row.res_id == move.id
                )
                self.assertTrue(told)
                self.assertEqual(told[0].contract_ids, self.contract | self.other)
                report = self.env["report.client_hub.report_client_history"]
                printed = report._get_rows(
                    self.client_a, {"contract_id": contract.id}
                )
                self.assertIn(move.name, [row["name"] for row in printed])
        alone = self._create_contract(name="No invoice")
        self.assertNotIn("account.move", self._rows(alone).mapped("model"))

    def test_what_was_deleted_stays(self):
        contract = self._create_contract(approve=False, lines=[{}, {"name": "Extra"}])
        contract.line_ids[1].unlink()
        row = self._rows(contract).filtered(lambda row: row.action == "unlink")
        self.assertEqual(row.model, "client.contract.line")

    def test_manual_entry_with_versions(self):
        long = "word " * 400
        note = self._write_note(body=long)
        self.assertEqual(note.author_id, self.user_manager)
        self.assertEqual(note.client_id, self.client_a)
        self.env.cr.precommit.run()
        note.body = "Shorter"
        self.env.cr.precommit.run()
        self.env.invalidate_all()
        versions = note.version_ids.sorted("sequence")
        self.assertEqual(versions.mapped("action"), ["create", "write"])
        self.assertIn(long.strip(), versions[0].summary)
        self.assertIn("Shorter", versions[1].summary)
        self.assertEqual(set(versions.mapped("kind")), {"manual"})
        self.assertLessEqual(versions, self._rows())
        self.assertFalse(self.env["client.history"]._verify_chain(self.client_a))

    def test_only_the_author_changes_it(self):
        note = self._write_note()
        for user in (self.user_accountant, self.user_admin_hub, self.user_outsider):
            with self.subTest(user=user.login):
                self.env.invalidate_all()
                theirs = note.with_user(user)
                self.assertEqual(theirs.name, "Call")
                self.assertFalse(theirs.is_mine)
                with self.assertRaisesRegex(AccessError, "only its author"):
                    theirs.body = "Other"
                with self.assertRaises(AccessError):
                    theirs.unlink()
        with self.assertRaises(AccessError):
            note.author_id = self.user_accountant
        # an accountant writes in his own name
        values = {
            "contract_id": self.contract.id,
            "name": "Mine",
            "author_id": self.user_manager.id,
        }
        mine = self.env["client.history.note"].with_user(self.user_accountant)
        self.assertEqual(mine.create(values).author_id, self.user_accountant)

    def test_who_does_not_read_it(self):
        note = self._write_note()
        for user in (self.user_creation, self.user_traffic, self.portal_a):
            with self.subTest(user=user.login):
                self.env.invalidate_all()
                with self.assertRaises(AccessError):
                    note.with_user(user).read(["name"])
        for user in (self.user_creation, self.user_traffic):
            self.assertFalse(self._rows(user=user))
        self.client_a.client_restricted = True
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            note.with_user(self.user_outsider).read(["name"])

    def test_print_all(self):
        self._write_note(name="Call about the fee")
        self.other.name = "Renamed"
        self.env.cr.precommit.run()
        contract = self.contract.with_user(self.user_manager)
        action = contract.action_print_history()
        html, _kind = (
            self.env["ir.actions.report"]
            .with_user(self.user_manager)
            ._render_qweb_html(
                "client_hub.report_client_history", self.client_a.ids, action["data"]
            )
        )
        text = html.decode()
        self.assertIn("Contract history", text)
        self.assertIn("Call about the fee", text)
        self.assertIn(self.contract.number, text)
        self.assertNotIn("Renamed", text)
        with self.assertRaises(AccessError):
            self.contract.with_user(self.user_creation).action_print_history()
        with self.assertRaises(AccessError):
            self.env["ir.actions.report"].with_user(
                self.user_creation
            )._render_qweb_html(
                "client_hub.report_client_history", self.client_a.ids, action["data"]
            )
