"""The accountant's look at how clients pay, in the browser."""

from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from .common_renegotiation import RenegotiationCommon


@tagged("post_install", "-at_install")
class TestTourBillingLegend(RenegotiationCommon, HttpCase):
    def test_accountant_finds_legend_statement_and_tab(self):
        """From Invoicing: legend, filter, renegotiation, statement, Billing tab."""
        today = fields.Date.today()
        for amount, days in ((1000.0, -40), (200.0, -10), (50.0, 20)):
            due = today + timedelta(days=days)
            invoice = self._invoice(amount, due, invoice_date=min(due, today))
            if amount == 200.0:
                self._pay(self._item(invoice), amount, due + timedelta(days=2))
        order = self.env["sale.order"].create(
            {
                "partner_id": self.client_a.id,
                "order_line": [
                    Command.create({"product_id": self.product_a.id, "price_unit": 70})
                ],
            }
        )
        self.user_accountant.group_ids |= self.env.ref("sales_team.group_sale_manager")
        self.start_tour(
            "/odoo", "client_hub_billing_legend", login=self.user_accountant.login
        )
        renegotiation = self.env["client.renegotiation"].search(
            [("client_id", "=", self.client_a.id)]
        )
        self.assertEqual(renegotiation.user_id, self.user_accountant)
        self.assertEqual((renegotiation.state, renegotiation.principal), ("draft", 1e3))
        sending = self.env["client.statement.sending"].search(
            [("client_id", "=", self.client_a.id)]
        )
        self.assertEqual(sending.state, "waiting")
        self.assertEqual(order.client_order_ref, "PO 77")
