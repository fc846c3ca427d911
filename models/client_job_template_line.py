"""What the lines of a job's template have in common."""

from odoo import fields, models


class ClientJobTemplateLine(models.AbstractModel):
    """A question, a piece or a task of a template."""

    _name = "client.job.template.line"
    _description = "Template Line"
    _order = "sequence, id"

    template_id = fields.Many2one(
        comodel_name="client.job.template",
        required=True,
        ondelete="cascade",
        index=True,
    )
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, translate=True)
