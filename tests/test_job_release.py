"""Nobody in creation has work from a job before it is authorised or at risk."""

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.service.model import call_kw
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common_job import ClientJobCommon

# how to get to a state in which nobody may have work
STOPPED = {
    "draft": (),
    "requested": ("action_request",),
    "refused": ("action_request", "_refuse"),
    "cancelled": ("action_cancel",),
    "on hold": ("action_authorize", "action_hold"),
    "at risk, on hold": ("action_mark_at_risk", "action_hold"),
    "authorised, cancelled": ("action_authorize", "action_cancel"),
    "authorised, taken back": ("action_authorize", "action_cancel", "_take_back"),
}


@tagged("post_install", "-at_install")
class TestJobRelease(ClientJobCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template.piece_ids.user_id = cls.user_creation
        cls.released = cls._create_job(name="Released")
        cls.released.action_authorize()
        cls.released = cls.env["client.job"].browse(cls.released.id)
        cls.elsewhere = cls.env["project.project"].create({"name": "Our own website"})
        cls.loose = cls.env["project.task"].create(
            {
                "name": "Loose",
                "project_id": cls.elsewhere.id,
                "user_ids": [Command.set(cls.user_creation.ids)],
            }
        )
        cls.people = (
            cls.user_creation | cls.user_traffic | cls.user_manager | cls.user_outsider
        )

    def _stopped_job(self, steps):
        job = self._create_job(name="Stopped")
        for step in steps:
            if step == "_refuse":
                job.write({"state": "refused"})
            elif step == "_take_back":
                job.write({"state": "requested"})
            else:
                getattr(job, step)()
        return self.env["client.job"].browse(job.id)

    def _board(self, user):
        """Return what a person has on its lists of open work."""
        tasks = self.env["project.task"].with_user(user)
        return tasks.search(
            [
                ("user_ids", "in", user.ids),
                ("state", "not in", ("1_done", "1_canceled")),
            ]
        )

    def _routes(self, job, env):
        """Return the ways to a task of a job: ``{name: function}``."""
        tasks, creation = env["project.task"], self.user_creation
        vals = {"name": "Early", "client_job_id": job.id}
        mine = [Command.set(creation.ids)]
        piece = job.piece_ids[:1]
        task = env["project.task"].browse(self.released.task_ids[0].id)
        loose = env["project.task"].browse(self.loose.id)
        project = env["project.project"].browse(self.released.project_id.id)
        return {
            "create": lambda: tasks.create(vals),
            "create, assigned": lambda: tasks.create({**vals, "user_ids": mine}),
            "create, closed": lambda: tasks.create({**vals, "active": False}).write(
                {"active": True}
            ),
            "create as rpc": lambda: call_kw(tasks, "create", [[vals]], {}),
            "create and save as the screen": lambda: tasks.web_save(vals, {}),
            "default": lambda: tasks.with_context(default_client_job_id=job.id).create(
                {"name": "Early"}
            ),
            "quick create": lambda: tasks.with_context(
                default_client_job_id=job.id
            ).name_create("Early"),
            "import": lambda: self._import(tasks, job),
            "of the job's form": lambda: (
                env["client.job"]
                .browse(job.id)
                .write({"task_ids": [Command.create({"name": "Early"})]})
            ),
            "of the project": lambda: project.write(
                {"task_ids": [Command.create(vals)]}
            ),
            "of a piece": lambda: tasks.create(
                {"name": "Early", "client_piece_id": piece.id}
            ),
            "linked later": lambda: loose.write({"client_job_id": job.id}),
            "linked later, as rpc": lambda: call_kw(
                loose, "web_save", [loose.ids, {"client_job_id": job.id}, {}], {}
            ),
            "linked to its piece": lambda: loose.write({"client_piece_id": piece.id}),
            "moved from another job": lambda: task.write(
                {"client_job_id": job.id, "client_piece_id": False}
            ),
            "copied": lambda: task.copy(
                {"client_job_id": job.id, "client_piece_id": False}
            ),
            "sub-task": lambda: tasks.create({**vals, "parent_id": task.id}),
            "sub-task of any task": lambda: loose.write(
                {"child_ids": [Command.create(vals)]}
            ),
            "from a template": lambda: self._from_template(env, job),
            "without a job, in the client's project": lambda: tasks.create(
                {"name": "Early", "project_id": project.id, "user_ids": mine}
            ),
            "moved into the client's project": lambda: loose.write(
                {"project_id": project.id}
            ),
            "converted to a sub-task, and out again": lambda: self._convert(
                loose, task, job
            ),
            "repeated": lambda: tasks.create(
                {**vals, "recurring_task": True, "repeat_unit": "day"}
            ),
            "blocked by another task": lambda: tasks.create(
                {**vals, "depend_on_ids": [Command.link(task.id)]}
            ),
        }

    def _import(self, tasks, job):
        result = tasks.load(["name", "client_job_id/.id"], [["Early", str(job.id)]])
        errors = [row for row in result["messages"] if row["type"] == "error"]
        if errors:
            raise UserError(errors[0]["message"])
        return result

    def _from_template(self, env, job):
        template = env["project.task"].create(
            {"name": "Model", "project_id": self.elsewhere.id, "is_template": True}
        )
        template.action_create_from_template({"client_job_id": job.id})

    def _convert(self, loose, task, job):
        loose.parent_id = task
        loose.write({"parent_id": False, "client_job_id": job.id})

    def test_no_route_leads_to_a_task(self):
        before = {user: self._board(user) for user in self.people}
        for state, steps in STOPPED.items():
            # nothing but the rule stops the superuser
            users = [self.env.user]
            if state in ("requested", "on hold"):
                users += [self.user_creation, self.user_outsider]
            job = self._stopped_job(steps)
            known = job.task_ids
            for user in users:
                env = self.env(user=user)
                names = list(self._routes(job, env))
                for name in names:
                    with self.subTest(state=state, user=user.login, route=name):
                        with (
                            self.assertRaises(UserError) as caught,
                            mute_logger("odoo.models.unlink"),
                            self.cr.savepoint(),
                        ):
                            self._routes(job, env)[name]()
                            self.env.flush_all()
                        self.assertGreater(len(str(caught.exception)), 20)
                self.env.invalidate_all()
            self.assertEqual(job.task_ids, known)
            self.assertFalse(
                known.filtered(lambda task: task.active and not task.is_closed)
            )
        for user in self.people:
            self.assertEqual(self._board(user), before[user])

    def test_the_same_routes_lead_to_a_task_of_an_authorised_job(self):
        """So that the refusals above are for the right reason."""
        env = self.env(user=self.user_traffic)
        other = self._create_job(name="Authorised too")
        other.action_authorize()
        refused = {
            "of the project",  # a right of project managers
            # a project of client's jobs needs the job
            "without a job, in the client's project",
            "moved into the client's project",
            # to another job than that of the task above
            "sub-task",
        }
        job = self.env["client.job"].browse(other.id)
        for name in self._routes(job, env).keys() - refused:
            with self.subTest(route=name), self.cr.savepoint():
                before = job.task_ids
                self._routes(job, env)[name]()
                self.env.flush_all()
                self.assertTrue(job.task_ids - before)
                self.loose.write(
                    {"client_job_id": False, "client_piece_id": False, "active": True}
                )

    def test_the_form_says_why(self):
        job = self._stopped_job(("action_request",))
        with self.assertRaisesRegex(ValidationError, "not authorised yet"):
            with Form(
                self.env["project.task"]
                .with_user(self.user_traffic)
                .with_context(default_client_job_id=job.id)
            ) as form:
                form.name = "Early"

    @mute_logger("odoo.sql_db")
    def test_the_database_refuses_what_passes_the_addon(self):
        job = self._stopped_job(("action_request",))
        self.env.flush_all()
        for statement in (
            "UPDATE project_task SET client_job_id = %s WHERE id = %s",
            "INSERT INTO project_task (name, client_job_id, priority, state)"
            " SELECT 'Early', %s, priority, state FROM project_task WHERE id = %s",
        ):
            with self.assertRaises(IntegrityError), self.cr.savepoint():
                self.cr.execute(statement, [job.id, self.loose.id])

    # --- activities, pieces, mail, portal ---

    def test_an_activity_is_work_too(self):
        for state, steps in STOPPED.items():
            job = self._stopped_job(steps)
            for record in (job, job.piece_ids[:1]):
                record = record.with_user(self.user_manager)
                own = record.activity_schedule(
                    "mail.mail_activity_data_todo", user_id=self.user_manager.id
                )
                routes = (
                    lambda record=record: record.activity_schedule(
                        "mail.mail_activity_data_todo", user_id=self.user_creation.id
                    ),
                    lambda own=own: own.write({"user_id": self.user_creation.id}),
                    lambda record=record: self._plan(record, self.user_creation),
                )
                for number, route in enumerate(routes):
                    with (
                        self.subTest(state=state, model=record._name, route=number),
                        self.assertRaises(UserError),
                        self.cr.savepoint(),
                    ):
                        route()
                self._plan(record, self.user_traffic)
        activity = self.released.with_user(self.user_manager).activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.user_creation.id
        )
        self.assertEqual(activity.user_id, self.user_creation)

    def _plan(self, record, user):
        wizard = (
            self.env["mail.activity.schedule"]
            .with_user(self.user_manager)
            .create(
                {
                    "res_model": record._name,
                    "res_ids": str(record.ids),
                    "activity_type_id": self.env.ref("mail.mail_activity_data_todo").id,
                    "activity_user_id": user.id,
                }
            )
        )
        wizard.action_schedule_activities()

    def test_a_piece_is_handed_out_when_there_is_work(self):
        for state, steps in STOPPED.items():
            job = self._stopped_job(steps)
            piece = job.piece_ids.with_user(self.user_traffic)
            piece.sudo().assigned_user_id = False
            with (
                self.subTest(state=state),
                self.assertRaises(ValidationError),
                self.cr.savepoint(),
            ):
                piece.assigned_user_id = self.user_creation
            piece.assigned_user_id = self.user_manager
        held = self._stopped_job(("action_authorize", "action_hold"))
        with self.assertRaisesRegex(UserError, "on hold"):
            held.piece_ids.with_user(self.user_creation).action_start()

    def test_a_request_of_the_portal_gives_nobody_a_task(self):
        # who answers for the client is of creation: told, but without a to-do
        self.client_a.account_manager_id = self.user_creation
        job = self._create_request()
        self.assertFalse(job.task_ids)
        self.assertFalse(job.activity_ids)
        self.assertEqual(job.state, "requested")

    def test_a_mail_makes_no_task(self):
        job = self._stopped_job(("action_request",))
        domain = self.env["mail.alias.domain"].create(
            {"name": "in.example", "bounce_alias": "bounce", "catchall_alias": "catch"}
        )
        project = self.released.project_id
        count = self.env["project.task"].search_count([])
        for name, defaults in (
            ("project", {"project_id": project.id}),
            ("job", {"project_id": project.id, "client_job_id": job.id}),
        ):
            self.env["mail.alias"].create(
                {
                    "alias_name": f"early-{name}",
                    "alias_domain_id": domain.id,
                    "alias_model_id": self.env["ir.model"]._get_id("project.task"),
                    "alias_defaults": repr(defaults),
                }
            )
            mail = (
                f"From: paula@azul.example\nTo: early-{name}@in.example\n"
                f"Subject: Please do\nMessage-Id: <{name}@azul.example>\n\nNow!"
            )
            self.env["mail.thread"].message_process(False, mail)
            with self.subTest(alias=name):
                self.assertEqual(self.env["project.task"].search_count([]), count)
                bounce = self.env["mail.mail"].search([], order="id desc", limit=1)
                self.assertIn("early-", bounce.body_html + (bounce.reply_to or ""))

    # --- families, copies ---

    def test_sub_tasks_belong_to_the_same_job(self):
        tasks = self.env["project.task"].with_user(self.user_traffic)
        parent = tasks.browse(self.released.task_ids[0].id)
        child = tasks.create({"name": "Part", "parent_id": parent.id})
        self.assertEqual(child.client_job_id, self.released)
        other = self._create_job()
        other.action_authorize()
        with self.assertRaises(ValidationError), self.cr.savepoint():
            child.client_job_id = other
        parent.write({"client_job_id": other.id, "client_piece_id": False})
        self.assertEqual(child.client_job_id, other)
        self.loose.parent_id = parent
        self.assertEqual(self.loose.client_job_id, other)

    def test_a_copied_project_leaves_the_jobs_behind(self):
        parent = self.released.task_ids[0]
        self.env["project.task"].create({"name": "Part", "parent_id": parent.id})
        self.released.with_user(self.user_manager).action_cancel()
        count = len(self.released.task_ids)
        copy = self.released.project_id.copy()
        tasks = self.env["project.task"].search([("project_id", "=", copy.id)])
        self.assertTrue(tasks)
        self.assertFalse(tasks.client_job_id)
        self.assertFalse(copy.is_client_jobs)
        self.released.invalidate_recordset()
        self.assertEqual(len(self.released.task_ids), count)

    def test_a_recurring_task_stops_with_its_job(self):
        task = self.released.task_ids[0]
        task.project_id.allow_recurring_tasks = True
        task.write({"recurring_task": True, "repeat_unit": "day", "repeat_interval": 1})
        task.state = "1_done"
        following = task.recurrence_id.task_ids - task
        self.assertEqual(following.client_job_id, self.released)
        self.released.with_user(self.user_manager).action_cancel()
        self.assertEqual(task.recurrence_id.task_ids, task | following)
        self.assertEqual(following.state, "1_canceled")

    # --- what becomes of existing tasks ---

    def test_work_on_hold_leaves_the_lists_and_comes_back(self):
        job = self.released.with_user(self.user_manager)
        done, *_open = job.task_ids
        done.state = "1_done"
        mine = self._board(self.user_creation) & job.task_ids
        self.assertTrue(mine)
        count = job.task_count
        progress = job.progress
        job.action_hold()
        self.assertFalse(self._board(self.user_creation) & job.task_ids)
        self.assertTrue(done.active)
        self.assertEqual((job.task_count, job.progress), (count, progress))
        put_away = mine[0]
        for values in (
            {"active": True},
            {"active": True, "state": "01_in_progress"},
            {"active": True, "user_ids": [Command.link(self.user_traffic.id)]},
        ):
            with self.assertRaisesRegex(ValidationError, "on hold"):
                with self.cr.savepoint():
                    put_away.with_user(self.user_traffic).write(values)
        with self.assertRaises(AccessError):
            put_away.with_user(self.user_manager).client_parked_state = False
        job.action_resume()
        self.assertEqual(self._board(self.user_creation) & job.task_ids, mine)
        self.assertEqual(done.state, "1_done")

    def test_cancelled_work_comes_back_when_the_job_is_reopened(self):
        job = self.released.with_user(self.user_manager)
        finished, *_open = job.task_ids
        finished.state = "1_done"
        mine = self._board(self.user_creation) & job.task_ids
        job.action_hold()
        job.action_cancel()
        self.assertEqual(set(job.task_ids.mapped("state")), {"1_done", "1_canceled"})
        self.assertTrue(all(job.task_ids.mapped("active")))
        job.action_reopen()
        self.assertEqual(self._board(self.user_creation) & job.task_ids, mine)

    def test_a_job_taken_back_is_authorised_anew(self):
        job = self._stopped_job(STOPPED["authorised, taken back"])
        self.assertFalse(job.released_date)
        self.assertFalse(job.released_by_id)
        count = len(job.task_ids)
        job.with_user(self.user_manager).action_authorize()
        self.assertEqual(len(job.task_ids), count)
        self.assertTrue(all(not task.is_closed for task in job.task_ids))

    def test_activities_of_creation_end_with_the_job(self):
        for user in (self.user_creation, self.user_traffic):
            self.released.activity_schedule(
                "mail.mail_activity_data_todo", user_id=user.id
            )
        self.released.with_user(self.user_manager).action_cancel()
        self.assertEqual(self.released.activity_ids.user_id, self.user_traffic)
