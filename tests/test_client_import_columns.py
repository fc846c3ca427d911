"""Import of the columns that the client form has, and the template."""

import io

from openpyxl import load_workbook

from odoo.tests import HttpCase, tagged

from ..tools.client_import_columns import SHEETS
from ..tools.client_import_template import build_template
from ..tools.client_workbook import read_workbook
from .common_import import ClientImportCommon
from .test_client_workbook import CLIENT, make_workbook


@tagged("post_install", "-at_install")
class TestClientImportColumns(ClientImportCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["client.substatus"].create([{"name": "Won"}])
        cls.env["client.profile.type"].create([{"name": "Retailers"}])
        cls.env["client.billing.type"].create([{"name": "Per campaign"}])
        cls.term = cls.env["account.payment.term"].create({"name": "Forty days"})

    FULL = {
        **CLIENT,
        "Street": "Rua Augusta",
        "Number": "100",
        "Complement": "4B",
        "Street 2": "Torre Sul",
        "Street 3": "Portão 2",
        "Neighbourhood": "Consolação",
        "Postal code": "01305-000",
        "Fax": "+351 210 000 001",
        "E-mail": "a@x.pt, b@x.pt",
        "Sector": "Books",
        "Tags": "Events;Video",
        "Stage": "won",
        "Profile type": "Retailers",
        "Portal access": "no",
        "Payment terms": "Forty days",
        "Payment day": "5, 20",
        "Exclusive discount": 7.5,
        "Agreed billing": "Per campaign",
    }

    def test_every_column_reaches_its_field(self):
        address = {
            "Client number*": "X1",
            "Kind*": "delivery",
            "Name": "Depot",
            "Street": "Rua Nova 3",
            "Neighbourhood": "Sé",
            "Fax": "+351 1",
            "Status": "inactive",
        }
        contact = {
            "Client number*": "X1",
            "Name*": "Rita",
            "E-mail": "rita@x.pt; rita@home.pt",
            "Roles": "Decides;Pays the bills",
            "Tags": "VIP",
            "Sees on the portal": "own",
        }
        team = {"Client number*": "X1", "Salesperson": "hub_manager"}
        sheets = [[self.FULL], [address], [contact], [team]]
        self._run(*sheets)
        client = self._client("X1").with_user(self.user_manager)
        self.assertEqual(client.street, "Rua Augusta 100 - 4B")
        self.assertEqual(
            (client.street_name, client.street_number, client.street_number2),
            ("Rua Augusta", "100", "4B"),
        )
        self.assertEqual((client.street2, client.street3), ("Torre Sul", "Portão 2"))
        self.assertEqual(client.neighbourhood, "Consolação")
        self.assertEqual(client.fax, "+351 210 000 001")
        self.assertEqual(client.email, "a@x.pt; b@x.pt")
        self.assertEqual(client.client_substatus_id.name, "Won")
        self.assertEqual(client.client_profile_type_id.name, "Retailers")
        self.assertEqual(client.client_portal_access, "no")
        self.assertEqual(client.property_payment_term_id, self.term)
        self.assertEqual(client.client_payment_day, "5, 20")
        self.assertEqual(client.client_discount, 7.5)
        self.assertEqual(client.client_billing_type_id.name, "Per campaign")
        self.assertEqual(client.user_id, self.user_manager)
        people = self.env["res.partner"].with_context(active_test=False)
        people = people.search([("parent_id", "=", client.id)])
        depot = people.filtered(lambda child: child.type == "delivery")
        self.assertEqual((depot.active, depot.neighbourhood), (False, "Sé"))
        rita = people - depot
        self.assertEqual(
            sorted(rita.client_role_ids.mapped("name")), ["Decides", "Pays the bills"]
        )
        self.assertEqual(rita.category_id.name, "VIP")
        self.assertEqual(rita.portal_scope, "own")
        # and again, nothing differs
        again = self._check(*sheets)
        self.assertEqual((again.new_count, again.changed_count), (0, 0))

    def test_a_number_alone_changes_the_house(self):
        self._run([{**CLIENT, "Street": "Rua Augusta 100"}])
        self._run([{**CLIENT, "Number": "200"}])
        self.assertEqual(self._client("X1").street, "Rua Augusta 200")

    def test_wrong_cells_have_their_row_column_and_sentence(self):
        wrong = {
            "Payment terms": "Never",
            "Payment day": "40",
            "Exclusive discount": "a lot",
            "Stage": "Nowhere",
        }
        record = self._check(
            *([{**CLIENT, header: value}] for header, value in [("Stage", "Nowhere")])
        )
        self.assertEqual(self._errors(record), [("Clients", 2, "Stage")])
        rows = [
            {**CLIENT, "Client number*": f"W{place}", header: value}
            for place, (header, value) in enumerate(wrong.items())
        ]
        record = self._check(rows)
        self.assertEqual(
            self._errors(record),
            [
                ("Clients", 2, "Payment terms"),
                ("Clients", 4, "Exclusive discount"),
                ("Clients", 5, "Stage"),
            ],
        )
        record = self._check([rows[1]])
        self.assertEqual(self._errors(record), [("Clients", 2, "")])
        self.assertIn("40", self._message(record))

    def test_only_finance_sets_a_credit_limit(self):
        row = {**CLIENT, "Credit limit": 5000, "Beyond the limit": "block"}
        record = self._check([row])
        self.assertEqual(
            self._errors(record),
            [("Clients", 2, "Credit limit"), ("Clients", 2, "Beyond the limit")],
        )
        self.assertIn("may not set", record.problem_ids[0].message)
        self.user_manager.group_ids += self.env.ref("account.group_account_invoice")
        self._run([row])
        client = self._client("X1").with_company(self.env.company)
        self.assertEqual(client.credit_limit, 5000)
        self.assertEqual(client.client_credit_policy, "block")

    def test_the_template_offers_this_databases_lists(self):
        content = build_template(self.env(user=self.user_manager))
        book = read_workbook(content)
        self.assertEqual(
            {(p.level, p.code) for p in book.problems},
            {("warning", "example"), ("error", "no_rows")},
        )
        source = load_workbook(io.BytesIO(content))
        self.assertEqual(source.sheetnames[: len(SHEETS)], list(SHEETS))
        self.assertEqual(source["Lists"].sheet_state, "hidden")
        offered = {cell.value for column in source["Lists"].columns for cell in column}
        self.assertLessEqual({"Won", "Retailers", "Forty days", "PT"}, offered)
        self.assertIn("hub_manager", offered)
        lists = {
            validation.formula1
            for validation in source["Clients"].data_validations.dataValidation
        }
        self.assertIn('"active,inactive"', lists)

    def test_missing_columns_leave_what_is_there(self):
        self._run([self.FULL])
        lean = make_workbook(
            [CLIENT], drop=[("Clients", header) for header in ("Stage", "Fax", "City")]
        )
        record = self._import(lean)
        record.action_check()
        self.assertFalse(record.warning_count or record.changed_count)


@tagged("post_install", "-at_install")
class TestTemplateDownload(HttpCase, ClientImportCommon):
    def test_account_managers_download_it_others_do_not(self):
        self.authenticate("hub_manager", "hub_manager")
        response = self.url_open("/client_hub/import/template")
        self.assertEqual(response.status_code, 200)
        self.assertIn("Clients.xlsx", response.headers["Content-Disposition"])
        self.assertTrue(read_workbook(response.content).rows is not None)
        self.authenticate("hub_creation", "hub_creation")
        response = self.url_open("/client_hub/import/template")
        self.assertEqual(response.status_code, 404)
