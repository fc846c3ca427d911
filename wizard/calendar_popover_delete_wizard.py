from odoo import models


class CalendarPopoverDeleteWizard(models.TransientModel):
    """Odoo's dialog sends its own message before it deletes."""

    _inherit = "calendar.popover.delete.wizard"

    def action_send_mail_and_delete(self):
        """Send and delete, without a second message."""
        told = self.with_context(client_meeting_told=True)
        return super(CalendarPopoverDeleteWizard, told).action_send_mail_and_delete()
