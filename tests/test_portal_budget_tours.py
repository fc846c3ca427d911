"""The contact looks at a budget in a browser and answers what is asked about it."""

from odoo.tests import tagged

from .common_portal import ClientPortalCommon


class BudgetStory(ClientPortalCommon):
    def _run_story(self):
        self.client_a.client_budget_portal = "yes"
        self._create_job(budget_id=self.budget.id, budget_amount="400")
        self.budget.needs_consent = True
        budget = self.budget.with_user(self.user_manager)
        agreed = budget._revise(1500, "Second film")
        login = self.portal_a.login
        self.start_tour("/my", "client_hub_portal_budget_agree", login=login)
        self.env.invalidate_all()
        self.assertRecordValues(
            agreed, [{"state": "approved", "contact_id": self.contact_a.id}]
        )
        self.assertEqual(self.budget.amount, 1500)
        refused = budget._revise(2000, "Third film")
        self.start_tour("/my/budgets", "client_hub_portal_budget_refuse", login=login)
        self.env.invalidate_all()
        self.assertRecordValues(
            refused, [{"state": "refused", "comment": "One film is enough"}]
        )
        self.assertEqual(self.budget.amount, 1500)


@tagged("post_install", "-at_install")
class TestPortalBudgetTour(BudgetStory):
    browser_size = "1280x800"

    def test_answers_about_a_budget(self):
        self._run_story()


@tagged("post_install", "-at_install")
class TestPortalBudgetTourPhone(BudgetStory):
    browser_size = "390x844"
    touch_enabled = True

    def test_answers_about_a_budget_on_a_phone(self):
        self._run_story()
