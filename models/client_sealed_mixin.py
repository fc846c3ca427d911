"""A PDF that is made once, sent to the client's person, and stays as it is."""

import hashlib
import secrets

from odoo import api, fields, models


class ClientSealedMixin(models.AbstractModel):
    """Keeps a file, its fingerprint, and the check that one still has the other.

    A model that inherits it names its files in ``SEALED_FILES`` of ir.attachment.
    """

    _name = "client.sealed.mixin"
    _description = "Sealed Document"

    document = fields.Binary(attachment=True, readonly=True, copy=False)
    document_name = fields.Char(string="File", readonly=True, copy=False)
    fingerprint = fields.Char(
        string="Fingerprint (SHA-256)",
        readonly=True,
        copy=False,
        help="Computed from the file when it was sent.",
    )
    document_check = fields.Selection(
        selection=[
            ("equal", "Unchanged: the file has the fingerprint that was sent"),
            ("different", "Changed: the file does not have the fingerprint"),
        ],
        string="Check of the file",
        compute="_compute_document_check",
        help="Computed from the stored file each time that you open this page.",
    )

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("document", "fingerprint")
    def _compute_document_check(self):
        for row in self:
            content = row._get_document()
            same = bool(content) and self._fingerprint(content) == row.fingerprint
            row.document_check = "equal" if same else "different"

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    @api.model
    def _fingerprint(self, content):
        """Return the SHA-256 of bytes, as hexadecimal text."""
        return hashlib.sha256(content).hexdigest()

    @api.model
    def _new_token(self):
        """Return a new personal key for a link."""
        return secrets.token_urlsafe(32)

    def _get_document_file(self):
        """Return the attachment with the PDF, as superuser."""
        self.ensure_one()
        # sudo: the caller may read the row, and so its file. A form asks for sizes
        # instead of contents: the fingerprint is of the content
        files_sudo = self.env["ir.attachment"].sudo().with_context(bin_size=False)
        return files_sudo.search(
            [
                ("res_model", "=", self._name),
                ("res_field", "=", "document"),
                ("res_id", "=", self.id),
            ],
            limit=1,
        )

    def _get_document(self):
        """Return the bytes of the stored file; empty when it is gone."""
        self.ensure_one()
        return self._get_document_file().raw or b""

    def _is_sealed(self):
        """Tell whether the file must stay as it is (hook)."""
        return True

    def _lock(self):
        """Lock the row: two people answering at once do it one after the other."""
        self.flush_recordset()
        self.lock_for_update()
        self.invalidate_recordset()

    @api.model
    def _format_utc(self, time):
        """Return a time as a text that is the same for every reader."""
        return f"{fields.Datetime.to_string(time)} UTC" if time else ""
