"""A client's own address for requests by e-mail."""

from odoo import api, fields, models
from odoo.exceptions import UserError


class ResPartner(models.Model):
    """Mails to the address open requests of this client, and of no other."""

    _inherit = "res.partner"

    client_request_alias_ids = fields.One2many(
        comodel_name="mail.alias",
        inverse_name="client_id",
        string="Addresses for requests",
        groups="client_hub.group_account_manager",
    )
    client_request_alias_name = fields.Char(
        string="Requests by e-mail",
        compute="_compute_client_request_alias",
        inverse="_inverse_client_request_alias_name",
        groups="client_hub.group_account_manager",
        help="A mail of one of the client's people to this address opens a draft of a "
        "request of this client. Anybody else gets an answer that says why not.",
    )
    client_request_alias_domain = fields.Char(
        string="Domain for requests",
        compute="_compute_client_request_alias",
        groups="client_hub.group_account_manager",
    )

    # === COMPUTE METHODS === #

    @api.depends("client_request_alias_ids.alias_name", "company_id")
    @api.depends_context("company")
    def _compute_client_request_alias(self):
        for partner in self:
            # sudo: the address of a client that the user sees
            alias_sudo = partner.sudo().client_request_alias_ids[:1]
            domain_sudo = alias_sudo.alias_domain_id or partner._get_alias_domain()
            partner.client_request_alias_name = alias_sudo.alias_name
            partner.client_request_alias_domain = domain_sudo.name

    def _inverse_client_request_alias_name(self):
        for partner in self:
            name = (partner.client_request_alias_name or "").strip()
            # sudo: whoever may change the client may change its address
            alias_sudo = partner.sudo().client_request_alias_ids[:1]
            if name != (alias_sudo.alias_name or ""):
                partner._set_request_alias(alias_sudo, name)

    # === BUSINESS METHODS === #

    def _get_alias_domain(self):
        """Return the domain of the addresses of the client's company, as superuser."""
        # sudo: a setting of the company
        company_sudo = (self.company_id or self.env.company).sudo()
        return company_sudo.alias_domain_id

    def _set_request_alias(self, alias_sudo, name):
        """Give the client an address for requests, another one, or take it.

        :param alias_sudo: mail.alias of the client as superuser, or none
        :param str name: what stands before the @, or empty
        :raise UserError: it is no client, or there is no domain
        """
        self.ensure_one()
        former = alias_sudo.alias_full_name
        if not name:
            alias_sudo.unlink()
        elif not self.is_client:
            raise UserError(self.env._("Only clients have an address for requests."))
        elif not self._get_alias_domain():
            raise UserError(
                self.env._(
                    "Set the alias domain of the company in the general settings first."
                )
            )
        elif alias_sudo:
            alias_sudo.alias_name = name
        else:
            alias_sudo = alias_sudo.create(self._prepare_request_alias(name))
            company = self.company_id or self.env.company
            # the client itself is not named: a merge of two may give it another id
            alias_sudo.alias_defaults = repr(
                {"company_id": company.id, "client_alias_id": alias_sudo.id}
            )
        self.invalidate_recordset(["client_request_alias_ids"])
        self.env["client.history"]._log(
            self,
            "client",
            self.display_name,
            record=self,
            note=self.env._(
                "Address for requests by e-mail: %(before)s → %(after)s",
                before=former or "–",
                after=(name and alias_sudo.alias_full_name) or "–",
            ),
        )

    def _prepare_request_alias(self, name):
        """Return the values of the client's address."""
        # sudo: settings of the company, for an address that was allowed
        company_sudo = (self.company_id or self.env.company).sudo()
        return {
            **company_sudo._prepare_client_request_alias(name),
            "client_id": self.id,
        }
