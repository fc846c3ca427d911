"""The client's requests on the portal: pages, form, files, and who sees what."""

import re
from io import BytesIO
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_portal import PNG, SECRET, ClientPortalCommon


@tagged("post_install", "-at_install")
class TestPortalJobPages(ClientPortalCommon):
    def test_list_shows_own_clients_requests_and_no_others(self):
        job = self._create_job()
        foreign = self._create_job(
            self.contact_b, title="Secret soup", answers={}, template_id=False
        )
        self._login(self.portal_a)
        page = self._get("/my/jobs").text
        self.assertIn(f'href="/my/jobs/{job.id}"', page)
        self.assertIn(job.number, page)
        self.assertNotIn("Secret soup", page)
        self.assertNotIn(foreign.number, page)

    def test_empty_list_explains(self):
        self._login(self.portal_a)
        page = self._get("/my/jobs").text
        self.assertIn("No request yet", page)
        self.assertIn('href="/my/jobs/new"', page)

    def test_bad_parameters_fall_back(self):
        self._create_job()
        self._login(self.portal_a)
        for query in (
            "sortby=x&filterby=y&search_in=z&search=summer",
            "sortby=deadline&filterby=open",
            "filterby=waiting",
            "search_in=piece&search=%25",
            "notice=<b>",
        ):
            response = self._get(f"/my/jobs?{query}")
            self.assertEqual(response.status_code, 200, query)
        self.assertEqual(self._get("/my/jobs/page/999").status_code, 200)

    def test_search_finds_title_number_and_piece(self):
        job = self._create_job(title="Whale watching")
        self._create_job(title="Other")
        self._login(self.portal_a)
        for query in (
            "search=whale",
            f"search={job.number}",
            "search_in=piece&search=shop banner",
        ):
            self.assertIn("Whale watching", self._get(f"/my/jobs?{query}").text)
        self.assertNotIn("Other</a>", self._get("/my/jobs?search=whale").text)

    def test_waiting_pieces_stand_above_the_list(self):
        job = self._create_job()
        self._login(self.portal_a)
        self.assertNotIn("client_waiting_title", self._get("/my/jobs").text)
        self._send_version(job.piece_ids)
        page = self._get("/my/jobs").text
        self.assertIn("client_waiting_title", page)
        self.assertIn(f'href="/my/pieces/{job.piece_ids.id}"', page)
        counters = self.make_jsonrpc_request(
            "/my/counters", {"counters": ["client_job_count", "client_piece_count"]}
        )
        self.assertEqual(counters, {"client_job_count": 1, "client_piece_count": 1})

    def test_job_page_by_who_asks(self):
        job = self._create_job()
        own, __ = self._create_contact(self.client_a, "Olga Own", portal_scope="own")
        stranger = own.user_ids
        path = f"/my/jobs/{job.id}"
        for user, seen in (
            (self.portal_a, True),
            (self.portal_colleague, True),
            (stranger, False),
            (self.portal_b, False),
        ):
            with self.subTest(user=user.login):
                self._login(user)
                response = self._get(path)
                if seen:
                    self.assertEqual(response.status_code, 200)
                    self.assertIn("Summer campaign", response.text)
                else:
                    self.assertGoesHome(response)
                    self.assertNotIn("Summer campaign", response.text)
        self.assertGoesHome(self._get("/my/jobs/99999999"))

    def test_foreign_token_opens_nothing(self):
        job = self._create_job()
        token = job._portal_ensure_token()
        self._login(self.portal_b)
        self.assertGoesHome(self._get(f"/my/jobs/{job.id}?access_token={token}"))
        self.logout()
        response = self._get(f"/my/jobs/{job.id}?access_token={token}")
        self.assertIn("/web/login", response.headers["Location"])

    def test_switched_off_access_closes_the_pages(self):
        job = self._create_job()
        self.client_a.client_portal_access = "no"
        self.env.registry.clear_cache()
        self._login(self.portal_a)
        self.assertGoesHome(self._get(f"/my/jobs/{job.id}"))
        self.assertNotIn(job.number, self._get("/my/jobs").text)
        self.assertGoesHome(self._get("/my/jobs/new"), "/my/jobs")

    def test_employee_without_a_right_on_jobs_is_sent_home(self):
        employee = self._create_user("hub_employee", "base.group_user")
        self._login(employee)
        self.assertGoesHome(self._get("/my/jobs"))
        self.assertEqual(self._get("/my").status_code, 200)

    def test_portal_users_of_other_partners_are_offered_nothing(self):
        supplier = self.env["res.partner"].create(
            {"name": "Paper Mill", "is_company": True, "email": "x@paper.example"}
        )
        __, user = self._create_contact(supplier, "Sam Paper")
        self._login(user)
        self.assertNotIn('name="client_jobs"', self._get("/my").text)
        self.assertGoesHome(self._get("/my/jobs/new"), "/my/jobs")
        self._login(self.portal_a)
        self.assertIn('name="client_jobs"', self._get("/my").text)

    def test_staff_sees_the_page_with_the_way_back(self):
        job = self._create_job()
        self._login(self.user_manager)
        page = self._get(f"/my/jobs/{job.id}").text
        self.assertIn("Back to edit mode", page)

    def test_pieces_in_progress_are_no_links(self):
        job = self._create_job()
        piece = job.piece_ids
        self._login(self.portal_a)
        link = f'href="/my/pieces/{piece.id}"'
        for state in ("planned", "in_progress", "internal_review"):
            if state != "planned":
                piece.state = state
            page = self._get(f"/my/jobs/{job.id}").text
            self.assertIn("Shop banner", page)
            self.assertNotIn(link, page)
            self.assertNotIn("Internal review", page)
        self._send_version(piece)
        self.assertIn(link, self._get(f"/my/jobs/{job.id}").text)

    def test_at_risk_is_not_told(self):
        job = self._create_job(authorize=False)
        job.with_user(self.user_manager).action_mark_at_risk()
        self._login(self.portal_a)
        for path in ("/my/jobs", f"/my/jobs/{job.id}"):
            page = self._get(path).text
            self.assertIn("Accepted", page)
            self.assertNotIn("risk", page.lower())

    def test_refusal_shows_its_reason(self):
        job = self._create_job(authorize=False)
        job.sudo().write({"state": "refused", "refusal_reason": "No capacity."})
        self._login(self.portal_a)
        page = self._get(f"/my/jobs/{job.id}").text
        self.assertIn("Not accepted", page)
        self.assertIn("No capacity.", page)

    def test_internal_notes_are_on_no_page_and_in_no_answer(self):
        job = self._create_job()
        piece = job.piece_ids
        self._send_version(piece)
        file = self.env["ir.attachment"].create(
            {
                "name": "secret-costs.xlsx",
                "raw": b"1",
                "res_model": job._name,
                "res_id": job.id,
            }
        )
        notes = self.env["mail.message"]
        for record in (job, piece):
            for message_type in ("comment", "notification"):
                notes |= record.with_user(self.user_manager).message_post(
                    body=SECRET,
                    message_type=message_type,
                    subtype_xmlid="mail.mt_note",
                    attachment_ids=file.ids if record == job else [],
                    partner_ids=self.contact_a.ids,
                )
        job.with_user(self.user_manager).message_post(
            body="For you, dear client",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self._login(self.portal_a)
        texts = [
            self._get(path).text
            for path in (
                "/my/jobs",
                f"/my/jobs/{job.id}",
                f"/my/pieces/{piece.id}",
                "/my/pieces",
            )
        ]
        for record in (job, piece):
            thread = {"thread_model": record._name, "thread_id": record.id}
            for route in ("/mail/chatter_fetch", "/mail/thread/messages"):
                texts.append(str(self._call(route, thread)))
        domain = [["model", "in", ["client.job", "client.piece"]]]
        for model, method, args in (
            ("mail.message", "search_read", [domain, ["body"]]),
            ("mail.message", "read", [notes.ids, ["body"]]),
            ("client.job", "read", [job.ids, ["message_ids", "website_message_ids"]]),
            ("ir.attachment", "search_read", [[["id", "=", file.id]], ["name"]]),
        ):
            texts.append(str(self._call_kw(model, method, args)))
        for text in texts:
            self.assertNotIn("charge them double", text)
            self.assertNotIn("secret-costs", text)
        self.assertTrue(any("dear client" in text for text in texts))
        for path in (
            f"/web/content/{file.id}",
            f"/my/jobs/{job.id}/file/{file.id}",
            f"/my/pieces/{piece.id}/file/{file.id}",
        ):
            self.assertEqual(self._get(path).status_code, 404)

    def _call(self, route, params):
        """Return the answer of a JSON route, errors included."""
        response = self.url_open(route, json={"params": params})
        return response.text

    def _call_kw(self, model, method, args):
        return self._call(
            f"/web/dataset/call_kw/{model}/{method}",
            {"model": model, "method": method, "args": args, "kwargs": {}},
        )

    def test_rpc_shows_no_draft_nonce_money_or_team(self):
        job = self._create_job()
        draft = self._create_job(self.colleague, submit=False, title="My own idea")
        self._login(self.portal_a)
        self.assertNotIn(
            "My own idea", self._call_kw("client.job", "search_read", [[], ["name"]])
        )
        self.assertIn(
            "error", self._call_kw("client.job", "read", [draft.ids, ["name"]])
        )
        for name in ("portal_nonce", "file_ids", "budget_amount", "assistant_ids"):
            answer = self._call_kw("client.job", "read", [job.ids, [name]])
            self.assertIn("error", answer, name)
        for method, args in (
            ("write", [job.ids, {"name": "Mine"}]),
            ("create", [{"name": "Mine", "client_id": self.client_a.id}]),
            ("unlink", [job.ids]),
            ("action_authorize", [job.ids]),
        ):
            self.assertIn("error", self._call_kw("client.job", method, args), method)

    def test_comment_by_the_contact_reaches_the_agency(self):
        job = self._create_job()
        self._login(self.portal_a)
        self.make_jsonrpc_request(
            "/mail/message/post",
            {
                "thread_model": "client.job",
                "thread_id": job.id,
                "post_data": {
                    "body": "One more thing",
                    "message_type": "comment",
                    "subtype_xmlid": "mail.mt_comment",
                },
            },
        )
        message = job.message_ids.filtered(lambda row: "One more thing" in row.body)
        self.assertEqual(message.author_id, self.contact_a)
        self.assertIn(self.user_manager.partner_id, message.notified_partner_ids)
        self._login(self.portal_b)
        answer = self._call(
            "/mail/message/post",
            {
                "thread_model": "client.job",
                "thread_id": job.id,
                "post_data": {"body": "Foreign words", "message_type": "comment"},
            },
        )
        self.assertIn("error", answer)

    def test_cost_of_the_list_does_not_grow(self):
        for number in range(3):
            job = self._create_job(title=f"Warm {number}")
            self._send_version(job.piece_ids)
        self._login(self.portal_a)
        few = self._count_queries("/my/jobs")
        for number in range(30):
            job = self._create_job(title=f"More {number}")
            if number < 10:
                self._send_version(job.piece_ids)
        many = self._count_queries("/my/jobs")
        # the count behind “Show all”, and the requests of pieces not on this page
        self.assertLessEqual(many, few + 2)
        self.assertLessEqual(many, 40)
        job_id, piece_id = job.id, self.env["client.piece"].search([], limit=1).id
        self.assertLessEqual(self._count_queries(f"/my/jobs/{job_id}"), 40)
        self.assertLessEqual(self._count_queries(f"/my/pieces/{piece_id}"), 40)

    def _count_queries(self, path):
        """Return how many queries a page needs when its templates are compiled."""
        self._get(path)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.assertIn(self._get(path).status_code, (200, 303))
        return self.env.cr.sql_log_count - before


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
