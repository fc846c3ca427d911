"""The files of a client: who adds, sorts, protects and deletes them."""

import io
import json

from werkzeug.datastructures import FileStorage

from odoo.exceptions import AccessError, UserError
from odoo.http import Request
from odoo.tests import HttpCase, tagged

from .common import ClientHubCommon

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64


class ClientFilesCommon(ClientHubCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kind_contract = cls.env.ref("client_hub.client_file_kind_contract")
        cls.kind_brand = cls.env.ref("client_hub.client_file_kind_brand")

    def _add(self, user, files, client=None, kind=None, description=""):
        uploads = [
            FileStorage(stream=io.BytesIO(content), filename=name)
            for name, content in files
        ]
        return (
            self.env["ir.attachment"]
            .with_user(user)
            ._client_add_files(
                (client or self.client_a).with_user(user), uploads, kind, description
            )
        )

    def _history(self, client=None):
        self.env.cr.flush()
        return self.env["client.history"].search(
            [("client_id", "=", (client or self.client_a).id), ("kind", "=", "file")]
        )


@tagged("post_install", "-at_install")
class TestClientFiles(ClientFilesCommon):
    def test_account_manager_adds_several_files_of_a_kind(self):
        files, refused = self._add(
            self.user_manager,
            [("logo.png", PNG), ("logo.svg", b"<svg></svg>")],
            kind=self.kind_brand,
            description=" The new logo ",
        )
        self.assertFalse(refused)
        self.assertEqual(files.mapped("name"), ["logo.png", "logo.svg"])
        self.assertEqual(set(files.mapped("description")), {"The new logo"})
        self.assertEqual(files.client_file_kind_id, self.kind_brand)
        self.assertEqual(files.create_uid, self.user_manager)
        # a drawing with a script in it is not run by a browser
        self.assertEqual(files[1].mimetype, "text/plain")
        self.assertEqual(self._history().mapped("note"), ["File added", "File added"])

    def test_creation_reads_files_but_adds_and_deletes_none(self):
        files, _refused = self._add(self.user_manager, [("logo.png", PNG)])
        files = files.with_user(self.user_creation)
        self.assertEqual(files.name, "logo.png")
        self.assertFalse(files.client_file_can_delete)
        with self.assertRaises(AccessError):
            self._add(self.user_creation, [("logo.png", PNG)])
        with self.assertRaises(AccessError):
            files.action_client_file_delete()

    def test_every_refused_file_gets_its_sentence_and_the_others_are_added(self):
        self.env["ir.config_parameter"].sudo().set_param(
            "web.max_file_upload_size", "100"
        )
        files, refused = self._add(
            self.user_manager,
            [
                ("setup.exe", b"MZ"),
                ("page.html", b"<html>"),
                ("logo.png", b"MZ\x90"),
                ("empty.txt", b""),
                ("film.mp4", b"0" * 200),
                ("notes.txt", b"good"),
            ],
        )
        self.assertEqual(files.mapped("name"), ["notes.txt"])
        self.assertEqual(len(refused), 5)
        for sentence in refused[:3]:
            self.assertIn("programs, scripts and web pages are not accepted", sentence)
        self.assertIn("“empty.txt” was not added: the file is empty.", refused[3])
        self.assertIn("it has 200 bytes, and a file may have at most", refused[4])

    def test_protected_file_stays_whatever_way_is_tried(self):
        file, _refused = self._add(
            self.user_manager, [("signed.pdf", b"%PDF-1.7")], kind=self.kind_contract
        )
        tries = [
            lambda own: own.action_client_file_delete(),
            lambda own: own.unlink(),
            lambda own: own.sudo().unlink(),
            lambda own: own.write({"raw": b"other"}),
            lambda own: own.sudo().write({"raw": b"other"}),
            lambda own: own.write({"client_file_kind_id": self.kind_brand.id}),
            lambda own: own.write({"client_file_kind_id": False}),
            lambda own: own.write({"name": "x.pdf"}),
            lambda own: own.write({"res_id": self.client_b.id}),
            lambda own: own._delete_and_notify(),
            lambda own: self.client_a.with_user(self.user_manager).sudo().unlink(),
        ]
        own = file.with_user(self.user_manager)
        self.assertFalse(own.client_file_can_delete)
        for number, attempt in enumerate(tries):
            with (
                self.subTest(number=number),
                self.assertRaisesRegex(UserError, "“signed.pdf” is protected"),
                self.env.cr.savepoint(),
            ):
                attempt(own)
        self.assertEqual(own.raw, b"%PDF-1.7")
        # what it is about may still be written down
        own.description = "Signed on paper"

    def test_administrator_deletes_a_protected_file_and_it_is_logged(self):
        file, _refused = self._add(
            self.user_manager, [("signed.pdf", b"%PDF-1.7")], kind=self.kind_contract
        )
        own = file.with_user(self.user_admin_hub)
        self.assertTrue(own.client_file_can_delete)
        own.action_client_file_delete()
        self.assertFalse(file.exists())
        row = self._history()[0]
        self.assertEqual((row.name, row.note), ("signed.pdf", "File deleted"))
        self.assertEqual(row.user_id, self.user_admin_hub)

    def test_file_in_the_chatter_is_protected_as_well(self):
        file, _refused = self._add(
            self.user_manager, [("receipt.pdf", b"%PDF-1.7")], kind=self.kind_contract
        )
        client = self.client_a.with_user(self.user_manager)
        message = client.message_post(
            body="Here", attachment_ids=file.ids, message_type="comment"
        )
        with self.assertRaisesRegex(UserError, "is protected"):
            client._message_update_content(message, body="", attachment_ids=[])
        self.assertTrue(file.exists())

    def test_only_administrators_define_kinds(self):
        self.env["client.file.kind"].with_user(self.user_admin_hub).create(
            {"name": "Photo"}
        )
        kind = self.kind_contract.with_user(self.user_manager)
        with self.assertRaises(AccessError):
            kind.protected = False
        with self.assertRaises(AccessError):
            kind.create({"name": "Mine"})

    def test_files_of_a_restricted_client_are_behind_the_wall(self):
        files, _refused = self._add(self.user_manager, [("logo.png", PNG)])
        domain = [("res_model", "=", "res.partner"), ("res_id", "=", self.client_a.id)]
        Outside = self.env["ir.attachment"].with_user(self.user_outsider)
        self.assertIn(files, Outside.search(domain).sudo())
        self.client_a.client_restricted = True
        self.env.invalidate_all()
        self.assertFalse(Outside.search(domain))
        with self.assertRaises(AccessError):
            files.with_user(self.user_outsider).action_client_file_delete()
        with self.assertRaises(AccessError):
            self._add(self.user_outsider, [("logo.png", PNG)])
        self.assertTrue(files.with_user(self.user_manager).search(domain))


@tagged("post_install", "-at_install")
class TestClientFilesPage(ClientFilesCommon, HttpCase):
    def _post(self, **data):
        return self.url_open(
            "/client_hub/files",
            data={"csrf_token": Request.csrf_token(self), **data},
            files=[
                ("ufile", ("logo.png", PNG, "image/png")),
                ("ufile", ("run.sh", b"#!/bin/sh", "text/plain")),
            ],
        )

    def test_upload_answers_with_ids_and_sentences(self):
        self.authenticate(self.user_manager.login, self.user_manager.login)
        response = self._post(
            client_id=self.client_a.id,
            kind_id=self.kind_brand.id,
            description="Logo",
        )
        answer = json.loads(response.text)
        file = self.env["ir.attachment"].browse(answer["files"])
        self.assertEqual(file.client_file_kind_id, self.kind_brand)
        self.assertEqual(
            (file.res_model, file.res_id), ("res.partner", self.client_a.id)
        )
        self.assertEqual(len(answer["refused"]), 1)
        self.assertIn("run.sh", answer["refused"][0])

    def test_those_who_may_not_get_no_file_in(self):
        self.client_a.client_restricted = True
        for user in (self.user_creation, self.user_outsider, self.portal_b):
            with self.subTest(user=user.login):
                self.authenticate(user.login, user.login)
                response = self._post(client_id=self.client_a.id)
                answer = json.loads(response.text)
                self.assertFalse(answer["files"])
                self.assertEqual(len(answer["refused"]), 1)
                self.assertNotIn("Azul", response.text)

    def test_account_manager_uploads_in_the_browser(self):
        self.start_tour(
            f"/odoo/res.partner/{self.client_a.id}",
            "client_hub_files",
            login=self.user_manager.login,
        )
        file = self.env["ir.attachment"].search(
            [("res_model", "=", "res.partner"), ("res_id", "=", self.client_a.id)]
        )
        self.assertEqual(sorted(file.mapped("name")), ["brief.txt", "dropped.txt"])
        self.assertEqual(file.client_file_kind_id, self.kind_brand)
        self.assertEqual(set(file.mapped("description")), {"From the tour"})
