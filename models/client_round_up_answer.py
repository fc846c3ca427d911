"""Answers to a round-up: its mail is about several things, an answer about one."""

from odoo import api, fields, models
from odoo.tools import email_normalize, email_split, html_sanitize
from odoo.tools.mail import unfold_references

# Mails refer to so many at most; Odoo looks at no more.
MAX_REFERENCES = 32


class ClientRoundUp(models.Model):
    """Remembers what its mail told of, so that an answer finds its document.

    The mail belongs to nobody but its reader and is deleted when it was sent: Odoo
    finds nothing by which an answer could be delivered.
    """

    _inherit = "client.round.up"

    # the id in the mail's header
    message_id = fields.Char(
        readonly=True, index="btree_not_null", groups="base.group_system"
    )
    # [[model, id]] of what it told of
    documents = fields.Json(readonly=True, groups="base.group_system")

    @api.model
    def _find_answered(self, message_dict):
        """Return the round-up that a mail answers, or none.

        What answers a message of a document belongs there, and what was sent to an
        address of its own is for that.

        :param dict message_dict: the parsed mail
        """
        references = message_dict.get("references") or message_dict.get("in_reply_to")
        ids = [text.strip() for text in unfold_references(references or "")]
        if not ids or message_dict.get("is_bounce"):
            return self.browse()
        # sudo: the gateway looks for what is answered
        rows_sudo = self.sudo()
        found_sudo = rows_sudo.search(
            [("message_id", "in", ids[-MAX_REFERENCES:])], order="id desc", limit=1
        )
        if not found_sudo:
            return found_sudo
        messages_sudo = self.env["mail.message"].sudo()
        parent_sudo = messages_sudo.browse(message_dict.get("parent_id") or [])
        if parent_sudo.exists() and parent_sudo.model and parent_sudo.res_id:
            return self.browse()
        addresses = email_split((message_dict.get("recipients") or "").lower())
        aliases_sudo = self.env["mail.alias"].sudo()
        if aliases_sudo.search_count([("alias_full_name", "in", addresses)], limit=1):
            return self.browse()
        return found_sudo

    def _get_answered_document(self):
        """Return the one document that an answer is about, or None.

        Pieces and comments of one request have that request in common.
        """
        self.ensure_one()
        documents = self._get_told_documents()
        record = self.env.registry["client.record"]
        if not documents or not all(isinstance(row, record) for row in documents):
            return None
        if len(documents) > 1:
            if {row._name for row in documents} - {"client.job", "client.piece"}:
                return None
            documents = {
                row.job_id if row._name == "client.piece" else row for row in documents
            }
        return documents.pop() if len(documents) == 1 else None

    def _get_told_documents(self):
        """Return the records that the mail told of, as far as they are still there."""
        self.ensure_one()
        return {
            record
            for model, record_id in self.documents or []
            if model in self.env
            for record in self.env[model].browse(record_id).exists()
        }

    def _is_from_reader(self, message_dict):
        """Tell whether a mail comes from the person who got the round-up."""
        self.ensure_one()
        sender = email_normalize(message_dict.get("email_from") or "")
        return bool(sender) and sender == self.partner_id.email_normalized

    def _prepare_answer_question(self, message_dict):
        """Return the mail that asks which of several things an answer was about.

        In the words of the person, with what he may read by now.

        :param dict message_dict: the parsed mail
        """
        self.ensure_one()
        person = self.partner_id
        reader = self._get_reader(person)
        rows = []
        for document in self._get_told_documents():
            seen = document.with_env(reader.env)
            # who has no login decides with the links of the mail, which stay valid
            if not reader.env.su and seen.has_access("read"):
                # sudo: the title of what he reads
                name = seen.sudo().name or seen.sudo().display_name
                rows.append({"name": name, "url": reader._get_link(seen)})
        return reader.env["ir.qweb"]._render(
            "client_hub.client_round_up_answer_mail",
            {
                "person": person,
                "rows": sorted(rows, key=lambda row: row["name"]),
                "written": html_sanitize(message_dict.get("body") or ""),
                "company": self.env.company,
            },
            minimal_qcontext=True,
        )
