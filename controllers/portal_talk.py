"""What the client's people write into the chatter of their documents."""

from odoo.exceptions import UserError
from odoo.http import request, route

from odoo.addons.mail.controllers.thread import ThreadController

# Comments of one person within a minute: more than anybody types.
PACE = 30


class ClientTalkController(ThreadController):
    """Odoo's own address for messages, with a bound on the client's side."""

    @route()
    def mail_message_post(
        self, thread_model, thread_id, post_data, context=None, **kwargs
    ):
        """Post a message, unless a visitor posts without end: each is mailed to us.

        :raise UserError: with a sentence that says when to go on
        """
        if self._is_client_too_often(thread_model):
            raise UserError(
                request.env._(
                    "These were many comments at once. Please wait a minute and send "
                    "it again."
                )
            )
        return super().mail_message_post(
            thread_model, thread_id, post_data, context, **kwargs
        )

    def _is_client_too_often(self, thread_model):
        """Count a message to a client's document by a visitor who is no employee.

        :param str thread_model: as the browser sent it
        :return: whether it is one too many
        :rtype: bool
        """
        user, registry = request.env.user, request.env.registry
        if (
            user._is_internal()
            or thread_model not in registry
            or not issubclass(registry[thread_model], registry["client.record"])
        ):
            return False
        is_known = user._is_portal()
        visitor = user.partner_id.id if is_known else request.httprequest.remote_addr
        # sudo: a counter; nothing of it is shown
        return request.env["client.pace"].sudo()._is_too_often("talk", visitor, PACE)
