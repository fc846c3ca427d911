from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..tools.claim import claim

# Fixed from the moment a remark is written.
FIXED_FIELDS = frozenset(
    {
        "author_id",
        "number",
        "parent_id",
        "resolved_by_id",
        "resolved_date",
        "version_id",
    }
)
# What colleagues do with a remark of somebody else.
HANDLING_FIELDS = frozenset({"assigned_user_id", "resolved"})


class ClientPieceRemark(models.Model):
    """A remark on a version: on the whole, at a place of the layout, on its text.

    An answer is a remark below another one, which it follows in version and place.
    """

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
    number = fields.Integer(
        string="No.",
        readonly=True,
        copy=False,
        help="Counts the remarks of a piece, through all its versions.",
    )
    parent_id = fields.Many2one(
        comodel_name="client.piece.remark",
        string="Answer to",
        ondelete="restrict",
        index="btree_not_null",
    )
    reply_ids = fields.One2many(
        comodel_name="client.piece.remark", inverse_name="parent_id", string="Answers"
    )
    version_number = fields.Integer(related="version_id.number", string="Version no.")
    reply_count = fields.Integer(compute="_compute_reply_count")
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
    quote = fields.Text(
        compute="_compute_quote",
        store=True,
        precompute=True,
        help="The words that the remark is about.",
    )
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
    assigned_user_id = fields.Many2one(
        comodel_name="res.users",
        string="Assigned to",
        domain=[("share", "=", False)],
        ondelete="restrict",
        index="btree_not_null",
        groups="base.group_user",
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

    # === COMPUTE METHODS === #

    @api.depends("reply_ids")
    def _compute_reply_count(self):
        for remark in self:
            remark.reply_count = len(remark.reply_ids)

    @api.depends("version_id", "target", "text_start", "text_end")
    def _compute_quote(self):
        for remark in self:
            text = remark.version_id.body_text or ""
            is_range = remark.target == "text" and remark.text_end > remark.text_start
            remark.quote = is_range and text[remark.text_start : remark.text_end]

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

    @api.constrains("parent_id", "is_internal")
    def _check_parent(self):
        for remark in self.filtered("parent_id"):
            if remark.parent_id.parent_id:
                raise ValidationError(
                    self.env._("Answer to the remark, not to one of its answers.")
                )
            if remark.parent_id.is_internal and not remark.is_internal:
                raise ValidationError(
                    self.env._("An answer to an internal remark is internal as well.")
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Sign remarks with the user's own name, and number them."""
        vals_list = [self._prepare_new(vals) for vals in vals_list]
        self._number(vals_list)
        return super().create(vals_list)

    @api.model
    def _prepare_new(self, vals):
        """Return the values of a new remark; an answer follows its remark."""
        vals = dict(vals, number=0)
        if not self.env.su:
            vals.update(
                author_id=self.env.user.partner_id.id,
                resolved=False,
                resolved_by_id=False,
                resolved_date=False,
            )
        if vals.get("parent_id"):
            parent = self.browse(vals["parent_id"])
            parent.check_access("read")
            vals.update(version_id=parent.version_id.id, target=parent.target)
        return vals

    @api.model
    def _number(self, vals_list):
        """Give remarks, but no answers, the next numbers of their pieces."""
        rows = [vals for vals in vals_list if not vals.get("parent_id")]
        versions = self.env["client.piece.version"].browse(
            [vals["version_id"] for vals in rows if vals.get("version_id")]
        )
        for vals, version in zip(rows, versions, strict=True):
            # sudo: a counter. Two people who remark at once write the same row, so
            # that the database makes one of them begin again
            piece_sudo = version.sudo().piece_id
            piece_sudo.last_remark_number += 1
            vals["number"] = piece_sudo.last_remark_number

    def write(self, vals):
        """Let only its author change a remark; note who resolved it."""
        fixed = vals.keys() - HANDLING_FIELDS
        if fixed and not self.env.su:
            if any(remark.author_id != self.env.user.partner_id for remark in self):
                raise AccessError(self.env._("Only its author changes a remark."))
            if fixed & FIXED_FIELDS:
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

    def _get_replies(self, with_internal=False):
        """Return the answers, in their order.

        :param bool with_internal: those of the agency to itself, too
        """
        self.ensure_one()
        replies = self.reply_ids.sorted("id")
        return (
            replies if with_internal else replies.filtered(lambda r: not r.is_internal)
        )

    def _portal_reply(self, contact, body):
        """Write a contact's answer and tell the people of the piece.

        :param contact: res.partner who answers
        :param str body: the text
        :return: the answer
        :raise UserError: a sentence for the person; nothing was written
        """
        self.ensure_one()
        piece = self.piece_id
        piece._check_portal_talker(contact)
        if self.is_internal or self.parent_id or not self.version_id.sent_date:
            raise UserError(self.env._("This remark is not there any more."))
        body = self.version_id._check_remark_body(body)
        # sudo: answers of the client's people are written only here, after the checks
        remark_sudo = self.sudo()
        # of the same answer sent twice at once, one finds the other
        claim(remark_sudo)
        same = remark_sudo.reply_ids.sorted("id")[-1:]
        if same.author_id == contact and same.body == body:
            return same  # a second click
        reply = remark_sudo.create(
            {
                "parent_id": self.id,
                "author_id": contact.id,
                "body": body,
                "is_internal": False,
            }
        )
        piece_sudo = remark_sudo.piece_id
        text = Markup("<p><strong>%s</strong></p><p>%s</p>") % (contact.name, body)
        piece_sudo._tell_staff(
            remark_sudo.assigned_user_id
            | piece_sudo.assigned_user_id
            | piece_sudo.job_id._get_manager(),
            lambda told: (
                told.env._(
                    "%(piece)s: answer to remark %(number)s",
                    piece=told.display_name,
                    number=self.number,
                ),
                text,
            ),
        )
        return reply

    def _portal_resolve(self, contact, resolved):
        """Mark a remark of the client's as done, or open it again, for a contact.

        :param contact: res.partner who says so
        :param bool resolved: done or open
        :raise UserError: a sentence for the person
        """
        self.ensure_one()
        self.piece_id._check_portal_talker(contact)
        if self.is_internal or self.parent_id or not self.version_id.sent_date:
            raise UserError(self.env._("This remark is not there any more."))
        if self.resolved != resolved:
            # sudo: the contact's own piece, checked above
            self.sudo().resolved = resolved

    # === ACTION METHODS === #

    def action_resolve(self):
        """Mark as done, or open it again."""
        for remark in self:
            remark.resolved = not remark.resolved
