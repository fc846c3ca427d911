"""What a row of the clients workbook does to a record."""

import datetime
from dataclasses import dataclass, field


@dataclass(slots=True)
class Value:
    """What a row says about a field: to write, to read, and where it stands."""

    value: object
    text: str
    header: str


@dataclass(slots=True)
class Operation:
    """What a row does: create, change or leave a record.

    ``client`` is the operation of the row's client when it is in the workbook, too;
    ``kind`` is client, contact, an address's kind, team, contract, line or entry.
    ``partner`` is whom the row is about, whose wall hides the row's line.
    ``created`` and ``changed`` are what the undo of the import needs: the record that
    was made, and ``(record, {field: [before, after]})``.
    """

    row: object
    record: object
    partner: object = None
    client: object = None
    kind: str = "contact"
    values: dict = field(default_factory=dict)
    changes: dict = field(default_factory=dict)
    is_new: bool = False
    message: str = ""
    # of contracts: the operation of the contract itself, and its lines
    contract: object = None
    lines: list = field(default_factory=list)
    created: object = None
    changed: list = field(default_factory=list)

    @property
    def level(self):
        """What becomes of the row."""
        if self.is_new:
            return "new"
        return "changed" if self.changes else "unchanged"

    @property
    def subject(self):
        """The contact that the row made or is about; empty before it is there."""
        if self.kind in ("team", "line", "contract", "entry"):
            return self.client.record if self.client else self.partner
        return self.record

    def write_record(self, vals):
        """Write ``vals`` to the record and keep what was there before.

        :param dict vals: values for ``record``
        """
        if not vals:
            return
        before = snapshot(self.record, vals)
        self.record.write(vals)
        self.keep(self.record, before)

    def keep(self, record, before):
        """Remember how ``record`` was before it was changed.

        :param dict before: what :func:`snapshot` said
        """
        after = snapshot(record, before)
        kept = {name: [before[name], after[name]] for name in before}
        self.changed.append((record, kept))

    def forget(self, nobody):
        """Forget what was written and taken back again.

        :param nobody: empty recordset for a record that is not there any more
        """
        self.created, self.changed = None, []
        if self.is_new:
            self.record = nobody


def snapshot(record, names):
    """Return ``{name: value}`` of fields, as ``write`` takes them and JSON keeps them.

    :param names: names of fields; one2many are left out
    """
    record.ensure_one()
    values = {}
    for name in names:
        kind, value = record._fields[name].type, record[name]
        if kind == "one2many":
            continue
        if kind == "many2one":
            value = value.id
        elif kind == "many2many":
            value = sorted(value.ids)
        elif kind == "html":
            value = str(value or "")
        elif isinstance(value, datetime.date):
            value = record._fields[name].to_string(value)
        values[name] = value
    return values
