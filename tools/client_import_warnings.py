"""What is odd about the rows of the clients workbook, without being wrong."""

import re
from collections import defaultdict

from odoo.tools import street_split

from .addresses import address_key, is_same_place


class ClientImportWarnings:
    """The part of :class:`ClientImportPlan` that warns; it speaks as the user."""

    def _find_twins(self):
        """Compare the rows with each other, once for the whole workbook.

        :return: ``{row number: first row with the same}`` of tax ids and of
            addresses, and ``{row number: count}`` of languages to warn of
        """
        tax_ids, addresses, first_of = {}, {}, {}
        places, languages = defaultdict(list), defaultdict(list)
        for row in self.book.rows.get("Clients", ()):
            if key := _tax_id_key(row):
                first = first_of.setdefault(key, row.number)
                if first != row.number:
                    tax_ids[row.number] = first
            key, place = _row_place(row)
            if key:
                for other, number in places[key]:
                    if is_same_place(place, other):
                        addresses[row.number] = number
                        break
                places[key].append((place, row.number))
            if row.get("lang"):
                languages[row.get("lang")].append(row.number)
        counts = {numbers[0]: len(numbers) for numbers in languages.values()}
        return tax_ids, addresses, counts

    def _warn_languages(self):
        """Warn once per language that isn't active."""
        for row in self.rows_of("Clients"):
            text = row.get("lang")
            count = self.languages.get(row.number)
            if count and not self.lookup.language(text):
                self.add("warning", "language", row, "lang", value=text, count=count)

    def _warn_tax_ids(self):
        """Warn where another row or another contact has the same tax id."""
        seen = {}
        for operation in self.operations["Clients"]:
            vat = operation.values.get("vat")
            if vat and vat.value != "/":
                seen.setdefault(vat.value, operation)
                if first := self.same_tax_id.get(operation.row.number):
                    self.add("warning", "tax_id_row", operation.row, "vat", first=first)
        if not seen:
            return
        # as the user: who he can't see isn't told
        others = self.partners.search(
            [
                ("vat", "in", list(seen)),
                ("parent_id", "=", False),
                ("id", "not in", list(self.written)),
            ]
        )
        for other in others:
            operation = seen[other.vat]
            if other != operation.record:
                self.add(
                    "warning",
                    "tax_id_contact",
                    operation.row,
                    "vat",
                    name=other.display_name,
                )

    def _warn_addresses(self):
        """Warn where another row or another client is at the same address."""
        here = defaultdict(list)  # key -> [(place, Operation)]
        for operation in self.operations["Clients"]:
            if not {"street", "zip"} & operation.changes.keys():
                continue
            if first := self.same_address.get(operation.row.number):
                self.add("warning", "address_row", operation.row, "street", first=first)
            key, place = self._place_of(operation)
            if key:
                here[key].append((place, operation))
        if not here:
            return
        # as the user: who he can't see isn't told
        domain = self.partners._same_address_domain(list(here))
        others = self.partners.with_context(active_test=True).search(
            [*domain, ("commercial_partner_id", "not in", list(self.written))]
        )
        for other in others:
            client = other.commercial_partner_id
            for place, operation in here[other.address_key]:
                if client != operation.record and is_same_place(
                    place, other._address_place()
                ):
                    self.add(
                        "warning",
                        "address_client",
                        operation.row,
                        "street",
                        name=client.display_name,
                    )

    def _place_of(self, operation):
        """Return the address that a row leads to, to compare it.

        :return: (key, place), see ``tools.addresses``; the key is '' without number
        """
        values, record = operation.values, operation.record
        texts = {
            name: values[name].value if name in values else record[name]
            for name in ("street", "zip", "neighbourhood", "country_id")
        }
        parts = street_split(texts["street"])
        country = texts["country_id"]
        place = {
            "zip": texts["zip"],
            "neighbourhood": texts["neighbourhood"],
            "country": country if isinstance(country, int) else country.id,
        }
        return address_key(parts["street_name"], parts["street_number"]), place


def _tax_id_key(row):
    """Return a row's tax id as compared with other rows; '' when it has none."""
    country = row.get("country").upper()
    number = re.sub(r"[\W_]+", "", row.get("vat")).upper()
    if len(country) == 2:
        number = number.removeprefix(country)
    return f"{country} {number}" if number else ""


def _row_place(row):
    """Return (key, place) of a row's own address, see ``tools.addresses``."""
    parts = street_split(row.get("street"))
    number = row.get("street_number") or parts["street_number"]
    place = {
        "zip": row.get("zip"),
        "neighbourhood": row.get("neighbourhood"),
        "country": row.get("country").casefold(),
    }
    return address_key(parts["street_name"], number), place
