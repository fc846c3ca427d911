"""Two people move one card of the traffic board at the same moment."""

from odoo import Command
from odoo.tests import tagged

from .common_concurrency import ConcurrencyCase

BOARD = "client.traffic.board"


@tagged("post_install", "-at_install", "client_hub_concurrency")
class TestTrafficRaces(ConcurrencyCase):
    def _prepare(self, env, client):
        job = env["client.job"].create(
            {
                "name": f"Race {self.mark}",
                "client_id": client.id,
                "piece_ids": [
                    Command.create(
                        {
                            "name": "Banner",
                            "type_id": env.ref("client_hub.client_piece_type_text").id,
                        }
                    )
                ],
            }
        )
        job.action_authorize()
        task = job.piece_ids.task_ids
        self.job_id, self.task_id = job.id, task.id
        self.project_id = job.project_id.id
        self.people = [
            env["res.users"]
            .with_context(no_reset_password=True)
            .create(
                {
                    "name": f"{name} {self.mark}",
                    "login": f"{name}.{self.mark}",
                    "group_ids": [
                        Command.set(env.ref("client_hub.group_traffic").ids),
                    ],
                    "company_id": job.company_id.id,
                    "company_ids": [Command.set(job.company_id.ids)],
                }
            )
            .id
            for name in ("Tina", "Tom")
        ]

    def _remove(self, cr):
        cr.execute("DELETE FROM project_task WHERE client_job_id = %s", [self.job_id])
        cr.execute(
            "DELETE FROM mail_message WHERE model = 'client.job' AND res_id = %s",
            [self.job_id],
        )
        cr.execute("DELETE FROM client_job WHERE id = %s", [self.job_id])
        cr.execute(
            "UPDATE project_project SET active = false WHERE id = %s", [self.project_id]
        )
        cr.execute(
            "UPDATE res_users SET active = false WHERE id = ANY(%s)", [self.people]
        )

    def _card(self):
        """Return the card as the boards of both show it."""
        with self._environment() as env:
            data = env[BOARD].with_user(self.people[0]).load_board(limit=80)
            [card] = [
                card
                for cell in data["cells"].values()
                for card in cell["cards"]
                if (card["model"], card["id"]) == ("project.task", self.task_id)
            ]
            return card

    def _move(self, card, mover, user_id):
        def act(env):
            board = env(user=mover)[BOARD]
            board.move_card(dict(card), {"user_id": user_id})

        return act

    def _look(self, env):
        env["project.task"].browse(self.task_id).user_ids.mapped("name")

    def _holders(self):
        with self._environment() as env:
            return env["project.task"].browse(self.task_id).user_ids.ids

    def test_one_of_two_moves_counts(self):
        card = self._card()
        first, second = self.people
        outcomes = self._race(
            self._look, self._move(card, first, first), self._move(card, second, second)
        )
        self.assertEqual(outcomes.count("done"), 1, outcomes)
        [refusal] = [text for text in outcomes if text != "done"]
        # after the other one was done, or while he was at it
        self.assertRegex(refusal, "has just changed|is changing")
        self.assertIn(refusal.count(self.mark), (1, 2))
        holders = self._holders()
        self.assertEqual(len(holders), 1)
        self.assertIn(holders[0], self.people)
        # looked at again, the card goes where the other one wanted it
        loser = second if holders == [first] else first
        card = self._card()
        with self._environment() as env:
            self._move(card, loser, loser)(env)
        self.assertEqual(self._holders(), [loser])

    def test_a_move_and_an_undo_of_what_was_before(self):
        card = self._card()
        first, second = self.people
        with self._environment() as env:
            board = env(user=first)[BOARD]
            undo = board.move_card(dict(card), {"user_id": first})["undo"]
        card = self._card()
        outcomes = self._race(
            self._look,
            lambda env: env(user=first)[BOARD].undo_move(undo),
            self._move(card, second, second),
        )
        self.assertEqual(outcomes.count("done"), 1, outcomes)
        self.assertIn(self._holders(), ([], [second]))
