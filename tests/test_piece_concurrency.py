"""Two people decide on one piece, or remark on it, at the same moment."""

from odoo import Command
from odoo.tests import tagged

from .common_concurrency import ConcurrencyCase


@tagged("post_install", "-at_install", "client_hub_concurrency")
class TestPieceRaces(ConcurrencyCase):
    def _prepare(self, env, client):
        Partner = env["res.partner"]
        self.contact_ids = [
            Partner.create(
                {
                    "name": f"Approver {number} {self.mark}",
                    "parent_id": client.id,
                    "email": f"a{number}@{self.mark}.example",
                }
            ).id
            for number in (1, 2)
        ]
        job = env["client.job"].create(
            {
                "name": f"Race {self.mark}",
                "client_id": client.id,
                "requester_id": self.contact_ids[0],
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
        self.job_id, self.piece_id = job.id, job.piece_ids.id
        self.project_id = job.project_id.id

    def _send(self, approvers):
        with self._environment() as env:
            piece = env["client.piece"].browse(self.piece_id)
            piece.write(
                {
                    "allow_link": True,
                    "approver_ids": [
                        Command.create({"partner_id": contact_id})
                        for contact_id in approvers
                    ],
                }
            )
            version = env["client.piece.version"].create(
                {"piece_id": piece.id, "body_text": "Hello"}
            )
            piece.action_send_to_client()
            self.version_id = version.id

    def _remove(self, cr):
        cr.execute(
            "DELETE FROM mail_mail WHERE mail_message_id IN (SELECT id FROM"
            " mail_message WHERE model = 'client.piece' AND res_id = %s)",
            [self.piece_id],
        )
        cr.execute(
            "DELETE FROM mail_message WHERE (model = 'client.piece' AND res_id = %s)"
            " OR (model = 'client.job' AND res_id = %s)",
            [self.piece_id, self.job_id],
        )
        cr.execute(
            "DELETE FROM client_contract_entry WHERE piece_decision_id IN"
            " (SELECT id FROM client_piece_decision WHERE piece_id = %s)",
            [self.piece_id],
        )
        cr.execute("DELETE FROM client_contract WHERE client_id = %s", [self.client_id])
        for table in ("decision", "remark", "approver", "link"):
            cr.execute(
                f"DELETE FROM client_piece_{table} WHERE piece_id = %s",
                [self.piece_id],
            )
        cr.execute(
            "UPDATE client_piece SET current_version_id = NULL WHERE id = %s",
            [self.piece_id],
        )
        cr.execute(
            "DELETE FROM client_piece_version WHERE piece_id = %s", [self.piece_id]
        )
        cr.execute("DELETE FROM project_task WHERE client_job_id = %s", [self.job_id])
        cr.execute("DELETE FROM client_job WHERE id = %s", [self.job_id])

    def _agree(self, contact_id):
        def act(env):
            env["client.piece"].browse(self.piece_id)._portal_decide(
                env["client.piece.version"].browse(self.version_id),
                env["res.partner"].browse(contact_id),
                "changes",
                "Because",
                agreed_price="150.0",
            )

        return act

    def _look(self, env):
        env["client.piece"].browse(self.piece_id).decision_ids.mapped("decision")

    def _decide(self, contact_id, decision):
        def act(env):
            piece = env["client.piece"].browse(self.piece_id)
            piece._portal_decide(
                env["client.piece.version"].browse(self.version_id),
                env["res.partner"].browse(contact_id),
                decision,
                "Because",
            )

        return act

    def _read(self):
        with self._environment() as env:
            piece = env["client.piece"].browse(self.piece_id)
            return piece.state, piece.decision_ids.mapped("decision")

    def test_both_of_two_approvals_count(self):
        self._send(self.contact_ids)
        outcomes = self._race(
            self._look,
            *(self._decide(contact_id, "approved") for contact_id in self.contact_ids),
        )
        self.assertEqual(outcomes, ["done", "done"])
        self.assertEqual(self._read(), ("approved", ["approved", "approved"]))

    def test_one_of_two_decisions_counts_where_anybody_decides(self):
        self._send([])
        outcomes = self._race(
            self._look,
            self._decide(self.contact_ids[0], "approved"),
            self._decide(self.contact_ids[1], "changes"),
        )
        self.assertEqual(outcomes.count("done"), 1)
        self.assertTrue(any("not waiting" in text for text in outcomes), outcomes)
        self.assertEqual(len(self._read()[1]), 1)

    def test_a_version_replaced_at_the_moment_of_the_decision(self):
        """The decision is about the version that was shown, or is refused."""
        self._send([])
        with self._environment() as env:
            env["client.piece.version"].create(
                {"piece_id": self.piece_id, "body_text": "Hello again"}
            )
        shown = self.version_id
        outcomes = self._race(
            self._look,
            self._decide(self.contact_ids[0], "approved"),
            lambda env: (
                env["client.piece"].browse(self.piece_id).action_send_to_client()
            ),
        )
        self.assertIn("done", outcomes)
        with self._environment() as env:
            piece = env["client.piece"].browse(self.piece_id)
            state, current = piece.state, piece.current_version_id
            if piece.decision_ids:
                self.assertEqual(piece.decision_ids.version_id.id, shown)
                self.assertEqual((state, current.id), ("approved", shown), outcomes)
            else:
                self.assertEqual((state, current.number), ("awaiting_approval", 2))
                self.assertTrue(any("replaced" in text for text in outcomes), outcomes)

    def test_a_further_round_is_billed_once(self):
        with self._environment() as env:
            contract = env["client.contract"].create(
                {
                    "name": f"Fee {self.mark}",
                    "client_id": self.client_id,
                    "line_ids": [
                        Command.create(
                            {
                                "product_id": env["product.product"]
                                .search([("sale_ok", "=", True)], limit=1)
                                .id
                            }
                        )
                    ],
                }
            )
            contract.action_approve()
            env["client.piece"].browse(self.piece_id).write(
                {"rounds_agreed": 0, "round_price": 150}
            )
        # the same person twice, and two people at once
        self._send([])
        outcomes = self._race(
            self._look,
            *map(self._agree, (self.contact_ids[0], *self.contact_ids)),
        )
        self.assertEqual(outcomes.count("done"), 1, outcomes)
        with self._environment() as env:
            piece = env["client.piece"].browse(self.piece_id)
            self.assertEqual(piece.decision_ids.entry_ids.mapped("amount"), [150])

    def test_remarks_at_the_same_moment_have_their_own_numbers(self):
        self._send([])

        def remark(contact_id):
            return lambda env: (
                env["client.piece.version"]
                .browse(self.version_id)
                ._portal_remark(
                    env["res.partner"].browse(contact_id), {"body": f"By {contact_id}"}
                )
            )

        outcomes = self._race(self._look, *map(remark, self.contact_ids))
        self.assertEqual(outcomes, ["done", "done"])
        with self._environment() as env:
            piece = env["client.piece"].browse(self.piece_id)
            self.assertEqual(sorted(piece.remark_ids.mapped("number")), [1, 2])

    def test_the_same_answer_sent_twice_at_once_is_one(self):
        self._send([])
        with self._environment() as env:
            version = env["client.piece.version"].browse(self.version_id)
            contact = env["res.partner"].browse(self.contact_ids[0])
            remark_id = version._portal_remark(contact, {"body": "Bigger"}).id

        def reply(env):
            contact = env["res.partner"].browse(self.contact_ids[0])
            env["client.piece.remark"].browse(remark_id)._portal_reply(contact, "Much")

        outcomes = self._race(
            lambda env: env["client.piece.remark"].browse(remark_id).reply_ids.ids,
            reply,
            reply,
        )
        self.assertEqual(outcomes, ["done", "done"])
        with self._environment() as env:
            remark = env["client.piece.remark"].browse(remark_id)
            self.assertEqual(remark.reply_ids.mapped("body"), ["Much"])

    def test_two_first_jobs_at_once_share_the_clients_project(self):
        domain = [("partner_id", "=", self.client_id), ("is_client_jobs", "=", True)]
        with self._environment() as env:
            env["project.project"].browse(self.project_id).is_client_jobs = False

        def find(env):
            env["client.job"].browse(self.job_id)._get_client_project()

        outcomes = self._race(
            lambda env: env["project.project"].search_count(domain), find, find
        )
        self.assertEqual(outcomes, ["done", "done"])
        with self._environment() as env:
            projects = env["project.project"].search(domain)
            count = len(projects)
            projects.unlink()
        self.assertEqual(count, 1)
