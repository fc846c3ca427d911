"""A job ends with its work: what is left when its pieces are approved, or it waits."""

import importlib.util
from datetime import date
from pathlib import Path

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .common_job import ClientJobCommon

UPGRADES = Path(__file__).resolve().parent.parent / "migrations"


@tagged("post_install", "-at_install")
class TestJobClosing(ClientJobCommon):
    def _decide(self, piece, decision="approved"):
        # sudo as the portal's controller does, after its own check
        piece.sudo()._portal_decide(
            piece.current_version_id, self.contact_a, decision, "Because"
        )

    def _send(self, piece):
        self._create_version(piece)
        piece.with_user(self.user_traffic).action_send_to_client()

    def _approved(self):
        """Return a job whose piece is approved, and its other, open task."""
        piece = self._create_sent_piece()
        job = piece.job_id
        task = job.task_ids - piece.task_ids
        self._decide(piece)
        return job, task

    # --- all pieces are approved ---

    def test_a_job_with_open_tasks_stays_in_work_and_says_so(self):
        job, task = self._approved()
        self.assertEqual(job.state, "in_production")
        self.assertEqual(job.portal_state, "in_production")
        self.assertFalse(task.is_closed)
        seen = job.with_user(self.user_manager)
        self.assertIn("One task is still open", seen.closing_sentence)
        activity = job.closing_activity_id
        self.assertEqual(activity.user_id, self.user_manager)
        self.assertIn("1 open", activity.summary)
        self.assertIn(task.name, activity.note)
        # one to-do, however often the pieces are looked at
        job._follow_pieces()
        self.assertEqual(job.activity_ids & activity, activity)
        self.assertEqual(job.closing_activity_id, activity)

    def test_the_last_task_closes_the_job(self):
        job, task = self._approved()
        other = task.copy({"client_job_id": job.id})
        activity = job.closing_activity_id
        task.with_user(self.user_creation).state = "1_done"
        self.assertEqual(job.state, "in_production")
        other.with_user(self.user_creation).state = "1_canceled"
        self.assertEqual(job.state, "done")
        self.assertTrue(job.done_date)
        self.assertFalse(activity.exists())
        self.assertFalse(job.closing_sentence)

    def test_a_deleted_task_is_no_work_either(self):
        job, task = self._approved()
        task.unlink()
        self.assertEqual(job.state, "done")

    def test_without_open_tasks_the_approval_closes_the_job(self):
        piece = self._create_sent_piece()
        (piece.job_id.task_ids - piece.task_ids).state = "1_done"
        self._decide(piece)
        self.assertEqual(piece.job_id.state, "done")
        self.assertFalse(piece.job_id.closing_activity_id)

    def test_tasks_alone_close_no_job(self):
        piece = self._create_sent_piece()
        piece.job_id.task_ids.write({"state": "1_done"})
        self.assertEqual(piece.job_id.state, "awaiting_approval")

    def test_the_task_of_a_refused_piece_keeps_no_job_open(self):
        job = self._create_job()
        first = job.piece_ids
        second = self.env["client.piece"].create(
            {"job_id": job.id, "name": "Second", "type_id": self.type_text.id}
        )
        job.action_authorize()
        self._send(first)
        self._send(second)
        (job.task_ids - first.task_ids - second.task_ids).state = "1_done"
        self._decide(first, "refused")
        self._decide(second)
        self.assertEqual(job.state, "done")

    def test_another_piece_takes_the_to_do_away(self):
        job, _task = self._approved()
        activity = job.closing_activity_id
        self.env["client.piece"].create(
            {"job_id": job.id, "name": "Second", "type_id": self.type_text.id}
        )
        self.assertFalse(activity.exists())
        self.assertFalse(job.closes_with_tasks)

    def test_the_manager_closes_it_with_what_is_open(self):
        job, task = self._approved()
        activity = job.closing_activity_id
        action = job.with_user(self.user_manager).action_ask_done()
        wizard = self.env[action["res_model"]].with_user(self.user_manager)
        wizard = wizard.with_context(**action["context"]).create({"open_tasks": "keep"})
        self.assertEqual(wizard.task_count, 1)
        wizard.action_apply()
        self.assertEqual(job.state, "done")
        self.assertFalse(task.is_closed)
        self.assertFalse(activity.exists())
        # taken up again, it closes with nobody's task
        job.with_user(self.user_manager).action_reopen()
        task.state = "1_done"
        self.assertEqual(job.state, "in_production")

    def test_nobody_writes_what_follows(self):
        job, _task = self._approved()
        for user in (self.user_creation, self.user_admin_hub):
            with self.assertRaises(AccessError):
                job.with_user(user).write({"closes_with_tasks": False})
        with self.assertRaises(AccessError):
            job.with_user(self.portal_a).read(["closing_sentence"])
        self.env.cr.precommit.run()
        rows = self.env["client.history"].search(
            [("model", "=", "client.job"), ("res_id", "=", job.id)]
        )
        names = {change.get("field") for row in rows for change in row.changes or []}
        self.assertIn("state", names)
        self.assertFalse(
            names & {"closes_with_tasks", "clock_holder", "hold_activity_id"}
        )

    def test_what_was_decided_while_the_job_was_on_hold(self):
        piece = self._create_sent_piece()
        job = piece.job_id
        (job.task_ids - piece.task_ids).state = "1_done"
        job.action_hold()
        self._decide(piece)
        self.assertEqual(job.state, "on_hold")
        job.action_resume()
        self.assertEqual(job.state, "done")

    def test_a_hold_ends_with_the_tasks_still_open(self):
        job, task = self._approved()
        activity = job.closing_activity_id
        job.action_hold()
        self.assertFalse(task.active)
        self.assertFalse(activity.active)
        job.action_resume()
        self.assertEqual(job.state, "in_production")
        self.assertTrue(task.active and activity.active)
        task.state = "1_done"
        self.assertEqual(job.state, "done")

    # --- on hold ---

    def _plan(self, record, deadline, user=None):
        return record.activity_schedule(
            "mail.mail_activity_data_call",
            date_deadline=deadline,
            user_id=(user or self.user_creation).id,
            summary="Call",
        )

    def _due(self, user):
        """Return the activities that a person is shown as due or planned."""
        activities = self.env["mail.activity"].with_user(user)
        return activities.search([("user_id", "=", user.id)])

    def test_activities_are_put_away_and_come_back(self):
        with freeze_time("2026-03-02 09:00:00"):
            job = self._create_job()
            job.action_authorize()
            late = self._plan(job, date(2026, 2, 20), self.user_manager)
            meanwhile = self._plan(job.piece_ids, date(2026, 3, 5))
            later = self._plan(job.task_ids[:1], date(2026, 4, 1))
            job.hold_until = date(2026, 3, 20)
            job.action_hold()
            job._remind_of_hold()
            mine = late | meanwhile | later
            for user in (self.user_creation, self.user_manager):
                self.assertFalse(self._due(user) & mine)
            # put away isn't done
            self.assertFalse(any(mine.mapped("date_done")))
            self.assertEqual(set(mine.mapped("state")), {"planned"})
            # the reminder to go on is due all the same
            self.assertTrue(job.hold_activity_id.active)
            self.assertRegex(job.hold_sentence, "tasks: 2, activities: 3")
        with freeze_time("2026-03-10 09:00:00"):
            job.action_resume()
        self.assertEqual(self._due(self.user_creation) & mine, meanwhile | later)
        self.assertEqual(self._due(self.user_manager) & mine, late)
        self.assertEqual(late.date_deadline, date(2026, 2, 20))
        self.assertEqual(meanwhile.date_deadline, date(2026, 3, 10))
        self.assertEqual(later.date_deadline, date(2026, 4, 1))
        self.assertFalse(any(mine.mapped("client_parked_date")))

    def test_what_was_done_before_stays_done(self):
        job = self._create_job()
        job.action_authorize()
        done = self._plan(job, date(2026, 3, 5), self.user_manager)
        done.action_feedback()
        job.action_hold()
        job.action_resume()
        self.assertFalse(done.exists().active)

    def test_cancelled_while_on_hold(self):
        job = self._create_job()
        job.action_authorize()
        early = self._plan(job, date(2026, 3, 5))
        call = self._plan(job, date(2026, 3, 5), self.user_manager)
        job.action_hold()
        job.action_cancel()
        self.assertFalse(early.exists())
        self.assertTrue(call.active)

    def test_nobody_puts_an_activity_away_by_hand(self):
        job = self._create_job()
        call = self._plan(job, date(2026, 3, 5), self.user_manager)
        for user in (self.user_manager, self.user_admin_hub):
            with self.assertRaises(AccessError):
                call.with_user(user).write({"client_parked_date": "2026-03-01"})
        with self.assertRaises(AccessError):
            call.with_user(self.user_manager).copy({"client_parked_date": "2026-03-01"})

    def test_an_upgrade_puts_away_what_belongs_to_jobs_on_hold(self):
        job = self._create_job()
        job.action_authorize()
        job.hold_until = date(2099, 3, 20)
        job.action_hold()
        job._remind_of_hold()
        call = self._plan(job, date(2026, 3, 5), self.user_manager)
        path = UPGRADES / "19.0.1.5.0/post-hold.py"
        spec = importlib.util.spec_from_file_location("post_hold", path)
        upgrade = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(upgrade)
        upgrade.migrate(self.env.cr, "19.0.1.4.0")
        self.env.invalidate_all()
        self.assertFalse(call.active)
        self.assertTrue(job.hold_activity_id.active)
        job.action_resume()
        self.assertTrue(call.active)
