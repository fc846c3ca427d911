"""Steps that a role may not take, by RPC or through a dialog."""

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common_contract import ContractCommon
from .common_job import ClientJobCommon


@tagged("post_install", "-at_install")
class TestAttackRights(ClientJobCommon):
    def _history(self, user):
        self.env.cr.flush()
        self.env.invalidate_all()
        return (
            self.env["client.history"]
            .with_user(user)
            .search([("client_id", "=", self.client_a.id)])
        )

    def test_creation_reads_no_money_in_the_history(self):
        job = self._create_job(budget_id=self.budget.id, budget_amount=437)
        job.action_authorize()
        text = str(self._history(self.user_creation).mapped("changes"))
        self.assertIn("Spring banner", text)
        self.assertNotIn("437", text)
        self.assertNotIn("1,000", text)
        for user in (self.user_manager, self.user_accountant):
            self.assertIn("437", str(self._history(user).mapped("changes")))

    def test_history_of_money_by_role(self):
        self.env["client.contract"].create(
            {"name": "Fee", "client_id": self.client_a.id}
        )
        self._create_budget(name="Summer")
        expected = {
            self.user_creation: set(),
            self.user_traffic: {"budget"},
            self.user_manager: {"budget", "contract"},
            self.user_accountant: {"budget", "contract"},
            self.user_admin_hub: {"budget", "contract"},
        }
        for user, kinds in expected.items():
            with self.subTest(user=user.login):
                found = set(self._history(user).mapped("kind"))
                self.assertEqual(found & {"budget", "contract"}, kinds)
                self.assertIn("client", found)
        # a rule of a group would be added to it; it takes nothing away
        self.env["ir.rule"].create(
            {
                "name": "Everything",
                "model_id": self.env["ir.model"]._get_id("client.history"),
                "groups": [Command.link(self.env.ref("client_hub.group_user").id)],
                "domain_force": "[(1, '=', 1)]",
            }
        )
        found = self._history(self.user_creation).mapped("kind")
        self.assertFalse({"budget", "contract"} & set(found))

    def test_running_budget_stays_with_its_client(self):
        draft = self._create_budget(run=False)
        draft.client_id = self.client_b
        self.assertEqual(draft.client_id, self.client_b)
        dollar = self.env.ref("base.EUR") | self.env.ref("base.USD")
        other = (dollar - self.budget.currency_id)[:1]
        for vals in ({"client_id": self.client_b.id}, {"currency_id": other.id}):
            with self.subTest(**vals), self.assertRaisesRegex(UserError, "stay"):
                self.budget.with_user(self.user_manager).write(vals)

    def test_only_the_clients_people_decide(self):
        piece = self._create_sent_piece()
        vals = {
            "piece_id": piece.id,
            "version_id": piece.current_version_id.id,
            "decision": "approved",
        }
        dialogs = self.env["client.piece.decide"].with_user(self.user_manager)
        for partner in (self.contact_b, self.user_manager.partner_id):
            dialog = dialogs.create(dict(vals, contact_id=partner.id))
            with self.assertRaisesRegex(UserError, "Only people of"):
                dialog.action_apply()
        self.assertFalse(piece.decision_ids)
        dialogs.create(dict(vals, contact_id=self.contact_a.id)).action_apply()
        self.assertEqual(piece.decision_ids.author_id, self.contact_a)

    def test_remark_points_at_a_file_of_its_version(self):
        piece = self._create_sent_piece()
        version = piece.current_version_id
        remarks = self.env["client.piece.remark"].with_user(self.user_creation)
        vals = {"version_id": version.id, "body": "Look"}
        foreign = self._create_file(user=self.user_manager, name="Secret.png")
        with self.assertRaises(ValidationError):
            remarks.create(dict(vals, attachment_id=foreign.id))
        remark = remarks.create(
            dict(
                vals,
                attachment_id=version.attachment_ids.id,
                resolved=True,
                resolved_by_id=self.user_manager.id,
            )
        )
        self.assertFalse(remark.resolved_by_id)
        self.assertFalse(remark.resolved)

    def test_creation_hands_out_no_task_of_a_job(self):
        job = self._create_job()
        job.action_authorize()
        vals = {
            "name": "Extra",
            "project_id": job.project_id.id,
            "client_job_id": job.id,
            "user_ids": self.user_manager.ids,
        }
        tasks = self.env["project.task"]
        with self.assertRaisesRegex(AccessError, "Only traffic"):
            tasks.with_user(self.user_creation).create(vals)
        task = tasks.with_user(self.user_traffic).create(vals)
        self.assertEqual(task.client_job_id, job)

    def test_answer_stays_with_its_job(self):
        answer = self._create_job().answer_ids[:1]
        other = self._create_job(client_id=self.client_b.id, requester_id=False)
        with self.assertRaisesRegex(UserError, "can't move"):
            answer.with_user(self.user_manager).job_id = other
        answer.with_user(self.user_manager).write(
            {"job_id": answer.job_id.id, "value": "Everybody"}
        )
        self.assertEqual(answer.value, "Everybody")

    def test_two_clients_are_merged(self):
        """Odoo's own dialog takes contracts and jobs along; the log stays as it is."""
        job = self._create_job(client_id=self.client_b.id, requester_id=False)
        (self.client_a | self.client_b).client_restricted = True
        self.env.cr.flush()
        rows = self.env["client.history"].search_count(
            [("client_id", "=", self.client_b.id)]
        )
        removed = self.client_b.id
        self.env["base.partner.merge.automatic.wizard"]._merge(
            [self.client_a.id, removed], self.client_a
        )
        self.env.flush_all()
        self.env.cr.flush()
        self.env.invalidate_all()
        self.assertFalse(self.client_b.exists())
        self.assertEqual(job.client_id, self.client_a)
        self.assertEqual(job.piece_ids.client_id, self.client_a)
        self.assertEqual(job.client_wall_id, self.client_a.client_wall_id)
        history = self.env["client.history"]
        # both pasts are the one client's now, and each can be proven
        past = history.search([("chain_id", "=", removed)])
        self.assertGreaterEqual(len(past), rows)
        self.assertEqual(past.client_id, self.client_a)
        self.assertFalse(history._verify_chain(self.client_a))

    def test_merged_client_is_as_restricted_as_its_parts(self):
        open_client = self._create_client("Open Ltd", manager=self.user_manager)
        open_job = self._create_job(client_id=open_client.id, requester_id=False)
        self.client_a.client_restricted = True
        self.env.cr.flush()
        merge = self.env["base.partner.merge.automatic.wizard"]
        # an open client goes into a restricted one, then both into an open one
        merge._merge([self.client_a.id, open_client.id], self.client_a)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertFalse(open_job.with_user(self.user_outsider).has_access("read"))
        # contacts would make the two look different to Odoo's check
        merge._merge([self.client_b.id, self.client_a.id], self.client_b)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertTrue(self.client_b.client_restricted)
        for user, allowed in ((self.user_outsider, False), (self.user_manager, True)):
            self.assertEqual(open_job.with_user(user).has_access("read"), allowed)
            self.assertEqual(self.budget.with_user(user).has_access("read"), allowed)

    def test_client_merged_into_a_contact_keeps_its_number(self):
        twin = self.env["res.partner"].create(
            {"name": "Azul twin", "is_company": True, "email": self.client_a.email}
        )
        number = self.client_a.client_number
        merge = self.env["base.partner.merge.automatic.wizard"]
        merge._merge([twin.id, self.client_a.id], twin)
        self.env.invalidate_all()
        self.assertTrue(twin.is_client)
        self.assertEqual(twin.client_number, number)
        # as it is, the number may come along with other values, another one not
        twin.with_user(self.user_manager).write({"client_number": number, "city": "P"})
        with self.assertRaises(AccessError):
            twin.with_user(self.user_manager).client_number = "X1"
        self.assertEqual(self.budget.client_id, twin)


@tagged("post_install", "-at_install")
class TestAttackContract(ContractCommon):
    def test_approver_is_of_the_client(self):
        contract = self._create_contract(approve=False)
        dialog = self.env["client.contract.approve.wizard"].with_user(self.user_manager)
        vals = {"contract_id": contract.id}
        with (
            self.assertRaisesRegex(ValidationError, "does not belong"),
            self.env.cr.savepoint(),
        ):
            dialog.create(dict(vals, contact_id=self.contact_b.id)).action_confirm()
        contract.invalidate_recordset()
        dialog.create(dict(vals, contact_id=self.contact_a.id)).action_confirm()
        self.assertEqual(contract.approved_contact_id, self.contact_a)

    def test_nobody_writes_who_approved_what_when(self):
        contract = self._create_contract(approve=False).with_user(self.user_manager)
        facts = {
            "number": "C-1",
            "date_sent": "2020-01-01",
            "sent_by_id": self.user_creation.id,
            "date_approved": "2020-01-01",
            "approved_contact_id": self.contact_a.id,
            "approval_recorded_by_id": self.user_creation.id,
            "approval_note": "By phone",
            "date_activated": "2020-01-01",
        }
        for name, value in facts.items():
            with self.subTest(field=name), self.assertRaises(AccessError):
                contract.write({name: value})
        vals = {"name": "Fee", "client_id": self.client_a.id}
        with self.assertRaises(AccessError):
            contract.create(dict(vals, date_approved="2020-01-01"))
        # nor by the defaults of a context
        defaults = {f"default_{name}": value for name, value in facts.items()}
        made = contract.with_context(**defaults, default_state="running").create(vals)
        self.assertEqual(made.state, "draft")
        self.assertNotEqual(made.number, "C-1")
        self.assertFalse(made.date_approved or made.date_sent or made.date_activated)
        # the same facts come with the state, whoever sets it
        contract.write({"state": "approved"})
        self.assertEqual(contract.approval_recorded_by_id, self.user_manager)
        self.assertTrue(contract.date_approved)

    def test_entry_stays_with_its_contract_and_state(self):
        contract = self._create_contract(entry_approval_required=True)
        other = self._create_contract(client=self.client_b)
        entry = contract.entry_ids[:1].with_user(self.user_accountant)
        self.assertEqual(entry.state, "open")
        with self.assertRaises(AccessError):
            entry.state = "ready"
        with self.assertRaises(UserError):
            entry.with_user(self.user_manager).contract_id = other
        # the client's yes is told by who deals with the client
        with self.assertRaises(AccessError):
            entry.action_approve()
        entry.with_user(self.user_manager).action_approve()
        self.assertEqual(entry.state, "ready")

    def test_invoice_bills_entries_of_its_own_client(self):
        entry = self._create_contract().entry_ids[:1]
        moves = self.env["account.move"].with_user(self.user_accountant)
        for client, allowed in ((self.client_b, False), (self.client_a, True)):
            vals = {
                "move_type": "out_invoice",
                "partner_id": client.id,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Fee",
                            "price_unit": 1,
                            "client_entry_id": entry.id,
                        }
                    )
                ],
            }
            with self.subTest(client=client.name):
                if allowed:
                    moves.create(vals)
                    self.assertEqual(entry.state, "drafted")
                else:
                    with self.assertRaises(ValidationError):
                        moves.create(vals)
