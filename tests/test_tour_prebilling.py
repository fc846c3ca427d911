"""The accountant's month in the browser."""

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.tests import HttpCase, tagged

from .common_contract import ContractCommon


@tagged("post_install", "-at_install")
class TestTourPrebilling(ContractCommon, HttpCase):
    def test_accountant_checks_and_bills(self):
        """From Invoicing: differences by cause, why, adjust with a reason, bill."""
        self.service.taxes_id = False
        month = fields.Date.start_of(fields.Date.today(), "month")
        contract = self._create_contract(
            name="Communication fee",
            date_start=month - relativedelta(months=2),
            lines=[
                {},
                {"name": "Hosting", "price_unit": 250.0},
                {"name": "Newsletter", "price_unit": 500.0},
            ],
        )
        before = contract.entry_ids.filtered(lambda e: e.date_due < month)
        self._bill(before)
        fee, _hosting, newsletter = contract.line_ids
        fee.price_unit = 1200.0
        newsletter.date_end = month - relativedelta(days=1)
        due = contract.entry_ids.filtered(
            lambda entry: entry.date_due == month and entry.state == "ready"
        )
        self.assertEqual(len(due), 2)
        self.start_tour(
            "/odoo", "client_hub_prebilling", login=self.user_accountant.login
        )
        self.assertEqual(set(due.mapped("state")), {"billed"})
        self.assertEqual(set(due.invoice_line_ids.mapped("parent_state")), {"posted"})
        adjusted = due.filtered("is_adjusted")
        self.assertEqual(adjusted.line_id, fee)
        self.assertEqual(adjusted.amount_billed, 1150.0)
        self.assertEqual(adjusted.decision_reason, "Agreed by phone")
        self.assertEqual(adjusted.decision_user_id, self.user_accountant)

    def test_accountant_bills_all_due(self):
        """The dialog closes over the invoices; the list it came from is gone."""
        month = fields.Date.start_of(fields.Date.today(), "month")
        contract = self._create_contract(date_start=month)
        self.start_tour(
            "/odoo/client-prebilling",
            "client_hub_bill_due",
            login=self.user_accountant.login,
        )
        first = contract.entry_ids.sorted("date_due")[:1]
        self.assertEqual(first.state, "billed")
