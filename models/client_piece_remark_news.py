"""Whoever of the client remarked on something hears what became of it."""

from odoo import api, fields, models

MAX_TEXT = 2000


class ClientPieceRemark(models.Model):
    """Tells the client's people of answers to their remarks, and of what is solved.

    An answer is a comment: it comes at once, with the round-up or not at all, as each
    person has chosen. That a remark is solved is news: with the round-up.
    """

    _inherit = "client.piece.remark"

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Tell the client's people of what they can read from now on."""
        remarks = super().create(vals_list)
        remarks._tell_client()
        return remarks

    def write(self, vals):
        """Tell of what the client's people can read from now on, and of what is solved.

        Each is told once, whatever is written again.
        """
        hidden = self.browse()
        if "is_internal" in vals and not vals["is_internal"]:
            hidden = self.filtered("is_internal")
        is_solved = bool(vals.get("resolved"))
        unsolved = self.filtered(lambda row: is_solved and not row.resolved)
        result = super().write(vals)
        hidden._tell_client()
        unsolved._tell_solved()
        return result

    # === BUSINESS METHODS === #

    def _tell_client(self):
        """Tell the client's people of these remarks and answers, as each has chosen."""
        news = self.env["client.round.up.item"]
        for remark in self:
            if not remark._is_seen_by_client():
                continue
            # sudo: who takes part and what he has chosen; the texts are theirs to read
            remark_sudo = remark.sudo()
            for contact_sudo in remark_sudo._get_told_people():
                choice = contact_sudo.client_comment_mail
                has_login = bool(contact_sudo.user_ids.filtered("active"))
                if choice == "none":
                    continue
                if remark_sudo.parent_id and not (choice == "daily" and has_login):
                    remark_sudo._mail_answer(contact_sudo)
                elif has_login and (
                    choice == "daily" or contact_sudo.client_news_mail != "none"
                ):
                    news._collect(contact_sudo, remark_id=remark_sudo.id)

    def _tell_solved(self):
        """Keep for the round-up of its author that a remark is solved."""
        for remark in self:
            # sudo: as above
            author_sudo = remark.sudo().author_id
            if (
                not remark.parent_id
                and remark._is_seen_by_client()
                and author_sudo != self.env.user.partner_id
                and author_sudo.client_news_mail != "none"
                and author_sudo.user_ids.filtered("active")
                and author_sudo in remark.sudo()._filter_told(author_sudo)
            ):
                news = self.env["client.round.up.item"]
                news._collect(author_sudo, remark_id=remark.id)

    def _get_told_people(self):
        """Return the client's people who hear of a remark or an answer.

        Of an answer, whoever takes part; of a remark of ours, whoever is asked to
        decide on the version.
        """
        self.ensure_one()
        first, piece = self.parent_id, self.piece_id
        people = self.env["res.partner"]
        if first:
            people = first.author_id | first._get_replies().author_id
        elif (
            # what the client says, the agency hears
            not self.author_id.partner_share
            and piece.state == "awaiting_approval"
            and self.version_id == piece.current_version_id
        ):
            people = piece._get_asked_people()
        return self._filter_told(people - self.author_id)

    def _filter_told(self, people):
        """Return those of the people who may still read about the piece."""
        piece = self.piece_id
        return people.filtered(
            lambda contact: (
                contact.active
                and contact.email
                and contact.partner_share
                and piece.client_id in contact._portal_client_ids()
                and (piece._is_seen_by(contact) or piece._needs_link(contact))
            )
        )

    def _mail_answer(self, contact):
        """Write an answer to one of the client's people, in his language.

        :param contact: res.partner
        """
        self.ensure_one()
        piece, sender = self.piece_id, self.author_id
        if sender.partner_share:
            # nobody's letters come from a colleague's address
            sender = (
                piece.job_id._get_manager().partner_id or piece.company_id.partner_id
            )
        url = False
        if piece._is_seen_by(contact):
            # a solved one is not carried to the version that the page opens with
            number = self.version_id.number if self.parent_id.resolved else 0
            url = (
                f"{piece.get_base_url()}{piece.access_url}"
                f"{f'?version={number}' if number else ''}"
                f"#remark_{self.parent_id.number}"
            )
        elif piece._is_open_to_client():
            url = piece._get_review_url(contact)
        template = self.env.ref("client_hub.client_piece_mail_template_answer")
        template.with_context(
            client_piece_name=contact.name,
            client_piece_lang=contact.lang,
            client_piece_url=url,
            client_piece_answer={
                "author": self.author_id.name,
                "text": self._cut(self.body),
                "number": self.parent_id.number,
                "remark": self._cut(self.parent_id.body),
                "is_own": self.parent_id.author_id == contact,
            },
        ).send_mail(
            piece.id,
            email_values={
                "author_id": sender.id,
                "email_from": sender.email_formatted or False,
                "recipient_ids": [fields.Command.set(contact.ids)],
                "references": piece._get_client_answer_reference(),
            },
            email_layout_xmlid="client_hub.client_mail_layout",
        )

    @api.model
    def _cut(self, text):
        """Return as much of a text as a mail takes."""
        return text if len(text) <= MAX_TEXT else f"{text[:MAX_TEXT].rstrip()}…"
