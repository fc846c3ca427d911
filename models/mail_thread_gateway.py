"""E-mails about what belongs to a client: who may speak, and who gets to read it."""

import logging

from markupsafe import Markup

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import email_normalize
from odoo.tools.mail import generate_tracking_message_id

from ..tools.mail_headers import is_automatic

_logger = logging.getLogger(__name__)
# Key of a parsed mail: the round-up that it answers, once that was looked up.
ANSWERED = "client_round_up"
# What cannot be delivered is answered this often within a minute to one address.
MAX_ANSWERS = 5


class MailThread(models.AbstractModel):
    """An answer by e-mail lands where it belongs, and is read by whom it may be.

    Odoo decides by the message that is answered: what answers a note is a note, the
    rest goes to the client. That is right for colleagues and for the client's own
    people. Anybody else has got the mail from one of them: what he writes is kept for
    colleagues, with a word about it.
    """

    _inherit = "mail.thread"

    @api.model
    def message_route(
        self, message, message_dict, model=None, thread_id=None, custom_values=None
    ):
        """Leave out documents of clients when a machine has answered.

        Answers to a round-up, whose mail belongs to no document, are delivered here.
        """
        is_machine = is_automatic(message)
        if not is_machine:
            routes = self._route_round_up_answer(message, message_dict, custom_values)
            if routes is not None:
                return routes
        routes = super().message_route(
            message, message_dict, model, thread_id, custom_values
        )
        if not is_machine:
            return routes
        record = self.env.registry["client.record"]
        kept = [row for row in routes if not isinstance(self.env[row[0]], record)]
        if len(kept) < len(routes):
            _logger.info(
                "Ignored automatic mail %s from %s",
                message_dict.get("message_id"),
                message_dict.get("email_from"),
            )
        return kept

    @api.model
    def _route_round_up_answer(self, message, message_dict, custom_values):
        """Return where an answer to a round-up belongs; None if it is none.

        What can't be told of several things is asked: the mail comes back with them.
        """
        round_up = self.env["client.round.up"]._find_answered(message_dict)
        message_dict[ANSWERED] = round_up
        document = round_up and round_up._get_answered_document()
        if document:
            message_dict.pop("parent_id", None)
            sender = message_dict["email_from"]
            user = self._mail_find_user_for_gateway(sender) or self.env.user
            route = self._routing_check_route(
                message,
                message_dict,
                (document._name, document.id, custom_values, user.id, None),
                raise_exception=False,
            )
            return [route] if route else []
        if not round_up or not round_up._is_from_reader(message_dict):
            return None
        loop = generate_tracking_message_id("loop-detection-bounce-email")
        self._routing_create_bounce_email(
            message_dict["email_from"],
            round_up._prepare_answer_question(message_dict),
            message,
            # Odoo knows by it what to leave unanswered
            references=f"{message_dict['message_id']} {loop}",
            reply_to=self.env.company.email,
        )
        return []

    @api.model
    def _routing_create_bounce_email(
        self, email_from, body_html, message, **mail_values
    ):
        """Answer no machine, and nobody without end: two of them would never stop."""
        if is_automatic(message):
            return None
        # sudo: a counter; nothing of it is shown
        pace_sudo = self.env["client.pace"].sudo()
        sender = email_normalize(email_from) or email_from
        if pace_sudo._is_too_often("bounce", sender, MAX_ANSWERS):
            return None
        return super()._routing_create_bounce_email(
            email_from, body_html, message, **mail_values
        )

    @api.model
    def _message_parse_post_process(self, message, message_dict, routes):
        """Keep for colleagues what comes from somebody who is not of the document."""
        # not handed on: what is left in the mail is posted
        round_up = message_dict.pop(ANSWERED, None)
        if round_up is None:
            round_up = self.env["client.round.up"]._find_answered(message_dict)
        values = super()._message_parse_post_process(message, message_dict, routes)
        author = self.env["res.partner"].browse(values.get("author_id") or [])
        if round_up:
            # what we wrote to a colleague is not for the client, nor is his answer
            # sudo: whether he is one
            users_sudo = author.sudo().user_ids
            values["is_internal"] = any(not user.share for user in users_sudo)
        for model, thread_id, *__ in routes or ():
            if not thread_id:
                continue
            document = self.env[model].browse(thread_id).exists()
            if not isinstance(document, self.env.registry["client.record"]):
                continue
            sentence = document._get_mail_stranger_sentence(
                author, message_dict.get("email_from") or ""
            )
            if sentence:
                hint = Markup("<p><em>%s</em></p>") % sentence
                values.update(
                    is_internal=True, body=hint + Markup(message_dict.get("body") or "")
                )
                break
        return values

    def _get_client_answer_reference(self):
        """Return the id of the message that an answer to a mail of ours follows.

        A mail that is made of a template is deleted with its message when it was sent:
        what refers to nothing else would belong to no document.

        :return: a header's ``<…>``, of a message that the client reads if there is one;
            False while there is none
        """
        self.ensure_one()
        # sudo: its id, for the header of a mail to somebody who may answer
        messages_sudo = self.env["mail.message"].sudo()
        domain = Domain(
            [
                ("model", "=", self._name),
                ("res_id", "=", self.id),
                ("message_type", "not in", ("user_notification", "email_outgoing")),
            ]
        )
        subtype = self.env.ref("mail.mt_comment")
        is_open = Domain("subtype_id", "=", subtype.id) & Domain(
            "is_internal", "=", False
        )
        message_sudo = messages_sudo.search(domain & is_open, order="id desc", limit=1)
        message_sudo = message_sudo or messages_sudo.search(
            domain, order="id desc", limit=1
        )
        return message_sudo.message_id

    def _get_mail_stranger_sentence(self, author, email_from):
        """Return why a mail to this document is kept for colleagues, or False.

        :param author: res.partner, or none
        :param str email_from: the address as in the mail
        """
        self.ensure_one()
        # sudo: compares who is who; nothing of it is shown
        author_sudo, document_sudo = author.sudo(), self.sudo()
        users_sudo = author_sudo.user_ids.filtered("active")
        employees = users_sudo.filtered(lambda user: not user.share)
        if employees:
            may_read = any(
                self.with_user(user)
                .with_context(allowed_company_ids=[])
                .has_access("read")
                for user in employees
            )
            if may_read:
                return False
        elif author_sudo:
            client = document_sudo.client_id
            followers = document_sudo.message_follower_ids.partner_id
            if client in author_sudo._portal_client_ids() or author_sudo in followers:
                return False
        return self.env._(
            "By e-mail from %(address)s, who is not one of the people of this client: "
            "only colleagues read it. If the client should, write a message.",
            address=email_from,
        )
