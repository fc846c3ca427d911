"""The people of a client: their roles, and what is done with several of them."""

from odoo import api, fields, models
from odoo.exceptions import UserError


class ResPartner(models.Model):
    """Contacts of a client."""

    _inherit = "res.partner"

    client_role_ids = fields.Many2many(
        comodel_name="client.contact.role",
        relation="res_partner_client_role_rel",
        column1="partner_id",
        column2="role_id",
        string="Roles",
        groups="base.group_user",
        help="What the contact does at the client, e.g. decides or pays.",
    )

    # === BUSINESS METHODS === #

    @api.model
    def client_may_use_mailing_lists(self):
        """Tell whether there are mailing lists, and the user works with them.

        :rtype: bool
        """
        Contact = self.env.get("mailing.contact")
        return Contact is not None and Contact.has_access("create")

    def _check_has_email(self):
        """Raise when some have no e-mail address.

        :raise UserError: names them
        """
        without = self.filtered(lambda partner: not partner.email_normalized)
        if without:
            raise UserError(
                self.env._(
                    "No valid e-mail address: %s. Fill it in, or take them out of the "
                    "selection.",
                    ", ".join(partner.name or "?" for partner in without),
                )
            )

    # === ACTION METHODS === #

    def action_client_mail(self):
        """Open Odoo's composer to write the same e-mail to each of these contacts.

        :raise UserError: names those without an e-mail address
        """
        self.check_access("read")
        self._check_has_email()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send e-mail"),
            "res_model": "mail.compose.message",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_composition_mode": "mass_mail",
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_partner_to": "{{ object.id or '' }}",
                "default_subtype_xmlid": "mail.mt_comment",
                "default_reply_to_force_new": True,
                "default_reply_to": self.env.user.email_formatted,
            },
        }

    def action_client_mailing_list(self):
        """Open the dialog that adds these contacts to a mailing list.

        :raise UserError: names those without an e-mail address; or Email Marketing is
            not there for the user
        """
        self.check_access("read")
        if not self.client_may_use_mailing_lists():
            raise UserError(
                self.env._("Mailing lists need the Email Marketing app, and its right.")
            )
        self._check_has_email()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Add to a mailing list"),
            "res_model": "client.mailing.list",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_partner_ids": self.ids},
        }

    def action_client_portal_access(self):
        """Open the dialog of this contact's access to the portal."""
        self.ensure_one()
        return self.env["client.portal.access"]._open(self)
