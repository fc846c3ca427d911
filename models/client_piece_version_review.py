"""A version as the form's viewer shows it."""

from odoo import api, fields, models


class ClientPieceVersion(models.Model):
    """Files and facts of a version, for colleagues."""

    _inherit = "client.piece.version"

    # === BUSINESS METHODS === #

    def _prepare_review(self):
        """Return what the viewer says about a version.

        :rtype: dict
        """
        self.ensure_one()
        return {
            "id": self.id,
            "number": self.number,
            "sent_date": fields.Datetime.to_string(self.sent_date) or False,
            "sent_by": self.sent_by_id.name or "",
            "note": self.note_to_client or "",
            "is_empty": not (self.attachment_ids or self.body_text),
        }

    def _prepare_review_files(self):
        """Return the files with the way each is shown.

        :return: list of dicts ``id name kind url pages``; ``kind`` is image, video, pdf
            or other, ``pages`` the pictures made of it, if there are all
        """
        pictures = self._get_previews() if self else {}
        return [
            {
                "id": file.id,
                "name": file.name,
                "kind": self._get_review_kind(file),
                "url": f"/web/content/{file.id}",
                "pages": [
                    {
                        "page": row.page,
                        "url": f"/web/image/client.piece.preview/{row.id}/image",
                        "width": row.width,
                        "height": row.height,
                    }
                    for row in pictures.get(file.id, ())
                ],
            }
            for file in self.attachment_ids.sorted("id")
        ]

    @api.model
    def _get_review_kind(self, file):
        """Return image, video, pdf or other."""
        mimetype = file.mimetype or ""
        kind = "pdf" if mimetype == "application/pdf" else mimetype.split("/")[0]
        return kind if kind in ("image", "video", "pdf") else "other"
