"""Activities about a nightly step that failed know which step it was."""

from odoo import SUPERUSER_ID, api
from odoo.tools import SQL

STEPS = ("_sync_schedule", "_renew_if_due", "_end_if_due", "_follow_up")


def migrate(cr, version):
    """Find the step by the summary, in whichever language it was written."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    warning = env.ref("mail.mail_activity_data_warning", raise_if_not_found=False)
    if not warning:
        return
    for lang, _name in env["res.lang"].get_installed():
        contracts = env["client.contract"].with_context(lang=lang)
        for step in STEPS:
            cr.execute(
                SQL(
                    """
                    UPDATE mail_activity
                       SET client_failed_step = %s
                     WHERE res_model = 'client.contract'
                       AND activity_type_id = %s
                       AND summary = %s
                       AND client_failed_step IS NULL
                    """,
                    step,
                    warning.id,
                    contracts._get_failure_summary(step),
                )
            )
