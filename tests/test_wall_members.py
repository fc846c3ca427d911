"""Who becomes a member of a wall, who leaves it, and what goes with him."""

from datetime import timedelta

import psycopg2
from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_job import ClientJobCommon


class WallCommon(ClientJobCommon):
    """Client A is restricted; the outsider has every right but no reason."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.client_a.with_user(cls.user_manager).client_restricted = True
        cls.wall = cls.client_a.client_wall_id
        cls.project = cls.env["project.project"].create(
            {"name": "Azul site", "partner_id": cls.client_a.id}
        )

    def _sees(self, user, record=None):
        self.env.cr.flush()
        self.env.invalidate_all()
        record = self.client_a if record is None else record
        return record.with_user(user).has_access("read")

    def _reasons(self, user, client=None):
        self.env.cr.flush()
        rows = self.env["client.wall.member"].search(
            [
                ("client_id", "=", (client or self.client_a).id),
                ("user_id", "=", user.id),
                ("is_current", "=", True),
            ]
        )
        return sorted(rows.mapped("reason"))

    def _assert_reasons(self, user, *reasons):
        self.assertEqual(self._reasons(user), sorted(reasons))
        self.assertEqual(self._sees(user), bool(reasons))

    def _notes(self):
        self.env.cr.flush()
        return (
            self.env["client.history"]
            .search(
                [("client_id", "=", self.client_a.id), ("kind", "=", "access")],
                order="sequence",
            )
            .mapped("note")
        )


@tagged("post_install", "-at_install")
class TestWallSources(WallCommon):
    def _create_task(self, **values):
        return self.env["project.task"].create(
            {"name": "Headline", "project_id": self.project.id, **values}
        )

    def test_team_and_followers(self):
        self.client_a.assistant_ids = self.user_outsider
        self._assert_reasons(self.user_outsider, "assistant")
        self.client_a.message_subscribe(self.user_outsider.partner_id.ids)
        self.client_a.assistant_ids = False
        self._assert_reasons(self.user_outsider, "follower")
        self.client_a.message_unsubscribe(self.user_outsider.partner_id.ids)
        self._assert_reasons(self.user_outsider)

    def test_following_anything_else_is_no_reason(self):
        order = self.env["sale.order"].create({"partner_id": self.client_a.id})
        for record in (order, self.contact_a, self.project):
            record.message_subscribe(self.user_outsider.partner_id.ids)
            self._assert_reasons(self.user_outsider)

    def test_jobs_pieces_and_their_end(self):
        job = self._create_job()
        job.assistant_ids = [Command.link(self.user_outsider.id)]
        self._assert_reasons(self.user_outsider, "job")
        job.piece_ids.with_user(self.user_manager).assigned_user_id = self.user_outsider
        self._assert_reasons(self.user_outsider, "job", "piece")
        job.active = False
        self._assert_reasons(self.user_outsider)
        job.active = True
        self._assert_reasons(self.user_outsider, "job", "piece")
        job.piece_ids.sudo().unlink()
        self._assert_reasons(self.user_outsider, "job")
        job.sudo().unlink()
        self._assert_reasons(self.user_outsider)

    def test_draft_that_goes_to_another_client(self):
        job = self._create_job(assistant_ids=self.user_outsider.ids)
        job.piece_ids.with_user(self.user_manager).assigned_user_id = self.user_traffic
        self._assert_reasons(self.user_outsider, "job")
        job.write({"client_id": self.client_b.id, "requester_id": False})
        self._assert_reasons(self.user_outsider)
        self._assert_reasons(self.user_traffic)
        job.write({"client_id": self.client_a.id})
        self._assert_reasons(self.user_outsider, "job")
        self._assert_reasons(self.user_traffic, "job", "piece")

    def test_task_of_a_project_of_the_client(self):
        task = self._create_task(user_ids=self.user_outsider.ids)
        self._assert_reasons(self.user_outsider, "task")
        other = self.env["project.project"].create({"name": "Elsewhere"})
        task.write({"project_id": other.id, "partner_id": False})
        self._assert_reasons(self.user_outsider)
        task.partner_id = self.contact_a
        self._assert_reasons(self.user_outsider, "task")
        task.active = False
        self._assert_reasons(self.user_outsider)
        task.active = True
        # whoever made it may look at it again
        task.state = "1_done"
        self._assert_reasons(self.user_outsider, "task")
        task.user_ids = [Command.clear()]
        self._assert_reasons(self.user_outsider)
        task.user_ids = self.user_outsider
        task.unlink()
        self._assert_reasons(self.user_outsider)

    def test_project_that_goes_to_another_client(self):
        self._create_task(user_ids=self.user_outsider.ids)
        self.project.task_ids.partner_id = False
        self.project.partner_id = self.client_b
        self.project.task_ids.partner_id = False
        self._assert_reasons(self.user_outsider)
        self.project.partner_id = self.contact_a
        self._assert_reasons(self.user_outsider, "task")

    def test_second_task_keeps_the_reason(self):
        tasks = self._create_task(user_ids=self.user_outsider.ids) | self._create_task(
            user_ids=self.user_outsider.ids
        )
        before = len(self._notes())
        tasks[0].unlink()
        self._assert_reasons(self.user_outsider, "task")
        self.assertEqual(len(self._notes()), before)
        tasks[1].unlink()
        self._assert_reasons(self.user_outsider)
        self.assertIn("no longer sees", self._notes()[-1])

    def test_activity_lets_in_until_it_is_done(self):
        order = self.env["sale.order"].create({"partner_id": self.contact_a.id})
        order.user_id = self.user_manager
        for record in (self.client_a, self.contact_a, order):
            with self.subTest(model=record._name):
                activity = record.with_user(self.user_manager).activity_schedule(
                    "mail.mail_activity_data_todo", user_id=self.user_outsider.id
                )
                self._assert_reasons(self.user_outsider, "activity")
                activity.with_user(self.user_outsider).action_feedback()
                self._assert_reasons(self.user_outsider)

    def test_activity_handed_on(self):
        activity = self.client_a.with_user(self.user_manager).activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.user_outsider.id
        )
        activity.user_id = self.user_traffic
        self._assert_reasons(self.user_outsider)
        self._assert_reasons(self.user_traffic, "activity")
        activity.unlink()
        self._assert_reasons(self.user_traffic)

    def test_activity_keeps_nobody_who_leaves_the_team(self):
        self.client_a.assistant_ids = self.user_outsider
        self.contact_a.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.user_outsider.id
        )
        self._assert_reasons(self.user_outsider, "assistant")
        self.client_a.assistant_ids = False
        self._assert_reasons(self.user_outsider)
        self.assertFalse(self.contact_a.activity_ids)

    def test_restriction_takes_the_people_as_they_are(self):
        self.client_b.message_subscribe(self.user_traffic.partner_id.ids)
        self.client_b.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.user_outsider.id
        )
        self.client_b.message_unsubscribe(self.user_outsider.partner_id.ids)
        self.client_b.client_restricted = True
        self.assertEqual(self._reasons(self.user_traffic, self.client_b), ["follower"])
        self.assertEqual(self._reasons(self.user_outsider, self.client_b), ["activity"])
        self.client_b.client_restricted = False
        self.assertEqual(self._reasons(self.user_traffic, self.client_b), [])
        self.assertTrue(self._sees(self.user_creation, self.client_b))

    def test_archived_user_and_back(self):
        self.client_a.assistant_ids = self.user_outsider
        self.user_outsider.active = False
        self.assertEqual(self._reasons(self.user_outsider), [])
        self.user_outsider.active = True
        self._assert_reasons(self.user_outsider, "assistant")

    def test_user_who_becomes_a_portal_user(self):
        self.client_a.assistant_ids = self.user_creation
        portal = self.env.ref("base.group_portal")
        self.user_creation.group_ids = [Command.set(portal.ids)]
        self.assertEqual(self._reasons(self.user_creation), [])
        self.user_creation.group_ids = [
            Command.set(self.env.ref("client_hub.group_user").ids)
        ]
        self.assertEqual(self._reasons(self.user_creation), ["assistant"])

    def test_user_with_rows_is_not_deleted(self):
        user = self._create_user("hub_short", "client_hub.group_user")
        self.client_a.assistant_ids = user
        self.client_a.assistant_ids = False
        with (
            self.assertRaises(psycopg2.IntegrityError),
            mute_logger("odoo.sql_db"),
            self.cr.savepoint(),
        ):
            user.unlink()

    def test_history_names_reason_and_person(self):
        self.client_a.with_user(self.user_manager).assistant_ids = self.user_outsider
        self.client_a.message_subscribe(self.user_outsider.partner_id.ids)
        self.client_a.with_user(self.user_manager).assistant_ids = False
        self.client_a.message_unsubscribe(self.user_outsider.partner_id.ids)
        self.assertEqual(
            self._notes()[-4:],
            [
                "Hub Outsider sees the client: Assistant",
                "Hub Outsider sees the client also as: Follower",
                "Hub Outsider still sees the client, but no longer as: Assistant",
                "Hub Outsider no longer sees the client: Follower",
            ],
        )


@tagged("post_install", "-at_install")
class TestWallSelfAssignment(WallCommon):
    """Nobody opens the wall for himself."""

    def _assert_refused(self, call, *args):
        with self.assertRaises(AccessError) as caught, self.cr.savepoint():
            call(*args)
        self.assertNotIn("Azul", str(caught.exception))
        self._assert_reasons(self.user_outsider)

    def _mine(self, model, **values):
        self.env.cr.flush()
        self.env.invalidate_all()
        return self.env[model].with_user(self.user_outsider).create(values)

    def test_own_task_moved_into_the_clients_project(self):
        own = self.env["project.project"].create({"name": "Mine"})
        task = self._mine(
            "project.task",
            name="Mine",
            project_id=own.id,
            user_ids=self.user_outsider.ids,
        )
        for vals in (
            {"project_id": self.project.id},
            {"partner_id": self.client_a.id},
            {"partner_id": self.contact_a.id},
        ):
            with self.subTest(**vals):
                self._assert_refused(task.write, vals)
                self._assert_refused(
                    task.create,
                    [{"name": "New", "user_ids": self.user_outsider.ids, **vals}],
                )
        # the twin: a project that he sees
        other = self.env["project.project"].create({"name": "Other"})
        task.project_id = other
        self.assertEqual(task.project_id, other)

    def test_own_project_given_to_the_client(self):
        own = self._mine("project.project", name="Mine")
        self._mine(
            "project.task",
            name="Mine",
            project_id=own.id,
            user_ids=self.user_outsider.ids,
        )
        self._assert_refused(own.write, {"partner_id": self.client_a.id})

    def test_activity_created_or_moved_by_rpc(self):
        own = self._mine("res.partner", name="Mine")
        todo = self.env.ref("mail.mail_activity_data_todo")
        model_id = self.env["ir.model"]._get_id("res.partner")
        vals = {
            "activity_type_id": todo.id,
            "res_model_id": model_id,
            "user_id": self.user_outsider.id,
        }
        activity = self._mine("mail.activity", **vals, res_id=own.id)
        for target in (self.client_a, self.contact_a):
            self._assert_refused(activity.create, [{**vals, "res_id": target.id}])
            self._assert_refused(activity.write, {"res_id": target.id})
        order = self.env["sale.order"].create({"partner_id": self.client_a.id})
        self._assert_refused(
            activity.write,
            {
                "res_model_id": self.env["ir.model"]._get_id("sale.order"),
                "res_id": order.id,
            },
        )

    def test_followers_by_rpc(self):
        partner = self.user_outsider.partner_id
        self._assert_refused(
            self.env["mail.followers"].with_user(self.user_outsider).create,
            [
                {
                    "res_model": "res.partner",
                    "res_id": self.client_a.id,
                    "partner_id": partner.id,
                }
            ],
        )
        self.client_a.with_user(self.user_outsider).message_subscribe(partner.ids)
        self._assert_reasons(self.user_outsider)
        edit = self.env["mail.followers.edit"].with_user(self.user_outsider)
        values = {
            "res_model": "res.partner",
            "res_ids": str(self.client_a.ids),
            "operation": "add",
        }
        # for himself Odoo answers without an error, and does nothing
        edit.create({**values, "partner_ids": partner.ids}).edit_followers()
        self._assert_reasons(self.user_outsider)
        others = self.user_traffic.partner_id
        with self.assertRaises(AccessError), self.cr.savepoint():
            edit.create({**values, "partner_ids": others.ids}).edit_followers()
        self._assert_reasons(self.user_traffic)

    def test_row_granted_to_oneself(self):
        vals = {
            "wall_id": self.wall.id,
            "user_id": self.user_outsider.id,
            "note": "Because",
        }
        rows = self.env["client.wall.member"].with_user(self.user_outsider)
        self._assert_refused(rows.create, [vals])
        self._assert_refused(
            self.wall.with_user(self.user_outsider).write,
            {"user_ids": [Command.link(self.user_outsider.id)]},
        )

    def test_member_may_let_others_in(self):
        task = (
            self.env["project.task"]
            .with_user(self.user_manager)
            .create({"name": "Ours", "project_id": self.project.id})
        )
        task.user_ids = self.user_outsider
        self._assert_reasons(self.user_outsider, "task")


@tagged("post_install", "-at_install")
class TestWallByHand(WallCommon):
    def _grant(self, user, **values):
        return (
            self.env["client.wall.member"]
            .with_user(user)
            .create(
                {
                    "wall_id": self.wall.id,
                    "user_id": self.user_outsider.id,
                    "note": "Stands in for Ana",
                    **values,
                }
            )
        )

    def test_who_may_grant(self):
        for user, may in (
            (self.user_manager, True),
            (self.user_admin_hub, True),
            (self.user_accountant, False),
            (self.user_traffic, False),
            (self.user_outsider, False),
        ):
            with self.subTest(user=user.login):
                if may:
                    row = self._grant(user)
                    self._assert_reasons(self.user_outsider, "manual")
                    row.action_end()
                    self._assert_reasons(self.user_outsider)
                else:
                    with self.assertRaises(AccessError), self.cr.savepoint():
                        self._grant(user)

    def test_grant_says_why(self):
        for note in (False, "  "):
            with self.assertRaises(ValidationError), self.cr.savepoint():
                self._grant(self.user_manager, note=note)
        with self.assertRaises(ValidationError), self.cr.savepoint():
            self._grant(self.user_manager, user_id=self.portal_a.id)

    def test_grant_forges_nothing(self):
        long_ago = fields.Datetime.now() - timedelta(days=90)
        for values in (
            {"since": long_ago},
            {"reason": "manager"},
            {"res_model": "res.partner", "res_id": self.client_a.id},
        ):
            with self.subTest(**values), self.assertRaises(AccessError):
                with self.cr.savepoint():
                    self._grant(self.user_admin_hub, **values)
        # nor through the defaults of a context
        row = (
            self.env["client.wall.member"]
            .with_user(self.user_admin_hub)
            .with_context(default_since=long_ago, default_reason="manual")
            .create(
                {
                    "wall_id": self.wall.id,
                    "user_id": self.user_outsider.id,
                    "note": "Helps out",
                }
            )
        )
        self.assertGreater(row.since, long_ago + timedelta(days=80))

    def test_rows_of_sources_are_nobodys_to_change(self):
        row = self.wall.member_ids.filtered(lambda row: row.reason == "manager")
        for values in ({"until": fields.Datetime.now()}, {"note": "x"}):
            with self.assertRaises(AccessError), self.cr.savepoint():
                row.with_user(self.user_admin_hub).write(values)
        with self.assertRaises(UserError):
            row.with_user(self.user_admin_hub).action_end()
        ended = self._grant(self.user_manager)
        ended.action_end()
        with self.assertRaises(AccessError), self.cr.savepoint():
            ended.until = fields.Datetime.now() + timedelta(days=3)

    def test_sight_ends_by_the_clock_and_traces_with_the_cron(self):
        now = fields.Datetime.now()
        row = self._grant(self.user_manager, until=now + timedelta(hours=2))
        trigger = self.env["ir.cron.trigger"].search(
            [("cron_id", "=", self.env.ref("client_hub.ir_cron_client_wall_end").id)]
        )
        self.assertIn(row.until, trigger.mapped("call_at"))
        self._assert_reasons(self.user_outsider, "manual")
        order = self.env["sale.order"].create({"partner_id": self.client_a.id})
        order.message_subscribe(self.user_outsider.partner_id.ids)
        with freeze_time(now + timedelta(hours=3)):
            self.wall._forget_open_ids()
            self._assert_reasons(self.user_outsider)
            self.assertIn(self.user_outsider, self.wall.user_ids)
            self.env["client.wall.member"]._cron_end()
            self.assertNotIn(self.user_outsider, self.wall.user_ids)
            self.assertNotIn(
                self.user_outsider.partner_id, order.message_follower_ids.partner_id
            )
            self.assertEqual(
                self._notes()[-1],
                "Hub Outsider no longer sees the client: Granted by hand, "
                "“Stands in for Ana”",
            )
            # once is enough
            before = len(self._notes())
            self.env["client.wall.member"]._cron_end()
            self.assertEqual(len(self._notes()), before)

    def test_end_moved(self):
        row = self._grant(self.user_manager)
        row.until = fields.Datetime.now() + timedelta(days=1)
        self._assert_reasons(self.user_outsider, "manual")
        row.with_user(self.user_manager).until = fields.Datetime.now()
        self._assert_reasons(self.user_outsider)

    def test_lifting_ends_what_was_granted(self):
        row = self._grant(self.user_manager)
        self.client_a.client_restricted = False
        self.assertTrue(row.until)
        self.client_a.client_restricted = True
        self._assert_reasons(self.user_outsider)
        self._assert_reasons(self.user_manager, "manager")

    def test_who_reads_the_rows(self):
        self._grant(self.user_manager)
        self.env.flush_all()
        self.env.invalidate_all()
        for user, may in (
            (self.user_manager, True),
            (self.user_admin_hub, True),
            (self.user_accountant, True),
        ):
            rows = self.env["client.wall.member"].with_user(user)
            found = rows.search([("client_id", "=", self.client_a.id)])
            self.assertEqual(bool(found), may, user.login)
        other = self._create_user("hub_other", "client_hub.group_account_manager")
        rows = self.env["client.wall.member"].with_user(other)
        self.assertFalse(rows.search([("client_id", "=", self.client_a.id)]))
        self.assertFalse(self.env["client.wall.period"].with_user(other).search([]))
