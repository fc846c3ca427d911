"""The dashboard: its groups, pages and counts; the history of a request."""

from unittest.mock import patch

from odoo.tests import tagged

from ..controllers import portal_client, portal_job_list, portal_jobs
from .common_portal import ClientPortalCommon


@tagged("post_install", "-at_install")
class TestPortalLists(ClientPortalCommon):
    def _create_many(self, count):
        """Create requests, each with a piece that waits."""
        jobs = self.env["client.job"]
        for number in range(count):
            job = self._create_job(title=f"Request {number}")
            self._send_version(job.piece_ids)
            jobs |= job
        return jobs

    def test_requests_stand_in_the_group_of_who_is_next(self):
        waiting = self._create_job(title="Decide me")
        self._send_version(waiting.piece_ids)
        self._create_job(title="Make me")
        done = self._create_job(title="Finished")
        done.with_user(self.user_manager).action_done()
        self._create_job(title="Idea", submit=False)
        self._create_job(self.colleague, title="Idea of somebody else", submit=False)
        self._login(self.portal_a)
        page = self._get("/my/jobs").text
        _head, *parts = page.split("<h2")
        titles = ("Waiting for you", "With us", "Done")
        groups = {
            title: next(part for part in parts if title in part.split("</h2>")[0])
            for title in titles
        }
        for title, own in zip(
            titles, ("Decide me", "Make me", "Finished"), strict=True
        ):
            for name in ("Decide me", "Make me", "Finished"):
                check = self.assertIn if name == own else self.assertNotIn
                check(name, groups[title])
        self.assertRegex(
            groups["Waiting for you"], r'href="/my/jobs/\d+/edit"[^>]*>Idea<'
        )
        self.assertNotIn("somebody else", page)
        for filterby, name in (("waiting", "Decide me"), ("open", "Make me")):
            page = self._get(f"/my/jobs?filterby={filterby}").text
            self.assertIn(name, page)
            self.assertNotIn("Finished", page)

    def test_what_waits_is_never_with_us_however_much_waits(self):
        self._create_job(title="Make me")
        self._create_many(5)
        self._login(self.portal_a)
        with (
            patch.object(portal_job_list, "COUNTED", 2),
            patch.object(portal_job_list, "MAX_OPEN", 1),
        ):
            page = self._get("/my/jobs").text
        ours = next(part for part in page.split("<h2") if "With us</h2>" in part)
        self.assertIn("Make me", ours)
        self.assertNotIn("to decide", ours)

    def test_a_piece_that_waits_makes_the_request_wait(self):
        pieces = [
            {"type_id": self.type_banner.id, "name": name} for name in ("One", "Two")
        ]
        job = self._create_job(pieces=pieces)
        piece = job.piece_ids[0]
        piece.deadline = "2031-05-04"
        self._send_version(piece)
        self.assertEqual(job.state, "in_production")
        piece.approval_deadline = "2031-05-09"
        self._login(self.portal_a)
        for path in ("/my/jobs", f"/my/jobs/{job.id}"):
            page = self._get(path).text
            self.assertIn("Waiting for you", page)
            self.assertNotIn("fa-cogs me-1", page)
            # until when to decide, not until when we make it
            self.assertIn("05/09/2031", page)
            self.assertNotIn("05/04/2031", page)

    def test_whom_a_job_on_hold_waits_for(self):
        job = self._create_job()
        job.with_user(self.user_manager).action_hold()
        self._login(self.portal_a)
        for holder, words in (
            ("agency", "The work is paused. Ask below"),
            ("client", "until you tell us how to go on"),
        ):
            job.hold_holder = holder
            page = self._get(f"/my/jobs/{job.id}").text
            self.assertIn(words, page)
            self.assertEqual("Waiting for you" in page, holder == "client")

    def test_a_colleagues_decision_is_not_the_visitors(self):
        job = self._create_job()
        job.piece_ids.approver_ids = [(0, 0, {"partner_id": self.colleague.id})]
        self._send_version(job.piece_ids)
        self._login(self.portal_a)
        page = self._get("/my/jobs").text
        self.assertNotIn("client_waiting_title", page)
        self.assertIn("With the approvers", page)

    def test_an_empty_list_offers_nothing_that_is_empty_too(self):
        (self.client_a | self.client_b).client_budget_portal = "yes"
        # client B has nothing at all
        self._login(self.portal_b)
        for path, words in (
            ("/my/jobs", "No request yet"),
            ("/my/pieces", "Nothing waits for you"),
            ("/my/budgets", "No budget is running"),
        ):
            for query in ("", "?filterby=all", "?filterby=closed", "?search=x"):
                with self.subTest(path=path, query=query):
                    page = self._get(path + query).text.split('name="empty"')[1]
                    self.assertIn(words, page)
                    self.assertNotIn(f"{path}?filterby", page.split("</main>")[0])
        # client A has something, of another kind than what is looked for
        self.budget.with_user(self.user_manager).action_close()
        self._create_job()
        self._login(self.portal_a)
        for path, words in (
            ("/my/jobs?filterby=closed", "show all requests"),
            ("/my/pieces", "Show all pieces"),
            ("/my/budgets", "Show former budgets"),
            ("/my/budgets?search=x", "show all budgets"),
        ):
            with self.subTest(path=path):
                page = self._get(path).text.split('name="empty"')[1]
                self.assertIn(words, page)

    def test_pager_reaches_everything(self):
        jobs = self._create_many(3)
        self._login(self.portal_a)
        with (
            patch.object(portal_job_list.ClientJobListPortal, "_jobs_per_page", 1),
            patch.object(portal_client, "PAGES_AHEAD", 1),
        ):
            seen = set()
            for page in (1, 2, 3):
                text = self._get(f"/my/jobs/page/{page}?filterby=all").text
                seen |= {job for job in jobs if f'href="/my/jobs/{job.id}"' in text}
        self.assertEqual(seen, set(jobs))

    def test_large_counts_are_capped(self):
        self._create_many(3)
        self._login(self.portal_a)
        with (
            patch.object(portal_job_list, "COUNTED", 2),
            patch.object(portal_job_list, "MAX_WAITING", 1),
        ):
            counters = self.make_jsonrpc_request(
                "/my/counters", {"counters": ["client_job_count", "client_piece_count"]}
            )
            self.assertEqual(
                counters, {"client_job_count": "1+", "client_piece_count": "1+"}
            )
            self.assertIn("Show all 1+", self._get("/my/jobs").text.replace("\n", ""))

    def test_history_tells_what_the_client_was_part_of(self):
        job = self._create_job()
        job.with_user(self.user_manager).message_post(body="Our own matter")
        version = self._send_version(job.piece_ids)
        job.piece_ids._portal_decide(
            version, self.contact_a, "changes", comment="Lighter, please"
        )
        self.env["client.piece.version"].create({"piece_id": job.piece_ids.id})
        self._login(self.portal_a)
        page = self._get(f"/my/jobs/{job.id}").text
        history = page[page.index('id="history"') :]
        for text in ("Request sent", "Accepted", "Sent to you", "Lighter, please"):
            self.assertIn(text, history)
        self.assertNotIn("version=2", history)
        self.assertIn('aria-current="step"', page)
        with patch.object(portal_jobs, "SHOWN_EVENTS", 1):
            short = self._get(f"/my/jobs/{job.id}").text
            self.assertNotIn("Request sent", short)
            self.assertIn("history=all", short)
            full = self._get(f"/my/jobs/{job.id}?history=all").text
            self.assertIn("Request sent", full)
