"""Files of every sort over HTTP: with a request, with a comment and with a piece."""

import json
import threading
from http.client import HTTPConnection
from io import BytesIO
from pathlib import Path

from odoo import http
from odoo.tests import HOST, tagged
from odoo.tools import mute_logger

from .common_portal import PNG, ClientPortalCommon

MEGABYTE = 1024 * 1024
HUGE = 200 * MEGABYTE
SCRIPT = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


class Form:
    """A form with one file of zeros, which is never in memory as a whole."""

    boundary = "client-hub-boundary"

    def __init__(self, values, field, name, size):
        parts = [
            f'--{self.boundary}\r\nContent-Disposition: form-data; name="{key}"'
            f"\r\n\r\n{value}\r\n"
            for key, value in values.items()
        ]
        parts.append(
            f"--{self.boundary}\r\nContent-Disposition: form-data; "
            f'name="{field}"; filename="{name}"\r\nContent-Type: video/mp4\r\n\r\n'
        )
        self.head = BytesIO("".join(parts).encode())
        self.tail = BytesIO(f"\r\n--{self.boundary}--\r\n".encode())
        self.size = len(self.head.getvalue()) + size + len(self.tail.getvalue())
        self.left = size

    @property
    def headers(self):
        return {"Content-Type": f"multipart/form-data; boundary={self.boundary}"}

    def __len__(self):
        return self.size

    def __iter__(self):
        return iter(self.take, b"")

    def take(self, size=MEGABYTE):
        if head := self.head.read(size):
            return head
        size = min(size, self.left)
        self.left -= size
        return bytes(size) or self.tail.read()


class Peak:
    """The most memory that this process, the server's, held meanwhile."""

    def __enter__(self):
        self.is_over = threading.Event()
        self.before = self.most = self._read()
        self.thread = threading.Thread(target=self._watch)
        self.thread.start()
        return self

    def __exit__(self, *error):
        self.is_over.set()
        self.thread.join()

    @property
    def growth(self):
        return self.most - self.before

    def _read(self):
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
        return int(pages) * 4096

    def _watch(self):
        while not self.is_over.wait(0.01):
            self.most = max(self.most, self._read())


@tagged("post_install", "-at_install")
class TestPortalUploads(ClientPortalCommon):
    def _find_draft(self, nonce):
        self.env.invalidate_all()
        return self.env["client.job"].search([("portal_nonce", "=", nonce)])

    def _find_files(self):
        return self.env["ir.attachment"].search(
            [("res_model", "in", ("client.job", "client.piece.version"))]
        )

    def _announce(self, path, form):
        """Send the beginning of a form; return the connection."""
        cookies = self.opener.cookies.get_dict()
        connection = HTTPConnection(HOST, self.http_port(), timeout=30)
        self.addCleanup(connection.close)
        connection.putrequest("POST", path)
        for name, value in form.headers.items():
            connection.putheader(name, value)
        connection.putheader("Content-Length", len(form))
        connection.putheader(
            "Cookie", "; ".join(f"{key}={value}" for key, value in cookies.items())
        )
        connection.endheaders(form.take())
        return connection

    # --- requests ---

    def test_200_mb_with_a_request(self):
        """It passes through the disk; beside the field stands why it isn't taken."""
        self._login(self.portal_a)
        values = self._request_values()
        values["csrf_token"] = http.Request.csrf_token(self)
        form = Form(values, "files", "film.mp4", HUGE)
        before = self._find_files()
        with Peak() as memory:
            response = self.url_open(
                "/my/jobs/new", data=form, headers=form.headers, timeout=120
            )
        self.assertEqual(response.status_code, 200)
        self.assertRegex(
            response.text,
            r'id="error_files"\s+class="invalid-feedback d-block"\s*>“film.mp4” was '
            "not added: it has 200 MB, and a file may have at most 64 MB",
        )
        self.assertLess(memory.growth, 48 * MEGABYTE)
        self.assertEqual(self._find_files(), before)
        # not sent, and nothing that was typed is lost
        job = self._find_draft(values["nonce"])
        self.assertEqual((job.state, job.name), ("draft", "Autumn campaign"))
        self.assertIn('value="Forest banner"', response.text)

    def test_200_mb_alone_are_refused_by_their_size(self):
        """The answer comes before the file does."""
        job = self._create_job(submit=False)
        self._login(self.portal_a)
        values = {"csrf_token": http.Request.csrf_token(self)}
        form = Form(values, "file", "film.mp4", HUGE)
        with self.allow_requests(), mute_logger("odoo.http"):
            connection = self._announce(f"/my/jobs/{job.id}/upload", form)
            response = connection.getresponse()
            answer = json.loads(response.read())
        self.assertEqual(response.status, 413)
        self.assertIn("too large: it may have at most 64 MB", answer["error"])
        self.assertFalse(job.file_ids)

    def test_an_upload_that_breaks_off_leaves_nothing(self):
        job = self._create_job(submit=False)
        self._login(self.portal_a)
        values = {"csrf_token": http.Request.csrf_token(self)}
        form = Form(values, "file", "film.mp4", 20 * MEGABYTE)
        before = self._find_files()
        with self.allow_requests(), mute_logger("odoo.http", "werkzeug"):
            connection = self._announce(f"/my/jobs/{job.id}/upload", form)
            connection.send(form.take(5 * MEGABYTE))
            connection.close()
            self._wait_remaining_requests()
        self.env.invalidate_all()
        self.assertFalse(job.file_ids)
        self.assertEqual(self._find_files(), before)
        # sent again, it is there once, however often
        for __ in range(2):
            response = self._post(
                f"/my/jobs/{job.id}/upload", {}, files=[("file", ("photo.png", PNG))]
            )
            self.assertEqual(response.json()["file"]["name"], "photo.png")
        self.env.invalidate_all()
        self.assertEqual(job.file_ids.mapped("raw"), [PNG])

    def test_a_name_is_shown_as_text(self):
        self._login(self.portal_a)
        name = "../..\\<img src=x onerror=alert(1)>.png"
        values = self._request_values(action="save")
        self._post("/my/jobs/new", values, files=[("files", (name, PNG))])
        job = self._find_draft(values["nonce"])
        self.assertEqual(job.file_ids.name, "img src=x onerror=alert(1).png")
        page = self._get(f"/my/jobs/{job.id}/edit").text
        self.assertNotIn("<img src=x", page)
        self.assertEqual(self._get(f"/web/content/{job.file_ids.id}").status_code, 404)

    # --- comments ---

    def test_a_script_in_a_comments_file_runs_nowhere(self):
        job = self._create_job()
        self._login(self.portal_a)
        for document in (job, job.piece_ids):
            with self.subTest(model=document._name):
                response = self._post(
                    "/mail/attachment/upload",
                    {"thread_model": document._name, "thread_id": document.id},
                    files=[("ufile", ("x.svg", SCRIPT))],
                )
                self.assertEqual(response.status_code, 200)
                self.assertIn("x.svg", response.json()["error"])
                self.assertFalse(
                    self.env["ir.attachment"].search_count([("name", "=", "x.svg")])
                )
        self._login(self.portal_b)
        with mute_logger("odoo.http"):
            response = self._post(
                "/mail/attachment/upload",
                {"thread_model": job._name, "thread_id": job.id},
                files=[("ufile", ("y.png", PNG))],
            )
        self.assertEqual(response.status_code, 404)
        self.assertFalse(
            self.env["ir.attachment"].search_count([("name", "=", "y.png")])
        )

    # --- pieces ---

    def _upload_version(self, piece, name, raw):
        """Upload a file and save a version with it; return the answer to that."""
        response = self._post(
            "/web/binary/upload_attachment",
            {"model": "client.piece.version", "id": 0},
            files=[("ufile", (name, raw))],
        )
        file_id = response.json()[0]["id"]
        values = {"piece_id": piece.id, "attachment_ids": [(4, file_id)]}
        answer = self.url_open(
            "/web/dataset/call_kw/client.piece.version/create",
            json={
                "params": {
                    "model": "client.piece.version",
                    "method": "create",
                    "args": [[values]],
                    "kwargs": {},
                }
            },
        ).json()
        self.env.invalidate_all()
        return answer

    def test_files_of_a_piece(self):
        piece = self._create_job().piece_ids
        self._login(self.user_creation)
        for name, raw, sentence in (
            ("empty.png", b"", "is empty"),
            ("setup.exe", b"MZ\x90", "is a program"),
            ("banner.png", b"MZ\x90\x00", "is a program"),
            ("a.svg", SCRIPT, "contains a script"),
        ):
            with self.subTest(name=name), mute_logger("odoo.http"):
                answer = self._upload_version(piece, name, raw)
                self.assertIn(sentence, answer["error"]["data"]["message"])
                self.assertFalse(piece.version_ids)
        self._upload_version(piece, "../../etc/ban<ner>.png", PNG)
        self.assertEqual(piece.version_ids.attachment_ids.name, "banner.png")

    def test_200_mb_for_a_piece(self):
        """Odoo's own upload says so by its status; nothing is kept."""
        self._login(self.user_creation)
        values = {
            "csrf_token": http.Request.csrf_token(self),
            "model": "client.piece.version",
            "id": "0",
        }
        form = Form(values, "ufile", "film.mp4", HUGE)
        before = self._find_files()
        with Peak() as memory, mute_logger("odoo.http"), self.allow_requests():
            connection = self._announce("/web/binary/upload_attachment", form)
            response = connection.getresponse()
        self.assertEqual(response.status, 413)
        self.assertLess(memory.growth, 48 * MEGABYTE)
        self.assertEqual(self._find_files(), before)
