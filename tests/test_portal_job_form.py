"""The form of a request: preset, checked, kept as a draft, and sent once."""

import re
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_portal import PNG, ClientPortalCommon


@tagged("post_install", "-at_install")
class TestPortalJobForm(ClientPortalCommon):
    def test_form_is_preset_from_the_clients_template(self):
        self._login(self.portal_a)
        page = self._get("/my/jobs/new").text
        self.assertIn('value="Shop banner"', page)
        for question in self.template.question_ids:
            self.assertIn(f'name="answer_{question.id}"', page)
        self.assertIn("Spring budget", page)

    def test_what_is_left_is_told_to_those_who_see_the_budget(self):
        self._login(self.portal_a)
        amounts = {"budget_id": str(self.budget.id), "budget_amount": "5000"}
        for access, seen in (("no", False), ("yes", True)):
            self.client_a.client_budget_portal = access
            check = self.assertIn if seen else self.assertNotIn
            page = self._get("/my/jobs/new").text
            self.assertIn("Spring budget", page)
            check("1,000.00", page)
            page = self._post("/my/jobs/new", self._request_values(**amounts)).text
            check("1,000.00", page)
            self.assertIn("left of this budget", page)

    def test_budgets_of_others_and_closed_ones_are_not_offered(self):
        for name, client, run in (
            ("Foreign money", self.client_b, True),
            ("Not yet running", self.client_a, False),
        ):
            budget = self.env["client.budget"].create(
                {"name": name, "client_id": client.id, "amount": 50}
            )
            if run:
                budget.action_run()
        self._login(self.portal_a)
        page = self._get("/my/jobs/new").text
        self.assertNotIn("Foreign money", page)
        self.assertNotIn("Not yet running", page)

    def test_request_with_everything_is_sent(self):
        self._login(self.portal_a)
        values = self._request_values(
            budget_id=str(self.budget.id), budget_amount="250.50"
        )
        response = self._post(
            "/my/jobs/new",
            values,
            files=[
                ("files", ("brief.pdf", b"%PDF-1.4 hello")),
                ("files", ("photo.png", PNG)),
            ],
        )
        job = self._find_jobs()
        self.assertRecordValues(
            job,
            [
                {
                    "state": "requested",
                    "requester_id": self.contact_a.id,
                    "client_id": self.client_a.id,
                    "origin": "portal",
                    "budget_id": self.budget.id,
                    "budget_amount": 250.5,
                }
            ],
        )
        self.assertGoesHome(response, f"/my/jobs/{job.id}/sent")
        self.assertEqual(job.piece_ids.mapped("name"), ["Forest banner"])
        self.assertEqual(
            job.file_ids.sorted("id").mapped("name"), ["brief.pdf", "photo.png"]
        )
        self.assertEqual(set(job.file_ids.mapped("res_id")), {job.id})
        answers = {row.question_id: row.value for row in job.answer_ids}
        self.assertEqual(answers[self.who], "Walkers")
        self.assertEqual(answers[self.photos], "1")
        self.assertEqual(self.budget.amount_reserved, 250.5)
        page = self._get(f"/my/jobs/{job.id}/sent").text
        self.assertIn("we have your request", page)
        page = self._get(f"/my/jobs/{job.id}").text
        for text in ("Leaves &amp; colours", "Walkers", "brief.pdf", "Forest banner"):
            self.assertIn(text, page)

    def test_errors_stand_beside_their_fields_and_nothing_is_lost(self):
        self._login(self.portal_a)
        values = self._request_values(
            title="",
            deadline="2001-01-01",
            budget_id=str(self.budget.id),
            budget_amount="9000",
            **{f"answer_{self.who.id}": "", f"answer_{self.tone.id}": "Funny"},
        )
        response = self._post(
            "/my/jobs/new", values, files=[("files", ("photo.png", PNG))]
        )
        self.assertEqual(response.status_code, 200)
        page = response.text
        for field in ("title", "deadline", "budget_amount", f"answer_{self.who.id}"):
            self.assertRegex(
                page, rf'id="error_{field}" class="invalid-feedback d-block">\s*\w'
            )
            self.assertIn(f'href="#field_{field}"', page)
        for typed in (
            "Leaves &amp; colours",
            'value="9000"',
            'value="2001-01-01"',
            'value="Forest banner"',
            'value="Funny" selected=',
        ):
            self.assertIn(typed, page)
        # kept as a draft, with its file, under the same form
        draft = self.env["client.job"].search([("portal_nonce", "=", values["nonce"])])
        self.assertEqual(draft.state, "draft")
        self.assertEqual(draft.file_ids.mapped("name"), ["photo.png"])
        self.assertIn("Leaves", draft.briefing)
        self.assertIn(f'action="/my/jobs/{draft.id}/edit"', page)
        self.assertFalse(self.budget.amount_reserved)
        # mended and sent
        values.update(
            title="Autumn campaign",
            deadline="2099-01-01",
            budget_amount="900",
            **{f"answer_{self.who.id}": "All"},
        )
        self._post(f"/my/jobs/{draft.id}/edit", values)
        self.assertRecordValues(
            self._find_jobs(), [{"id": draft.id, "state": "requested"}]
        )

    def test_draft_is_saved_shown_again_and_sent(self):
        self._login(self.portal_a)
        values = self._request_values(title="", action="save")
        values[f"answer_{self.who.id}"] = ""
        response = self._post("/my/jobs/new", values)
        draft = self.env["client.job"].search([("portal_nonce", "=", values["nonce"])])
        self.assertGoesHome(response, f"/my/jobs/{draft.id}/edit")
        self.assertGoesHome(
            self._get(f"/my/jobs/{draft.id}"), f"/my/jobs/{draft.id}/edit"
        )
        page = self._get(f"/my/jobs/{draft.id}/edit?notice=saved").text
        self.assertIn("The draft is saved", page)
        self.assertIn("Leaves &amp; colours", page)
        self.assertIn('value="Forest banner"', page)
        self.assertIn('checked="checked"', page)
        # an unticked box is an answer, too
        values[f"answer_{self.photos.id}"] = ""
        self._post(f"/my/jobs/{draft.id}/edit", values)
        self.env.invalidate_all()
        answer = draft.answer_ids.filtered(lambda row: row.question_id == self.photos)
        self.assertFalse(answer.value)

    def test_draft_is_seen_and_touched_by_nobody_else(self):
        draft = self._create_job(submit=False, title="Secret idea")
        self._login(self.portal_colleague)
        self.assertNotIn("Secret idea", self._get("/my/jobs").text)
        for path in (f"/my/jobs/{draft.id}", f"/my/jobs/{draft.id}/edit"):
            self.assertGoesHome(self._get(path))
        values = self._request_values(title="Stolen", action="save")
        self.assertGoesHome(self._post(f"/my/jobs/{draft.id}/edit", values))
        self._post(f"/my/jobs/{draft.id}/discard", {})
        self.env.invalidate_all()
        self.assertEqual(draft.exists().name, "Secret idea")

    def test_a_draft_of_the_agency_is_not_shown_to_its_requester(self):
        job = self.env["client.job"].create(
            {
                "name": "Planned by us",
                "client_id": self.client_a.id,
                "requester_id": self.contact_a.id,
            }
        )
        self._login(self.portal_a)
        self.assertNotIn("Planned by us", self._get("/my/jobs").text)
        self.assertGoesHome(self._get(f"/my/jobs/{job.id}"))
        self.assertGoesHome(self._get(f"/my/jobs/{job.id}/edit"))

    def test_discard(self):
        draft = self._create_job(submit=False)
        self._login(self.portal_a)
        self.assertGoesHome(
            self._get(f"/my/jobs/{draft.id}/discard"), f"/my/jobs/{draft.id}"
        )
        self.assertTrue(draft.exists())
        self.assertGoesHome(self._post(f"/my/jobs/{draft.id}/discard", {}), "/my/jobs")
        self.assertFalse(draft.exists())
        sent = self._create_job()
        self._post(f"/my/jobs/{sent.id}/discard", {})
        self.assertTrue(sent.exists())

    def test_form_sent_twice_makes_one_request(self):
        self._login(self.portal_a)
        values = self._request_values()
        first = self._post("/my/jobs/new", values)
        second = self._post("/my/jobs/new", values)
        job = self._find_jobs()
        self.assertEqual(len(job), 1)
        for response in (first, second):
            self.assertGoesHome(response, f"/my/jobs/{job.id}/sent")

    def test_two_sendings_at_the_same_moment_are_told_apart_by_the_database(self):
        self._login(self.portal_a)
        values = self._request_values()
        self._post("/my/jobs/new", values)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.cr.savepoint(),
        ):
            job = self._create_job()
            job.portal_nonce = values["nonce"]
            job.flush_recordset()

    def test_nonce_of_somebody_else_opens_nothing(self):
        draft = self._create_job(self.colleague, submit=False)
        draft.portal_nonce = "a" * 32
        self._login(self.portal_a)
        with mute_logger("odoo.http", "odoo.sql_db", "odoo.service.model"):
            with patch("time.sleep"):
                response = self._post(
                    "/my/jobs/new", self._request_values(nonce="a" * 32)
                )
        self.assertNotEqual(response.status_code, 200)
        self.env.invalidate_all()
        self.assertEqual(draft.state, "draft")
        self.assertEqual(draft.name, "Summer campaign")

    def test_post_needs_the_csrf_token(self):
        self._login(self.portal_a)
        job = self._create_job(submit=False)
        values = self._request_values()
        with mute_logger("odoo.http"):
            for path in (
                "/my/jobs/new",
                f"/my/jobs/{job.id}/edit",
                f"/my/jobs/{job.id}/discard",
                f"/my/jobs/{job.id}/approve",
            ):
                response = self._post(path, values, csrf=False)
                self.assertEqual(response.status_code, 400, path)
        self.assertFalse(self._find_jobs())

    def test_only_known_values_are_taken(self):
        self._login(self.portal_a)
        values = self._request_values(
            state="done",
            account_manager_id=str(self.user_outsider.id),
            requester_id=str(self.contact_b.id),
            origin="internal",
            priority="3",
        )
        self._post("/my/jobs/new", values)
        job = self._find_jobs()
        self.assertRecordValues(
            job,
            [
                {
                    "state": "requested",
                    "account_manager_id": self.user_manager.id,
                    "requester_id": self.contact_a.id,
                    "origin": "portal",
                    "priority": "0",
                }
            ],
        )

    def test_foreign_ids_in_the_form_are_refused(self):
        foreign_budget = self.env["client.budget"].create(
            {"name": "Foreign", "client_id": self.client_b.id, "amount": 50}
        )
        foreign_budget.action_run()
        self._login(self.portal_a)
        for changed in (
            {"client_id": str(self.client_b.id)},
            {"budget_id": str(foreign_budget.id), "budget_amount": "5"},
            {"template_id": "99999"},
            {"piece_type_0": "99999"},
            {f"answer_{self.tone.id}": "Rude"},
        ):
            with self.subTest(changed=changed):
                values = self._request_values(**changed)
                response = self._post("/my/jobs/new", values)
                self.assertEqual(response.status_code, 200)
                self.assertNotIn("alert alert-danger d-none", response.text)
                self.assertIn("Please look at this", response.text)
                self.assertFalse(
                    self._find_jobs().filtered(lambda job: job.state != "draft")
                )

    def test_on_behalf_of_another_client_of_the_group(self):
        daughter = self._create_client("Azul Kids", manager=self.user_manager)
        daughter.parent_id = self.client_a
        self._login(self.portal_a)
        self.assertNotIn("Azul Kids", self._get("/my/jobs/new").text)
        self.contact_a.portal_group_jobs = True
        self.assertIn("Azul Kids", self._get("/my/jobs/new").text)
        self._post("/my/jobs/new", self._request_values(client_id=str(daughter.id)))
        self.assertEqual(self._find_jobs().client_id, daughter)

    def test_another_template_keeps_what_was_typed(self):
        other = self.env["client.job.template"].create(
            {
                "name": "Film",
                "piece_ids": [
                    (0, 0, {"name": "Trailer", "type_id": self.type_social.id})
                ],
            }
        )
        self._login(self.portal_a)
        values = self._request_values(
            action="refresh",
            template_shown=str(self.template.id),
            template_id=str(other.id),
        )
        page = self._post("/my/jobs/new", values).text
        self.assertNotIn(f'name="answer_{self.who.id}"', page)
        self.assertRegex(page, rf'name="kept_{self.who.id}" value="Walkers"')
        self.assertIn('value="Forest banner"', page)
        self.assertIn('value="Trailer"', page)
        self.assertIn("Leaves &amp; colours", page)
        self.assertFalse(self._find_jobs())

    def test_piece_is_added_without_javascript(self):
        self._login(self.portal_a)
        page = self._post("/my/jobs/new", self._request_values(action="add_piece")).text
        self.assertEqual(len(re.findall(r'name="piece_name_\d', page)), 2)

    def test_inactive_client_opens_nothing(self):
        self.client_a.client_status = "inactive"
        self.env.registry.clear_cache()
        self._login(self.portal_a)
        self.assertGoesHome(self._get("/my/jobs/new"), "/my/jobs")
