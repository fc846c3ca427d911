"""How many work on a billing run, on the settings page."""

from odoo import api, fields, models


class ResConfigSettings(models.TransientModel):
    """The workers are scheduled jobs: their number is kept nowhere else."""

    _inherit = "res.config.settings"

    client_billing_workers = fields.Integer(
        string="Billing workers",
        help="How many scheduled jobs share a billing run.",
    )

    @api.model
    def get_values(self):
        """Count the jobs."""
        jobs = self.env["client.billing.run"]._get_jobs()
        return {
            **super().get_values(),
            "client_billing_workers": len(jobs.filtered("active")),
        }

    def set_values(self):
        """Add or archive jobs."""
        result = super().set_values()
        runs = self.env["client.billing.run"]
        if self.client_billing_workers != len(runs._get_jobs().filtered("active")):
            runs._set_worker_count(self.client_billing_workers)
        return result
