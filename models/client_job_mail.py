"""A request by e-mail."""

from markupsafe import Markup

from odoo import api, fields, models

from odoo.addons.mail.tools.alias_error import AliasError

from ..tools.exceptions import ClientPortalError
from ..tools.uploads import HEAD_SIZE, clean_name
from .client_job_portal import MAX_TITLE
from .mail_thread_pace import COUNTED

# Taken over from the alias; anything else follows from who writes.
ALIAS_FIELDS = ("company_id", "template_id")


class ClientJob(models.Model):
    """A mail to the address for requests opens a draft of its sender."""

    _inherit = "client.job"

    # === MAIL GATEWAY === #

    def _alias_get_error(self, message, message_dict, alias):
        """Refuse new requests of people that no client is known of."""
        error = super()._alias_get_error(message, message_dict, alias)
        if error or self:
            return error
        client = alias.sudo().client_id  # sudo: the gateway's own settings
        contact = self._find_mail_requester(message_dict.get("email_from"), client)
        if not contact:
            return AliasError(
                "client_unknown",
                self.env._("The sender is nobody of a client who may ask for work."),
            )
        try:
            jobs = self.with_context(lang=contact.lang or self.env.lang)
            jobs._portal_check_number(contact)
        except ClientPortalError as error:
            sentence = " ".join(error.errors.values())
            # the answer to the mail says it: see mail.alias
            message_dict["client_refusal"] = sentence
            return AliasError("client_too_many", sentence)
        return False

    @api.model
    def _detect_loop_sender_domain(self, email_from_normalized):
        """Count the drafts that the sender's mails have opened."""
        return [
            ("requester_id.email_normalized", "=", email_from_normalized),
            ("origin", "=", "portal"),
            # what was opened with the form has one
            ("portal_nonce", "=", False),
        ]

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """Open a draft of the person who writes, as he would on the portal.

        :param dict msg_dict: the parsed mail
        :param dict custom_values: defaults of the alias
        :return: client.job
        """
        custom_values = custom_values or {}
        # sudo: the gateway's own settings
        aliases_sudo = self.env["mail.alias"].sudo()
        alias_sudo = aliases_sudo.browse(custom_values.get("client_alias_id"))
        client = alias_sudo.exists().client_id
        contact = self._find_mail_requester(msg_dict.get("email_from"), client)
        values = {
            name: value for name, value in custom_values.items() if name in ALIAS_FIELDS
        }
        # sudo: opened for a person who can't create jobs himself; see _portal_save
        job_sudo = self.sudo().create(
            {
                **values,
                "name": self._get_mail_title(msg_dict),
                "client_id": (client or contact.commercial_partner_id).id,
                "requester_id": contact.id,
                "origin": "portal",
                "briefing": msg_dict.get("body") or False,
            }
        )
        job_sudo._acknowledge_mail(contact, msg_dict.get("message_id"))
        return job_sudo

    def _message_post_after_hook(self, message, msg_values):
        """Make the files of the mail that opened a draft files of the draft."""
        result = super()._message_post_after_hook(message, msg_values)
        # sudo: the gateway adds what the requester sent to his own request
        job_sudo = self.sudo()
        if (
            message.message_type == "email"
            and job_sudo.state == "draft"
            and job_sudo.origin == "portal"
            and message.author_id == job_sudo.requester_id
        ):
            job_sudo._keep_mail_files(message.sudo().attachment_ids)
        return result

    # === BUSINESS METHODS === #

    @api.model
    def _find_mail_requester(self, email_from, client=None):
        """Return the contact who may open a request by a mail from an address.

        Of several with the address, one of the client itself, and one with a login.

        :param str email_from: as in the mail
        :param client: res.partner whom the mail was for, if it names one
        :return: res.partner as superuser, or none
        """
        # sudo: the gateway looks for the sender among all contacts
        partners_sudo = self.env["res.partner"].sudo()
        found = partners_sudo._mail_search_requesters(email_from)
        if client:
            found = found.filtered(
                lambda contact: (
                    client.client_status == "active"
                    and client in contact._portal_job_clients()
                )
            )
        return found.sorted(
            lambda contact: (
                contact.commercial_partner_id != client,
                not contact.has_portal_user,
                contact.id,
            )
        )[:1]

    @api.model
    def _get_mail_title(self, msg_dict):
        """Return the title of the request that a mail opens."""
        subject = " ".join((msg_dict.get("subject") or "").split())
        return subject[:MAX_TITLE] or self.env._("Request by e-mail")

    def _keep_mail_files(self, files):
        """Make files of a mail files of the draft, as many as the form takes.

        The others stay with the message, and a note says why.

        :param files: ir.attachment of the message (as superuser)
        """
        self.ensure_one()
        manager = self._get_manager()
        job = self.with_context(lang=manager.lang or self.env.lang)
        rows = []
        for file in files - self.file_ids:
            raw = file.raw or b""
            rows.append((clean_name(file.name), len(raw), raw[:HEAD_SIZE], file))
        taken, sentences = job._portal_sort_files(rows, self.file_ids)
        self.file_ids = self.file_ids.union(*taken)
        if sentences:
            job.with_context(client_talk=COUNTED).message_post(
                body=Markup("<br/>").join(sentences), subtype_xmlid="mail.mt_note"
            )

    def _acknowledge_mail(self, contact, reference=False):
        """Tell the sender what became of his mail, in his language.

        :param contact: res.partner
        :param reference: id of his mail, so that an answer belongs to the draft and
            opens no other one
        """
        self.ensure_one()
        # sudo: a mail to the person whose request this is
        template_sudo = self.env.ref("client_hub.client_job_mail_template_draft").sudo()
        template_sudo.with_context(
            client_job_has_login=contact.has_portal_user
        ).send_mail(
            self.id,
            email_values={
                # not from the gateway's user
                **self._get_sender_values(
                    template_sudo,
                    self._get_manager().partner_id,
                    self.company_id.partner_id,
                ),
                "recipient_ids": [fields.Command.set(contact.ids)],
                "references": reference,
                "headers": "{'Auto-Submitted': 'auto-replied', "
                "'X-Auto-Response-Suppress': 'All'}",
            },
            email_layout_xmlid="client_hub.client_mail_layout",
        )
