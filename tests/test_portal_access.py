"""Who of a client may sign in, and what is kept of it."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ClientHubCommon


@tagged("post_install", "-at_install")
class TestPortalAccess(ClientHubCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.newcomer = cls.env["res.partner"].create(
            {
                "name": "Nuno Novo",
                "parent_id": cls.client_a.id,
                "email": "nuno@azul.example",
            }
        )

    def _dialog_line(self):
        contact = self.newcomer.with_user(self.user_manager)
        action = contact.action_grant_portal_access()
        wizard = self.env["portal.wizard"].browse(action["res_id"])
        return wizard.user_ids.filtered(
            lambda line: line.partner_id == self.newcomer
        ).with_user(self.user_manager)

    def test_account_manager_grants_access_and_it_is_logged(self):
        self._dialog_line().action_grant_access()
        self.assertTrue(self.newcomer.has_portal_user)
        self.env.cr.flush()
        row = self.env["client.history"].search(
            [("client_id", "=", self.client_a.id), ("kind", "=", "access")], limit=1
        )
        self.assertEqual(row.note, "Portal access granted")
        self.assertEqual(row.user_id, self.user_manager)

    def test_revoked_access_is_gone_and_logged(self):
        self._dialog_line().action_grant_access()
        self._dialog_line().action_revoke_access()
        self.assertFalse(self.newcomer.has_portal_user)

    def test_client_that_does_not_allow_it(self):
        self.client_a.client_portal_access = "no"
        with self.assertRaisesRegex(UserError, "“Azul Cosmetics” does not allow"):
            self._dialog_line()
        self.assertFalse(self.newcomer.user_ids)

    def test_settings_decide_for_clients_without_a_choice(self):
        self.company.client_portal_default = False
        self.assertFalse(self.newcomer._is_portal_allowed())
        self.client_a.client_portal_access = "yes"
        self.assertTrue(self.newcomer._is_portal_allowed())

    def test_scope_decides_what_a_contact_sees(self):
        daughter = self._create_client("Azul Kids", parent_id=False)
        daughter.parent_id = self.client_a
        daughter.is_company = True
        self.assertEqual(self.contact_a._portal_client_ids(), self.client_a)
        self.contact_a.portal_scope = "group"
        self.assertEqual(self.contact_a._portal_client_ids(), self.client_a | daughter)
        self.contact_a.portal_scope = "own"
        self.assertEqual(self.portal_a._client_portal_full_ids(), [])
