"""What a contract includes: setting it up, who may, what was signed, the portal."""

from datetime import date

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, HttpCase, freeze_time, tagged
from odoo.tools import mute_logger

from .common_included import IncludedCommon
from .common_signature import SignatureCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-15")
class TestContractIncludedRules(SignatureCommon, IncludedCommon):
    # ------------------------------------------------------------------
    # setting it up
    # ------------------------------------------------------------------

    def test_form_on_a_running_contract(self):
        """It counts from the running period on, unless one says otherwise."""
        contract = self._create_contract()
        form = Form(
            self.env["client.contract.included"]
            .with_user(self.user_manager)
            .with_context(default_contract_id=contract.id)
        )
        self.assertEqual(form.line_id, contract.line_ids)
        form.quantity = 20
        form.price_unit = 80
        included = form.save()
        self.assertEqual(
            (included.name, included.date_start), ("Hours", date(2026, 3, 1))
        )
        self.assertEqual(self._rows(included, "period"), [("March 2026",)])

    def test_another_quantity_leaves_what_is_over(self):
        included = self._include()
        included.quantity = 25
        self.assertEqual(
            self._rows(included, "included_quantity"), [(10.0,), (10.0,), (25.0,)]
        )

    def test_billed_rules_stay(self):
        included = self._include()
        self._log(date(2026, 1, 5), 12)
        self._enter(included)
        included.policy = "carry"
        included.policy = "expire"
        self._bill(self._overage(included))
        with self.assertRaisesRegex(ValidationError, "was billed already"):
            included.policy = "carry"
        with self.assertRaisesRegex(ValidationError, "was billed already"):
            included.unlink()
        included.write({"quantity": 12, "price_unit": 100})

    def test_removed_before_billing(self):
        included = self._include()
        self._log(date(2026, 1, 5), 12)
        self._enter(included)
        entry = self._overage(included)
        included.unlink()
        self.assertFalse(entry.exists())

    def test_nothing_counts_twice(self):
        contract = self._create_contract()
        included = self._include(contract)
        with (
            self.assertRaisesRegex(ValidationError, "already counts the same work"),
            self.cr.savepoint(),
        ):
            self._include(contract)
        # a draft may plan it, the client is not asked to sign it
        draft = contract.copy()
        self.assertEqual(draft.included_ids.quantity, 10.0)
        self.assertNotEqual(draft.included_ids, included)
        with (
            self.assertRaisesRegex(ValidationError, "already counts the same work"),
            self.cr.savepoint(),
        ):
            draft.with_user(self.user_manager).action_approve()
        other = self._create_project("Campaign", self.client_a)
        included.write(
            {"scope": "projects", "project_ids": [Command.set(self.project.ids)]}
        )
        second = self._include(
            contract, scope="projects", project_ids=[Command.set(other.ids)]
        )
        self.assertTrue(second)

    def test_bad_input(self):
        contract = self._create_contract()
        other = self._create_contract(client=self.client_b)
        cases = [
            ({"quantity": -1}, IntegrityError),
            ({"price_unit": -1}, IntegrityError),
            ({"policy": "carry", "months": 0}, IntegrityError),
            ({"scope": "projects"}, ValidationError),
            ({"contract_id": other.id}, ValidationError),
        ]
        for values, error in cases:
            with (
                self.subTest(values=values),
                mute_logger("odoo.sql_db"),
                self.assertRaises(error),
                self.cr.savepoint(),
            ):
                self._include(contract, **values)
                self.env.flush_all()
        self.assertFalse(
            self.env["client.contract.included"].search(
                [("contract_id", "=", contract.id)]
            )
        )
        with self.assertRaisesRegex(UserError, "Nothing is included"):
            contract.with_user(self.user_manager).action_enter_overage()

    # ------------------------------------------------------------------
    # who may
    # ------------------------------------------------------------------

    def test_access(self):
        included = self._include()
        row = included.consumption_ids[0]
        expected = {
            self.user_manager: (True, True),
            self.user_accountant: (True, False),
            self.user_creation: (False, False),
            self.portal_a: (True, False),
            self.portal_b: (False, False),
        }
        for user, (read, write) in expected.items():
            with self.subTest(user=user.login):
                self.env.invalidate_all()
                for record in (included, row):
                    record = record.with_user(user)
                    self.assertEqual(record.has_access("read"), read)
                    self.assertEqual(record.has_access("write"), write)
        with self.assertRaises(AccessError):
            included.contract_id.with_user(self.user_accountant).action_enter_overage()
        with self.assertRaises(AccessError):
            row.with_user(self.user_manager).quantity = 50
        with self.assertRaises(AccessError):
            self.env["client.contract.consumption"].with_user(self.user_manager).create(
                {
                    "included_id": included.id,
                    "period_start": date(2030, 1, 1),
                    "period_end": date(2030, 1, 31),
                }
            )
        included.is_portal_visible = False
        self.env.invalidate_all()
        self.assertFalse(included.with_user(self.portal_a).has_access("read"))
        self.assertFalse(row.with_user(self.portal_a).has_access("read"))

    def test_restricted_client(self):
        """Outside the team nobody sees what a restricted client consumes."""
        included = self._include()
        colleague = self._create_user("hub_am_2", "client_hub.group_account_manager")
        rows = self.env["client.contract.consumption"].with_user(colleague)
        domain = [("included_id", "=", included.id)]
        self.assertEqual(rows.search_count(domain), 3)
        self.client_a.client_restricted = True
        self.env.invalidate_all()
        self.assertFalse(rows.search_count(domain))
        self.assertFalse(included.with_user(colleague).has_access("read"))

    def test_other_company(self):
        included = self._include()
        company = self.setup_other_company()["company"]
        self.user_accountant.company_ids |= company
        reader = included.with_user(self.user_accountant)
        reader = reader.with_context(allowed_company_ids=company.ids)
        self.assertFalse(reader.has_access("read"))
        self.assertFalse(reader.sudo(False).search([("id", "=", included.id)]))

    def test_queries_dont_grow(self):
        """A list of one period costs as many queries as a list of many."""
        self._include()
        contract = self._create_contract(client=self.client_b)
        many = self._include(contract)
        with freeze_time("2027-12-15"):
            many._sync_consumption()
        rows = self.env["client.contract.consumption"].with_user(self.user_manager)
        fields = ["period", "consumed", "extra", "entered", "carried_in"]

        def count(domain):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertTrue(rows.search(domain, limit=80).read(fields))
            return self.env.cr.sql_log_count - before

        few = [("included_id", "!=", many.id), ("period_start", ">", "2026-02-28")]
        count(few)
        count([])
        self.assertLessEqual(count([]), count(few))

    # ------------------------------------------------------------------
    # what the client sees and signs
    # ------------------------------------------------------------------

    def test_signed(self):
        """What the client signed stays; what is only counted stays free."""
        included = self._include(self.contract, policy="carry", months=3, cap=5)
        free = self._include(
            self.contract, kind="pieces", price_unit=0, is_portal_visible=False
        )
        html = (
            self.env["ir.actions.report"]
            ._render_qweb_html("client_hub.report_contract", self.contract.ids)[0]
            .decode()
        )
        self.assertIn("for 3 months more, up to 5 h", html)
        self.assertIn("Each hour beyond it costs", html)
        row = self._request()
        with self.assertRaisesRegex(UserError, "to be signed"):
            included.quantity = 5
        self._sign(row)
        for values in ({"quantity": 5}, {"price_unit": 120}, {"policy": "expire"}):
            with (
                self.subTest(values=values),
                self.assertRaisesRegex(UserError, "signed"),
            ):
                included.write(values)
        with self.assertRaisesRegex(UserError, "was signed by"):
            included.unlink()
        free.quantity = 7
        with (
            self.assertRaisesRegex(UserError, "was signed by"),
            self.cr.savepoint(),
        ):
            free.price_unit = 50
        with self.assertRaisesRegex(UserError, "was signed by"):
            self.contract.with_user(self.user_manager).day_count = "whole"


@tagged("post_install", "-at_install")
class TestContractIncludedPortal(HttpCase, IncludedCommon):
    """What the client reads on its contract's page."""

    def test_page(self):
        today = date.today()
        contract = self._create_contract(
            date_start=today.replace(day=1), contact_id=self.contact_a.id
        )
        included = self._include(
            contract, date_start=today.replace(day=1), policy="carry", months=3, cap=15
        )
        self._log(today, 12.5)
        self.env.flush_all()
        self.authenticate(self.portal_a.login, self.portal_a.login)
        url = f"/my/contracts/{contract.id}"
        page = self.url_open(url).text
        self.assertIn("10 h per period", page)
        self.assertIn("for 3 months more, up to 15 h", page)
        for number in ("12.5", "2.5"):
            self.assertIn(f">{number}<", "".join(page.split()))
        included.is_portal_visible = False
        self.env.flush_all()
        self.assertNotIn("per period from", self.url_open(url).text)
