"""Notes on what belongs to a client stay among colleagues."""

from odoo import models
from odoo.exceptions import UserError

# What a person has written, by the page or by e-mail.
COMMENT_TYPES = ("comment", "email")


class MailThread(models.AbstractModel):
    """Nobody but employees is told of an internal message about a client.

    Odoo writes to whomever a note mentions, customers as well.
    """

    _inherit = "mail.thread"

    def _is_client_talk(self):
        """Tell whether the client's people may look at this document one day."""
        return isinstance(self, self.env.registry["client.record"])

    def _is_internal_message(self, message, msg_vals=False):
        """Tell whether a message is for staff only."""
        msg_vals = msg_vals or {}
        message_sudo = message.sudo()  # sudo: only its visibility is read
        subtype = message_sudo.subtype_id
        if "subtype_id" in msg_vals:
            subtype = subtype.browse(msg_vals["subtype_id"] or [])
        is_internal = msg_vals.get("is_internal", message_sudo.is_internal)
        return is_internal or not subtype or subtype.sudo().internal

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        """Leave out everybody but employees when the message is internal."""
        recipients = super()._notify_get_recipients(message, msg_vals, **kwargs)
        if not recipients or not self or not self._is_client_talk():
            return recipients
        message_type = (msg_vals or {}).get("message_type", message.message_type)
        if message_type == "user_notification":
            return recipients
        if not self._is_internal_message(message, msg_vals):
            return self._drop_uninterested(message, msg_vals, recipients)
        return [
            data for data in recipients if data.get("uid") and not data.get("ushare")
        ]

    def _drop_uninterested(self, message, msg_vals, recipients):
        """Return the recipients who want a mail of this comment at once.

        For those who want one mail a day, it is kept for their round-up: people with a
        login, since the round-up asks what they may read. Whoever is addressed, or
        asked to decide, hears of it at once all the same; so does who reads his
        messages in Odoo, for that is no mail.

        :param list recipients: as ``_notify_get_recipients`` returns them
        """
        msg_vals = msg_vals or {}
        message_sudo = message.sudo()  # sudo: whom it is addressed to, and its kind
        addressed = set(msg_vals.get("partner_ids") or message_sudo.partner_ids.ids)
        mailed = {
            data["id"]: bool(data.get("uid"))
            for data in recipients
            if data.get("id")
            and data.get("notif") != "inbox"
            and data["id"] not in addressed
        }
        # sudo: what people have chosen
        partners = self.env["res.partner"].sudo().browse(mailed)
        silent = partners.filtered(lambda person: person.client_comment_mail == "none")
        is_comment = (
            msg_vals.get("message_type") or message_sudo.message_type
        ) in COMMENT_TYPES
        if is_comment and message.id:
            later = partners.filtered(
                lambda person: (
                    person.client_comment_mail == "daily" and mailed[person.id]
                )
            )
            self.env["client.round.up.item"]._collect(later, message_id=message.id)
            silent |= later
        return [data for data in recipients if data.get("id") not in silent.ids]

    def _message_parse_extract_from_parent(self, parent_message):
        """An answer to a message that was marked as internal is internal as well.

        Odoo asks only for the subtype.
        """
        values = super()._message_parse_extract_from_parent(parent_message)
        if parent_message and parent_message.sudo().is_internal:
            values["is_internal"] = True
        return values

    def message_change_thread(self, new_thread, new_parent_message=False):
        """Refuse to move the talk with a client to another document.

        :raise UserError: other people read the other document
        """
        if (self and self._is_client_talk()) or (
            new_thread and new_thread._is_client_talk()
        ):
            raise UserError(
                self.env._(
                    "The messages stay where they were written: other people read the "
                    "other document."
                )
            )
        return super().message_change_thread(
            new_thread, new_parent_message=new_parent_message
        )
