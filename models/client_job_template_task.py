from odoo import api, fields, models
from odoo.exceptions import ValidationError


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
    depend_on_ids = fields.Many2many(
        comodel_name="client.job.template.task",
        relation="client_job_template_task_dependency_rel",
        column1="task_id",
        column2="depends_on_id",
        string="Blocked by",
        domain="[('template_id', '=', template_id), ('id', '!=', id)]",
        copy=False,
        help="The task waits until these are done. A task that you have just added can "
        "be chosen once the template is saved.",
    )

    # === CONSTRAINT METHODS === #

    @api.constrains("depend_on_ids", "template_id")
    def _check_depend_on_ids(self):
        if self._has_cycle("depend_on_ids"):
            raise ValidationError(
                self.env._("Tasks can't wait for each other in a circle.")
            )
        for task in self:
            if task.depend_on_ids.template_id - task.template_id:
                raise ValidationError(
                    self.env._(
                        "“%(task)s” waits for a task of another template.",
                        task=task.name,
                    )
                )
