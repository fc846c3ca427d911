from PIL import Image

from odoo import api, models
from odoo.exceptions import UserError

# What makes a file the file that the client saw.
CONTENT_FIELDS = frozenset(
    {
        "name",
        "datas",
        "raw",
        "db_datas",
        "store_fname",
        "url",
        "type",
        "mimetype",
        "public",
        "res_model",
        "res_id",
        "res_field",
    }
)
# Whose pictures are kept as they were uploaded: what a client approves is what is
# published, and what he sends is what it is made from. Pages show smaller previews.
FULL_SIZE_MODELS = frozenset({"client.job", "client.piece", "client.piece.version"})


class IrAttachment(models.Model):
    """Files of a version that the client has seen stay as they are."""

    _inherit = "ir.attachment"

    def _check_access(self, operation):
        """Forbid files of documents that are hidden from the user, public or not."""
        result = super()._check_access(operation)
        return self.env["client.wall"]._check_documents(self, operation, result)

    def write(self, vals):
        """Refuse to change such a file."""
        if CONTENT_FIELDS & vals.keys():
            self._check_client_version_unlocked()
        return super().write(vals)

    def _postprocess_contents(self, values):
        """Keep pictures of jobs and pieces whole; Odoo shrinks those of others.

        :raise UserError: a picture is larger than anything that is decoded
        """
        # sudo: which document the files belong to
        models_of = {values.get("res_model")} | set(self.sudo().mapped("res_model"))
        if models_of & FULL_SIZE_MODELS:
            values["mimetype"] = self._compute_mimetype(values)
            return values
        try:
            return super()._postprocess_contents(values)
        except Image.DecompressionBombError as error:
            raise UserError(
                self.env._(
                    "“%s” has too many pixels: save it smaller, or as a PDF.",
                    values.get("name") or "",
                )
            ) from error

    @api.ondelete(at_uninstall=False)
    def _unlink_except_client_version(self):
        self._check_client_version_unlocked()

    def _check_client_version_unlocked(self):
        """Raise when a file belongs to a version that is locked."""
        # sudo: asks only whether the version is locked
        version_ids = {
            file_sudo.res_id
            for file_sudo in self.sudo()
            if file_sudo.res_model == "client.piece.version" and file_sudo.res_id
        }
        # sudo: as above
        versions_sudo = self.env["client.piece.version"].sudo().browse(version_ids)
        if any(version_sudo.locked for version_sudo in versions_sudo.exists()):
            raise UserError(
                self.env._("The client has seen this file: add a new version instead.")
            )
