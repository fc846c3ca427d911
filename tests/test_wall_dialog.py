"""What the dialog before saving says, and that asking changes nothing."""

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from .test_wall_members import WallCommon


@tagged("post_install", "-at_install")
class TestWallPreview(WallCommon):
    def _preview(self, record, user=None, model=None, **vals):
        self.env.cr.flush()
        self.env.invalidate_all()
        before = self._state()
        wall = self.env["client.wall"].with_user(user or self.user_manager)
        groups = wall.wall_preview(
            model or record._name, record.id if record else False, vals
        )
        self.env.invalidate_all()
        self.assertEqual(self._state(), before)
        return groups

    def _state(self):
        """Return what a preview must leave as it is."""
        return (
            self.env["client.wall.member"].search_count([]),
            self.env["client.wall.member"].search([("until", "=", False)]).ids,
            self.env["client.history"].search_count([]),
            self.env["mail.message"].search_count([]),
            self.env["client.wall"].search([]).ids,
            self.client_a.assistant_ids.ids,
            self.client_b.client_restricted,
            self.env.registry["client.wall"]._has_walls(self.env["client.wall"]),
        )

    def _said(self, groups):
        return [
            (
                group["client"],
                group["kind"],
                [(person["name"], person["reasons"]) for person in group["gain"]],
                [(person["name"], person["reasons"]) for person in group["lose"]],
            )
            for group in groups
        ]

    def test_change_of_the_team(self):
        self.client_a.assistant_ids = self.user_outsider
        groups = self._preview(
            self.client_a, assistant_ids=[Command.set(self.user_creation.ids)]
        )
        self.assertEqual(
            self._said(groups),
            [
                (
                    "Azul Cosmetics",
                    "change",
                    [("Hub Creation", "Assistant")],
                    [("Hub Outsider", "Assistant")],
                )
            ],
        )

    def test_said_is_done(self):
        self.client_a.assistant_ids = self.user_outsider
        vals = {"assistant_ids": [Command.set(self.user_creation.ids)]}
        (group,) = self._preview(self.client_a, **vals)
        before = self.wall.user_ids
        self.client_a.write(vals)
        after = self.wall.user_ids
        self.assertEqual((after - before).mapped("name"), [group["gain"][0]["name"]])
        self.assertEqual((before - after).mapped("name"), [group["lose"][0]["name"]])

    def test_another_reason_loses_nothing(self):
        self.client_a.assistant_ids = self.user_outsider
        self.client_a.message_subscribe(self.user_outsider.partner_id.ids)
        vals = {"assistant_ids": [Command.clear()]}
        self.assertEqual(self._preview(self.client_a, **vals), [])

    def test_who_sees_everything_is_not_named(self):
        vals = {"assistant_ids": [Command.link(self.user_admin_hub.id)]}
        self.assertEqual(self._preview(self.client_a, **vals), [])

    def test_restricting_lists_who_stays(self):
        self.client_b.message_subscribe(self.user_outsider.partner_id.ids)
        (group,) = self._preview(self.client_b, client_restricted=True)
        self.assertEqual(group["kind"], "restrict")
        self.assertEqual(
            [(person["name"], person["reasons"]) for person in group["keep"]],
            [("Hub Manager", "Account manager"), ("Hub Outsider", "Follower")],
        )
        names = [person["name"] for person in group["lose"]]
        lost = len(names) + group["others"]
        expected = self.env["res.users"].search([("share", "=", False)])
        expected -= self.env["res.users"]._client_wall_seers()
        self.assertEqual(lost, len(expected) - 2)
        self.assertNotIn("Hub Admin", names)
        self.assertFalse(self.client_b.client_wall_id)

    def test_lifting(self):
        (group,) = self._preview(self.client_a, client_restricted=False)
        self.assertEqual((group["kind"], group["lose"]), ("lift", []))
        self.assertTrue(self.client_a.client_restricted)

    def test_job_piece_and_task(self):
        job = self._create_job()
        job.action_authorize()
        piece, task = job.piece_ids, job.sudo().task_ids[:1]
        task.user_ids = False
        user = self.user_outsider
        for record, vals, reason in (
            (job, {"assistant_ids": [Command.link(user.id)]}, "Assigned to a job"),
            # the piece hands its tasks on
            (
                piece,
                {"assigned_user_id": user.id},
                "Assigned to a piece, Assigned to a task",
            ),
            (task, {"user_ids": [Command.link(user.id)]}, "Assigned to a task"),
        ):
            with self.subTest(model=record._name):
                ((_client, _kind, gain, _lose),) = self._said(
                    self._preview(record, **vals)
                )
                self.assertEqual(gain, [(user.name, reason)])

    def test_new_task(self):
        groups = self._preview(
            None,
            model="project.task",
            project_id=self.project.id,
            user_ids=[Command.set(self.user_outsider.ids)],
        )
        ((_client, _kind, gain, _lose),) = self._said(groups)
        self.assertEqual(gain, [("Hub Outsider", "Assigned to a task")])

    def test_client_that_is_not_restricted(self):
        groups = self._preview(
            self.client_b, assistant_ids=[Command.link(self.user_outsider.id)]
        )
        self.assertEqual(groups, [])

    def test_fields_that_do_not_matter(self):
        self.assertEqual(self._preview(self.client_a, name="Bleu", is_client=True), [])
        self.assertEqual(self._preview(self.client_a, model="res.users"), [])

    def test_outsider_learns_nothing(self):
        task = (
            self.env["project.task"]
            .with_user(self.user_outsider)
            .create({"name": "Mine", "user_ids": self.user_outsider.ids})
        )
        self.assertEqual(
            self._preview(task, self.user_outsider, project_id=self.project.id), []
        )
        self.assertEqual(
            self._preview(
                None,
                self.user_outsider,
                model="project.task",
                partner_id=self.client_a.id,
                user_ids=[Command.set(self.user_traffic.ids)],
            ),
            [],
        )
        with self.assertRaises(AccessError):
            self._preview(self.client_a, self.user_outsider, account_manager_id=False)


@tagged("post_install", "-at_install")
class TestWallDialogTour(WallCommon, HttpCase):
    def test_dialog_before_saving(self):
        self.client_a.assistant_ids = self.user_outsider
        self.env.cr.flush()
        self.start_tour(
            f"/odoo/clients/{self.client_a.id}",
            "client_hub_sight_dialog",
            login=self.user_manager.login,
        )
        self.assertFalse(self.client_a.assistant_ids)
        self.assertEqual(self.client_a.legal_name, "Azul Cosmetics SA")
        self.assertFalse(self.client_a.client_restricted)

    def test_whoever_drags_a_card_is_told(self):
        task = self.env["project.task"].create(
            {"name": "Headline", "project_id": self.project.id}
        )
        self.env.cr.flush()
        self._reset_bus()
        task.with_user(self.user_manager).client_assignee_id = self.user_outsider
        self.env.cr.flush()
        told = self.env["bus.bus"].search([("message", "ilike", "simple_notification")])
        self.assertEqual(len(told), 1)
        self.assertIn("Hub Outsider sees the client: Assigned to a task", told.message)

    def _reset_bus(self):
        self.env["bus.bus"].search([]).unlink()
