"""Compares the rows of the clients workbook with the database."""

from collections import defaultdict

from odoo.exceptions import UserError
from odoo.tools import plaintext2html, street_split

from .client_import_children import ClientImportChildren
from .client_import_columns import SHEETS
from .client_import_contracts import ClientImportContracts
from .client_import_diff import ClientImportDiff, readable
from .client_import_lookup import ClientImportLookup
from .client_import_operation import Operation, Value
from .client_import_warnings import ClientImportWarnings
from .tax_id import TaxIdMemo

# With one of these, rows can't be told apart or most would be reported twice.
STRUCTURE = frozenset({"column_missing", "column_twice", "sheet_missing"})


class ClientImportPlan(
    ClientImportChildren, ClientImportContracts, ClientImportDiff, ClientImportWarnings
):
    """What importing a workbook would do, part by part.

    A part holds whole clients: all the rows with one client number are in the same.
    An empty cell leaves what is in the database. Problems are added to those of the
    workbook. :class:`ClientImportWriter` does what is planned here.
    """

    def __init__(self, env, book):
        # e-mails and followers: thousands of clients at once are nobody's news
        self.env = env(
            context=dict(
                env.context,
                mail_create_nolog=True,
                mail_create_nosubscribe=True,
                mail_auto_subscribe_no_notify=True,
                client_tax_id_memo=TaxIdMemo(),
            )
        )
        self.book = book
        self.partners = self.env["res.partner"].with_context(active_test=False)
        self.lookup = None
        self.rows_by_number = defaultdict(lambda: defaultdict(list))
        for sheet, rows in book.rows.items():
            for row in rows:
                self.rows_by_number[row.get("number")][sheet].append(row)
        self.refused = set()  # fields the user may not write, each reported once
        self.same_tax_id, self.same_address, self.languages = self._find_twins()
        self.written = set()  # ids of the clients that the parts before made
        self._reset(())

    def _reset(self, numbers):
        self.numbers = numbers
        self.operations = {name: [] for name in SHEETS}
        self.clients = {}  # number -> Operation
        self.contracts = {}  # number -> Operation
        self.known = {}  # number -> partner, None when it is hidden

    # ------------------------------------------------------------------
    # PARTS
    # ------------------------------------------------------------------

    def is_readable(self):
        """Return whether the rows can be told apart at all."""
        return bool(self.book.rows) and not any(
            problem.code in STRUCTURE for problem in self.book.problems
        )

    def parts(self, size, done=frozenset()):
        """Yield lists of client numbers whose rows are about ``size`` together.

        :param int size: number of rows
        :param done: numbers that are left out
        """
        part, count = [], 0
        for number, by_sheet in self.rows_by_number.items():
            if number and number not in done:
                part.append(number)
                count += sum(map(len, by_sheet.values()))
                if count >= size:
                    yield part
                    part, count = [], 0
        if part:
            yield part

    def rows_of(self, sheet):
        """Return the rows of a sheet that are in the present part."""
        return [
            row for number in self.numbers for row in self.rows_by_number[number][sheet]
        ]

    def all_operations(self):
        """Return the operations of the present part, sheet by sheet."""
        return [op for sheet in SHEETS for op in self.operations[sheet]]

    def compare(self, numbers):
        """Work out what each row of these clients does; nothing is written.

        :param list numbers: client numbers
        """
        if self.lookup is None:
            self.lookup = ClientImportLookup(self.env, self.book)
        self._reset(numbers)
        self.known = self._find_clients()
        for row in self.rows_of("Clients"):
            self._compare_client(row)
        self._warn_languages()
        self._warn_tax_ids()
        self._warn_addresses()
        self._compare_children("Addresses", self._match_addresses)
        self._compare_children("Contacts", self._match_contacts)
        for row in self.rows_of("Team"):
            self._compare_team(row)
        self._compare_contracts()

    def forget_written(self):
        """Leave out the records that were taken back."""
        for operation in self.all_operations():
            operation.forget(operation.record.browse())
        self.lookup.forget_created()

    def row_name(self, row):
        """Return what a person calls a row."""
        number, name = row.get("number"), row.get("name")
        if row.sheet in ("Contracts", "Open entries"):
            return f"{row.get('contract')} {name or row.get('product')}".strip()
        rows = self.rows_by_number[number]["Clients"]
        if not name and rows:
            name = rows[0].get("name")
        return f"{number} {name}".strip()

    def add(self, level, code, row, column="", **params):
        """Note a problem of a row; ``column`` is a column's name or ''."""
        headers = {c.name: c.header for c in SHEETS[row.sheet].columns}
        header = headers.get(column, "")
        self.book.add(level, code, row.sheet, row.number, header, **params)

    # ------------------------------------------------------------------
    # CLIENTS
    # ------------------------------------------------------------------

    def _find_clients(self):
        """Return ``{number: partner}`` of the numbers of this part.

        Records the user can't see are there as None, without anything about them.
        """
        numbers = set(self.numbers)
        visible = self.partners.search([("client_number", "in", list(numbers))])
        known = {partner.client_number: partner for partner in visible}
        # sudo: numbers are unique in the database; only that one is taken is used
        hidden = self.partners.sudo().search_fetch(
            [("client_number", "in", list(numbers - known.keys()))], ["client_number"]
        )
        return known | dict.fromkeys(hidden.mapped("client_number"))

    def _compare_client(self, row):
        number = row.get("number")
        record = self.known.get(number, self.partners)
        if record is None:
            self.add("error", "taken", row, "number")
            record = self.partners
        if record and not record.active:
            self.add("warning", "archived", row, "number")
        operation = Operation(
            row, record, partner=record, kind="client", is_new=not record
        )
        values = operation.values
        if not record.is_client:
            values["is_client"] = Value(True, self.env._("yes"), "Client")
        if not record:
            values["client_number"] = Value(number, number, "Client number")
        self._read_fields(row, values)
        self._read_client_kind(row, values)
        country = self._read_address(row, values, record)
        self._read_tax_id(row, values, country, record)
        self._read_words(row, values)
        self._diff(operation)
        if record and {"name", "legal_name"} <= operation.changes.keys():
            # most likely another company that has this number in Odoo
            self.add("warning", "renamed", row, "number", name=record.name)
        # of two rows with one number, the second is an error already
        self.clients.setdefault(number, operation)
        self.operations["Clients"].append(operation)

    def _read_fields(self, row, values):
        """Take the columns that belong to one field each, as they are or by name."""
        for column in SHEETS[row.sheet].columns:
            value = row.get(column.name)
            if not column.field or value == "" or not self._may_write(row, column):
                continue
            text = readable(value)
            if column.model:
                if record := self._by_name(row, column, value):
                    values[column.field] = Value(record.id, text, column.header)
            else:
                values[column.field] = Value(value, text, column.header)

    def _by_name(self, row, column, text):
        """Return the record that a cell names; None, with an error, if there is none.

        :param Column column: with a model
        """
        found = self.lookup.named(column.model, text)
        if len(found) == 1:
            return found[0]
        code = "ambiguous" if found else "unknown_name"
        self.add("error", code, row, column.name, value=text)
        return None

    def _read_client_kind(self, row, values):
        if kind := row.get("kind"):
            is_company = kind == "company"
            values["is_company"] = Value(is_company, kind, "Company or person")
        if status := row.get("status"):
            values["client_status"] = Value(status, status, "Status")
        if website := row.get("website"):
            website = self.partners._clean_website(website)
            values["website"] = Value(website, website, "Website")
        if notes := row.get("notes"):
            values["comment"] = Value(plaintext2html(notes), notes, "Notes")

    def _read_address(self, row, values, record, default=None):
        """Take street, country and state.

        :param record: the partner, empty for a new one
        :param default: country of a new record without one in its row
        :return: the record's country afterwards
        """
        self._read_street(row, values, record)
        country = before = record.country_id
        if text := row.get("country"):
            found = self.lookup.country(text)
            if not found:
                self.add("error", "country", row, "country", value=text)
                return self.env["res.country"]
            country = found
        elif default:
            country = default
        if country and country != before:
            values["country_id"] = Value(country.id, country.name, "Country")
        if not (text := row.get("state")):
            if before and country != before:
                # the old country's state would be wrong in the new one
                values["state_id"] = Value(False, "", "State")
        elif not country:
            self.add("error", "state_alone", row, "state", value=text)
        elif state := self.lookup.state(country, text):
            values["state_id"] = Value(state.id, state.name, "State")
        else:
            self.add("error", "state", row, "state", value=text, country=country.name)
        return country

    def _read_street(self, row, values, record):
        """Take the street, with number and complement put together as Odoo does."""
        street = row.get("street")
        number, complement = row.get("street_number"), row.get("street_number2")
        if number or complement:
            parts = street_split(street or record.street)
            number = number or parts["street_number"]
            complement = complement or parts["street_number2"]
            street = f"{parts['street_name'] or ''} {number or ''}".strip()
            street = f"{street} - {complement}" if complement else street
        if street:
            values["street"] = Value(street, street, "Street")

    def _read_tax_id(self, row, values, country, record):
        text = row.get("vat")
        is_company = (
            row.get("kind") == "company" if row.get("kind") else record.is_company
        )
        if missing := record._tax_id_missing(country, text or record.vat, is_company):
            self.add("error", "odoo", row, "vat", message=missing)
        if not text or not country:
            return
        if record.vat == text and record.country_id == country:
            return
        try:
            vat, _code = self.partners._run_vat_checks(
                country, text, partner_name=row.get("name"), validation="error"
            )
        except UserError:
            example = self.lookup.tax_id_example(country)
            params = {"value": text, "country": country.name, "example": example}
            code = "tax_id_like" if example else "tax_id"
            self.add("error", code, row, "vat", **params)
            return
        values["vat"] = Value(vat, vat, "Tax id")
        if warning := record._tax_id_warning(country, vat, is_company):
            self.add("warning", "odoo", row, "vat", message=warning)

    def _read_words(self, row, values):
        """Take language, tags and sector; the last two may not exist yet."""
        if text := row.get("lang"):
            if found := self.lookup.language(text):
                values["lang"] = Value(found[0], found[0], "Language")
        if name := row.get("sector"):
            values["industry_id"] = Value(name, name, "Sector")
        self._read_names(row, values, "tags", "category_id")

    def _read_names(self, row, values, column, field):
        """Take a list of names that may not exist yet."""
        if names := row.get(column):
            header = next(
                c.header for c in SHEETS[row.sheet].columns if c.name == column
            )
            values[field] = Value(names, ", ".join(names), header)

    def _may_write(self, row, column):
        """Tell whether the user may fill a column in; else note it once."""
        model = "client.contract" if row.sheet == "Contracts" else "res.partner"
        key = (model, column.field)
        if key not in self.refused:
            record = self.env[model]
            if record._has_field_access(record._fields[column.field], "write"):
                return True
            self.refused.add(key)
            self.add("error", "no_right", row, column.name)
        return False


def sentence(error):
    """Return an exception's message on one line."""
    return " ".join(str(error).split())
