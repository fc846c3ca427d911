from odoo import api, fields, models


class ClientTalkMixin(models.AbstractModel):
    """A document on which staff and the client's people talk in one chatter.

    Notes are internal, comments go to the client. An internal text never reaches a
    portal user, even one that is mentioned in it. Links carry no access token: the
    pages need a login, so a forwarded e-mail opens nothing.
    """

    _name = "client.talk.mixin"
    _description = "Talk with the Client"
    _inherit = ["portal.mixin", "mail.thread", "mail.activity.mixin"]
    # Whoever may read the document may write in its chatter.
    _mail_post_access = "read"

    access_token = fields.Char(groups="base.group_user")

    # === BUSINESS METHODS === #

    @api.model
    def _refuse_upload(self, upload):
        """Return why a file is not taken with a message of the client, or False.

        :param upload: werkzeug FileStorage
        """
        __, sentences = self.env["client.job"]._portal_read_files([upload])
        return " ".join(sentences)

    def _get_share_url(
        self, redirect=False, signup_partner=False, pid=None, share_token=True
    ):
        """Return the page's address without a token (see the class)."""
        self.ensure_one()
        if redirect:
            return super()._get_share_url(redirect=True, share_token=False)
        return self.access_url

    def get_portal_url(
        self,
        suffix=None,
        report_type=None,
        download=None,
        query_string=None,
        anchor=None,
    ):
        """Return the page's address without a token (see the class)."""
        self.ensure_one()
        parameters = [
            f"report_type={report_type}" if report_type else "",
            "download=true" if download else "",
            (query_string or "").lstrip("&?"),
        ]
        query = "&".join(filter(None, parameters))
        return "".join(
            [
                self.access_url,
                suffix or "",
                f"?{query}" if query else "",
                f"#{anchor}" if anchor else "",
            ]
        )

    def _get_sender_values(self, template, *senders):
        """Return from whom a mail about this document is.

        Odoo leaves it empty when the author is given, or takes whoever the code runs
        as; what the template says goes first.

        :param template: mail.template, as superuser
        :param senders: res.partner, the first with an address counts
        :return: values of a message, or none
        """
        self.ensure_one()
        if template.email_from:
            found = template._render_field("email_from", self.ids)[self.id]
        else:
            # sudo: the address stands in the mail
            addresses = [sender.sudo().email_formatted for sender in senders if sender]
            found = next(filter(None, addresses), None)
        return {"email_from": found} if found else {}

    def _tell_staff(self, users, prepare):
        """Tell users personally, each in the language that he reads.

        :param users: res.users recordset
        :param prepare: called with this document in a language, returns the subject
            and the body; see :meth:`_notify_staff`
        """
        self.ensure_one()
        # sudo: only in which language the colleagues of the document read
        for lang, people in users.sudo().grouped("lang").items():
            document = self.with_context(lang=lang or self.env.lang)
            document._notify_staff(people, *prepare(document))

    def _notify_staff(self, users, subject, body):
        """Tell users personally, in Odoo or by e-mail as each prefers.

        :param users: res.users recordset
        :param str subject: one line
        :param Markup body: what happened
        """
        self.ensure_one()
        users = users.filtered(lambda user: user.active and not user.share)
        users -= self.env.user
        if not users:
            return
        # sudo: the sender may be a portal user's request or a colleague with less
        # rights; the message goes only to the people of this very document
        self.sudo().message_notify(
            partner_ids=users.partner_id.ids,
            subject=subject,
            body=body,
            model_description=self.env["ir.model"].sudo()._get(self._name).name,
            email_layout_xmlid="mail.mail_notification_layout",
            # the client's name would stand below what we say about him
            email_add_signature=False,
        )
