"""The payment days of a client move the due dates of its contracts."""

from odoo import models

from .client_contract import SCHEDULED_STATES


class ResPartner(models.Model):
    """Keeps the schedules in step with what was agreed with the client."""

    _inherit = "res.partner"

    def write(self, vals):
        result = super().write(vals)
        if "client_payment_day" in vals:
            # sudo: who agrees terms with a client need not see all its contracts
            contracts = self.env["client.contract"].sudo()
            contracts.search(
                [
                    ("client_id", "in", self.ids),
                    ("due_rule", "=", "client"),
                    ("state", "in", SCHEDULED_STATES),
                ]
            )._sync_schedule()
        return result
