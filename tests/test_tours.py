"""The main jobs in the browser, as the people do them."""

from odoo.tests import HttpCase, tagged

from .common_contract import ContractCommon


@tagged("post_install", "-at_install")
class TestTours(ContractCommon, HttpCase):
    def test_account_manager_agrees_a_contract(self):
        # the tour reads English names
        self.service.taxes_id = False
        self.start_tour(
            "/odoo", "client_hub_account_manager", login=self.user_manager.login
        )
        contract = self.env["client.contract"].search(
            [("client_id", "=", self.client_a.id)]
        )
        self.assertEqual(contract.state, "running")
        self.assertEqual(contract.responsible_id, self.user_manager)
        self.assertEqual(len(contract.entry_ids), 12)
        self.assertEqual(set(contract.entry_ids.mapped("amount")), {1000.0})

    def test_accountant_bills_from_invoicing(self):
        contract = self._create_contract(name="Communication fee")
        self.start_tour(
            "/odoo/client-prebilling",
            "client_hub_accountant",
            login=self.user_accountant.login,
        )
        billed = contract.entry_ids.filtered(lambda entry: entry.state == "billed")
        self.assertTrue(billed)
        self.assertEqual(
            set(billed.invoice_line_ids.mapped("parent_state")), {"posted"}
        )
