"""The client's requests on the portal: pages, and who sees what."""

from odoo.tests import tagged

from .common_portal import SECRET, ClientPortalCommon


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
