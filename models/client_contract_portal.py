"""What the client's people do with a contract on the portal."""

from datetime import timedelta

from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import html2plaintext, html_escape

from .mail_thread_pace import COUNTED

MAX_COMMENT = 2000
# The same words of the same person within this time are a second click.
SECOND_CLICK = timedelta(minutes=5)
# what was not billed yet, and will be
UPCOMING_STATES = ("open", "ready", "drafted")


class ClientContract(models.Model):
    _inherit = "client.contract"

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _portal_upcoming_entries(self):
        """Return the entries that are still to be billed, the next ones first.

        :return: those whose day is past, and those that come
        :rtype: tuple(client.contract.entry, client.contract.entry)
        """
        self.ensure_one()
        entries = self.entry_ids.filtered(
            lambda entry: entry.state in UPCOMING_STATES
        ).sorted(lambda entry: (entry.date_due, entry.id))
        today = fields.Date.context_today(self)
        past = entries.filtered(lambda entry: entry.date_due < today)
        return past, entries - past

    def _portal_approve_entries(self, amounts):
        """Approve entries as the client's person who is signed in.

        Called as superuser after the page's access check; ``env.user`` is the visitor.

        :param dict amounts: text of the amount that the page showed, by entry id
        :raise UserError: a sentence for the client's person; nothing was written
        """
        self.ensure_one()
        entries = self._portal_lock_entries(amounts)
        for entry in entries:
            if not entry.approved and not entry.is_waiting_for_client:
                raise UserError(
                    self.env._(
                        "“%s” is not waiting for your approval any more.", entry.title
                    )
                )
            if entry._format_portal_amount() != amounts[entry.id]:
                raise UserError(
                    self.env._(
                        "“%(service)s” changed while you were looking: it is "
                        "%(amount)s now. Please look again.",
                        service=entry.title,
                        amount=entry._format_amount(entry.amount),
                    )
                )
        waiting = entries.filtered("is_waiting_for_client")
        if not waiting:
            # a second click
            return
        waiting.action_approve()
        self.with_context(client_talk=COUNTED)._portal_post(
            self._portal_describe(
                self.env._("%s approved:", self.env.user.partner_id.name), waiting
            )
        )

    def _portal_ask_about_entries(self, entry_ids, comment):
        """Post a question or an objection, and give it to the responsible.

        :param list entry_ids: ids of the entries it is about, may be empty
        :param str comment: what the person wrote
        :raise UserError: a sentence for the client's person
        :raise LockError: somebody else is writing at this moment
        """
        self.ensure_one()
        comment = (comment or "").strip()[:MAX_COMMENT]
        if not comment:
            raise UserError(self.env._("Write your question or what isn't right."))
        entries = self._portal_entries(entry_ids)
        name = self.env.user.partner_id.name
        body = self._portal_describe(
            self.env._("%s asks about:", name), entries, comment
        )
        # of two clicks at the same moment, the second one reads what the first posted
        self.lock_for_update()
        if self._portal_has_just_posted(body):
            return
        self._portal_post(body)
        if self.responsible_id.active:
            contract = self._for_reader(self.responsible_id)
            contract.with_context(mail_activity_quick_update=True).activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=fields.Date.context_today(self),
                user_id=self.responsible_id.id,
                summary=contract.env._("%s asks about amounts to bill", name),
                note=html_escape(comment),
            )

    def _portal_entries(self, entry_ids):
        """Return those of the contract's own entries that are asked for."""
        return self.entry_ids.filtered(lambda entry: entry.id in entry_ids)

    def _portal_lock_entries(self, amounts):
        """Lock the chosen entries: two people approving do it one after the other."""
        entries = self._portal_entries(amounts)
        if not entries:
            raise UserError(self.env._("Choose what you approve."))
        entries.flush_recordset()
        entries.lock_for_update()
        entries.invalidate_recordset()
        return entries

    def _portal_describe(self, sentence, entries, comment=""):
        """Return what the client's person did, and about what, for the chatter."""
        lines = Markup("").join(
            Markup("<li>%s: %s</li>")
            % (
                " · ".join(filter(None, (entry.title, entry.period))),
                entry._format_amount(entry.amount),
            )
            for entry in entries
        )
        body = Markup("<p>%s</p>") % sentence if lines else Markup("")
        if lines:
            body += Markup("<ul>%s</ul>") % lines
        if comment:
            text = html_escape(comment).replace("\n", Markup("<br/>"))
            body += Markup("<p>%s</p>") % text
        return body

    def _portal_has_just_posted(self, body):
        """Tell whether the visitor's last message here says the same."""
        last = self.env["mail.message"].search(
            [
                ("model", "=", self._name),
                ("res_id", "=", self.id),
                ("author_id", "=", self.env.user.partner_id.id),
                ("message_type", "=", "comment"),
                ("create_date", ">", fields.Datetime.now() - SECOND_CLICK),
            ],
            order="id desc",
            limit=1,
        )
        return bool(last) and html2plaintext(last.body) == html2plaintext(body)

    def _portal_post(self, body):
        """Write into the chatter as the client's person."""
        self.message_post(
            body=body,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            author_id=self.env.user.partner_id.id,
        )
