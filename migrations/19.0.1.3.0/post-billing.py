"""The billing job looks more often for runs that a killed server left behind."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Shorten the interval, unless somebody chose another one."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    job = env.ref("client_hub.ir_cron_client_billing_run", raise_if_not_found=False)
    if job and (job.interval_number, job.interval_type) == (1, "hours"):
        job.write({"interval_number": 10, "interval_type": "minutes"})
