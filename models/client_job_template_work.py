"""What the pieces and tasks of a job's template have in common."""

from odoo import api, fields, models


class ClientJobTemplateWork(models.AbstractModel):
    """A piece or a task: work for somebody, by some day."""

    _name = "client.job.template.work"
    _inherit = "client.job.template.line"
    _description = "Template Work"

    days_offset = fields.Integer(
        string="Working days", help="Days without work don't count."
    )
    offset_from = fields.Selection(
        selection=[
            ("release", "after the job is authorised"),
            ("deadline", "before its deadline"),
        ],
        string="Due",
        compute="_compute_offset_from",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        help="Work is never due after the deadline of the job.",
    )
    assignee = fields.Selection(
        selection=[
            ("user", "A person"),
            ("manager", "Account manager"),
            ("assistants", "Assistants"),
            ("traffic", "Traffic"),
        ],
        string="For",
        default="user",
        required=True,
        help="Roles are those that the job has when it is authorised.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Assigned to",
        domain=[("share", "=", False)],
        ondelete="restrict",
        index="btree_not_null",
        help="Empty: traffic hands it out.",
    )

    _offset_not_negative = models.Constraint(
        "CHECK (days_offset >= 0)", "The days can't be negative."
    )

    # === COMPUTE METHODS === #

    @api.depends("days_offset")
    def _compute_offset_from(self):
        for line in self:
            default = "release" if line.days_offset else "deadline"
            line.offset_from = line.offset_from or default

    # === BUSINESS METHODS === #

    def _get_people(self, job):
        """Return the users who do this work on a job.

        :param job: client.job
        :return: res.users, active ones
        """
        if not self:
            return self.env["res.users"]
        users = {
            "user": self.user_id,
            "manager": job.account_manager_id,
            "assistants": job.assistant_ids,
            "traffic": job.traffic_user_id,
        }[self.assignee]
        return users.filtered("active")
