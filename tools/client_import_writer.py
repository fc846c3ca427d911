"""Writes what a :class:`ClientImportPlan` found out."""

import psycopg2
from odoo import Command
from odoo.exceptions import UserError

from .client_import_plan import sentence

BATCH = 500


class ClientImportWriter:
    """Creates and changes the records of a plan, in batches.

    Errors are noted in the plan's workbook with the row that caused them; the caller
    rolls back when there are any.
    """

    def __init__(self, plan):
        self.plan = plan
        self.env = plan.env
        self.partners = plan.partners
        self.skip_vies = self._is_vies_asked()

    def apply(self):
        """Create and write what differs; errors are noted with their row."""
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

    def _create_words(self):
        tags, sectors = [], []
        for operations in self.plan.operations.values():
            for operation in operations:
                if "category_id" in operation.changes:
                    tags.extend(operation.changes["category_id"].value)
                if "industry_id" in operation.changes:
                    sectors.append(operation.changes["industry_id"].value)
        self.plan.lookup.create_words(tags, sectors)

    def _write_all(self, operations, values_of):
        """Create the new records and write the changed ones, in batches."""
        new = [op for op in operations if op.is_new]
        changed = [op for op in operations if not op.is_new and values_of[id(op)]]
        for group, method in ((new, self._create_batch), (changed, self._write_batch)):
            for start in range(0, len(group), BATCH):
                self._try(group[start : start + BATCH], method, values_of)

    def _try(self, operations, method, values_of):
        """Do a batch; if it fails, halve it until the guilty rows are alone."""
        try:
            with self.env.cr.savepoint():
                method(operations, values_of)
        except (UserError, psycopg2.IntegrityError, psycopg2.DataError) as error:
            for operation in operations:
                if operation.is_new:
                    operation.record = self.partners
            if len(operations) == 1:
                message = self._error_text(error)
                self.plan.add("error", "odoo", operations[0].row, message=message)
                return
            middle = len(operations) // 2
            self._try(operations[:middle], method, values_of)
            self._try(operations[middle:], method, values_of)

    def _create_batch(self, operations, values_of):
        records = self.partners.create(
            [self._to_write(values_of[id(op)]) for op in operations]
        )
        for operation, record in zip(operations, records, strict=True):
            operation.record = record

    def _write_batch(self, operations, values_of):
        for operation in operations:
            operation.record.write(self._to_write(values_of[id(operation)]))

    def _to_write(self, values):
        """Return the values for ``create`` and ``write``."""
        vals = {name: value.value for name, value in values.items()}
        if "category_id" in vals:
            vals["category_id"] = [
                Command.set(self.plan.lookup.tag_ids(vals["category_id"]))
            ]
        if "industry_id" in vals:
            vals["industry_id"] = self.plan.lookup.sector_id(vals["industry_id"])
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

    def _error_text(self, error):
        if isinstance(error, psycopg2.Error):
            return " ".join(self.partners._sql_error_to_message(error).split())
        return sentence(error)
