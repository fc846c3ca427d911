"""Budgets: ledger, revisions, policies, what is left."""

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common_job import ClientJobCommon


@tagged("post_install", "-at_install")
class TestBudget(ClientJobCommon):
    def _amounts(self, budget=None):
        budget = budget or self.budget
        return (
            budget.amount_reserved,
            budget.amount_committed,
            budget.amount_spent,
            budget.amount_left,
        )

    def test_first_amount_is_a_revision_with_its_ledger_row(self):
        revision = self.budget.revision_ids
        self.assertEqual(revision.mapped("amount"), [1000])
        self.assertEqual(revision.author_id, self.user_manager)
        self.assertEqual(self.budget.amount_planned, 1000)
        self.assertEqual(self.budget.move_ids.res_model, "client.budget.revision")
        self.assertTrue(self.budget.number)

    def test_ledger_follows_the_job(self):
        job = self._create_request(budget_id=self.budget.id, budget_amount="400")
        self.assertEqual(self._amounts(), (400, 0, 0, 600))
        job.with_user(self.user_manager).action_authorize()
        self.assertEqual(self._amounts(), (400, 0, 0, 600))
        job.with_user(self.user_manager).action_done()
        self.assertEqual(self._amounts(), (0, 0, 400, 600))
        job.with_user(self.user_manager).action_reopen()
        self.assertEqual(self._amounts(), (400, 0, 0, 600))
        job.with_user(self.user_manager).action_cancel()
        self.assertEqual(self._amounts(), (0, 0, 0, 1000))
        self.assertEqual(sum(self.budget.move_ids.mapped("amount_effect")), 1000)

    def test_refused_request_gives_its_amount_back(self):
        job = self._create_request(budget_id=self.budget.id, budget_amount="400")
        job.with_user(self.user_manager).write(
            {"refusal_reason": "No", "state": "refused"}
        )
        self.assertEqual(self.budget.amount_left, 1000)

    def test_another_budget_takes_the_amount_over(self):
        other = self._create_budget(name="Other")
        job = self._create_request(budget_id=self.budget.id, budget_amount="400")
        job.with_user(self.user_manager).budget_id = other
        self.assertEqual(self.budget.amount_left, 1000)
        self.assertEqual(other.amount_left, 600)

    def test_block_refuses_more_than_what_is_left(self):
        job = self._create_job(budget_id=self.budget.id, budget_amount=1001)
        with self.assertRaisesRegex(UserError, "left"):
            job.action_authorize()

    def test_blocked_job_creates_no_task(self):
        job = self._create_job(budget_id=self.budget.id, budget_amount=1001)
        with self.assertRaises(UserError), self.cr.savepoint():
            job.action_authorize()
        job.invalidate_recordset()
        self.assertEqual(job.state, "draft")
        self.assertFalse(self.env["project.task"].search([("name", "ilike", job.name)]))

    def test_warn_allows_it_with_an_internal_note(self):
        budget = self._create_budget(name="Warn", policy="warn")
        job = self._create_job(budget_id=budget.id, budget_amount=1500)
        job.action_authorize()
        self.assertEqual(budget.amount_left, -500)
        note = job.message_ids.filtered(lambda m: "has" in m.body and m.subtype_id)
        notes = note.filtered(lambda m: "Warn" in m.body)
        self.assertEqual(notes.subtype_id, self.env.ref("mail.mt_note"))
        self.assertEqual(notes.message_type, "comment")

    def test_ask_needs_the_responsible_person(self):
        budget = self._create_budget(name="Ask", policy="ask")
        budget.manager_id = self.user_admin_hub
        job = self._create_request(budget_id=budget.id, budget_amount="1500")
        self.assertIn(self.user_admin_hub, job.activity_ids.user_id)
        with self.assertRaisesRegex(UserError, self.user_admin_hub.name):
            job.with_user(self.user_manager).action_authorize()
        job.with_user(self.user_admin_hub).action_authorize()
        self.assertEqual(budget.amount_reserved, 1500)

    def test_raising_an_authorised_job_asks_again(self):
        budget = self._create_budget(name="Ask", policy="ask")
        budget.manager_id = self.user_admin_hub
        job = self._create_job(budget_id=budget.id, budget_amount=800)
        as_manager = job.with_user(self.user_manager)
        as_manager.action_authorize()
        # within the budget there is nothing to ask
        as_manager.budget_amount = 900
        with self.assertRaisesRegex(UserError, self.user_admin_hub.name):
            as_manager.budget_amount = 1500
        self.assertEqual(budget.amount_reserved, 900)
        job.with_user(self.user_admin_hub).budget_amount = 1500
        self.assertEqual(budget.amount_reserved, 1500)
        # and less is never too much
        as_manager.budget_amount = 1400
        self.assertEqual(budget.amount_reserved, 1400)

    def test_only_running_budgets_of_the_client_by_any_route(self):
        foreign = self._create_budget(name="Foreign", client_id=self.client_b.id)
        draft = self._create_budget(run=False, name="Draft")
        for budget in (foreign, draft):
            with self.subTest(budget=budget.name):
                with self.assertRaises(ValidationError):
                    self._create_job(budget_id=budget.id)
                job = self._create_job()
                with self.assertRaises(ValidationError):
                    job.budget_id = budget

    def test_revision_changes_a_running_budget_and_keeps_the_reason(self):
        with self.assertRaisesRegex(UserError, "Revise"):
            self.budget.amount = 2000
        wizard = Form(
            self.env["client.budget.revise"]
            .with_user(self.user_manager)
            .with_context(**self.budget.action_revise()["context"])
        )
        wizard.amount = 2000
        wizard.reason = "A second film"
        wizard.save().action_apply()
        self.assertEqual(self.budget.amount, 2000)
        self.assertEqual(self.budget.amount_planned, 2000)
        self.assertEqual(self.budget.revision_ids[0].reason, "A second film")
        self.assertEqual(self.budget.revision_ids[0].amount_before, 1000)

    def test_revision_never_goes_below_what_is_used(self):
        self._create_request(budget_id=self.budget.id, budget_amount="400")
        with self.assertRaisesRegex(UserError, "already use"):
            self.budget._revise(399, "Less")
        self.budget._revise(400, "Less")
        self.assertEqual(self.budget.amount_left, 0)

    def test_ledger_and_revisions_are_never_changed(self):
        for rows in (self.budget.move_ids, self.budget.revision_ids):
            with self.subTest(model=rows._name):
                with self.assertRaises(UserError):
                    rows.sudo().write({"amount": 1})
                with self.assertRaises(UserError):
                    rows.sudo().unlink()

    def test_nobody_writes_the_ledger_by_hand(self):
        values = {
            "budget_id": self.budget.id,
            "kind": "planned",
            "amount": 5000,
            "name": "Gift",
            "res_model": "res.partner",
            "res_id": 1,
        }
        for user in (self.user_manager, self.user_admin_hub, self.user_accountant):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.env["client.budget.move"].with_user(user).create(values)

    def test_used_budget_is_kept(self):
        self._create_request(budget_id=self.budget.id, budget_amount="400")
        with self.assertRaises(UserError):
            self.budget.unlink()
        with self.assertRaisesRegex(UserError, "hold"):
            self.budget.action_cancel()
        self._create_budget(run=False).unlink()

    def test_closed_budget_takes_no_job(self):
        self.budget.action_close()
        with self.assertRaises(ValidationError):
            self._create_job(budget_id=self.budget.id)

    def test_analytic_account_on_demand(self):
        self.budget.action_create_analytic_account()
        account = self.budget.sudo().analytic_account_id
        self.assertEqual(account.partner_id, self.client_a)
        self.budget.action_create_analytic_account()
        self.assertEqual(self.budget.sudo().analytic_account_id, account)
        with self.assertRaises(AccessError):
            self.budget.with_user(self.user_traffic).action_create_analytic_account()

    def test_what_is_left_is_shown_where_a_budget_is_chosen(self):
        name = self.budget.with_context(show_budget_left=True).display_name
        self.assertIn("1,000.00", name)
        self.assertEqual(self.budget.display_name, "Spring")
