"""The answers of a job: the client's page, and the team's own."""

from odoo import fields, models
from odoo.exceptions import UserError


class ClientJob(models.Model):
    """Asks what the template asks, and keeps what was asked when."""

    _inherit = "client.job"

    # Two fields, so that what reads the client's answers, as superuser too, can't come
    # upon the others.
    answer_ids = fields.One2many(
        comodel_name="client.job.answer",
        inverse_name="job_id",
        string="Answers",
        domain=[("is_internal", "=", False)],
    )
    internal_answer_ids = fields.One2many(
        comodel_name="client.job.answer",
        inverse_name="job_id",
        string="Internal answers",
        domain=[("is_internal", "=", True)],
        context={"default_is_internal": True},
        groups="base.group_user",
    )

    # === BUSINESS METHODS === #

    def _apply_questions(self):
        """Give the job the questions of its template, as they are asked now.

        Answers already given stay, and so do their questions as they were asked.
        """
        self.ensure_one()
        # sudo: whoever may open the job (a portal request, too) gets what its
        # template asks, and none of it is read from the user
        job_sudo = self.sudo()
        template_sudo = job_sudo.template_id
        questions = template_sudo.question_ids | template_sudo.internal_question_ids
        rows = job_sudo.answer_ids | job_sudo.internal_answer_ids
        gone = rows.filtered(
            lambda row: not row.value and row.question_id not in questions
        )
        kept = rows - gone
        gone.unlink()
        # what was handed in stays as it was asked; a draft follows its template
        fresh = kept if job_sudo.state == "draft" else kept.browse()
        for row in fresh.filtered("question_id"):
            values = job_sudo._prepare_answer_values(row.question_id)
            row._write_changed(values)
        added = kept.create(
            [
                job_sudo._prepare_answer_values(question)
                for question in questions - kept.question_id
            ]
        )
        by_question = {row.question_id: row for row in kept | added}
        for row in (fresh | added).filtered("question_id"):
            condition = row.question_id.condition_question_id
            row._write_changed(
                {"condition_answer_id": by_question.get(condition, kept.browse()).id}
            )

    def _prepare_answer_values(self, question):
        """Return the values of an empty answer to a template's question."""
        self.ensure_one()
        return {
            "job_id": self.id,
            "question_id": question.id,
            "is_internal": question.is_internal,
            "sequence": question.sequence,
            "name": question.name,
            "kind": question.kind,
            "options": "\n".join(question._get_options()),
            "is_required": question.required,
            "condition_operator": question.condition_operator,
            "condition_value": question.condition_value,
        }

    def _clear_unasked_answers(self):
        """Empty the answers of questions that are no longer asked."""
        # sudo: follows from another answer, whose writer was checked with it
        answers_sudo = self.env["client.job.answer"].sudo()
        unasked = answers_sudo.search(
            [
                ("job_id", "in", self.ids),
                ("is_asked", "=", False),
                ("value", "not in", [False, ""]),
            ]
        )
        if unasked:
            unasked.write({"value": False})

    def _portal_answers(self):
        """Return the answers that the client's pages show, in the order asked."""
        self.ensure_one()
        return self.answer_ids.filtered(lambda answer: answer.is_asked and answer.value)

    def _check_internal_answers(self):
        """Raise unless the team answered what it has to know before work begins."""
        for job in self:
            missing = job.internal_answer_ids.filtered(
                lambda answer: (
                    answer.is_required and answer.is_asked and not answer.value
                )
            )
            if missing:
                raise UserError(
                    self.env._(
                        "“%(job)s”: answer “%(question)s” on the internal page first.",
                        job=job.display_name,
                        question=missing[0].name,
                    )
                )
