import hashlib
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import consteq, hmac

CODE_MINUTES = 15
# wrong codes before a new one has to be asked for
CODE_ATTEMPTS = 5
CODES_AN_HOUR = 5
CODE_PAUSE = timedelta(minutes=1)


class ClientPieceLink(models.Model):
    """A link by which one of the client's people decides on a piece without a login.

    Whoever opens it proves with a code, sent to the invited address, that he is the
    one invited. Token and code are kept only as fingerprints.
    """

    _name = "client.piece.link"
    _description = "Piece Link"
    _inherit = ["client.record"]
    _order = "id desc"
    _history_kind = "access"
    # secrets, and counters of what is not a change of the link
    _history_exclude = frozenset(
        {
            "token_hash",
            "code_hash",
            "code_expires",
            "code_attempts",
            "code_date",
            "codes_sent",
            "hour_start",
            "last_use",
        }
    )
    _client_record_allow_inactive = True

    piece_id = fields.Many2one(
        comodel_name="client.piece", required=True, ondelete="cascade", index=True
    )
    client_id = fields.Many2one(
        related="piece_id.client_id", store=True, precompute=True
    )
    company_id = fields.Many2one(
        related="piece_id.company_id", store=True, precompute=True, default=None
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Invited",
        required=True,
        ondelete="cascade",
        index=True,
    )
    expires = fields.Datetime(string="Valid until", required=True)
    is_revoked = fields.Boolean(string="Revoked")
    last_use = fields.Datetime(string="Last opened")

    token_hash = fields.Char(required=True, groups="base.group_system")
    code_hash = fields.Char(groups="base.group_system")
    code_expires = fields.Datetime(groups="base.group_system")
    code_attempts = fields.Integer(groups="base.group_system")
    code_date = fields.Datetime(groups="base.group_system")
    codes_sent = fields.Integer(groups="base.group_system")
    hour_start = fields.Datetime(groups="base.group_system")

    _token_unique = models.UniqueIndex("(token_hash)")

    # === COMPUTE METHODS === #

    @api.depends("partner_id")
    def _compute_display_name(self):
        for link in self:
            link.display_name = link.partner_id.name
        self.env["client.wall"]._mask(self)

    # === ACTION METHODS === #

    def action_revoke(self):
        """Close the link at once."""
        self.piece_id.check_access("write")
        # sudo: whoever may change the piece may close its links; only this is written
        self.sudo().write({"is_revoked": True, "code_hash": False})

    # === BUSINESS METHODS === #

    @api.model
    @api.private
    def _open_for(self, piece, contact):
        """Return the secret of a new link for a contact.

        :param piece: client.piece that allows links
        :param contact: res.partner who is invited
        :rtype: str
        """
        token = secrets.token_urlsafe(32)
        # sudo: links are made only by the mails that carry them
        self.sudo().create(
            {
                "piece_id": piece.id,
                "partner_id": contact.id,
                "token_hash": self._hash_token(token),
                "expires": fields.Datetime.now() + timedelta(days=piece.link_days),
            }
        )
        return token

    @api.model
    def _hash_token(self, token):
        return hashlib.sha256(token.encode()).hexdigest()

    @api.model
    @api.private
    def _find(self, token):
        """Return the link with this secret as superuser, valid or not any more.

        :param str token: as in the address
        """
        # sudo: by its secret only; the caller asks for the code before he shows a thing
        return self.sudo().search([("token_hash", "=", self._hash_token(token))])

    def _is_valid(self):
        """Tell whether the link still opens its piece."""
        self.ensure_one()
        piece, contact = self.piece_id, self.partner_id
        client = piece.client_id
        return (
            not self.is_revoked
            and self.expires > fields.Datetime.now()
            and piece.allow_link
            and bool(piece.current_version_id)
            and piece._is_open_to_client()
            and contact.active
            and bool(contact.email)
            and client in contact._portal_client_ids()
            and client.client_status != "inactive"
            and client.client_portal_access != "no"
        )

    def _get_masked_email(self):
        """Return the invited address as far as its owner recognises it."""
        self.ensure_one()
        name, __, domain = (self.partner_id.email or "").strip().rpartition("@")
        return f"{name[:1]}{'•' * max(len(name) - 1, 3)}@{domain}"

    def _is_code_sent(self):
        """Tell whether a code that was sent can still be typed.

        Who looks for it in another app comes back to a page that is loaded again.
        """
        self.ensure_one()
        return bool(self.code_hash) and self.code_expires > fields.Datetime.now()

    def _hash_code(self, code):
        """Return the fingerprint of a code: good for this link only."""
        self.ensure_one()
        return hmac(self.env(su=True), "client_piece_code", (self.id, code))

    def _send_code(self):
        """Send a new code to the invited address.

        :raise UserError: too many of them
        """
        self.ensure_one()
        self.lock_for_update()
        now = fields.Datetime.now()
        if self.code_date and now - self.code_date < CODE_PAUSE:
            raise UserError(
                self.env._(
                    "We have just sent a code. Look into your mailbox, or ask for "
                    "another one in a minute."
                )
            )
        sent = self.codes_sent
        start = self.hour_start
        if not start or now - start >= timedelta(hours=1):
            sent, start = 0, now
        if sent >= CODES_AN_HOUR:
            raise UserError(
                self.env._("That were many codes. Please try again in an hour.")
            )
        code = f"{secrets.randbelow(10**6):06}"
        self.write(
            {
                "code_hash": self._hash_code(code),
                "code_expires": now + timedelta(minutes=CODE_MINUTES),
                "code_attempts": 0,
                "code_date": now,
                "codes_sent": sent + 1,
                "hour_start": start,
            }
        )
        template = self.env.ref("client_hub.client_piece_mail_template_code")
        template.with_context(
            client_piece_code=code, client_piece_lang=self.partner_id.lang
        ).send_mail(
            self.piece_id.id,
            # the person waits for it
            force_send=True,
            email_values={
                # not from the visitor, whom nobody knows yet
                **self.piece_id._get_sender_values(
                    template, self.company_id.partner_id
                ),
                "recipient_ids": [fields.Command.set(self.partner_id.ids)],
                "references": self.piece_id._get_client_answer_reference(),
            },
            email_layout_xmlid="client_hub.client_mail_layout",
        )

    def _check_code(self, code):
        """Tell whether a code is the one sent; it is good for one use.

        :param str code: as typed
        :return: False, or True and the code is used up
        :raise UserError: there is none to try any more
        """
        self.ensure_one()
        self.lock_for_update()
        now = fields.Datetime.now()
        if not self.code_hash or self.code_expires < now:
            raise UserError(self.env._("The code is too old: ask for a new one."))
        if self.code_attempts >= CODE_ATTEMPTS:
            raise UserError(
                self.env._("That were too many wrong codes: ask for a new one.")
            )
        code = "".join(char for char in code or "" if char.isdecimal())[:12]
        if consteq(self._hash_code(code), self.code_hash):
            self.write({"code_hash": False, "last_use": now})
            return True
        self.code_attempts += 1
        return False
