"""What the import found out about a line of the workbook."""

from odoo import api, fields, models

LEVELS = [
    ("error", "Error"),
    ("warning", "Warning"),
    ("new", "New"),
    ("changed", "Changed"),
    ("unchanged", "Unchanged"),
]


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
    level = fields.Selection(selection=LEVELS, required=True, string="Result")
    sheet = fields.Char()
    row = fields.Integer(string="Line", help="Line of the sheet; 1 has the headers.")
    row_text = fields.Char(compute="_compute_row_text", string="Line no.")
    column = fields.Char()
    name = fields.Char(string="Who or what")
    message = fields.Text()
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Record",
        index="btree_not_null",
        ondelete="set null",
        help="What the line created or changed, or would change.",
    )
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
        """Open the client, address or contact of the line."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": self.partner_id.id,
            "views": [(False, "form")],
        }
