"""Public holidays."""

from odoo import api, models


class ResourceCalendarLeaves(models.Model):
    """Tells the contracts whose broken periods count working days."""

    _inherit = "resource.calendar.leaves"

    @api.model_create_multi
    def create(self, vals_list):
        leaves = super().create(vals_list)
        leaves._reschedule_contracts()
        return leaves

    def write(self, vals):
        self._reschedule_contracts()
        result = super().write(vals)
        self._reschedule_contracts()
        return result

    def unlink(self):
        self._reschedule_contracts()
        return super().unlink()

    def _reschedule_contracts(self):
        """Have the periods follow a holiday; absences of one person don't count."""
        holidays = self.filtered(lambda leave: not leave.resource_id)
        self.env["client.contract"]._reschedule_for_calendars(holidays.calendar_id)
