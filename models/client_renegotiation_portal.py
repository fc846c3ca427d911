"""What the client's person does with a renegotiation on the portal."""

from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, html_escape

MAX_NAME = 100
MAX_REASON = 2000
MAX_USER_AGENT = 300


class ClientRenegotiation(models.Model):
    """Accepted or refused once, by the person it was sent to."""

    _inherit = "client.renegotiation"

    # ------------------------------------------------------------------
    # DOCUMENT
    # ------------------------------------------------------------------

    def _get_rate_text(self):
        """Return how interest is counted, in brackets, for the document."""
        self.ensure_one()
        unit = dict(self._fields["rate_unit"]._description_selection(self.env))
        kind = (
            self.env._("compound interest")
            if self.compound
            else self.env._("simple interest")
        )
        rates = [
            self._format_number(rate)
            for rate in dict.fromkeys((self.late_percent, self.plan_percent))
            if rate
        ]
        return self.env._(
            "(%(rate)s %% %(unit)s, %(kind)s)",
            rate=" / ".join(rates),
            unit=unit[self.rate_unit],
            kind=kind,
        )

    def _get_rule_sentences(self):
        """Return what the client accepts besides the amounts.

        :rtype: list(str)
        """
        self.ensure_one()
        sentences = [
            self.env._(
                "Once this agreement is in force, the instalments replace the "
                "documents named above."
            )
        ]
        missed = self.env._(
            "It is broken when %(count)s instalment(s) are not paid %(days)s days "
            "after they are due.",
            count=self.break_count,
            days=self.break_days,
        )
        sentences.append(missed)
        if self.break_effect == "restore":
            sentences.append(
                self.env._(
                    "If it is broken, the documents named above are due again, less "
                    "what was paid; the discount, interest and fine of this agreement "
                    "fall away."
                )
            )
        return sentences

    # ------------------------------------------------------------------
    # LINKS
    # ------------------------------------------------------------------

    def _get_path(self):
        """Return the address of the page without the key."""
        self.ensure_one()
        return f"/my/agreements/{self.id}"

    def _get_link(self):
        """Return the address with the personal key, for the mail to the person only."""
        self.ensure_one()
        # sudo: nobody reads the key; the caller writes it into the person's mail
        row = self.sudo()
        return f"{row.get_base_url()}{row._get_path()}?access_token={row.access_token}"

    def _send_mail(self, name):
        """Put a mail to the client's person into Odoo's queue.

        :param str name: of a mail template of this model
        """
        self.ensure_one()
        template = self.env.ref(
            f"client_hub.mail_template_renegotiation_{name}", raise_if_not_found=False
        )
        if template:
            # sudo: the template reads the personal key. Without a document the message
            # is nobody's but the sender's: who reads the record must not read the key
            template.sudo().send_mail(
                self.id,
                email_layout_xmlid="client_hub.client_mail_layout",
                email_values={
                    "model": False,
                    "res_id": False,
                    # with the key in it, it doesn't stay; an answer finds the record
                    "auto_delete": True,
                    "references": self._get_client_answer_reference(),
                },
            )

    # ------------------------------------------------------------------
    # ANSWER
    # ------------------------------------------------------------------

    def _get_status(self):
        """Return the state as it is today, whether the nightly job ran or not."""
        self.ensure_one()
        is_late = self.date_expiry and self.date_expiry < self._get_today()
        return "expired" if self.state == "proposed" and is_late else self.state

    def _get_closed_sentence(self):
        """Return why this can't be accepted, for the client's person; or ''."""
        self.ensure_one()
        status = self._get_status()
        if status == "proposed":
            return ""
        if status == "expired":
            return self.env._(
                "This agreement could be accepted until %s.",
                format_date(self.env, self.date_expiry),
            )
        if status == "refused":
            return self.env._("This agreement was refused.")
        if status in ("draft", "cancelled", "undone"):
            return self.env._("This agreement was taken back.")
        return self.env._("This agreement is already accepted.")

    def _mark_viewed(self):
        """Keep when the person first opened the page."""
        self.ensure_one()
        if not self.viewed_time:
            # sudo: a system field; the page checked who it is
            self.sudo().viewed_time = fields.Datetime.now()

    def _accept(self, name, fingerprint, **facts):
        """Accept for the client; an accountant puts it in force afterwards.

        Called as superuser after the page's access check.

        :param str name: as typed
        :param str fingerprint: of the file that the page showed
        :param facts: ``ip_address``, ``user_agent``, ``accepted_user_id``
        :raise UserError: a sentence for the client's person; nothing was written
        :raise LockError: somebody else answers at this moment
        """
        self.ensure_one()
        self._lock()
        if sentence := self._get_closed_sentence():
            raise UserError(sentence)
        if fingerprint != self.fingerprint or self.document_check != "equal":
            raise UserError(
                self.env._(
                    "This is not the document that was sent to you. Reload the page "
                    "and read it again."
                )
            )
        name = " ".join((name or "").split())[:MAX_NAME]
        if not name:
            raise UserError(self.env._("Type your name."))
        # sudo: the client's person accepts; what he may accept was checked above
        row = self.sudo()
        row.write(
            {
                **facts,
                "user_agent": (facts.get("user_agent") or "")[:MAX_USER_AGENT],
                "accepted_name": name,
                "accepted_time": fields.Datetime.now(),
            }
        )
        row.state = "accepted"
        sentence = self.env._(
            "Accepted by %(name)s on the portal. Fingerprint of the document "
            "(SHA-256): %(fingerprint)s",
            name=name,
            fingerprint=row.fingerprint,
        )
        row._log_event(sentence)
        row._post_answer(sentence)
        row._schedule_activity(self.env._("%s accepted: put it in force", name))
        row._send_mail("accepted")

    def _refuse(self, reason):
        """Refuse, with a reason.

        :param str reason: what the client's person wrote
        :raise UserError: a sentence for the client's person
        :raise LockError: somebody else answers at this moment
        """
        self.ensure_one()
        self._lock()
        if sentence := self._get_closed_sentence():
            raise UserError(sentence)
        reason = (reason or "").strip()[:MAX_REASON]
        if not reason:
            raise UserError(self.env._("Write why you don't accept."))
        # sudo: as above
        row = self.sudo()
        row.closed_reason = reason
        row.state = "refused"
        sentence = self.env._("%s doesn't accept.", row.contact_id.name)
        row._log_event(sentence)
        row._post_answer(sentence, reason)
        row._schedule_activity(sentence, reason)

    def _post_answer(self, sentence, text=""):
        """Write what the client's person did into the chatter."""
        body = Markup("<p>%s</p>") % sentence
        if text:
            body += Markup("<p>%s</p>") % (
                html_escape(text).replace("\n", Markup("<br/>"))
            )
        self.message_post(
            body=body,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            author_id=self.contact_id.id,
        )

    def _schedule_activity(self, summary, note=""):
        """Give the responsible something to do."""
        self.ensure_one()
        # sudo: the client's person, and the nightly job, have no right to activities
        row = self.sudo()
        user = row.user_id
        if user and user.active:
            row.with_context(mail_activity_quick_update=True).activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=row._get_today(),
                user_id=user.id,
                summary=summary,
                note=html_escape(note),
            )

    def _drop_activities(self):
        """Remove what was to be done in the state before."""
        self.activity_unlink(["mail.mail_activity_data_todo"])

    def _tell_broken(self, restored):
        """Tell history, chatter and the responsible that it is broken.

        :param bool restored: the old items are due again
        """
        self.ensure_one()
        sentence = (
            self.env._("Broken: the old items are due again, less what was paid")
            if restored
            else self.env._("Broken: the instalments stay as they are")
        )
        self._log_event(sentence)
        self.message_post(body=sentence)
        self._schedule_activity(
            self.env._("%s is broken: talk to the client", self.number), sentence
        )
