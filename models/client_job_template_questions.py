"""What a template asks, and what it takes for an answer."""

from odoo import fields, models

from ..tools.questions import AnswerError, find_asked, read_answer


class ClientJobTemplate(models.Model):
    """The two pages of questions: the client's and the team's own."""

    _inherit = "client.job.template"

    # Two fields, so that what reads the client's questions, as superuser too, can't
    # come upon the others.
    question_ids = fields.One2many(
        comodel_name="client.job.template.question",
        inverse_name="template_id",
        string="Questions",
        domain=[("is_internal", "=", False)],
        copy=False,
    )
    internal_question_ids = fields.One2many(
        comodel_name="client.job.template.question",
        inverse_name="template_id",
        string="Internal questions",
        domain=[("is_internal", "=", True)],
        context={"default_is_internal": True},
        copy=False,
        help="The team answers these on a page that the client never sees.",
    )

    # === CRUD METHODS === #

    def copy(self, default=None):
        """Copy the questions too, with the conditions among them."""
        templates = super().copy(default)
        for former, template in zip(self, templates, strict=True):
            questions = former.question_ids | former.internal_question_ids
            copies = {}
            for question in questions:
                copies[question] = question.copy(
                    {"template_id": template.id, "condition_question_id": False}
                )
            for question in questions.filtered("condition_question_id"):
                copies[question].condition_question_id = copies[
                    question.condition_question_id
                ]
            # tasks are copied with the template, in the same order
            tasks = dict(zip(former.task_ids, template.task_ids, strict=True))
            for task in former.task_ids.filtered("depend_on_ids"):
                tasks[task].depend_on_ids = task.browse().union(
                    *(tasks[other] for other in task.depend_on_ids if other in tasks)
                )
        return templates

    # === BUSINESS METHODS === #

    def _portal_questions(self):
        """Return the client's questions as data; see client_job_template_question.

        :return: list of dicts
        """
        # sudo: portal users read templates only through the pages made for them;
        # question_ids leaves out the internal ones
        return [
            {
                "id": question.id,
                "name": question.name,
                "help": question.help or "",
                "kind": question.kind,
                "options": question._get_options(),
                "required": question.required,
                "condition": question.condition_question_id
                and {
                    "question": question.condition_question_id.id,
                    "kind": question.condition_question_id.kind,
                    "operator": question.condition_operator,
                    "value": question.condition_value or "",
                }
                or None,
            }
            for question in self.sudo().question_ids
        ]

    def _asked_questions(self, answers):
        """Return the ids of the client's questions that are asked.

        :param dict answers: ``{question id: text}``
        :rtype: set
        """
        questions = self.sudo().question_ids  # sudo: see _portal_questions
        return find_asked(
            {
                question.id: (question.kind, question._get_condition())
                for question in questions
            },
            answers,
        )

    def _validate_answers(self, answers, submit=False):
        """Check the client's answers, and decide which are kept.

        :param dict answers: ``{question id: text}``; ids may be texts
        :param bool submit: required questions have to be answered
        :return: ``(kept, errors)``; see client_job_template_question
        """
        questions = self.sudo().question_ids  # sudo: see _portal_questions
        given = {str(key): value for key, value in answers.items()}
        known = {str(question.id) for question in questions}
        errors = {
            f"answer_{key}": self.env._("This question is not part of the request.")
            for key in given
            if key not in known
        }
        kept, wrong = {}, {}
        for question in questions:
            text = given.get(str(question.id), "")
            try:
                kept[question.id] = read_answer(
                    question.kind, text, question._get_options()
                )
            except AnswerError as error:
                kept[question.id] = str(text).strip()
                wrong[question.id] = question._get_answer_sentence(error)
        asked = self._asked_questions(kept)
        for question in questions:
            if question.id not in asked:
                kept[question.id] = ""
            elif question.id in wrong:
                errors[f"answer_{question.id}"] = wrong[question.id]
            elif submit and question.required and not kept[question.id]:
                errors[f"answer_{question.id}"] = self.env._(
                    "Please answer this question."
                )
        return kept, errors
