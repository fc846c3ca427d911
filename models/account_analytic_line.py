from odoo import api, models
from odoo.fields import Domain

# Context key of sums that Odoo makes as superuser for a user who is limited; it can
# only leave out more, so it may come by RPC.
VISIBLE_ONLY = "client_wall_visible_lines"


class AccountAnalyticLine(models.Model):
    """Costs and time spent on a client's work, also where Odoo reads as superuser."""

    _inherit = "account.analytic.line"

    @api.model
    def _read_group(self, domain, *args, **kwargs):
        if self.env.context.get(VISIBLE_ONLY):
            hidden = self.env["client.wall"]._hidden_domain(self._name)
            domain = Domain(domain) & ~hidden
        return super()._read_group(domain, *args, **kwargs)

    def _timesheet_get_portal_domain(self):
        """Add the wall: Odoo's pages search the time spent as superuser."""
        domain = Domain(super()._timesheet_get_portal_domain())
        if self.env.user._is_internal():
            return domain
        return domain & self.env["client.wall"]._portal_domain(self._name)
