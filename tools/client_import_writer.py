"""Writes what a :class:`ClientImportPlan` found out."""

import psycopg2

from odoo import Command
from odoo.exceptions import AccessError, UserError

from .client_import_contract_writer import ClientImportContractWriter
from .client_import_plan import sentence

BATCH = 500
# Rows that may fail in Odoo before the rest isn't tried any more: finding each of
# thousands by itself would take too long, and they mostly have one cause.
MAX_FAILED = 100
# What Odoo or the database may refuse of one row.
REFUSALS = (UserError, AccessError, psycopg2.IntegrityError, psycopg2.DataError)


class ClientImportWriter(ClientImportContractWriter):
    """Creates and changes the records of a plan's present part, in batches.

    Errors are noted in the plan's workbook with the row that caused them; the caller
    rolls back when there are any.
    """

    def __init__(self, plan):
        self.plan = plan
        self.env = plan.env
        self.partners = plan.partners
        self.inherited = {}
        self.failed = 0
        self.skip_vies = self._is_vies_asked()

    def apply(self):
        """Create and write what differs; errors are noted with their row."""
        self.inherited = {}
        self._create_words()
        clients = self.plan.operations["Clients"]
        team = {id(op.client): op for op in self.plan.operations["Team"] if op.client}
        values_of = {
            id(op): op.changes | (team[id(op)].changes if id(op) in team else {})
            for op in clients
        }
        self._write_all(clients, values_of)
        alone = [op for op in self.plan.operations["Team"] if not op.client]
        self._write_all(alone, {id(op): op.changes for op in alone})
        for sheet in ("Addresses", "Contacts"):
            children = []
            for operation in self.plan.operations[sheet]:
                if operation.is_new and operation.client:
                    operation.values["parent_id"].value = operation.client.record.id
                if not operation.client or operation.client.record:
                    children.append(operation)
            self._write_all(
                children,
                {id(op): op.values if op.is_new else op.changes for op in children},
            )
        self._write_contracts()
        self.plan.written.update(op.record.id for op in clients if op.is_new)

    def _create_words(self):
        words = {"category_id": [], "industry_id": [], "client_role_ids": []}
        for operation in self.plan.all_operations():
            for name in words.keys() & operation.changes.keys():
                value = operation.changes[name].value
                words[name].extend([value] if isinstance(value, str) else value)
        if any(words.values()):
            self.plan.lookup.create_words(*words.values())

    def _write_all(self, operations, values_of):
        """Create the new records and write the changed ones, in batches."""
        new = [op for op in operations if op.is_new]
        changed = [op for op in operations if not op.is_new and values_of[id(op)]]
        for group, method in ((new, self._create_batch), (changed, self._write_batch)):
            for start in range(0, len(group), BATCH):
                self._try(group[start : start + BATCH], method, values_of)

    def _try(self, operations, method, values_of):
        """Do a batch; if it fails, halve it until the guilty rows are alone."""
        if self.failed >= MAX_FAILED or not operations:
            return
        try:
            with self.env.cr.savepoint():
                method(operations, values_of)
        except REFUSALS as error:
            for operation in operations:
                operation.forget(operation.record.browse())
            if len(operations) == 1:
                self._note_failure(operations[0].row, error)
                return
            middle = len(operations) // 2
            self._try(operations[:middle], method, values_of)
            self._try(operations[middle:], method, values_of)

    def _create_batch(self, operations, values_of):
        """Create the records of a batch.

        Odoo copies a parent's address and tax id to each new contact by a write of
        its own, several times the cost of the creation. A client that is new itself
        has nothing else to hand down, so its contacts are created with these values.
        """
        inherits = [op for op in operations if op.client and op.client.is_new]
        plainly = [op for op in operations if not (op.client and op.client.is_new)]
        for group, skip_sync in ((plainly, False), (inherits, True)):
            vals_list = []
            for operation in group:
                vals = self._to_write(values_of[id(operation)])
                if skip_sync:
                    vals = self._inherited(operation) | vals
                vals_list.append(vals)
            # no chatter note per record: the client's history has it
            partners = self.partners.with_context(
                tracking_disable=True, _partners_skip_fields_sync=skip_sync
            )
            records = partners.create(vals_list).with_env(self.env)
            for operation, record in zip(group, records, strict=True):
                operation.record = operation.created = record

    def _inherited(self, operation):
        """Return what a new client hands down to a new contact or address."""
        client = operation.client
        if id(client) not in self.inherited:
            record = client.record
            names = [name for name in self._commercial_names(record) if record[name]]
            self.inherited[id(client)] = (
                record._convert_fields_to_values(names),
                record._get_address_values(),
            )
        commercial, address = self.inherited[id(client)]
        return commercial | (address if operation.kind == "contact" else {})

    def _commercial_names(self, record):
        """Return the names of the fields that a new client may hand down."""
        if "names" not in self.inherited:
            self.inherited["names"] = [
                name
                for name in record._commercial_fields()
                if not (field := record._fields[name]).company_dependent
                and record._has_field_access(field, "write")
            ]
        return self.inherited["names"]

    def _write_batch(self, operations, values_of):
        for operation in operations:
            operation.write_record(self._to_write(values_of[id(operation)]))

    def _to_write(self, values):
        """Return the values for ``create`` and ``write``."""
        vals = {name: value.value for name, value in values.items()}
        lookup = self.plan.lookup
        if "category_id" in vals:
            vals["category_id"] = [Command.set(lookup.tag_ids(vals["category_id"]))]
        if "client_role_ids" in vals:
            roles = lookup.role_ids(vals["client_role_ids"])
            vals["client_role_ids"] = [Command.set(roles)]
        if "industry_id" in vals:
            vals["industry_id"] = lookup.sector_id(vals["industry_id"])
        if "assistant_ids" in vals:
            vals["assistant_ids"] = [Command.set(vals["assistant_ids"])]
        if self.skip_vies and vals.get("vat"):
            # a remote service asked once per client would take hours
            vals["vies_valid"] = False
        return vals

    def _is_vies_asked(self):
        # sudo: only whether any company asks VIES is used
        companies_sudo = self.env["res.company"].sudo()
        return bool(
            companies_sudo.search_count([("vat_check_vies", "=", True)], limit=1)
        )

    def _note_failure(self, row, error):
        """Add the error of a row, and say so when no more rows are tried."""
        if isinstance(error, psycopg2.Error):
            message = " ".join(self.partners._sql_error_to_message(error).split())
        else:
            message = sentence(error)
        self.plan.add("error", "odoo", row, message=message)
        self.failed += 1
        if self.failed == MAX_FAILED:
            self.plan.book.add("error", "stopped", count=MAX_FAILED)
