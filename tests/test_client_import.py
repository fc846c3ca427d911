"""Import of the clients workbook: from the file to clients, and what is refused."""

import base64
from pathlib import Path

from odoo import api
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common_import import ClientImportCommon
from .test_client_workbook import CLIENT, make_workbook

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = (ROOT / "demo" / "clients_sample.xlsx").read_bytes()
SAMPLE_LOGINS = {
    "ana.manager": "client_hub.group_account_manager",
    "marcos.manager": "client_hub.group_account_manager",
    "caio.creation": "client_hub.group_user",
    "tania.traffic": "client_hub.group_traffic",
}


@tagged("post_install", "-at_install")
class TestClientImport(ClientImportCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # the demo data may have them already
        known = cls.env["res.users"].search([("login", "in", list(SAMPLE_LOGINS))])
        for login, group in SAMPLE_LOGINS.items():
            if login not in known.mapped("login"):
                cls._create_user(login, group)

    def _history_count(self):
        self.env.cr.flush()
        return self.env["client.history"].search_count([])

    def _refuse_partners_named(self, word):
        """Have contacts of that name refused, as by another module's constraint."""
        model = self.registry["res.partner"]
        create = model.create

        @api.model_create_multi
        def refusing_create(self, vals_list):
            partners = create(self, vals_list)
            for name in partners.mapped("name"):
                if word in name:
                    # pylint: disable-next=translation-required
                    raise ValidationError(f"Please, not this name: {name}")
            return partners

        self.patch(model, "create", refusing_create)

    # ------------------------------------------------------------------
    # THE SAMPLE
    # ------------------------------------------------------------------

    def test_sample_is_imported_and_again_changes_nothing(self):
        record = self._import(SAMPLE)
        before = self.env["res.partner"].search_count([])
        record.action_check()
        self.assertEqual(self._errors(record), [])
        self.assertEqual(record.state, "checked")
        self.assertEqual(self.env["res.partner"].search_count([]), before)
        self.assertFalse(record.line_ids.partner_id)

        record.action_import()
        self.assertEqual(record.state, "done")
        self.assertEqual(self._errors(record), [])
        self.assertEqual(record.new_count, 40 + 21 + 75 + 40)
        self.assertEqual(self.env["res.partner"].search_count([]), before + 136)
        client = self._client("A0001")
        self.assertEqual(client.name, "Petrobras")
        self.assertEqual(client.country_id.code, "BR")
        self.assertEqual(client.state_id.code, "RJ")
        self.assertEqual(client.zip, "20031-912")
        self.assertEqual(client.account_manager_id.login, "ana.manager")
        self.assertEqual(len(client.assistant_ids), 2)
        self.assertEqual(client.industry_id.name, "Energy")
        self.assertEqual(len(client.child_ids), 3)
        self.env.cr.flush()
        rows = self.env["client.history"].search([("client_id", "=", client.id)])
        self.assertEqual(set(rows.mapped("origin")), {"import"})
        self.assertEqual(rows.user_id, self.user_manager)

        count = self._history_count()
        written = client.write_date
        again = self._import(SAMPLE)
        again.action_check()
        self.assertEqual(again.unchanged_count, 176)
        again.action_import()
        self.assertEqual(
            (again.new_count, again.changed_count, again.error_count), (0, 0, 0)
        )
        self.assertEqual(self._history_count(), count)
        self.assertEqual(client.write_date, written)

    def test_contacts_of_a_new_client_have_its_address_and_tax_id(self):
        self._run(
            [{**CLIENT, "City": "Porto", "Tax id": "PT503504564", "Sector": "Energy"}],
            [{"Client number*": "X1", "Kind*": "delivery", "City": "Faro"}],
            [{"Client number*": "X1", "Name*": "Rita"}],
        )
        client = self._client("X1")
        contact = client.child_ids.filtered(lambda child: child.type == "contact")
        address = client.child_ids - contact
        self.assertEqual((contact.city, address.city), ("Porto", "Faro"))
        self.assertEqual(address.country_id, client.country_id)
        for child in client.child_ids:
            self.assertEqual(child.vat, client.vat)
            self.assertEqual(child.industry_id, client.industry_id)
            self.assertEqual(child.commercial_partner_id, client)
            self.assertFalse(child.is_company)

    def test_differences_are_shown_then_written(self):
        self._run(
            [{**CLIENT, "City": "Porto", "Tags": "Events", "Phone": "+351 1"}],
            [],
            [{"Client number*": "X1", "Name*": "Rita", "E-mail": "rita@x.pt"}],
        )
        client = self._client("X1")
        changed = [
            [{**CLIENT, "City": "Lisboa", "Tags": "Video", "Status": "inactive"}],
            [],
            [
                {"Client number*": "X1", "Name*": "Rita Sá", "E-mail": "RITA@x.pt"},
                {"Client number*": "X1", "Name*": "Rui"},
            ],
        ]
        record = self._check(*changed)
        self.assertEqual(client.city, "Porto")
        self.assertEqual((record.changed_count, record.new_count), (2, 1))
        lines = record.difference_ids.filtered(lambda line: line.sheet == "Clients")
        self.assertEqual(lines.partner_id, client)
        self.assertEqual(
            lines.message.splitlines(),
            [
                "City: Porto → Lisboa",
                "Status: active → inactive",
                "Tags: Events → Video",
            ],
        )
        record.action_import()
        self.assertEqual(client.city, "Lisboa")
        self.assertEqual(client.client_status, "inactive")
        self.assertEqual(client.category_id.mapped("name"), ["Video"])
        # an empty cell leaves what is there
        self.assertEqual(client.phone, "+351 1")
        self.assertEqual(sorted(client.child_ids.mapped("name")), ["Rita Sá", "Rui"])

    def test_another_country_clears_the_state(self):
        self._run([{**CLIENT, "State": "Lisboa"}])
        client = self._client("X1")
        self.assertTrue(client.state_id)
        self._run([{**CLIENT, "Country*": "FR"}])
        self.assertEqual((client.country_id.code, client.state_id.id), ("FR", False))

    def test_team_of_a_client_that_is_not_in_the_workbook(self):
        self._run([CLIENT])
        self._run(
            [],
            [],
            [],
            [
                {
                    "Client number*": "X1",
                    "Account manager": "hub_manager",
                    "Assistants": "hub_creation;hub_traffic",
                }
            ],
        )
        client = self._client("X1")
        self.assertEqual(client.account_manager_id, self.user_manager)
        self.assertEqual(client.assistant_ids, self.user_creation | self.user_traffic)

    def test_two_of_one_name_stay_two(self):
        people = [
            {"Client number*": "X1", "Name*": "Rita", "E-mail": "rita@x.pt"},
            {"Client number*": "X1", "Name*": "Rita"},
        ]
        self._run([CLIENT], [], people)
        record = self._check([CLIENT], [], people)
        self.assertEqual((record.new_count, record.changed_count), (0, 0))

    def test_next_client_number_is_a_free_one(self):
        sequence = self.env.ref("client_hub.sequence_client_number")
        number = sequence.get_next_char(sequence.number_next_actual)
        self._run([{**CLIENT, "Client number*": number}])
        client = self._create_client("Cedro Books")
        self.assertNotEqual(client.client_number, number)
        self.assertTrue(client.client_number)

    # ------------------------------------------------------------------
    # BAD INPUT
    # ------------------------------------------------------------------

    def test_every_wrong_cell_is_named_at_once_and_nothing_is_imported(self):
        record = self._check(
            [
                {**CLIENT, "Tax id": "PT123"},
                {**CLIENT, "Client number*": "X2", "Country*": "Atlantis"},
                {**CLIENT, "Client number*": "X3", "State": "Nowhere"},
                {**CLIENT, "Client number*": "X4", "Legal name*": ""},
                {**CLIENT, "Client number*": "X5"},
            ],
            [{"Client number*": "X9", "Kind*": "invoice"}],
            [{"Client number*": "X5", "Name*": ""}],
            [
                {"Client number*": "X1", "Account manager": "nobody"},
                {"Client number*": "X5", "Assistants": "hub_manager;portal.nobody"},
            ],
        )
        self.assertEqual(
            self._errors(record),
            [
                ("Clients", 2, "Tax id"),
                ("Clients", 3, "Country"),
                ("Clients", 4, "State"),
                ("Clients", 5, "Legal name"),
                ("Addresses", 2, "Client number"),
                ("Contacts", 2, "Name"),
                ("Team", 2, "Account manager"),
                ("Team", 3, "Assistants"),
            ],
        )
        for line in record.line_ids:
            self.assertNotIn("%", line.message or "")
            self.assertNotIn("\n", line.message or "")
        with self.assertRaisesRegex(UserError, "Fix the lines"):
            record.action_import()
        self.assertEqual(record.state, "checked")
        self.assertFalse(self._client("X5"))

    def test_what_only_odoo_refuses_is_traced_to_its_row(self):
        self._refuse_partners_named("forbidden")
        lines = [
            {**CLIENT, "Client number*": f"X{i}", "Trade name*": f"Firm {i}"}
            for i in range(20)
        ]
        lines[7]["Trade name*"] = "forbidden one"
        lines[13]["Trade name*"] = "forbidden two"
        record = self._check(lines)
        self.assertEqual(
            self._errors(record), [("Clients", 9, ""), ("Clients", 15, "")]
        )
        self.assertIn("not this name", record.problem_ids[0].message)
        self.assertFalse(self._client("X0"))

    def test_warnings_do_not_stop(self):
        twin = {**CLIENT, "Client number*": "X2", "Tax id": "PT503504564"}
        record = self._run(
            [{**CLIENT, "Tax id": "PT503504564", "Language": "tlh_KX"}, twin]
        )
        self.assertEqual(
            self._errors(record, "warning"),
            [("Clients", 2, "Language"), ("Clients", 3, "Tax id")],
        )
        self.assertEqual(len(self._client("X1") | self._client("X2")), 2)

    def test_the_checks_of_the_form_hold_for_the_import(self):
        self.env.company.client_tax_id_company = True
        brazil = {**CLIENT, "Country*": "BR", "Tax id": ""}
        record = self._check([brazil])
        self.assertEqual(self._errors(record), [("Clients", 2, "Tax id")])
        self.assertIn("Enter the tax id", self._message(record))
        # the alphanumeric number of 2026, and a person's number of a company
        numbers = {"X1": "12.ABC.345/01DE-35", "X2": "390.533.447-05"}
        rows = [
            {**brazil, "Client number*": number, "Tax id": vat}
            for number, vat in numbers.items()
        ]
        record = self._run(rows)
        self.assertEqual(self._client("X1").vat, "12ABC34501DE35")
        self.assertIn("an individual", "".join(self._warnings(record)))

    def test_the_same_address_is_a_warning(self):
        home = {"Street": "Rua Augusta 100", "Postal code": "01305-000"}
        self.client_b.write({"street": "RUA AUGUSTA 100", "zip": "01305000"})
        rows = [
            {**CLIENT, **home, "Client number*": number, "Tax id": ""}
            for number in ("X1", "X2")
        ]
        messages = self._warnings(self._check(rows))
        self.assertIn("Line 2 has the same address.", messages)
        self.assertEqual(messages.count("“Brisa Foods” has the same address."), 2)
        self.client_b.client_restricted = True
        record = self._check(rows, user=self.user_outsider)
        self.assertNotIn("Brisa", "".join(self._warnings(record)))

    def test_a_number_of_another_company_is_pointed_out(self):
        number = self.client_a.client_number
        record = self._check([{**CLIENT, "Client number*": number}])
        self.assertEqual(
            self._errors(record, "warning"), [("Clients", 2, "Client number")]
        )
        self.assertIn("Azul Cosmetics", self._message(record, "warning"))

    def test_wrong_files_have_their_sentence(self):
        for content in (b"", b"nonsense", make_workbook()):
            with self.subTest(content=content[:10]):
                record = self._import(content or b" ")
                record.action_check()
                self.assertEqual(record.error_count, 1)
                self.assertEqual(record.line_ids.level, "error")
        with self.assertRaises(UserError):
            self._import(b"x").copy().action_check()

    def test_too_large_a_file_is_refused_unread(self):
        self.env["ir.config_parameter"].set_param("web.max_file_upload_size", "1000")
        with self.assertRaisesRegex(UserError, "larger than"):
            self._import(b"x" * 2000)
        record = self._import(b"x")
        with self.assertRaisesRegex(UserError, "larger than"):
            record.file = base64.b64encode(b"x" * 2000)

    def test_import_needs_a_check_and_runs_once(self):
        record = self._import(make_workbook([CLIENT]))
        with self.assertRaisesRegex(UserError, "Check the workbook"):
            record.action_import()
        record.action_check()
        record.action_import()
        with self.assertRaisesRegex(UserError, "imported already"):
            record.action_import()
        with self.assertRaisesRegex(UserError, "imported already"):
            record.file = base64.b64encode(SAMPLE)

    def test_another_file_has_to_be_checked(self):
        record = self._check([CLIENT])
        record.file = base64.b64encode(SAMPLE)
        self.assertEqual(record.state, "draft")
        self.assertFalse(record.line_ids)

    def test_defaults_of_the_screen_do_not_leak(self):
        record = self._import(
            make_workbook([CLIENT], [], [{"Client number*": "X1", "Name*": "Rita"}])
        ).with_context(default_is_company=True, default_is_client=True)
        record.action_check()
        self.assertFalse(record.error_count)
        record.action_import()
        contact = self._client("X1").child_ids
        self.assertFalse(contact.is_company or contact.is_client)

    # ------------------------------------------------------------------
    # WHO
    # ------------------------------------------------------------------

    def test_a_walled_client_stays_unknown(self):
        self.client_a.write({"client_restricted": True, "vat": "PT503504564"})
        self.client_a.country_id = self.env.ref("base.pt")
        number = self.client_a.client_number
        workbook = [
            [
                {**CLIENT, "Client number*": number},
                {**CLIENT, "Client number*": "X2", "Tax id": "PT503504564"},
            ],
            [],
            [{"Client number*": number, "Name*": "Rita"}],
        ]
        outside = self._check(*workbook, user=self.user_outsider)
        self.assertEqual(self._errors(outside), [("Clients", 2, "Client number")])
        self.assertEqual(self._errors(outside, "warning"), [])
        text = " ".join(line.message or "" for line in outside.line_ids)
        self.assertNotIn("Azul", text)
        self.assertFalse(outside.line_ids.partner_id)
        # without its line, it is like a number that nobody has
        contacts = [
            {"Client number*": known, "Name*": "Rita"} for known in (number, "X404")
        ]
        outside = self._check([], [], contacts, user=self.user_outsider)
        hidden, unknown = outside.problem_ids.mapped("message")
        self.assertEqual(hidden.replace(number, "X404"), unknown)
        inside = self._check(*workbook)
        self.assertFalse(inside.error_count)

    def test_lines_of_a_client_restricted_later_are_hidden(self):
        record = self._run([CLIENT], user=self.user_outsider)
        client = self._client("X1")
        client.account_manager_id = self.user_manager
        client.client_restricted = True
        self.env.invalidate_all()
        self.assertFalse(record.line_ids)
        self.env.invalidate_all()
        self.assertTrue(record.with_user(self.user_admin_hub).line_ids)

    def test_access(self):
        record = self._check([CLIENT])
        expected = {
            self.user_manager: True,
            self.user_admin_hub: True,
            self.user_outsider: False,
            self.user_traffic: False,
            self.user_creation: False,
            self.user_accountant: False,
            self.portal_a: False,
        }
        for user, allowed in expected.items():
            with self.subTest(user=user.login):
                self.env.invalidate_all()
                for subject in (record, record.line_ids):
                    subject = subject.with_user(user)
                    self.assertEqual(subject.has_access("read"), allowed)
                self.assertEqual(record.with_user(user).has_access("write"), allowed)
        for user in (self.user_traffic, self.user_accountant, self.portal_a):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self._import(SAMPLE, user)
        with self.assertRaises(AccessError):
            record.with_user(self.user_outsider).action_import()
        with self.assertRaises(AccessError):
            record.line_ids.with_user(self.user_manager).message = "mine"

    def test_state_is_not_written_by_hand(self):
        record = self._check([CLIENT])
        with self.assertRaises(UserError):
            record.state = "done"
        with self.assertRaises(UserError):
            record.with_user(self.user_manager).copy({"state": "done"})

    def test_what_was_imported_is_deleted_by_administrators_only(self):
        record = self._run([CLIENT])
        with self.assertRaises(UserError):
            record.unlink()
        record.with_user(self.user_admin_hub).unlink()
        self._import(SAMPLE).unlink()
