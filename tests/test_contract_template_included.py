"""What the services of a template include comes with a contract made from it."""

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common_contract import ContractCommon


@tagged("post_install", "-at_install")
class TestContractTemplateIncluded(ContractCommon):
    """Hours and pieces on templates."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template = cls.env["client.contract.template"].create(
            {
                "name": "Retainer",
                "line_ids": [
                    Command.create({"product_id": cls.service.id}),
                    Command.create({"product_id": cls.extra_service.id}),
                ],
            }
        )
        cls.line = cls.template.line_ids[0]
        included = cls.env["client.contract.template.included"]
        cls.hours = included.create(
            {
                "line_id": cls.line.id,
                "name": "Hours of design",
                "quantity": 20,
                "policy": "carry",
                "months": 2,
                "cap": 10,
                "price_unit": 95,
            }
        )
        cls.piece_type = cls.env["client.piece.type"].search([], limit=1)
        cls.pieces = included.create(
            {
                "line_id": cls.line.id,
                "name": "Posts",
                "kind": "pieces",
                "quantity": 4,
                "product_id": cls.extra_service.id,
                "piece_type_ids": [Command.set(cls.piece_type.ids)],
                "is_portal_visible": False,
            }
        )

    def _fill_form(self):
        form = Form(self.env["client.contract"].with_user(self.user_manager))
        form.client_id = self.client_a
        form.template_id = self.template
        return form.save()

    def test_contract_from_a_template(self):
        contract = self._fill_form()
        self.assertEqual(len(contract.line_ids), 2)
        hours, pieces = contract.included_ids
        self.assertEqual(contract.included_ids.line_id, contract.line_ids[0])
        self.assertEqual(
            (hours.name, hours.kind, hours.quantity), ("Hours of design", "hours", 20)
        )
        self.assertEqual((hours.policy, hours.months, hours.cap), ("carry", 2, 10))
        self.assertEqual(hours.price_unit, 95)
        self.assertEqual(hours.date_start, contract.date_start)
        self.assertEqual(pieces.piece_type_ids, self.piece_type)
        # the price of the product that the extra is billed as
        self.assertEqual(pieces.price_unit, 700)
        self.assertFalse(pieces.is_portal_visible)
        # it is counted once the contract runs, and was no part of the template's copy
        contract.action_approve()
        self.assertEqual(hours.consumption_ids[:1].quantity, 20)
        copy = contract.copy()
        self.assertEqual(len(copy.included_ids), 2)
        self.hours.quantity = 30
        self.assertEqual(hours.quantity, 20)

    def test_template_is_copied_with_it(self):
        copy = self.template.copy()
        self.assertEqual(copy.included_ids.mapped("name"), ["Hours of design", "Posts"])
        self.assertEqual(copy.included_ids.line_id, copy.line_ids[0])
        self.assertEqual(self.line.display_name, self.service.display_name)

    def test_bad_input(self):
        other = self.template.copy()
        with self.assertRaisesRegex(ValidationError, "another template"):
            self.hours.line_id = other.line_ids[0]
        with mute_logger("odoo.sql_db"), self.assertRaises(Exception) as caught:
            with self.env.cr.savepoint():
                self.hours.quantity = -1
                self.env.flush_all()
        self.assertIn("quantity_positive", str(caught.exception))
        self.hours.scope = "client"
        self.assertNotIn(
            "projects",
            dict(self.hours._fields["scope"]._description_selection(self.env)),
        )

    def test_who_may(self):
        for user, reads, writes in (
            (self.user_admin_hub, True, True),
            (self.user_manager, True, False),
            (self.user_accountant, True, False),
            (self.user_creation, False, False),
            (self.portal_a, False, False),
        ):
            with self.subTest(user=user.login):
                hours = self.hours.with_user(user)
                self.assertEqual(hours.has_access("read"), reads)
                self.assertEqual(hours.has_access("write"), writes)
        with self.assertRaises(AccessError):
            self.template.included_ids.with_user(self.user_creation).mapped("name")
