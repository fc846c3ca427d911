"""A new client in the browser, from its creation until it is complete."""

from odoo import fields
from odoo.tests import HttpCase, tagged

from .common import ClientHubCommon


@tagged("post_install", "-at_install")
class TestTourClient(ClientHubCommon, HttpCase):
    def test_account_manager_completes_a_new_client(self):
        self.env["client.profile.questionnaire"]._main().question_definition = [
            {"name": "audience", "type": "text", "string": "Audience"}
        ]
        self.start_tour(
            "/odoo/clients", "client_hub_new_client", login=self.user_manager.login
        )
        client = self.env["res.partner"].search([("name", "=", "Nova Nurseries")])
        self.assertRecordValues(
            client,
            [
                {
                    "is_client": True,
                    "legal_name": "Nova Viveiros Lda",
                    "street": "Rua das Flores 7",
                    "zip": "2900-001",
                    "city": "Setúbal",
                    "vat": "PT501442600",
                    "relationship_kind": "lead",
                    "account_manager_id": self.user_manager.id,
                    "client_payment_day": "10",
                    "client_discount": 7.5,
                }
            ],
        )
        self.assertIn("Audience: Gardeners", client.client_profile_text)
        self.assertEqual(client.property_payment_term_id.name, "30 Days")
        contact = client.child_ids.filtered(lambda child: child.type == "contact")
        self.assertEqual(contact.name, "Nuno Novo")
        self.assertEqual(contact.client_role_ids.mapped("name"), ["Finance"])
        delivery = client.child_ids - contact
        self.assertEqual((delivery.type, delivery.city), ("delivery", "Palmela"))
        dates = self.env["client.profile.date"].search([("client_id", "=", client.id)])
        self.assertEqual(dates.name, "Spring market")
        call = client.activity_ids
        self.assertEqual(call.activity_type_id.category, "phonecall")
        self.assertEqual(call.user_id, self.user_manager)
        self.assertGreaterEqual(call.date_deadline, fields.Date.today())

    def test_who_may_not_create_clients_has_no_button(self):
        self.start_tour(
            "/odoo/clients", "client_hub_no_new_client", login=self.user_creation.login
        )
