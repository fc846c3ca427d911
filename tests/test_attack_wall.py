"""Ways into a restricted client for somebody who isn't of its people."""

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .common_job import ClientJobCommon

SECRET = "Azul"


@tagged("post_install", "-at_install")
class TestAttackWall(ClientJobCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.piece = cls._create_sent_piece(budget_id=cls.budget.id, budget_amount=100)
        cls.job = cls.piece.job_id
        cls.contract = cls.env["client.contract"].create(
            {"name": "Fee", "client_id": cls.client_a.id}
        )
        cls.client_a.with_user(cls.user_manager).client_restricted = True
        cls.own_client = cls._create_client("Open Ltd", manager=cls.user_outsider)

    def _as_outsider(self, model):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env[model].with_user(self.user_outsider)

    def _assert_outside(self):
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertNotIn(self.user_outsider, self.client_a.client_wall_id.user_ids)
        for record in (self.client_a, self.job, self.piece, self.budget):
            self.assertFalse(record.with_user(self.user_outsider).has_access("read"))

    def _assert_refused_silently(self, call, *args):
        with self.assertRaises(AccessError) as caught, self.cr.savepoint():
            call(*args)
        self.assertNotIn(SECRET, str(caught.exception))
        self._assert_outside()

    def test_own_job_moved_to_the_client(self):
        job = self._as_outsider("client.job").create(
            {"name": "Mine", "client_id": self.own_client.id, "requester_id": False}
        )
        job.assistant_ids = [Command.link(self.user_outsider.id)]
        self._assert_refused_silently(job.write, {"client_id": self.client_a.id})
        # the twin: another client that he does see
        job.client_id = self.client_b
        self.assertEqual(job.client_id, self.client_b)

    def test_new_records_on_the_client(self):
        for model in ("client.job", "client.budget", "client.contract"):
            for partner in (self.client_a, self.contact_a):
                with self.subTest(model=model, partner=partner.name):
                    vals = {"name": "Mine", "client_id": partner.id}
                    self._assert_refused_silently(
                        self._as_outsider(model).create, [vals]
                    )
                    context = {"default_client_id": partner.id}
                    self._assert_refused_silently(
                        self._as_outsider(model).with_context(**context).create,
                        [{"name": "Mine"}],
                    )

    def test_own_budget_and_contract_moved_to_the_client(self):
        for model in ("client.budget", "client.contract"):
            record = self._as_outsider(model).create(
                {"name": "Mine", "client_id": self.own_client.id}
            )
            with self.subTest(model=model):
                self._assert_refused_silently(
                    record.write, {"client_id": self.client_a.id}
                )

    def test_own_task_put_on_a_job_of_the_client(self):
        task = self._as_outsider("project.task").create(
            {"name": "Mine", "user_ids": self.user_outsider.ids}
        )
        self._assert_refused_silently(task.write, {"client_job_id": self.job.id})
        self._assert_refused_silently(
            self._as_outsider("project.task").create,
            [
                {
                    "name": "Mine",
                    "client_job_id": self.job.id,
                    "user_ids": self.user_outsider.ids,
                }
            ],
        )
        draft = self._create_job(name="Azul draft")
        self._assert_refused_silently(task.write, {"client_job_id": draft.id})

    def test_contact_below_the_client(self):
        contact = self._as_outsider("res.partner").create(
            {"name": "Mine", "is_company": True}
        )
        self._assert_refused_silently(contact.write, {"parent_id": self.client_a.id})
        self._assert_refused_silently(
            self._as_outsider("res.partner").onchange,
            {"parent_id": self.client_a.id, "is_company": False},
            ["parent_id"],
            {"name": {}, "parent_id": {"fields": {"display_name": {}}}, "street": {}},
        )
        contact.parent_id = self.own_client
        self.assertEqual(contact.parent_id, self.own_client)

    def test_dialogs_opened_on_hidden_records(self):
        for model, vals in (
            ("client.budget.revise", {"budget_id": self.budget.id, "amount": 1}),
            ("client.contract.approve.wizard", {"contract_id": self.contract.id}),
            ("client.piece.decide", {"piece_id": self.piece.id}),
            ("client.job.refuse", {"job_ids": [Command.link(self.job.id)]}),
            ("client.report.wizard", {"client_ids": [(6, 0, self.client_a.ids)]}),
        ):
            with self.subTest(model=model):
                self._assert_refused_silently(self._as_outsider(model).create, [vals])
                name = next(iter(vals))
                self._assert_refused_silently(
                    self._as_outsider(model).onchange, vals, [name], {name: {}}
                )

    def test_following_and_assigning_oneself(self):
        partner = self.user_outsider.partner_id
        follow = self.env["mail.followers"].with_user(self.user_outsider)
        for record in (self.client_a, self.job, self.piece, self.budget):
            with self.subTest(model=record._name):
                # Odoo answers with False, and does nothing
                record.with_user(self.user_outsider).message_subscribe(partner.ids)
                self._assert_outside()
                self._assert_refused_silently(
                    follow.create,
                    [
                        {
                            "res_model": record._name,
                            "res_id": record.id,
                            "partner_id": partner.id,
                        }
                    ],
                )
                self._assert_refused_silently(
                    self._as_outsider("mail.activity").create,
                    [
                        {
                            "res_model_id": self.env["ir.model"]._get_id(record._name),
                            "res_id": record.id,
                            "user_id": self.user_outsider.id,
                        }
                    ],
                )

    def test_people_of_the_client_still_work(self):
        job = (
            self.env["client.job"]
            .with_user(self.user_manager)
            .create({"name": "Ours", "client_id": self.client_a.id})
        )
        self.assertEqual(job.client_wall_id, self.client_a.client_wall_id)
        job.assistant_ids = [Command.link(self.user_outsider.id)]
        self.assertTrue(self.client_a.with_user(self.user_outsider).has_access("read"))
