"""Tax ids, where Odoo's own check needs help. Nothing here knows Odoo.

The check digits of the CNPJ follow Receita Federal's rule for the alphanumeric form
(Instrução Normativa RFB nº 2.229 of 15 October 2024, in force from July 2026, and the
calculation published at https://www.gov.br/receitafederal, "CNPJ alfanumérico"): each
of the first twelve characters counts as its ASCII code minus 48, weighted 2 to 9 from
the right; digits count as themselves, so that older numbers keep their check digits.
It is written out because python-stdnum knows letters from version 2.2 on only, and
Debian and Odoo's requirements come with older ones.
"""

import re

from stdnum.br import cpf
from stdnum.fr import siren, siret, tva

CNPJ = re.compile(r"[0-9A-Z]{12}[0-9]{2}")
SEPARATORS = re.compile(r"[\s./\-\u2010-\u2015]")
# Prefix of the Portuguese NIF -> who has such a number.
PORTUGAL = {
    "company": ("5", "6", "71", "72", "9"),
    "person": ("1", "2", "3", "45", "8"),
}
# First letter of the Spanish NIF of a legal entity; others are people's.
SPAIN_COMPANY = frozenset("ABCDEFGHJNPQRSUVW")


def compact(number):
    """Return a number without spaces and separators, in capital letters."""
    return SEPARATORS.sub("", number or "").upper()


def cnpj_check_digits(base):
    """Return the two check digits of a CNPJ.

    :param str base: its first twelve characters: digits and capital letters
    :rtype: str
    """
    digits = ""
    for _turn in range(2):
        values = [ord(character) - 48 for character in reversed(base + digits)]
        total = sum(value * (2 + i % 8) for i, value in enumerate(values))
        digits += str((11 - total % 11) % 11 % 10)
    return digits


def is_cnpj(number):
    """Tell whether this is a Brazilian company's number, old or alphanumeric."""
    number = compact(number)
    return bool(
        CNPJ.fullmatch(number)
        and number[:12] != "0" * 12
        and cnpj_check_digits(number[:12]) == number[12:]
    )


def is_cpf(number):
    """Tell whether this is a Brazilian person's number.

    Eleven times the same digit fulfils the arithmetic, but is never given out.
    """
    number = compact(number)
    return cpf.is_valid(number) and len(set(number)) > 1


def is_french(number):
    """Tell whether this is a French VAT number, SIREN or SIRET."""
    return any(kind.is_valid(number) for kind in (tva, siren, siret))


def is_french_registry(number):
    """Tell whether this is a SIREN or SIRET."""
    return siren.is_valid(number) or siret.is_valid(number)


def kind_of(country_code, number):
    """Return who has such a number.

    :param str country_code: ISO code
    :param str number: a valid tax id
    :return: ``company``, ``person``, or '' where the number does not tell
    """
    number = compact(number)
    if country_code == "BR":
        return {11: "person", 14: "company"}.get(len(number), "")
    number = number.removeprefix(country_code or " ")
    if country_code == "PT":
        for kind, prefixes in PORTUGAL.items():
            if number.startswith(prefixes):
                return kind
    if country_code == "ES" and number:
        return "company" if number[0] in SPAIN_COMPANY else "person"
    return ""


class TaxIdMemo(dict):
    """Results of tax id checks, in the context of an import.

    Odoo checks each number several times, with a query each. Only Python code can put
    one in the context: what comes by RPC is a plain dictionary.
    """
