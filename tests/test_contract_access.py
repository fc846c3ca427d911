"""Who sees and changes contracts: roles, wall, portal."""

from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, freeze_time, tagged

from .common_contract import ContractCommon


@tagged("post_install", "-at_install")
class TestContractAccess(ContractCommon):
    """Same contract, every kind of user."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2026-02-15"):
            cls.contract = cls._create_contract()
            cls.draft = cls._create_contract(approve=False)
        cls.entry = cls.contract.entry_ids[0]

    def _check(self, records, expected):
        for user, (read, write) in expected.items():
            with self.subTest(user=user.login, model=records._name):
                self.env.invalidate_all()
                self.assertEqual(records.with_user(user).has_access("read"), read)
                self.assertEqual(records.with_user(user).has_access("write"), write)

    def test_roles(self):
        contract = {
            self.user_manager: (True, True),
            self.user_admin_hub: (True, True),
            self.user_accountant: (True, False),
            self.user_traffic: (False, False),
            self.user_creation: (False, False),
            self.portal_a: (True, False),
            self.portal_b: (False, False),
        }
        self._check(self.contract, contract)
        self._check(self.contract.line_ids, contract)
        self._check(
            self.entry,
            {
                **contract,
                self.user_accountant: (True, True),
                self.portal_a: (False, False),
            },
        )
        self._check(self.draft, {self.portal_a: (False, False)})

    def test_billing_run_roles(self):
        run = self.env["client.billing.run"].create({})
        self._check(
            run,
            {
                self.user_accountant: (True, True),
                self.user_manager: (True, False),
                self.user_creation: (False, False),
                self.portal_a: (False, False),
            },
        )

    def test_template_roles(self):
        template = self.env["client.contract.template"].create({"name": "Fee"})
        self._check(
            template,
            {
                self.user_admin_hub: (True, True),
                self.user_manager: (True, False),
                self.user_accountant: (True, False),
                self.user_creation: (False, False),
                self.portal_a: (False, False),
            },
        )

    def test_restricted_client(self):
        """Outside the team nothing of the contract is left; finance sees it."""
        self.client_a.client_restricted = True
        expected = {
            self.user_manager: (True, True),
            self.user_outsider: (False, False),
        }
        for records in (self.contract, self.contract.line_ids, self.entry):
            self._check(records, expected)
        self._check(self.contract, {self.user_accountant: (True, False)})
        outsider = self.env["client.contract.entry"].with_user(self.user_outsider)
        self.assertFalse(outsider.search([("client_id", "=", self.client_a.id)]))
        summary = outsider.get_prebilling_summary(
            [("client_id", "=", self.client_a.id)]
        )
        self.assertFalse(summary["currencies"] or summary["asides"])

    def test_portal_reads_no_internal_field(self):
        contract = self.contract.with_user(self.portal_a)
        self.assertEqual(
            contract.read(["name", "amount_total"])[0]["name"], "Monthly fee 2026"
        )
        for name in ("entry_ids", "signature_ids", "journal_id", "client_wall_id"):
            with self.subTest(field=name), self.assertRaises(AccessError):
                contract.read([name])
        with self.assertRaises(AccessError):
            contract.action_suspend()

    def test_portal_scope_own(self):
        """A contact that sees only its own requests sees its own contract."""
        other, portal_other = self._create_contact(
            self.client_a, "Olga Azul", portal_scope="own"
        )
        self._check(self.contract, {portal_other: (False, False)})
        self.contract.contact_id = other
        self._check(self.contract, {portal_other: (True, False)})

    def test_other_company(self):
        other = self.setup_other_company()["company"]
        self.contract.env.cr.execute(
            "UPDATE client_contract SET company_id = %s WHERE id = %s",
            (other.id, self.contract.id),
        )
        self._check(self.contract, {self.user_manager: (False, False)})


@tagged("post_install", "-at_install")
class TestContractPortal(ContractCommon, HttpCase):
    """``/my/contracts`` as the client's people see it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contract = cls._create_contract(
            date_start=date(2026, 1, 1), body_html="<p>Jurisdiction of Lisbon</p>"
        )
        cls.draft = cls._create_contract(approve=False, name="Secret draft offer")
        cls.foreign = cls._create_contract(client=cls.client_b, name="Fee of Brisa")

    def test_list(self):
        self.authenticate(self.portal_a.login, self.portal_a.login)
        text = self.url_open("/my/contracts").text
        self.assertIn(self.contract.number, text)
        self.assertNotIn("Secret draft offer", text)
        self.assertNotIn("Fee of Brisa", text)
        counters = self.make_jsonrpc_request(
            "/my/counters", {"counters": ["client_contract_count"]}
        )
        self.assertEqual(counters["client_contract_count"], 1)
        self.assertEqual(self.url_open("/my/contracts?sortby=nothing").status_code, 200)

    def test_page(self):
        self.authenticate(self.portal_a.login, self.portal_a.login)
        response = self.url_open(f"/my/contracts/{self.contract.id}")
        self.assertIn("Jurisdiction of Lisbon", response.text)
        self.assertIn("Coming up", response.text)
        pdf = self.url_open(f"/my/contracts/{self.contract.id}?report_type=html")
        self.assertIn(self.contract.number, pdf.text)
        for hidden in (self.draft, self.foreign):
            with self.subTest(contract=hidden.name):
                response = self.url_open(
                    f"/my/contracts/{hidden.id}", allow_redirects=False
                )
                self.assertEqual(response.status_code, 303)
        wrong = f"/my/contracts/{self.foreign.id}?access_token=wrong"
        self.assertEqual(self.url_open(wrong, allow_redirects=False).status_code, 303)

    def test_token(self):
        """A link with its token opens without login, until it is drawn back."""
        contract = self._create_contract(approve=False)
        contract.action_mark_sent()
        url = contract.get_portal_url()
        self.env.flush_all()
        self.assertIn(contract.number, self.url_open(url).text)
        contract.action_cancel()
        self.env.flush_all()
        response = self.url_open(url, allow_redirects=False)
        self.assertEqual(response.status_code, 303)
        response = self.url_open(f"/my/contracts/{contract.id}", allow_redirects=False)
        self.assertEqual(response.status_code, 303)
