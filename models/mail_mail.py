from odoo import models


class MailMail(models.Model):
    """The last gate of what is sent about a client."""

    _inherit = "mail.mail"

    def _prepare_outgoing_list(self, mail_server=False, doc_to_followers=None):
        """Leave out everybody but employees when the message is internal by now.

        A mail may wait in the queue while its message is made internal.
        """
        emails = super()._prepare_outgoing_list(
            mail_server=mail_server, doc_to_followers=doc_to_followers
        )
        if not self.is_notification or not self._is_internal_client_talk():
            return emails
        return [
            email
            for email in emails
            if email["partner_id"] and not email["partner_id"].sudo().partner_share
        ]

    def _is_internal_client_talk(self):
        """Tell whether this mail tells of an internal message about a client."""
        self.ensure_one()
        # sudo: only whom the message is for is asked
        message_sudo = self.mail_message_id.sudo()
        if message_sudo.message_type == "user_notification":
            return False
        if message_sudo.model not in self.env or not message_sudo.res_id:
            return False
        document = self.env[message_sudo.model].sudo().browse(message_sudo.res_id)
        return (
            hasattr(document, "_is_client_talk")
            and bool(document.exists())
            and document._is_client_talk()
            and document._is_internal_message(message_sudo)
        )
