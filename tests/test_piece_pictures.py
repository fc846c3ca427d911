"""Pictures of pieces and requests are kept as they were uploaded."""

import io

from PIL import Image

from odoo import http
from odoo.tests import tagged

from .common_portal import ClientPortalCommon

LARGE = (2600, 1300)


def make_picture(size=LARGE):
    """Return a PNG of a size."""
    buffer = io.BytesIO()
    Image.new("RGB", size, "teal").save(buffer, "PNG")
    return buffer.getvalue()


@tagged("post_install", "-at_install")
class TestPiecePictures(ClientPortalCommon):
    def _size(self, raw):
        return Image.open(io.BytesIO(raw)).size

    def _upload(self, model):
        """Upload a picture as the field of a form does; return its file."""
        response = self.url_open(
            "/web/binary/upload_attachment",
            data={"csrf_token": http.Request.csrf_token(self), "model": model, "id": 0},
            files={"ufile": ("banner.png", make_picture(), "image/png")},
        )
        [result] = response.json()
        return self.env["ir.attachment"].browse(result["id"])

    def test_a_version_keeps_every_pixel_on_its_way_to_the_client(self):
        self._login(self.user_creation)
        file = self._upload("client.piece.version")
        self.assertEqual(self._size(file.raw), LARGE)
        job = self._create_job()
        piece = job.piece_ids
        self.env["client.piece.version"].with_user(self.user_creation).create(
            {"piece_id": piece.id, "attachment_ids": [(6, 0, file.ids)]}
        )
        piece.with_user(self.user_traffic).action_send_to_client()
        self._login(self.portal_a)
        answer = self._get(f"/my/pieces/{piece.id}/file/{file.id}")
        self.assertEqual(answer.content, make_picture())
        # nor is a draft's file shrunk when somebody replaces it
        draft = self.env["client.piece.version"].create(
            {"piece_id": piece.id, "body_text": "Second"}
        )
        other = self.env["ir.attachment"].create(
            {"name": "b.png", "raw": b"", "res_model": draft._name, "res_id": draft.id}
        )
        other.raw = make_picture()
        self.assertEqual(self._size(other.raw), LARGE)

    def test_a_client_sends_its_pictures_whole(self):
        self._login(self.portal_a)
        values = self._request_values(title="With photos")
        name = "files"
        self._post(
            "/my/jobs/new",
            values,
            files=[(name, ("photo.png", make_picture(), "image/png"))],
        )
        job = self._find_jobs("With photos")
        self.assertEqual([self._size(file.raw) for file in job.file_ids], [LARGE])

    def test_other_pictures_are_still_shrunk(self):
        self._login(self.user_manager)
        file = self._upload("res.partner")
        self.assertEqual(self._size(file.raw), (1920, 960))
