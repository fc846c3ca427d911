"""Settings of budgets."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.percentages import read_percentages


class ResCompany(models.Model):
    _inherit = "res.company"

    client_budget_portal_default = fields.Boolean(
        string="Clients see their budgets on the portal",
        groups="base.group_user",
        help="For clients whose “Sees budgets on the portal” is “As in the settings”.",
    )
    client_budget_thresholds = fields.Char(
        string="Thresholds of new budgets",
        default="50, 80, 100",
        groups="base.group_user",
        help="Percentages: when as much of a budget is used, the responsible person "
        "is told, once each.",
    )

    def write(self, vals):
        """Write; what portal rules look at is cached."""
        result = super().write(vals)
        if "client_budget_portal_default" in vals:
            self.env.registry.clear_cache()
        return result

    @api.constrains("client_budget_thresholds")
    def _check_client_budget_thresholds(self):
        for company in self:
            try:
                read_percentages(company.client_budget_thresholds)
            except ValueError as error:
                raise ValidationError(
                    self.env._(
                        "Write the thresholds as percentages with commas between "
                        "them, like 50, 80, 100."
                    )
                ) from error
