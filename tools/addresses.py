"""Postal addresses: what is missing, which are the same, where the map is."""

import re
import unicodedata
from urllib.parse import urlencode

# Parts without which no invoice can be sent, in the order of an address.
ORDER = (
    "street",
    "street_number",
    "neighbourhood",
    "city",
    "state_id",
    "zip",
    "country_id",
)
ALWAYS = frozenset({"street", "city", "country_id"})
# What a country's tax authority or post asks for on top of Odoo's own settings.
BY_COUNTRY = {
    "BR": {"street_number", "neighbourhood", "state_id", "zip"},
    "ES": {"state_id", "zip"},
    "FR": {"zip"},
    "PT": {"zip"},
    "US": {"state_id", "zip"},
}
# How Brazilians and others write that a house has no number.
NO_NUMBER = re.compile(r"[\s,]+(s\s*/\s*n[º°.]?)\s*$", re.IGNORECASE)
MAP = "https://www.google.com/maps/search/?"


def missing_parts(parts, country_code="", zip_required=False, state_required=False):
    """Return the names of what an address lacks for an invoice.

    :param dict parts: name of :data:`ORDER` -> anything true when it is there
    :param str country_code: ISO code of the country
    :param bool zip_required: the country asks for a postal code
    :param bool state_required: the country asks for a state
    :rtype: list
    """
    required = ALWAYS | BY_COUNTRY.get(country_code, set())
    required |= {"zip"} if zip_required and country_code else set()
    required |= {"state_id"} if state_required else set()
    there = {name for name, value in parts.items() if value}
    if "street" not in there or re.search(r"\d", str(parts.get("street") or "")):
        # one sentence for the street, and a number may stand anywhere in it
        there.add("street_number")
    return [name for name in ORDER if name in required - there]


def split_no_number(street):
    """Return (street name, number) of a street that ends in "s/n".

    :return: None when it doesn't
    """
    found = NO_NUMBER.search(street or "")
    return (street[: found.start()], "S/N") if found else None


def simple(text):
    """Return a text without case, accents and punctuation, to compare it."""
    decomposed = unicodedata.normalize("NFKD", text or "")
    plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(re.sub(r"[\W_]+", " ", plain.casefold()).split())


def address_key(street_name, street_number):
    """Return what two addresses in the same house have in common; or ''.

    A street without any number is too wide to compare.
    """
    name, number = simple(street_name), simple(street_number)
    if not name or not re.search(r"\d", f"{name} {number}"):
        return ""
    return f"{name}|{number}"


def is_same_place(one, other):
    """Tell whether two addresses with one key are in the same place.

    :param one: dict with ``zip``, ``neighbourhood`` and ``country``
    :param other: the same of the other
    """
    if one["country"] and other["country"] and one["country"] != other["country"]:
        return False
    return any(
        simple(one[name]).replace(" ", "") == simple(other[name]).replace(" ", "") != ""
        for name in ("zip", "neighbourhood")
    )


def map_url(lines, latitude=0.0, longitude=0.0):
    """Return the address of a map.

    :param lines: lines of the postal address
    :param float latitude: exact place, when it is known
    :param float longitude: the same
    """
    if latitude or longitude:
        place = f"{latitude:.7f},{longitude:.7f}"
    else:
        place = ", ".join(" ".join(line.split()) for line in lines)
    return MAP + urlencode({"api": 1, "query": place}) if place else ""
