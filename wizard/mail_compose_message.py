from odoo import api, fields, models
from odoo.exceptions import UserError


class MailComposeMessage(models.TransientModel):
    """Says and asks who reads a message about a client before it is sent."""

    _inherit = "mail.compose.message"

    client_talk_audience = fields.Selection(
        selection=[
            ("internal", "Colleagues only"),
            ("client", "The client as well"),
        ],
        string="Who reads it",
        compute="_compute_client_talk_audience",
        inverse="_inverse_client_talk_audience",
        help="Empty for messages that are not about a client.",
    )
    client_talk_hint = fields.Char(compute="_compute_client_talk_hint")

    @api.model
    def default_get(self, fields):
        """Keep forwarded messages among colleagues where the company wants it.

        Odoo posts a forwarded message as one to the client, also if it was a note.
        """
        context = self.env.context
        model = context.get("default_model")
        if (
            context.get("default_composition_comment_option") == "forward"
            and model in self.env["mail.message"]._client_talk_models()
            and self.env.company.client_talk_internal
        ):
            self = self.with_context(default_subtype_xmlid="mail.mt_note")
        return super().default_get(fields)

    # === COMPUTE METHODS === #

    @api.depends("model", "res_ids", "subtype_id", "composition_mode")
    def _compute_client_talk_audience(self):
        for composer in self:
            document = composer._get_client_talk_document()
            subtype = composer.subtype_id.sudo()
            is_internal = not subtype or subtype.internal
            composer.client_talk_audience = document and (
                "internal" if is_internal else "client"
            )

    def _inverse_client_talk_audience(self):
        for composer in self.filtered("client_talk_audience"):
            composer._set_client_talk_subtype()

    @api.onchange("client_talk_audience")
    def _onchange_client_talk_audience(self):
        if self.client_talk_audience:
            self._set_client_talk_subtype()

    @api.depends("client_talk_audience", "partner_ids")
    def _compute_client_talk_hint(self):
        for composer in self:
            document = composer._get_client_talk_document()
            sentences = document and document._get_client_audience(composer.partner_ids)
            composer.client_talk_hint = (
                sentences and sentences[composer.client_talk_audience or "client"]
            )

    # === BUSINESS METHODS === #

    def _set_client_talk_subtype(self):
        """Make the message what was chosen; its recipients stay.

        Odoo empties them with the kind of message.
        """
        is_internal = self.client_talk_audience == "internal"
        partners = self.partner_ids
        self.subtype_id = self.env.ref(
            "mail.mt_note" if is_internal else "mail.mt_comment"
        )
        self.partner_ids = partners

    def _get_client_talk_document(self):
        """Return the one document about a client on which this is posted, or False."""
        self.ensure_one()
        if self.composition_mode != "comment" or self.model not in self.env:
            return False
        ids = self._evaluate_res_ids() or []
        document = self.env[self.model].browse(ids)
        if len(document) != 1 or not hasattr(document, "_is_client_talk"):
            return False
        return document._is_client_talk() and document

    def _action_send_mail_comment(self, res_ids):
        """Refuse a note to people who would not get it.

        :raise UserError: names them
        """
        if self.client_talk_audience == "internal":
            outsiders = self.partner_ids.filtered("partner_share")
            if outsiders:
                raise UserError(
                    self.env._(
                        "%(names)s would not get this: it is for colleagues only. "
                        "Take them off, or choose “The client as well”.",
                        names=", ".join(outsiders.mapped("display_name")),
                    )
                )
        return super()._action_send_mail_comment(res_ids)
