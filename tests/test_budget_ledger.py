"""What is booked: bills, hours and invoices in the ledger of a budget."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common_job import ClientJobCommon


@tagged("post_install", "-at_install")
class TestBudgetLedger(ClientJobCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.media = cls._create_budget(name="Media", spent_by="costs")
        cls.account = cls.media.sudo().analytic_account_id
        cls.employee = cls.env["hr.employee"].create(
            {
                "name": "Caio",
                "user_id": cls.user_creation.id,
                "company_id": cls.company.id,
                "hourly_cost": 50,
            }
        )

    def _flush(self):
        """End the transaction as far as the ledger notices."""
        self.env.cr.flush()

    def _create_bill(self, amount, move_type="in_invoice", account=None, **line):
        account = account or self.account
        if not line.get("client_job_id"):
            line.setdefault("analytic_distribution", {str(account.id): 100})
        return self.env["account.move"].create(
            {
                "move_type": move_type,
                "partner_id": self.partner_a.id,
                "invoice_date": "2026-01-15",
                "ref": "Films & Co",
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Shooting",
                            "price_unit": amount,
                            "quantity": 1,
                            "tax_ids": [],
                            **line,
                        }
                    )
                ],
            }
        )

    def _log_hours(self, job, hours):
        return self.env["account.analytic.line"].create(
            {
                "name": "Retouching",
                "task_id": job.task_ids[0].id,
                "project_id": job.task_ids[0].project_id.id,
                "employee_id": self.employee.id,
                "unit_amount": hours,
            }
        )

    def _amounts(self, budget=None):
        self._flush()
        budget = budget or self.media
        return (
            budget.amount_reserved,
            budget.amount_committed,
            budget.amount_spent,
            budget.amount_invoiced,
            budget.amount_left,
        )

    def _assert_sums(self, budget):
        """Assert that the figures are the sums of the rows."""
        for kind in ("planned", "reserved", "committed", "spent", "invoiced"):
            rows = budget.move_ids.filtered(lambda move, kind=kind: move.kind == kind)
            self.assertAlmostEqual(
                sum(rows.mapped("amount")), budget[f"amount_{kind}"], 2, kind
            )
        self.assertAlmostEqual(
            sum(budget.move_ids.mapped("amount_effect")), budget.amount_left, 2
        )

    def test_running_budget_of_costs_has_its_account(self):
        self.assertEqual(self.account.partner_id, self.client_a)
        self.assertFalse(self.budget.sudo().analytic_account_id)

    def test_bill_goes_from_committed_to_spent_and_back(self):
        bill = self._create_bill(300)
        self.assertEqual(self._amounts(), (0, 300, 0, 0, 700))
        bill.invoice_line_ids.price_unit = 350
        self.assertEqual(self._amounts(), (0, 350, 0, 0, 650))
        bill.action_post()
        self.assertEqual(self._amounts(), (0, 0, 350, 0, 650))
        bill.button_draft()
        self.assertEqual(self._amounts(), (0, 350, 0, 0, 650))
        bill.button_cancel()
        self.assertEqual(self._amounts(), (0, 0, 0, 0, 1000))
        self._assert_sums(self.media)

    def test_deleted_draft_gives_its_amount_back(self):
        bill = self._create_bill(300)
        self._flush()
        bill.unlink()
        self.assertEqual(self._amounts(), (0, 0, 0, 0, 1000))

    def test_vendor_credit_note_reduces_what_is_spent(self):
        self._create_bill(300).action_post()
        self._create_bill(100, "in_refund").action_post()
        self.assertEqual(self._amounts(), (0, 0, 200, 0, 800))

    def test_shared_line_counts_its_share(self):
        other = self.env["account.analytic.account"].create(
            {"name": "Other", "plan_id": self.account.plan_id.id}
        )
        bill = self._create_bill(
            300,
            analytic_distribution={str(self.account.id): 40, str(other.id): 60},
        )
        self.assertEqual(self._amounts(), (0, 120, 0, 0, 880))
        bill.action_post()
        self.assertEqual(self._amounts(), (0, 0, 120, 0, 880))

    def test_costs_of_a_job_take_the_place_of_what_it_reserves(self):
        job = self._create_job(budget_id=self.media.id, budget_amount=500)
        job.action_authorize()
        self.assertEqual(self._amounts(), (500, 0, 0, 0, 500))
        bill = self._create_bill(300, client_job_id=job.id)
        self.assertEqual(self._amounts(), (200, 300, 0, 0, 500))
        bill.action_post()
        self.assertEqual(self._amounts(), (200, 0, 300, 0, 500))
        # more than was planned for it
        self._create_bill(400, client_job_id=job.id).action_post()
        self.assertEqual(self._amounts(), (0, 0, 700, 0, 300))
        job.action_done()
        self.assertEqual(self._amounts(), (0, 0, 700, 0, 300))
        self._assert_sums(self.media)

    def test_done_job_gives_back_what_was_not_booked(self):
        job = self._create_job(budget_id=self.media.id, budget_amount=500)
        job.action_authorize()
        self._create_bill(300, client_job_id=job.id).action_post()
        self._flush()
        job.action_done()
        self.assertEqual(self._amounts(), (0, 0, 300, 0, 700))

    def test_job_of_a_bill_brings_the_account_of_its_budget(self):
        job = self._create_job(budget_id=self.media.id, budget_amount=500)
        bill = self._create_bill(80, client_job_id=job.id)
        self.assertEqual(
            bill.invoice_line_ids.analytic_distribution, {str(self.account.id): 100}
        )

    def test_hours_of_a_job_count_for_its_budget(self):
        job = self._create_job(budget_id=self.media.id, budget_amount=500)
        job.action_authorize()
        line = self._log_hours(job, 2)
        self.assertEqual(self._amounts(), (400, 0, 100, 0, 500))
        line.unit_amount = 3
        self.assertEqual(self._amounts(), (350, 0, 150, 0, 500))
        row = self.media.move_ids.filtered(lambda move: move.kind == "spent")[:1]
        action = row.action_open_document()
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("project.task", line.task_id.id)
        )
        line.unlink()
        self.assertEqual(self._amounts(), (500, 0, 0, 0, 500))

    def test_hours_count_only_where_the_budget_says_so(self):
        self.media.counts_timesheets = False
        job = self._create_job(budget_id=self.media.id, budget_amount=500)
        job.action_authorize()
        self._log_hours(job, 2)
        self.assertEqual(self._amounts(), (500, 0, 0, 0, 500))
        self.media.counts_timesheets = True
        self.assertEqual(self._amounts(), (400, 0, 100, 0, 500))

    def test_hours_follow_the_job_to_another_budget(self):
        other = self._create_budget(name="Other", spent_by="costs")
        job = self._create_job(budget_id=self.media.id, budget_amount=500)
        job.action_authorize()
        self._log_hours(job, 2)
        self._flush()
        job.budget_id = other
        self.assertEqual(self._amounts(), (0, 0, 0, 0, 1000))
        self.assertEqual(self._amounts(other), (400, 0, 100, 0, 500))

    def test_customer_invoice_is_for_information(self):
        self._create_bill(600, "out_invoice").action_post()
        self.assertEqual(self._amounts(), (0, 0, 0, 600, 1000))
        self._create_bill(100, "out_refund").action_post()
        self.assertEqual(self._amounts(), (0, 0, 0, 500, 1000))
        self._assert_sums(self.media)

    def test_customer_invoices_are_spent_where_the_budget_says_so(self):
        budget = self._create_budget(name="Fees", spent_by="invoices")
        account = budget.sudo().analytic_account_id
        job = self._create_job(budget_id=budget.id, budget_amount=500)
        job.action_authorize()
        self._create_bill(70, account=account).action_post()
        self.assertEqual(self._amounts(budget), (500, 0, 0, 0, 500))
        invoice = self._create_bill(
            200, "out_invoice", account=account, client_job_id=job.id
        )
        invoice.action_post()
        self.assertEqual(self._amounts(budget), (300, 0, 0, 200, 500))
        job.action_done()
        # done, and still to be invoiced
        self.assertEqual(self._amounts(budget), (0, 300, 0, 200, 500))
        self._assert_sums(budget)

    def test_other_choice_of_what_is_spent_moves_everything(self):
        job = self._create_job(budget_id=self.media.id, budget_amount=500)
        job.action_authorize()
        self._create_bill(300, client_job_id=job.id).action_post()
        job.action_done()
        self.assertEqual(self._amounts(), (0, 0, 300, 0, 700))
        self.media.spent_by = "jobs"
        self.assertEqual(self._amounts(), (0, 0, 500, 0, 500))
        self.media.spent_by = "costs"
        self.assertEqual(self._amounts(), (0, 0, 300, 0, 700))
        self._assert_sums(self.media)

    def test_document_in_the_currency_of_the_budget_needs_no_rate(self):
        foreign = self.setup_other_currency("EUR", rates=[("2020-01-01", 3.0)])
        budget = self._create_budget(
            name="Paris", spent_by="costs", currency_id=foreign.id
        )
        account = budget.sudo().analytic_account_id
        bill = self._create_bill(300, account=account)
        bill.currency_id = foreign
        bill.action_post()
        self.assertEqual(self._amounts(budget), (0, 0, 300, 0, 700))
        # in the company's currency: 90 at a rate of 3
        self._create_bill(90, account=account).action_post()
        self.assertEqual(self._amounts(budget), (0, 0, 570, 0, 430))
        rows = budget.move_ids.filtered(lambda move: move.kind == "spent")
        self.assertEqual(sum(rows.mapped("amount_company")), 190)

    def test_many_documents_cost_a_fixed_number_of_queries(self):
        def count(lines):
            self._flush()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.env["account.analytic.line"].create(
                [
                    {
                        "name": f"Cost {number}",
                        "account_id": self.account.id,
                        "amount": -1,
                        # Odoo looks for it line by line
                        "employee_id": False,
                    }
                    for number in range(lines)
                ]
            )
            self._flush()
            return self.cr.sql_log_count - before

        count(1)
        self.assertLessEqual(count(40), count(2) + 3)
        self.assertEqual(self.media.amount_spent, 43)

    def test_comparing_again_changes_nothing(self):
        self._create_bill(300).action_post()
        self._flush()
        rows = len(self.media.move_ids)
        self.media.with_user(self.user_manager).action_refresh()
        self.assertEqual(len(self.media.move_ids), rows)
        with self.assertRaises(AccessError):
            self.media.with_user(self.user_traffic).action_refresh()

    def test_an_account_belongs_to_one_budget_of_its_plan(self):
        plan = self.env["account.analytic.plan"].create({"name": "Regions"})
        account = self.env["account.analytic.account"].create(
            {"name": "South", "plan_id": plan.id}
        )
        with self.assertRaisesRegex(UserError, "another analytic plan"):
            self.budget.sudo().analytic_account_id = account

    def test_who_may_not_open_the_document_is_told_so(self):
        self._create_bill(300).action_post()
        self._flush()
        row = self.media.move_ids.filtered(lambda move: move.kind == "spent")
        action = row.with_user(self.user_accountant).action_open_document()
        self.assertEqual(action["res_model"], "account.move")
        with self.assertRaises(AccessError):
            row.with_user(self.user_traffic).action_open_document()

    # --- thresholds and forecast ---

    def test_thresholds_are_told_once_each(self):
        def told():
            return self.media.activity_ids.mapped("summary")

        self.assertEqual(self.media.threshold_ids.mapped("rate"), [50, 80, 100])
        self._create_bill(490).action_post()
        self._flush()
        self.assertFalse(told())
        self._create_bill(20).action_post()
        self._flush()
        # what is used, not the mark that was passed; the note says both
        self.assertEqual(told(), ["51 % of the budget used"])
        note = str(self.media.activity_ids.note)
        self.assertIn("has passed 50 %: 51 % is used", note)
        self.assertEqual(self.media.activity_ids.user_id, self.user_manager)
        self._create_bill(10).action_post()
        self._flush()
        self.assertEqual(len(told()), 1)
        # two at once: the higher one
        self._create_bill(600).action_post()
        self._flush()
        self.assertEqual(
            sorted(told()), ["112 % of the budget used", "51 % of the budget used"]
        )
        self.assertTrue(all(self.media.threshold_ids.mapped("reached_date")))

    def test_new_amount_arms_thresholds_again(self):
        self._create_bill(600).action_post()
        self._flush()
        self.media.with_user(self.user_manager)._revise(2000, "Twice as much")
        self.assertFalse(any(self.media.threshold_ids.mapped("reached_date")))
        self._create_bill(500).action_post()
        self._flush()
        self.assertEqual(len(self.media.activity_ids), 2)

    def test_company_chooses_the_thresholds(self):
        self.company.client_budget_thresholds = "70; 95 %"
        budget = self._create_budget(name="New")
        self.assertEqual(budget.threshold_ids.mapped("rate"), [70, 95])
        with self.assertRaisesRegex(UserError, "commas"):
            self.company.client_budget_thresholds = "half"

    def test_forecast_names_its_assumptions(self):
        today = fields.Date.context_today(self.env.user)
        self.assertIn("no pace", self.media.forecast)
        bill = self._create_bill(200)
        bill.invoice_date = today - timedelta(days=9)
        bill.action_post()
        self._flush()
        self.media.invalidate_recordset()
        self.assertEqual(self.media.burn_rate, 20)
        self.assertEqual(self.media.exhaustion_date, today + timedelta(days=40))
        self.assertIn("10 days, weekends included", self.media.forecast)
        self.media.date_end = today + timedelta(days=10)
        self.assertIn("600.00", self.media.forecast)
        self.media.date_end = today + timedelta(days=60)
        self.assertIn("before the period ends", self.media.forecast)

    def test_without_purchases_nothing_of_them_is_asked_for(self):
        if self.media._has_purchases():
            self.assertIn("purchase.order", self.env)
        self.media.sudo()._sync_documents({("purchase.order", 1)})
        self._flush()
        self.env.invalidate_all()
        media = self.media.sudo()
        self.assertEqual((media.amount_committed, media.amount_spent), (0, 0))
