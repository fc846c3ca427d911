"""Several people of the client who decide on one piece."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools import approval


class ClientPiece(models.Model):
    """Who approves a piece, in which order, and how many have to."""

    _inherit = "client.piece"

    approver_ids = fields.One2many(
        comodel_name="client.piece.approver",
        inverse_name="piece_id",
        string="Approvers",
        help="Empty: whoever of the client looks at it decides.",
    )
    approval_rule = fields.Selection(
        selection=[
            ("all", "All of them approve"),
            ("quorum", "A number of them approve"),
            ("any", "The first who decides"),
        ],
        default="all",
        required=True,
    )
    approval_quorum = fields.Integer(string="How many", default=2)
    approval_in_order = fields.Boolean(
        string="One after the other",
        help="The next is asked when the one before has approved.",
    )
    approval_progress = fields.Char(
        string="Approvals", compute="_compute_approval_progress"
    )

    # === COMPUTE METHODS === #

    @api.depends("approver_ids.decision", "approval_rule", "approval_quorum")
    @api.depends_context("lang")
    def _compute_approval_progress(self):
        for piece in self:
            total = len(piece.approver_ids)
            given = piece.approver_ids.filtered(lambda row: row.decision == "approved")
            piece.approval_progress = bool(total) and self.env._(
                "%(given)s of %(needed)s",
                given=len(given),
                needed=approval.get_needed(
                    piece.approval_rule, piece.approval_quorum, total
                ),
            )

    # === CONSTRAINT METHODS === #

    @api.constrains("approval_rule", "approval_quorum", "approver_ids")
    def _check_quorum(self):
        for piece in self.filtered(lambda row: row.approval_rule == "quorum"):
            total = len(piece.approver_ids)
            if total and not 1 <= piece.approval_quorum <= total:
                raise ValidationError(
                    self.env._(
                        "“%(piece)s” has %(total)s approvers: ask for 1 to %(total)s "
                        "approvals.",
                        piece=piece.name,
                        total=total,
                    )
                )

    # === CRUD METHODS === #

    def write(self, vals):
        """Keep the rule while the client decides."""
        if {"approval_rule", "approval_quorum", "approval_in_order"} & vals.keys():
            self.approver_ids._check_free()
        return super().write(vals)

    # === ACTION METHODS === #

    def action_copy_approvers(self):
        """Let the same people approve the other pieces of the job."""
        self.ensure_one()
        if not self.approver_ids:
            raise UserError(self.env._("Choose the approvers of this piece first."))
        others = (self.job_id.piece_ids - self).filtered(
            lambda piece: (
                piece.state
                not in ("awaiting_approval", "approved", "refused", "cancelled")
            )
        )
        others.approver_ids.unlink()
        others.write(
            {
                "approval_rule": self.approval_rule,
                "approval_quorum": self.approval_quorum,
                "approval_in_order": self.approval_in_order,
                "approver_ids": [
                    fields.Command.create(
                        {
                            "sequence": row.sequence,
                            "partner_id": row.partner_id.id,
                            "deputy_id": row.deputy_id.id,
                        }
                    )
                    for row in self.approver_ids
                ],
            }
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "The approvers were set on %(count)s other pieces of the job.",
                    count=len(others),
                ),
            },
        }

    # === BUSINESS METHODS === #

    def _get_undecided(self, version):
        """Return the approvers who have not decided on a version."""
        return self.approver_ids.filtered(lambda row: not row._get_decision(version))

    def _get_turn(self, version):
        """Return the approvers whose turn it is on a version."""
        self.ensure_one()
        undecided = self._get_undecided(version)
        turn = approval.get_turn(
            [(row.sequence, row.id) for row in undecided], self.approval_in_order
        )
        return undecided.filtered(lambda row: row.id in turn)

    def _find_approver(self, version, contact):
        """Return the approver for whom a contact decides on a version.

        :param version: client.piece.version with the client
        :param contact: res.partner who wants to decide
        :return: client.piece.approver; none where anybody of the client decides
        :raise UserError: the contact has no say, no say yet, or has had it
        """
        self.ensure_one()
        approvers = self.approver_ids
        if not approvers:
            return approvers
        own = approvers.filtered(lambda row: row.partner_id == contact)
        own |= approvers.filtered(lambda row: row.deputy_id == contact)
        if not own:
            raise UserError(
                self.env._(
                    "%(names)s decide on “%(piece)s”. You can look at it and comment.",
                    names=", ".join(approvers.partner_id.mapped("name")),
                    piece=self.name,
                )
            )
        undecided = own & self._get_undecided(version)
        if not undecided:
            raise UserError(
                self.env._(
                    "You have already decided on version %(number)s of “%(piece)s”.",
                    number=version.number,
                    piece=self.name,
                )
            )
        turn = self._get_turn(version)
        if not undecided & turn:
            raise UserError(
                self.env._(
                    "It is not your turn yet: %(names)s decide first. We write to you "
                    "when it is.",
                    names=", ".join(turn.partner_id.mapped("name")),
                )
            )
        return (undecided & turn)[:1]

    def _get_next_approver(self, version, contact):
        """Return for whom a contact would decide on a version now, if for anybody."""
        try:
            return self._find_approver(version, contact)
        except UserError:
            return self.approver_ids.browse()

    def _has_decided(self, version, contact, decision, shown=()):
        """Tell whether a contact has already decided just this: a second click.

        Who decides for himself and, as a deputy, for somebody else decides twice.

        :param version: client.piece.version, or none
        :param shown: ids, as text, of the approvers that the page's buttons were for
        """
        approver = self.approver_ids.filtered(lambda row: str(row.id) in shown)[:1]
        if approver:
            row = approver._get_decision(version)
            return (row.author_id, row.decision) == (contact, decision)
        mine = version.decision_ids.filtered(lambda row: row.author_id == contact)
        if not mine or mine.sorted("id")[-1:].decision != decision:
            return False
        is_asked = (
            self.state == "awaiting_approval" and version == self.current_version_id
        )
        return not is_asked or not self._get_next_approver(version, contact)

    def _get_hindrance(self, version, contact):
        """Return the sentence why a contact can't decide on a version now, or False."""
        try:
            self._find_approver(version, contact)
        except UserError as error:
            return str(error)
        return False

    def _is_waiting_for(self, contact):
        """Tell whether the version with the client waits for this contact."""
        self.ensure_one()
        # sudo: of the contact's own piece; only yes or no leaves
        piece_sudo = self.sudo()
        return (
            piece_sudo.state == "awaiting_approval"
            and bool(piece_sudo.current_version_id)
            and (
                not piece_sudo.approver_ids or contact in piece_sudo._get_asked_people()
            )
        )

    def _get_outcome(self, version, approver, decision):
        """Return what comes of one more decision on a version.

        :param approver: client.piece.approver who decides; none if anybody may
        :return: ``approved``, ``changes``, ``refused``, or None while others decide
        """
        self.ensure_one()
        if not approver:
            return decision
        rows = [row._get_decision(version) for row in self.approver_ids]
        given = sorted((row for row in rows if row), key=lambda row: row.id)
        return approval.get_outcome(
            self.approval_rule,
            self.approval_quorum,
            len(self.approver_ids),
            [row.decision for row in given] + [decision],
        )

    def _ask_approvers(self, version=None):
        """Ask those whose turn it is; the others don't wait any more.

        :param version: client.piece.version to ask about; none when it is decided
        """
        for piece in self:
            # sudo: a system field; sending and deciding were checked before
            approvers_sudo = piece.sudo().approver_ids
            turn_sudo = approvers_sudo.browse()
            if version:
                turn_sudo = piece.sudo()._get_turn(version.sudo())
            (approvers_sudo - turn_sudo).write({"is_asked": False})
            fresh_sudo = turn_sudo.filtered(lambda row: not row.is_asked)
            fresh_sudo.write({"is_asked": True})
            fresh_sudo._ask()

    def _get_asked_people(self):
        """Return the contacts that the version with the client waits for."""
        self.ensure_one()
        if self.approver_ids:
            return self.approver_ids.filtered("is_asked")._get_people()
        return self.requester_id
