"""A request that saves itself while it is written: drafts, windows, files, limits."""

from io import BytesIO
from unittest.mock import patch

from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..models import client_job_draft, ir_http
from ..tools.throttle import Throttle
from .common_portal import PNG, ClientPortalCommon


@tagged("post_install", "-at_install")
class TestPortalRequestDraft(ClientPortalCommon):
    def _autosave(self, values, job=None, force=False):
        answer = self.make_jsonrpc_request(
            "/my/jobs/autosave",
            {"values": values, "job_id": job and job.id, "force": force},
        )
        self.env.invalidate_all()
        return answer

    def _upload(self, job, name, content):
        response = self._post(
            f"/my/jobs/{job.id}/upload", {}, files=[("file", (name, BytesIO(content)))]
        )
        self.env.invalidate_all()
        return response

    def _start(self, **values):
        """Return what the form holds, and the draft that it has saved."""
        values = self._request_values(revision="0", **values)
        answer = self._autosave(values)
        job = self.env["client.job"].browse(answer["job_id"])
        return {**values, "revision": str(answer["revision"])}, job

    # --- saving ---

    def test_what_is_typed_becomes_one_draft(self):
        self._login(self.portal_a)
        values, job = self._start()
        self.assertRecordValues(
            job,
            [
                {
                    "name": "Autumn campaign",
                    "state": "draft",
                    "requester_id": self.contact_a.id,
                }
            ],
        )
        answer = self._autosave({**values, "title": "Autumn, longer"}, job)
        self.assertEqual(answer["job_id"], job.id)
        self.assertEqual(job.name, "Autumn, longer")
        self.assertEqual(len(self._find_jobs("Autumn, longer")), 1)
        self.assertFalse(job.message_partner_ids.user_ids & self.user_traffic)

    def test_the_amount_keeps_its_decimals(self):
        dinar = self.env.ref("base.TND")
        dinar.active = True
        budget = self.env["client.budget"].create(
            {
                "name": "Tunis",
                "client_id": self.client_a.id,
                "currency_id": dinar.id,
                "amount": 1000,
            }
        )
        budget.action_run()
        self._login(self.portal_a)
        __, job = self._start(budget_id=str(budget.id), budget_amount="250.125")
        self.assertEqual(job.budget_amount, 250.125)
        self.assertIn('value="250.125"', self._get(f"/my/jobs/{job.id}/edit").text)

    def test_very_long_numbers_are_no_records(self):
        self._login(self.portal_a)
        values = self._request_values(action="refresh")
        for key in ("9" * 12, "9" * 5000):
            sent = {**values, f"answer_{key}": "x", "remove_file": key}
            response = self._post("/my/jobs/new", sent)
            self.assertEqual(response.status_code, 200)
            self.assertIn("Autumn campaign", response.text)

    def test_what_cannot_be_kept_leaves_the_rest(self):
        self._login(self.portal_a)
        values, job = self._start(deadline="2001-01-01")
        answer = self._autosave({**values, "briefing": "More leaves"}, job)
        self.assertEqual(answer["wrong"], ["deadline"])
        self.assertIn("More leaves", job.briefing)
        self.assertFalse(job.deadline)

    def test_a_second_window_is_told_before_it_overwrites(self):
        self._login(self.portal_a)
        first, job = self._start()
        self._autosave({**first, "title": "From the first window"}, job)
        stale = {**first, "title": "From the second window"}
        self.assertTrue(self._autosave(stale, job)["outdated"])
        self.assertEqual(job.name, "From the first window")
        # by the button, too: nothing is written, nothing is lost, and it may insist
        page = self._post(f"/my/jobs/{job.id}/edit", {**stale, "action": "save"})
        self.assertEqual(page.status_code, 200)
        self.assertIn("changed in another window", page.text)
        self.assertIn("From the second window", page.text)
        self.assertEqual(job.name, "From the first window")
        self._autosave(stale, job, force=True)
        self.assertEqual(job.name, "From the second window")

    def test_a_form_saved_twice_is_one_draft_and_no_second_window(self):
        """Without scripts: a double click on "Save draft", or Back and once more."""
        self._login(self.portal_a)
        values = self._request_values(action="save", revision="0", budget_amount="")
        places = set()
        for __ in range(3):
            answer = self._post(
                "/my/jobs/new",
                values,
                files=[("files", ("brief.pdf", BytesIO(b"%PDF-1.4")))],
            )
            self.assertEqual(answer.status_code, 303)
            places.add(answer.headers["Location"])
        self.assertEqual(len(places), 1)
        job = self._find_jobs()
        self.assertEqual(len(job), 1)
        self.assertEqual(job.file_ids.mapped("name"), ["brief.pdf"])
        self.assertEqual(job.piece_ids.mapped("name"), ["Forest banner"])
        # what was changed after that is another window's
        answer = self._post("/my/jobs/new", {**values, "title": "Winter campaign"})
        self.assertIn("changed in another window", answer.text)
        self.assertEqual(self._find_jobs(), job)

    def test_a_request_that_was_sent_is_not_written_again(self):
        self._login(self.portal_a)
        values, job = self._start()
        self._post(f"/my/jobs/{job.id}/edit", {**values, "action": "submit"})
        self.env.invalidate_all()
        self.assertEqual(job.state, "requested")
        answer = self._autosave({**values, "title": "Too late"}, job)
        self.assertEqual(answer["sent"], f"/my/jobs/{job.id}")
        self.assertEqual(job.name, "Autumn campaign")

    def test_a_discarded_draft_begins_anew(self):
        self._login(self.portal_a)
        values, job = self._start()
        self._post(f"/my/jobs/{job.id}/discard", {})
        answer = self._autosave(values, job)
        self.assertNotEqual(answer["job_id"], job.id)
        self.assertEqual(self._find_jobs().id, answer["job_id"])

    def test_nobody_elses_draft_is_written(self):
        draft = self._create_job(self.colleague, submit=False)
        foreign = self._create_job(
            self.contact_b, submit=False, answers={}, template_id=False
        )
        self._login(self.portal_a)
        for other in (draft, foreign):
            values = self._request_values(title="Mine")
            answer = self._autosave(values, other)
            self.assertNotEqual(answer["job_id"], other.id)
            self.assertEqual(other.name, "Summer campaign")
            self.assertEqual(self._upload(other, "photo.png", PNG).status_code, 404)
            self.assertFalse(other.file_ids)

    def test_without_a_session_nothing_is_saved_and_the_form_learns_of_it(self):
        self.authenticate(None, None)
        response = self.url_open(
            "/my/jobs/autosave", json={"params": {"values": {"title": "Lost?"}}}
        )
        self.assertEqual(response.json()["error"]["code"], 100)
        self.assertFalse(self._find_jobs("Lost?"))

    def test_odd_values_break_nothing(self):
        self._login(self.portal_a)
        for values in ([], {"title": ["a"]}, {str(n): "x" for n in range(1000)}):
            answer = self._autosave(values)
            self.assertIn("csrf_token", answer)

    # --- questions ---

    def test_questions_follow_the_answers(self):
        Question = self.env["client.job.template.question"]
        when, where = Question.create(
            [
                {
                    "template_id": self.template.id,
                    "name": "When do we shoot?",
                    "kind": "char",
                    "required": True,
                    "condition_question_id": self.photos.id,
                    "condition_operator": "filled",
                },
                {
                    "template_id": self.template.id,
                    "name": "Where does it run?",
                    "kind": "multiple",
                    "options": "Web\nPrint\nRadio",
                },
            ]
        )
        self._login(self.portal_a)
        page = self._get("/my/jobs/new").text
        row = r'o_client_question mb-3 d-none"\s+data-question-id="%s"'
        self.assertRegex(page, row % when.id)
        self.assertNotRegex(page, row % where.id)
        values = self._request_values(**{f"choice_{where.id}": ["Web", "Radio"]})
        page = self._post("/my/jobs/new", values).text
        self.assertIn("When do we shoot? Please answer this question.", page)
        self.assertNotRegex(page, row % when.id)
        # without photos it isn't asked
        values[f"answer_{self.photos.id}"] = ""
        self._post("/my/jobs/new", {**values, "revision": "1"})
        job = self._find_jobs()
        self.assertEqual(job.state, "requested")
        answers = {answer.question_id: answer.value for answer in job.answer_ids}
        self.assertEqual(answers[where], "Web\nRadio")
        self.assertFalse(answers.get(when))

    # --- files ---

    def test_files_come_one_by_one_and_go_again(self):
        self._login(self.portal_a)
        _values, job = self._start()
        file = self._upload(job, "../photo.png", PNG).json()["file"]
        self.assertEqual(file["name"], "photo.png")
        self.assertEqual(job.file_ids.id, file["id"])
        path = f"/my/jobs/{job.id}/file/{file['id']}/remove"
        self.assertTrue(self.make_jsonrpc_request(path, {}))
        self.env.invalidate_all()
        self.assertFalse(job.file_ids)

    def test_a_refused_file_says_why(self):
        self._login(self.portal_a)
        _values, job = self._start()
        for name, content, sentence in (
            ("empty.png", b"", "the file is empty"),
            ("logo.svg", b"<svg><script/></svg>", "programs, scripts"),
            ("photo.png", b"MZ\x90\x00", "programs, scripts"),
        ):
            answer = self._upload(job, name, content)
            self.assertEqual(answer.status_code, 200)
            self.assertIn(sentence, answer.json()["error"])
        with mute_logger("odoo.http"):
            huge = self._post(
                f"/my/jobs/{job.id}/upload",
                # more than Odoo reads of a text
                {"x": "x" * (11 * 1024 * 1024)},
                files=[("file", ("photo.png", PNG))],
            )
        self.assertEqual(huge.status_code, 413)
        self.assertIn("too large", huge.json()["error"])
        self.assertFalse(job.file_ids)

    def test_no_file_for_a_request_that_was_sent(self):
        job = self._create_job()
        self._login(self.portal_a)
        answer = self._upload(job, "photo.png", PNG)
        self.assertEqual(answer.status_code, 404)
        self.assertIn("sent or discarded", answer.json()["error"])

    # --- limits ---

    def test_requests_without_end_get_a_clear_answer_and_keep_the_form(self):
        self._login(self.portal_a)
        with patch.object(client_job_draft, "MAX_NEW_AN_HOUR", 3):
            for number in range(3):
                values = self._request_values(title=f"Loop {number}")
                self.assertEqual(self._post("/my/jobs/new", values).status_code, 303)
            response = self._post("/my/jobs/new", self._request_values(title="Loop 3"))
            self.assertEqual(response.status_code, 429)
            self.assertIn("within an hour", response.text)
            self.assertIn('value="Loop 3"', response.text)
            answer = self._autosave(self._request_values(title="Loop 3"))
            self.assertIn("within an hour", answer["error"])
        self.assertFalse(self._find_jobs("Loop 3"))
        with patch.object(client_job_draft, "MAX_DRAFTS", 0):
            answer = self._autosave(self._request_values(title="Loop 3"))
            self.assertIn("drafts", answer["error"])
        # an hour later it goes on
        with patch.object(client_job_draft, "MAX_NEW_AN_HOUR", 3):
            with freeze_time("2099-01-01"):
                self.env["client.job"]._portal_check_number(self.contact_a)

    def test_a_loop_of_pages_gets_a_short_page(self):
        self.patch(ir_http, "THROTTLE", Throttle(burst=3, rate=0.01))
        self._login(self.portal_a)
        self.assertEqual(self._get("/my/jobs").status_code, 200)
        for _number in range(3):
            response = self._get("/my/jobs")
        self.assertEqual(response.status_code, 429)
        self.assertIn("One moment, please", response.text)
        self.assertGreater(int(response.headers["Retry-After"]), 0)
        # nobody else, and nothing else of Odoo
        self.assertEqual(self._get("/web/health").status_code, 200)
        self._login(self.portal_colleague)
        self.assertEqual(self._get("/my/jobs").status_code, 200)
