from odoo import api, models
from odoo.tools import email_normalize


class ResPartner(models.Model):
    """What is noted about a client and its people stays among colleagues."""

    _inherit = "res.partner"

    def _is_client_talk(self):
        """Tell whether this is a client, or one of its people."""
        # sudo: asks only whether it is a client
        return any(partner.is_client for partner in self.sudo().commercial_partner_id)

    @api.model
    def _mail_search_requesters(self, email_from):
        """Return the contacts with an address who may ask for work.

        :param str email_from: as in a mail
        """
        address = email_normalize(email_from or "")
        if not address:
            return self.browse()
        return self.search([("email_normalized", "=", address)]).filtered(
            lambda contact: (
                contact.commercial_partner_id.is_client
                and contact.commercial_partner_id.client_status == "active"
                and contact._is_portal_allowed()
            )
        )
