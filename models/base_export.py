"""Exports of documents that point at what is behind a wall."""

from collections import defaultdict

from odoo import models


class Base(models.AbstractModel):
    """Exports a visible document with a blank where it points at a hidden one.

    Odoo would refuse the whole export.
    """

    _inherit = "base"

    def _export_rows(self, fields, *, _is_toplevel_call=True):
        if (
            not _is_toplevel_call
            or self.env.su
            or not self.env["client.wall"]._is_limited()
        ):
            return super()._export_rows(fields, _is_toplevel_call=_is_toplevel_call)
        blanked = []
        try:
            self._blank_hidden(fields, blanked)
            return super()._export_rows(fields, _is_toplevel_call=_is_toplevel_call)
        finally:
            for field, records in blanked:
                records.invalidate_recordset([field.name], flush=False)

    def _blank_hidden(self, paths, blanked):
        """Empty, in the cache, the many2one fields that point at a hidden record.

        :param list paths: paths of fields below these records, each a list of names
        :param list blanked: gets ``(field, records)`` to invalidate afterwards
        """
        below = defaultdict(list)
        for path in paths:
            field = self._fields.get(path[0]) if path else None
            if field is not None and field.relational:
                below[field].append(path[1:])
        self.flush_recordset([field.name for field in below if field.store])
        for field, rest in below.items():
            targets = self[field.name]
            if field.type == "many2one":
                hidden = self.env["client.wall"]._hidden(targets)
                records = self.filtered(
                    lambda record, field=field, hidden=hidden: (
                        record[field.name] in hidden
                    )
                )
                if records:
                    field._update_cache(records, None)
                    blanked.append((field, records))
                targets -= hidden
            if targets and any(rest):
                targets._blank_hidden(rest, blanked)
