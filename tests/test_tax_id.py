"""The client's tax id: required or not, checked for its country, duplicates."""

import string

from hypothesis import given
from hypothesis import strategies as st
from stdnum.br import cnpj as stdnum_cnpj

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import BaseCase, Form, tagged

from odoo.addons.client_hub.tools import tax_id

from .common import ClientHubCommon

CAPITALS = string.digits + string.ascii_uppercase
BASES = st.text(CAPITALS, min_size=12, max_size=12).filter(lambda b: b != "0" * 12)
CNPJ = "11222333000181"
# the example of Receita Federal's publication
CNPJ_LETTERS = "12ABC34501DE35"
CPF = "39053344705"


@tagged("post_install", "-at_install")
class TestTaxIdNumbers(BaseCase):
    def test_published_examples(self):
        for number, valid in {
            "11.222.333/0001-81": True,
            "12.ABC.345/01DE-35": True,
            "12.abc.345/01de-35": True,
            "12ABC34501DE36": False,
            "12ABC34501DE3A": False,
            "11222333000180": False,
            "00000000000000": False,
            "1122233300018": False,
            "": False,
        }.items():
            with self.subTest(number=number):
                self.assertEqual(tax_id.is_cnpj(number), valid)

    def test_cpf(self):
        for number, valid in {
            "390.533.447-05": True,
            CPF: True,
            "39053344706": False,
            # fulfils the arithmetic, but nobody has it
            "11111111111": False,
        }.items():
            with self.subTest(number=number):
                self.assertEqual(tax_id.is_cpf(number), valid)

    @given(BASES)
    def test_check_digits_make_a_valid_number(self, base):
        number = base + tax_id.cnpj_check_digits(base)
        self.assertTrue(tax_id.is_cnpj(number))
        self.assertEqual(tax_id.kind_of("BR", number), "company")

    @given(BASES, st.integers(0, 13), st.integers(1, 9))
    def test_a_wrong_digit_is_found(self, base, place, step):
        number = base + tax_id.cnpj_check_digits(base)
        digits = [c for c in number if c.isdigit()]
        self.assertGreaterEqual(len(digits), 2)
        if not number[place].isdigit():
            return
        wrong = str((int(number[place]) + step) % 10)
        changed = number[:place] + wrong + number[place + 1 :]
        if place >= 12:
            self.assertFalse(tax_id.is_cnpj(changed))
        else:
            # both check digits would have to come out the same
            same = tax_id.cnpj_check_digits(changed[:12]) == changed[12:]
            self.assertEqual(tax_id.is_cnpj(changed), same)

    @given(st.text(string.digits, min_size=12, max_size=12))
    def test_old_numbers_keep_their_check_digits(self, base):
        self.assertEqual(
            tax_id.cnpj_check_digits(base), stdnum_cnpj.calc_check_digits(base)
        )

    def test_who_has_such_a_number(self):
        for country, number, kind in [
            ("BR", CPF, "person"),
            ("BR", CNPJ_LETTERS, "company"),
            ("PT", "PT501964843", "company"),
            ("PT", "123456789", "person"),
            ("ES", "ESA12345674", "company"),
            ("ES", "12345678Z", "person"),
            ("FR", "732829320", ""),
            ("", "1", ""),
        ]:
            with self.subTest(number=number):
                self.assertEqual(tax_id.kind_of(country, number), kind)


@tagged("post_install", "-at_install")
class TestTaxId(ClientHubCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.brazil = cls.env.ref("base.br")
        cls.company.country_id = cls.brazil

    def _as(self, user):
        return self.client_a.with_user(user)

    def _set(self, country, vat, **values):
        self.client_a.with_user(self.user_manager).write(
            {"country_id": self.env.ref(country).id, "vat": vat, **values}
        )
        return self.client_a.vat

    def test_valid_numbers_are_stored_plain(self):
        for country, number, stored in [
            ("base.br", "11.222.333/0001-81", CNPJ),
            ("base.br", "12.abc.345/01de-35", CNPJ_LETTERS),
            ("base.br", "390.533.447-05", CPF),
            ("base.pt", "501 964 843", "501964843"),
            ("base.es", "ESA12345674", "ESA12345674"),
            ("base.fr", "FR23334175221", "FR23334175221"),
            ("base.fr", "732829320", "732829320"),
            ("base.fr", "73282932000074", "73282932000074"),
        ]:
            with self.subTest(number=number):
                self.assertEqual(self._set(country, number), stored)

    def test_wrong_numbers_are_refused(self):
        for country, number in [
            ("base.br", "11222333000182"),
            ("base.br", "12ABC34501DE36"),
            ("base.br", "EU.ABC.345/01DE-36"),
            ("base.br", "11111111111"),
            ("base.pt", "501964844"),
            ("base.es", "A12345675"),
            ("base.fr", "732829321"),
        ]:
            with self.subTest(number=number), self.assertRaises(ValidationError):
                self._set(country, number)

    def test_a_cnpj_may_begin_with_any_letters(self):
        for start in ("EU", "DE", "PT", "FR"):
            base = f"{start}1234560001"
            number = base + tax_id.cnpj_check_digits(base)
            with self.subTest(number=number):
                self.assertEqual(self._set("base.br", number), number)

    def test_french_registry_number(self):
        self._set("base.fr", False, company_registry="73282932000074")
        with self.assertRaisesRegex(ValidationError, "SIRET"):
            self.client_a.company_registry = "73282932000075"

    def test_required_by_the_settings_of_each_kind(self):
        manager = self.user_manager
        person = {"is_company": False, "name": "Zoe"}
        company = {"is_company": True, "name": "Zed", "legal_name": "Zed Ltd"}
        common = {"is_client": True, "country_id": self.brazil.id}
        Partner = self.env["res.partner"].with_user(manager)
        self.assertTrue(Partner.create([person | common, company | common]))
        self.company.client_tax_id_company = True
        Partner.create(person | common)
        with self.assertRaisesRegex(ValidationError, "Enter the tax id"):
            Partner.create(company | common)
        with self.assertRaisesRegex(ValidationError, "Enter the tax id"):
            Partner.create(company | common | {"vat": "/"})
        self.company.client_tax_id_person = True
        with self.assertRaisesRegex(ValidationError, "Enter the tax id"):
            Partner.create(person | common)
        Partner.create(
            [person | common | {"vat": CPF}, company | common | {"vat": CNPJ}]
        )
        # not a client, or nothing of this changes
        Partner.create({"name": "Someone", "is_company": True})
        self.client_a.with_user(manager).phone = "1"

    def test_a_client_abroad_may_say_that_there_is_none(self):
        self.company.client_tax_id_company = True
        self.assertEqual(self._set("base.hk", "/"), "/")
        with self.assertRaisesRegex(ValidationError, "if there is none"):
            self._set("base.hk", False)

    def test_who_may_change_it(self):
        self._as(self.user_manager).vat = "1"
        with self.assertRaises(AccessError):
            self._as(self.user_creation).vat = "2"

    def test_the_form_says_what_is_odd(self):
        self.company.client_tax_id_company = True
        with Form(self._as(self.user_manager)) as form:
            form.country_id = self.brazil
            self.assertTrue(form.client_tax_id_required)
            form.vat = CPF
            self.assertIn("individual", form.client_tax_id_warning)
            form.vat = CNPJ
            self.assertFalse(form.client_tax_id_warning)

    def test_a_duplicate_is_told_but_not_a_hidden_one(self):
        self._set("base.br", CNPJ)
        other = self._create_client("Cobre", vat=CNPJ, country_id=self.brazil.id)
        twin = "same_vat_partner_id"
        outsider = other.with_user(self.user_outsider)
        self.assertEqual(outsider[twin], self.client_a)
        self.client_a.client_restricted = True
        self.env.invalidate_all()
        self.assertFalse(outsider[twin])
        self.assertEqual(other.with_user(self.user_manager)[twin], self.client_a)
        # another one, which the outsider may see, is still told
        third = self._create_client("Dourado", vat=CNPJ, country_id=self.brazil.id)
        self.env.invalidate_all()
        self.assertEqual(outsider[twin], third)

    def test_a_hidden_twin_by_registry_number(self):
        self.client_a.company_registry = "R-1"
        other = self._create_client("Cobre", company_registry="R-1")
        twin = "same_company_registry_partner_id"
        outsider = other.with_user(self.user_outsider)
        self.assertEqual(outsider[twin], self.client_a)
        self.client_a.client_restricted = True
        self.env.invalidate_all()
        self.assertFalse(outsider[twin])
