"""A contact's access to the portal: invitation, login and password, end."""

import re

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.orm.models import NO_ACCESS
from odoo.tools import email_normalize

DEFAULT_MIN_LENGTH = 8
# What a login is made of when it is no e-mail address.
LOGIN = re.compile(r"[a-z0-9][a-z0-9._@+-]{2,63}")
STATES = [
    ("none", "No access"),
    ("invited", "Has not signed in yet"),
    ("active", "Has access"),
    ("internal", "Employee"),
]


class ClientPortalAccess(models.TransientModel):
    """Gives a contact access to the portal, changes it, or takes it away.

    A password that is typed here is kept as its hash only, until the button is
    pressed; no screen, record or log ever shows it.
    """

    _name = "client.portal.access"
    _description = "Portal access of a contact"

    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Contact",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    user_id = fields.Many2one(
        comodel_name="res.users", compute="_compute_user_id", compute_sudo=True
    )
    state = fields.Selection(
        selection=STATES, compute="_compute_user_id", compute_sudo=True
    )
    login_date = fields.Datetime(
        string="Last signed in", compute="_compute_user_id", compute_sudo=True
    )
    method = fields.Selection(
        selection=[
            ("invite", "Send an invitation by e-mail"),
            ("password", "Set login and password here"),
        ],
        default="invite",
        required=True,
        string="How",
    )
    email = fields.Char(related="partner_id.email", readonly=False)
    login = fields.Char(compute="_compute_login", store=True, readonly=False)
    password = fields.Char(
        compute="_compute_password", inverse="_inverse_password", store=False
    )
    password_again = fields.Char(
        string="Password again",
        compute="_compute_password",
        inverse="_inverse_password",
        store=False,
    )
    password_hash = fields.Char(groups=NO_ACCESS)
    portal_scope = fields.Selection(
        related="partner_id.portal_scope",
        readonly=False,
        string="Sees on the portal",
    )
    portal_group_jobs = fields.Boolean(
        related="partner_id.portal_group_jobs", readonly=False
    )

    # === COMPUTE METHODS === #

    @api.depends("partner_id")
    def _compute_user_id(self):
        for access in self:
            users = access.partner_id.with_context(active_test=False).user_ids
            user = users.filtered("active")[:1] or users[:1]
            access.user_id = user
            access.login_date = user.login_date
            if user and user._is_internal():
                access.state = "internal"
            elif not user.active or not user._is_portal():
                access.state = "none"
            else:
                access.state = "active" if user.login_date else "invited"

    @api.depends("partner_id")
    def _compute_login(self):
        for access in self:
            # sudo: the login of a contact whose access the user manages
            login = access.sudo().user_id.login
            access.login = login or email_normalize(access.partner_id.email) or ""

    def _compute_password(self):
        self.password = False
        self.password_again = False

    def _inverse_password(self):
        """Check the password against the policy and keep its hash."""
        for access in self:
            password = access.password or ""
            if not password and not access.password_again:
                continue
            if password != access.password_again:
                raise UserError(self.env._("The two passwords differ: type it again."))
            access._check_password(password)
            context = self.env["res.users"]._crypt_context()
            # sudo: a field that nobody reads
            access.sudo().password_hash = context.hash(password)
        # what was typed leaves the cache, and with it every answer of this request
        self.invalidate_recordset(["password", "password_again"], flush=False)

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Create for contacts that the user may change."""
        accesses = super().create(vals_list)
        accesses._check_partner()
        return accesses

    # === BUSINESS METHODS === #

    def _check_partner(self):
        """Raise unless the user may manage the access of these contacts.

        :raise AccessError: the contact may not be changed
        :raise UserError: it is not of a client, or the client allows no access
        """
        self.partner_id.check_access("write")
        for partner in self.partner_id:
            if not partner.commercial_partner_id.is_client:
                raise UserError(
                    self.env._("“%s” is not a contact of a client.", partner.name)
                )

    def _check_password(self, password):
        """Raise unless a password is good enough.

        :raise UserError: says what is missing, never the password
        """
        # sudo: a system parameter, known to everybody who sets a password
        parameter = self.env["ir.config_parameter"].sudo()
        minimum = parameter.get_param("auth_password_policy.minlength")
        minimum = int(minimum) if (minimum or "").isdigit() else DEFAULT_MIN_LENGTH
        if len(password) < minimum:
            raise UserError(
                self.env._(
                    "The password has %(count)s characters; it needs at least "
                    "%(minimum)s.",
                    count=len(password),
                    minimum=minimum,
                )
            )
        if password.lower() in (
            (self.login or "").lower(),
            (self.partner_id.email or "").lower(),
        ):
            raise UserError(
                self.env._("The password must differ from the login and the e-mail.")
            )
        Users = self.env["res.users"]
        # of the module auth_password_policy and of those that extend it
        if hasattr(Users, "_check_password_policy"):
            Users._check_password_policy([password])

    def _check_login(self):
        """Return the login, tidied up.

        :raise UserError: it is missing, has signs that do not belong there, or is taken
        """
        login = (self.login or "").strip().lower()
        if not login:
            raise UserError(self.env._("Enter a login."))
        if not LOGIN.fullmatch(login) and email_normalize(login) != login:
            raise UserError(
                self.env._(
                    "“%s” can't be a login: use an e-mail address, or at least three "
                    "letters, digits or signs of . _ - + @ without spaces.",
                    login,
                )
            )
        # sudo: says that a login is taken, never by whom
        users_sudo = self.env["res.users"].sudo().with_context(active_test=False)
        pattern = login.replace("_", r"\_").replace("%", r"\%")
        if users_sudo.search_count(
            [
                ("login", "=ilike", pattern),
                ("id", "!=", self.user_id.id),
            ],
            limit=1,
        ):
            raise UserError(
                self.env._("The login “%s” is taken: choose another one.", login)
            )
        return login

    def _dialog_line(self):
        """Return the contact's line in Odoo's own dialog, which does the work."""
        dialog = (
            self.env["portal.wizard"]
            .with_context(active_ids=self.partner_id.ids, active_model="res.partner")
            .create({})
        )
        return dialog.user_ids.filtered(lambda line: line.partner_id == self.partner_id)

    def _portal_user(self, login):
        """Return the contact's portal user, made or brought back if need be.

        :param str login: checked
        :return: res.users, as superuser
        """
        groups = [
            fields.Command.link(self.env.ref("base.group_portal").id),
            fields.Command.unlink(self.env.ref("base.group_public").id),
        ]
        partner = self.partner_id
        # sudo: account managers have no right on users; the contact was checked, and
        # what is made or changed here is a portal user of that contact
        user_sudo = self.user_id.sudo()
        if not user_sudo:
            company = partner.company_id or self.env.company
            user_sudo = (
                self.env["res.users"]
                .sudo()
                .with_company(company)
                .with_context(no_reset_password=True)
                ._create_user_from_template(
                    {
                        "email": email_normalize(partner.email) or False,
                        "login": login,
                        "partner_id": partner.id,
                        "company_id": company.id,
                        "company_ids": [fields.Command.set(company.ids)],
                    }
                )
            )
        user_sudo.write({"login": login, "active": True, "group_ids": groups})
        return user_sudo

    def _log(self, note):
        partner = self.partner_id
        self.env["client.history"]._explain(
            partner.commercial_partner_id, partner.display_name, partner, note
        )

    def _check_before_action(self):
        self.ensure_one()
        self._check_partner()
        if self.state == "internal":
            raise UserError(
                self.env._(
                    "“%s” is an employee: administrators manage this login.",
                    self.partner_id.name,
                )
            )

    # === ACTION METHODS === #

    def action_invite(self):
        """Send an invitation, the first or another one.

        :raise UserError: the client allows no access, or the e-mail does not serve
        """
        self._check_before_action()
        self.partner_id._check_portal_allowed()
        line = self._dialog_line()
        if self.state == "none":
            line.action_grant_access()
        else:
            line.action_invite_again()
            self._log(self.env._("Portal invitation sent again"))
        return {"type": "ir.actions.act_window_close"}

    def action_set_password(self):
        """Give access with the login and the password that were typed.

        :raise UserError: the client allows no access, or one of them does not serve
        """
        self._check_before_action()
        self.partner_id._check_portal_allowed()
        login = self._check_login()
        access_sudo = self.sudo()  # sudo: a field that nobody reads
        if not access_sudo.password_hash:
            raise UserError(self.env._("Enter a password, twice."))
        is_new = self.state == "none"
        old_login = access_sudo.user_id.login
        user_sudo = self._portal_user(login)
        user_sudo._set_encrypted_password(user_sudo.id, access_sudo.password_hash)
        access_sudo.password_hash = False
        # an invitation that is still on its way opens nothing any more
        user_sudo.partner_id.signup_cancel()
        # sessions that the old password opened end
        self.env.registry.clear_cache()
        if is_new:
            self._log(self.env._("Portal access granted, password set: %s", login))
        elif old_login != login:
            self._log(self.env._("Portal login and password changed: %s", login))
        else:
            self._log(self.env._("Portal password changed"))
        return {"type": "ir.actions.act_window_close"}

    def action_revoke(self):
        """Take the access away.

        :raise UserError: there is none
        """
        self._check_before_action()
        self._dialog_line().action_revoke_access()
        return {"type": "ir.actions.act_window_close"}

    @api.model
    def _open(self, partner):
        """Return the action that opens the dialog for a contact."""
        if not self.env.user.has_group("client_hub.group_account_manager"):
            raise AccessError(
                self.env._("Only account managers give access to the portal.")
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Portal access: %s", partner.name),
            "res_model": self._name,
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_partner_id": partner.id},
        }
