"""A contract from its template to its end, in the browser."""

from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from .common_contract import ContractCommon


@tagged("post_install", "-at_install")
class TestTourContractLife(ContractCommon, HttpCase):
    def test_account_manager_from_template_to_end(self):
        # the tour reads English names
        self.service.taxes_id = False
        self.env["client.contract.template"].create(
            {
                "name": "Year of fees",
                "term_months": 12,
                "body_html": '<p>Between us and <t t-out="object.client_id.name"/></p>',
                "line_ids": [
                    Command.create({"product_id": self.service.id, "price_unit": 1000})
                ],
            }
        )
        self.start_tour(
            "/odoo/client-contracts",
            "client_hub_contract_life",
            login=self.user_manager.login,
        )
        contract = self.env["client.contract"].search(
            [("client_id", "=", self.client_a.id)]
        )
        self.assertEqual(contract.state, "ended")
        self.assertEqual(contract.notice_note, "By e-mail")
        self.assertEqual(contract.date_end, contract.notice_date_end)
        self.assertEqual(contract.history_note_ids.author_id, self.user_manager)
        self.assertFalse(
            contract.entry_ids.filtered(lambda e: e.period_start > contract.date_end)
        )
