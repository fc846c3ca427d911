"""Further rounds of changes: agreed by the client, entered in the contract once."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_contract import ContractCommon
from .test_piece_approvers import ApproverCommon


@tagged("post_install", "-at_install")
class TestPieceRoundEntries(ApproverCommon, ContractCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.piece.with_user(cls.user_manager).write(
            {"rounds_agreed": 0, "round_price": 150}
        )

    def _entries(self):
        self.env.invalidate_all()
        return self.env["client.contract.entry"].search(
            [("piece_decision_id.piece_id", "=", self.piece.id)]
        )

    def test_an_agreed_round_is_an_entry_to_bill_with_its_cause(self):
        contract = self._create_contract(entry_approval_required=True)
        self._send()
        row = self._decide(self.contact_a, "changes", agreed_price="150")
        entry = self._entries().with_user(self.user_accountant)
        self.assertRecordValues(
            entry,
            [
                {
                    "contract_id": contract.id,
                    "kind": "extra",
                    "amount": 150,
                    "state": "ready",
                    "piece_decision_id": row.id,
                    "product_id": self.service.id,
                }
            ],
        )
        self.assertIn(self.piece.name, entry.name)
        self.assertRegex(
            entry.derivation_text, r"Round 1 .*0 included.*" + self.contact_a.name
        )
        self._bill(entry)
        self.assertEqual(entry.state, "billed")

    def test_included_rounds_and_approvals_enter_nothing(self):
        self._create_contract()
        self.piece.rounds_agreed = 1
        self._send()
        self._decide(self.contact_a, "changes")
        self._send()
        self._decide(self.contact_a, "approved", agreed_price="150")
        self.assertFalse(self._entries())

    def test_one_agrees_and_another_ones_decision_brings_it_back(self):
        self._create_contract()
        self._approvers(
            self.contact_a,
            self.carla,
            self.davi,
            approval_rule="quorum",
            approval_quorum=2,
        )
        self._send()
        self._decide(self.contact_a, "changes", agreed_price="150")
        self.assertFalse(self._entries())
        self._decide(self.carla, "refused")
        self.assertEqual(self.piece.state, "changes_requested")
        self.assertEqual(self._entries().amount, 150)
        self.assertEqual(self.piece.extra_amount, 150)

    def test_without_a_contract_the_account_manager_enters_it_later(self):
        self._send()
        self._decide(self.contact_a, "changes", agreed_price="150")
        self.assertFalse(self._entries())
        activity = self.piece.activity_ids.filtered(
            lambda row: row.user_id == self.user_manager
        )
        self.assertIn("no running contract", str(activity.note))
        piece = self.piece.with_user(self.user_manager)
        self.assertEqual(piece.unbilled_rounds, 1)
        # the work goes on; billing stays to be done
        piece.with_user(self.user_creation).action_start()
        self.assertEqual(self.piece.activity_ids, activity)
        with self.assertRaisesRegex(UserError, "no running contract"):
            piece.action_bill_rounds()
        with self.assertRaises(AccessError):
            piece.with_user(self.portal_a).action_bill_rounds()
        self._create_contract()
        piece.action_bill_rounds()
        self.assertEqual(self._entries().amount, 150)
        with self.assertRaisesRegex(UserError, "no further round"):
            piece.action_bill_rounds()
        self.assertEqual(piece.unbilled_rounds, 0)
        self.assertFalse(self.piece.activity_ids)

    def test_the_chosen_contract_and_product_count(self):
        self._create_contract()
        other = self._create_contract(name="Projects")
        self.piece.with_user(self.user_manager).round_contract_id = other
        self.type_banner.round_product_id = self.extra_service
        self._send()
        self._decide(self.contact_a, "changes", agreed_price="150")
        self.assertEqual(self._entries().contract_id, other)
        self.assertEqual(self._entries().product_id, self.extra_service)

    def test_a_contract_of_another_currency_or_client_bills_nothing(self):
        self._create_contract(client=self.client_b)
        self._create_contract(currency_id=self.env.ref("base.BRL").id)
        self._send()
        self._decide(self.contact_a, "changes", agreed_price="150")
        self.assertFalse(self._entries())

    def test_the_contract_says_how_many_rounds_are_included(self):
        self._create_contract(says_rounds=True, rounds_agreed=5, round_price=70)
        job = self._create_job(name="Later")
        self.assertRecordValues(
            job.piece_ids, [{"rounds_agreed": 5, "round_price": 70}]
        )
        # what was agreed before stays
        self.assertEqual(self.piece.rounds_agreed, 0)
