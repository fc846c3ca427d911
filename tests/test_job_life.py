"""The dialogs of a job's life, copies of jobs, and what templates plan."""

from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged

from .common_job import ClientJobCommon


@tagged("post_install", "-at_install")
class TestJobLife(ClientJobCommon):
    def _released(self, **values):
        job = self._create_job(**values)
        job.action_authorize()
        return job

    def _dialog(self, action, user=None):
        return Form(
            self.env[action["res_model"]]
            .with_user(user or self.user_manager)
            .with_context(**action["context"])
        )

    def _notes(self, job):
        # what one user read of a thread is in the cache of all
        self.env.invalidate_all()
        return " ".join(job.message_ids.mapped("body"))

    # --- hold, cancel, reopen, done ---

    def test_on_hold_until_a_day_with_a_reminder(self):
        with freeze_time("2026-03-02 09:00:00"):
            job = self._released()
            dialog = self._dialog(job.action_ask_hold())
            self.assertEqual(dialog.task_count, len(job.task_ids))
            dialog.reason = "Waiting for figures"
            dialog.hold_until = date(2026, 3, 1)
            with self.assertRaisesRegex(UserError, "already over"):
                dialog.save().action_apply()
            self.assertEqual(job.state, "authorized")
            dialog.hold_until = date(2026, 3, 20)
            dialog.message = "We go on when your figures are here."
            dialog.save().action_apply()
        self.assertEqual((job.state, job.clock_holder), ("on_hold", "client"))
        reminder = job.activity_ids.filtered(
            lambda activity: activity.date_deadline == date(2026, 3, 20)
        )
        self.assertEqual(reminder.user_id, self.user_manager)
        found = self.env["client.job"].search(
            [("state", "=", "on_hold"), ("hold_until", "<=", "2026-03-20")]
        )
        self.assertIn(job, found)
        seen = self._notes(job.with_user(self.portal_a))
        self.assertIn("your figures", seen)
        self.assertNotIn("Waiting for figures", seen)
        self.assertIn("Waiting for figures", self._notes(job))
        with self.assertRaises(AccessError):
            job.with_user(self.portal_a).read(["stop_reason"])
        job.action_resume()
        self.assertFalse(reminder.exists())
        self.assertFalse(job.hold_until or job.hold_holder or job.stop_reason)

    def test_cancelling_and_reopening_ask_why(self):
        job = self._released()
        for action, state in (
            ("action_ask_cancel", "cancelled"),
            ("action_ask_reopen", "in_production"),
        ):
            before = job.state
            dialog = self._dialog(getattr(job, action)())
            dialog.reason = "   "
            with self.assertRaisesRegex(UserError, "Say why"):
                dialog.save().action_apply()
            self.assertEqual(job.state, before)
            dialog.reason = f"Because of {state}"
            dialog.save().action_apply()
            self.assertEqual(job.state, state)
            self.assertIn(f"Because of {state}", self._notes(job))
        self.assertTrue(all(not task.is_closed for task in job.task_ids))

    def test_pieces_come_back_with_their_job(self):
        """Where they were; what somebody had cancelled before stays cancelled."""
        job = self._released()
        first = job.piece_ids
        others = self.env["client.piece"].create(
            [
                {"job_id": job.id, "name": name, "type_id": self.type_text.id}
                for name in ("Sent", "Planned", "Given up")
            ]
        )
        sent, planned, given_up = others
        first.with_user(self.user_creation).action_start()
        self._create_version(sent)
        sent.with_user(self.user_traffic).action_send_to_client()
        given_up.with_user(self.user_manager).action_cancel()
        pieces = first | others
        for action in ("action_ask_cancel", "action_ask_reopen"):
            dialog = self._dialog(getattr(job, action)())
            dialog.reason = "They changed their mind"
            dialog.save().action_apply()
            if action == "action_ask_cancel":
                self.assertEqual(set(pieces.mapped("state")), {"cancelled"})
        self.assertEqual(job.state, "in_production")
        self.assertEqual(
            pieces.mapped("state"),
            ["in_progress", "in_progress", "planned", "cancelled"],
        )
        self.assertFalse(any(pieces.mapped("cancelled_from")))
        # nobody but the job writes it
        with self.assertRaises(AccessError):
            planned.with_user(self.user_manager).cancelled_from = "in_progress"
        # the client gets it as before
        self._create_version(sent)
        sent.with_user(self.user_traffic).action_send_to_client()
        self.assertEqual(sent.state, "awaiting_approval")

    def test_pieces_of_a_request_come_back_with_it(self):
        job = self._create_request()
        job.with_user(self.user_manager).action_cancel()
        self.assertEqual(job.piece_ids.state, "cancelled")
        job.with_user(self.user_manager).action_reopen()
        self.assertEqual(job.state, "requested")
        self.assertEqual(job.piece_ids.state, "planned")

    def test_closing_asks_about_open_work(self):
        job = self._released()
        action = job.action_ask_done()
        dialog = self._dialog(action)
        dialog.open_tasks = "done"
        dialog.save().action_apply()
        self.assertEqual(job.state, "done")
        self.assertEqual(set(job.task_ids.mapped("state")), {"1_done"})
        other = self._released()
        other.task_ids.write({"state": "1_done"})
        other.action_ask_done()
        self.assertEqual(other.state, "done")

    def test_who_may_not(self):
        job = self._released()
        names = ("action_ask_hold", "action_ask_cancel", "action_ask_done")
        for user in (self.user_creation, self.user_traffic, self.portal_a):
            for name in names:
                with self.subTest(user=user.login, name=name):
                    with self.assertRaises(AccessError):
                        getattr(job.with_user(user), name)()
            with self.assertRaises(AccessError):
                self.env["client.job.step"].with_user(user).create(
                    {"job_ids": [Command.set(job.ids)], "step": "cancel", "reason": "x"}
                )
        self.assertEqual(job.state, "authorized")
        done = self._released()
        done.action_done()
        with self.assertRaises(UserError):
            done.action_ask_hold()

    # --- copies ---

    def test_a_copy_takes_what_was_chosen(self):
        with freeze_time("2026-03-02 09:00:00"):
            job = self._create_job(
                deadline="2026-03-20",
                briefing="<p>Blue</p>",
                budget_id=self.budget.id,
                budget_amount=300,
                piece_ids=[
                    Command.create(
                        {
                            "name": name,
                            "type_id": self.type_banner.id,
                            "deadline": "2026-03-18",
                        }
                    )
                    for name in ("Large", "Small")
                ],
            )
            job._apply_questions()
            job.answer_ids[0].value = "Everybody"
            file = self._create_file(user=self.user_manager)
            job.file_ids = file
            job.action_authorize()
        with freeze_time("2026-05-04 09:00:00"):
            dialog = self._dialog(job.action_copy_job())
            dialog.name = "Summer banner"
            dialog.deadline = date(2026, 5, 22)
            wizard = dialog.save()
            wizard.piece_ids = job.piece_ids[0]
            copy = self.env["client.job"].browse(wizard.action_apply()["res_id"])
        self.assertEqual((copy.name, copy.state), ("Summer banner", "draft"))
        self.assertNotEqual(copy.number, job.number)
        self.assertEqual(copy.piece_ids.mapped("name"), ["Large"])
        self.assertEqual(copy.piece_ids.deadline, date(2026, 5, 20))
        self.assertEqual(copy.answer_ids[0].value, "Everybody")
        self.assertEqual(copy.briefing, job.briefing)
        self.assertFalse(copy.budget_id)
        self.assertFalse(copy.task_ids | copy.project_id.task_ids)
        self.assertEqual(copy.file_ids.mapped("name"), file.mapped("name"))
        self.assertNotEqual(copy.file_ids, file)
        wizard.write({"piece_ids": [Command.clear()], "keep_answers": False})
        empty = self.env["client.job"].browse(wizard.action_apply()["res_id"])
        self.assertFalse(empty.piece_ids)
        self.assertFalse(empty.answer_ids.filtered("value"))
        with self.assertRaises(AccessError):
            wizard.with_user(self.user_creation).action_apply()

    def test_a_copy_keeps_who_approves(self):
        carla, __ = self._create_contact(self.client_a, "Carla Azul")
        davi, __ = self._create_contact(self.client_a, "Davi Azul")
        job = self._create_job()
        job.piece_ids.write(
            {
                "approval_rule": "quorum",
                "approval_quorum": 3,
                "approval_in_order": True,
                "approver_ids": [
                    Command.create({"sequence": 2, "partner_id": self.contact_a.id}),
                    Command.create(
                        {"sequence": 1, "partner_id": carla.id, "deputy_id": davi.id}
                    ),
                    Command.create({"sequence": 3, "partner_id": davi.id}),
                ],
            }
        )

        def copy():
            wizard = self._dialog(job.action_copy_job()).save()
            return self.env["client.job"].browse(wizard.action_apply()["res_id"])

        piece = copy().piece_ids
        self.assertEqual(piece.approver_ids.partner_id, carla | self.contact_a | davi)
        self.assertEqual(piece.approver_ids[0].deputy_id, davi)
        self.assertTrue(piece.approval_in_order)
        self.assertEqual((piece.approval_rule, piece.approval_quorum), ("quorum", 3))
        self.assertFalse(any(piece.approver_ids.mapped("is_asked")))
        # one has left, another one asked for the job and works elsewhere now
        davi.user_ids.active = False
        davi.active = False
        self.contact_a.parent_id = self.client_b
        piece = copy().piece_ids
        self.assertEqual(piece.approver_ids.partner_id, carla)
        self.assertFalse(piece.approver_ids.deputy_id)
        self.assertEqual(piece.approval_quorum, 1)
        self.assertFalse(piece.job_id.requester_id)

    # --- templates ---

    def test_tasks_are_planned_by_working_days_roles_and_order(self):
        template = self.env["client.job.template"].create(
            {
                "name": "Film",
                "task_ids": [
                    Command.create(
                        {"name": "Script", "days_offset": 3, "assignee": "assistants"}
                    ),
                    Command.create(
                        {
                            "name": "Cut",
                            "days_offset": 2,
                            "offset_from": "deadline",
                            "assignee": "traffic",
                        }
                    ),
                    Command.create({"name": "Publish", "assignee": "manager"}),
                ],
            }
        )
        script, cut, publish = template.task_ids
        cut.depend_on_ids = script
        publish.depend_on_ids = cut
        with self.assertRaises(ValidationError), self.cr.savepoint():
            script.depend_on_ids = publish
        template = template.copy()
        self.assertEqual(template.task_ids[1].depend_on_ids, template.task_ids[0])
        # a Thursday; the deadline is a Monday
        with freeze_time("2026-03-05 09:00:00"):
            job = self._create_job(
                template_id=template.id,
                deadline="2026-03-23",
                assistant_ids=[Command.set(self.user_creation.ids)],
                traffic_user_id=self.user_traffic.id,
            )
            job.action_authorize()
        tasks = {task.name.split(": ")[1]: task for task in job.task_ids}
        self.assertEqual(
            {name: task.date_deadline.date() for name, task in tasks.items()},
            {
                "Script": date(2026, 3, 10),
                "Cut": date(2026, 3, 19),
                "Publish": date(2026, 3, 23),
            },
        )
        self.assertEqual(tasks["Script"].user_ids, self.user_creation)
        self.assertEqual(tasks["Cut"].user_ids, self.user_traffic)
        self.assertEqual(tasks["Publish"].user_ids, self.user_manager)
        self.assertEqual(tasks["Cut"].depend_on_ids, tasks["Script"])
        self.assertEqual(tasks["Cut"].state, "04_waiting_normal")
        tasks["Script"].state = "1_done"
        self.assertEqual(tasks["Cut"].state, "01_in_progress")
