"""What the import found out about a line of the workbook."""

import json

from odoo import api, fields, models

LEVELS = [
    ("error", "Error"),
    ("warning", "Warning"),
    ("new", "New"),
    ("changed", "Changed"),
    ("unchanged", "Unchanged"),
]
# What the undo of an import does, or would do, about a line.
UNDO_LEVELS = [
    ("removed", "Deleted"),
    ("restored", "Put back"),
    ("archived", "Archived"),
    ("kept", "Kept"),
]
# Columns of the lines; the same for all, so that they are inserted together.
COLUMNS = (
    "level",
    "sheet",
    "row",
    "column",
    "name",
    "message",
    "partner_id",
    "client_wall_id",
    "res_model",
    "res_id",
    "is_created",
    "is_done",
    "changes",
)


class ClientImportLine(models.Model):
    """A problem, or what becomes of a line; written by the import only."""

    _name = "client.import.line"
    _description = "Line of a client import"
    _order = "import_id desc, id"
    _rec_name = "name"

    import_id = fields.Many2one(
        comodel_name="client.import", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        comodel_name="res.company", related="import_id.company_id", store=True
    )
    level = fields.Selection(
        selection=LEVELS + UNDO_LEVELS, required=True, string="Result"
    )
    sheet = fields.Char()
    row = fields.Integer(string="Line", help="Line of the sheet; 1 has the headers.")
    row_text = fields.Char(compute="_compute_row_text", string="Line no.")
    column = fields.Char()
    name = fields.Char(string="Who or what")
    message = fields.Text()
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Contact",
        index="btree_not_null",
        ondelete="set null",
        help="Whom the line is about.",
    )
    res_model = fields.Char(string="Record's model")
    res_id = fields.Many2oneReference(model_field="res_model", string="Record")
    is_created = fields.Boolean(help="The line made its record.")
    is_done = fields.Boolean(help="The line was handled by the job at work.")
    # Values of the records that the line changed, before and after, for the undo. Only
    # read by it: some fields are not for everyone who reads lines.
    changes = fields.Json(groups=fields.NO_ACCESS)
    client_wall_id = fields.Many2one(
        comodel_name="client.wall",
        related="partner_id.client_wall_id",
        store=True,
        index="btree_not_null",
        groups="base.group_user",
    )

    _import_level = models.Index("(import_id, level, id)")

    @api.depends("row")
    def _compute_row_text(self):
        # a line about the whole file or sheet has no number
        for line in self:
            line.row_text = str(line.row) if line.row else ""

    def action_open_record(self):
        """Open what the line is about."""
        self.ensure_one()
        model, res_id = self.res_model or "res.partner", self.res_id
        if model == "client.contract.line":
            line = self.env[model].browse(res_id).exists()
            model, res_id = line.contract_id._name, line.contract_id.id
        if not res_id or not self.env[model].browse(res_id).exists():
            model, res_id = "res.partner", self.partner_id.id
        return {
            "type": "ir.actions.act_window",
            "res_model": model,
            "res_id": res_id,
            "views": [(False, "form")],
        }

    @api.model
    def _insert(self, record, lines):
        """Insert lines of an import.

        :param record: client.import
        :param list lines: dicts with some of ``COLUMNS``
        """
        if not lines:
            return
        user_id = self.env.uid
        values = [
            (record.id, record.company_id.id, user_id, user_id)
            + tuple(_to_column(line.get(column), column) for column in COLUMNS)
            for line in lines
        ]
        names = ", ".join(f'"{column}"' for column in COLUMNS)
        now = "now() AT TIME ZONE 'UTC'"
        # SQL: tens of thousands of lines, ten times faster than create()
        self.env.cr.execute_values(
            f"INSERT INTO client_import_line (import_id, company_id, create_uid,"
            f" write_uid, create_date, write_date, {names}) VALUES %s",
            values,
            template=f"(%s, %s, %s, %s, {now}, {now}{', %s' * len(COLUMNS)})",
            page_size=1000,
        )
        self.invalidate_model()
        names = [name for name, field in record._fields.items() if not field.store]
        record.invalidate_recordset(names, flush=False)


def _to_column(value, column):
    """Return a value as PostgreSQL takes it."""
    if column == "changes":
        return json.dumps(value) if value else None
    return None if value is False else value
