"""People and clients that the tests share."""

from odoo import SUPERUSER_ID
from odoo.tests import new_test_user

from odoo.addons.account.tests.common import AccountTestInvoicingCommon

from ..models.ir_http import THROTTLE


class ClientHubCommon(AccountTestInvoicingCommon):
    """One user of every kind, two clients with a contact each.

    ``cls.env`` is the superuser's, in the test company; a test speaks as a person with
    ``record.with_user(cls.user_manager)``.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.company_data["company"]
        cls.env = cls.env(
            user=SUPERUSER_ID, context={"allowed_company_ids": cls.company.ids}
        )
        cls.user_manager = cls._create_user(
            "hub_manager", "client_hub.group_account_manager"
        )
        cls.user_traffic = cls._create_user("hub_traffic", "client_hub.group_traffic")
        cls.user_creation = cls._create_user("hub_creation", "client_hub.group_user")
        cls.user_accountant = cls._create_user(
            "hub_accountant", "account.group_account_invoice"
        )
        cls.user_admin_hub = cls._create_user("hub_admin", "client_hub.group_manager")
        # every ordinary right, but in no client's team
        cls.user_outsider = cls._create_user(
            "hub_outsider",
            "client_hub.group_account_manager,sales_team.group_sale_salesman_all_leads,"
            "project.group_project_manager,base.group_partner_manager",
        )
        cls.client_a = cls._create_client("Azul Cosmetics", manager=cls.user_manager)
        cls.client_b = cls._create_client("Brisa Foods", manager=cls.user_manager)
        cls.contact_a, cls.portal_a = cls._create_contact(cls.client_a, "Paula Azul")
        cls.contact_b, cls.portal_b = cls._create_contact(cls.client_b, "Bento Brisa")

    def setUp(self):
        super().setUp()
        # one server answers all tests: none pays for the requests of the others
        THROTTLE.clear()

    @classmethod
    def _create_user(cls, login, groups):
        return new_test_user(
            cls.env,
            login,
            groups=groups,
            name=login.replace("_", " ").title(),
            email=f"{login}@agency.example",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
            context={"no_reset_password": True},
        )

    @classmethod
    def _create_client(cls, name, manager=None, **values):
        return cls.env["res.partner"].create(
            {
                "name": name,
                "legal_name": f"{name} Ltd",
                "is_company": True,
                "is_client": True,
                "email": f"hello@{name.split()[0].lower()}.example",
                "account_manager_id": manager.id if manager else False,
                **values,
            }
        )

    @classmethod
    def _create_contact(cls, client, name, **values):
        """Return a contact of the client and its portal user."""
        login = name.split()[0].lower()
        contact = cls.env["res.partner"].create(
            {
                "name": name,
                "parent_id": client.id,
                "email": f"{login}@{client.email.split('@')[1]}",
                **values,
            }
        )
        user = new_test_user(
            cls.env,
            login=contact.email,
            groups="base.group_portal",
            partner_id=contact.id,
            name=name,
            email=contact.email,
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
            context={"no_reset_password": True},
        )
        return contact, user
