from odoo import api, models


class MailThread(models.AbstractModel):
    """What the agency and the client write to each other, and who reads it."""

    _inherit = "mail.thread"

    def _check_can_update_message_content(self, messages):
        """Refuse to edit or empty what the other side has read."""
        super()._check_can_update_message_content(messages)
        messages._check_client_talk_kept()

    @api.model
    def _get_thread_with_access(
        self, thread_id, *, hash=None, pid=None, token=None, **kwargs
    ):  # pylint: disable=redefined-builtin  (Odoo's own name)
        """Accept no token from a signed-in person of another client."""
        if token or hash:
            # sudo: only the id is compared
            thread = self.sudo().browse(thread_id).sudo(False)
            if self.env["client.wall"]._portal_voids_token(thread):
                hash = pid = token = None
        return super()._get_thread_with_access(
            thread_id, hash=hash, pid=pid, token=token, **kwargs
        )
