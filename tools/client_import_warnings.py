"""What is odd about the rows of the clients workbook, without being wrong."""

from collections import defaultdict

from odoo.tools import street_split

from .addresses import address_key, is_same_place


class ClientImportWarnings:
    """The part of :class:`ClientImportPlan` that warns; it speaks as the user."""

    def _warn_languages(self):
        """Warn once per language that isn't active."""
        rows_of = defaultdict(list)
        for row in self._rows("Clients"):
            text = row.get("lang")
            if text and not self.lookup.language(text):
                rows_of[text].append(row)
        for text, rows in rows_of.items():
            self.add(
                "warning", "language", rows[0], "lang", value=text, count=len(rows)
            )

    def _warn_tax_ids(self):
        """Warn where another row or another contact has the same tax id."""
        seen = {}
        for operation in self.operations["Clients"]:
            vat = operation.values.get("vat")
            if vat and vat.value != "/":
                first = seen.setdefault(vat.value, operation)
                if first is not operation:
                    self.add(
                        "warning",
                        "tax_id_row",
                        operation.row,
                        "vat",
                        first=first.row.number,
                    )
        # as the user: who he can't see isn't told
        others = self.partners.search(
            [("vat", "in", list(seen)), ("parent_id", "=", False)]
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
        places = defaultdict(list)  # key -> [(place, Operation)]
        for operation in self.operations["Clients"]:
            if not {"street", "zip"} & operation.changes.keys():
                continue
            key, place = self._place_of(operation)
            for other_place, other in places[key] if key else ():
                if is_same_place(place, other_place):
                    number = other.row.number
                    self.add(
                        "warning",
                        "address_row",
                        operation.row,
                        "street",
                        first=number,
                    )
                    break
            if key:
                places[key].append((place, operation))
        # as the user: who he can't see isn't told
        domain = self.partners._same_address_domain(list(places))
        others = self.partners.with_context(active_test=True).search(domain)
        for other in others:
            client = other.commercial_partner_id
            for place, operation in places[other.address_key]:
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
            for name in ("street", "zip", "country_id")
        }
        parts = street_split(texts["street"])
        country = texts["country_id"]
        place = {
            "zip": texts["zip"],
            "neighbourhood": record.neighbourhood,
            "country": country if isinstance(country, int) else country.id,
        }
        return address_key(parts["street_name"], parts["street_number"]), place
