"""A temporary agreement, from the contract to pre-billing, in the browser."""

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.tests import HttpCase, tagged

from .common_contract import ContractCommon


@tagged("post_install", "-at_install")
class TestTourOverlay(ContractCommon, HttpCase):
    def test_discount_on_a_billed_contract(self):
        """The account manager agrees and sees it; the accountant finds the cause."""
        self.service.taxes_id = False
        month = fields.Date.start_of(fields.Date.today(), "month")
        contract = self._create_contract(date_start=month - relativedelta(months=2))
        self._bill(contract.entry_ids.filtered(lambda e: e.date_due < month))
        self.start_tour(
            f"/odoo/client-contracts/{contract.id}",
            "client_hub_contract_overlay",
            login=self.user_manager.login,
        )
        agreed = contract.overlay_ids
        self.assertEqual((agreed.state, agreed.discount), ("confirmed", 10.0))
        self.assertEqual(agreed.confirmed_by_id, self.user_manager)
        amounts = {
            (entry.kind, entry.period_start): entry.amount
            for entry in contract.entry_ids
        }
        last, following = (month + relativedelta(months=n) for n in (-1, 1))
        self.assertEqual(amounts["difference", last], -100.0)
        self.assertEqual(amounts["recurring", last], 1000.0)
        self.assertEqual(amounts["recurring", month], 900.0)
        self.assertEqual(amounts["recurring", following], 900.0)
        self.assertEqual(
            amounts["recurring", following + relativedelta(months=1)], 1000.0
        )
        self.start_tour(
            "/odoo/client-prebilling",
            "client_hub_contract_overlay_billing",
            login=self.user_accountant.login,
        )
