"""Working hours of a week."""

from odoo import api, models


class ResourceCalendarAttendance(models.Model):
    """Tells the contracts whose broken periods count working days."""

    _inherit = "resource.calendar.attendance"

    @api.model_create_multi
    def create(self, vals_list):
        attendances = super().create(vals_list)
        self.env["client.contract"]._reschedule_for_calendars(attendances.calendar_id)
        return attendances

    def write(self, vals):
        calendars = self.calendar_id
        result = super().write(vals)
        self.env["client.contract"]._reschedule_for_calendars(
            calendars | self.calendar_id
        )
        return result

    def unlink(self):
        self.env["client.contract"]._reschedule_for_calendars(self.calendar_id)
        return super().unlink()
