from odoo import models
from odoo.fields import Domain


class AccountAnalyticLine(models.Model):
    """Time spent on a client's tasks, on the portal."""

    _inherit = "account.analytic.line"

    def _timesheet_get_portal_domain(self):
        """Add the wall: Odoo's pages search the time spent as superuser."""
        domain = Domain(super()._timesheet_get_portal_domain())
        if self.env.user._is_internal():
            return domain
        return domain & self.env["client.wall"]._portal_domain(self._name)
