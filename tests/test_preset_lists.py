"""Lists are extended where they are chosen from, by the people who may."""

from lxml import etree

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import ClientHubCommon

CLIENT = "base.view_partner_form"
FILE = "client_hub.ir_attachment_view_form_client"


@tagged("post_install", "-at_install")
class TestPresetLists(ClientHubCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user_owner = cls._create_user(
            "hub_owner", "account.group_account_manager,base.group_partner_manager"
        )
        cls.user_settings = cls._create_user(
            "hub_settings", "base.group_erp_manager,client_hub.group_manager"
        )
        # view, field: who may, who may not; each with the least that it takes
        cls.lists = {
            (CLIENT, "client_profile_type_id"): (cls.user_manager, cls.user_creation),
            (CLIENT, "client_substatus_id"): (cls.user_manager, cls.user_creation),
            (CLIENT, "client_billing_type_id"): (
                cls.user_manager,
                cls.user_creation,
            ),
            (CLIENT, "client_role_ids"): (cls.user_manager, cls.user_creation),
            (CLIENT, "property_payment_term_id"): (cls.user_owner, cls.user_manager),
            (CLIENT, "property_inbound_payment_method_line_id"): (
                cls.user_accountant,
                cls.user_manager,
            ),
            (CLIENT, "user_id"): (cls.user_settings, cls.user_manager),
            (FILE, "client_file_kind_id"): (cls.user_admin_hub, cls.user_manager),
        }

    def _nodes(self, view, user, name):
        view = self.env.ref(view)
        model = self.env[view.model].with_user(user)
        arch = etree.fromstring(model.get_view(view.id, "form")["arch"])
        nodes = arch.xpath(f"//field[@name='{name}']")
        # Odoo's own tabs show some of them as well; those for clients are ours
        return [
            node
            for node in nodes
            if view.model != "res.partner"
            or node.xpath("ancestor::page[starts-with(@name, 'client_')]")
            or not node.xpath("ancestor::page")
        ]

    def test_who_gets_the_pencil(self):
        for (view, name), (allowed, refused) in self.lists.items():
            with self.subTest(field=name):
                nodes = self._nodes(view, allowed, name)
                self.assertTrue(nodes)
                for node in nodes:
                    self.assertEqual(node.get("can_create"), "True")
                    self.assertEqual(node.get("can_write"), "True")
                    options = node.get("options") or ""
                    for option in ("no_open", "'no_create'", "no_create_edit"):
                        self.assertNotIn(option, options)
                for node in self._nodes(view, refused, name):
                    self.assertNotEqual(node.get("can_create"), "True")
                    self.assertNotEqual(node.get("can_write"), "True")

    def test_who_adds_and_changes_an_entry(self):
        for (view, name), (allowed, refused) in self.lists.items():
            if name in ("user_id", "property_inbound_payment_method_line_id"):
                # more than a name is asked for
                continue
            model = self.env.ref(view).model
            Entries = self.env[self.env[model]._fields[name].comodel_name]
            with self.subTest(field=name):
                entry_id, label = Entries.with_user(allowed).name_create("On the spot")
                self.assertEqual(label, "On the spot")
                entry = Entries.browse(entry_id)
                entry.with_user(allowed).name = "Corrected"
                with self.assertRaises(AccessError):
                    Entries.with_user(refused).name_create("Not by me")
                with self.assertRaises(AccessError):
                    entry.with_user(refused).name = "Not by me"
                self.assertEqual(entry.name, "Corrected")

    def test_new_entries_are_chosen_at_once(self):
        client = self.client_a.with_user(self.user_manager)
        stage_id, _label = client.client_substatus_id.name_create("Pitching")
        client.client_substatus_id = stage_id
        role_id, _label = client.client_role_ids.name_create("Brings coffee")
        self.contact_a.with_user(self.user_manager).client_role_ids = [(4, role_id)]
        self.assertEqual(client.client_substatus_id.name, "Pitching")
        self.assertEqual(self.contact_a.client_role_ids.name, "Brings coffee")
