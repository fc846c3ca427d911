"""Where the files of a message are sent before the message itself."""

from odoo.http import request, route

from odoo.addons.mail.controllers.attachment import AttachmentController
from odoo.addons.mail.tools.discuss import add_guest_to_context

# More than anybody adds within a minute.
MAX_UPLOADS = 60


class ClientTalkFiles(AttachmentController):
    """Takes of the client's people what a request takes, and says what it doesn't."""

    @route()
    @add_guest_to_context
    def mail_attachment_upload(
        self, ufile, thread_id, thread_model, is_pending=False, **kwargs
    ):
        """Refuse programs, pages, empty and very large files beside the message.

        :return: JSON: as Odoo's, or ``error`` with a sentence
        """
        if request.env.user.share and _is_client_talk(thread_model):
            sentence = self._refuse_client_upload(ufile)
            if sentence:
                return request.make_json_response({"error": sentence})
        return super().mail_attachment_upload(
            ufile, thread_id, thread_model, is_pending, **kwargs
        )

    def _refuse_client_upload(self, upload):
        """Return why a file is not taken, or an empty text."""
        # sudo: a counter; nothing of it is shown
        pace_sudo = request.env["client.pace"].sudo()
        visitor = pace_sudo._get_visitor()
        if pace_sudo._is_too_often("upload", visitor, MAX_UPLOADS):
            return request.env._(
                "These were very many files at once. Please go on in a minute."
            )
        return request.env["client.talk.mixin"]._refuse_upload(upload)


def _is_client_talk(model):
    """Tell whether the client's people talk on documents of a model."""
    registry = request.env.registry
    return model in registry and issubclass(
        registry[model], registry["client.talk.mixin"]
    )
