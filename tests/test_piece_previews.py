"""Pictures of the files of versions: made in the background, within bounds."""

import hashlib
import io
import shutil
import struct
import subprocess
import tempfile
import zlib
from pathlib import Path

from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..tools import previews
from .common_job import PIXEL, ClientJobCommon
from .common_portal import ClientPortalCommon


def make_picture(width, height, kind="JPEG"):
    output = io.BytesIO()
    Image.new("RGB", (width, height), "#336699").save(output, kind)
    return output.getvalue()


def make_pdf(pages):
    output = io.BytesIO()
    canvas = Canvas(output, pagesize=(400, 300))
    for number in range(1, pages + 1):
        canvas.drawString(50, 150, f"Page {number}")
        canvas.showPage()
    canvas.save()
    return output.getvalue()


def make_bomb(side):
    """Return a PNG that says it is large and holds nothing."""

    def chunk(name, data):
        check = struct.pack(">I", zlib.crc32(name + data))
        return struct.pack(">I", len(data)) + name + data + check

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 1000)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", pixels)
        + chunk(b"IEND", b"")
    )


def make_film():
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "film.mp4"
        subprocess.run(
            ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "color=red:s=320x240:d=0.5"]
            + ["-pix_fmt", "yuv420p", path],
            check=True,
        )
        return path.read_bytes()


@tagged("post_install", "-at_install")
class TestPiecePreviews(ClientJobCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        job = cls._create_job()
        job.action_authorize()
        cls.piece = job.piece_ids

    def _version(self, *files):
        made = self.env["ir.attachment"]
        for name, raw in files:
            made |= self._create_file(name=name, raw=raw)
        return self._create_version(self.piece, attachment_ids=[(6, 0, made.ids)])

    def _run_cron(self):
        with self.enter_registry_test_mode():
            self.env.ref(
                "client_hub.ir_cron_client_piece_preview"
            ).method_direct_trigger()
        self.env.invalidate_all()

    def test_pictures_and_pages_are_made_in_the_background(self):
        cron = self.env.ref("client_hub.ir_cron_client_piece_preview")
        triggers = self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])
        version = self._version(
            ("photo.jpg", make_picture(3000, 1500)), ("text.pdf", make_pdf(2))
        )
        self.assertFalse(version.preview_ids)
        self.assertEqual(version.preview_state, "waiting")
        self.assertIn("0 of 2 files", version.preview_text)
        self.assertGreater(
            self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)]),
            triggers,
        )
        self._run_cron()
        version = version.with_user(self.user_creation)
        self.assertEqual(version.preview_state, "done")
        self.assertFalse(version.preview_text)
        photo, document = version.attachment_ids.sorted("id")
        shown = version._get_previews()
        self.assertEqual((shown[photo.id].width, shown[photo.id].height), (1600, 800))
        self.assertEqual(shown[document.id].mapped("page"), [1, 2])
        self.assertTrue(version.preview_thumbnail)
        self._run_cron()
        self.assertEqual(len(version.preview_ids), 3)

    def test_what_can_not_be_made_is_told_and_stops_nothing(self):
        # else Odoo itself decodes it, to make it smaller
        self.env["ir.config_parameter"].sudo().set_param(
            "base.image_autoresize_max_px", "0"
        )
        version = self._version(
            ("bomb.png", make_bomb(12000)),
            ("torn.pdf", b"%PDF-1.4 torn"),
            ("many.pdf", make_pdf(previews.MAX_PAGES + 1)),
            ("fine.png", PIXEL),
        )
        self._run_cron()
        bomb, torn, many, fine = version.attachment_ids.sorted("id")
        text = version.preview_text
        self.assertIn("“bomb.png”: it is too large", text)
        self.assertIn("“torn.pdf”: it can't be read", text)
        self.assertIn("“many.pdf”: it has very many pages", text)
        self.assertNotIn("fine.png", text)
        # one page for the lists; the browser shows the document itself
        self.assertEqual(len(version.preview_ids.grouped("attachment_id")[many]), 1)
        self.assertEqual(list(version._get_previews()), [fine.id])

    def test_a_picture_that_nothing_decodes_is_refused_by_its_name(self):
        with self.assertRaisesRegex(UserError, "bomb.png.* too many pixels"):
            self._create_file(name="bomb.png", raw=make_bomb(60000))

    def test_a_film_shows_one_of_its_frames(self):
        if not shutil.which("ffmpeg"):
            # a server without the program says so, and shows the film all the same
            version = self._version(("film.mp4", b"\0\0\0\x18ftypmp42" + b"\0" * 100))
            self._run_cron()
            self.assertIn("lacks the program", version.preview_text)
            return
        version = self._version(("film.mp4", make_film()))
        self._run_cron()
        self.assertFalse(version.preview_text)
        picture = version.preview_ids
        self.assertEqual((picture.width, picture.height), (320, 240))

    def test_a_playlist_opens_no_other_file(self):
        playlist = b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n"
        with tempfile.NamedTemporaryFile() as file:
            file.write(playlist)
            file.flush()
            with self.assertRaises(previews.PreviewError):
                previews.read_frame(file.name, "video/mp4")

    def test_a_file_at_which_the_process_died_is_not_tried_again(self):
        version = self._version(("photo.jpg", make_picture(20, 20)))
        version.sudo()._report_preview(version.attachment_ids, reason="stopped")
        self._run_cron()
        self.assertEqual(version.preview_state, "done")
        self.assertFalse(version.preview_ids)
        self.assertIn("too much memory or time", version.preview_text)

    def test_who_reads_the_version_reads_its_pictures(self):
        version = self._version(("photo.jpg", make_picture(20, 20)))
        self._run_cron()
        picture = version.preview_ids
        for user, expected in (
            (self.user_creation, True),
            (self.user_manager, True),
            (self.user_accountant, True),
            (self.portal_a, False),
            (self.portal_b, False),
        ):
            with self.subTest(user=user.login):
                self.assertEqual(picture.with_user(user).has_access("read"), expected)
                self.assertFalse(picture.with_user(user).has_access("write"))
        with self.assertRaises(AccessError):
            version.with_user(self.user_creation).preview_state = "waiting"
        self.client_a.with_user(self.user_manager).client_restricted = True
        self.env.invalidate_all()
        self.assertFalse(picture.with_user(self.user_outsider).has_access("read"))

    def test_fingerprints_are_of_the_content(self):
        raw = make_picture(300, 200)
        version = self._version(("photo.jpg", raw))
        with self.assertQueryCount(__system__=30):
            rows = version._compute_fingerprints()
        self.assertEqual(rows[0]["sha256"], hashlib.sha256(raw).hexdigest())
        # a file that is kept in the database
        self.env["ir.config_parameter"].sudo().set_param("ir_attachment.location", "db")
        other = self._version(("photo.jpg", raw))
        self.assertEqual(other._compute_fingerprints()[0]["sha256"], rows[0]["sha256"])


@tagged("post_install", "-at_install")
class TestPiecePreviewPages(ClientPortalCommon):
    def test_only_those_who_get_the_file_get_its_pictures(self):
        piece = self._create_job().piece_ids
        version = self._send_version(piece, name="text.pdf", raw=make_pdf(2))
        file = version.attachment_ids
        path = f"/my/pieces/{piece.id}/file/{file.id}?page=2"
        self._login(self.portal_a)
        # until it is made, the file itself
        self.assertEqual(self._get(path).headers["Content-Type"], "application/pdf")
        self.assertIn("data-src", self._get(f"/my/pieces/{piece.id}").text)
        version.sudo()._make_previews(file)
        response = self._get(path)
        self.assertEqual(response.headers["Content-Type"], "image/jpeg")
        self.assertLess(
            len(self._get(f"{path}&small=1").content), len(response.content)
        )
        page = self._get(f"/my/pieces/{piece.id}").text
        self.assertEqual(page.count(f"/file/{file.id}?page="), 2)
        self._login(self.portal_b)
        self.assertEqual(self._get(path).status_code, 404)
