"""Budgets on the portal: who sees them, what of them, and the answers."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_portal import ClientPortalCommon


@tagged("post_install", "-at_install")
class TestPortalBudgets(ClientPortalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.client_a | cls.client_b).client_budget_portal = "yes"
        cls.budget.write({"campaign": "Blossom", "note": "<p>Internal: 30 % ours</p>"})
        cls.foreign = cls.env["client.budget"].create(
            {"name": "Soup budget", "client_id": cls.client_b.id, "amount": 50}
        )
        cls.foreign.action_run()
        cls.path = f"/my/budgets/{cls.budget.id}"

    def _ask(self, amount=1500):
        self.budget.needs_consent = True
        return self.budget.with_user(self.user_manager)._revise(amount, "Second film")

    def _answer(self, question, answer="agree", path=None, **values):
        kind = "revision" if "revision" in question._name else "approval"
        return self._post(
            f"{path or self.path}/answer",
            {"question": kind, "record_id": question.id, "answer": answer, **values},
        )

    def test_list_shows_own_budgets_and_no_others(self):
        self._login(self.portal_a)
        page = self._get("/my/budgets").text
        self.assertIn(f'href="{self.path}"', page)
        self.assertIn("1,000.00", page)
        self.assertNotIn("Soup budget", page)
        self.assertGoesHome(self._get(f"/my/budgets/{self.foreign.id}"))
        self.assertGoesHome(self._get("/my/budgets/99999999"))

    def test_page_shows_what_was_used_and_nothing_internal(self):
        job = self._create_job(budget_id=self.budget.id, budget_amount="400")
        self._login(self.portal_a)
        page = self._get(self.path).text
        self.assertIn(f'href="/my/jobs/{job.id}"', page)
        self.assertIn("600.00", page)
        self.assertIn("40% used", page)
        self.assertNotIn("30 % ours", page)
        # whoever decides is told so here as well
        self._send_version(job.piece_ids)
        self.assertEqual(job.state, "awaiting_approval")
        self.assertIn("Waiting for you", self._get(self.path).text)

    def test_requests_without_amount_take_no_place(self):
        """80 later ones that cost nothing: the one that does is still named."""
        job = self._create_job(budget_id=self.budget.id, budget_amount="400")
        free = self.env["client.job"].create(
            [
                {
                    "name": f"Free {number}",
                    "client_id": self.client_a.id,
                    "requester_id": self.contact_a.id,
                    "budget_id": self.budget.id,
                }
                for number in range(80)
            ]
        )
        free.write({"state": "requested"})
        self._login(self.portal_a)
        page = self._get(self.path).text
        self.assertIn(f'href="/my/jobs/{job.id}"', page)
        self.assertNotIn("Other costs and requests", page)

    def test_costs_are_one_sum_for_the_client(self):
        self.budget.spent_by = "costs"
        account = self.budget.sudo()._ensure_analytic_account()
        self.env["account.analytic.line"].create(
            [
                {"name": "Secret supplier", "account_id": account.id, "amount": -120},
                {"name": "Night shift", "account_id": account.id, "amount": -30},
            ]
        )
        self.env.cr.flush()
        self._login(self.portal_a)
        page = self._get(self.path).text
        self.assertIn("Other costs", page)
        self.assertIn("150.00", page)
        for secret in ("Secret supplier", "Night shift", "30.00"):
            self.assertNotIn(secret, page)

    def test_who_sees_budgets(self):
        own, __ = self._create_contact(self.client_a, "Olga Own", portal_scope="own")
        employee = self._create_user("hub_employee", "base.group_user")
        for user, seen in (
            (self.portal_a, True),
            (self.portal_colleague, True),
            (own.user_ids, False),
            (self.portal_b, False),
            (employee, False),
        ):
            with self.subTest(user=user.login):
                self._login(user)
                response = self._get(self.path)
                if seen:
                    self.assertEqual(response.status_code, 200)
                else:
                    self.assertGoesHome(response)
        self.logout()
        self.assertIn("/web/login", self._get(self.path).headers["Location"])

    def test_setting_and_client_decide(self):
        self._login(self.portal_a)
        for client, company, seen in (
            ("default", False, False),
            ("default", True, True),
            ("no", True, False),
            ("yes", False, True),
        ):
            with self.subTest(client=client, company=company):
                self.client_a.client_budget_portal = client
                self.company.client_budget_portal_default = company
                status = self._get("/my/budgets").status_code
                self.assertEqual(status == 200, seen)
                as_portal = self.budget.with_user(self.portal_a)
                self.assertEqual(as_portal.has_access("read"), seen)

    def test_hidden_draft_and_cancelled_budgets_stay_ours(self):
        hidden = self.env["client.budget"].create(
            {
                "name": "Reserve of ours",
                "client_id": self.client_a.id,
                "amount": 10,
                "is_portal_visible": False,
            }
        )
        hidden.action_run()
        draft = self.env["client.budget"].create(
            {"name": "Only an idea", "client_id": self.client_a.id, "amount": 10}
        )
        self._login(self.portal_a)
        page = self._get("/my/budgets?filterby=all").text
        for budget in (hidden, draft):
            self.assertNotIn(budget.name, page)
            self.assertGoesHome(self._get(f"/my/budgets/{budget.id}"))

    def test_portal_user_reads_no_internal_field_and_no_ledger(self):
        budget = self.budget.with_user(self.portal_a)
        self.assertEqual(budget.amount_left, 1000)
        for name in ("note", "policy", "manager_id", "burn_rate", "threshold_ids"):
            with self.subTest(field=name), self.assertRaises(AccessError):
                budget.read([name])
        for model in (
            "client.budget.move",
            "client.budget.revision",
            "client.budget.approval",
            "client.budget.threshold",
        ):
            with self.subTest(model=model), self.assertRaises(AccessError):
                self.env[model].with_user(self.portal_a).search([])
        with self.assertRaises(AccessError):
            budget.write({"name": "Mine"})

    def test_search_filters_and_bad_parameters(self):
        closed = self.env["client.budget"].create(
            {"name": "Last winter", "client_id": self.client_a.id, "amount": 10}
        )
        closed.action_run()
        closed.action_close()
        self._login(self.portal_a)
        self.assertNotIn("Last winter", self._get("/my/budgets").text)
        self.assertIn("Last winter", self._get("/my/budgets?filterby=closed").text)
        for query, seen in (
            ("search=spring", True),
            (f"search={self.budget.number}", True),
            ("search_in=campaign&search=blos", True),
            ("search=%25nothing", False),
            ("sortby=x&filterby=y&search_in=z", True),
            ("sortby=used", True),
        ):
            with self.subTest(query=query):
                response = self._get(f"/my/budgets?{query}")
                self.assertEqual(response.status_code, 200)
                self.assertEqual(self.path in response.text, seen)
        self.assertEqual(self._get("/my/budgets/page/999").status_code, 200)

    def test_pages_cost_the_same_however_many_there_are(self):
        def count(path):
            self._get(path)
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(self._get(path).status_code, 200)
            return self.env.cr.sql_log_count - before

        self._login(self.portal_a)
        few = count("/my/budgets")
        budgets = self.env["client.budget"].create(
            [
                {"name": f"Budget {i}", "client_id": self.client_a.id, "amount": 10}
                for i in range(25)
            ]
        )
        budgets.action_run()
        for i in range(5):
            self._create_job(budget_id=self.budget.id, budget_amount="10", title=f"{i}")
        many = count("/my/budgets")
        self.assertLessEqual(many, few + 3)
        self.assertLessEqual(many, 40)
        self.assertLessEqual(count(self.path), 40)
        self.assertIn("/my/budgets/page/2", self._get("/my/budgets").text)

    # --- answers ---

    def test_contact_agrees(self):
        revision = self._ask()
        self._login(self.portal_a)
        page = self._get("/my/budgets").text
        self.assertIn("Waiting for your answer", page)
        self.assertIn("Second film", page)
        counters = self.make_jsonrpc_request(
            "/my/counters",
            {"counters": ["client_budget_count", "client_budget_question_count"]},
        )
        self.assertEqual(
            counters, {"client_budget_count": 1, "client_budget_question_count": 1}
        )
        response = self._answer(revision)
        self.assertGoesHome(response, self.path)
        self.env.invalidate_all()
        self.assertEqual(self.budget.amount, 1500)
        self.assertEqual(revision.contact_id, self.contact_a)
        page = self._get(self.path).text
        self.assertIn("agreed by", page)
        # a second click
        page = self._answer(revision, "refuse", comment="No").text
        self.assertIn("answered already", page)
        self.env.invalidate_all()
        self.assertEqual(self.budget.amount, 1500)

    def test_refusing_needs_a_reason(self):
        revision = self._ask()
        self._login(self.portal_a)
        page = self._answer(revision, "refuse").text
        self.assertIn('invalid-feedback d-block">Please say why', page)
        self.assertEqual(revision.state, "waiting")
        self._answer(revision, "refuse", comment="Too <b>much</b>")
        self.env.invalidate_all()
        self.assertEqual(revision.state, "refused")
        page = self._get(self.path).text
        self.assertIn("Too &lt;b&gt;much", page)

    def test_who_may_not_answer(self):
        revision = self._ask()
        self.budget.approver_contact_id = self.contact_a
        for user in (self.portal_b, self.portal_colleague):
            with self.subTest(user=user.login):
                self._login(user)
                response = self._answer(revision)
                if user == self.portal_colleague:
                    self.assertIn("Only Paula Azul may answer", response.text)
                else:
                    self.assertGoesHome(response)
                self.env.invalidate_all()
                self.assertEqual(revision.state, "waiting")
        # nor the question of another budget by this page
        self._login(self.portal_b)
        response = self._answer(revision, path=f"/my/budgets/{self.foreign.id}")
        self.assertIn("not there any more", response.text)

    def test_bad_answers_get_a_sentence(self):
        revision = self._ask()
        self._login(self.portal_a)
        for values in (
            {"answer": "maybe"},
            {"record_id": "x"},
            {"record_id": "9" * 10},
            {"record_id": "9" * 5000},
            {"question": "res.users"},
        ):
            with self.subTest(**values):
                base = {
                    "question": "revision",
                    "record_id": revision.id,
                    "answer": "agree",
                }
                page = self._post(f"{self.path}/answer", {**base, **values}).text
                self.assertIn("Choose whether you agree", page)
        self.assertGoesHome(self._get(f"{self.path}/answer"), self.path)
        response = self._post(
            f"{self.path}/answer",
            {"question": "revision", "record_id": revision.id, "answer": "agree"},
            csrf=False,
        )
        self.assertEqual(response.status_code, 400)

    def test_contact_allows_a_job_that_exceeds(self):
        self.budget.write({"policy": "ask", "approver": "client"})
        job = self._create_job(
            budget_id=self.budget.id, budget_amount="1200", authorize=False
        )
        self._login(self.portal_a)
        page = self._get(self.path).text
        self.assertIn("exceed the budget", page)
        self._answer(self.budget.approval_ids)
        self.env.invalidate_all()
        job.with_user(self.user_manager).action_authorize()
        self.assertEqual(job.state, "authorized")

    # --- transfers ---

    def _transfer(self, giver=None, getter=None):
        """Ask for a transfer to another budget, each with its approver."""
        other = self.env["client.budget"].create(
            {"name": "Summer", "client_id": self.client_a.id, "amount": 500}
        )
        other.action_run()
        for budget, contact in ((self.budget, giver), (other, getter)):
            budget.write(
                {
                    "needs_consent": bool(contact),
                    "approver_contact_id": contact.id if contact else False,
                }
            )
        giving, getting = self.budget.with_user(self.user_manager)._transfer(
            other, 300, "Moved"
        )
        return giving, getting, f"/my/budgets/{other.id}"

    def _amounts(self, *revisions):
        self.env.invalidate_all()
        return [revision.budget_id.amount for revision in revisions]

    def test_each_side_of_a_transfer_has_to_agree(self):
        giving, getting, path = self._transfer(self.contact_a, self.colleague)
        mails = self.env["mail.message"].search(
            [("model", "=", "client.budget"), ("subject", "ilike", "Your answer")]
        )
        self.assertEqual(mails.notified_partner_ids, self.contact_a | self.colleague)
        self._login(self.portal_a)
        # not for the other side
        response = self._answer(getting, path=path)
        self.assertIn("Only Carla Azul may answer", response.text)
        for __ in range(2):
            self.assertGoesHome(self._answer(giving), self.path)
            self.assertEqual(self._amounts(giving, getting), [1000, 500])
        self.assertNotIn("Waiting for your answer", self._get("/my/budgets").text)
        with self.assertRaisesRegex(UserError, "withdraw"):
            self.budget.with_user(self.user_manager)._revise(1100, "Meanwhile")
        self._login(self.portal_colleague)
        self.assertIn("Waiting for your answer", self._get("/my/budgets").text)
        # from one budget of the list to the next
        self.assertIn(f'href="{path}"', self._get(self.path).text)
        self.assertIn(f'href="{self.path}"', self._get(path).text)
        self.assertGoesHome(self._answer(getting, path=path), path)
        self.assertEqual(self._amounts(giving, getting), [700, 800])
        self.assertEqual(giving.contact_id, self.contact_a)
        self.assertEqual(getting.contact_id, self.colleague)

    def test_one_side_refuses_a_transfer(self):
        giving, getting, path = self._transfer(self.contact_a, self.colleague)
        self._login(self.portal_a)
        self._answer(giving)
        self._login(self.portal_colleague)
        self._answer(getting, "refuse", path=path, comment="Not now")
        self.assertEqual(self._amounts(giving, getting), [1000, 500])
        self.assertEqual((giving | getting).mapped("state"), ["refused"] * 2)

    def test_a_budget_that_asks_nobody_does_not_agree_for_the_other(self):
        giving, getting, path = self._transfer(None, self.colleague)
        self._login(self.portal_a)
        self.assertNotIn("Waiting for your answer", self._get("/my/budgets").text)
        for answer in ("agree", "refuse"):
            response = self._answer(giving, answer, comment="Mine")
            self.assertIn("Only Carla Azul may answer", response.text)
        self._login(self.portal_colleague)
        self._answer(getting, path=path)
        self.assertEqual(self._amounts(giving, getting), [700, 800])

    def test_one_person_for_both_sides_agrees_once(self):
        giving, getting, __ = self._transfer(self.contact_a, self.contact_a)
        self._login(self.portal_a)
        self._answer(giving)
        self.assertEqual(self._amounts(giving, getting), [700, 800])
