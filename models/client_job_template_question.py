"""Briefing questions, some of them asked only after certain answers.

For the pages of the request (all of it leaves out internal questions):

- ``template._portal_questions()`` returns one dict per question, in order: ``id``,
  ``name``, ``help``, ``kind``, ``options`` (list of texts), ``required``, and
  ``condition``: None, or ``{"question": id, "kind": kind of that question,
  "operator": key of OPERATORS, "value": text}``. A question is asked when its
  condition is met and the question it depends on is itself asked; capitals don't
  count; an empty answer meets no condition but ``empty``. The same rule in Python:
  ``tools/questions.py``.
- ``template._asked_questions(answers)`` returns the ids that are asked, for a page
  without JavaScript; ``answers`` is ``{question id: text}``.
- ``template._validate_answers(answers, submit=…)`` returns ``(kept, errors)``: what is
  to be stored as ``{question id: text}``, and ``{"answer_<id>": sentence}``. Questions
  that are not asked are never required, and their answers are kept empty.

Answers travel as text: dates as YYYY-MM-DD, numbers with a point, yes as "1" and no as
"", several choices one per line.
"""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools.questions import AnswerError, read_answer, split_lines

KINDS = [
    ("text", "Long text"),
    ("char", "Short text"),
    ("number", "Number"),
    ("date", "Date"),
    ("selection", "One choice"),
    ("multiple", "Several choices"),
    ("boolean", "Yes or no"),
]
CHOICE_KINDS = frozenset({"selection", "multiple"})
OPERATORS = [
    ("filled", "is answered, or yes"),
    ("empty", "is not answered, or no"),
    ("equals", "is"),
    ("not_equals", "is not"),
    ("contains", "contains"),
    ("at_least", "is at least"),
    ("at_most", "is at most"),
]
# Operators that compare with no value.
BARE_OPERATORS = frozenset({"filled", "empty"})


class ClientJobTemplateQuestion(models.Model):
    """A briefing question."""

    _name = "client.job.template.question"
    _inherit = "client.job.template.line"
    _description = "Briefing Question"

    name = fields.Char(string="Question")
    kind = fields.Selection(
        selection=KINDS, string="Answer", default="text", required=True
    )
    options = fields.Text(string="Choices", help="The choices, one per line.")
    required = fields.Boolean()
    help = fields.Char(string="Hint", translate=True)
    is_internal = fields.Boolean(
        string="For the team only",
        readonly=True,
        help="Asked on the internal page of the job, which the client never sees.",
    )
    condition_question_id = fields.Many2one(
        comodel_name="client.job.template.question",
        string="Ask only if",
        domain="[('template_id', '=', template_id), ('id', '!=', id)]",
        ondelete="set null",
        index="btree_not_null",
        help="Leave empty to ask always. Otherwise choose the question whose answer "
        "decides; one that you have just added can be chosen once the template is "
        "saved.",
    )
    condition_kind = fields.Selection(
        related="condition_question_id.kind", string="Kind of that answer"
    )
    condition_options = fields.Text(
        related="condition_question_id.options", string="Choices of that question"
    )
    condition_operator = fields.Selection(
        selection=OPERATORS, string="Condition", default="filled", required=True
    )
    condition_value = fields.Char(string="Compared with")
    condition_display = fields.Char(
        string="Asked", compute="_compute_condition_display"
    )

    # === COMPUTE METHODS === #

    @api.depends(
        "condition_question_id.kind",
        "condition_question_id.name",
        "condition_operator",
        "condition_value",
    )
    @api.depends_context("lang")
    def _compute_condition_display(self):
        labels = dict(
            self._fields["condition_operator"]._description_selection(self.env)
        )
        for question in self:
            if not question.condition_question_id:
                question.condition_display = self.env._("Always")
                continue
            label = labels[question.condition_operator]
            if question.condition_question_id.kind == "boolean":
                is_yes = question.condition_operator == "filled"
                label = self.env._("is yes") if is_yes else self.env._("is no")
            words = [self.env._("If “%s”", question.condition_question_id.name), label]
            if question.condition_operator not in BARE_OPERATORS:
                words.append(f"“{question.condition_value or ''}”")
            question.condition_display = " ".join(words)

    # === CONSTRAINT METHODS === #

    @api.constrains("kind", "options")
    def _check_options(self):
        for question in self:
            if question.kind in CHOICE_KINDS and not question._get_options():
                raise ValidationError(
                    self.env._(
                        "Write the choices of “%(name)s”, one per line.",
                        name=question.name,
                    )
                )

    @api.constrains("condition_question_id", "is_internal", "template_id")
    def _check_condition(self):
        for question in self.filtered("condition_question_id"):
            other = question.condition_question_id
            names = {"name": question.name, "other": other.name}
            if other.template_id != question.template_id:
                raise ValidationError(
                    self.env._(
                        "“%(name)s” depends on a question of another template.", **names
                    )
                )
            if other.is_internal and not question.is_internal:
                raise ValidationError(
                    self.env._(
                        "“%(name)s” is a question for the client and can't depend on "
                        "“%(other)s”, which only the team sees.",
                        **names,
                    )
                )
        if self._has_cycle("condition_question_id"):
            raise ValidationError(
                self.env._("Questions can't depend on each other in a circle.")
            )

    @api.constrains(
        "kind",
        "options",
        "condition_question_id",
        "condition_operator",
        "condition_value",
    )
    def _check_condition_value(self):
        # also the questions that depend on a changed one
        dependents = self.search([("condition_question_id", "in", self.ids)])
        for question in (self | dependents).filtered("condition_question_id"):
            other = question.condition_question_id
            if question.condition_operator in BARE_OPERATORS:
                continue
            sentence = question._check_comparison(other)
            if sentence:
                raise ValidationError(
                    self.env._(
                        "Condition of “%(name)s”: %(sentence)s",
                        name=question.name,
                        sentence=sentence,
                    )
                )

    def _check_comparison(self, other):
        """Return why the answers of ``other`` can't be compared so, or False."""
        self.ensure_one()
        operator, value = self.condition_operator, (self.condition_value or "").strip()
        if other.kind == "boolean":
            return self.env._("a yes-or-no question is only answered or not.")
        if not value:
            return self.env._("write what the answer is compared with.")
        if operator in ("at_least", "at_most") and other.kind not in ("number", "date"):
            return self.env._("only numbers and dates have a least and a most.")
        if other.kind in CHOICE_KINDS or other.kind in ("number", "date"):
            options = {text.casefold(): text for text in other._get_options()}
            try:
                read_answer(
                    other.kind,
                    options.get(value.casefold(), value),
                    other._get_options(),
                )
            except AnswerError as error:
                return other._get_answer_sentence(error)
        return False

    # === CRUD METHODS === #

    @api.ondelete(at_uninstall=False)
    def _unlink_except_condition(self):
        dependents = self.search(
            [("condition_question_id", "in", self.ids), ("id", "not in", self.ids)],
            limit=1,
        )
        if dependents.template_id & self.template_id:
            raise UserError(
                self.env._(
                    "“%(other)s” is asked depending on “%(name)s”: change it first.",
                    other=dependents.name,
                    name=dependents.condition_question_id.name,
                )
            )

    # === BUSINESS METHODS === #

    def _get_options(self):
        """Return the choices of a selection question as a list of texts."""
        self.ensure_one()
        return split_lines(self.options) if self.kind in CHOICE_KINDS else []

    def _get_condition(self):
        """Return the condition in the form of ``tools.questions.find_asked``."""
        self.ensure_one()
        if not self.condition_question_id:
            return None
        return (
            self.condition_question_id.id,
            self.condition_operator,
            self.condition_value or "",
        )

    @api.model
    def _get_answer_sentence(self, error):
        """Return what is wrong with an answer, in a sentence.

        :param AnswerError error: from ``tools.questions.read_answer``
        """
        code = error.args[0]
        if code == "length":
            return self.env._("Use at most %(count)s characters.", count=error.args[1])
        return {
            "date": self.env._("Write the date as year-month-day."),
            "number": self.env._("Write a number, like 1250.50."),
            "choice": self.env._("Choose one of the answers shown."),
        }[code]
