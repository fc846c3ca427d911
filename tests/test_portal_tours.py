"""The contact's way in a browser: ask, ask for changes, approve."""

import io

from PIL import Image

from odoo.tests import tagged

from .common_portal import ClientPortalCommon


def make_picture():
    """Return a PNG that is large enough to click at its places."""
    output = io.BytesIO()
    Image.new("RGB", (320, 200), "#9db8c9").save(output, "PNG")
    return output.getvalue()


class PortalStory(ClientPortalCommon):
    """From the request to the approved piece; most of the agency's steps go by ORM."""

    def _authorize(self, job):
        """Let the work begin."""
        job.with_user(self.user_manager).action_authorize()
        job.with_user(self.user_manager).action_start()

    def _run_story(self):
        login = self.portal_a.login
        self.start_tour("/my", "client_hub_portal_request", login=login)
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
        self.assertEqual(job.file_ids.mapped("name"), ["brand book.pdf"])
        self.assertFalse(job.task_ids)
        self._authorize(job)
        self.start_tour("/my/jobs", "client_hub_portal_follow", login=login)
        post = job.piece_ids.filtered(lambda piece: piece.name == "Spring post")
        self.env.invalidate_all()
        self.assertTrue(post.task_ids)
        self._send_version(post, text="Spring is here", raw=make_picture())

        self.start_tour("/my", "client_hub_portal_changes", login=login)
        self.env.invalidate_all()
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
        self._send_version(
            post, text="Spring is here, with flowers", raw=make_picture()
        )

        self.start_tour("/my/jobs", "client_hub_portal_approve", login=login)
        self.env.invalidate_all()
        self.assertEqual(post.state, "approved")
        self.assertEqual(
            post.decision_ids.sorted("id").mapped("decision"), ["changes", "approved"]
        )


@tagged("post_install", "-at_install")
class TestPortalTour(PortalStory):
    browser_size = "1366x768"

    def _authorize(self, job):
        """Let the account manager do it on his screen."""
        self.start_tour(
            f"/odoo/action-client_hub.client_job_action/{job.id}",
            "client_hub_authorise_request",
            login=self.user_manager.login,
        )
        self.env.invalidate_all()
        self.assertEqual(job.state, "in_production")

    def test_from_request_to_approval(self):
        self._run_story()


@tagged("post_install", "-at_install")
class TestPortalTourPhone(PortalStory):
    browser_size = "375x667"
    touch_enabled = True

    def test_from_request_to_approval_on_a_phone(self):
        self._run_story()
