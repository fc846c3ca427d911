"""Compares the rows of the clients workbook with the database."""

from collections import defaultdict
from dataclasses import dataclass, field

from odoo.exceptions import UserError
from odoo.tools import html2plaintext, plaintext2html

from .client_import_lookup import ClientImportLookup, plain
from .client_import_warnings import ClientImportWarnings
from .client_workbook import SHEETS
from .texts import find_addresses

# Column name -> field, where the text is stored as it is.
TEXT_FIELDS = {
    "name": "name",
    "legal_name": "legal_name",
    "street": "street",
    "street2": "street2",
    "city": "city",
    "zip": "zip",
    "email": "email",
    "phone": "phone",
    "function": "function",
}
# With one of these, rows can't be told apart or most would be reported twice.
STRUCTURE = frozenset({"column_missing", "column_twice", "sheet_missing"})


@dataclass(slots=True)
class Value:
    """What a row says about a field: to write, to read, and where it stands."""

    value: object
    text: str
    header: str


@dataclass(slots=True)
class Operation:
    """What a row does: create, change or leave a partner.

    ``client`` is the operation of the row's client when it is in the workbook, too.
    """

    row: object
    record: object
    client: object = None
    kind: str = "contact"
    values: dict = field(default_factory=dict)
    changes: dict = field(default_factory=dict)
    is_new: bool = False
    message: str = ""

    @property
    def level(self):
        """What becomes of the row."""
        if self.is_new:
            return "new"
        return "changed" if self.changes else "unchanged"

    @property
    def partner(self):
        """The record that the row made or is about; empty before it is there."""
        return (
            self.client.record if self.kind == "team" and self.client else self.record
        )


class ClientImportPlan(ClientImportWarnings):
    """What importing a workbook would do.

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
            )
        )
        self.book = book
        self.partners = self.env["res.partner"].with_context(active_test=False)
        self.operations = {name: [] for name in SHEETS}
        self.clients = {}  # number -> Operation
        self.lookup = None

    # ------------------------------------------------------------------
    # COMPARE
    # ------------------------------------------------------------------

    def compare(self):
        """Work out what each row does; nothing is written."""
        if any(problem.code in STRUCTURE for problem in self.book.problems):
            return
        self.lookup = ClientImportLookup(self.env, self.book)
        known = self._find_clients()
        for row in self._rows("Clients"):
            self._compare_client(row, known)
        self._warn_languages()
        self._warn_tax_ids()
        self._warn_addresses()
        for sheet, match in (
            ("Addresses", self._match_addresses),
            ("Contacts", self._match_contacts),
        ):
            self._compare_children(sheet, match, known)
        for row in self._rows("Team"):
            self._compare_team(row, known)

    def forget_new_records(self):
        """Leave out the records that were taken back."""
        for operations in self.operations.values():
            for operation in operations:
                if operation.is_new:
                    operation.record = self.partners

    def row_name(self, row):
        """Return what a person calls a row."""
        number = row.get("number")
        name = row.get("name")
        if not name and (client := self.clients.get(number)):
            name = client.row.get("name")
        return f"{number} {name}".strip()

    def _rows(self, sheet):
        return self.book.rows.get(sheet, [])

    def add(self, level, code, row, column="", **params):
        """Note a problem of a row; ``column`` is a column's name or ''."""
        headers = {c.name: c.header for c in SHEETS[row.sheet].columns}
        header = headers.get(column, "")
        self.book.add(level, code, row.sheet, row.number, header, **params)

    def _find_clients(self):
        """Return ``{number: partner}`` of the numbers in the workbook.

        Records the user can't see are there as None, without anything about them.
        """
        numbers = {row.get("number") for name in SHEETS for row in self._rows(name)} - {
            ""
        }
        visible = self.partners.search([("client_number", "in", list(numbers))])
        known = {partner.client_number: partner for partner in visible}
        # sudo: numbers are unique in the database; only that one is taken is used
        hidden = self.partners.sudo().search_fetch(
            [("client_number", "in", list(numbers - known.keys()))], ["client_number"]
        )
        return known | dict.fromkeys(hidden.mapped("client_number"))

    def _compare_client(self, row, known):
        number = row.get("number")
        if not number:
            return
        record = known.get(number, self.partners)
        if record is None:
            self.add("error", "taken", row, "number")
            record = self.partners
        if record and not record.active:
            self.add("warning", "archived", row, "number")
        operation = Operation(row, record, kind="client", is_new=not record)
        values = operation.values
        if not record.is_client:
            values["is_client"] = Value(True, self.env._("yes"), "Client")
        if not record:
            values["client_number"] = Value(number, number, "Client number")
        self._read_texts(row, values)
        self._read_client_kind(row, values)
        country = self._read_address(row, values, record.country_id)
        self._read_tax_id(row, values, country, record)
        self._read_words(row, values)
        self._diff(operation)
        if record and {"name", "legal_name"} <= operation.changes.keys():
            # most likely another company that has this number in Odoo
            self.add("warning", "renamed", row, "number", name=record.name)
        # of two rows with one number, the second is an error already
        self.clients.setdefault(number, operation)
        self.operations["Clients"].append(operation)

    def _read_texts(self, row, values):
        """Take the columns that are stored as they are."""
        for column in SHEETS[row.sheet].columns:
            text = row.get(column.name)
            if text and column.name in TEXT_FIELDS:
                values[TEXT_FIELDS[column.name]] = Value(text, text, column.header)

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

    def _read_address(self, row, values, country, default=None):
        """Take country and state.

        :param country: the record's country now
        :param default: country of a new record without one in its row
        :return: the record's country afterwards
        """
        before = country
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
        self._read_tags(row, values, "Tags")

    def _read_tags(self, row, values, header):
        if names := row.get("tags"):
            values["category_id"] = Value(names, ", ".join(names), header)

    # ------------------------------------------------------------------
    # COMPARE: ADDRESSES, CONTACTS, TEAM
    # ------------------------------------------------------------------

    def _client_of(self, row, known):
        """Return the client a row is about.

        :return: (Operation or None, partner); (None, None) when there is none
        """
        number = row.get("number")
        if not number:
            return None, None
        if operation := self.clients.get(number):
            return operation, operation.record
        record = known.get(number)
        if not record or not record.is_client:
            self.add("error", "unknown_client", row, "number", value=number)
            return None, None
        return None, record

    def _compare_children(self, sheet, match, known):
        """Work out what the rows of addresses or contacts do."""
        owners = [(row, *self._client_of(row, known)) for row in self._rows(sheet)]
        owners = [owner for owner in owners if owner[2] is not None]
        clients = self.partners.concat(*(client for _row, _op, client in owners))
        children = defaultdict(self.partners.browse)
        for child in self.partners.search([("parent_id", "in", clients.ids)]):
            if not child.is_company:
                children[child.parent_id.id] |= child
        matched = match([(row, children[client.id]) for row, _op, client in owners])
        for row, client_operation, client in owners:
            record = matched.get(row.number, self.partners)
            operation = Operation(
                row,
                record,
                client=client_operation,
                kind="contact" if sheet == "Contacts" else row.get("kind"),
                is_new=not record,
            )
            values = operation.values
            self._read_texts(row, values)
            if sheet == "Contacts":
                self._read_tags(row, values, "Roles")
            else:
                default = self._client_country(client_operation, client)
                self._read_address(
                    row,
                    values,
                    record.country_id,
                    default=None if record else default,
                )
            self._diff(operation)
            if operation.is_new:
                values["parent_id"] = Value(client.id, "", "")
                values["type"] = Value(operation.kind, "", "")
            self.operations[sheet].append(operation)

    def _client_country(self, operation, client):
        value = operation and operation.values.get("country_id")
        if value:
            return self.env["res.country"].browse(value.value)
        return client.country_id

    def _match_addresses(self, owners):
        """Return ``{row number: address}``: by kind and name."""
        matched = {}
        for row, children in owners:
            for child in children:
                if child.type == row.get("kind") and (
                    plain(child.name) == plain(row.get("name"))
                ):
                    matched[row.number] = child
                    break
        return matched

    def _match_contacts(self, owners):
        """Return ``{row number: contact}``: by e-mail, else by name.

        A row with an e-mail takes a contact of its name only if that has none; a
        row without prefers such a contact, and takes none that another row has.
        """
        matched, taken = {}, set()
        for by_email in (True, False):
            for row, children in owners:
                if row.number in matched:
                    continue
                people = children.filtered(
                    lambda child: child.type == "contact" and child.id not in taken
                ).sorted(lambda child: bool(child.email))
                found = next(
                    (p for p in people if _is_same_person(row, p, by_email)), None
                )
                if found:
                    matched[row.number] = found
                    taken.add(found.id)
        return matched

    def _compare_team(self, row, known):
        client_operation, client = self._client_of(row, known)
        if client is None:
            return
        operation = Operation(row, client, client=client_operation, kind="team")
        if login := row.get("manager"):
            if user := self._user(row, "manager", login):
                operation.values["account_manager_id"] = Value(
                    user.id, user.name, "Account manager"
                )
        users = [self._user(row, "assistants", u) for u in row.get("assistants")]
        if users and all(users):
            operation.values["assistant_ids"] = Value(
                [user.id for user in users],
                ", ".join(user.name for user in users),
                "Assistants",
            )
        self._diff(operation)
        operation.is_new = not client
        self.operations["Team"].append(operation)

    def _user(self, row, column, login):
        user = self.lookup.user(login)
        if not user:
            self.add("error", "login", row, column, value=login)
        return user

    # ------------------------------------------------------------------
    # DIFFERENCES
    # ------------------------------------------------------------------

    def _diff(self, operation):
        """Keep what the row says and the record doesn't."""
        for name, value in operation.values.items():
            if not self._is_same(operation.record, name, value.value):
                operation.changes[name] = value
        if operation.record:
            operation.message = self._describe(operation)

    def _is_same(self, record, name, value):
        kind = self.partners._fields[name].type
        current = record[name]
        if name == "industry_id":
            return plain(current.name) == plain(value)
        if name == "category_id":
            return {plain(tag.name) for tag in current} == set(map(plain, value))
        if name == "assistant_ids":
            return set(current.ids) == set(value)
        if kind == "many2one":
            return current.id == value
        if kind == "html":
            return _words(current) == _words(value)
        return (current or False) == (value or False)

    def _describe(self, operation):
        """Return a changed record's differences, one per line."""
        lines = []
        for name, value in operation.changes.items():
            old = self._readable(operation.record, name)
            new = value.text or self.env._("empty")
            lines.append(f"{value.header}: {old} → {new}")
        return "\n".join(lines)

    def _readable(self, record, name):
        """Return a field's value as a person reads it in the workbook."""
        current, kind = record[name], self.partners._fields[name].type
        if name == "is_company":
            return "company" if current else "person"
        if kind == "boolean":
            return self.env._("yes") if current else self.env._("no")
        if kind in ("many2one", "many2many"):
            text = ", ".join(current.mapped("name"))
        elif kind == "html":
            text = html2plaintext(current or "").strip()
        else:
            text = current
        return text or self.env._("empty")


def sentence(error):
    """Return an exception's message on one line."""
    return " ".join(str(error).split())


def _words(html):
    return html2plaintext(html or "").split()


def _emails(text):
    return {address.casefold() for address in find_addresses(text)}


def _is_same_person(row, contact, by_email):
    """Tell whether a row is about a contact."""
    if by_email:
        return bool(_emails(row.get("email")) & _emails(contact.email))
    if row.get("email") and contact.email:
        return False
    return plain(contact.name) == plain(row.get("name"))
