"""How often the client's people write, and what they may send with it."""

from odoo import models
from odoo.exceptions import UserError

from ..tools.uploads import HEAD_SIZE
from .mail_thread_talk import COMMENT_TYPES

# More than anybody writes within a minute.
MAX_COMMENTS = 20
# In a context: the message is part of something that is counted itself. An object, so
# that no request can bring it along.
COUNTED = object()


class MailThread(models.AbstractModel):
    """One counter for all documents of a client, by whatever way a message comes.

    By the page, by RPC and by e-mail it ends here: each is mailed to colleagues.
    """

    _inherit = "mail.thread"

    def message_post(self, **kwargs):
        """Let the client's people write as much as anybody can.

        :raise UserError: too many messages or files, or a file that is not taken
        """
        if self._is_own_words(kwargs):
            self._check_client_pace()
            self._check_client_files(kwargs)
        return super().message_post(**kwargs)

    def _is_own_words(self, values):
        """Tell whether a message is what somebody of the client wrote himself.

        What the addon writes for him comes as superuser: changes of fields, activities
        that are done, and comments that say so by :data:`COUNTED`.

        :param dict values: arguments of ``message_post``
        """
        return (
            self.env.user.share
            and self._is_client_talk()
            and self.env.context.get("client_talk") is not COUNTED
            and (not self.env.su or values.get("message_type") in COMMENT_TYPES)
        )

    def _get_allowed_message_params(self):
        """Let the client's people write comments, and nothing that passes for less."""
        names = super()._get_allowed_message_params()
        if self.env.user.share and self._is_client_talk():
            names = names - {"message_type"}
        return names

    def _check_client_pace(self):
        """Count a message, and raise if its author writes without end.

        :raise UserError: a sentence for the person; nothing was written
        """
        # sudo: a counter; nothing of it is shown
        pace_sudo = self.env["client.pace"].sudo()
        visitor = pace_sudo._get_visitor()
        if pace_sudo._is_too_often("comment", visitor, MAX_COMMENTS):
            raise UserError(
                self.env._(
                    "You have written %(count)s messages within a minute. This one was "
                    "not sent: please send it again in a moment.",
                    count=MAX_COMMENTS,
                )
            )

    def _check_client_files(self, values):
        """Raise when a message brings files that a request wouldn't take.

        :param dict values: arguments of ``message_post``
        :raise UserError: a sentence for each of them; nothing was written
        """
        jobs = self.env["client.job"]
        kept_ids = values.get("attachment_ids") or ()
        limit = jobs._portal_file_limits()["count"]
        if len(kept_ids) > limit:
            raise UserError(
                self.env._("A message takes at most %(count)s files.", count=limit)
            )
        files = []
        for name, content, *__ in values.get("attachments") or ():
            raw = content.encode() if isinstance(content, str) else content
            files.append((name, len(raw), raw[:HEAD_SIZE], None))
        # sudo: how many and how large they are; Odoo checks whose they are
        kept_sudo = self.env["ir.attachment"].sudo().browse(kept_ids).exists()
        __, sentences = jobs._portal_sort_files(files, kept_sudo)
        if sentences:
            raise UserError("\n".join(sentences))
