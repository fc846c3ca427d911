from odoo import api, models


class CalendarEvent(models.Model):
    """Meetings behind a wall show no label where they are referred to."""

    _inherit = "calendar.event"

    @api.depends_context("uid")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        self.env["client.wall"]._mask(self)
        return result

    def _mail_get_operation_for_mail_message_operation(self, message_operation):
        # Odoo reads the privacy of the meetings as the user, and would refuse every
        # search of messages that meets one of a hidden meeting
        hidden = self.env["client.wall"]._hidden(self)
        visible = super(CalendarEvent, self - hidden)
        result = visible._mail_get_operation_for_mail_message_operation(
            message_operation
        )
        # the check of the access that follows refuses them
        result.update(dict.fromkeys(hidden, "read"))
        return result
