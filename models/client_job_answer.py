from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date, formatLang

from ..tools.questions import AnswerError, is_met, read_answer, split_lines
from .client_job_template_question import KINDS, OPERATORS


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
    options = fields.Text(string="Choices", help="One per line, as they were offered.")
    is_required = fields.Boolean(string="Required")
    is_internal = fields.Boolean(
        string="For the team only",
        readonly=True,
        help="The client sees neither the question nor the answer, by any way.",
    )
    condition_answer_id = fields.Many2one(
        comodel_name="client.job.answer",
        string="Asked depending on",
        ondelete="set null",
        index="btree_not_null",
        readonly=True,
    )
    condition_operator = fields.Selection(selection=OPERATORS, readonly=True)
    condition_value = fields.Char(readonly=True)
    is_asked = fields.Boolean(
        string="Asked",
        compute="_compute_is_asked",
        store=True,
        recursive=True,
        help="Whether the answers before it make this question one to ask.",
    )
    value = fields.Text(
        string="Answer",
        help="Dates as YYYY-MM-DD, numbers with a point, yes as 1 and no as nothing, "
        "several choices one per line.",
    )
    value_display = fields.Text(string="Answer shown", compute="_compute_value_display")

    _question_once = models.UniqueIndex(
        "(job_id, question_id) WHERE question_id IS NOT NULL",
        "A question is answered once per job.",
    )

    # === COMPUTE METHODS === #

    @api.depends(
        "condition_answer_id.is_asked",
        "condition_answer_id.kind",
        "condition_answer_id.value",
        "condition_operator",
        "condition_value",
    )
    def _compute_is_asked(self):
        for answer in self:
            other = answer.condition_answer_id
            answer.is_asked = not other or (
                other.is_asked
                and is_met(
                    answer.condition_operator,
                    answer.condition_value,
                    other.kind,
                    other.value,
                )
            )

    @api.depends("value", "kind", "is_asked")
    @api.depends_context("lang")
    def _compute_value_display(self):
        for answer in self:
            answer.value_display = answer._format_value()

    def _format_value(self):
        """Return the answer as people read it."""
        self.ensure_one()
        value = self.value
        if not self.is_asked:
            return self.env._("Not asked")
        if self.kind == "boolean":
            return self.env._("Yes") if value == "1" else self.env._("No")
        if not value:
            return value
        try:
            if self.kind == "date":
                return format_date(self.env, fields.Date.to_date(value))
            if self.kind == "number":
                digits = len(value.partition(".")[2])
                return formatLang(self.env, float(value), digits=digits)
        except ValueError:
            return value
        return ", ".join(split_lines(value)) if self.kind == "multiple" else value

    # === CONSTRAINT METHODS === #

    @api.constrains("kind", "value", "options")
    def _check_value(self):
        for answer in self:
            options = split_lines(answer.options)
            if answer.kind in ("selection", "multiple") and not options:
                continue  # its template no longer knew them
            try:
                read_answer(answer.kind, answer.value, options)
            except AnswerError as error:
                question = self.env["client.job.template.question"]
                raise UserError(
                    self.env._(
                        "“%(question)s”: %(sentence)s",
                        question=answer.name,
                        sentence=question._get_answer_sentence(error),
                    )
                ) from error

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Keep no answer to what isn't asked."""
        answers = super().create(vals_list)
        answers.job_id._clear_unasked_answers()
        return answers

    def write(self, vals):
        """Keep no answer to what isn't asked; what is internal stays so."""
        if "is_internal" in vals and not self.env.su:
            raise AccessError(
                self.env._("Questions for the team only never become the client's.")
            )
        result = super().write(vals)
        if "value" in vals:
            self.job_id._clear_unasked_answers()
        return result

    # === BUSINESS METHODS === #

    def _write_changed(self, values):
        """Write the values that differ, so that the history names only those."""
        self.ensure_one()
        changed = {
            name: value
            for name, value in values.items()
            if self._fields[name].convert_to_write(self[name], self) != value
            and (self[name] or value)
        }
        if changed:
            self.write(changed)
