"""Jobs get a clock, answers the choices they had, and work on hold is put away."""

from odoo import SUPERUSER_ID, api
from odoo.tools import SQL


def migrate(cr, version):
    """Fill what is new from what is known."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    # the rule may have been adapted: only the internal questions are added
    rule = env.ref("client_hub.client_job_answer_rule_portal", False)
    if rule and "is_internal" not in (rule.domain_force or ""):
        rule.domain_force = f"[('is_internal', '=', False)] + {rule.domain_force}"
    cr.execute(
        SQL(
            """
            UPDATE client_job_answer AS answer
               SET options = question.options
              FROM client_job_template_question AS question
             WHERE question.id = answer.question_id
               AND question.kind = 'selection'
               AND answer.options IS NULL
            """
        )
    )
    env.invalidate_all()
    jobs = env["client.job"].with_context(active_test=False).search([])
    jobs.filtered(lambda job: job.state == "on_hold").task_ids._client_park()
    env["client.clock.entry"]._rebuild(jobs)
