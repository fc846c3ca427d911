import hashlib

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools import uploads

# What the client decides on: fixed once it is sent.
CONTENT_FIELDS = frozenset({"body_text", "attachment_ids", "note_to_client", "number"})
# Pages are handed out as downloads only: banners are made of them.
VERSION_TYPES = uploads.STAFF_EXTENSIONS | {"htm", "html"}
SENT_FIELDS = frozenset({"sent_date", "sent_by_id", "fingerprints"})


class ClientPieceVersion(models.Model):
    """One state of a piece: files and text, as the client gets to see them."""

    _name = "client.piece.version"
    _description = "Piece Version"
    _inherit = ["client.record"]
    _order = "piece_id, number desc, id desc"
    _history_kind = "piece"
    # checksums, for the certificate: nothing a person reads
    _history_exclude = frozenset({"fingerprints"})
    _client_record_allow_inactive = True

    piece_id = fields.Many2one(
        comodel_name="client.piece", required=True, ondelete="restrict", index=True
    )
    client_id = fields.Many2one(
        related="piece_id.client_id", store=True, precompute=True
    )
    company_id = fields.Many2one(
        related="piece_id.company_id", store=True, precompute=True, default=None
    )
    kind = fields.Selection(related="piece_id.kind")
    number = fields.Integer(string="Version", readonly=True, copy=False)
    body_text = fields.Text(string="Text")
    attachment_ids = fields.Many2many(
        comodel_name="ir.attachment",
        relation="client_piece_version_attachment_rel",
        column1="version_id",
        column2="attachment_id",
        string="Files",
    )
    preview_pdf = fields.Binary(compute="_compute_preview_pdf", compute_sudo=True)
    note_to_client = fields.Text(
        string="Note to the client", help="Goes to the client with the version."
    )
    sent_date = fields.Datetime(
        string="Sent on", readonly=True, copy=False, index="btree_not_null"
    )
    sent_by_id = fields.Many2one(
        comodel_name="res.users",
        string="Sent by",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    fingerprints = fields.Json(
        readonly=True,
        copy=False,
        help="Name, size and SHA-256 of each file, and of the text, when it was sent.",
    )
    locked = fields.Boolean(compute="_compute_locked", compute_sudo=True)
    remark_ids = fields.One2many(
        comodel_name="client.piece.remark",
        inverse_name="version_id",
        string="Remarks",
        domain=[("parent_id", "=", False)],
    )
    decision_ids = fields.One2many(
        comodel_name="client.piece.decision",
        inverse_name="version_id",
        string="Decisions",
    )

    _number_unique = models.UniqueIndex(
        "(piece_id, number)", "This version exists already: reload the piece."
    )

    # === COMPUTE METHODS === #

    @api.depends("number", "piece_id.name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for version in self:
            version.display_name = self.env._(
                "%(piece)s, version %(number)s",
                piece=version.piece_id.name,
                number=version.number,
            )

    @api.depends("attachment_ids.mimetype")
    @api.depends_context("bin_size")
    def _compute_preview_pdf(self):
        for version in self:
            documents = version.attachment_ids.filtered(
                lambda file: file.mimetype == "application/pdf"
            )
            version.preview_pdf = documents[:1].datas

    @api.depends("sent_date", "number", "piece_id.version_ids.sent_date")
    def _compute_locked(self):
        for version in self:
            newer = version.piece_id.version_ids.filtered(
                lambda other, number=version.number: (
                    other.sent_date and other.number > number
                )
            )
            version.locked = bool(version.sent_date or newer)

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Number the versions and take over their files."""
        pieces = self.env["client.piece"].browse(
            [vals["piece_id"] for vals in vals_list]
        )
        self._check_accepts_versions(pieces)
        # the row lock keeps two people from taking the same number
        pieces.lock_for_update()
        last = dict(
            # sudo: numbers count every version, also those out of sight
            self.sudo()._read_group(
                [("piece_id", "in", pieces.ids)], ["piece_id"], ["number:max"]
            )
        )
        for vals, piece in zip(vals_list, pieces, strict=True):
            self._clean_text(vals)
            if not self.env.su and SENT_FIELDS & vals.keys():
                raise AccessError(self.env._("Send the piece to send its version."))
            last[piece] = last.get(piece, 0) + 1
            vals["number"] = last[piece]
        versions = super().create(vals_list)
        versions._adopt_attachments()
        for piece in pieces:
            if piece.state in ("planned", "changes_requested"):
                piece.write({"state": "in_progress"})
        return versions

    def write(self, vals):
        """Refuse to change what the client has seen."""
        if not self.env.su and SENT_FIELDS & vals.keys():
            raise AccessError(self.env._("Send the piece to send its version."))
        if "piece_id" in vals and any(
            version.piece_id.id != vals["piece_id"] for version in self
        ):
            raise UserError(self.env._("A version can't move to another piece."))
        if CONTENT_FIELDS & vals.keys():
            self._check_unlocked()
        vals = self._clean_text(dict(vals))
        result = super().write(vals)
        if "attachment_ids" in vals:
            self._adopt_attachments()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_locked(self):
        self._check_unlocked()

    # === BUSINESS METHODS === #

    @api.model
    def _clean_text(self, vals):
        """Give each line of the text one end: places in it count characters."""
        if vals.get("body_text"):
            vals["body_text"] = vals["body_text"].replace("\r\n", "\n")
        return vals

    def _check_unlocked(self):
        """Raise when the client has seen the version or a newer one."""
        for version in self:
            if version.locked:
                raise UserError(
                    self.env._(
                        "%(version)s is with the client and can't change: add a new"
                        " version.",
                        version=version.display_name,
                    )
                )

    def _check_accepts_versions(self, pieces):
        """Raise when a piece is closed or its job isn't authorised."""
        pieces.check_access("write")
        for piece in pieces:
            if piece.state in ("approved", "refused", "cancelled"):
                raise UserError(
                    self.env._(
                        "“%(piece)s” is “%(state)s”: start it again first.",
                        piece=piece.name,
                        state=piece._get_state_label(),
                    )
                )
            if not piece.is_released:
                raise UserError(
                    self.env._(
                        "“%(job)s” is not authorised yet: no work on its pieces.",
                        job=piece.job_id.display_name,
                    )
                )

    def _adopt_attachments(self):
        """Take over new uploads; refuse files that the user may not read.

        The pages hand out links to the files of a version, so a version must not be
        a way to reach a file of another document.
        """
        for version in self:
            files = version.attachment_ids
            foreign = files.filtered(
                lambda file, version=version: (
                    file.res_model != version._name or file.res_id != version.id
                )
            )
            if not foreign:
                continue
            foreign.check_access("read")
            # sudo: an upload belongs to its author until it has a document; now it
            # follows the rights of the version
            foreign_sudo = foreign.sudo()
            version._check_files(foreign_sudo)
            uploads = foreign_sudo.filtered(lambda file: not file.res_id)
            uploads.write({"res_model": version._name, "res_id": version.id})
            for file_sudo in foreign_sudo - uploads:
                copy = file_sudo.copy(
                    {"res_model": version._name, "res_id": version.id}
                )
                version.write(
                    {
                        "attachment_ids": [
                            fields.Command.unlink(file_sudo.id),
                            fields.Command.link(copy.id),
                        ]
                    }
                )

    def _check_files(self, files_sudo):
        """Refuse what is no file to show to a client; take paths out of names.

        :param files_sudo: ir.attachment as superuser, new to the version
        :raise UserError: names the file and what is wrong with it
        """
        for file_sudo in files_sudo:
            name = uploads.clean_name(file_sudo.name)
            if name != file_sudo.name and not file_sudo.res_id:
                file_sudo.name = name
            head = self._read_head(file_sudo)
            if file_sudo.type == "url" or not head:
                raise UserError(
                    self.env._("“%(file)s” is empty: choose it again.", file=name)
                )
            if uploads.is_refused_type(name, head, VERSION_TYPES):
                raise UserError(
                    self.env._(
                        "“%(file)s” is a program, not a file to show to a client.",
                        file=name,
                    )
                )
            if uploads.is_drawing(name, head) and uploads.is_active_drawing(
                file_sudo.raw
            ):
                raise UserError(
                    self.env._(
                        "“%(file)s” contains a script: save the drawing without it.",
                        file=name,
                    )
                )

    @api.model
    def _read_head(self, file_sudo):
        """Return the first bytes of a file without reading a whole film."""
        if not file_sudo.store_fname:
            return (file_sudo.raw or b"")[: uploads.HEAD_SIZE]
        with open(file_sudo._full_path(file_sudo.store_fname), "rb") as stored:
            return stored.read(uploads.HEAD_SIZE)

    def _mark_sent(self):
        """Fix the version: who sent it, when, and the fingerprints of its content."""
        self.ensure_one()
        # sudo: system fields; action_send_to_client checked the right to send
        self.sudo().write(
            {
                "sent_date": fields.Datetime.now(),
                "sent_by_id": self.env.uid,
                "fingerprints": self._compute_fingerprints(),
            }
        )

    def _compute_fingerprints(self):
        """Return name, size and SHA-256 of each file and of the text."""
        self.ensure_one()
        rows = []
        # sudo: only fingerprints leave this method
        for file_sudo in self.sudo().attachment_ids.sorted("id"):
            with self._file_path(file_sudo) as path, open(path, "rb") as content:
                rows.append(
                    {
                        "name": file_sudo.name,
                        "size": file_sudo.file_size,
                        # piece by piece: a film does not fit into memory
                        "sha256": hashlib.file_digest(content, "sha256").hexdigest(),
                    }
                )
        if self.body_text:
            content = self.body_text.encode()
            rows.append(
                {
                    "name": self.env._("Text"),
                    "size": len(content),
                    "sha256": hashlib.sha256(content).hexdigest(),
                }
            )
        return rows
