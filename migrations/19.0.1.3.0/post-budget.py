"""Budgets follow what is booked, and say how much of them is used."""

from odoo import SUPERUSER_ID, api
from odoo.tools import SQL


def migrate(cr, version):
    """Link hours to their jobs, name first amounts, and give budgets thresholds."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    # the columns were added empty: see account.analytic.line._auto_init
    cr.execute(
        SQL(
            """
            UPDATE account_analytic_line AS line
               SET client_job_id = task.client_job_id
              FROM project_task AS task
             WHERE task.id = line.task_id AND task.client_job_id IS NOT NULL
            """
        )
    )
    cr.execute(
        SQL(
            """
            UPDATE account_analytic_line AS line
               SET client_budget_id = job.budget_id
              FROM client_job AS job
             WHERE job.id = line.client_job_id AND job.budget_id IS NOT NULL
               AND line.project_id IS NOT NULL
            """
        )
    )
    cr.execute(
        SQL(
            """
            UPDATE account_analytic_line AS line
               SET client_budget_id = budget.id
              FROM client_budget AS budget
             WHERE budget.analytic_account_id = line.account_id
               AND line.client_budget_id IS NULL
            """
        )
    )
    cr.execute(
        SQL(
            """
            UPDATE client_budget_revision SET kind = 'first'
             WHERE id IN (SELECT MIN(id) FROM client_budget_revision
                           GROUP BY budget_id)
            """
        )
    )
    env.invalidate_all()
    # the portal has had jobs, and gets budgets where the switch is on
    feature = env.ref("client_hub.group_feature_budgets")
    if feature in env.ref("base.group_user").implied_ids:
        env.ref("base.group_portal").write({"implied_ids": [(4, feature.id)]})
    budgets = env["client.budget"].with_context(active_test=False).search([])
    env["client.budget.threshold"].create(
        [
            {
                "budget_id": budget.id,
                "rate": values["rate"],
                # those already passed are no news
                "reached_date": budget.used_rate >= values["rate"]
                and budget.write_date,
            }
            for budget in budgets.filtered(lambda budget: not budget.threshold_ids)
            for __, __, values in budget._default_threshold_ids()
        ]
    )
    budgets.filtered("analytic_account_id")._sync_all()
