"""The client's way in a browser: from the request to the certificate."""

import io
import re
from datetime import timedelta

from PIL import Image

from odoo.tests import tagged
from odoo.tools import html2plaintext

from ..models import client_pace, mail_thread_pace
from .common_browser import OneBrowser
from .common_portal import ClientPortalCommon
from .test_piece_previews import make_pdf

PHONE = "375x667"


def make_picture():
    """Return a PNG that is large enough to click at its places."""
    output = io.BytesIO()
    Image.new("RGB", (320, 200), "#9db8c9").save(output, "PNG")
    return output.getvalue()


@tagged("post_install", "-at_install")
class TestPortalTours(OneBrowser, ClientPortalCommon):
    """What the client does is done on his screen; most of the agency's by ORM."""

    def _hold_a_phone(self):
        self.browser_size, self.touch_enabled = PHONE, True

    def _play(self, path, tour, user=None, **options):
        self.start_tour(path, tour, login=user and user.login, **options)
        self.env.invalidate_all()

    def _talk(self, document):
        """Say something to the client, and something about him."""
        for subtype, text in (("comment", "Good morning"), ("note", "They pay late")):
            document.with_user(self.user_manager).message_post(
                body=text, message_type="comment", subtype_xmlid=f"mail.mt_{subtype}"
            )

    def _print_pdfs(self):
        """Let reports be printed, which tests otherwise show as pages."""
        Report = type(self.env["ir.actions.report"])
        render = Report._render_qweb_pdf

        def print_it(report, *args, **kwargs):
            report = report.with_context(force_report_rendering=True)
            return render(report, *args, **kwargs)

        self.patch(Report, "_render_qweb_pdf", print_it)
        # meanwhile, Odoo would serve the printer only, and refuse the open page
        self.http_request_allow_all = True

    # ------------------------------------------------------------
    # The whole story
    # ------------------------------------------------------------

    def test_from_the_request_to_the_certificate(self):
        job = self._contact_asks()
        self._talk(job)
        self._play(
            f"/odoo/action-client_hub.client_job_action/{job.id}",
            "client_hub_authorise_request",
            self.user_manager,
        )
        self.assertEqual(job.state, "in_production")
        post = self._contact_follows(job)
        self._send_version(post, text="Spring is here", raw=make_picture())
        self._contact_remarks(post, "client_hub_portal_changes_signed_out")
        self._send_version(
            post, text="Spring is here, with flowers", raw=make_picture()
        )
        self._contact_approves(post)

    def test_from_the_request_to_the_certificate_on_a_phone(self):
        self._hold_a_phone()
        job = self._contact_asks()
        job.with_user(self.user_manager).action_authorize()
        job.with_user(self.user_manager).action_start()
        self._talk(job)
        post = self._contact_follows(job)
        self._send_version(post, text="Spring is here", raw=make_picture())
        self._contact_remarks(post, "client_hub_portal_changes")
        self._send_version(
            post, text="Spring is here, with flowers", raw=make_picture()
        )
        self._contact_approves(post)

    def _contact_asks(self):
        self._play("/my", "client_hub_portal_request", self.portal_a)
        job = self.env["client.job"].search([("name", "=", "Spring campaign")])
        self.assertRecordValues(
            job,
            [
                {
                    "state": "requested",
                    "requester_id": self.contact_a.id,
                    "budget_id": self.budget.id,
                    "budget_amount": 400,
                }
            ],
        )
        self.assertEqual(
            sorted(job.file_ids.mapped("name")),
            ["brand book.pdf", "logo.png", "sketch.pdf"],
        )
        self.assertFalse(job.task_ids)
        return job

    def _contact_follows(self, job):
        self._play("/my/jobs", "client_hub_portal_follow", self.portal_a)
        comments = job.message_ids.filtered(
            lambda message: "When do we see it?" in message.body
        )
        self.assertEqual(comments.author_id, self.contact_a)
        self.assertEqual(len(comments), 1)
        post = job.piece_ids.filtered(lambda piece: piece.name == "Spring post")
        self.assertTrue(post.task_ids)
        return post

    def _contact_remarks(self, post, tour):
        self._play("/my", tour, self.portal_a)
        self.assertEqual(post.state, "changes_requested")
        self.assertRecordValues(
            post.remark_ids.sorted("number"),
            [
                {"target": "layout", "body": "The sky is grey"},
                {"target": "text", "body": "Summer!"},
                {"target": "layout", "body": "More flowers"},
            ],
        )
        pin = post.remark_ids.filtered(lambda row: row.number == 1)
        self.assertAlmostEqual(pin.x, 0.25, places=1)
        self.assertAlmostEqual(pin.y, 0.5, places=1)
        self.assertEqual(pin.reply_ids.body, "Or just brighter")

    def _contact_approves(self, post):
        self._print_pdfs()
        self._play("/my/jobs", "client_hub_portal_approve", self.portal_a)
        self.assertEqual(post.state, "approved")
        self.assertEqual(
            post.decision_ids.sorted("id").mapped("decision"), ["changes", "approved"]
        )

    # ------------------------------------------------------------
    # Nothing is lost
    # ------------------------------------------------------------

    def test_a_closed_tab_and_the_end_of_the_session_lose_nothing(self):
        self._play("/my/jobs", "client_hub_portal_closed_tab", self.portal_a)
        job = self._find_jobs("Half a campaign")
        self.assertEqual(job.state, "draft")
        self.assertEqual(job.file_ids.mapped("name"), ["early idea.pdf"])

    def test_a_comment_that_was_refused_can_be_sent_again(self):
        self.patch(mail_thread_pace, "MAX_COMMENTS", 1)
        self.patch(client_pace, "WINDOW", timedelta(seconds=2))
        job = self._create_job()
        self._play(
            f"/my/jobs/{job.id}",
            "client_hub_portal_comment_again",
            self.portal_a,
            error_checker=lambda message: "within a minute" not in message,
        )
        comments = job.message_ids.filtered(lambda row: row.author_id == self.contact_a)
        texts = [html2plaintext(row.body) for row in comments.sorted("id")]
        self.assertEqual(texts, ["First", "Second"])

    # ------------------------------------------------------------
    # A guest, and colleagues
    # ------------------------------------------------------------

    def _invite_guest(self):
        """Return a piece on which a guest without a login decides, and the guest."""
        piece = self._create_job().piece_ids
        guest = self.env["res.partner"].create(
            {
                "name": "Gil Guest",
                "parent_id": self.client_a.id,
                "email": "gil.guest@azul.example",
            }
        )
        piece.write(
            {
                "allow_link": True,
                "approver_ids": [(0, 0, {"partner_id": guest.id})],
            }
        )
        return piece, guest

    def _watch_codes(self):
        """Return the list to which the codes in mails will be added."""
        codes = []
        Mail = type(self.env["mail.mail"])
        send = Mail.send

        def keep(mails, *args, **kwargs):
            found = re.findall(r">\s*(\d{6})\s*<", "".join(mails.mapped("body")))
            codes.extend(found)
            return send(mails, *args, **kwargs)

        self.patch(Mail, "send", keep)
        return codes

    def _send_to_guest(self, piece, guest):
        """Send a version; return it, and the address in the guest's mail."""
        version = self._send_version(piece, name="text.pdf", raw=make_pdf(2))
        mail = self.env["mail.mail"].search(
            [("recipient_ids", "in", guest.ids)], order="id desc", limit=1
        )
        return version, re.search(r"/pieces/[\w-]+", mail.body_html).group()

    def test_a_guest_asks_for_changes_and_approves_on_a_phone(self):
        self._hold_a_phone()
        codes = self._watch_codes()
        piece, guest = self._invite_guest()
        _version, path = self._send_to_guest(piece, guest)
        self._play(path, "client_hub_guest_code")
        self._play(f"{path}#{codes[-1]}", "client_hub_guest_changes")
        self.assertEqual(piece.state, "changes_requested")
        pin = piece.remark_ids
        self.assertEqual((pin.page, pin.author_id), (2, guest))
        self.assertAlmostEqual(pin.y, 0.4, places=1)
        traffic = piece.activity_ids.filtered(
            lambda row: row.user_id == piece.job_id._get_traffic()
        )
        self.assertTrue(traffic)

        version, path = self._send_to_guest(piece, guest)
        version.sudo()._make_previews(version.attachment_ids)
        piece.link_ids.sorted("id")[-1]._send_code()
        self._play(f"{path}#{codes[-1]}", "client_hub_guest_approve")
        self.assertEqual(piece.state, "approved")
        self.assertEqual(piece.decision_ids[:1].channel, "link")
        certificate = piece._get_certificate()
        self.assertEqual(certificate[-1]["files"][0]["name"], "text.pdf")

    def test_colleagues_answer_and_solve_on_the_page(self):
        piece, guest = self._invite_guest()
        version = self._send_version(piece, name="text.pdf", raw=make_pdf(2))
        version.sudo()._make_previews(version.attachment_ids)
        version._portal_remark(
            guest,
            {
                "target": "layout",
                "body": "Another picture",
                "attachment_id": version.attachment_ids.id,
                "page": 2,
                "x": 0.5,
                "y": 0.5,
            },
        )
        self._talk(piece)
        self._play(
            f"/odoo/client.piece/{piece.id}",
            "client_hub_piece_review",
            self.user_manager,
        )
        remark = piece.remark_ids.filtered(lambda row: row.number == 1)
        self.assertTrue(remark.resolved)
        self.assertTrue(remark.reply_ids.is_internal)
