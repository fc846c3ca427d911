"""Briefing questions: kinds, conditions, and the page that only the team sees."""

import doctest
import json

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, tagged

from ..tools import questions
from ..tools.exceptions import ClientPortalError
from .common_job import ClientJobCommon

SECRET = "hornbeam-49-percent"


class QuestionsCommon(ClientJobCommon):
    """A template of seven questions, three in a chain, and an internal page."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.brief = cls.env["client.job.template"].create({"name": "Campaign"})
        cls.where = cls._ask("Where?", kind="multiple", options="Print\nWeb\nRadio")
        cls.size = cls._ask(
            "Which paper size?",
            kind="selection",
            options="A4\nA5\nOther",
            required=True,
            condition_question_id=cls.where.id,
            condition_operator="contains",
            condition_value="Print",
        )
        cls.other = cls._ask(
            "Which other size?",
            kind="char",
            required=True,
            condition_question_id=cls.size.id,
            condition_operator="equals",
            condition_value="other",
        )
        cls.copies = cls._ask("How many copies?", kind="number")
        cls.shop = cls._ask(
            "Which print shop?",
            kind="char",
            condition_question_id=cls.copies.id,
            condition_operator="at_least",
            condition_value="1000",
        )
        cls.photos = cls._ask("Are there photographs?", kind="boolean")
        cls.rights = cls._ask(
            "Who owns them?",
            kind="char",
            required=True,
            condition_question_id=cls.photos.id,
        )
        cls.margin = cls._ask(
            "What do we earn?", kind="char", is_internal=True, required=True
        )

    @classmethod
    def _ask(cls, name, **values):
        sequence = 10 * len(cls.brief.question_ids)
        return cls.env["client.job.template.question"].create(
            {
                "template_id": cls.brief.id,
                "sequence": sequence,
                "name": name,
                **values,
            }
        )

    def _validate(self, answers, submit=True):
        """Return ``(kept, errors)`` with questions in place of ids."""
        kept, errors = self.brief._validate_answers(
            {question.id: text for question, text in answers.items()}, submit
        )
        question = self.env["client.job.template.question"]
        return (
            {question.browse(key): text for key, text in kept.items() if text},
            {
                question.browse(int(key.removeprefix("answer_"))): text
                for key, text in errors.items()
            },
        )

    def _request(self, answers, **values):
        return self._create_request(
            template_id=self.brief.id,
            answers={str(question.id): text for question, text in answers.items()},
            **values,
        )

    def _answer(self, job, question):
        rows = job.answer_ids | job.internal_answer_ids
        return rows.filtered(lambda row: row.question_id == question)


@tagged("post_install", "-at_install")
class TestJobQuestions(QuestionsCommon):
    def test_examples_in_the_docstrings(self):
        result = doctest.testmod(questions)
        self.assertGreater(result.attempted, 8)
        self.assertFalse(result.failed)

    # --- asked or not ---

    def test_hidden_questions_are_neither_required_nor_stored(self):
        kept, errors = self._validate({self.other: "A3 plus", self.rights: "Nobody"})
        self.assertEqual((kept, errors), ({}, {}))

    def test_a_chain_of_conditions(self):
        _kept, errors = self._validate({self.where: "Web\nPrint"})
        self.assertEqual(set(errors), {self.size})
        _kept, errors = self._validate({self.where: "Print", self.size: "Other"})
        self.assertEqual(set(errors), {self.other})
        answers = {self.where: "Print", self.size: "Other", self.other: "A3 plus"}
        kept, errors = self._validate(answers)
        self.assertEqual((kept, errors), (answers, {}))
        # the first link is cut: all behind it goes
        kept, errors = self._validate({**answers, self.where: "Web"})
        self.assertEqual((kept, errors), ({self.where: "Web"}, {}))

    def test_numbers_and_yes_or_no_decide_too(self):
        for copies, shop in (("999.99", False), ("1000", True), ("", False)):
            with self.subTest(copies=copies):
                kept, _errors = self._validate(
                    {self.copies: copies, self.shop: "Smith"}
                )
                self.assertEqual(self.shop in kept, shop)
        self.assertEqual(set(self._validate({self.photos: "on"})[1]), {self.rights})

    def test_answers_of_the_wrong_kind_get_a_sentence(self):
        for question, text in (
            (self.where, "Print\nMoon"),
            (self.copies, "many"),
            (self.copies, "nan"),
            (self.copies, "1e999"),
            (self.other, "x" * 201),
        ):
            answers = {self.where: "Print", self.size: "Other", self.other: "B4"}
            with self.subTest(question=question.name, text=text[:10]):
                _kept, errors = self._validate({**answers, question: text}, False)
                self.assertIn(question, errors)
        # a wrong answer to what isn't asked is no error
        self.assertFalse(self._validate({self.size: "Moon"})[1])

    def test_the_request_form_gets_data_and_no_internal_question(self):
        rows = self.brief.with_user(self.portal_a)._portal_questions()
        self.assertEqual(len(rows), 7)
        by_id = {row["id"]: row for row in rows}
        self.assertNotIn(self.margin.id, by_id)
        self.assertEqual(
            by_id[self.size.id]["condition"],
            {
                "question": self.where.id,
                "kind": "multiple",
                "operator": "contains",
                "value": "Print",
            },
        )
        self.assertIsNone(by_id[self.where.id]["condition"])
        self.assertTrue(json.dumps(rows))

    # --- a request ---

    def test_a_request_keeps_only_what_was_asked(self):
        with self.assertRaises(ClientPortalError) as caught:
            self._request({self.where: "Print"})
        self.assertEqual(set(caught.exception.errors), {f"answer_{self.size.id}"})
        job = self._request({self.where: "Web", self.size: "A4", self.other: "B4"})
        self.assertEqual(job.answer_ids.filtered("value").question_id, self.where)
        self.assertEqual(
            job._portal_answers().mapped("name"),
            ["Where?"],
        )
        self.assertEqual(self._answer(job, self.size).value_display, "Not asked")

    def test_another_answer_hides_what_depended_on_it(self):
        job = self._request({self.where: "Print", self.size: "Other", self.other: "B4"})
        answers = job.answer_ids.with_user(self.user_manager)
        where = answers.filtered(lambda row: row.question_id == self.where)
        where.value = "Web"
        self.assertFalse(self._answer(job, self.size).is_asked)
        self.assertFalse(self._answer(job, self.size).value)
        self.assertFalse(self._answer(job, self.other).value)
        where.value = "Print"
        self.assertTrue(self._answer(job, self.size).is_asked)
        with self.assertRaises(UserError):
            where.value = "Moon"
        self._answer(job, self.copies).value = "1200.5"
        self.assertEqual(self._answer(job, self.copies).value_display, "1,200.5")

    def test_the_template_changes_nothing_that_was_handed_in(self):
        job = self._request({self.where: "Print", self.size: "A5"})
        draft = self.env["client.job"]._portal_save(
            self.contact_a,
            {"title": "Draft", "template_id": self.brief.id},
        )
        self.where.write({"name": "In which media?", "options": "Print\nTV"})
        self.size.condition_value = "TV"
        self.rights.unlink()
        asked = self._answer(job, self.where)
        self.assertEqual((asked.name, asked.value), ("Where?", "Print"))
        self.assertEqual(asked.options, "Print\nWeb\nRadio")
        size = self._answer(job, self.size)
        self.assertTrue(size.is_asked)
        self.assertEqual(size.value, "A5")
        self.assertIn("Who owns them?", job.answer_ids.mapped("name"))
        # a draft follows, and what is new can be answered
        new = self._ask("Since when?", kind="date")
        draft = self.env["client.job"]._portal_save(
            self.contact_a,
            {"answers": {str(new.id): "2030-05-01", str(self.where.id): "TV"}},
            job=draft,
        )
        self.assertEqual(self._answer(draft, self.where).name, "In which media?")
        self.assertEqual(self._answer(draft, new).value, "2030-05-01")
        self.assertNotIn("Who owns them?", draft.answer_ids.mapped("name"))

    # --- the team's page ---

    def test_the_internal_page_comes_before_the_work(self):
        job = self._request({self.where: "Web"})
        as_manager = job.with_user(self.user_manager)
        for action in ("action_authorize", "action_mark_at_risk"):
            with self.assertRaisesRegex(UserError, "What do we earn"):
                getattr(as_manager, action)()
        as_manager.internal_answer_ids.value = "Enough"
        as_manager.action_authorize()
        self.assertEqual(job.state, "authorized")

    def test_internal_questions_reach_no_portal_user(self):
        job = self._request({self.where: "Web"})
        secret = job.internal_answer_ids
        secret.with_user(self.user_manager).value = SECRET
        self.assertNotIn(secret, job.sudo().answer_ids)
        self.env.invalidate_all()
        answers = self.env["client.job.answer"].with_user(self.portal_a)
        self.assertFalse(answers.search([("value", "ilike", SECRET)]))
        self.assertEqual(len(answers.search([("job_id", "=", job.id)])), 7)
        as_portal = secret.with_user(self.portal_a)
        for read in (
            lambda: as_portal.read(["value"]),
            lambda: job.with_user(self.portal_a).read(["internal_answer_ids"]),
            lambda: job.with_user(self.portal_a).search(
                [("internal_answer_ids.value", "ilike", SECRET)]
            ),
            lambda: self.margin.with_user(self.portal_a).read(["name"]),
            lambda: self.brief.with_user(self.portal_a).read(["name"]),
        ):
            with self.assertRaises(AccessError):
                read()
        # and nobody sends an internal answer along
        with self.assertRaises(ClientPortalError):
            self._request({self.where: "Web", self.margin: "x"})

    def test_an_internal_answer_stays_internal(self):
        job = self._request({self.where: "Web"})
        with self.assertRaises(AccessError):
            job.internal_answer_ids.with_user(self.user_manager).is_internal = False
        with self.assertRaises(AccessError):
            job.internal_answer_ids.with_user(self.user_creation).value = "x"
        self.assertEqual(
            job.with_user(self.user_creation).internal_answer_ids.name, self.margin.name
        )

    # --- the template ---

    def test_conditions_that_make_no_sense_are_refused(self):
        foreign = self.template.question_ids[0]
        for question, values in (
            (self.where, {"condition_question_id": self.other.id}),
            (self.where, {"condition_question_id": foreign.id}),
            (self.where, {"condition_question_id": self.margin.id}),
            (self.size, {"condition_value": "Moon"}),
            (self.size, {"condition_value": False}),
            (self.rights, {"condition_operator": "equals", "condition_value": "1"}),
            (self.other, {"condition_operator": "at_least"}),
            (self.shop, {"condition_value": "lots"}),
            # the choice that another question depends on
            (self.where, {"options": "Web\nRadio"}),
            (self.where, {"options": ""}),
        ):
            with (
                self.subTest(question=question.name, values=values),
                self.assertRaises(ValidationError),
                self.cr.savepoint(),
            ):
                question.write(values)

    def test_a_question_that_decides_is_not_deleted_alone(self):
        with self.assertRaisesRegex(UserError, "Which paper size"):
            self.where.unlink()
        (self.where | self.size | self.other).unlink()

    def test_a_copied_template_asks_the_same(self):
        copy = self.brief.copy()
        self.assertEqual(len(copy.question_ids), 7)
        self.assertEqual(copy.internal_question_ids.name, self.margin.name)
        size, other = (
            copy.question_ids.filtered(lambda row, name=name: row.name == name)
            for name in (self.size.name, self.other.name)
        )
        self.assertEqual(other.condition_question_id, size)
        self.assertEqual(size.condition_question_id.template_id, copy)


@tagged("post_install", "-at_install")
class TestJobQuestionsPages(QuestionsCommon, HttpCase):
    def test_no_page_shows_the_teams_questions(self):
        job = self._request({self.where: "Web"})
        draft = self.env["client.job"]._portal_save(
            self.contact_a, {"title": "Draft", "template_id": self.brief.id}
        )
        for record in (job, draft):
            record.internal_answer_ids.value = SECRET
        self.env.flush_all()
        self.authenticate(self.portal_a.login, self.portal_a.login)
        for url in (
            f"/my/jobs/{job.id}",
            f"/my/jobs/{draft.id}/edit",
            f"/my/jobs/new?template_id={self.brief.id}",
        ):
            with self.subTest(url=url):
                page = self.url_open(url)
                self.assertEqual(page.status_code, 200)
                self.assertIn("Where?", page.text)
                self.assertNotIn(SECRET, page.text)
                self.assertNotIn(self.margin.name, page.text)
                self.assertNotIn(f"answer_{self.margin.id}", page.text)
