"""Compares contracts and open entries of the clients workbook."""

from .client_import_columns import SHEETS
from .client_import_diff import readable
from .client_import_lookup import plain
from .client_import_operation import Operation, Value

# What a contract goes through: a row asks for one of the first three.
STATE_ORDER = ("draft", "sent", "approved", "running", "suspended", "ended")
EDITABLE = ("open", "ready", "skipped", "written_off")


class ClientImportContracts:
    """The part of :class:`ClientImportPlan` for contracts and their entries."""

    def _compare_contracts(self):
        rows, entries = self.rows_of("Contracts"), self.rows_of("Open entries")
        if not rows and not entries:
            return
        numbers = {row.get("contract") for row in (*rows, *entries)} - {""}
        known = self._find_contracts(numbers)
        for row in rows:
            self._compare_contract_row(row, known)
        for row in entries:
            self._compare_entry(row, known)

    def _find_contracts(self, numbers):
        """Return ``{number: contract}`` of this company; None when it is hidden."""
        contracts = self.env["client.contract"]
        domain = [("company_id", "=", self.env.company.id)]
        visible = contracts.search([*domain, ("number", "in", list(numbers))])
        known = {contract.number: contract for contract in visible}
        # sudo: only that a number is taken is used
        hidden = contracts.sudo().search_fetch(
            [*domain, ("number", "in", list(numbers - known.keys()))], ["number"]
        )
        return known | dict.fromkeys(hidden.mapped("number"))

    # ------------------------------------------------------------------
    # CONTRACTS
    # ------------------------------------------------------------------

    def _compare_contract_row(self, row, known):
        client_operation, client = self._client_of(row)
        number = row.get("contract")
        if client is None or not number:
            return
        contract = self.contracts.get(number)
        is_first = contract is None
        if is_first:
            contract = self._compare_contract(row, client_operation, client, known)
            self.contracts[number] = contract
        elif contract.row.get("number") != row.get("number"):
            first = contract.row.number
            self.add("error", "contract_client", row, "number", first=first)
            return
        line = self._compare_line(row, contract, client)
        contract.lines.append(line)
        if is_first:
            # one row, one result: the contract and its first line
            line.contract = contract
            if contract.message and line.message:
                line.message = f"{contract.message}\n{line.message}"
            else:
                line.message = contract.message or line.message
            line.changes |= {f"contract.{n}": v for n, v in contract.changes.items()}
        self.operations["Contracts"].append(line)

    def _compare_contract(self, row, client_operation, client, known):
        """Return the operation of a contract, from its first row."""
        number = row.get("contract")
        record = known.get(number, self.env["client.contract"])
        if record is None or (record and record.client_id != client):
            # the same for a contract of somebody else and for one that is hidden
            self.add("error", "contract_taken", row, "contract")
            record = self.env["client.contract"]
        operation = Operation(
            row,
            record,
            partner=client,
            client=client_operation,
            kind="contract",
            is_new=not record,
        )
        values = operation.values
        template = self._read_template(row, operation)
        self._read_fields(row, values)
        self._read_contract_dates(row, values, record)
        if text := row.get("currency"):
            if currency := self.lookup.currency(text):
                values["currency_id"] = Value(currency.id, currency.name, "Currency")
            else:
                self.add("error", "currency", row, "currency", value=text)
        if not record and "name" not in values:
            name = template.name if template else number
            values["name"] = Value(name, name, "Title")
        self._diff(operation)
        self._read_contract_state(row, operation)
        return operation

    def _read_template(self, row, operation):
        """Take the template, and what it presets on a new contract."""
        text = row.get("template")
        if not text:
            return None
        column = next(c for c in SHEETS["Contracts"].columns if c.name == "template")
        template = self._by_name(row, column, text)
        if template:
            value = Value(template.id, template.name, "Template")
            operation.values["template_id"] = value
            if not operation.record:
                presets = template._prepare_contract_values(operation.record.new())
                skipped = {"name", "line_ids", "due_day"}
                if presets["due_rule"] in ("day", "period"):
                    # follows from the due day of the sheet or the client
                    skipped.add("due_rule")
                for name in presets.keys() - skipped:
                    value = presets[name]
                    operation.values[name] = Value(value, readable(value), "Template")
        return template

    def _read_contract_dates(self, row, values, record):
        start = row.get("date_start")
        if start:
            values["date_start"] = Value(start, readable(start), "Start")
        elif not record:
            self.add("error", "required", row, "date_start")
        end = row.get("date_end")
        if end:
            values["date_end"] = Value(end, readable(end), "End")
            if (start or record.date_start or end) > end:
                self.add("error", "end_before_start", row, "date_end")

    def _read_contract_state(self, row, operation):
        """Note the state that the row asks for as a change, unless it is past."""
        target, record = row.get("state"), operation.record
        approved = row.get("approved_on")
        if approved and approved > self.lookup.today:
            self.add("error", "approved_later", row, "approved_on")
        if not target or (not record and target == "draft"):
            return
        current = record.state or "draft"
        if current == target:
            return
        is_next = (
            current in STATE_ORDER
            and STATE_ORDER.index(current) < STATE_ORDER.index(target)
            and target != "draft"
        )
        if not is_next:
            label = dict(record._fields["state"]._description_selection(self.env))
            self.add("warning", "contract_state", row, "state", state=label[current])
            return
        operation.changes["state"] = Value(target, target, "Status")
        if record:
            operation.message = self._describe(operation)

    # ------------------------------------------------------------------
    # LINES
    # ------------------------------------------------------------------

    def _compare_line(self, row, contract, client):
        """Return the operation of a contract's line."""
        values = {}
        product = self._read_product(row)
        if product:
            text = product.default_code or product.name
            values["product_id"] = Value(product.id, text, "Product")
        for column, name, header in (
            ("description", "name", "Description"),
            ("quantity", "quantity", "Quantity"),
            ("price", "price_unit", "Unit price"),
            ("discount", "discount", "Disc. %"),
            ("bill_from", "date_start", "Bill from"),
        ):
            value = row.get(column)
            if value != "":
                values[name] = Value(value, readable(value), header)
        if not 0 <= (row.get("discount") or 0) <= 100:
            self.add("error", "percent", row, "discount")
        record = self._match_line(row, contract, product)
        line = Operation(
            row, record, partner=client, kind="line", values=values, is_new=not record
        )
        self._diff(line)
        return line

    def _read_product(self, row):
        """Return the product of a row; None, with an error, when there is none."""
        text = row.get("product")
        if not text:
            return None
        column = next(c for c in SHEETS[row.sheet].columns if c.name == "product")
        found = self.lookup.named("product.product", text)
        if len(found) != 1:
            code = "ambiguous" if found else "unknown_product"
            self.add("error", code, row, column.name, value=text)
            return None
        return found[0]

    def _match_line(self, row, contract, product):
        """Return the line of a contract that a row is about; empty when it is new."""
        lines = contract.record.line_ids
        taken = {line.record.id for line in contract.lines}
        for line in lines:
            if line.id in taken or line.product_id != product:
                continue
            text = row.get("description")
            if not text or plain(text) == plain(line.name):
                return line
        return lines.browse()

    # ------------------------------------------------------------------
    # OPEN ENTRIES
    # ------------------------------------------------------------------

    def _compare_entry(self, row, known):
        client_operation, client = self._client_of(row)
        number = row.get("contract")
        if client is None or not number or not row.get("date_due"):
            return
        contract = self.contracts.get(number)
        record = contract.record if contract else known.get(number)
        if not contract and (not record or record.client_id != client):
            self.add("error", "unknown_contract", row, "contract", value=number)
            return
        start = row.get("period_start") or row.get("date_due")
        end = row.get("period_end") or start
        if end < start:
            self.add("error", "end_before_start", row, "period_end")
        operation = Operation(
            row,
            self.env["client.contract.entry"],
            partner=client,
            client=client_operation,
            kind="entry",
            contract=contract or Operation(row, record, kind="contract"),
        )
        product = self._read_product(row) if row.get("product") else None
        if not row.get("product") and not self._has_one_product(operation.contract):
            self.add("error", "which_product", row, "product")
            return
        operation.values = {
            "period_start": Value(start, readable(start), "Period from"),
            "period_end": Value(end, readable(end), "Period to"),
            "product_id": Value(product and product.id, "", "Product"),
            "name": Value(row.get("description"), row.get("description"), ""),
        }
        self._diff_entry(operation)
        self.operations["Open entries"].append(operation)

    def _has_one_product(self, contract):
        products = set(contract.record.line_ids.product_id.ids)
        for line in contract.lines:
            if value := line.values.get("product_id"):
                products.add(value.value)
        return len(products) == 1

    def _diff_entry(self, operation):
        """Compare an entry with the one that is there, if any."""
        row, contract = operation.row, operation.contract.record
        entry = self.find_entry(operation)
        operation.record = entry
        operation.is_new = not entry
        due, amount = row.get("date_due"), row.get("amount")
        if amount == "":
            return
        operation.changes = {
            name: value
            for name, value in (
                ("amount", Value(amount, readable(amount), "Amount")),
                ("date_due", Value(due, readable(due), "Due date")),
            )
            if not entry or not self._is_same(entry, name, value.value)
        }
        if entry:
            operation.message = self._describe(operation)
            if operation.changes and entry.state not in EDITABLE:
                self.add("error", "entry_billed", row, "amount")
        elif contract and contract.state in ("ended", "cancelled"):
            self.add("error", "contract_closed", row, "contract")

    def find_entry(self, operation):
        """Return the entry that a row is about, empty when there is none.

        A row without a product or description is about the only one of its period.
        """
        contract, values = operation.contract.record, operation.values
        entries = contract.entry_ids.filtered(
            lambda entry: (
                entry.period_start == values["period_start"].value
                and entry.period_end == values["period_end"].value
            )
        )
        if product := values["product_id"].value:
            entries = entries.filtered(lambda entry: entry.product_id.id == product)
        if name := values["name"].value:
            named = entries.filtered(lambda entry: plain(entry.name) == plain(name))
            # the schedule's own entry of that period has the product's text
            entries = named or entries.filtered(lambda e: e.kind == "recurring")
        return entries[:1]
