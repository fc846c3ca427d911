"""The contact signs a contract, and approves an amount, in a browser."""

from datetime import date

from odoo.tests import HttpCase, tagged

from .common_signature import SignatureCommon


class ContractStory(SignatureCommon, HttpCase):
    """The agency's steps go by ORM."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.client_a.client_portal_access = "yes"
        cls.retainer = cls._create_contract(
            name="Retainer", entry_approval_required=True
        )

    def _run_story(self):
        login = self.portal_a.login
        # the page shows a real PDF
        contract = self.contract.with_user(self.user_manager)
        with self.allow_pdf_render():
            row = contract.with_context(force_report_rendering=True)._request_signature(
                self.contact_a, date(2099, 1, 1)
            )
        self.assertTrue(row._get_document().startswith(b"%PDF"))
        self.start_tour("/my", "client_hub_portal_sign", login=login)
        self.env.invalidate_all()
        self.assertRecordValues(
            row,
            [
                {
                    "state": "signed",
                    "signed_name": "Paula Azul",
                    "signed_user_id": self.portal_a.id,
                    "document_check": "equal",
                }
            ],
        )
        self.assertEqual(self.contract.state, "approved")
        self.start_tour("/my/contracts", "client_hub_portal_approve_entry", login=login)
        self.env.invalidate_all()
        entries = self.retainer.entry_ids.sorted("date_due")
        self.assertEqual(entries[:1].approved_by_id, self.portal_a)
        self.assertFalse(any(entries[1:].mapped("approved")))
        self.assertIn("asks about", self.retainer.activity_ids.summary)


@tagged("post_install", "-at_install")
class TestContractTour(ContractStory):
    browser_size = "1366x768"

    def test_sign_and_approve(self):
        self._run_story()


@tagged("post_install", "-at_install")
class TestContractTourPhone(ContractStory):
    browser_size = "375x667"
    touch_enabled = True

    def test_sign_and_approve_on_a_phone(self):
        self._run_story()
