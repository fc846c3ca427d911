from odoo import fields, models


class ClientJobTemplateTask(models.Model):
    """A task that authorising a job of the template creates."""

    _name = "client.job.template.task"
    _inherit = "client.job.template.work"
    _description = "Template Task"

    role_id = fields.Many2one(
        comodel_name="project.role",
        ondelete="restrict",
        index="btree_not_null",
    )
    allocated_hours = fields.Float(string="Hours")
