"""Revisions with consent, transfers, the next period, and who may exceed a budget."""

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common_job import ClientJobCommon


@tagged("post_install", "-at_install")
class TestBudgetChanges(ClientJobCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.client_a.client_budget_portal = "yes"
        cls.budget = cls.budget.with_user(cls.user_manager)

    def _answer(self, question, state="approved", comment=False):
        question.sudo()._answer(state, self.contact_a, comment)

    # --- consent ---

    def test_change_waits_for_the_client(self):
        self.budget.needs_consent = True
        revision = self.budget._revise(1500, "A second film")
        self.assertEqual(revision.state, "waiting")
        self.assertEqual(self.budget.amount, 1000)
        mail = self.env["mail.message"].search(
            [("model", "=", "client.budget"), ("res_id", "=", self.budget.id)],
            limit=1,
        )
        self.assertIn(self.contact_a, mail.notified_partner_ids)
        self.assertIn(f"/my/budgets/{self.budget.id}", mail.body)
        self._answer(revision, comment="Go ahead")
        self.assertEqual(self.budget.amount, 1500)
        self.assertEqual(self.budget.amount_planned, 1500)
        self.assertEqual(revision.contact_id, self.contact_a)
        self.assertEqual(revision.comment, "Go ahead")
        self.assertTrue(revision.decided_date)
        self.assertIn(self.user_manager, self.budget.activity_ids.user_id)

    def test_refused_change_changes_nothing(self):
        self.budget.needs_consent = True
        revision = self.budget._revise(1500, "A second film")
        self._answer(revision, "refused", "Too much")
        self.assertEqual(self.budget.amount, 1000)
        with self.assertRaisesRegex(UserError, "Refused"):
            self._answer(revision)
        self.assertEqual(self.budget.amount, 1000)

    def test_one_question_at_a_time_and_it_can_be_withdrawn(self):
        self.budget.needs_consent = True
        revision = self.budget._revise(1500, "A second film")
        with self.assertRaisesRegex(UserError, "withdraw"):
            self.budget._revise(1600, "A third film")
        with self.assertRaises(AccessError):
            revision.with_user(self.user_traffic).action_withdraw()
        revision.with_user(self.user_manager).action_withdraw()
        self.assertEqual(revision.state, "withdrawn")
        self.assertEqual(self.budget._revise(1600, "A third film").state, "waiting")

    def test_a_change_ends_with_its_budget(self):
        for action in ("action_close", "action_cancel"):
            with self.subTest(action):
                budget = self._create_budget(name="Short", needs_consent=True)
                revision = budget._revise(1500, "A second film")
                other = self._create_budget(name="Third", needs_consent=True)
                transfer = self.budget._transfer(other, 10, "Moved")
                getattr(budget | other, action)()
                self.assertEqual(revision.state, "withdrawn")
                self.assertEqual(transfer.mapped("state"), ["withdrawn"] * 2)
                self.assertEqual((budget.amount, self.budget.amount), (1000, 1000))
                with self.assertRaisesRegex(UserError, "Withdrawn"):
                    self._answer(revision)

    def test_a_yes_to_a_closed_budget_changes_nothing(self):
        budget = self._create_budget(name="Short", needs_consent=True)
        revision = budget._revise(1500, "A second film")
        # as data from before would be
        self.env.cr.execute(
            "UPDATE client_budget SET state = 'closed' WHERE id = %s", budget.ids
        )
        budget.invalidate_recordset()
        with self.assertRaisesRegex(UserError, "closed budget"):
            self._answer(revision)
        self.assertEqual(budget.amount, 1000)

    def test_draft_asks_nobody(self):
        draft = self._create_budget(run=False, needs_consent=True)
        draft.amount = 1200
        self.assertEqual(draft.revision_ids.mapped("state"), ["approved"] * 2)

    def test_nobody_could_answer(self):
        self.budget.needs_consent = True
        self.client_a.client_budget_portal = "no"
        with (
            self.assertRaisesRegex(UserError, "Nobody at “Azul"),
            self.cr.savepoint(),
        ):
            self.budget._revise(1500, "A second film")
        self.client_a.client_budget_portal = "yes"
        self.contact_a.portal_scope = "own"
        with self.assertRaisesRegex(UserError, "Nobody"):
            self.budget._revise(1500, "A second film")

    def test_rpc_cannot_answer_for_the_client(self):
        self.budget.needs_consent = True
        revision = (
            self.env["client.budget.revision"]
            .with_user(self.user_manager)
            .create(
                {
                    "budget_id": self.budget.id,
                    "amount": 5000,
                    "reason": "Gift",
                    "state": "approved",
                    "kind": "first",
                    "asks": False,
                }
            )
        )
        self.assertEqual(revision.state, "waiting")
        self.assertEqual(self.budget.amount, 1000)
        # of which an access error is one
        with self.assertRaises(UserError):
            revision.write({"state": "approved"})
        with self.assertRaises(UserError):
            revision.with_context(client_budget="deciding").write({"state": "approved"})

    def test_use_that_outgrew_the_change_is_told(self):
        self.budget.needs_consent = True
        revision = self.budget._revise(500, "Less")
        self._create_request(budget_id=self.budget.id, budget_amount="800")
        with self.assertRaisesRegex(UserError, "already use"), self.cr.savepoint():
            self._answer(revision)
        self.assertEqual(self.budget.amount, 1000)

    def test_reason_is_needed(self):
        with self.assertRaisesRegex(UserError, "why"):
            self.budget._revise(1500, "  ")

    def test_exceeded_budget_may_get_more_though_not_enough(self):
        budget = self._create_budget(name="Warn", policy="warn")
        self._create_job(budget_id=budget.id, budget_amount=1500).action_authorize()
        budget._revise(1200, "Some more")
        self.assertEqual(budget.amount_left, -300)
        with self.assertRaisesRegex(UserError, "already use"):
            budget._revise(1100, "Less")

    # --- transfers ---

    def _transfer(self, source, target, amount, reason="Moved to summer"):
        wizard = Form(
            self.env["client.budget.transfer"]
            .with_user(self.user_manager)
            .with_context(**source.action_transfer()["context"])
        )
        wizard.target_id = target
        wizard.amount = amount
        wizard.reason = reason
        return wizard.save().action_apply()

    def test_transfer_moves_the_ledgers_of_both(self):
        summer = self._create_budget(name="Summer")
        action = self._transfer(self.budget, summer, 300)
        self.assertEqual(action["res_id"], summer.id)
        self.assertEqual((self.budget.amount, summer.amount), (700, 1300))
        self.assertEqual(
            (self.budget.amount_planned, summer.amount_planned), (700, 1300)
        )
        giving = self.budget.revision_ids[0]
        self.assertEqual(giving.kind, "transfer")
        self.assertEqual(giving.reason, "Moved to summer")
        self.assertEqual(giving.author_id, self.user_manager)
        self.assertEqual(giving.counterpart_budget_id, summer)
        row = self.budget.move_ids.filtered(lambda move: move.res_id == giving.id)
        self.assertEqual(row.action_open_document()["res_id"], summer.id)

    def test_transfer_refuses_with_a_sentence_and_moves_nothing(self):
        other_client = self._create_budget(name="B", client_id=self.client_b.id)
        foreign = self.setup_other_currency("EUR")
        euro = self._create_budget(name="E", currency_id=foreign.id)
        closed = self._create_budget(name="Closed")
        closed.action_close()
        summer = self._create_budget(name="Summer")
        for target, amount, sentence in (
            (summer, 1001, "only"),
            (summer, 0, "more than zero"),
            (summer, -5, "more than zero"),
            (other_client, 1, "same client"),
            (euro, 1, "same currency"),
            (closed, 1, "not running"),
            (self.budget, 1, "another budget"),
        ):
            with self.subTest(sentence=sentence, amount=amount):
                with self.assertRaisesRegex(UserError, sentence):
                    self.budget._transfer(target, amount, "Why not")
                self.assertEqual((self.budget.amount, summer.amount), (1000, 1000))
        with self.assertRaises(AccessError):
            self.budget.with_user(self.user_traffic)._transfer(summer, 1, "x")

    def test_transfer_waits_for_one_answer(self):
        summer = self._create_budget(name="Summer", needs_consent=True)
        self._transfer(self.budget, summer, 300)
        self.assertEqual((self.budget.amount, summer.amount), (1000, 1000))
        waiting = (self.budget | summer).revision_ids.filtered(
            lambda revision: revision.state == "waiting"
        )
        self.assertEqual(len(waiting), 2)
        self._answer(waiting[0])
        self.assertEqual(waiting.mapped("state"), ["approved"] * 2)
        self.assertEqual(waiting.contact_id, self.contact_a)
        self.assertEqual((self.budget.amount, summer.amount), (700, 1300))

    def test_refused_transfer_moves_nothing(self):
        summer = self._create_budget(name="Summer", needs_consent=True)
        revisions = self.budget._transfer(summer, 300, "Moved")
        self._answer(revisions[1], "refused", "No")
        self.assertEqual(revisions.mapped("state"), ["refused"] * 2)
        self.assertEqual((self.budget.amount, summer.amount), (1000, 1000))

    # --- next period ---

    def _carry(self, **values):
        wizard = Form(
            self.env["client.budget.transfer"]
            .with_user(self.user_manager)
            .with_context(**self.budget.action_carry_forward()["context"])
        )
        for name, value in values.items():
            wizard[name] = value
        action = wizard.save().action_apply()
        return self.env["client.budget"].browse(action["res_id"])

    def test_what_is_left_is_carried_to_the_next_period(self):
        self.budget.write({"date_start": "2026-01-01", "date_end": "2026-03-31"})
        self._create_request(budget_id=self.budget.id, budget_amount="400")
        following = self._carry(amount_new=2000)
        self.assertEqual(str(following.date_start), "2026-04-01")
        self.assertEqual(str(following.date_end), "2026-06-30")
        self.assertEqual(following.amount, 2600)
        self.assertEqual(following.state, "running")
        self.assertEqual(following.previous_id, self.budget)
        self.assertEqual(following.policy, self.budget.policy)
        self.assertEqual(self.budget.state, "closed")
        self.assertEqual((self.budget.amount, self.budget.amount_left), (400, 0))
        self.assertEqual(
            following.revision_ids.sorted("id").mapped("kind"), ["first", "carry"]
        )

    def test_closed_budget_is_carried_to_one_that_is_there(self):
        summer = self._create_budget(name="Summer")
        self.budget.action_close()
        self._carry(target="existing", target_id=summer)
        self.assertEqual((self.budget.amount, summer.amount), (0, 2000))

    def test_next_period_of_odd_days_is_as_long(self):
        self.budget.write({"date_start": "2026-01-10", "date_end": "2026-01-19"})
        start, end = self.budget._get_next_period()
        self.assertEqual((str(start), str(end)), ("2026-01-20", "2026-01-29"))

    # --- approvers ---

    def test_our_approver_is_kept_with_what_he_allowed(self):
        budget = self._create_budget(name="Ask", policy="ask")
        budget.manager_id = self.user_admin_hub
        job = self._create_request(budget_id=budget.id, budget_amount="1500")
        with self.assertRaises(UserError):
            job.with_user(self.user_manager).action_authorize()
        job.with_user(self.user_admin_hub).action_authorize()
        approval = budget.approval_ids
        self.assertEqual(approval.user_id, self.user_admin_hub)
        self.assertEqual((approval.amount, approval.amount_exceeded), (1500, 500))

    def test_client_allows_a_job_that_exceeds(self):
        budget = self._create_budget(name="Ask", policy="ask", approver="client")
        job = self._create_request(budget_id=budget.id, budget_amount="1500")
        approval = budget.approval_ids
        self.assertEqual(approval.state, "waiting")
        # not even an administrator of ours
        for user in (self.user_manager, self.user_admin_hub):
            with self.assertRaisesRegex(UserError, "waits for the answer"):
                job.with_user(user).action_authorize()
        self._answer(approval)
        job.with_user(self.user_manager).action_authorize()
        self.assertEqual(job.state, "authorized")
        # more than was allowed is asked anew
        with self.assertRaisesRegex(UserError, "Ask the client"):
            job.with_user(self.user_manager).budget_amount = 1600

    def test_a_job_moves_to_another_budget_that_asks(self):
        first = self._create_budget(name="Ask", policy="ask", approver="client")
        second = self._create_budget(name="Ask, too", policy="ask", approver="client")
        job = self._create_request(budget_id=first.id, budget_amount="1500")
        self.assertEqual(first.approval_ids.state, "waiting")
        job.with_user(self.user_manager).budget_id = second
        self.assertEqual(first.approval_ids.state, "withdrawn")
        job.with_user(self.user_manager).action_ask_budget()
        self.assertEqual(second.approval_ids.state, "waiting")

    def test_questions_that_need_no_answer_are_taken_back(self):
        budget = self._create_budget(name="Ask", policy="ask", approver="client")
        manager = self.user_manager

        def refuse(job):
            job.with_user(manager).write({"refusal_reason": "No", "state": "refused"})

        for name, settle in (
            ("refused", refuse),
            ("cancelled", lambda job: job.with_user(manager).action_cancel()),
            ("cheaper", lambda job: job.with_user(manager).write({"budget_amount": 9})),
            ("more", lambda job: budget._revise(9000, "Enough for all")),
        ):
            with self.subTest(name):
                job = self._create_request(budget_id=budget.id, budget_amount="1500")
                approval = budget.approval_ids.sorted("id")[-1:]
                self.assertEqual(approval.job_id, job)
                self.assertEqual(approval.state, "waiting")
                settle(job)
                self.assertEqual(approval.state, "withdrawn")

    def test_client_refuses_a_job_that_exceeds(self):
        budget = self._create_budget(name="Ask", policy="ask", approver="client")
        job = self._create_request(budget_id=budget.id, budget_amount="1500")
        self._answer(budget.approval_ids, "refused", "No money")
        with self.assertRaisesRegex(UserError, "refused"):
            job.with_user(self.user_manager).action_authorize()

    def test_account_manager_asks_from_the_job(self):
        budget = self._create_budget(name="Ask", policy="ask", approver="client")
        job = self._create_job(budget_id=budget.id, budget_amount=1500)
        job = job.with_user(self.user_manager)
        self.assertTrue(job.is_budget_question)
        with self.assertRaisesRegex(UserError, "Ask the client"):
            job.action_authorize()
        job.action_ask_budget()
        job.action_ask_budget()
        self.assertEqual(budget.approval_ids.mapped("state"), ["waiting"])
        # another amount is another question
        job.budget_amount = 1700
        job.action_ask_budget()
        self.assertEqual(
            budget.approval_ids.sorted("id").mapped("state"), ["withdrawn", "waiting"]
        )
        with self.assertRaises(AccessError):
            job.with_user(self.user_traffic).action_ask_budget()

    def test_without_somebody_at_the_client_our_person_is_told(self):
        self.client_a.client_budget_portal = "no"
        budget = self._create_budget(name="Ask", policy="ask", approver="client")
        job = self._create_request(budget_id=budget.id, budget_amount="1500")
        self.assertFalse(budget.approval_ids)
        self.assertIn(
            "Budget exceeded: may this job go on?", job.activity_ids.mapped("summary")
        )

    def test_approver_is_a_contact_of_the_client(self):
        with self.assertRaises(ValidationError):
            self.budget.approver_contact_id = self.contact_b
        self.budget.approver_contact_id = self.contact_a
        self.assertEqual(self.budget.sudo()._get_deciders(), self.contact_a)

    def test_an_answer_by_phone_is_kept_with_who_wrote_it_down(self):
        self.budget.needs_consent = True
        revision = self.budget._revise(1500, "A second film")
        action = revision.with_user(self.user_manager).action_record_answer()
        wizard_model = (
            self.env["client.budget.answer"]
            .with_user(self.user_manager)
            .with_context(**action["context"])
        )
        form = Form(wizard_model)
        self.assertIn("1,500", form.question)
        form.answer = "approved"
        form.contact_id = self.contact_a
        form.note = "On the phone: go ahead"
        wizard = form.save()
        # somebody else's people, and another time
        wizard.contact_id = self.contact_b
        with self.assertRaisesRegex(UserError, "not one of the people"):
            wizard.action_apply()
        wizard.contact_id = self.contact_a
        wizard.date = "2099-01-01 12:00:00"
        with self.assertRaisesRegex(UserError, "not in future"):
            wizard.action_apply()
        self.assertEqual(revision.state, "waiting")
        wizard.date = revision.create_date
        wizard.action_apply()
        self.assertRecordValues(
            revision.with_user(self.user_manager),
            [
                {
                    "state": "approved",
                    "contact_id": self.contact_a.id,
                    "recorded_by_id": self.user_manager.id,
                    "comment": "On the phone: go ahead",
                }
            ],
        )
        self.assertEqual(self.budget.amount, 1500)
        with self.assertRaisesRegex(UserError, "answered already"):
            wizard.action_apply()

    def test_only_account_managers_record_answers(self):
        self.budget.needs_consent = True
        revision = self.budget._revise(1500, "A second film")
        for user in (self.user_creation, self.user_accountant, self.portal_a):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.env["client.budget.answer"].with_user(user).create(
                    {
                        "revision_id": revision.id,
                        "answer": "approved",
                        "contact_id": self.contact_a.id,
                        "note": "Mine",
                    }
                )
