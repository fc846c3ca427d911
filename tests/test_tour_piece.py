"""A piece in a browser: a guest on a phone, and what colleagues see of his remarks."""

import re

from odoo.tests import tagged

from .common_portal import ClientPortalCommon
from .test_piece_previews import make_pdf


class PieceTours(ClientPortalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.piece = cls._create_job().piece_ids
        cls.guest = cls.env["res.partner"].create(
            {
                "name": "Gil Guest",
                "parent_id": cls.client_a.id,
                "email": "gil.guest@azul.example",
            }
        )
        cls.piece.write(
            {
                "allow_link": True,
                "approver_ids": [(0, 0, {"partner_id": cls.guest.id})],
            }
        )


@tagged("post_install", "-at_install")
class TestTourGuest(PieceTours):
    browser_size = "375x667"
    touch_enabled = True

    def setUp(self):
        super().setUp()
        self.codes = []
        Mail = type(self.env["mail.mail"])
        send = Mail.send

        def keep(mails, *args, **kwargs):
            found = re.findall(r">\s*(\d{6})\s*<", "".join(mails.mapped("body")))
            self.codes.extend(found)
            return send(mails, *args, **kwargs)

        self.patch(Mail, "send", keep)

    def _send(self):
        """Send a version; return the address in the guest's mail."""
        version = self._send_version(self.piece, name="text.pdf", raw=make_pdf(2))
        mail = self.env["mail.mail"].search(
            [("recipient_ids", "in", self.guest.ids)], order="id desc", limit=1
        )
        return version, re.search(r"/pieces/[\w-]+", mail.body_html).group()

    def test_a_guest_asks_for_changes_and_approves_on_a_phone(self):
        _version, path = self._send()
        self.start_tour(path, "client_hub_guest_code", login=None)
        self.start_tour(f"{path}#{self.codes[-1]}", "client_hub_guest_changes")
        self.env.invalidate_all()
        self.assertEqual(self.piece.state, "changes_requested")
        pin = self.piece.remark_ids
        self.assertEqual((pin.page, pin.author_id), (2, self.guest))
        self.assertAlmostEqual(pin.y, 0.4, places=1)
        traffic = self.piece.activity_ids.filtered(
            lambda row: row.user_id == self.piece.job_id._get_traffic()
        )
        self.assertTrue(traffic)

        version, path = self._send()
        version.sudo()._make_previews(version.attachment_ids)
        self.piece.link_ids.sorted("id")[-1]._send_code()
        self.start_tour(f"{path}#{self.codes[-1]}", "client_hub_guest_approve")
        self.env.invalidate_all()
        self.assertEqual(self.piece.state, "approved")
        self.assertEqual(self.piece.decision_ids[:1].channel, "link")
        certificate = self.piece._get_certificate()
        self.assertEqual(certificate[-1]["files"][0]["name"], "text.pdf")


@tagged("post_install", "-at_install")
class TestTourReview(PieceTours):
    browser_size = "1366x768"

    def test_colleagues_answer_and_solve_on_the_page(self):
        version = self._send_version(self.piece, name="text.pdf", raw=make_pdf(2))
        version.sudo()._make_previews(version.attachment_ids)
        version._portal_remark(
            self.guest,
            {
                "target": "layout",
                "body": "Another picture",
                "attachment_id": version.attachment_ids.id,
                "page": 2,
                "x": 0.5,
                "y": 0.5,
            },
        )
        self.start_tour(
            f"/odoo/client.piece/{self.piece.id}",
            "client_hub_piece_review",
            login=self.user_manager.login,
        )
        self.env.invalidate_all()
        remark = self.piece.remark_ids.filtered(lambda row: row.number == 1)
        self.assertTrue(remark.resolved)
        self.assertTrue(remark.reply_ids.is_internal)
