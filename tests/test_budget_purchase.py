"""Purchase orders and expenses use up budgets, where their modules are installed.

See dev/test_modules.txt.
"""

from unittest import SkipTest

from odoo import Command
from odoo.tests import tagged

from .common_job import ClientJobCommon


@tagged("post_install", "-at_install")
class TestBudgetPurchase(ClientJobCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for name in ("purchase.order", "hr.expense"):
            if name not in cls.env:
                # Odoo's own runner has no other database for this file
                raise SkipTest(f"{name} is not installed")
        cls.costs = cls._create_budget(name="Costs", spent_by="costs", amount=1000)
        cls.account = cls.costs.sudo().analytic_account_id

    def _sums(self):
        """Return committed and spent, when the transaction ends."""
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.env.invalidate_all()
        budget = self.costs.sudo()
        return budget.amount_committed, budget.amount_spent

    def _order(self, quantity=10):
        product = self.env["product.product"].create(
            {"name": "Printing", "type": "consu", "purchase_method": "purchase"}
        )
        return self.env["purchase.order"].create(
            {
                "partner_id": self.env["res.partner"].create({"name": "Printer"}).id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_qty": quantity,
                            "price_unit": 30,
                            "tax_ids": [Command.clear()],
                            "analytic_distribution": {str(self.account.id): 100},
                        }
                    )
                ],
            }
        )

    def test_an_order_is_committed_until_its_bill_takes_its_place(self):
        order = self._order()
        self.assertEqual(self._sums(), (0, 0))
        order.button_confirm()
        self.assertEqual(self._sums(), (300, 0))
        order.order_line.product_qty = 20
        self.assertEqual(self._sums(), (600, 0))
        order.action_create_invoice()
        bill = order.invoice_ids
        bill.invoice_line_ids.quantity = 5
        # 15 still ordered, 5 in the draft bill
        self.assertEqual(self._sums(), (600, 0))
        bill.invoice_date = "2026-03-01"
        bill.action_post()
        self.assertEqual(self._sums(), (450, 150))
        bill.button_draft()
        bill.unlink()
        self.assertEqual(self._sums(), (600, 0))
        order.button_cancel()
        self.assertEqual(self._sums(), (0, 0))
        rows = self.costs.sudo().move_ids.filtered(
            lambda row: row.res_model == "purchase.order"
        )
        self.assertEqual(rows[:1].action_open_document()["res_id"], order.id)

    def test_a_posted_expense_is_spent(self):
        employee = self.env["hr.employee"].create(
            {
                "name": "Emil",
                "work_contact_id": self.env["res.partner"].create({"name": "Emil"}).id,
            }
        )
        expense = self.env["hr.expense"].create(
            {
                "name": "Taxi",
                "employee_id": employee.id,
                "product_id": self.env["product.product"]
                .create({"name": "Taxi", "type": "service", "can_be_expensed": True})
                .id,
                "total_amount_currency": 80,
                "tax_ids": [Command.clear()],
                "analytic_distribution": {str(self.account.id): 100},
            }
        )
        expense.action_submit()
        if expense.state != "approved":
            expense.action_approve()
        action = expense.action_post()
        wizard = self.env[action["res_model"]].with_context(**action["context"])
        wizard.create({}).action_post_entry()
        self.assertEqual(self._sums(), (0, 80))
