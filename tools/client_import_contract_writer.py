"""Writes contracts and open entries of the clients workbook."""

from odoo import Command, fields

from .client_import_lookup import plain
from .client_import_operation import snapshot
from .texts import find_addresses


class ClientImportContractWriter:
    """The part of :class:`ClientImportWriter` for contracts.

    It goes the way of a person: a draft with its lines, the client's approval, the
    start. So every rule of contracts holds, and the schedule makes the entries.
    """

    def _write_contracts(self):
        contracts = [
            op
            for op in self.plan.contracts.values()
            if (not op.client or op.client.record)
            and (op.is_new or op.changes or any(line.changes for line in op.lines))
        ]
        for operation in contracts:
            self._try([operation], self._write_contract, {})
        for operation in self.plan.operations["Open entries"]:
            if operation.changes and operation.contract.record:
                self._try([operation], self._write_entry, {})

    def _write_contract(self, operations, _values_of):
        for operation in operations:
            if operation.is_new:
                self._create_contract(operation)
            else:
                self._change_contract(operation)
            self._advance(operation)

    # ------------------------------------------------------------------
    # CONTRACTS
    # ------------------------------------------------------------------

    def _create_contract(self, operation):
        vals = {name: value.value for name, value in operation.values.items()}
        vals |= {
            "client_id": operation.subject.id,
            "number": operation.row.get("contract"),
            "company_id": self.env.company.id,
            "line_ids": [
                Command.create(self._line_vals(line) | {"sequence": 10 * place})
                for place, line in enumerate(operation.lines, 1)
            ],
        }
        # no chatter note per record: the client's history has it
        contracts = self.env["client.contract"].with_context(tracking_disable=True)
        record = contracts.create(vals).with_env(self.env)
        operation.record = record
        for line, made in zip(
            operation.lines, record.line_ids.sorted("sequence"), strict=True
        ):
            line.record = made
            # the undo deletes the contract, and its lines with it
            line.created = record if line.contract else None

    def _change_contract(self, operation):
        record = operation.record
        vals = {name: value.value for name, value in operation.changes.items()}
        vals.pop("state", None)
        first = operation.lines[0]
        if vals:
            before = snapshot(record, vals)
            record.write(vals)
            first.keep(record, before)
        for line in operation.lines:
            changes = self._line_vals(line)
            if line.is_new:
                line.record = line.record.create(changes | {"contract_id": record.id})
                line.created = line.record
            else:
                names = line.changes.keys() & changes.keys()
                line.write_record({name: changes[name] for name in names})

    def _line_vals(self, line):
        return {name: value.value for name, value in line.values.items()}

    def _advance(self, operation):
        """Approve and start a contract, as its row asks."""
        target = operation.changes.get("state")
        if not target:
            return
        record, row = operation.record, operation.row
        before = snapshot(record, ["state"])
        if record.state in ("draft", "sent"):
            day = row.get("approved_on") or min(
                record.date_start, self.plan.lookup.today
            )
            record.action_approve(
                self._approver(operation), day, self.env._("Imported")
            )
        if target.value == "running":
            if record.date_start <= self.plan.lookup.today:
                record.date_activated = record.date_start
            record.action_activate()
        if not operation.is_new:
            operation.lines[0].keep(record, before)

    def _approver(self, operation):
        """Return the contact who approved; the client when the row names nobody."""
        client, text = operation.subject, operation.row.get("approved_by")
        if not text:
            return operation.record.contact_id or client
        wanted = {address.casefold() for address in find_addresses(text)}
        for contact in client | client.child_ids:
            addresses = {a.casefold() for a in find_addresses(contact.email)}
            if wanted & addresses or plain(contact.name) == plain(text):
                return contact
        self.plan.add("error", "approver", operation.row, "approved_by", value=text)
        return client

    # ------------------------------------------------------------------
    # OPEN ENTRIES
    # ------------------------------------------------------------------

    def _write_entry(self, operations, _values_of):
        for operation in operations:
            entry = operation.record
            if not entry:
                # a contract that is new has its schedule only now
                entry = self.plan.find_entry(operation)
            if entry:
                self._adjust_entry(operation, entry)
            else:
                self._create_entry(operation)

    def _adjust_entry(self, operation, entry):
        """Give an entry of the schedule the amount and due date of the row."""
        row = operation.row
        vals = {}
        if entry.currency_id.compare_amounts(entry.amount, row.get("amount")):
            vals |= {"is_adjusted": True, "amount_adjusted": row.get("amount")}
        if entry.date_due != row.get("date_due"):
            vals |= {
                "date_due": row.get("date_due"),
                "postponed_from": entry.postponed_from or entry.date_due,
            }
        if not vals:
            return
        vals |= self._decision()
        before = snapshot(entry, vals)
        entry._as_system().write(vals)
        operation.keep(entry, before)

    def _create_entry(self, operation):
        """Add an entry beside the schedule."""
        row, contract = operation.row, operation.contract.record
        product = self.env["product.product"].browse(
            operation.values["product_id"].value
        )
        product = product or contract.line_ids.product_id
        amount = row.get("amount")
        entry = contract._create_extra_entry(
            product,
            row.get("description")
            or contract.line_ids.filtered(lambda line: line.product_id == product)[
                :1
            ].name
            or product.get_product_multiline_description_sale(),
            1.0,
            amount,
            row.get("date_due"),
            self.env._("Imported"),
        )
        vals = {
            name: operation.values[name].value
            for name in ("period_start", "period_end")
        }
        if entry.currency_id.compare_amounts(entry.amount, amount):
            # a price that includes taxes: the row says the untaxed amount
            vals |= {"is_adjusted": True, "amount_adjusted": amount}
        entry.write(vals)
        operation.record = operation.created = entry

    def _decision(self):
        return {
            "decision_reason": self.env._("Imported"),
            "decision_user_id": self.env.user.id,
            "decision_date": fields.Datetime.now(),
        }
