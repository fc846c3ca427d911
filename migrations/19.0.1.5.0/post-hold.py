"""Activities of jobs that are on hold are put away, as they are from now on."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Put away what people have to do; the reminder to go on with the job stays."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    jobs = env["client.job"].with_context(active_test=False)
    held = jobs.search([("state", "=", "on_hold")])
    (held._get_activities() - held.hold_activity_id)._client_park()
