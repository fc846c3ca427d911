"""A piece in the words of the client, for its pages."""

from odoo import api, fields, models

# state -> (colour of the badge, icon)
LOOKS = {
    "planned": ("light", "fa-circle-o"),
    "in_progress": ("light", "fa-cogs"),
    "internal_review": ("light", "fa-cogs"),
    "awaiting_approval": ("warning", "fa-hand-o-right"),
    "changes_requested": ("info", "fa-reply"),
    "approved": ("success", "fa-check"),
    "refused": ("danger", "fa-times"),
    "cancelled": ("light", "fa-ban"),
}
# States in which the client has something to look at: to decide, or decided.
OPEN_TO_CLIENT = frozenset(
    {"awaiting_approval", "changes_requested", "approved", "refused"}
)


class ClientPiece(models.Model):
    """How the client's pages name the state of a piece and show its versions."""

    _inherit = "client.piece"
    _board_states = frozenset({"in_progress", "changes_requested"})

    portal_state = fields.Selection(
        string="Status for the client",
        selection=[
            ("planned", "Not started"),
            ("in_progress", "In progress"),
            ("awaiting_approval", "Waiting for you"),
            ("changes_requested", "Changes asked"),
            ("approved", "Approved"),
            ("refused", "Refused"),
            ("cancelled", "Cancelled"),
        ],
        compute="_compute_portal_state",
        store=True,
        precompute=True,
        index=True,
        help="What the client's people read: a review among colleagues is our own "
        "matter.",
    )

    # those that wait, of a client with very many
    _portal_waiting = models.Index(
        "(client_id, awaiting_date, id) WHERE portal_state = 'awaiting_approval'"
    )

    # === COMPUTE METHODS === #

    @api.depends("state")
    def _compute_portal_state(self):
        for piece in self:
            in_review = piece.state == "internal_review"
            piece.portal_state = "in_progress" if in_review else piece.state

    # === BUSINESS METHODS === #

    def _portal_until(self):
        """Return the day that the client's pages show of a piece, or False.

        Of one that waits, until when to decide: the other day is for us.
        """
        self.ensure_one()
        if self.state == "awaiting_approval" and self.approval_deadline:
            return self.approval_deadline
        return self.state not in ("approved", "refused") and self.deadline

    def _portal_status(self):
        """Return how the client's pages show the state.

        A review among colleagues is our own matter: for the client, the piece is in
        progress.

        :return: dict with ``label``, ``color`` and ``icon``
        """
        self.ensure_one()
        labels = {
            "planned": self.env._("Not started"),
            "in_progress": self.env._("In progress"),
            "internal_review": self.env._("In progress"),
            "awaiting_approval": self.env._("Waiting for you"),
            "changes_requested": self.env._("Changes asked"),
            "approved": self.env._("Approved"),
            "refused": self.env._("Refused"),
            "cancelled": self.env._("Cancelled"),
        }
        color, icon = LOOKS[self.state]
        if self.state == "awaiting_approval" and self.approver_ids:
            if not self._is_waiting_for(self.env.user.partner_id):
                labels["awaiting_approval"] = self.env._("With the approvers")
                color, icon = "light", "fa-clock-o"
        return {"label": labels[self.state], "color": color, "icon": icon}

    def _is_open_to_client(self):
        """Tell whether the piece is a link on the client's pages.

        In progress means grey and closed, even if an earlier version was sent: that
        one is reached from the decision that was made on it.
        """
        self.ensure_one()
        return self.state in OPEN_TO_CLIENT and bool(self.current_version_id)

    def _portal_versions(self):
        """Return the versions that the client was sent, newest first."""
        self.ensure_one()
        return self.version_ids.filtered("sent_date").sorted("number", reverse=True)

    def _portal_version_files(self, versions=None):
        """Return the files that the client may fetch.

        :param versions: client.piece.version; by default all that were sent
        :return: ir.attachment, as superuser
        """
        self.ensure_one()
        # sudo: portal users have no right on attachments; only files of versions
        # that were sent to the client leave this method
        piece_sudo = self.sudo()
        sent = piece_sudo._portal_versions()
        if versions is not None:
            sent &= versions.sudo()
        return sent.attachment_ids

    def _portal_preview(self, files_sudo, attachment_id, page):
        """Return the picture of a page of one of the files that the client may fetch.

        :param files_sudo: ir.attachment, see :meth:`_portal_version_files`
        :param int attachment_id: as in the address
        :param int page: from 1
        :return: client.piece.preview as superuser, empty if there is none
        """
        # sudo: only of the files that the caller has checked
        return (
            self.env["client.piece.preview"]
            .sudo()
            .search(
                [
                    ("attachment_id", "=", attachment_id),
                    ("attachment_id", "in", files_sudo.ids),
                    ("page", "=", page),
                ]
            )
        )
