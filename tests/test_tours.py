"""The main jobs in the browser, as the people do them."""

from odoo import fields
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

    def test_account_manager_adjusts_prices(self):
        start = fields.Date.start_of(fields.Date.today(), "month")
        contract = self._create_contract(
            name="Communication fee",
            date_start=fields.Date.subtract(start, years=1),
            adjustment_rule="fixed",
            adjustment_percent=10,
            responsible_id=self.user_manager.id,
        )
        before = contract.line_ids.price_unit
        self.start_tour(
            "/odoo", "client_hub_price_adjustment", login=self.user_manager.login
        )
        adjustment = contract.adjustment_ids
        self.assertEqual(adjustment.state, "applied")
        self.assertEqual(adjustment.line_ids.reason, "Agreed with the client")
        self.assertAlmostEqual(adjustment.line_ids.price_proposed, before * 1.1)
        self.assertEqual(contract.line_ids.price_unit, 1080)
