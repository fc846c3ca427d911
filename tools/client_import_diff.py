"""What differs between a row of the clients workbook and a record, in words."""

import datetime

from odoo.tools import float_compare, html2plaintext

from .client_import_lookup import plain


class ClientImportDiff:
    """The part of :class:`ClientImportPlan` that compares and describes."""

    def _diff(self, operation):
        """Keep what the row says and the record doesn't."""
        for name, value in operation.values.items():
            if not self._is_same(operation.record, name, value.value):
                operation.changes[name] = value
        if operation.record:
            operation.message = self._describe(operation)

    def _is_same(self, record, name, value):
        kind = record._fields[name].type
        current = record[name]
        if name == "industry_id":
            return plain(current.name) == plain(value)
        if name in ("category_id", "client_role_ids"):
            return {plain(tag.name) for tag in current} == set(map(plain, value))
        if kind == "many2many":
            return set(current.ids) == set(value)
        if kind == "many2one":
            return current.id == value
        if kind == "html":
            return _words(current) == _words(value)
        if kind in ("float", "monetary"):
            return float_compare(current, value, precision_digits=6) == 0
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
        current, kind = record[name], record._fields[name].type
        if name == "is_company":
            return "company" if current else "person"
        if name == "active":
            return "active" if current else "inactive"
        if kind == "boolean":
            return self.env._("yes") if current else self.env._("no")
        if kind in ("many2one", "many2many"):
            field = "default_code" if current._name == "product.product" else "name"
            text = ", ".join(filter(None, current.mapped(field)))
            text = text or ", ".join(filter(None, current.mapped("display_name")))
        elif kind == "html":
            text = html2plaintext(current or "").strip()
        else:
            text = readable(current)
        return text or self.env._("empty")


def readable(value):
    """Return a cell's value as text; '' when there is none."""
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.15g}"
    if isinstance(value, datetime.date):
        return value.isoformat()
    return str(value)


def _words(html):
    return html2plaintext(html or "").split()
