"""Links to a piece that need no login."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ClientPiece(models.Model):
    """Who gets a link with a code instead of the portal's page."""

    _inherit = "client.piece"

    allow_link = fields.Boolean(
        string="Link without login",
        groups="base.group_user",
        help="Approvers who don't see the piece on the portal get a link, and a code "
        "to their e-mail address when they open it.",
    )
    link_days = fields.Integer(
        string="Link valid for (days)", default=14, groups="base.group_user"
    )
    link_ids = fields.One2many(
        comodel_name="client.piece.link",
        inverse_name="piece_id",
        string="Links",
        groups="base.group_user",
    )

    # === CONSTRAINT METHODS === #

    @api.constrains("link_days")
    def _check_link_days(self):
        for piece in self:
            if not 1 <= piece.link_days <= 90:
                raise ValidationError(self.env._("A link is valid for 1 to 90 days."))

    # === BUSINESS METHODS === #

    def _is_seen_by(self, contact):
        """Tell whether a contact sees the piece on the portal."""
        self.ensure_one()
        # sudo: the contact's access is internal; only yes or no leaves
        contact_sudo = contact.sudo()
        return (
            any(user.active and user._is_portal() for user in contact_sudo.user_ids)
            and contact_sudo._is_portal_allowed()
            and (
                contact_sudo.portal_scope != "own"
                or contact_sudo == self.requester_id
                or self._is_named_approver(contact)
            )
        )

    def _needs_link(self, contact):
        """Tell whether a contact gets a link of his own."""
        self.ensure_one()
        return self.allow_link and not self._is_seen_by(contact)

    def _get_review_url(self, contact):
        """Return the address at which a contact decides, for a mail to him."""
        self.ensure_one()
        if not self._needs_link(contact):
            return f"{self.get_base_url()}{self.access_url}"
        token = self.env["client.piece.link"]._open_for(self, contact)
        return f"{self.get_base_url()}/pieces/{token}"
