import hashlib
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

MINUTES = 30
# How long the link of the button is good for: until the page opens.
START_MINUTES = 2
# Pages with documents that the person who looks must be allowed to read himself.
PAGE_MODELS = {
    "/my/invoices": "account.move",
    "/my/orders": "sale.order",
    "/my/quotes": "sale.order",
    "/my/contracts": "client.contract",
    "/my/budgets": "client.budget",
    "/my/statement": "account.move",
}


class ClientRehearsal(models.Model):
    """An employee looks at the portal as one of a client's people sees it.

    Nobody signs in: the employee's own session goes on, and single requests of his
    browser are answered as the contact, in a transaction that can't write (see
    ``ir.http``). A look ends by itself, is of one employee and one contact, and is
    asked again with every request whether it may be. Secrets are kept only as
    fingerprints.
    """

    _name = "client.rehearsal"
    _description = "Look at the Portal"
    _inherit = ["client.record"]
    _order = "id desc"
    _rec_name = "contact_id"
    _history_kind = "access"
    # secrets, and what follows from them
    _history_exclude = frozenset({"start_hash", "token_hash"})

    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Seen by",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    contact_id = fields.Many2one(
        comodel_name="res.partner",
        string="Seen as",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    expires = fields.Datetime(string="Until", required=True, readonly=True)
    ended = fields.Datetime(readonly=True)
    start_hash = fields.Char(readonly=True, groups="base.group_system")
    token_hash = fields.Char(readonly=True, groups="base.group_system")

    _token_unique = models.UniqueIndex("(token_hash) WHERE token_hash IS NOT NULL")

    # === COMPUTE METHODS === #

    @api.depends("contact_id")
    @api.depends_context("lang", "uid")
    def _compute_display_name(self):
        for rehearsal in self:
            rehearsal.display_name = self.env._(
                "Portal seen as %s", rehearsal.contact_id.name
            )
        self.env["client.wall"]._mask(self)

    # === BUSINESS METHODS === #

    @api.model
    @api.private
    def _open_for(self, contact):
        """Begin a look of the current user; one before it ends.

        :param contact: res.partner with a login on the portal
        :return: the secret of the link that begins it
        :raise UserError: it may not be
        """
        user = self.env.user
        if sentence := self._get_refusal(user, contact):
            raise UserError(sentence)
        # sudo: whoever passes the check above may look, and only his own looks end
        rehearsals_sudo = self.sudo()
        rehearsals_sudo.search(
            [("user_id", "=", user.id), ("ended", "=", False)]
        )._end()
        secret = secrets.token_urlsafe(32)
        rehearsals_sudo.create(
            {
                "user_id": user.id,
                "contact_id": contact.id,
                "client_id": contact.commercial_partner_id.id,
                "expires": fields.Datetime.now() + timedelta(minutes=MINUTES),
                "start_hash": self._hash(secret),
            }
        )
        return secret

    @api.model
    @api.private
    def _start(self, secret):
        """Exchange the secret of a link, good for one use, for that of the cookie.

        :param str secret: as in the address
        :return: the secret of the cookie, or None
        """
        # sudo: by its secret, and only the current user's own
        rehearsal_sudo = self.sudo().search(
            [
                ("start_hash", "=", self._hash(secret)),
                ("user_id", "=", self.env.uid),
                ("ended", "=", False),
                (
                    "create_date",
                    ">",
                    fields.Datetime.now() - timedelta(minutes=START_MINUTES),
                ),
            ]
        )
        if not rehearsal_sudo:
            return None
        token = secrets.token_urlsafe(32)
        rehearsal_sudo.write({"start_hash": False, "token_hash": self._hash(token)})
        return token

    @api.model
    @api.private
    def _find(self, token, uid):
        """Return the look with this secret if it still may be, as superuser.

        :param str token: of the cookie
        :param int uid: who is signed in
        """
        # sudo: by its secret, and only of who is signed in
        rehearsal_sudo = self.sudo().search(
            [
                ("token_hash", "=", self._hash(token)),
                ("user_id", "=", uid),
                ("ended", "=", False),
                ("expires", ">", fields.Datetime.now()),
            ]
        )
        if rehearsal_sudo and self._get_refusal(
            rehearsal_sudo.user_id, rehearsal_sudo.contact_id
        ):
            return rehearsal_sudo.browse()
        return rehearsal_sudo

    def _end(self):
        """Close these looks."""
        self.write({"ended": fields.Datetime.now(), "token_hash": False})

    @api.model
    def _hash(self, secret):
        return hashlib.sha256((secret or "").encode()).hexdigest()

    @api.model
    def _get_portal_user(self, contact):
        """Return with which login a contact uses the portal, as superuser."""
        # sudo: whether and how a contact signs in is no secret to his account manager
        return contact.sudo().user_ids.filtered(lambda user: user._is_portal())[:1]

    @api.model
    def _get_refusal(self, user, contact):
        """Return why a person may not look at the portal as a contact, or False.

        :param user: res.users
        :param contact: res.partner
        """
        if not user.active or not user.has_group("client_hub.group_account_manager"):
            return self.env._("Only account managers look at the portal of a client.")
        portal_user = self._get_portal_user(contact)
        # the contact may see more than one client, each of which the person must see
        clients = contact._portal_client_ids() | contact._portal_job_clients()
        people = (contact | clients).sudo(False).with_user(user)
        companies = portal_user.company_ids | contact.sudo().company_id
        try:
            people.with_context(allowed_company_ids=user.company_ids.ids).check_access(
                "read"
            )
        except AccessError:
            return self.env._("This contact sees clients on the portal that you don't.")
        if not contact.sudo().commercial_partner_id.is_client or not portal_user:
            return self.env._("This contact has no login on the portal.")
        if companies - user.company_ids:
            return self.env._("This contact belongs to a company that you don't see.")
        return False

    def _is_page_closed(self, path):
        """Tell whether a page shows what the person who looks may not read.

        :param str path: of the address
        """
        self.ensure_one()
        if path.startswith(("/my/security", "/my/payment_method")):
            # the contact's own affairs
            return True
        for prefix, model in PAGE_MODELS.items():
            if path.startswith(prefix) and model in self.env:
                as_user = self.env[model].sudo(False).with_user(self.user_id)
                return not as_user.has_access("read")
        return False
