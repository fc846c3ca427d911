"""What happens to a request for a signature: signed, refused, reminded, expired."""

import base64
import binascii
import io
from datetime import timedelta

from markupsafe import Markup
from PIL import Image, UnidentifiedImageError

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, html_escape

from ..tools import nightly
from .mail_thread_pace import COUNTED

MAX_NAME = 100
MAX_REASON = 2000
MAX_USER_AGENT = 300
# a drawing of the browser has some 20 kB
MAX_SIGNATURE = 1024 * 1024


class ClientContractSignature(models.Model):
    _inherit = "client.contract.signature"

    # ------------------------------------------------------------------
    # ACTION
    # ------------------------------------------------------------------

    def action_withdraw(self):
        """Take requests back: their links say so, and the contract can change."""
        self.contract_id.check_access("write")
        for row in self:
            row._check_source_requested()
            row._close("withdrawn")

    def action_remind(self):
        """Send the link once more, now.

        :raise UserError: when it leads nowhere: signed, closed, or late since today
        """
        self.contract_id.check_access("write")
        for row in self:
            if sentence := row._get_closed_sentence():
                raise UserError(sentence)
            row._remind()

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _get_today(self):
        """Return the date of today where the signer is."""
        self.ensure_one()
        # sudo: whoever looks, the day is the signer's
        row = self.sudo()
        zone = row.signer_id.tz or row.contract_id.responsible_id.tz or "UTC"
        return fields.Date.context_today(row.with_context(tz=zone))

    def _is_late(self):
        """Tell whether the last day to sign has passed."""
        self.ensure_one()
        return bool(self.date_expiry) and self.date_expiry < self._get_today()

    def _get_status(self):
        """Return the state as it is today, whether the daily job ran or not."""
        self.ensure_one()
        if self.state == "requested" and self._is_late():
            return "expired"
        return self.state

    def _check_source_requested(self):
        """Refuse what only makes sense while somebody is asked to sign."""
        self.ensure_one()
        if self.state != "requested":
            raise UserError(self._get_closed_sentence())

    def _get_closed_sentence(self):
        """Return why this request can't be signed, for the client's person.

        :return: one sentence; empty while it can be signed
        """
        self.ensure_one()
        # sudo: the name of who is asked, and the title of what he may read
        row = self.sudo()
        name = row.contract_id.name
        status = row._get_status()
        if status == "signed":
            return self.env._(
                "“%(contract)s” is already signed by %(name)s.",
                contract=name,
                name=row.signed_name,
            )
        if status == "refused":
            return self.env._("“%s” was refused and can't be signed any more.", name)
        if status == "expired":
            return self.env._(
                "“%(contract)s” could be signed until %(date)s.",
                contract=name,
                date=format_date(self.env, row.date_expiry),
            )
        if status == "withdrawn":
            return self.env._(
                "“%s” was taken back before it was signed, so that it can be changed.",
                name,
            )
        return ""

    def _get_sign_url(self):
        """Return the address with the personal key, for the mail to the signer only."""
        self.ensure_one()
        # sudo: nobody reads the key; the caller writes it into the signer's mail
        row = self.sudo()
        return f"{row.get_base_url()}{row._get_path()}?access_token={row.access_token}"

    def _get_path(self):
        """Return the address of the page without the key."""
        self.ensure_one()
        return f"/my/contracts/{self.contract_id.id}/signature/{self.id}"

    def _mark_viewed(self):
        """Keep when the signer first opened the page."""
        self.ensure_one()
        if not self.viewed_time:
            # sudo: see _close
            self.sudo().viewed_time = fields.Datetime.now()

    def _send_mail(self, template_name):
        """Put a mail to the signer into Odoo's queue.

        :param str template_name: of a mail template of this model
        """
        self.ensure_one()
        template = self.env.ref(
            f"client_hub.mail_template_contract_{template_name}",
            raise_if_not_found=False,
        )
        if template:
            # sudo: the template reads the personal key. Without a document the
            # message is nobody's but the sender's: who reads the contract must not
            # read the key in it
            template.sudo().send_mail(
                self.id,
                email_layout_xmlid="client_hub.client_mail_layout",
                email_values={
                    "model": False,
                    "res_id": False,
                    # with the key in it, it doesn't stay; an answer finds the contract
                    "auto_delete": True,
                    "references": self.contract_id._get_client_answer_reference(),
                },
            )

    def _check_signable(self, fingerprint):
        """Refuse to sign what is closed, or another thing than what was shown.

        :param str fingerprint: of the file that the page showed
        :raise UserError: a sentence for the client's person
        """
        self.ensure_one()
        if sentence := self._get_closed_sentence():
            raise UserError(sentence)
        contract = self.contract_id
        if fingerprint != self.fingerprint or self.document_check != "equal":
            raise UserError(
                self.env._(
                    "This is not the document that was sent to you. Reload the page "
                    "and read it again."
                )
            )
        if (
            contract.state not in ("draft", "sent")
            or self.agreed_terms != contract._get_agreed_terms()
        ):
            raise UserError(
                self.env._(
                    "“%s” was changed after it was sent to you, so it can't be signed "
                    "in this form. You get a new link with the new text.",
                    contract.name,
                )
            )

    def _sign(self, name, image, fingerprint, **facts):
        """Sign for the client; the contract becomes approved.

        :param str name: as typed
        :param str image: the drawn signature, base64
        :param str fingerprint: of the file that the page showed
        :param facts: ``ip_address``, ``user_agent``, ``signed_user_id``
        :raise UserError: a sentence for the client's person; nothing was written
        """
        self.ensure_one()
        self._lock()
        self._check_signable(fingerprint)
        name = " ".join((name or "").split())[:MAX_NAME]
        if not name:
            raise UserError(self.env._("Type your name."))
        image = self._check_image(image)
        today = self._get_today()
        now = fields.Datetime.now()
        # sudo: the client's person signs; what he may sign was checked above
        row = self.sudo().with_company(self.company_id)
        row.write(
            {
                **facts,
                "user_agent": (facts.get("user_agent") or "")[:MAX_USER_AGENT],
                "signature": image,
                "signed_name": name,
                "signed_time": now,
                "closed_date": now,
                "date_signed": today,
                "state": "signed",
            }
        )
        contract = row.contract_id
        # colleagues read it on the contract
        reader = contract._for_reader(contract.responsible_id)
        contract.action_approve(
            row.signer_id, today, reader.env._("Signed on the portal")
        )
        # nobody of ours recorded it
        contract.approval_recorded_by_id = False
        row._tell_signed()

    def _check_image(self, image):
        """Return a drawn signature, or raise a sentence when there is none.

        :param str image: base64, with or without the head of a data URL
        :return: base64
        """
        sentence = self.env._("Draw your signature.")
        try:
            content = base64.b64decode((image or "").rpartition(",")[2], validate=True)
        except (binascii.Error, ValueError) as error:
            raise UserError(sentence) from error
        if not content or len(content) > MAX_SIGNATURE:
            raise UserError(sentence)
        try:
            with Image.open(io.BytesIO(content), formats=("PNG",)) as picture:
                extrema = picture.convert("RGBA").getextrema()
        except (
            UnidentifiedImageError,
            OSError,
            SyntaxError,
            Image.DecompressionBombError,
        ) as error:
            raise UserError(sentence) from error
        if all(low == high for low, high in extrema):
            # an empty sheet
            raise UserError(sentence)
        return base64.b64encode(content)

    def _tell_signed(self):
        """Tell the chatter, the history, the responsible and the signer."""
        self.ensure_one()
        contract = self.contract_id
        sentence = self.env._(
            "Signed by %(name)s on the portal. Fingerprint of the document (SHA-256): "
            "%(fingerprint)s",
            name=self.signed_name,
            fingerprint=self.fingerprint,
        )
        self._log_event(sentence)
        self._post(sentence, files=[(self.document_name, self._get_document())])
        self._schedule_activity(
            lambda env: env._("%s signed: start the contract", self.signed_name)
        )
        self._send_mail("signed")
        return contract

    def _refuse(self, reason):
        """Refuse to sign, with a reason; the contract stays sent.

        :raise UserError: a sentence for the client's person
        """
        self.ensure_one()
        self._lock()
        if sentence := self._get_closed_sentence():
            raise UserError(sentence)
        reason = (reason or "").strip()[:MAX_REASON]
        if not reason:
            raise UserError(self.env._("Write why you don't sign."))
        self._close("refused", reason)
        name = self.sudo().signer_id.name
        self._post(self.env._("%s doesn't sign.", name), reason)
        self._schedule_activity(lambda env: env._("%s doesn't sign.", name), reason)

    def _close(self, state, reason=False):
        """Close requests that nobody signed.

        :param str state: refused, expired or withdrawn
        :param str reason: one sentence, if any
        """
        # sudo: nobody writes here by hand; each caller has checked who asks for it
        self.sudo().write(
            {
                "state": state,
                "closed_date": fields.Datetime.now(),
                "closed_reason": reason,
            }
        )

    def _log_event(self, sentence):
        """Add a sentence about this signature to the client's history."""
        self.env["client.history"]._log(
            self.client_id,
            "contract",
            self.contract_id.display_name,
            record=self.contract_id,
            note=sentence,
        )

    def _post_request(self):
        """Write into the contract's chatter whom it was sent to.

        The client reads it as well, and an answer to the mail follows it.
        """
        self.ensure_one()
        row = self._for_reader(self.signer_id)
        row.contract_id.message_post(
            body=Markup("<p>%s</p>")
            % row.env._(
                "Sent to %(name)s to be signed until %(date)s.",
                name=row.signer_id.name,
                date=format_date(row.env, row.date_expiry),
            ),
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            # the signer gets a mail with his own link, the others need none
            notify_skip_followers=True,
        )

    def _post(self, sentence, text="", files=None):
        """Write what the client's person did into the contract's chatter."""
        self.ensure_one()
        body = Markup("<p>%s</p>") % sentence
        if text:
            text = html_escape(text).replace("\n", Markup("<br/>"))
            body += Markup("<p>%s</p>") % text
        # sudo: the client's person did it just now; whoever reads the contract sees it
        row = self.sudo()
        row.contract_id.with_context(client_talk=COUNTED).message_post(
            body=body,
            attachments=files,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            author_id=row.signer_id.id,
        )

    def _schedule_activity(self, get_summary, note=""):
        """Give the responsible something to do about the client's answer.

        :param get_summary: function of the environment in whose language he reads
        :param str note: the words of the client's person
        """
        self.ensure_one()
        # sudo: the client's person has no right to activities
        contract = self.sudo().contract_id
        user = contract.responsible_id
        if user and user.active:
            contract = contract._for_reader(user)
            contract.with_context(mail_activity_quick_update=True).activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=fields.Date.context_today(contract),
                user_id=user.id,
                summary=get_summary(contract.env),
                note=html_escape(note),
            )

    # --- reminders and expiry ---

    def _remind(self):
        """Send the link again, and count from today to the next time."""
        self.ensure_one()
        self._count_reminder()
        self._send_mail("signature")

    def _count_reminder(self):
        """Keep that the signer was reminded today."""
        for row in self.sudo():  # sudo: see _close
            row.write(
                {
                    "reminder_count": row.reminder_count + 1,
                    "reminder_date": row._get_next_reminder(row._get_today()),
                }
            )

    def _is_in_round_up(self):
        """Tell whether the signer is reminded by his daily round-up.

        Without a login, or without round-ups, he gets a mail with his link.
        """
        self.ensure_one()
        signer = self.sudo().signer_id  # sudo: only yes or no leaves
        return (
            bool(signer.email)
            and signer.client_reminder_mail != "none"
            and signer.has_portal_user
            and signer._is_portal_allowed()
        )

    def _get_next_reminder(self, day):
        """Return the day of the next reminder, False when none is left.

        :param date day: from which to count
        """
        self.ensure_one()
        if not self.reminder_days:
            return False
        following = day + timedelta(days=self.reminder_days)
        return following if following <= self.date_expiry else False

    def _expire(self):
        """Close a request whose last day has passed; the responsible hears of it."""
        self.ensure_one()
        self._close("expired")
        name = self.sudo().signer_id.name
        self._schedule_activity(lambda env: env._("%s didn't sign in time", name))

    @api.model
    def _cron_signatures(self):
        """Close requests whose day has passed, and remind of the others, once each."""
        today = fields.Date.today()
        # the signer's day may begin before or after that of the server
        margin = today + timedelta(days=1)
        rows = self.search(
            [
                ("state", "=", "requested"),
                "|",
                ("date_expiry", "<=", margin),
                ("reminder_date", "<=", margin),
            ],
            order="id",
        )
        contracts = self.env["client.contract"]
        contracts._close_settled_failures("_follow_up", rows.contract_id)
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(rows))
        for row in rows:
            contract = row.contract_id
            # who reads what failed is the responsible
            row = row._for_reader(contract.responsible_id)
            if failed := nightly.attempt_each(row, "_follow_up"):
                contract._tell_nightly_failure("_follow_up", failed[row])
            else:
                contract._close_failures("_follow_up")
            if not cron._commit_progress(1):
                break

    def _follow_up(self):
        """Do what is due for one request today, if anything."""
        self.ensure_one()
        if self._is_late():
            self._expire()
        elif (
            self.reminder_date
            and self.reminder_date <= self._get_today()
            and not self._is_in_round_up()
        ):
            self._remind()
