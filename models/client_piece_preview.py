from odoo import fields, models


class ClientPiecePreview(models.Model):
    """A picture of a file of a version: an image, a page, a frame of a film.

    Made once, in the background; who reads the version reads it.
    """

    _name = "client.piece.preview"
    _description = "Piece Preview"
    _order = "version_id, attachment_id, page"
    _rec_name = "attachment_id"

    version_id = fields.Many2one(
        comodel_name="client.piece.version",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    attachment_id = fields.Many2one(
        comodel_name="ir.attachment",
        string="File",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    page = fields.Integer(default=1, required=True, readonly=True)
    image = fields.Binary(attachment=True, readonly=True)
    thumbnail = fields.Binary(attachment=True, readonly=True)
    width = fields.Integer(readonly=True)
    height = fields.Integer(readonly=True)

    _page_unique = models.UniqueIndex(
        "(attachment_id, page)", "There is a preview of this page already."
    )

    def copy_data(self, default=None):
        """Previews are made of files, not of each other."""
        return []
