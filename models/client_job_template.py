from odoo import api, fields, models


class ClientJobTemplate(models.Model):
    """What a kind of job needs: questions, pieces, tasks and people."""

    _name = "client.job.template"
    _description = "Job Template"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        comodel_name="res.company", ondelete="restrict", index=True
    )
    is_portal_visible = fields.Boolean(
        string="Offered on the portal",
        default=True,
        help="The client's people may choose this template for a request.",
    )
    briefing_intro = fields.Html(
        string="Introduction",
        translate=True,
        help="Shown above the briefing, to say what is needed.",
    )
    account_manager_id = fields.Many2one(
        comodel_name="res.users",
        domain=[("share", "=", False)],
        ondelete="restrict",
        index="btree_not_null",
        help="Leave empty to use the client's own account manager.",
    )
    assistant_ids = fields.Many2many(
        comodel_name="res.users",
        relation="client_job_template_assistant_rel",
        column1="template_id",
        column2="user_id",
        string="Assistants",
        domain=[("share", "=", False)],
    )
    traffic_user_id = fields.Many2one(
        comodel_name="res.users",
        string="Traffic",
        domain=[("share", "=", False)],
        ondelete="restrict",
        index="btree_not_null",
        help="Who hands out the work. Change requests come back to this person.",
    )
    piece_ids = fields.One2many(
        comodel_name="client.job.template.piece",
        inverse_name="template_id",
        string="Pieces",
        copy=True,
    )
    task_ids = fields.One2many(
        comodel_name="client.job.template.task",
        inverse_name="template_id",
        string="Tasks",
        copy=True,
    )
    job_count = fields.Integer(compute="_compute_job_count")

    # === COMPUTE METHODS === #

    def _compute_job_count(self):
        counts = dict(
            self.env["client.job"]._read_group(
                [("template_id", "in", self.ids)], ["template_id"], ["__count"]
            )
        )
        for template in self:
            template.job_count = counts.get(template, 0)

    # === CRUD METHODS === #

    def copy_data(self, default=None):
        """Name the copies."""
        return [
            dict(vals, name=self.env._("%s (copy)", template.name))
            for template, vals in zip(self, super().copy_data(default), strict=True)
        ]

    # === ACTION METHODS === #

    def action_open_jobs(self):
        """Open the jobs made from this template."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "client_hub.client_job_action"
        )
        action["domain"] = [("template_id", "=", self.id)]
        action["context"] = {"default_template_id": self.id}
        return action

    # === BUSINESS METHODS === #

    @api.model
    def _portal_templates(self):
        """Return the templates that a portal visitor may choose."""
        # sudo: portal users read templates only through the pages made for them
        return self.sudo().search(
            [
                ("is_portal_visible", "=", True),
                ("company_id", "in", [False, self.env.company.id]),
            ]
        )
