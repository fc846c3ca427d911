from odoo import models


class MailThread(models.AbstractModel):
    """What the agency and the client write to each other is neither edited nor
    emptied, on whichever document."""

    _inherit = "mail.thread"

    def _check_can_update_message_content(self, messages):
        """Refuse what the other side has read (see ``mail.message``)."""
        super()._check_can_update_message_content(messages)
        messages._check_client_talk_kept()
