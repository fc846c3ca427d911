"""What the pieces and tasks of a job's template have in common."""

from odoo import fields, models


class ClientJobTemplateWork(models.AbstractModel):
    """A piece or a task: work for somebody, by some day."""

    _name = "client.job.template.work"
    _inherit = "client.job.template.line"
    _description = "Template Work"

    days_offset = fields.Integer(
        string="Due after (days)",
        help="Days after the job is authorised. 0: at the deadline of the job.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Assigned to",
        domain=[("share", "=", False)],
        ondelete="restrict",
        index="btree_not_null",
    )

    _offset_not_negative = models.Constraint(
        "CHECK (days_offset >= 0)", "The days can't be negative."
    )
