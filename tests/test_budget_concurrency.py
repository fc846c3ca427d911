"""What is left of a budget is never given out twice, on two real connections."""

from functools import partial

from odoo.tests import tagged

from .common_concurrency import ConcurrencyCase


@tagged("post_install", "-at_install")
class TestBudgetConcurrency(ConcurrencyCase):
    def _prepare(self, env, client):
        budget = env["client.budget"].create(
            {
                "name": self.mark,
                "client_id": client.id,
                "amount": 1000,
                "policy": "block",
            }
        )
        budget.action_run()
        jobs = env["client.job"].create(
            [
                {
                    "name": f"{self.mark} {number}",
                    "client_id": client.id,
                    "budget_id": budget.id,
                    "budget_amount": 600,
                }
                for number in range(2)
            ]
        )
        self.budget_id, self.job_ids = budget.id, jobs.ids

    def _remove(self, cr):
        for table in ("client_budget_move", "client_budget_revision"):
            cr.execute(
                f"DELETE FROM {table} WHERE budget_id = %s",  # noqa: S608
                [self.budget_id],
            )
        cr.execute("DELETE FROM client_job WHERE id = ANY(%s)", [self.job_ids])
        cr.execute("DELETE FROM client_budget WHERE id = %s", [self.budget_id])

    def _look(self, env):
        return env["client.budget"].browse(self.budget_id).amount_left

    def _request(self, job_id, env):
        env["client.job"].browse(job_id).action_request()

    def test_two_connections_reserve_once(self):
        outcomes = self._race(
            self._look, *[partial(self._request, job_id) for job_id in self.job_ids]
        )
        self.assertEqual(outcomes.count("done"), 1, outcomes)
        refusal = next(text for text in outcomes if text != "done")
        self.assertIn("left", refusal)
        with self._environment() as env:
            budget = env["client.budget"].browse(self.budget_id)
            self.assertEqual(budget.amount_reserved, 600)
            states = env["client.job"].browse(self.job_ids).mapped("state")
            self.assertEqual(sorted(states), ["draft", "requested"])
