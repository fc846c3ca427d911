from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError


class ClientPieceRemark(models.Model):
    """A remark on a version: on the whole, at a place of the layout, on its text."""

    _name = "client.piece.remark"
    _description = "Piece Remark"
    _inherit = ["client.record"]
    _order = "version_id desc, id"
    _rec_name = "body"
    _history_kind = "piece"
    _client_record_allow_inactive = True

    version_id = fields.Many2one(
        comodel_name="client.piece.version",
        required=True,
        ondelete="restrict",
        index=True,
    )
    piece_id = fields.Many2one(related="version_id.piece_id", store=True, index=True)
    client_id = fields.Many2one(
        related="version_id.client_id", store=True, precompute=True
    )
    company_id = fields.Many2one(
        related="version_id.company_id", store=True, precompute=True, default=None
    )
    attachment_id = fields.Many2one(
        comodel_name="ir.attachment", string="File", ondelete="restrict"
    )
    target = fields.Selection(
        selection=[("whole", "Whole"), ("layout", "Layout"), ("text", "Text")],
        default="whole",
        required=True,
    )
    page = fields.Integer(default=1, help="Page of a PDF, from 1.")
    x = fields.Float(digits=(6, 5), help="From the left, 0 to 1 of the width.")
    y = fields.Float(digits=(6, 5), help="From the top, 0 to 1 of the height.")
    text_start = fields.Integer(help="First character of the range, from 0.")
    text_end = fields.Integer(help="Character after the range.")
    body = fields.Text(string="Remark", required=True)
    author_id = fields.Many2one(
        comodel_name="res.partner",
        default=lambda self: self.env.user.partner_id,
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    is_internal = fields.Boolean(
        string="Internal",
        default=True,
        help="Only the agency sees it. Remarks of the client are never internal.",
    )
    resolved = fields.Boolean()
    resolved_by_id = fields.Many2one(
        comodel_name="res.users", readonly=True, ondelete="restrict"
    )
    resolved_date = fields.Datetime(readonly=True)

    _place_in_file = models.Constraint(
        "CHECK (page >= 1 AND x >= 0 AND x <= 1 AND y >= 0 AND y <= 1)",
        "A remark must be inside the page.",
    )
    _range_in_order = models.Constraint(
        "CHECK (text_start >= 0 AND text_end >= text_start)",
        "The range of a remark must go forward.",
    )

    # === CONSTRAINT METHODS === #

    @api.constrains("text_end", "target", "version_id")
    def _check_range(self):
        for remark in self.filtered(lambda remark: remark.target == "text"):
            if remark.text_end > len(remark.version_id.body_text or ""):
                raise ValidationError(
                    self.env._("A remark points behind the end of the text.")
                )

    @api.constrains("attachment_id", "version_id")
    def _check_attachment(self):
        """A remark is no way to the name of a file of another document."""
        # sudo: compares ids only
        for remark in self.sudo():
            if remark.attachment_id - remark.version_id.attachment_ids:
                raise ValidationError(
                    self.env._("A remark points at a file of another version.")
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Sign remarks with the user's own name."""
        if not self.env.su:
            vals_list = [
                {
                    **vals,
                    "author_id": self.env.user.partner_id.id,
                    "resolved": False,
                    "resolved_by_id": False,
                    "resolved_date": False,
                }
                for vals in vals_list
            ]
        return super().create(vals_list)

    def write(self, vals):
        """Let only its author change a remark; note who resolved it."""
        fixed = vals.keys() - {"resolved"}
        if fixed and not self.env.su:
            if any(remark.author_id != self.env.user.partner_id for remark in self):
                raise AccessError(self.env._("Only its author changes a remark."))
            if fixed & {"author_id", "resolved_by_id", "resolved_date", "version_id"}:
                raise AccessError(self.env._("This part of a remark is fixed."))
            if any(remark._is_seen_by_client() for remark in self):
                raise UserError(
                    self.env._(
                        "The client has seen this remark, it stays as it is: add "
                        "another one."
                    )
                )
        if "resolved" in vals:
            vals = dict(
                vals,
                resolved_by_id=self.env.uid if vals["resolved"] else False,
                resolved_date=fields.Datetime.now() if vals["resolved"] else False,
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_client(self):
        for remark in self:
            if not remark.is_internal:
                raise UserError(
                    self.env._("A remark that the client sees can't be deleted.")
                )

    # === BUSINESS METHODS === #

    def _is_seen_by_client(self):
        """Tell whether the client's pages show the remark."""
        self.ensure_one()
        return not self.is_internal and bool(self.version_id.sent_date)

    # === ACTION METHODS === #

    def action_resolve(self):
        """Mark as done, or open it again."""
        for remark in self:
            remark.resolved = not remark.resolved
