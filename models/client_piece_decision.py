from odoo import api, fields, models
from odoo.exceptions import UserError


class ClientPieceDecision(models.Model):
    """What a person decided on a version, and when. Never edited, never deleted."""

    _name = "client.piece.decision"
    _description = "Piece Decision"
    _inherit = ["client.record"]
    _order = "date desc, id desc"
    _history_kind = "decision"
    _client_record_allow_inactive = True

    piece_id = fields.Many2one(
        comodel_name="client.piece", required=True, ondelete="restrict", index=True
    )
    version_id = fields.Many2one(
        comodel_name="client.piece.version",
        required=True,
        ondelete="restrict",
        index=True,
    )
    version_number = fields.Integer(related="version_id.number", string="Version no.")
    client_id = fields.Many2one(
        related="piece_id.client_id", store=True, precompute=True
    )
    company_id = fields.Many2one(
        related="piece_id.company_id", store=True, precompute=True, default=None
    )
    decision = fields.Selection(
        selection=[
            ("approved", "Approved"),
            ("changes", "Changes requested"),
            ("refused", "Refused"),
        ],
        required=True,
    )
    comment = fields.Text()
    author_id = fields.Many2one(
        comodel_name="res.partner", required=True, ondelete="restrict", index=True
    )
    approver_partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Approver",
        ondelete="restrict",
        index="btree_not_null",
        help="Whose decision it is: the author, or the approver he stands in for.",
    )
    outcome = fields.Selection(
        selection=[
            ("approved", "Approved"),
            ("changes", "Changes requested"),
            ("refused", "Refused"),
        ],
        help="What this decision made of the piece; empty while others had to decide.",
    )
    currency_id = fields.Many2one(related="piece_id.currency_id")
    extra_price = fields.Monetary(
        string="Agreed price",
        help="What the author agreed to pay for a round beyond those included.",
    )
    ip_address = fields.Char(string="IP address", groups="base.group_user")
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Recorded by",
        required=True,
        ondelete="restrict",
        default=lambda self: self.env.user,
        groups="base.group_user",
    )
    channel = fields.Selection(
        selection=[
            ("portal", "Portal"),
            ("link", "Link with a code"),
            ("staff", "Recorded by the agency"),
        ],
        default="portal",
        required=True,
    )
    date = fields.Datetime(default=fields.Datetime.now, required=True)
    fingerprints = fields.Json(
        help="Name, size and SHA-256 of what was decided on, as it was sent."
    )

    # === COMPUTE METHODS === #

    @api.depends("decision", "version_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["decision"]._description_selection(self.env))
        for row in self:
            row.display_name = f"{row.version_id.display_name}: {labels[row.decision]}"

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Accept decisions only from ``client.piece._portal_decide``."""
        if not self.env.su:
            raise UserError(self.env._("Decisions are recorded on the piece."))
        return super().create(vals_list)

    def write(self, vals):
        """Refuse: a decision is a fact."""
        if vals:
            raise UserError(self.env._("A decision can't be changed."))
        return super().write(vals)

    def copy_data(self, default=None):
        """Refuse: a decision happens once."""
        raise UserError(self.env._("A decision can't be copied."))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise UserError(self.env._("A decision can't be deleted."))
