"""The people of a client: cards, roles, one e-mail to several, mailing lists."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from .common import ClientHubCommon


class ContactsCommon(ClientHubCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.role_decides = cls.env.ref("client_hub.client_contact_role_decides")
        cls.role_pays = cls.env.ref("client_hub.client_contact_role_pays")
        cls.payer = cls.env["res.partner"].create(
            {
                "name": "Rita Receipts",
                "parent_id": cls.client_a.id,
                "email": "rita@azul.example",
                "function": "Controller",
                "client_role_ids": cls.role_pays.ids,
            }
        )
        cls.contact_a.client_role_ids = cls.role_decides
        cls.people = cls.contact_a | cls.payer


@tagged("post_install", "-at_install")
class TestContacts(ContactsCommon):
    def test_cards_are_found_by_role(self):
        people = self.env["res.partner"].with_user(self.user_creation)
        domain = [("commercial_partner_id", "=", self.client_a.id)]
        found = people.search([*domain, ("client_role_ids", "in", self.role_pays.ids)])
        self.assertEqual(found, self.payer)
        panel = people.search_panel_select_multi_range(
            "client_role_ids",
            category_domain=[],
            comodel_domain=[],
            filter_domain=[],
            search_domain=domain,
            enable_counters=True,
            group_by=False,
            expand=False,
        )
        counts = {value["display_name"]: value["__count"] for value in panel["values"]}
        self.assertEqual((counts["Decides"], counts["Finance"]), (1, 1))

    def test_roles_are_in_the_history_and_not_on_the_portal(self):
        own = self.payer.with_user(self.user_manager)
        own.client_role_ids += self.role_decides
        self.env.cr.flush()
        rows = self.env["client.history"].search(
            [("client_id", "=", self.client_a.id), ("res_id", "=", self.payer.id)]
        )
        self.assertTrue(any("Roles" in (row.summary or "") for row in rows))
        with self.assertRaises(AccessError):
            self.payer.with_user(self.portal_a).read(["client_role_ids"])
        with self.assertRaises(AccessError):
            self.payer.with_user(self.user_creation).client_role_ids = False

    def test_one_mail_to_several_through_the_composer(self):
        action = self.people.with_user(self.user_manager).action_client_mail()
        composer = (
            self.env[action["res_model"]]
            .with_user(self.user_manager)
            .with_context(**action["context"])
            .create({"subject": "New office", "body": "<p>We moved.</p>"})
        )
        composer.action_send_mail()
        mails = self.env["mail.mail"].search([("subject", "=", "New office")])
        self.assertEqual(len(mails), 2)
        self.assertEqual(mails.recipient_ids, self.people)

    def test_those_without_an_address_are_named(self):
        self.payer.email = False
        people = self.people.with_user(self.user_manager)
        with self.assertRaisesRegex(UserError, "Rita Receipts"):
            people.action_client_mail()

    def test_restricted_people_get_no_mail_from_outside(self):
        self.client_a.client_restricted = True
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            self.people.with_user(self.user_outsider).action_client_mail()

    def test_mailing_list_where_there_is_email_marketing(self):
        people = self.people.with_user(self.user_manager)
        if "mailing.list" not in self.env:
            self.assertFalse(people.client_may_use_mailing_lists())
            with self.assertRaisesRegex(UserError, "need the Email Marketing app"):
                people.action_client_mailing_list()
            dialog = self.env["client.mailing.list"].create(
                {"partner_ids": people.ids, "new_name": "Newsletter"}
            )
            self.assertEqual(dialog._selection_lists(), [])
            with self.assertRaisesRegex(UserError, "need the Email Marketing app"):
                dialog.action_add()
            return
        # the app is there, but not for him
        self.assertFalse(people.client_may_use_mailing_lists())
        with self.assertRaisesRegex(UserError, "need the Email Marketing app"):
            people.action_client_mailing_list()
        self.user_manager.group_ids += self.env.ref(
            "mass_mailing.group_mass_mailing_user"
        )
        self.assertTrue(people.client_may_use_mailing_lists())
        action = people.action_client_mailing_list()
        dialog = (
            self.env[action["res_model"]]
            .with_user(self.user_manager)
            .with_context(**action["context"])
            .create({"new_name": "Friends of Azul"})
        )
        dialog.action_add()
        lists = self.env["mailing.list"].search([("name", "=", "Friends of Azul")])
        self.assertEqual(
            set(lists.contact_ids.mapped("email")), set(self.people.mapped("email"))
        )
        again = dialog.copy({"new_name": False, "list_key": str(lists.id)})
        result = again.action_add()
        self.assertEqual(len(lists.contact_ids), 2)
        self.assertIn("0 of 2 contacts added", result["params"]["message"])


@tagged("post_install", "-at_install")
class TestContactsTour(ContactsCommon, HttpCase):
    def test_account_manager_selects_two_and_writes_to_them(self):
        self.start_tour(
            f"/odoo/res.partner/{self.client_a.id}",
            "client_hub_contacts",
            login=self.user_manager.login,
        )
        # the mails themselves are gone once they are sent
        messages = self.env["mail.message"].search([("subject", "=", "To both")])
        self.assertEqual(set(messages.mapped("res_id")), set(self.people.ids))

    def test_mailing_list_is_offered_where_there_is_email_marketing(self):
        is_installed = "mailing.list" in self.env
        if is_installed:
            self.user_manager.group_ids += self.env.ref(
                "mass_mailing.group_mass_mailing_user"
            )
        self.start_tour(
            f"/odoo/res.partner/{self.client_a.id}",
            "client_hub_mailing_list" if is_installed else "client_hub_no_mailing_list",
            login=self.user_manager.login,
        )
        if is_installed:
            lists = self.env["mailing.list"].search([("name", "=", "Friends of Azul")])
            self.assertEqual(lists.contact_ids.mapped("email"), [self.payer.email])

    def _add_contacts(self):
        self.start_tour(
            f"/odoo/res.partner/{self.client_a.id}",
            "client_hub_contact_add",
            login=self.user_manager.login,
        )
        contacts = self.env["res.partner"].search(
            [("name", "in", ("Nadia Newcomer", "Hugo Hurry"))]
        )
        self.assertEqual(len(contacts), 2)
        self.assertEqual(contacts.parent_id, self.client_a)
        self.assertEqual(set(contacts.mapped("type")), {"contact"})
        self.assertFalse(any(contacts.mapped("is_company")))

    def test_account_manager_adds_contacts(self):
        self._add_contacts()

    def test_account_manager_adds_contacts_to_a_restricted_client(self):
        self.client_a.client_restricted = True
        self._add_contacts()


@tagged("post_install", "-at_install")
class TestChatters(ClientHubCommon):
    def test_comments_with_mention_and_file_on_every_document(self):
        documents = [
            self.client_a,
            self.env["client.contract"].create(
                {"name": "Fee", "client_id": self.client_a.id}
            ),
            self.env["client.job"].create(
                {"name": "Spring", "client_id": self.client_a.id}
            ),
            self.env["client.budget"].create(
                {
                    "name": "2026",
                    "client_id": self.client_a.id,
                    "amount": 1000,
                    "date_start": "2026-01-01",
                    "date_end": "2026-12-31",
                }
            ),
        ]
        documents.append(
            self.env["client.piece"].create(
                {
                    "name": "Banner",
                    "job_id": documents[2].id,
                    "type_id": self.env["client.piece.type"].search([], limit=1).id,
                }
            )
        )
        mentioned = self.user_admin_hub.partner_id
        for document in documents:
            with self.subTest(model=document._name):
                arch = document.get_view(view_type="form")["arch"]
                self.assertIn("<chatter", arch)
                message = document.with_user(self.user_manager).message_post(
                    body="Look at this",
                    message_type="comment",
                    partner_ids=mentioned.ids,
                    attachments=[("note.txt", b"text")],
                )
                self.assertIn(mentioned, message.notified_partner_ids)
                self.assertEqual(message.attachment_ids.mapped("name"), ["note.txt"])
