"""The printed client card: what is on it, and for whom."""

import io

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged
from odoo.tools.pdf import PdfFileReader

from .test_client_profile import ProfileCommon

CARD = "client_hub.report_client_card"


@tagged("post_install", "-at_install")
class TestClientCard(ProfileCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.client_a.write(
            {
                "street": "Rua das Abelhas 7",
                "client_profile_html": "<p>Never call before ten.</p>",
                "client_payment_day": "20",
                "client_profile_properties": {
                    "audience": "Beekeepers in the Alentejo",
                    "tone": "w",
                },
            }
        )
        cls.contact_a.function = "Queen of marketing"
        cls.env["client.profile.date"].create(
            {"client_id": cls.client_a.id, "name": "Honey fair", "date": "2030-09-01"}
        )
        contract = cls.env["client.contract"].create(
            {
                "name": "Social media fee",
                "client_id": cls.client_a.id,
                "line_ids": [
                    (0, 0, {"product_id": cls.product_a.id, "price_unit": 4321.0})
                ],
            }
        )
        contract.sudo().write({"state": "sent"})
        contract.sudo().write({"state": "approved"})
        cls.env["client.budget"].create(
            {
                "name": "Summer campaign",
                "client_id": cls.client_a.id,
                "amount": 98765,
                "date_start": "2026-01-01",
                "date_end": "2026-12-31",
            }
        )
        cls.env.flush_all()

    def _html(self, user, clients=None):
        content, _kind = (
            self.env["ir.actions.report"]
            .with_user(user)
            ._render_qweb_html(CARD, (clients or self.client_a).ids)
        )
        return content.decode()

    def test_end_of_a_contract_follows_its_comma(self):
        contract = self.env["client.contract"].search(
            [("client_id", "=", self.client_a.id)]
        )
        contract.date_end = "2031-08-31"
        html = " ".join(self._html(self.user_manager).split())
        self.assertIn(f"{contract._get_recurrence_text()}, until <span", html)
        self.assertIn("08/31/2031", html)

    def test_card_has_text_that_can_be_selected(self):
        reports = self.env["ir.actions.report"].with_context(
            force_report_rendering=True
        )
        content, kind = reports.with_user(self.user_manager)._render_qweb_pdf(
            CARD, self.client_a.ids
        )
        self.assertEqual(kind, "pdf")
        pdf = PdfFileReader(io.BytesIO(content))
        text = " ".join(page.extract_text() for page in pdf.pages)
        text = " ".join(text.split())
        self.assertNotIn("res.partner", text)
        for part in (
            "Azul Cosmetics",
            "Beekeepers in the Alentejo",
            "Tone of voice",
            "Never call before ten.",
            "Honey fair",
            "Queen of marketing",
            "Rua das Abelhas 7",
        ):
            with self.subTest(part=part):
                self.assertIn(part, text)

    def test_figures_are_for_those_who_see_them_on_screen(self):
        for user, may in (
            (self.user_manager, True),
            (self.user_accountant, True),
            (self.user_creation, False),
            (self.user_traffic, False),
        ):
            with self.subTest(user=user.login):
                html = self._html(user)
                self.assertIn("Beekeepers in the Alentejo", html)
                for part in (
                    "Social media fee",
                    "4,321.00",
                    "98,765.00",
                    "Payment day",
                ):
                    self.assertEqual(part in html, may, part)

    def test_credit_limit_is_for_finance(self):
        self.client_a.with_company(self.company).write(
            {"use_partner_credit_limit": True, "credit_limit": 7777.0}
        )
        self.env.flush_all()
        self.assertIn("7,777", self._html(self.user_accountant))
        self.assertNotIn("7,777", self._html(self.user_manager))

    def test_people_from_outside_and_behind_the_wall_print_nothing(self):
        with self.assertRaises(AccessError):
            self._html(self.portal_a)
        self.client_a.client_restricted = True
        self.env.invalidate_all()
        for user in (self.user_outsider, self.user_creation):
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError) as caught:
                    self._html(user, self.client_a | self.client_b)
                self.assertNotIn("Azul", str(caught.exception))
        self.assertIn("Beekeepers", self._html(self.user_manager))

    def test_card_is_in_the_print_menu_of_clients(self):
        views = (
            self.env["res.partner"]
            .with_user(self.user_creation)
            .get_views([(False, "form")], {"toolbar": True})
        )
        prints = views["views"]["form"]["toolbar"]["print"]
        self.assertIn("Client card", [report["name"] for report in prints])
