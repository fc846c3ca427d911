"""Addresses: their lines, texts, duplicates, and what invoices need of them."""

import string

from hypothesis import given
from hypothesis import strategies as st

from odoo.exceptions import AccessError, RedirectWarning, UserError, ValidationError
from odoo.tests import BaseCase, Form, tagged

from odoo.addons.client_hub.tools import addresses, texts

from .common import ClientHubCommon

WORDS = st.text(string.ascii_letters + "áéçõ ", min_size=1, max_size=20)
PLACE = {"zip": "01310-100", "neighbourhood": "Bela Vista", "country": 1}
PAULISTA = {
    "street": "Avenida Paulista 1578 - 4º andar",
    "neighbourhood": "Bela Vista",
    "city": "São Paulo",
    "zip": "01310-200",
}


@tagged("post_install", "-at_install")
class TestAddressTools(BaseCase):
    def test_what_countries_ask_for(self):
        whole = dict.fromkeys(addresses.ORDER, "x") | {"street": "Rua Um 1"}
        for country, left_out, missing in [
            ("BR", ["neighbourhood", "zip"], ["neighbourhood", "zip"]),
            ("BR", ["street_number"], []),  # it stands in the street
            ("PT", ["neighbourhood", "state_id", "street_number"], []),
            ("PT", ["zip"], ["zip"]),
            ("ES", ["state_id"], ["state_id"]),
            ("", ["zip", "country_id"], ["country_id"]),
            ("FR", ["street", "street_number"], ["street"]),
        ]:
            with self.subTest(country=country, left_out=left_out):
                parts = {k: v for k, v in whole.items() if k not in left_out}
                self.assertEqual(addresses.missing_parts(parts, country), missing)
        nameless = {**whole, "street": "Rua Um", "street_number": ""}
        self.assertEqual(addresses.missing_parts(nameless, "BR"), ["street_number"])
        self.assertEqual(
            addresses.missing_parts({}, "", zip_required=True)[-1], "country_id"
        )

    def test_a_house_without_number(self):
        self.assertEqual(addresses.split_no_number("Rua A, s/n"), ("Rua A", "S/N"))
        self.assertEqual(addresses.split_no_number("Rua A S/Nº"), ("Rua A", "S/N"))
        self.assertIsNone(addresses.split_no_number("Rua Sn"))
        self.assertIsNone(addresses.split_no_number(""))

    def test_keys_of_the_same_house(self):
        same = addresses.address_key("Av. Paulista,", "1578")
        self.assertEqual(addresses.address_key("AV PAULISTA", "1578"), same)
        self.assertNotEqual(addresses.address_key("Av. Paulista", "1579"), same)
        self.assertEqual(addresses.address_key("Rua das Flores", ""), "")
        self.assertEqual(addresses.address_key("", "12"), "")

    @given(WORDS, st.integers(1, 9999))
    def test_case_and_spaces_make_no_difference(self, name, number):
        key = addresses.address_key(name, str(number))
        typed = addresses.address_key(f"  {name.upper()} ,", f" {number}")
        # ß and the like have no capital of their own: none is among these letters
        self.assertEqual(typed, key)

    def test_the_same_place(self):
        for other, same in [
            (PLACE, True),
            (PLACE | {"zip": "01310100", "neighbourhood": ""}, True),
            (PLACE | {"zip": "", "neighbourhood": "BELA VISTA"}, True),
            (PLACE | {"zip": "", "neighbourhood": ""}, False),
            (PLACE | {"country": 2}, False),
            (PLACE | {"country": False}, True),
        ]:
            with self.subTest(other=other):
                self.assertEqual(addresses.is_same_place(PLACE, other), same)

    def test_maps(self):
        self.assertIn(
            "query=Rua+Um+1%2C+Porto", addresses.map_url(["Rua Um 1", "Porto"])
        )
        self.assertIn("-23.5612345", addresses.map_url(["x"], -23.5612345, -46.6))
        self.assertEqual(addresses.map_url([]), "")

    @given(
        st.lists(st.from_regex(r"[a-z]{1,8}@[a-z]{1,8}\.[a-z]{2,3}", fullmatch=True))
    )
    def test_emails_come_back_as_they_were(self, emails):
        unique = list(dict.fromkeys(emails))
        for separator in (";", " ; ", ",", ";;"):
            self.assertEqual(texts.split_emails(separator.join(emails)), unique)
        joined = texts.join_emails(";".join(emails))
        self.assertEqual(texts.join_emails(joined), joined)
        self.assertEqual(texts.wrong_emails(joined), [])

    def test_emails_with_names(self):
        text = '"Ana, Lda" <ana@x.pt>; Rui <rui@x.pt>'
        self.assertEqual(len(texts.split_emails(text)), 2)
        self.assertEqual(texts.wrong_emails(text), [])
        for wrong in ("ana", "ana@x", "ana@x..pt", "a b@x.pt", "@x.pt", "Ana <ana>"):
            with self.subTest(wrong=wrong):
                self.assertEqual(texts.wrong_emails(f"a@b.pt; {wrong}"), [wrong])

    @given(st.dictionaries(st.sampled_from("abc"), st.text() | st.none()))
    def test_only_named_texts_are_stripped(self, values):
        before = dict(values)
        stripped = texts.strip_texts(values, {"a", "b"})
        self.assertEqual(values, before)
        for name, value in before.items():
            if name == "c" or value is None:
                self.assertEqual(stripped[name], value)
            else:
                self.assertEqual(stripped[name] or "", value.strip())


class AddressCase(ClientHubCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.brazil = cls.env.ref("base.br")
        cls.state = cls.env.ref("base.state_br_sp")
        cls.paulista = {
            **PAULISTA,
            "country_id": cls.brazil.id,
            "state_id": cls.state.id,
        }


@tagged("post_install", "-at_install")
class TestAddress(AddressCase):
    def test_texts_are_saved_without_spaces_around_them(self):
        client = self.client_a.with_user(self.user_manager)
        client.write({"name": "  Azul ", "city": "\tPorto\n", "street2": "   "})
        self.assertEqual((client.name, client.city), ("Azul", "Porto"))
        self.assertFalse(client.street2)
        made = client.create(
            [
                {"name": " New ", "phone": " 1 ", "is_client": True},
                {"name": " Ana ", "parent_id": client.id},
                # who belongs to no client stays as Odoo saves it
                {"name": "Bia", "email": "a@x.pt, b@x.pt"},
            ]
        )
        self.assertEqual((made[0].name, made[0].phone), ("New", "1"))
        self.assertEqual(made[1].name, "Ana")
        self.assertEqual(made[2].email, "a@x.pt, b@x.pt")
        (made[1] + made[2]).write({"email": "c@x.pt, d@x.pt"})
        self.assertEqual(made[1].email, "c@x.pt; d@x.pt")
        self.assertEqual(made[2].email, "c@x.pt, d@x.pt")

    def test_several_emails(self):
        client = self.client_a.with_user(self.user_manager)
        client.email = "a@x.pt;b@x.pt ; a@x.pt"
        self.assertEqual(client.email, "a@x.pt; b@x.pt")
        for record in (client, self.contact_a.with_user(self.user_manager)):
            with self.assertRaisesRegex(ValidationError, "“b” is not an e-mail"):
                record.email = "a@x.pt; b"
        # who is no client writes what Odoo allows
        self.user_manager.partner_id.email = "not an address"

    def test_number_and_complement_are_part_of_the_street(self):
        self.client_a.street = "Rua Augusta 100 - Apto 4"
        self.assertEqual(self.client_a.street_name, "Rua Augusta")
        self.assertEqual(self.client_a.street_number, "100")
        self.client_a.write({"street_number": "120", "street_number2": "Apto 5"})
        self.assertEqual(self.client_a.street, "Rua Augusta 120 - Apto 5")
        self.client_a.street = "Rua Augusta, s/n"
        self.assertEqual(self.client_a.street_number, "S/N")

    def test_all_lines_are_printed_and_handed_down(self):
        self.client_a.write({**self.paulista, "street3": "Torre B"})
        lines = self.client_a._address_lines()
        self.assertEqual(
            lines[:3], ["Avenida Paulista 1578 - 4º andar", "Torre B", "Bela Vista"]
        )
        self.assertEqual(self.contact_a.neighbourhood, "Bela Vista")
        self.assertEqual(self.contact_a.street3, "Torre B")
        self.assertIn(
            "Bela Vista", self.contact_a.with_user(self.portal_a).contact_address
        )
        bare = self.client_b
        self.assertEqual(
            bare._get_address_format(),
            bare.country_id.address_format or bare._get_default_address_format(),
        )

    def test_the_form_asks_a_client_for_number_and_neighbourhood(self):
        for user in (self.user_manager, self.user_creation):
            arch = (
                self.env["res.partner"]
                .with_user(user)
                .get_view(self.env.ref("base.view_partner_form").id, "form")["arch"]
            )
            for text in ('name="street_number"', 'widget="client_postal_code"'):
                with self.subTest(user=user.login, text=text):
                    self.assertIn(text, arch)
        with Form(self.client_a.with_user(self.user_manager)) as form:
            form.street_name = "Rua Augusta"
            form.street_number = "7"
            form.neighbourhood = "Consolação"
        self.assertEqual(self.client_a.street, "Rua Augusta 7")

    def test_the_address_book(self):
        address = self.env["res.partner"].create(
            {
                "parent_id": self.client_a.id,
                "type": "invoice",
                "name": "Accounts",
                "street": "Rua Um 1",
                "fax": "22",
            }
        )
        self.client_a.write(self.paulista)
        book = self.client_a.with_user(self.user_manager).get_client_addresses()
        self.assertTrue(book["may_edit"])
        main, invoice = book["cards"]
        self.assertEqual((main["kind"], invoice["kind"]), ("Main", "Invoice"))
        self.assertIn("Bela Vista", main["text"])
        self.assertIn("google.com/maps", main["map_url"])
        self.assertEqual((invoice["fax"], invoice["active"]), ("22", True))
        address.with_user(self.user_manager).action_archive()
        book = self.client_a.with_user(self.user_creation).get_client_addresses()
        self.assertFalse(book["may_edit"])
        self.assertFalse(book["cards"][1]["active"])
        with self.assertRaises(AccessError):
            address.with_user(self.user_creation).street = "Elsewhere 2"
        self.client_a.client_restricted = True
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            self.client_a.with_user(self.user_outsider).get_client_addresses()

    def test_cards_cost_the_same_for_many(self):
        def cost():
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.client_a.with_user(self.user_manager).get_client_addresses()
            return self.env.cr.sql_log_count - before

        values = {"parent_id": self.client_a.id, "type": "other", "street": "Rua 1"}
        self.env["res.partner"].create(values)
        cost()
        few = cost()
        self.env["res.partner"].create([values] * 20)
        self.assertLessEqual(cost(), few + 1)


@tagged("post_install", "-at_install")
class TestSameAddress(AddressCase):
    def test_alert_names_the_others_and_never_blocks(self):
        self.client_a.write(self.paulista)
        form = Form(self.client_b.with_user(self.user_manager))
        form.country_id = self.brazil
        form.street_name = "AVENIDA PAULISTA"
        form.street_number = "1578"
        form.zip = "01310200"
        self.assertEqual(form.same_address_client_ids[:], self.client_a)
        form.save()
        self.assertEqual(self.client_a.same_address_client_ids, self.client_b)
        self.client_b.zip = "99999-999"
        self.env.invalidate_all()
        self.assertFalse(self.client_a.same_address_client_ids)

    def test_own_addresses_are_no_duplicates(self):
        self.client_a.write(self.paulista)
        address = self.env["res.partner"].create(
            {**self.paulista, "parent_id": self.client_a.id, "type": "invoice"}
        )
        self.assertFalse(self.client_a.same_address_client_ids)
        self.assertFalse(address.same_address_client_ids)
        # an address of another client is one, and the client is named
        self.client_b.write({**self.paulista, "street": "Avenida Paulista 1578"})
        self.assertEqual(self.client_b.same_address_client_ids, self.client_a)

    def test_a_hidden_client_is_not_named(self):
        self.client_a.write(self.paulista)
        self.client_b.write(self.paulista)
        other = self.client_b.with_user(self.user_outsider)
        self.assertEqual(other.same_address_client_ids, self.client_a)
        self.client_a.client_restricted = True
        self.env.invalidate_all()
        self.assertFalse(other.same_address_client_ids)
        self.assertFalse(other.sudo().same_address_client_ids)
        form = Form(other)
        form.street_number = "1578 "
        self.assertFalse(form.same_address_client_ids[:])


@tagged("post_install", "-at_install")
class TestInvoiceAddress(AddressCase):
    def _draft(self):
        return self.init_invoice("out_invoice", partner=self.client_a, amounts=[10.0])

    def test_off_unless_set(self):
        invoice = self._draft().with_user(self.user_accountant)
        invoice.action_post()
        self.assertEqual(invoice.state, "posted")

    def test_confirming_says_what_is_missing_and_opens_it(self):
        self.company.client_invoice_address = True
        self.client_a.write({**self.paulista, "neighbourhood": False, "zip": False})
        invoice = self._draft().with_user(self.user_accountant)
        with self.assertRaises(RedirectWarning) as caught:
            invoice.action_post()
        message, action, _button = caught.exception.args[:3]
        self.assertIn("Missing: neighbourhood, postal code.", message)
        self.assertEqual(action["res_id"], self.client_a.id)
        # whatever else confirms: a plain sentence
        with self.assertRaisesRegex(UserError, "Missing: neighbourhood"):
            invoice._post()
        alert = invoice.alerts["client_hub_address"]
        self.assertIn("Missing", alert["message"])
        self.client_a.write(self.paulista)
        self.assertNotIn("client_hub_address", invoice.alerts or {})
        invoice.action_post()
        self.assertEqual(invoice.state, "posted")

    def test_sending_what_was_confirmed_before(self):
        self.client_a.write(self.paulista)
        invoice = self._draft().with_user(self.user_accountant)
        invoice.action_post()
        self.company.client_invoice_address = True
        invoice.action_send_and_print()
        self.client_a.city = False
        with self.assertRaises(RedirectWarning):
            invoice.action_send_and_print()
        Send = self.env["account.move.send"].with_user(self.user_accountant)
        with self.assertRaisesRegex(UserError, "Missing: city"):
            Send._generate_and_send_invoices(invoice)
        # the job goes on without it, and says so on the invoice
        invoice.sudo().sending_data = {"author_user_id": self.user_accountant.id}
        Send.sudo()._generate_and_send_invoices(invoice.sudo(), from_cron=True)
        self.assertFalse(invoice.sudo().sending_data)
        self.assertIn("Missing: city", invoice.sudo().message_ids[0].body)

    def test_the_address_that_counts_is_the_invoice_s(self):
        self.company.client_invoice_address = True
        address = self.env["res.partner"].create(
            {**self.paulista, "parent_id": self.client_a.id, "type": "invoice"}
        )
        invoice = self._draft()
        invoice.partner_id = address
        invoice.with_user(self.user_accountant).action_post()
        self.assertEqual(invoice.state, "posted")
        # purchases and customers who are no clients are as in Odoo
        bill = self.init_invoice("in_invoice", partner=self.client_a, amounts=[10.0])
        bill.action_post()
        self.assertEqual(bill.state, "posted")
        walk_in = self.env["res.partner"].create({"name": "Walk-in"})
        sale = self.init_invoice("out_invoice", partner=walk_in, amounts=[1.0])
        sale.action_post()
        self.assertEqual(sale.state, "posted")

    def test_who_may_not_confirm_learns_nothing_more(self):
        self.company.client_invoice_address = True
        invoice = self._draft()
        with self.assertRaises(AccessError):
            invoice.with_user(self.user_creation)._post()
        self.assertEqual(invoice.state, "draft")
