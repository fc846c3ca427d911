"""Several approvers with order, quorum and deputies; rounds that cost something."""

import doctest

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from ..tools import approval
from .common_job import ClientJobCommon


class ApproverCommon(ClientJobCommon):
    """A piece of client A and three of its people."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.carla, cls.portal_carla = cls._create_contact(cls.client_a, "Carla Azul")
        cls.davi, cls.portal_davi = cls._create_contact(cls.client_a, "Davi Azul")
        job = cls._create_job()
        job.action_authorize()
        cls.piece = cls.env["client.piece"].browse(job.piece_ids.id)

    def _approvers(self, *contacts, **values):
        """Set who approves, each with his rank by his place; as account manager."""
        self.piece.with_user(self.user_manager).write(
            {
                **values,
                "approver_ids": [
                    (0, 0, {"sequence": rank, "partner_id": contact.id})
                    for rank, contact in enumerate(contacts, 1)
                ],
            }
        )

    def _send(self):
        self._create_version(self.piece)
        self.piece.with_user(self.user_traffic).action_send_to_client()
        return self.piece.current_version_id

    def _decide(self, contact, decision="approved", comment="Because", **values):
        return self.piece._portal_decide(
            self.piece.current_version_id, contact, decision, comment, **values
        )

    def _mailed(self):
        """Return whom the mails about the piece went to since the last call."""
        mails = self.env["mail.mail"].search(
            [("model", "=", "client.piece"), ("res_id", "=", self.piece.id)]
        )
        asked = mails.filtered(lambda mail: "Look at it and decide" in mail.body_html)
        people = asked.recipient_ids
        mails.unlink()
        return people


@tagged("post_install", "-at_install")
class TestPieceApprovers(ApproverCommon):
    def test_examples_in_the_docstrings(self):
        result = doctest.testmod(approval)
        self.assertGreater(result.attempted, 8)
        self.assertFalse(result.failed)

    def test_all_have_to_approve(self):
        self._approvers(self.contact_a, self.carla)
        self._send()
        self.assertEqual(self._mailed(), self.contact_a | self.carla)
        row = self._decide(self.contact_a)
        self.assertFalse(row.outcome)
        self.assertEqual(self.piece.state, "awaiting_approval")
        self.assertEqual(self.piece.approval_progress, "1 of 2")
        row = self._decide(self.carla)
        self.assertEqual(row.outcome, "approved")
        self.assertEqual(self.piece.state, "approved")
        self.assertFalse(any(self.piece.approver_ids.mapped("is_asked")))

    def test_one_against_ends_it_when_all_have_to_approve(self):
        self._approvers(self.contact_a, self.carla)
        self._send()
        self._decide(self.carla, "changes")
        self.assertEqual(self.piece.state, "changes_requested")
        self.assertEqual(self.piece.rounds, 1)
        self.assertFalse(self.piece._is_waiting_for(self.contact_a))

    def test_quorum(self):
        self._approvers(
            self.contact_a,
            self.carla,
            self.davi,
            approval_rule="quorum",
            approval_quorum=2,
        )
        self._send()
        self._decide(self.carla, "changes")
        self.assertEqual(self.piece.state, "awaiting_approval")
        self._decide(self.contact_a)
        self._decide(self.davi)
        self.assertEqual(self.piece.state, "approved")
        self.assertEqual(self.piece.rounds, 0)

    def test_quorum_within_the_number_of_approvers(self):
        for quorum in (0, 3):
            with self.subTest(quorum=quorum), self.assertRaises(ValidationError):
                self._approvers(
                    self.contact_a,
                    self.carla,
                    approval_rule="quorum",
                    approval_quorum=quorum,
                )

    def test_the_first_decides(self):
        self._approvers(self.contact_a, self.carla, approval_rule="any")
        self._send()
        self._decide(self.carla)
        self.assertEqual(self.piece.state, "approved")
        with self.assertRaisesRegex(UserError, "not waiting"):
            self._decide(self.contact_a)

    def test_one_after_the_other(self):
        self._approvers(self.contact_a, self.carla, approval_in_order=True)
        self._send()
        self.assertEqual(self._mailed(), self.contact_a)
        with self.assertRaisesRegex(UserError, "Paula Azul decide first"):
            self._decide(self.carla)
        self._decide(self.contact_a)
        self.assertEqual(self._mailed(), self.carla)
        self.assertTrue(self.piece._is_waiting_for(self.carla))
        self.assertFalse(self.piece._is_waiting_for(self.contact_a))
        self._decide(self.carla)
        self.assertEqual(self.piece.state, "approved")

    def test_next_version_asks_everybody_again(self):
        self._approvers(self.contact_a, self.carla)
        self._send()
        self._decide(self.contact_a)
        self._decide(self.carla, "changes")
        self._mailed()
        self._send()
        self.assertEqual(self._mailed(), self.contact_a | self.carla)
        self._decide(self.contact_a)
        with self.assertRaisesRegex(UserError, "already decided"):
            self._decide(self.contact_a)

    def test_others_look_but_do_not_decide(self):
        self._approvers(self.carla)
        self._send()
        with self.assertRaisesRegex(UserError, "Carla Azul decide on"):
            self._decide(self.contact_a)

    def test_a_deputy_decides_instead(self):
        self._approvers(self.carla)
        self._send()
        self._mailed()
        self.piece.approver_ids.with_user(self.user_manager).deputy_id = self.davi
        self.assertIn(self.davi, self._mailed())
        row = self._decide(self.davi)
        self.assertEqual(row.author_id, self.davi)
        self.assertEqual(row.approver_partner_id, self.carla)
        self.assertEqual(self.piece.state, "approved")

    def test_who_decides_is_fixed_while_the_client_decides(self):
        self._approvers(self.contact_a, self.carla)
        self._send()
        approvers = self.piece.approver_ids.with_user(self.user_manager)
        piece = self.piece.with_user(self.user_manager)
        with self.assertRaisesRegex(UserError, "is with the client"):
            approvers[:1].unlink()
        with self.assertRaisesRegex(UserError, "is with the client"):
            piece.approval_rule = "any"
        with self.assertRaisesRegex(UserError, "is with the client"):
            piece.approver_ids = [(0, 0, {"partner_id": self.davi.id})]
        with self.assertRaises(UserError):
            approvers[:1].is_asked = False

    def test_approvers_are_the_clients_people_and_somebody_else_than_the_deputy(self):
        with self.assertRaisesRegex(ValidationError, "not one of the people"):
            self._approvers(self.contact_b)
        for user in (self.user_creation, self.user_traffic, self.portal_a):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.env["client.piece.approver"].with_user(user).create(
                    {"piece_id": self.piece.id, "partner_id": self.carla.id}
                )

    def test_the_same_approvers_for_the_whole_job(self):
        other = self.piece.copy()
        self._approvers(self.contact_a, self.carla, approval_in_order=True)
        self.piece.with_user(self.user_manager).action_copy_approvers()
        self.assertEqual(other.approver_ids.partner_id, self.contact_a | self.carla)
        self.assertTrue(other.approval_in_order)

    def test_an_approver_without_address_is_named_before_sending(self):
        self._approvers(self.carla)
        self.carla.email = False
        with self.assertRaisesRegex(UserError, "Carla Azul.*e-mail"):
            self._send()


@tagged("post_install", "-at_install")
class TestPieceRounds(ApproverCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.piece.with_user(cls.user_manager).write(
            {"rounds_agreed": 1, "round_price": 150}
        )

    def test_a_round_beyond_those_included_is_agreed_to_first(self):
        self._send()
        self._decide(self.contact_a, "changes")
        self._send()
        for agreed in (None, "", "x", "149.99", 0):
            with (
                self.subTest(agreed=agreed),
                self.assertRaisesRegex(UserError, "Another one costs.*150"),
            ):
                self._decide(self.contact_a, "changes", agreed_price=agreed)
        self.assertEqual(self.piece.state, "awaiting_approval")
        row = self._decide(self.contact_a, "changes", agreed_price="150.0")
        self.assertEqual(row.extra_price, 150)
        self.assertEqual(self.piece.extra_amount, 150)
        self.assertEqual(self.piece.state, "changes_requested")

    def test_approving_and_refusing_cost_nothing(self):
        self.piece.rounds_agreed = 0
        self._send()
        row = self._decide(self.contact_a, "refused", agreed_price="150")
        self.assertFalse(row.extra_price)

    def test_a_changed_price_is_asked_about_again(self):
        self.piece.rounds_agreed = 0
        self._send()
        self.piece.with_user(self.user_manager).round_price = 200
        with self.assertRaisesRegex(UserError, "200"):
            self._decide(self.contact_a, "changes", agreed_price="150")

    def test_recording_a_decision_asks_for_the_clients_consent(self):
        self.piece.rounds_agreed = 0
        self._send()
        action = self.piece.with_user(self.user_manager).action_record_decision()
        form = Form(
            self.env["client.piece.decide"]
            .with_user(self.user_manager)
            .with_context(**action["context"])
        )
        form.decision = "changes"
        form.comment = "By phone"
        wizard = form.save()
        self.assertEqual(wizard.extra_price, 150)
        with self.assertRaisesRegex(UserError, "costs"):
            wizard.action_apply()
        wizard.is_price_agreed = True
        wizard.action_apply()
        self.assertEqual(self.piece.decision_ids.extra_price, 150)

    def test_the_price_comes_with_the_type(self):
        self.type_banner.round_price = 90
        piece = self.env["client.piece"].create(
            {
                "job_id": self.piece.job_id.id,
                "name": "Second",
                "type_id": self.type_banner.id,
            }
        )
        self.assertEqual(piece.round_price, 90)
        with self.assertRaises(AccessError):
            piece.with_user(self.portal_a).read(["round_price"])
