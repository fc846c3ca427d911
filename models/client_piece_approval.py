from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.http import request
from odoo.tools import SQL, html_escape

from .mail_thread_pace import COUNTED

STATE_OF_DECISION = {
    "approved": "approved",
    "changes": "changes_requested",
    "refused": "refused",
}
MAX_TEXT = 20000
MAX_REMARKS = 200


class ClientPiece(models.Model):
    """The way of a piece to the client and back."""

    _inherit = "client.piece"

    # === ACTION METHODS === #

    def action_send_to_client(self):
        """Send the newest version to the client's person for a decision.

        :raise UserError: nothing to send, already sent, or nobody to send it to
        """
        for piece in self:
            version = piece._check_sendable()
            version._mark_sent()
            piece.write({"state": "awaiting_approval"})
            # sudo: a system field; counts from the version the client now has
            piece.sudo().awaiting_date = fields.Datetime.now()
            piece._plan_answer()
            piece._subscribe_people()
            piece._announce(version)

    # === BUSINESS METHODS === #

    def _announce(self, version):
        """Tell the client's people that a version waits for their decision."""
        self.ensure_one()
        # sudo: the template reads the client's person and the version, which the
        # sender has just been allowed to send
        piece_sudo = self.sudo()
        author = self.env.user.partner_id
        # whoever was asked about the version before is asked again
        piece_sudo.approver_ids.write({"is_asked": False})
        people = piece_sudo.approver_ids.partner_id or piece_sudo.requester_id
        if not piece_sudo.approver_ids and not piece_sudo._needs_link(
            piece_sudo.requester_id
        ):
            template_sudo = self.env.ref(
                "client_hub.client_piece_mail_template_review"
            ).sudo()
            message = piece_sudo.message_post_with_source(
                template_sudo,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
                partner_ids=piece_sudo.requester_id.ids,
                author_id=author.id,
                **piece_sudo._get_sender_values(template_sudo, author),
            )
            # the letter is on its way; on the page that it leads to, its greeting and
            # its button would only be in the way
            client_lang = piece_sudo.with_context(lang=people.lang or self.env.lang)
            message.body = client_lang._get_sent_body(version, people)
            return
        client_lang = piece_sudo.with_context(
            lang=piece_sudo.requester_id.lang or people[:1].lang or self.env.lang
        )
        # each gets a letter of his own; what they answer belongs to this message, so
        # the client reads it
        piece_sudo.message_post(
            body=client_lang._get_sent_body(version, people),
            author_id=author.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            notify_skip_followers=True,
        )
        if piece_sudo.approver_ids:
            piece_sudo._ask_approvers(version)
        else:
            piece_sudo._mail_review(people)

    def _get_sent_body(self, version, people):
        """Return what the chatter says about a version that goes to the client.

        :param version: client.piece.version
        :param people: res.partner who decide
        """
        self.ensure_one()
        body = Markup("<p>%s</p>") % self.env._(
            "Version %(number)s was sent for approval to %(names)s.",
            number=version.number,
            names=", ".join(people.mapped("name")),
        )
        if version.note_to_client:
            note = html_escape(version.note_to_client).replace("\n", Markup("<br/>"))
            body += Markup("<p>%s</p>") % note
        return body

    def _mail_review(self, contact):
        """Ask one of the client's people by e-mail, in his language.

        :param contact: res.partner who decides
        """
        self.ensure_one()
        # sudo: the template reads what the contact may see of the piece
        piece_sudo = self.sudo()
        template = self.env.ref("client_hub.client_piece_mail_template_ask").sudo()
        template.with_context(
            client_piece_name=contact.name,
            client_piece_lang=contact.lang,
            client_piece_url=piece_sudo._get_review_url(contact),
        ).send_mail(
            piece_sudo.id,
            email_values={
                "recipient_ids": [fields.Command.set(contact.ids)],
                "references": piece_sudo._get_client_answer_reference(),
            },
            email_layout_xmlid="client_hub.client_mail_layout",
        )

    def _check_sendable(self):
        """Return the version to send, or raise a sentence that says what is missing."""
        self.ensure_one()
        if self.state == "awaiting_approval":
            # a newer version replaces the one that the client is looking at
            self._check_transition_group("awaiting_approval")
        else:
            self._check_transition("awaiting_approval")
        version = self.version_ids.sorted("number")[-1:]
        if not version:
            raise UserError(
                self.env._("“%(piece)s” has no version to send.", piece=self.name)
            )
        if version.sent_date:
            raise UserError(
                self.env._(
                    "Version %(number)s of “%(piece)s” was already sent: add a new"
                    " one.",
                    number=version.number,
                    piece=self.name,
                )
            )
        if not version.attachment_ids and not (version.body_text or "").strip():
            raise UserError(
                self.env._(
                    "Version %(number)s of “%(piece)s” is empty: add a file or a text.",
                    number=version.number,
                    piece=self.name,
                )
            )
        self._check_addressees()
        return version

    def _check_addressees(self):
        """Raise when somebody who has to decide can't be written to."""
        self.ensure_one()
        for approver in self.approver_ids:
            if not approver.partner_id.email:
                raise UserError(
                    self.env._(
                        "The approver “%(name)s” needs an e-mail address.",
                        name=approver.partner_id.name,
                    )
                )
            self._check_sight(approver.partner_id)
        if not self.approver_ids and not self.requester_id.email:
            raise UserError(
                self.env._(
                    "“%(job)s” needs a requester with an e-mail address.",
                    job=self.job_id.display_name,
                )
            )
        if not self.approver_ids:
            self._check_sight(self.requester_id)

    def _check_sight(self, contact):
        """Raise when our mail would lead somebody to a page that he can't open."""
        if not self.allow_link and not self._is_seen_by(contact):
            raise UserError(
                self.env._(
                    "“%(name)s” does not see this piece on the portal: give access "
                    "to it, or allow the link without login.",
                    name=contact.name,
                )
            )

    def _portal_decide(
        self, version, contact, decision, comment="", remarks=(), agreed_price=None
    ):
        """Record the client's decision on the version that was shown.

        :param version: client.piece.version that the person looked at
        :param contact: res.partner who decides
        :param str decision: ``approved``, ``changes`` or ``refused``
        :param str comment: what the person adds; required unless approved
        :param remarks: list of dicts ``target`` (whole, layout, text), ``body``,
            ``attachment_id``, ``page``, ``x``, ``y``, ``text_start``, ``text_end``
        :param agreed_price: what the person agreed to pay for a further round
        :return: client.piece.decision
        :raise UserError: a sentence for the person; nothing was written
        """
        self.ensure_one()
        self._lock_for_decision()
        comment = (comment or "").strip()
        remarks = list(remarks or ())
        self._check_decision(version, contact, decision, comment, remarks)
        price = self._check_extra_price(decision, agreed_price)
        # sudo: decisions and remarks of the client's people are written only here,
        # after the checks above
        piece_sudo = self.sudo()
        approver_sudo = piece_sudo._find_approver(version.sudo(), contact)
        outcome = piece_sudo._get_outcome(version.sudo(), approver_sudo, decision)
        with self.env.cr.savepoint():
            piece_sudo.env["client.piece.remark"].create(
                [version._prepare_remark_values(contact, remark) for remark in remarks]
            )
            row = piece_sudo.env["client.piece.decision"].create(
                {
                    **self._prepare_decision_values(version, contact, decision),
                    "comment": comment,
                    "approver_partner_id": approver_sudo.partner_id.id,
                    "outcome": outcome,
                    "extra_price": price,
                }
            )
            # two people who decide at once write the same row, so that the database
            # makes one of them begin again
            piece_sudo.last_decision_date = row.date
            if outcome:
                piece_sudo.write({"state": STATE_OF_DECISION[outcome]})
            piece_sudo._enter_round(row)
            piece_sudo._post_decision(row)
            piece_sudo._ask_approvers(None if outcome else version)
        return row

    def _prepare_decision_values(self, version, contact, decision):
        """Return what is known of a decision: of what, by whom, from where."""
        self.ensure_one()
        return {
            "piece_id": self.id,
            "version_id": version.id,
            "decision": decision,
            "author_id": contact.id,
            "user_id": self.env.uid,
            "channel": self.env.context.get("client_decision_channel") or "portal",
            "ip_address": request.httprequest.remote_addr if request else False,
            # sudo: of the version that was just decided on
            "fingerprints": version.sudo().fingerprints,
        }

    def _lock_for_decision(self):
        """Lock the piece: two people deciding at once do it one after the other."""
        self.flush_recordset()
        self.env.execute_query(
            SQL("SELECT id FROM client_piece WHERE id = %s FOR UPDATE", self.id)
        )
        self.invalidate_recordset(["state", "current_version_id"])

    def _check_decision(self, version, contact, decision, comment, remarks):
        """Raise unless this decision may be recorded now."""
        env = self.env
        if decision not in STATE_OF_DECISION:
            raise UserError(
                env._("Choose to approve, to ask for changes or to refuse.")
            )
        if not contact:
            raise UserError(env._("Say who decides."))
        self._check_portal_talker(contact)
        if version.piece_id != self or not version.sent_date:
            raise UserError(env._("This version does not belong to the piece."))
        if self.state != "awaiting_approval":
            raise UserError(
                env._(
                    "“%(piece)s” is not waiting for a decision: it is “%(state)s”.",
                    piece=self.name,
                    state=self._get_state_label(),
                )
            )
        if version != self.current_version_id:
            raise UserError(
                env._(
                    "Version %(old)s was replaced by version %(new)s while you were"
                    " looking: please look at the new one first.",
                    old=version.number,
                    new=self.current_version_id.number,
                )
            )
        if (
            decision != "approved"
            and not (comment or remarks)
            and not version._has_remarks_of(contact)
        ):
            raise UserError(env._("Write what should change, or why you refuse."))
        if len(comment) > MAX_TEXT or len(remarks) > MAX_REMARKS:
            raise UserError(
                env._(
                    "That is too much for one decision: at most %(chars)s characters"
                    " and %(remarks)s remarks.",
                    chars=MAX_TEXT,
                    remarks=MAX_REMARKS,
                )
            )

    def _check_portal_talker(self, contact):
        """Raise unless the contact is one of the client's people for this piece."""
        self.ensure_one()
        if self.client_id not in contact._portal_client_ids():
            raise UserError(
                self.env._(
                    "Only people of “%(client)s” decide on its pieces.",
                    client=self.sudo().client_id.name,  # sudo: the caller's own piece
                )
            )

    def _prepare_decision_body(self, row):
        """Return what a decision says, in the language of the environment."""
        self.ensure_one()
        label = dict(row._fields["decision"]._description_selection(self.env))
        sentence = self.env._(
            "%(person)s: %(decision)s, version %(number)s.",
            person=row.author_id.name,
            decision=label[row.decision],
            number=row.version_id.number,
        )
        body = Markup("<p><strong>%s</strong></p>") % sentence
        if row.approver_partner_id and row.approver_partner_id != row.author_id:
            body += Markup("<p>%s</p>") % self.env._(
                "For %(name)s.", name=row.approver_partner_id.name
            )
        if not row.outcome:
            waiting = self._get_undecided(row.version_id).partner_id
            body += Markup("<p>%s</p>") % self.env._(
                "Still to decide: %(names)s.", names=", ".join(waiting.mapped("name"))
            )
        if row.comment:
            text = html_escape(row.comment).replace("\n", Markup("<br/>"))
            body += Markup("<p>%s</p>") % text
        return body

    def _prepare_decision_notice(self, row):
        """Return the subject and the text that tell colleagues of a decision."""
        self.ensure_one()
        label = dict(row._fields["decision"]._description_selection(self.env))
        subject = self.env._(
            "%(piece)s: %(decision)s",
            piece=self.display_name,
            decision=label[row.decision],
        )
        return subject, self._prepare_decision_body(row)

    def _post_decision(self, row):
        """Write the decision into the chatter and tell the people of the piece."""
        self.ensure_one()
        # the client's people read it on their pages, whoever wrote it down
        lang = self.requester_id.lang or row.author_id.lang or self.env.lang
        self.with_context(client_talk=COUNTED).message_post(
            body=self.with_context(lang=lang)._prepare_decision_body(row),
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            author_id=row.author_id.id,
        )
        job = self.job_id
        traffic = job._get_traffic()
        self._tell_staff(
            job._get_manager() | traffic | self.assigned_user_id,
            lambda piece: piece._prepare_decision_notice(row),
        )
        if row.outcome == "changes" and self.job_id._may_have_activity(traffic):
            piece = self.with_context(
                mail_activity_quick_update=True, lang=traffic.lang or self.env.lang
            )
            piece.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=fields.Date.context_today(self),
                user_id=traffic.id,
                summary=piece.env._("Changes requested: assign them"),
                note=row.comment,
            )

    def _get_report_base_filename(self):
        """Return how the certificate is called where it is downloaded."""
        self.ensure_one()
        return self.env._("Certificate %(piece)s", piece=self.display_name)

    def _get_certificate(self):
        """Return what the approval certificate shows.

        Guests, who come by a link, read who decided and no address.

        :return: list of dicts ``decision``, ``version``, ``for`` (the approver a deputy
            stood in for), ``email``, ``ip``, ``files`` (name, size, sha256)
        """
        names_only = bool(self.env.context.get("client_certificate_names"))
        self.ensure_one()
        rows = []
        for row in self.decision_ids.sorted(lambda row: (row.date, row.id)):
            # sudo: of the reader's own piece; address and origin of who decided are
            # what the certificate is for
            row_sudo = row.sudo()
            author, approver = row_sudo.author_id, row_sudo.approver_partner_id
            rows.append(
                {
                    "decision": row,
                    "version": row.version_id,
                    "for": approver if approver != author else approver.browse(),
                    "email": not names_only and author.email,
                    # what is recorded by the agency comes from its own address
                    "ip": not names_only
                    and row_sudo.channel != "staff"
                    and row_sudo.ip_address,
                    "files": row.fingerprints or [],
                }
            )
        return rows
