"""People and clients that the tests share."""

from odoo import SUPERUSER_ID
from odoo.tests import new_test_user

from odoo.addons.account.tests.common import AccountTestInvoicingCommon

from ..models.ir_http import THROTTLE

# {attribute: (login, groups)}: who works in the test company
STAFF = {
    "user_manager": ("hub_manager", "client_hub.group_account_manager"),
    "user_traffic": ("hub_traffic", "client_hub.group_traffic"),
    "user_creation": ("hub_creation", "client_hub.group_user"),
    "user_accountant": ("hub_accountant", "account.group_account_invoice"),
    "user_admin_hub": ("hub_admin", "client_hub.group_manager"),
    # every ordinary right, but in no client's team
    "user_outsider": (
        "hub_outsider",
        "client_hub.group_account_manager,sales_team.group_sale_salesman_all_leads,"
        "project.group_project_manager,base.group_partner_manager",
    ),
}


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
        for attribute, (login, groups) in STAFF.items():
            user = cls._find_prepared("res.users", "login", login)
            setattr(cls, attribute, user or cls._create_user(login, groups))
        cls.client_a = cls._create_client("Azul Cosmetics", manager=cls.user_manager)
        cls.client_b = cls._create_client("Brisa Foods", manager=cls.user_manager)
        cls.contact_a, cls.portal_a = cls._create_contact(cls.client_a, "Paula Azul")
        cls.contact_b, cls.portal_b = cls._create_contact(cls.client_b, "Bento Brisa")

    @classmethod
    def setup_independent_company(cls, **kwargs):
        """Take the company that dev/test has put into the database, if it has."""
        if not (kwargs or cls.country_code or cls.chart_template):
            company = cls._find_prepared("res.company", "name", "company_1_data")
            if company:
                return company
        return super().setup_independent_company(**kwargs)

    @classmethod
    def setup_independent_user(cls):
        """Take the user that dev/test has put into the database, if it has."""
        user = cls._find_prepared("res.users", "login", "accountman")
        return user or super().setup_independent_user()

    @classmethod
    def _find_prepared(cls, model, field, value):
        """Return what ``prepare`` has left, or an empty recordset."""
        records = cls.env[model].sudo().search([(field, "=", value)], limit=1)
        return records.with_env(cls.env)

    @classmethod
    def prepare(cls, env):
        """Create the company with its chart and the staff, for all classes to come.

        They are most of the time that a class takes to set up. Each class finds them
        as they were created: what it changes is rolled back with its transaction.

        :param env: the superuser's; the caller commits
        """
        cls.env = env(context=cls.default_env_context())
        accountant = cls.setup_independent_user()
        cls.company = cls.setup_independent_company()
        accountant.write(
            {"company_id": cls.company.id, "company_ids": [(6, 0, cls.company.ids)]}
        )
        cls.env = env(context={"allowed_company_ids": cls.company.ids})
        for login, groups in STAFF.values():
            cls._create_user(login, groups)

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
