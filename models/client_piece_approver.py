from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

# Of an approver whom the client is asking at this moment.
FREE_FIELDS = frozenset({"deputy_id", "is_asked"})
PEOPLE = "[('is_company', '=', False), ('commercial_partner_id', '=', client_id)]"


class ClientPieceApprover(models.Model):
    """One of the client's people whose decision on a piece counts."""

    _name = "client.piece.approver"
    _description = "Piece Approver"
    _inherit = ["client.record"]
    _order = "piece_id, sequence, id"
    _history_kind = "piece"
    # follows from the decisions, which are logged themselves
    _history_exclude = frozenset({"is_asked"})
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
    sequence = fields.Integer(string="Order", default=1)
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Approver",
        required=True,
        domain=PEOPLE,
        ondelete="restrict",
        index=True,
    )
    deputy_id = fields.Many2one(
        comodel_name="res.partner",
        domain=PEOPLE,
        ondelete="restrict",
        index="btree_not_null",
        help="Decides instead, when the approver is away.",
    )
    is_asked = fields.Boolean(
        string="Asked now",
        readonly=True,
        copy=False,
        help="The version with the client waits for this person.",
    )
    decision = fields.Selection(
        selection=[
            ("asked", "Asked"),
            ("waiting", "Comes later"),
            ("approved", "Approved"),
            ("changes", "Changes requested"),
            ("refused", "Refused"),
        ],
        compute="_compute_decision",
        help="On the version that is with the client.",
    )

    _partner_unique = models.UniqueIndex(
        "(piece_id, partner_id)", "This person already approves the piece."
    )
    _deputy_is_another = models.Constraint(
        "CHECK (deputy_id IS NULL OR deputy_id <> partner_id)",
        "The deputy must be somebody else.",
    )

    # === COMPUTE METHODS === #

    @api.depends("partner_id", "piece_id")
    def _compute_display_name(self):
        for approver in self:
            approver.display_name = approver.partner_id.name

    @api.depends("is_asked", "piece_id.decision_ids", "piece_id.current_version_id")
    def _compute_decision(self):
        for approver in self:
            row = approver._get_decision(approver.piece_id.current_version_id)
            waiting = "asked" if approver.is_asked else "waiting"
            approver.decision = row.decision or waiting

    # === CONSTRAINT METHODS === #

    @api.constrains("partner_id", "deputy_id", "piece_id")
    def _check_partner(self):
        for approver in self:
            for contact in approver.partner_id | approver.deputy_id:
                if approver.client_id not in contact._portal_client_ids():
                    raise ValidationError(
                        self.env._(
                            "“%(contact)s” is not one of the people of “%(client)s”.",
                            contact=contact.display_name,
                            client=approver.client_id.display_name,
                        )
                    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Refuse to change who decides while the client decides."""
        for vals in vals_list:
            if not self.env.su:
                vals["is_asked"] = False
        approvers = super().create(vals_list)
        approvers._check_free()
        return approvers

    def write(self, vals):
        """Refuse to change who decides while the client decides; deputies may come."""
        if vals.keys() - FREE_FIELDS:
            self._check_free()
        if "is_asked" in vals and not self.env.su:
            raise UserError(self.env._("Send the piece to ask its approvers."))
        result = super().write(vals)
        if vals.get("deputy_id"):
            self.filtered("is_asked")._ask()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_asked(self):
        self._check_free()

    # === BUSINESS METHODS === #

    def _check_free(self):
        """Raise while the piece is with the client."""
        if self.env.su:
            return
        for approver in self:
            if approver.piece_id.state == "awaiting_approval":
                raise UserError(
                    self.env._(
                        "“%(piece)s” is with the client: who approves it can change "
                        "with the next version. Until then, name a deputy.",
                        piece=approver.piece_id.name,
                    )
                )

    def _get_decision(self, version):
        """Return the approver's decision on a version, his own or his deputy's."""
        self.ensure_one()
        return version.decision_ids.filtered(
            lambda row: row.approver_partner_id == self.partner_id
        )[:1]

    def _get_people(self):
        """Return who may decide: the approvers and their deputies."""
        return self.partner_id | self.deputy_id

    def _ask(self):
        """Write to the approvers and their deputies that it is their turn."""
        for approver in self:
            for contact in approver._get_people().filtered("email"):
                approver.piece_id._mail_review(contact)
