"""One row of the history as a person reads it."""

from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.history_chain import dump

ROW = Markup("<tr><th>%s</th><td>%s</td><td>%s</td></tr>")
TABLE = Markup(
    '<table class="table table-sm o_client_hub_history_detail">'
    "<thead><tr><th>%s</th><th>%s</th><th>%s</th></tr></thead><tbody>%s</tbody></table>"
)


class ClientHistory(models.Model):
    """Shows what was before beside what came after."""

    _inherit = "client.history"

    summary = fields.Text(search="_search_summary")
    details = fields.Html(
        string="What changed", compute="_compute_details", sanitize=False
    )

    @api.depends("changes", "erased")
    @api.depends_context("lang", "tz")
    def _compute_details(self):
        for row in self:
            changes = [row._localise(change) for change in row.changes or []]
            if row.erased or not changes:
                row.details = False
                continue
            lines = Markup("").join(
                ROW
                % (
                    change.get("label") or change.get("field"),
                    self._detail_text(change.get("old")),
                    self._detail_text(change.get("new")),
                )
                for change in changes
            )
            row.details = TABLE % (
                self.env._("Field"),
                self.env._("Before"),
                self.env._("After"),
                lines,
            )

    @api.model
    def _search_summary(self, operator, value):
        """Find rows by what they say, in whatever language it was said."""
        if operator not in ("ilike", "not ilike") or not isinstance(value, str):
            return NotImplemented
        # as it stands in JSON, where quotes are escaped; nothing is a wildcard
        texts = [value, dump(value)[1:-1]]
        for wild in "\\%_":
            texts = [text.replace(wild, f"\\{wild}") for text in texts]
        note, changes = (f"%{text}%" for text in texts)

        def to_sql(model, alias, query):
            return SQL(
                "(%s ILIKE %s OR %s::text ILIKE %s)",
                SQL.identifier(alias, "note"),
                note,
                SQL.identifier(alias, "changes"),
                changes,
            )

        domain = Domain.custom(to_sql=to_sql)
        return domain if operator == "ilike" else ~domain

    @api.model
    def _detail_text(self, text):
        """Return a value with its line breaks; a dash when there is none."""
        if not text:
            return Markup('<span class="text-muted">–</span>')
        return Markup("<br/>").join(str(text).splitlines())

    @api.depends_context("lang")
    def _compute_display_name(self):
        """Name an erased row by its place: what it was called is erased, too."""
        result = super()._compute_display_name()
        for row in self:
            if not row.name:
                row.display_name = self.env._("Entry %s", row.sequence)
        return result
