"""Files of versions, and the certificate of the decisions on them."""

import hashlib

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_job import PIXEL, ClientJobCommon


@tagged("post_install", "-at_install")
class TestPieceFiles(ClientJobCommon):
    def _add(self, name, raw):
        job = self._create_job()
        job.action_authorize()
        file = self._create_file(raw=raw, name=name)
        return self._create_version(
            job.piece_ids, attachment_ids=[(6, 0, file.ids)]
        ).attachment_ids

    def test_what_is_no_file_to_show_is_refused_by_its_name(self):
        for name, raw, sentence in (
            ("empty.png", b"", "is empty"),
            ("setup.exe", b"MZ\x90", "is a program"),
            ("banner.png", b"MZ\x90\x00", "is a program"),
            ("run.sh", b"#!/bin/sh", "is a program"),
            ("a.svg", b"<svg><script>alert(1)</script></svg>", "contains a script"),
            ("b.svg", b"<svg onload='alert(1)'></svg>", "contains a script"),
            ("c.svg", b"<svg><a href='javascript:x'/></svg>", "contains a script"),
        ):
            with self.subTest(name=name), self.assertRaisesRegex(UserError, sentence):
                self._add(name, raw)

    def test_ordinary_files_pass_and_lose_their_paths(self):
        file = self._add("../../etc/ban<ner>.png", PIXEL)
        self.assertEqual(file.name, "banner.png")
        drawing = self._add("logo.svg", b"<svg><path d='M0 0'/></svg>")
        self.assertEqual(drawing.name, "logo.svg")
        self.assertTrue(self._add("brief.pdf", b"%PDF-1.7 <script>"))

    def test_certificate_names_who_when_from_where_and_what(self):
        piece = self._create_sent_piece()
        carla, __ = self._create_contact(self.client_a, "Carla Azul")
        piece.approver_ids = [
            (0, 0, {"partner_id": carla.id, "deputy_id": self.contact_a.id})
        ]
        piece.write({"rounds_agreed": 0, "round_price": 75})
        piece._portal_decide(
            piece.current_version_id,
            self.contact_a,
            "changes",
            "Larger",
            agreed_price=75,
        )
        row = piece.decision_ids
        self.env.cr.execute(
            "UPDATE client_piece_decision SET ip_address = '203.0.113.7' WHERE id = %s",
            row.ids,
        )
        row.invalidate_recordset()
        for user in (self.user_manager, self.user_creation, self.portal_a):
            with self.subTest(user=user.login):
                html, __ = (
                    self.env["ir.actions.report"]
                    .with_user(user)
                    ._render_qweb_html("client_hub.report_piece_approval", piece.ids)
                )
                text = html.decode()
                for word in (
                    hashlib.sha256(PIXEL).hexdigest(),
                    "Carla Azul",
                    "Paula Azul",
                    self.contact_a.email,
                    "203.0.113.7",
                    "75.00",
                ):
                    self.assertIn(word, text)
