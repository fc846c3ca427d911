from odoo import fields, models


class ClientJobTemplateTask(models.Model):
    """A task that authorising a job of the template creates."""

    _name = "client.job.template.task"
    _description = "Template Task"
    _order = "sequence, id"

    template_id = fields.Many2one(
        comodel_name="client.job.template",
        required=True,
        ondelete="cascade",
        index=True,
    )
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, translate=True)
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
    role_id = fields.Many2one(
        comodel_name="project.role",
        ondelete="restrict",
        index="btree_not_null",
    )
    allocated_hours = fields.Float(string="Hours")

    _offset_not_negative = models.Constraint(
        "CHECK (days_offset >= 0)", "The days can't be negative."
    )
