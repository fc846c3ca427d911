from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from .client_job_template_question import KINDS


class ClientJobAnswer(models.Model):
    """The answer to a briefing question, with the question as it was asked."""

    _name = "client.job.answer"
    _description = "Briefing Answer"
    _inherit = ["client.record"]
    _order = "sequence, id"
    _history_kind = "job"
    _client_record_allow_inactive = True

    job_id = fields.Many2one(
        comodel_name="client.job", required=True, ondelete="cascade", index=True
    )
    client_id = fields.Many2one(related="job_id.client_id", store=True, precompute=True)
    company_id = fields.Many2one(
        related="job_id.company_id", store=True, precompute=True, default=None
    )
    question_id = fields.Many2one(
        comodel_name="client.job.template.question",
        string="Template question",
        ondelete="set null",
        index="btree_not_null",
    )
    sequence = fields.Integer(default=10)
    name = fields.Char(string="Question", required=True)
    kind = fields.Selection(selection=KINDS, default="text", required=True)
    is_required = fields.Boolean(string="Required")
    value = fields.Text(
        string="Answer", help="Dates as YYYY-MM-DD, yes or no as 1 or empty."
    )
    value_display = fields.Text(string="Answer shown", compute="_compute_value_display")

    _question_once = models.UniqueIndex(
        "(job_id, question_id) WHERE question_id IS NOT NULL",
        "A question is answered once per job.",
    )

    # === COMPUTE METHODS === #

    @api.depends("value", "kind")
    @api.depends_context("lang")
    def _compute_value_display(self):
        for answer in self:
            value = answer.value
            if answer.kind == "boolean":
                value = self.env._("Yes") if value == "1" else self.env._("No")
            elif answer.kind == "date" and value:
                try:
                    value = format_date(self.env, fields.Date.to_date(value))
                except ValueError:
                    value = answer.value
            answer.value_display = value

    # === CONSTRAINT METHODS === #

    @api.constrains("kind", "value")
    def _check_value(self):
        for answer in self:
            if answer.kind != "date" or not answer.value:
                continue
            try:
                fields.Date.to_date(answer.value)
            except ValueError as error:
                raise UserError(
                    self.env._(
                        "“%(question)s”: write the date as YYYY-MM-DD.",
                        question=answer.name,
                    )
                ) from error
