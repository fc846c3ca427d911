from odoo import api, fields, models


class ResCompany(models.Model):
    """How a company talks with its clients."""

    _inherit = "res.company"

    client_talk_internal = fields.Boolean(
        string="Forwarded messages are internal",
        default=True,
        groups="base.group_user",
        help="A message that is forwarded from a client's document is for colleagues, "
        "unless the writer chooses otherwise. Else the client reads it as well.",
    )
    client_request_alias_id = fields.Many2one(
        comodel_name="mail.alias",
        string="Address for requests",
        ondelete="restrict",
        copy=False,
        groups="base.group_user",
        help="A mail of a client's contact to this address opens a draft of a request.",
    )

    # === BUSINESS METHODS === #

    def _set_client_request_alias(self, name):
        """Give the company an address for requests, or take it.

        :param name: what stands before the @, or False
        """
        self.ensure_one()
        # sudo: whoever may change the company's settings may change its address
        company_sudo = self.sudo()
        alias_sudo = company_sudo.client_request_alias_id
        name = (name or "").strip()
        if not name:
            company_sudo.client_request_alias_id = False
            alias_sudo.unlink()
        elif alias_sudo:
            alias_sudo.alias_name = name
        else:
            company_sudo.client_request_alias_id = alias_sudo.create(
                company_sudo._prepare_client_request_alias(name)
            )

    def _prepare_client_request_alias(self, name):
        """Return the values of the alias for requests."""
        return {
            "alias_name": name,
            "alias_domain_id": self.alias_domain_id.id,
            "alias_model_id": self.env["ir.model"]._get_id("client.job"),
            "alias_defaults": repr({"company_id": self.id}),
            # who may write is asked by the job, which also says why not
            "alias_contact": "everyone",
            "alias_bounced_content": self._get_client_request_refusal(),
        }

    @api.model
    def _get_client_request_refusal(self):
        """Return what somebody reads who may not open a request by e-mail."""
        return self.env["ir.qweb"]._render(
            "client_hub.client_request_refused_mail", {"company": self}
        )
