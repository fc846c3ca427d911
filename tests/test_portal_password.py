"""Login and password that the agency sets for a contact."""

import json

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from .common import ClientHubCommon

SECRET = "corrrect-horse-4711"


@tagged("post_install", "-at_install")
class TestPortalPassword(ClientHubCommon, HttpCase):
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

    def _dialog(self, partner=None, user=None, **values):
        partner = (partner or self.newcomer).with_user(user or self.user_manager)
        action = partner.action_client_portal_access()
        self.assertEqual(action["target"], "new")
        return (
            self.env[action["res_model"]]
            .with_user(user or self.user_manager)
            .with_context(**action["context"])
            .create(values)
        )

    def _set(self, password=SECRET, again=None, **values):
        dialog = self._dialog(
            method="password",
            password=password,
            password_again=password if again is None else again,
            **values,
        )
        dialog.action_set_password()
        return dialog

    def _notes(self):
        self.env.cr.flush()
        return self.env["client.history"].search(
            [("client_id", "=", self.client_a.id), ("kind", "=", "access")]
        )

    def _signs_in(self, login, password):
        self.env.cr.flush()
        self.env.invalidate_all()
        credential = {"type": "password", "login": login, "password": password}
        user = self.env["res.users"].sudo().search([("login", "=", login)])
        try:
            user.with_user(user)._check_credentials(credential, {"interactive": True})
        except Exception:  # noqa: BLE001
            return False
        return True

    def test_account_manager_sets_login_and_password(self):
        dialog = self._dialog()
        self.assertEqual((dialog.state, dialog.login), ("none", "nuno@azul.example"))
        self._set(login="  Nuno.Novo ")
        user = self.newcomer.user_ids
        self.assertEqual(user.login, "nuno.novo")
        self.assertTrue(user._is_portal())
        self.assertFalse(user._is_internal())
        self.assertTrue(self._signs_in("nuno.novo", SECRET))
        self.assertFalse(self._signs_in("nuno.novo", "wrong-password"))

    def test_password_is_kept_nowhere(self):
        action = self.newcomer.with_user(
            self.user_manager
        ).action_client_portal_access()
        # as the web client does it: the answer must not hold it either
        values = {
            "method": "password",
            "password": SECRET,
            "password_again": SECRET,
        }
        answer = (
            self.env["client.portal.access"]
            .with_user(self.user_manager)
            .with_context(**action["context"])
            .web_save(values, {"password": {}, "password_again": {}, "login": {}})
        )
        self.assertNotIn(SECRET, json.dumps(answer))
        dialog = self.env["client.portal.access"].browse(answer[0]["id"])
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT row_to_json(d)::text FROM client_portal_access d WHERE id = %s",
            [dialog.id],
        )
        self.assertNotIn(SECRET, self.env.cr.fetchone()[0])
        own = dialog.with_user(self.user_manager)
        own.action_set_password()
        self.assertFalse(own.read(["password", "password_again"])[0]["password"])
        with self.assertRaises(AccessError):
            own.read(["password_hash"])
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT password_hash FROM client_portal_access WHERE id = %s", [dialog.id]
        )
        self.assertFalse(self.env.cr.fetchone()[0])
        row = self._notes()[0]
        self.assertEqual(
            row.note, "Portal access granted, password set: nuno@azul.example"
        )
        self.assertEqual(row.user_id, self.user_manager)
        self.assertNotIn(SECRET, str(row.read()))

    def test_policy_and_typing_errors_each_have_their_sentence(self):
        self.env["ir.config_parameter"].sudo().set_param(
            "auth_password_policy.minlength", "12"
        )
        cases = [
            ({"password": "short", "again": "short"}, "it needs at least 12"),
            ({"again": "something-else"}, "The two passwords differ"),
            ({"password": "", "again": ""}, "Enter a password, twice"),
            (
                {"password": "Nuno@azul.example"},
                "must differ from the login and the e-mail",
            ),
            ({"login": ""}, "Enter a login"),
            ({"login": "no spaces"}, "can't be a login"),
            ({"login": "ab"}, "can't be a login"),
            ({"login": self.portal_b.login.upper()}, "is taken: choose another"),
            ({"login": self.user_creation.login}, "is taken: choose another"),
        ]
        for values, sentence in cases:
            with (
                self.subTest(values=values),
                self.assertRaisesRegex(UserError, sentence) as caught,
            ):
                self._set(**values)
            if values.get("password"):
                self.assertNotIn(values["password"], str(caught.exception))
        self.assertFalse(self.newcomer.user_ids)

    def test_a_new_password_ends_the_old_one_and_its_sessions(self):
        self._set()
        user = self.newcomer.user_ids
        before = user._compute_session_token("session")
        self._set(password="another-password-1")
        self.assertFalse(self._signs_in(user.login, SECRET))
        self.assertTrue(self._signs_in(user.login, "another-password-1"))
        self.assertNotEqual(user._compute_session_token("session"), before)
        self.assertEqual(self._notes()[0].note, "Portal password changed")

    def test_invitation_again_and_revoke(self):
        self._dialog().action_invite()
        user = self.newcomer.user_ids
        self.assertEqual(user.login, "nuno@azul.example")
        self.assertEqual(self._dialog().state, "invited")
        self._dialog().action_invite()
        self._dialog().action_revoke()
        self.assertFalse(self.newcomer.has_portal_user)
        self.assertFalse(user.active)
        # beside them are what changed: that the contact signs in, and no more
        self.assertCountEqual(
            filter(None, self._notes().mapped("note")),
            [
                "Portal access granted",
                "Portal invitation sent again",
                "Portal access revoked",
                "Links with a token renewed",
            ],
        )
        # and back, with a password: the same login
        self._set()
        self.assertTrue(user.active)
        self.assertTrue(self._signs_in(user.login, SECRET))

    def test_scope_is_set_in_the_same_dialog(self):
        self._set(portal_scope="group", portal_group_jobs=True)
        self.assertEqual(self.newcomer.portal_scope, "group")
        self.assertTrue(self.newcomer.portal_group_jobs)

    def test_client_that_allows_no_access(self):
        self.client_a.client_portal_access = "no"
        for attempt in (self._set, lambda: self._dialog().action_invite()):
            with self.assertRaisesRegex(UserError, "“Azul Cosmetics” does not allow"):
                attempt()
        self.assertFalse(self.newcomer.user_ids)

    def test_an_employee_is_not_taken_over(self):
        employee = self.user_creation.partner_id
        employee.parent_id = self.client_a
        dialog = self._dialog(
            employee, method="password", password=SECRET, password_again=SECRET
        )
        self.assertEqual(dialog.state, "internal")
        for method in ("action_set_password", "action_invite", "action_revoke"):
            with self.assertRaisesRegex(UserError, "is an employee"):
                getattr(dialog, method)()
        self.assertFalse(self._signs_in(self.user_creation.login, SECRET))

    def test_those_who_may_not(self):
        for user in (self.user_creation, self.user_traffic, self.user_accountant):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self._dialog(user=user)
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.env["client.portal.access"].with_user(user).create(
                    {"partner_id": self.newcomer.id}
                )
        self.client_a.client_restricted = True
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            self.env["client.portal.access"].with_user(self.user_outsider).create(
                {"partner_id": self.newcomer.id}
            )
        stranger = self.env["res.partner"].create({"name": "Not of a client"})
        with self.assertRaisesRegex(UserError, "is not a contact of a client"):
            self._dialog(stranger)

    def test_another_contact_cannot_be_slipped_in(self):
        dialog = self._dialog(method="password", password=SECRET, password_again=SECRET)
        self.client_b.client_restricted = True
        self.client_b.account_manager_id = self.user_admin_hub
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            dialog.write({"partner_id": self.contact_b.id})
            dialog.action_set_password()
