"""The profile of a client: typed answers, how they are found, who writes them."""

import json

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from .common import ClientHubCommon

QUESTIONS = [
    {"name": "brand", "type": "separator", "string": "Brand"},
    {"name": "audience", "type": "text", "string": "Audience"},
    {
        "name": "tone",
        "type": "selection",
        "string": "Tone of voice",
        "selection": [["w", "Warm"], ["d", "Dry"]],
    },
    {
        "name": "colours",
        "type": "tags",
        "string": "Brand colours",
        "tags": [["b", "Cobalt blue", 1], ["s", "Sand", 2]],
    },
    {"name": "pets", "type": "boolean", "string": "Dogs welcome"},
    {"name": "founded", "type": "date", "string": "Founded"},
]
ANSWERS = {
    "audience": "Beekeepers in the Alentejo",
    "tone": "w",
    "colours": ["b", "s"],
    "pets": True,
}


class ProfileCommon(ClientHubCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.questionnaire = cls.env["client.profile.questionnaire"]._main()
        cls.questionnaire.question_definition = QUESTIONS
        cls.env.flush_all()

    def _answer(self, client=None, **answers):
        client = (client or self.client_a).with_user(self.user_manager)
        client.client_profile_properties = answers or ANSWERS
        # a transaction of its own in real life, and so a row of the history
        self.env.cr.flush()

    def _find(self, text, user=None):
        Partners = self.env["res.partner"].with_user(user or self.user_creation)
        return Partners.search([("client_profile_text", "ilike", text)])

    def _history(self):
        self.env.cr.flush()
        return self.env["client.history"].search(
            [("client_id", "=", self.client_a.id), ("kind", "=", "client")]
        )


@tagged("post_install", "-at_install")
class TestClientProfile(ProfileCommon):
    def test_new_database_has_questions_to_begin_with(self):
        self.questionnaire.question_definition = False
        self.questionnaire._add_starter_questions()
        labels = [question["string"] for question in self.questionnaire._questions()]
        self.assertIn("Tone of voice", labels)
        self.questionnaire.question_definition = QUESTIONS
        self.questionnaire._add_starter_questions()
        self.assertEqual(len(self.questionnaire._questions()), 5)

    def test_records_in_answers_have_their_names_in_the_history(self):
        """Said when it is read, to those who see the record."""
        definition = [
            {
                "name": "friend",
                "type": "many2one",
                "string": "Friend",
                "comodel": "res.partner",
            }
        ]
        self.questionnaire.question_definition = QUESTIONS + definition
        self.env.flush_all()
        self._answer(friend=self.client_b.id)
        row = self._history()[0]
        self.assertNotIn("Brisa", json.dumps(row.changes))
        row = row.with_user(self.user_outsider)
        self.assertIn("Friend: Brisa Foods", row.summary)
        self.assertIn("Brisa Foods", row.details)
        # who may not see it doesn't read its name, neither here nor in the report
        self.client_b.client_restricted = True
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertNotIn("Brisa", f"{row.summary} {row.details}")
        self.assertIn(f"Friend: Contact {self.client_b.id}", row.summary)
        report = self.env["report.client_hub.report_client_history"]
        lines = report.with_user(self.user_outsider)._get_rows(self.client_a, {})
        self.assertNotIn("Brisa", str(lines))
        lines = report.with_user(self.user_admin_hub)._get_rows(self.client_a, {})
        self.assertIn("Friend: Brisa Foods", str(lines))

    def test_administrator_changes_questions_and_others_do_not(self):
        questionnaire = self.questionnaire.with_user(self.user_admin_hub)
        # as the form in Configuration sends it
        values = questionnaire.read(["sample_properties"])[0]["sample_properties"]
        values.append(
            {
                "name": "rivals",
                "type": "char",
                "string": "Competitors",
                "definition_changed": True,
            }
        )
        questionnaire.sample_properties = values
        read = self.client_a.with_user(self.user_creation).read(
            ["client_profile_properties"]
        )
        labels = [prop["string"] for prop in read[0]["client_profile_properties"]]
        self.assertEqual(labels[-1], "Competitors")
        for user in (self.user_manager, self.user_accountant, self.portal_a):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.questionnaire.with_user(user).question_definition = []
        values[-1].update(string="Rivals", definition_changed=True)
        with self.assertRaises(AccessError):
            self.client_a.with_user(
                self.user_manager
            ).client_profile_properties = values
        with self.assertRaisesRegex(UserError, "not deleted as a whole"):
            self.questionnaire.unlink()

    def test_account_manager_answers_and_creation_only_reads(self):
        self._answer()
        client = self.client_a.with_user(self.user_creation)
        self.assertEqual(
            client.client_profile_text.splitlines(),
            [
                "Audience: Beekeepers in the Alentejo",
                "Tone of voice: Warm",
                "Brand colours: Cobalt blue, Sand",
                "Dogs welcome: Yes",
            ],
        )
        with self.assertRaises(AccessError):
            client.client_profile_properties = {"tone": "d"}
        for user in (self.portal_a, self.portal_b):
            for name in ("client_profile_properties", "client_profile_text"):
                with self.subTest(user=user.login), self.assertRaises(AccessError):
                    self.client_a.with_user(user).read([name])

    def test_new_client_keeps_its_answers(self):
        client = (
            self.env["res.partner"]
            .with_user(self.user_manager)
            .create(
                {
                    "name": "Cedar",
                    "legal_name": "Cedar Ltd",
                    "is_company": True,
                    "is_client": True,
                    "client_profile_properties": {**ANSWERS, "founded": "2001-02-03"},
                }
            )
        )
        self.env.invalidate_all()
        self.assertIn("Beekeepers", client.client_profile_text)
        self.assertEqual(client.client_date_ids.name, "Founded")

    def test_client_is_found_by_any_answer(self):
        self._answer()
        self.client_b.client_profile_html = "<p>They love trains.</p>"
        self.env["client.profile.date"].create(
            {
                "client_id": self.client_b.id,
                "name": "Harvest festival",
                "date": "2026-09-01",
            }
        )
        for text, found in (
            ("beekeepers", self.client_a),
            ("warm", self.client_a),
            ("COBALT", self.client_a),
            ("Dry", self.client_a.browse()),
            ("trains", self.client_b),
            ("harvest", self.client_b),
        ):
            with self.subTest(text=text):
                self.assertEqual(self._find(text), found)

    def test_client_is_found_and_grouped_by_one_question(self):
        self._answer()
        self._answer(self.client_b, tone="d")
        Partners = self.env["res.partner"].with_user(self.user_creation)
        path = "client_profile_properties.tone"
        self.assertEqual(Partners.search([(path, "=", "d")]), self.client_b)
        groups = Partners.web_read_group(
            [("id", "in", (self.client_a | self.client_b).ids)], [path], ["__count"]
        )
        counts = {group[path]: group["__count"] for group in groups["groups"]}
        self.assertEqual(counts, {"w": 1, "d": 1})

    def test_restricted_client_is_not_found_by_its_answers(self):
        self._answer()
        self.client_a.client_restricted = True
        self.env.invalidate_all()
        self.assertFalse(self._find("beekeepers", self.user_outsider))
        self.assertFalse(self._find("beekeepers", self.user_creation))
        self.assertEqual(self._find("beekeepers", self.user_manager), self.client_a)
        with self.assertRaises(AccessError):
            self.client_a.with_user(self.user_outsider).read(["client_profile_text"])

    def test_history_tells_each_answer_by_its_question(self):
        self._answer()
        self._answer(**{**ANSWERS, "tone": "d", "audience": False})
        lines = self._history()[0].summary.splitlines()
        self.assertIn("Tone of voice: Warm → Dry", lines)
        self.assertIn("Audience: Beekeepers in the Alentejo (removed)", lines)
        self.assertFalse([line for line in lines if "colours" in line])

    def test_answer_that_is_a_record_tells_no_name(self):
        self.questionnaire.question_definition = [
            {
                "name": "rival",
                "type": "many2one",
                "string": "Competitor of ours",
                "comodel": "res.partner",
            }
        ]
        self.env.flush_all()
        self._answer(rival=self.client_b.id)
        self.assertNotIn("Brisa", self._history()[0].summary)
        self.client_b.client_restricted = True
        self.env.invalidate_all()
        read = self.client_a.with_user(self.user_outsider).read(
            ["client_profile_properties", "client_profile_text"]
        )
        self.assertNotIn("Brisa", str(read))

    def test_files_of_some_kinds_are_shown_on_the_tab(self):
        kind = self.env.ref("client_hub.client_file_kind_profile")
        self.assertTrue(kind.in_profile)
        with self.assertRaises(AccessError):
            kind.with_user(self.user_manager).in_profile = False


@tagged("post_install", "-at_install")
class TestClientProfileTour(ProfileCommon, HttpCase):
    def test_account_manager_fills_the_profile(self):
        self.env.ref("client_hub.client_file_kind_brand").in_profile = True
        self.start_tour(
            f"/odoo/res.partner/{self.client_a.id}",
            "client_hub_profile",
            login=self.user_manager.login,
        )
        self.assertIn("Audience: Night owls", self.client_a.client_profile_text)
        date = self.client_a.client_date_ids
        self.assertEqual((date.name, date.recurrence), ("Opening day", "yearly"))
        file = self.env["ir.attachment"].search(
            [("res_model", "=", "res.partner"), ("res_id", "=", self.client_a.id)]
        )
        self.assertTrue(file.client_file_kind_id.in_profile)

    def test_creation_finds_a_client_by_an_answer(self):
        self._answer()
        self.start_tour(
            "/odoo/clients", "client_hub_profile_search", login=self.user_creation.login
        )
