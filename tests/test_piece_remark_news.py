"""Whoever remarked on a piece hears of the answer, and that it is solved."""

from freezegun import freeze_time

from odoo.tests import tagged

from .common_round_up import EVENING, RoundUpCommon


@tagged("post_install", "-at_install")
class TestPieceRemarkNews(RoundUpCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time(EVENING):
            cls.piece = cls._create_sent_piece(name="Second job")
        cls.version = cls.piece.current_version_id
        cls.guest = cls.env["res.partner"].create(
            {
                "name": "Gil Guest",
                "parent_id": cls.client_a.id,
                "email": "gil.guest@azul.example",
            }
        )
        cls.remark = cls._remark(cls.contact_a)

    @classmethod
    def _remark(cls, contact, body="Larger"):
        with freeze_time(EVENING):
            return cls.version._portal_remark(contact, {"body": body})

    def _answer(self, remark=None, user=None, **values):
        """Let creation answer; return the mails of it."""
        last = max(self.env["mail.mail"].search([]).ids, default=0)
        with freeze_time(EVENING):
            self.env["client.piece.remark"].with_user(
                user or self.user_creation
            ).create(
                {
                    "parent_id": (remark or self.remark).id,
                    "body": "<b>As large</b> as it gets",
                    "is_internal": False,
                    **values,
                }
            )
        return self.env["mail.mail"].search([("id", ">", last)])

    def _mail_to(self, mails, *people):
        """Return one mail; it is to one of the people and to nobody else."""
        for person in people:
            own = mails.filtered(lambda row, who=person: row.recipient_ids == who)
            self.assertEqual(len(own), 1)
        self.assertEqual(len(mails), len(people))
        return mails[:1]

    # --- at once ---

    def test_an_answer_reaches_whoever_remarked_in_his_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        template = self.env.ref("client_hub.client_piece_mail_template_answer")
        template.with_context(lang="fr_FR").subject = "Une réponse"
        self.contact_a.lang = "fr_FR"
        mail = self._mail_to(self._answer(), self.contact_a)
        self.assertEqual(mail.subject, "Une réponse")
        self.assertEqual(mail.email_from, self.user_creation.email_formatted)
        self.assertIn(
            f"/my/pieces/{self.piece.id}#remark_{self.remark.number}", mail.body_html
        )
        self.assertIn("&lt;b&gt;As large&lt;/b&gt; as it gets", mail.body_html)
        self.assertIn("Larger", mail.body_html)

    def test_all_of_the_client_who_take_part_are_told(self):
        last = max(self.env["mail.mail"].search([]).ids, default=0)
        self.remark._portal_reply(self.colleague, "I like it as it is")
        told = self.env["mail.mail"].search(
            [("id", ">", last), ("recipient_ids", "in", self.contact_a.ids)]
        )
        self.assertEqual(told.recipient_ids, self.contact_a)
        # not from the address of another of the client's people
        self.assertNotIn(self.colleague.email, told.email_from)
        self._mail_to(self._answer(), self.contact_a, self.colleague)

    def test_an_internal_answer_reaches_nobody_until_it_is_open(self):
        self.assertFalse(self._answer(is_internal=True))
        answer = self.remark.reply_ids
        last = max(self.env["mail.mail"].search([]).ids, default=0)
        answer.with_user(self.user_creation).is_internal = False
        mails = self.env["mail.mail"].search([("id", ">", last)])
        self._mail_to(mails, self.contact_a)

    def test_who_wants_no_comments_or_sees_the_piece_no_more_gets_none(self):
        self.contact_a.client_comment_mail = "none"
        self.assertFalse(self._answer())
        self.contact_a.client_comment_mail = "now"
        self.client_a.client_portal_access = "no"
        self.assertFalse(self._answer())
        self.client_a.client_portal_access = "yes"
        self.assertTrue(self._answer())
        remark = self._remark(self.guest)
        self.assertFalse(self._answer(remark))

    def test_a_guest_gets_a_link_of_his_own(self):
        self.piece.allow_link = True
        remark = self._remark(self.guest)
        mail = self._mail_to(self._answer(remark), self.guest)
        self.assertIn("/pieces/", mail.body_html)
        self.assertNotIn("/my/pieces/", mail.body_html)
        # in work the link opens nothing: the answer comes all the same
        self.piece._portal_decide(self.version, self.contact_a, "changes", "Please")
        self.piece.with_user(self.user_traffic).action_start()
        mail = self._mail_to(self._answer(remark), self.guest)
        self.assertNotIn("/pieces/", mail.body_html)
        self.assertIn("as it gets", mail.body_html)

    # --- with the round-up ---

    def test_answers_and_what_is_solved_come_with_the_round_up(self):
        (self.contact_a | self.colleague).client_comment_mail = "daily"
        other = self._remark(self.contact_a, "Bolder")
        again = self._remark(self.contact_a, "Thinner")
        self.assertFalse(self._answer())
        with freeze_time(EVENING):
            (other | again).with_user(self.user_creation).action_resolve()
            again.with_user(self.user_creation).action_resolve()
        found = self._run()
        self.assertNotIn(self.colleague, found)
        body = found[self.contact_a].body_html
        self.assertIn(f"on remark {self.remark.number}", body)
        self.assertIn("as it gets", body)
        self.assertIn(f"Remark {other.number} is solved", body)
        # opened again meanwhile
        self.assertNotIn("Thinner", body)
        self.assertIn(f"/my/pieces/{self.piece.id}", body)
        self.assertFalse(self._get_items(self.contact_a))

    def test_what_the_client_solves_himself_is_no_news(self):
        self.remark.with_user(self.portal_a)._portal_resolve(self.contact_a, True)
        self.assertFalse(self._get_items(self.contact_a).remark_id)
        self.remark.resolved = False
        self.contact_a.client_news_mail = "none"
        self.remark.with_user(self.user_creation).action_resolve()
        self.assertFalse(self._get_items(self.contact_a).remark_id)

    def test_a_remark_of_ours_is_told_to_whom_we_ask(self):
        last = max(self.env["mail.mail"].search([]).ids, default=0)
        with freeze_time(EVENING):
            self.env["client.piece.remark"].with_user(self.user_creation).create(
                [
                    {
                        "version_id": self.version.id,
                        "body": "Is the price right?",
                        "is_internal": False,
                    },
                    {"version_id": self.version.id, "body": "They are late again"},
                ]
            )
        self.assertFalse(self.env["mail.mail"].search([("id", ">", last)]))
        body = self._run()[self.contact_a].body_html
        self.assertIn("Is the price right?", body)
        self.assertNotIn("late again", body)
