"""Requests as the client's people write them: what is refused, and how."""

from odoo.tests import tagged
from odoo.tools import html2plaintext

from ..tools.exceptions import ClientPortalError
from .common_job import ClientJobCommon


@tagged("post_install", "-at_install")
class TestJobPortal(ClientJobCommon):
    def _save(self, values, contact=None, **options):
        return self.env["client.job"]._portal_save(
            contact or self.contact_a, values, **options
        )

    def _assert_errors(self, values, *names, submit=True, **options):
        before = self.env["client.job"].search_count([])
        with self.assertRaises(ClientPortalError) as caught:
            self._save(values, submit=submit, **options)
        errors = caught.exception.errors
        self.assertEqual(set(errors), set(names), errors)
        self.assertTrue(all(errors.values()))
        self.assertEqual(self.env["client.job"].search_count([]), before)
        return errors

    def _good(self, **values):
        return {
            "title": "Banner",
            "template_id": self.template.id,
            "answers": {str(self.question.id): "All"},
            **values,
        }

    def test_request_reaches_the_account_manager(self):
        job = self._save(
            self._good(briefing="Line one\n<script>alert(1)</script>"), submit=True
        )
        self.assertEqual(job.state, "requested")
        self.assertEqual(job.origin, "portal")
        self.assertEqual(job.requester_id, self.contact_a)
        self.assertNotIn("<script>", job.briefing)
        self.assertIn("Line one", html2plaintext(job.briefing))
        self.assertEqual(job.activity_ids.user_id, self.user_manager)
        notice = self.env["mail.message"].search(
            [
                ("model", "=", "client.job"),
                ("res_id", "=", job.id),
                ("message_type", "=", "user_notification"),
            ]
        )
        self.assertEqual(notice.partner_ids, self.user_manager.partner_id)
        self.assertFalse(job.task_ids)
        # whoever authorises, the account manager's to-do is done with it
        job.with_user(self.user_admin_hub).action_authorize()
        self.assertFalse(job.activity_ids)

    def test_preference_decides_between_mail_and_inbox(self):
        for preference, kind in (("email", "email"), ("inbox", "inbox")):
            with self.subTest(preference=preference):
                self.user_manager.notification_type = preference
                job = self._create_request()
                notification = self.env["mail.notification"].search(
                    [
                        ("mail_message_id.model", "=", "client.job"),
                        ("mail_message_id.res_id", "=", job.id),
                        ("res_partner_id", "=", self.user_manager.partner_id.id),
                    ]
                )
                self.assertEqual(notification.mapped("notification_type"), [kind])

    def test_draft_needs_nothing_and_is_sent_later(self):
        job = self._save({"title": "", "template_id": self.template.id})
        self.assertEqual(job.state, "draft")
        self.assertFalse(job.activity_ids)
        same = self._save(self._good(title="Now"), job=job, submit=True)
        self.assertEqual(same, job)
        self.assertEqual((job.name, job.state), ("Now", "requested"))

    def test_form_values_are_read(self):
        values = self.env["client.job"]._portal_prepare_values(
            {
                "title": "Banner",
                "template_id": str(self.template.id),
                f"answer_{self.question.id}": "All",
                "piece_type_0": str(self.type_banner.id),
                "piece_name_0": "Big one",
                "piece_type_1": str(self.type_text.id),
                "csrf_token": "x",
                "state": "done",
            },
            self.contact_a,
        )
        job = self._save(values, submit=True)
        self.assertEqual(
            set(job.piece_ids.mapped("name")), {"Big one", self.type_text.name}
        )
        self.assertEqual(job.state, "requested")

    def test_unknown_keys_are_ignored(self):
        job = self._save(
            self._good(
                state="done", number="X", account_manager_id=1, origin="internal"
            )
        )
        self.assertEqual((job.state, job.origin), ("draft", "portal"))
        self.assertEqual(job.account_manager_id, self.user_manager)

    def test_missing_and_bad_values(self):
        self._assert_errors({}, "title")
        self._assert_errors(
            {"title": "x", "template_id": self.template.id},
            f"answer_{self.question.id}",
        )
        self._assert_errors(self._good(title="x" * 201), "title")
        self._assert_errors(self._good(briefing="x" * 20001), "briefing")
        self._assert_errors(self._good(deadline="2001-01-01"), "deadline")
        self._assert_errors(self._good(deadline="tomorrow"), "deadline")
        self._assert_errors(self._good(template_id="1 or 1=1"), "template_id")
        self._assert_errors(self._good(template_id=999999), "template_id")

    def test_answers_are_checked(self):
        _required, when, where = self.template.question_ids
        foreign = (
            self.env["client.job.template"]
            .create({"name": "Other", "question_ids": [(0, 0, {"name": "Q"})]})
            .question_ids
        )
        base = {str(self.question.id): "All"}
        for answer in (
            {str(when.id): "soon"},
            {str(where.id): "Moon"},
            {str(foreign.id): "x"},
            {"nonsense": "x"},
        ):
            key = f"answer_{next(iter(answer))}"
            with self.subTest(answer=answer):
                self._assert_errors(self._good(answers={**base, **answer}), key)
        self._assert_errors(
            self._good(answers={str(self.question.id): "x" * 20001}),
            f"answer_{self.question.id}",
        )
        job = self._save(
            self._good(
                answers={**base, str(when.id): "2030-02-01", str(where.id): "Web"}
            )
        )
        self.assertEqual(job.answer_ids.mapped("value"), ["All", "2030-02-01", "Web"])

    def test_foreign_client_and_budget(self):
        budget_b = self._create_budget(client_id=self.client_b.id)
        hidden = self._create_budget(is_portal_visible=False)
        draft = self._create_budget(run=False)
        self._assert_errors(self._good(client_id=self.client_b.id), "client_id")
        for budget in (budget_b, hidden, draft):
            with self.subTest(budget=budget.client_id.name):
                self._assert_errors(
                    self._good(budget_id=budget.id, budget_amount="5"), "budget_id"
                )

    def test_amounts(self):
        for amount in ("0", "-5", "nan", "inf", "1e300", "lots", ""):
            with self.subTest(amount=amount):
                self._assert_errors(
                    self._good(budget_id=self.budget.id, budget_amount=amount),
                    "budget_amount",
                )
        errors = self._assert_errors(
            self._good(budget_id=self.budget.id, budget_amount="1000.01"),
            "budget_amount",
        )
        self.assertIn("1,000.00", errors["budget_amount"])
        self.assertEqual(self.budget.amount_left, 1000)

    def test_beyond_a_budget_that_warns_is_accepted(self):
        self.budget.policy = "warn"
        job = self._save(
            self._good(budget_id=self.budget.id, budget_amount="1500"), submit=True
        )
        self.assertEqual(job.state, "requested")
        self.assertEqual(self.budget.amount_left, -500)

    def test_budget_taken_between_draft_and_sending_writes_nothing(self):
        job = self._save(self._good(budget_id=self.budget.id, budget_amount="800"))
        self._create_request(budget_id=self.budget.id, budget_amount="500")
        with self.assertRaises(ClientPortalError) as caught:
            self._save({"title": "Changed"}, job=job, submit=True)
        self.assertEqual(set(caught.exception.errors), {"budget_amount"})
        self.env.invalidate_all()
        self.assertEqual((job.name, job.state), ("Banner", "draft"))
        self.assertFalse(job.activity_ids)

    def test_pieces(self):
        self._assert_errors(self._good(pieces=[{"type_id": 999999}]), "pieces")
        self._assert_errors(self._good(pieces=[{"name": "x"}]), "pieces")
        rows = [{"type_id": self.type_banner.id}] * 51
        self._assert_errors(self._good(pieces=rows), "pieces")
        job = self._save(self._good(pieces=[]))
        self.assertFalse(job.piece_ids)
        job = self._save(self._good())
        self.assertEqual(job.piece_ids.mapped("name"), ["Banner"])

    def test_whose_request(self):
        job = self._save(self._good())
        contact, _user = self._create_contact(self.client_a, "Olga Azul")
        self._assert_errors({"title": "x"}, "", contact=contact, job=job)
        self._assert_errors({"title": "x"}, "", contact=self.contact_b, job=job)
        self._save({}, job=job, submit=True)
        self._assert_errors({"title": "x"}, "", job=job)
        internal = self._create_job()
        self._assert_errors({"title": "x"}, "", job=internal)

    def test_switched_off_access(self):
        self.client_a.client_portal_access = "no"
        self._assert_errors(self._good(), "")

    def test_inactive_client(self):
        self.client_a.client_status = "inactive"
        self._assert_errors(self._good(), "")

    def test_group_contact_opens_jobs_for_the_group(self):
        holding = self._create_client("Holding", client_portal_access="yes")
        (self.client_a | self.client_b).parent_id = holding
        self._assert_errors(self._good(client_id=self.client_b.id), "client_id")
        self.contact_a.portal_group_jobs = True
        job = self._save(self._good(client_id=self.client_b.id), submit=True)
        self.assertEqual(job.client_id, self.client_b)
