"""Jobs: states, tasks only after authorisation, people, templates."""

from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged

from ..models.client_job import RELEASED_STATES, TRANSITIONS
from .common_job import ClientJobCommon


@tagged("post_install", "-at_install")
class TestJob(ClientJobCommon):
    def _job_in(self, state):
        """Return a job in a state, reached by the buttons."""
        job = self._create_job()
        steps = {
            "draft": [],
            "requested": ["action_request"],
            "authorized": ["action_authorize"],
            "at_risk": ["action_mark_at_risk"],
            "in_production": ["action_authorize", "action_start"],
            "done": ["action_authorize", "action_done"],
            "on_hold": ["action_authorize", "action_hold"],
            "cancelled": ["action_cancel"],
        }
        if state == "refused":
            job.action_request()
            job.write({"state": "refused"})
        elif state == "awaiting_approval":
            job.action_authorize()
            job.write({"state": "awaiting_approval"})
        else:
            for step in steps[state]:
                getattr(job, step)()
        self.assertEqual(job.state, state)
        return job

    # --- state table ---

    def test_every_transition_of_the_table_and_no_other(self):
        states = dict(self.env["client.job"]._fields["state"].selection)
        needs_release = {"in_production", "awaiting_approval", "done", "on_hold"}
        for source in states:
            released = source in RELEASED_STATES
            for target in states:
                if target == source:
                    continue
                with self.subTest(source=source, target=target), self.cr.savepoint():
                    job = self._job_in(source)
                    allowed = source in TRANSITIONS.get(target, ())
                    if target in needs_release and not released:
                        allowed = False
                    if allowed:
                        job.write({"state": target})
                        self.assertEqual(job.state, target)
                    else:
                        with self.assertRaises(UserError):
                            job.write({"state": target})

    def test_unknown_state_is_refused(self):
        with self.assertRaises(UserError):
            self._create_job().write({"state": "whatever"})

    def test_job_begins_as_a_draft(self):
        with self.assertRaises(UserError):
            self._create_job(state="authorized")

    def test_system_fields_are_closed(self):
        job = self._create_job()
        for name, value in (
            ("released_date", "2026-01-01 00:00:00"),
            ("number", "X1"),
            ("origin", "portal"),
        ):
            with self.subTest(field=name), self.assertRaises(AccessError):
                job.write({name: value})
            with self.subTest(field=name), self.assertRaises(AccessError):
                self._create_job(**{name: value})

    def test_who_may_move_a_job(self):
        for user, allowed in (
            (self.user_creation, False),
            (self.user_traffic, False),
            (self.user_accountant, False),
            (self.portal_a, False),
            (self.user_manager, True),
            (self.user_admin_hub, True),
        ):
            for action in ("action_authorize", "action_mark_at_risk"):
                with self.subTest(user=user.login, action=action):
                    job = self._create_request().with_user(user)
                    self.env.invalidate_all()
                    if allowed:
                        getattr(job, action)()
                        self.assertTrue(job.released_date)
                    else:
                        with self.assertRaises(AccessError):
                            getattr(job, action)()

    def test_traffic_starts_but_does_not_close(self):
        job = self._job_in("authorized").with_user(self.user_traffic)
        job.action_start()
        self.assertEqual(job.state, "in_production")
        with self.assertRaises(AccessError):
            job.action_done()

    def test_hold_and_resume_return_to_the_state_before(self):
        for state in ("authorized", "at_risk", "in_production"):
            with self.subTest(state=state):
                job = self._job_in(state)
                tasks = len(job.task_ids)
                job.action_hold()
                job.action_resume()
                self.assertEqual(job.state, state)
                self.assertEqual(len(job.task_ids), tasks)

    def test_reopen(self):
        self.assertReopened("done", "in_production")
        self.assertReopened("refused", "requested")
        self.assertReopened("cancelled", "requested")

    def assertReopened(self, source, target):
        job = self._job_in(source)
        job.action_reopen()
        self.assertEqual(job.state, target)

    def test_at_risk_is_confirmed_while_in_production(self):
        job = self._job_in("at_risk")
        job.action_start()
        self.assertTrue(job.is_at_risk)
        job.action_authorize()
        self.assertFalse(job.is_at_risk)
        self.assertEqual(job.state, "in_production")

    def test_refusing_asks_for_the_reason_and_tells_the_client(self):
        job = self._create_request().with_user(self.user_manager)
        action = job.action_refuse()
        wizard = Form(
            self.env["client.job.refuse"]
            .with_user(self.user_manager)
            .with_context(**action["context"])
        )
        wizard.reason = "No time this week"
        wizard.save().action_apply()
        self.assertEqual(job.state, "refused")
        self.assertEqual(job.refusal_reason, "No time this week")
        visible = job.with_user(self.portal_a).message_ids
        self.assertIn("No time this week", "".join(visible.mapped("body")))

    def test_inactive_client_opens_no_job_and_is_not_authorised(self):
        job = self._create_job()
        self.client_a.client_status = "inactive"
        with self.assertRaises(UserError):
            self._create_job()
        with self.assertRaises(UserError):
            job.action_authorize()

    # --- tasks ---

    def test_tasks_are_created_when_the_job_is_authorised(self):
        with freeze_time("2026-03-02"):
            job = self._create_job(deadline="2026-03-20")
            self.assertFalse(job.task_ids)
            job.action_authorize()
        tasks = {task.name: task for task in job.task_ids}
        headline = tasks["Spring banner: Headline"]
        self.assertEqual(headline.user_ids, self.user_creation)
        self.assertEqual(headline.date_deadline.date(), date(2026, 3, 4))
        self.assertEqual(headline.allocated_hours, 3)
        piece = tasks["Spring banner: Banner"]
        self.assertEqual(piece.client_piece_id, job.piece_ids)
        self.assertEqual(piece.date_deadline.date(), date(2026, 3, 20))
        self.assertEqual(job.project_id.partner_id, self.client_a)
        self.assertFalse(job.project_id.allow_billable)

    def test_authorising_twice_creates_tasks_once(self):
        job = self._job_in("at_risk")
        count = len(job.task_ids)
        job.action_authorize()
        job.action_authorize()
        self.assertEqual(len(job.task_ids), count)
        self.assertEqual(count, 2)

    def test_one_project_per_client(self):
        first, second = self._job_in("authorized"), self._job_in("authorized")
        other = self._create_job(
            client_id=self.client_b.id, requester_id=self.contact_b.id
        )
        other.action_authorize()
        self.assertEqual(first.project_id, second.project_id)
        self.assertNotEqual(first.project_id, other.project_id)

    def test_task_and_piece_belong_to_the_same_job(self):
        one, two = self._job_in("authorized"), self._job_in("authorized")
        with self.assertRaises(ValidationError):
            one.task_ids[0].client_piece_id = two.piece_ids

    def test_only_traffic_hands_out_the_tasks(self):
        task = self._job_in("authorized").task_ids[0]
        with self.assertRaises(AccessError):
            task.with_user(self.user_creation).write(
                {"user_ids": [(6, 0, self.user_manager.ids)]}
            )
        task.with_user(self.user_traffic).write(
            {"client_assignee_id": self.user_manager.id}
        )
        self.assertEqual(task.user_ids, self.user_manager)

    def test_board_has_a_column_for_everybody_of_the_agency(self):
        self._job_in("authorized")
        board = self.env["project.task"].with_user(self.user_traffic)
        board = board.with_context(read_group_expand=True)
        groups = board.web_read_group(
            [("client_job_id", "!=", False)], ["client_assignee_id"]
        )["groups"]
        ids = {(group["client_assignee_id"] or [False])[0] for group in groups}
        self.assertLessEqual({self.user_creation.id, self.user_traffic.id}, ids)
        self.assertNotIn(self.portal_a.id, ids)

    def test_columns_without_jobs_are_not_in_the_way(self):
        self._job_in("at_risk")
        jobs = self.env["client.job"].with_user(self.user_manager)
        jobs = jobs.with_context(read_group_expand=True)
        mine = [("client_id", "=", self.client_a.id)]

        def columns():
            groups = jobs.web_read_group(mine, ["state"])["groups"]
            return [(group["state"], group["__count"]) for group in groups]

        self.assertEqual(
            columns(),
            [
                ("requested", 0),
                ("at_risk", 1),
                ("in_production", 0),
                ("awaiting_approval", 0),
            ],
        )
        self._create_job()
        self.assertEqual(columns()[0], ("draft", 1))

    def test_cancelling_closes_tasks_and_pieces(self):
        job = self._job_in("authorized")
        job.action_cancel()
        self.assertEqual(set(job.task_ids.mapped("state")), {"1_canceled"})
        self.assertEqual(job.piece_ids.state, "cancelled")

    def test_worked_on_job_is_not_deleted(self):
        with self.assertRaises(UserError):
            self._job_in("authorized").unlink()
        self._create_job().unlink()

    def test_client_of_an_authorised_job_is_fixed(self):
        with self.assertRaises(UserError):
            self._job_in("authorized").client_id = self.client_b

    # --- template ---

    def test_template_of_the_client_is_preset(self):
        self.client_a.client_job_template_id = self.template
        with Form(self.env["client.job"].with_user(self.user_manager)) as form:
            form.name = "From the form"
            form.client_id = self.client_a
            self.assertEqual(form.template_id, self.template)
            self.assertEqual(form.account_manager_id, self.user_manager)
        job = form.record
        self.assertEqual(len(job.answer_ids), 3)
        self.assertEqual(job.piece_ids.mapped("name"), ["Banner"])
        self.assertEqual(job.traffic_user_id, self.user_traffic)

    def test_another_template_replaces_what_is_untouched(self):
        other = self.env["client.job.template"].create(
            {
                "name": "Other",
                "question_ids": [(0, 0, {"name": "Why?"})],
                "piece_ids": [(0, 0, {"name": "Text", "type_id": self.type_text.id})],
            }
        )
        job = self._create_job()
        job.answer_ids[0].value = "Kept"
        job.template_id = other
        self.assertIn("Why?", job.answer_ids.mapped("name"))
        self.assertIn("Kept", job.answer_ids.mapped("value"))
        self.assertEqual(job.piece_ids.mapped("name"), ["Text"])

    def test_requester_belongs_to_the_client(self):
        with self.assertRaises(ValidationError):
            self._create_job(requester_id=self.contact_b.id)

    # --- progress ---

    def test_progress_counts_pieces_and_tasks(self):
        job = self._job_in("authorized")
        self.assertEqual(job.progress, 0)
        headline = job.task_ids.filtered(lambda task: not task.client_piece_id)
        headline.state = "1_done"
        self.assertEqual(job.progress, 50)
        job.action_done()
        self.assertEqual(job.progress, 100)

    # --- cost ---

    def test_lists_cost_the_same_for_one_and_for_many(self):
        self._create_job()
        names = ["display_name", "piece_count", "task_count", "progress", "state"]

        def cost(limit):
            self.env.flush_all()
            self.env.invalidate_all()
            jobs = self.env["client.job"].with_user(self.user_manager)
            before = self.cr.sql_log_count
            jobs.search([("client_id", "=", self.client_a.id)], limit=limit).read(names)
            return self.cr.sql_log_count - before

        cost(1)
        one = cost(1)
        for _number in range(19):
            self._create_job()
        self.assertLessEqual(cost(20), one)
