"""The files of a request: what is taken, and to whom it is served."""

from io import BytesIO

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_portal import PNG, ClientPortalCommon


@tagged("post_install", "-at_install")
class TestPortalJobFiles(ClientPortalCommon):
    def _send_file(self, name, content, **values):
        values = self._request_values(**values)
        response = self._post(
            "/my/jobs/new", values, files=[("files", (name, BytesIO(content)))]
        )
        job = self.env["client.job"].search([("portal_nonce", "=", values["nonce"])])
        return response, job

    def test_files_that_are_not_taken(self):
        self._login(self.portal_a)
        for name, content, sentence in (
            ("empty.png", b"", "the file is empty"),
            ("virus.exe", b"MZ..", "programs, scripts"),
            ("photo.png", b"MZ\x90\x00", "programs, scripts"),
            ("run.sh", b"#!/bin/sh", "programs, scripts"),
            ("page.html", b"<html>", "programs, scripts"),
            ("logo.svg", b"<svg onload='x()'/>", "programs, scripts"),
            ("note.txt", b"\n<script>alert(1)</script>", "programs, scripts"),
        ):
            with self.subTest(name=name):
                response, job = self._send_file(name, content)
                self.assertEqual(response.status_code, 200)
                self.assertIn(sentence, response.text)
                self.assertIn("was not added", response.text)
                self.assertEqual(job.state, "draft")  # kept, not sent
                self.assertFalse(job.file_ids)
                self.assertFalse(
                    self.env["ir.attachment"].search(
                        [("res_model", "=", "client.job"), ("res_id", "=", job.id)]
                    )
                )

    def test_too_large_file_gets_a_sentence_and_the_rest_is_kept(self):
        self.env["ir.config_parameter"].set_param("web.max_file_upload_size", "1000")
        self._login(self.portal_a)
        response, job = self._send_file("film.mp4", b"0" * 1001)
        self.assertEqual(response.status_code, 200)
        self.assertIn("film.mp4", response.text)
        self.assertIn("a file may have at most", response.text)
        self.assertEqual((job.state, job.name), ("draft", "Autumn campaign"))

    def test_body_beyond_all_limits_leads_back_to_the_form(self):
        self._login(self.portal_a)
        # more than Odoo reads of a text
        values = self._request_values(briefing="x" * (11 * 1024 * 1024))
        with mute_logger("odoo.http"):
            response = self._post(
                "/my/jobs/new", values, files=[("files", ("photo.png", PNG))]
            )
        self.assertGoesHome(response, "/my/jobs/new")
        page = self._get("/my/jobs/new?too_large=1").text
        self.assertIn("too large", page)

    def test_names_are_cleaned(self):
        self._login(self.portal_a)
        __, job = self._send_file("../../etc/<b>x\u202egnp.png", PNG)
        self.assertEqual(job.file_ids.name, "bxgnp.png")

    def test_too_many_files(self):
        self._login(self.portal_a)
        values = self._request_values()
        response = self._post(
            "/my/jobs/new",
            values,
            files=[("files", (f"{n}.png", PNG)) for n in range(22)],
        )
        self.assertIn("at most 20 files", response.text)
        job = self.env["client.job"].search([("portal_nonce", "=", values["nonce"])])
        self.assertEqual(len(job.file_ids), 20)

    def test_file_is_removed_from_a_draft(self):
        self._login(self.portal_a)
        __, job = self._send_file("photo.png", PNG, action="save")
        other = self._create_job(submit=False)
        other._portal_add_files([{"name": "other.png", "raw": PNG}])
        values = self._request_values(
            action="save", remove_file=[str(job.file_ids.id), str(other.file_ids.id)]
        )
        file = job.file_ids
        self._post(f"/my/jobs/{job.id}/edit", values)
        self.env.invalidate_all()
        self.assertFalse(job.file_ids)
        self.assertFalse(file.exists())
        self.assertTrue(other.file_ids)

    def test_files_are_served_to_those_who_see_the_request(self):
        job = self._create_job()
        job._portal_add_files([{"name": "photo.png", "raw": PNG}])
        path = f"/my/jobs/{job.id}/file/{job.file_ids.id}"
        other = self._create_job(self.contact_b, answers={}, template_id=False)
        self._login(self.portal_a)
        response = self._get(f"{path}?download=1")
        self.assertEqual(response.content, PNG)
        self.assertIn("attachment", response.headers["Content-Disposition"])
        self.assertEqual(response.headers["X-Content-Type-Options"], "nosniff")
        self.assertIn("private", response.headers["Cache-Control"])
        self._login(self.portal_b)
        self.assertEqual(self._get(path).status_code, 404)
        crossed = f"/my/jobs/{other.id}/file/{job.file_ids.id}"
        self.assertEqual(self._get(crossed).status_code, 404)
        self.assertEqual(self._get(f"/web/content/{job.file_ids.id}").status_code, 404)

    def test_a_job_is_no_way_to_the_file_of_another_document(self):
        job = self._create_job()
        foreign = self.env["ir.attachment"].create(
            {
                "name": "contract.pdf",
                "raw": b"%PDF",
                "res_model": "res.partner",
                "res_id": self.client_b.id,
            }
        )
        with self.assertRaises(AccessError):
            job.with_user(self.user_manager).file_ids = [(4, foreign.id)]
