"""Pictures of a version's files, made in the background."""

import base64
import logging
import os
import tempfile
from contextlib import contextmanager

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..tools import nightly, previews

_logger = logging.getLogger(__name__)

PREVIEW_FIELDS = frozenset({"preview_state", "preview_report"})


class ClientPieceVersion(models.Model):
    """Has small pictures of its files made, so that pages and lists load fast.

    What can't be made is told on the version and shown as it was: the browser gets
    the file itself.
    """

    _inherit = "client.piece.version"
    _history_exclude = frozenset({"fingerprints"}) | PREVIEW_FIELDS

    preview_ids = fields.One2many(
        comodel_name="client.piece.preview",
        inverse_name="version_id",
        string="Previews",
        groups="base.group_user",
    )
    preview_state = fields.Selection(
        selection=[("waiting", "Being made"), ("done", "Made")],
        string="Status of the previews",
        readonly=True,
        copy=False,
        groups="base.group_user",
    )
    # file id (as text) -> {"pages": how many, "reason": why there is no picture}
    preview_report = fields.Json(readonly=True, copy=False, groups="base.group_user")
    preview_text = fields.Text(
        string="About the previews",
        compute="_compute_preview_text",
        groups="base.group_user",
    )
    preview_attachment_id = fields.Many2one(
        comodel_name="ir.attachment",
        compute="_compute_preview",
        compute_sudo=True,
        string="Preview",
    )
    preview_image = fields.Binary(compute="_compute_preview", compute_sudo=True)
    preview_thumbnail = fields.Binary(compute="_compute_preview", compute_sudo=True)

    _preview_waiting_idx = models.Index("(id) WHERE preview_state = 'waiting'")

    # === COMPUTE METHODS === #

    @api.depends("attachment_ids.mimetype", "preview_ids")
    @api.depends_context("bin_size")
    def _compute_preview(self):
        for version in self:
            first = version.preview_ids.sorted(lambda row: (row.page, row.id))[:1]
            shown = version.attachment_ids.filtered(
                lambda file: previews.get_kind(file.mimetype)
            )
            version.preview_attachment_id = first.attachment_id or shown[:1]
            version.preview_image = first.image
            version.preview_thumbnail = first.thumbnail

    @api.depends("preview_state", "preview_report", "attachment_ids")
    @api.depends_context("lang")
    def _compute_preview_text(self):
        for version in self:
            report = version.preview_report or {}
            lines = []
            if version.preview_state == "waiting":
                files = version._get_preview_files()
                lines.append(
                    self.env._(
                        "Previews are being made: %(done)s of %(total)s files.",
                        done=sum(str(file.id) in report for file in files),
                        total=len(files),
                    )
                )
            for file in version.attachment_ids:
                reason = report.get(str(file.id), {}).get("reason")
                # while it is being made, it counts as stopped
                if reason and (reason != "stopped" or not lines):
                    lines.append(version._describe_preview(file, reason))
            version.preview_text = "\n".join(lines)

    def _describe_preview(self, file, reason):
        """Return the sentence why there is no preview of a file."""
        why = {
            "large": self.env._("it is too large"),
            "broken": self.env._("it can't be read"),
            "slow": self.env._("it takes too long"),
            "stopped": self.env._("it takes too much memory or time"),
            "program": self.env._("the server lacks the program for it"),
            "pages": self.env._("it has very many pages; they show one by one"),
        }
        return self.env._(
            "No preview of “%(file)s”: %(why)s.",
            file=file.name,
            why=why.get(reason, why["broken"]),
        )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Leave previews to the background."""
        self._check_previews_untouched(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        """Leave previews to the background."""
        self._check_previews_untouched([vals])
        return super().write(vals)

    def _check_previews_untouched(self, vals_list):
        if not self.env.su and any(PREVIEW_FIELDS & vals.keys() for vals in vals_list):
            raise AccessError(self.env._("Previews are made from the files."))

    def _adopt_attachments(self):
        """Have previews made of new files."""
        result = super()._adopt_attachments()
        self._queue_previews()
        return result

    # === BUSINESS METHODS === #

    @contextmanager
    def _file_path(self, file_sudo):
        """Give the path of a file's content, without reading it into memory.

        :param file_sudo: ir.attachment as superuser
        """
        path = file_sudo.store_fname and file_sudo._full_path(file_sudo.store_fname)
        if path and os.path.isfile(path):
            yield path
            return
        # kept in the database, or somewhere else by another addon
        with tempfile.NamedTemporaryFile() as copy:
            copy.write(file_sudo.raw or b"")
            copy.flush()
            yield copy.name

    def _get_preview_files(self):
        """Return the files that a picture can be made of."""
        self.ensure_one()
        return self.attachment_ids.filtered(
            lambda file: previews.get_kind(file.mimetype)
        ).sorted("id")

    def _queue_previews(self):
        """Ask the scheduled job for previews of what has none."""
        # sudo: system fields; whoever may change the files has them looked at
        waiting_sudo = self.sudo().filtered(
            lambda version: any(
                str(file.id) not in (version.preview_report or {})
                for file in version._get_preview_files()
            )
        )
        if waiting_sudo:
            waiting_sudo.preview_state = "waiting"
            self.env.ref("client_hub.ir_cron_client_piece_preview")._trigger()

    @api.model
    def _cron_make_previews(self):
        """Make what is waiting, newest versions first, one file after the other."""
        cron = self.env["ir.cron"]
        versions = self.search([("preview_state", "=", "waiting")], order="id desc")
        cron._commit_progress(remaining=len(versions))
        for version in versions:
            for file in version._get_preview_files():
                if str(file.id) in (version.preview_report or {}):
                    continue
                # said first: a file at which the process dies is not tried again
                version._report_preview(file, reason="stopped")
                cron._commit_progress()
                if error := nightly.attempt(version, "_make_previews", file):
                    # the next files still get theirs
                    nightly.log_failure(file, "_make_previews", error)
                if not cron._commit_progress():
                    return
            version.preview_state = "done"
            if not cron._commit_progress(1):
                return

    def _report_preview(self, file, **facts):
        """Note what became of a file."""
        self.preview_report = {**(self.preview_report or {}), str(file.id): facts}

    def _make_previews(self, file):
        """Make the pictures of one file (as superuser), and note what came of it."""
        self.ensure_one()
        kind = previews.get_kind(file.mimetype)
        try:
            if (file.file_size or 0) > previews.MAX_SIZE:
                raise previews.PreviewError("large")
            with self._file_path(file) as path:
                pages = previews.count_pages(path) if kind == "pdf" else 1
                numbers = range(1, pages + 1) if pages <= previews.MAX_PAGES else [1]
                for number in numbers:
                    self._keep_preview(
                        file, number, self._read_picture(path, file, number)
                    )
        except previews.PreviewError as error:
            _logger.info("no preview of file %s: %s", file.id, error.reason)
            self._report_preview(file, reason=error.reason)
            return
        many = {"reason": "pages"} if len(numbers) < pages else {}
        self._report_preview(file, pages=pages, **many)

    @api.model
    def _read_picture(self, path, file, number):
        """Return the picture of a page, an image or a film."""
        kind = previews.get_kind(file.mimetype)
        if kind == "pdf":
            return previews.read_page(path, number)
        if kind == "video":
            return previews.read_frame(path, file.mimetype)
        return previews.read_image(path)

    def _keep_preview(self, file, number, picture):
        """Keep the picture in both sizes."""
        image, width, height = previews.shrink(picture, previews.LARGE)
        thumbnail, *__ = previews.shrink(picture, previews.SMALL)
        Preview = self.env["client.piece.preview"]
        key = [("attachment_id", "=", file.id), ("page", "=", number)]
        values = {
            "image": base64.b64encode(image),
            "thumbnail": base64.b64encode(thumbnail),
            "width": width,
            "height": height,
        }
        # left by a run that stopped half way through the document
        if found := Preview.search(key):
            found.write(values)
            return
        Preview.create(
            {
                "version_id": self.id,
                "attachment_id": file.id,
                "page": number,
                **values,
            }
        )

    def _get_previews(self):
        """Return the pictures to show instead of the files.

        :return: {file id: client.piece.preview, by page}; documents of which there are
            not all pages are left out
        """
        self.ensure_one()
        # sudo: of a version that the caller may read
        version_sudo = self.sudo()
        found = version_sudo.preview_ids.grouped("attachment_id")
        report = version_sudo.preview_report or {}
        return {
            file.id: rows.sorted("page")
            for file, rows in found.items()
            if report.get(str(file.id), {}).get("pages") == len(rows)
        }
