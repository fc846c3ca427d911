"""Compares addresses, contacts and teams of the clients workbook."""

from collections import defaultdict

from .client_import_lookup import plain
from .client_import_operation import Operation, Value
from .texts import find_addresses


class ClientImportChildren:
    """The part of :class:`ClientImportPlan` for what belongs to a client."""

    def _client_of(self, row):
        """Return the client a row is about.

        :return: (Operation or None, partner); (None, None) when there is none
        """
        number = row.get("number")
        if not number:
            return None, None
        if operation := self.clients.get(number):
            return operation, operation.record
        record = self.known.get(number)
        if not record or not record.is_client:
            self.add("error", "unknown_client", row, "number", value=number)
            return None, None
        return None, record

    def _compare_children(self, sheet, match):
        """Work out what the rows of addresses or contacts do."""
        owners = [(row, *self._client_of(row)) for row in self.rows_of(sheet)]
        owners = [owner for owner in owners if owner[2] is not None]
        clients = self.partners.concat(*(client for _row, _op, client in owners))
        children = defaultdict(self.partners.browse)
        if clients:
            for child in self.partners.search([("parent_id", "in", clients.ids)]):
                if not child.is_company:
                    children[child.parent_id.id] |= child
        matched = match([(row, children[client.id]) for row, _op, client in owners])
        for row, client_operation, client in owners:
            record = matched.get(row.number, self.partners)
            self._compare_child(row, client_operation, client, record)

    def _compare_child(self, row, client_operation, client, record):
        is_contact = row.sheet == "Contacts"
        operation = Operation(
            row,
            record,
            partner=record,
            client=client_operation,
            kind="contact" if is_contact else row.get("kind"),
            is_new=not record,
        )
        values = operation.values
        self._read_fields(row, values)
        if is_contact:
            self._read_names(row, values, "roles", "client_role_ids")
            self._read_names(row, values, "tags", "category_id")
        else:
            default = None if record else self._country_of(client_operation, client)
            self._read_address(row, values, record, default=default)
        if status := row.get("status"):
            values["active"] = Value(status == "active", status, "Status")
        self._diff(operation)
        if operation.is_new:
            values["parent_id"] = Value(client.id, "", "")
            values["type"] = Value(operation.kind, "", "")
        self.operations[row.sheet].append(operation)

    def _country_of(self, operation, client):
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
                if row.number in matched or not children:
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

    def _compare_team(self, row):
        client_operation, client = self._client_of(row)
        if client is None:
            return
        operation = Operation(
            row, client, partner=client, client=client_operation, kind="team"
        )
        for column, name, header in (
            ("manager", "account_manager_id", "Account manager"),
            ("salesperson", "user_id", "Salesperson"),
        ):
            if login := row.get(column):
                if user := self._user(row, column, login):
                    operation.values[name] = Value(user.id, user.name, header)
        users = [self._user(row, "assistants", u) for u in row.get("assistants")]
        if users and all(users):
            names = ", ".join(user.name for user in users)
            ids = [user.id for user in users]
            operation.values["assistant_ids"] = Value(ids, names, "Assistants")
        self._diff(operation)
        operation.is_new = not client
        self.operations["Team"].append(operation)

    def _user(self, row, column, login):
        user = self.lookup.user(login)
        if not user:
            self.add("error", "login", row, column, value=login)
        return user


def _emails(text):
    return {address.casefold() for address in find_addresses(text)}


def _is_same_person(row, contact, by_email):
    """Tell whether a row is about a contact."""
    if by_email:
        return bool(_emails(row.get("email")) & _emails(contact.email))
    if row.get("email") and contact.email:
        return False
    return plain(contact.name) == plain(row.get("name"))
