"""Everybody reads in his own language, whoever acts in whichever."""

from odoo.tests import tagged
from odoo.tools.translate import code_translations

from .common_signature import SignatureCommon
from .test_piece_approvers import ApproverCommon

STAFF, CLIENT = "pt_BR", "fr_FR"


@tagged("post_install", "-at_install")
class TestLanguages(ApproverCommon, SignatureCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for code in (STAFF, CLIENT):
            cls.env["res.lang"]._activate_lang(code)
        (cls.user_manager | cls.user_traffic | cls.user_creation).lang = STAFF
        (cls.client_a | cls.contact_a).lang = CLIENT
        cls.client_a.client_budget_portal = "yes"
        # who asks writes in a third one
        cls.job = cls.env["client.job"].with_context(lang="en_US")
        cls.piece = cls.piece.with_context(lang="en_US")

    def _word(self, source, lang=STAFF):
        """Return the beginning of a text of the code in a language."""
        words = code_translations.get_python_translations("client_hub", lang)
        self.assertNotEqual(words[source], source)
        return words[source].split("%")[0].strip()

    def _translate(self, template, subject, sentence):
        """Write the text of a template in the client's language, as an editor does."""
        self.env.ref(f"client_hub.{template}").with_context(lang=CLIENT).write(
            {"subject": subject, "body_html": f"<p>{sentence}</p>"}
        )

    def _last(self, document, **values):
        domain = [("model", "=", document._name), ("res_id", "=", document.id)]
        domain += [(name, "=", value) for name, value in values.items()]
        return self.env["mail.message"].search(domain, limit=1)

    def _todo(self, document):
        return document.activity_ids.filtered(
            lambda row: row.user_id in (self.user_manager | self.user_traffic)
        ).sorted("id")[-1:]

    # --- requests ---

    def test_a_request_is_told_in_the_account_managers_language(self):
        job = self._create_request(
            client_id=str(self.client_a.id), deadline="2031-03-27"
        )
        self.assertEqual(
            self._todo(job).summary, self._word("New request: authorise or refuse it")
        )
        notice = self._last(job, message_type="user_notification")
        self.assertEqual(notice.notified_partner_ids, self.user_manager.partner_id)
        self.assertIn(self._word("New request: %(job)s"), notice.subject)
        self.assertIn(self._word("Wanted by %(date)s."), notice.body)
        # as the reader writes a day
        self.assertIn("27/03/2031", notice.body)

    def test_the_answer_to_a_request_is_in_the_requesters_language(self):
        for name, step in (
            ("authorized", lambda job: job.action_authorize()),
            (
                "refused",
                lambda job: job.write(
                    {"refusal_reason": "Too late", "state": "refused"}
                ),
            ),
        ):
            self._translate(
                f"client_job_mail_template_{name}",
                "{{ object.name }} en bref",
                "Bonjour de l'agence",
            )
            job = self._create_request().with_user(self.user_manager)
            step(job.with_context(lang="en_US"))
            message = self._last(job, message_type="comment")
            with self.subTest(name):
                self.assertEqual(message.subject, "A request en bref")
                self.assertIn("Bonjour de l'agence", message.body)
                self.assertIn(self.contact_a, message.notified_partner_ids)
                self.assertEqual(message.author_id, self.user_manager.partner_id)
                self.assertTrue(message.with_user(self.portal_a).has_access("read"))

    def test_the_texts_as_they_come(self):
        self.contact_a.lang = "en_US"
        job = self._create_request().with_user(self.user_manager)
        job.action_authorize()
        self.assertIn("we start working on it", self._last(job).body)
        job = self._create_request(title="Another").with_user(self.user_manager)
        job.write({"refusal_reason": "Too late\nthis year", "state": "refused"})
        body = self._last(job, message_type="comment").body
        self.assertIn("Too late\nthis year", body)
        self.assertIn(self.contact_a.name, body)

    def test_a_reminder_of_a_job_on_hold(self):
        job = self._create_request().with_user(self.user_traffic)
        job.with_user(self.user_manager).action_authorize()
        job = job.with_context(lang="en_US")
        job.hold_until = "2031-03-27"
        job._remind_of_hold()
        self.assertEqual(
            job.sudo().hold_activity_id.summary,
            self._word("On hold until today: go on with the job?"),
        )

    # --- pieces ---

    def test_a_decision_is_told_to_each_in_his_language(self):
        self._send()
        self._decide(self.contact_a, "changes", "Plus grand")
        label = dict(
            self.env["client.piece.decision"]
            .with_context(lang=CLIENT)
            .fields_get(["decision"])["decision"]["selection"]
        )["changes"]
        comment = self._last(self.piece, message_type="comment")
        self.assertIn(
            code_translations.get_python_translations("client_hub", CLIENT)[
                "%(person)s: %(decision)s, version %(number)s."
            ]
            % {"person": self.contact_a.name, "decision": label, "number": 1},
            comment.body.replace("&nbsp;", "\xa0"),
        )
        notice = self._last(self.piece, message_type="user_notification")
        label = dict(
            self.env["client.piece.decision"]
            .with_context(lang=STAFF)
            .fields_get(["decision"])["decision"]["selection"]
        )["changes"]
        self.assertIn(label, notice.subject)
        self.assertIn(label, notice.body)
        self.assertEqual(
            self._todo(self.piece).summary, self._word("Changes requested: assign them")
        )

    def test_an_answer_to_a_remark(self):
        version = self._send()
        self._decide(
            self.contact_a, "changes", remarks=[{"target": "whole", "body": "Larger"}]
        )
        remark = version.remark_ids
        remark.with_context(lang="en_US")._portal_reply(self.contact_a, "Or smaller")
        notice = self._last(self.piece, message_type="user_notification")
        words = code_translations.get_python_translations("client_hub", STAFF)
        self.assertEqual(
            notice.subject,
            words["%(piece)s: answer to remark %(number)s"]
            % {"piece": self.piece.display_name, "number": remark.number},
        )

    def test_a_further_round(self):
        self.piece.write({"rounds_agreed": 0, "round_price": 150})
        self._send()
        self._decide(self.contact_a, "changes", agreed_price="150")
        summaries = self.piece.activity_ids.mapped("summary")
        self.assertIn(self._word("Bill the further round of changes"), summaries)
        contract = self._create_contract()
        self.piece.with_user(self.user_manager).action_bill_rounds()
        entry = contract.entry_ids.filtered("piece_decision_id")
        # the client reads it on the invoice, colleagues why it is there
        self.assertIn(self._word("Further round of changes: %s", CLIENT), entry.name)
        words = code_translations.get_python_translations("client_hub", STAFF)
        reason = words["%(piece)s: further round of changes"]
        self.assertEqual(
            entry.decision_reason, reason % {"piece": self.piece.display_name}
        )

    # --- budgets ---

    def test_a_question_about_a_budget_and_its_answer(self):
        self._translate(
            "client_budget_mail_template_question",
            "Une question : {{ object.name }}",
            "<t t-out=\"ctx.get('client_budget_question')\"/>",
        )
        self.budget.needs_consent = True
        budget = self.budget.with_context(lang="en_US")
        revision = budget._revise(1500, "Un film")
        message = self._last(budget, message_type="user_notification")
        self.assertEqual(message.subject, "Une question : Spring")
        self.assertIn(
            self._word(
                "Change the budget “%(budget)s” from %(before)s to %(after)s? Reason: "
                "%(reason)s",
                CLIENT,
            ),
            message.body,
        )
        revision.sudo()._answer("approved", self.contact_a)
        todo = self._todo(budget)
        self.assertEqual(todo.summary, self._word("The client has answered"))
        words = dict(
            revision.with_context(lang=STAFF).fields_get(["state"])["state"][
                "selection"
            ]
        )
        self.assertIn(words["approved"], str(todo.note))
        self.assertNotIn("answered", str(todo.note))

    def test_a_budget_that_is_exceeded_or_nearly_used(self):
        asks = self._create_budget(name="Ask", policy="ask")
        job = self._create_job(budget_id=asks.id, budget_amount=1400)
        job.write({"state": "requested"})
        (job.with_context(lang="en_US"))._warn_budget(
            asks, asks.with_context(lang="en_US")._check_left(1400)
        )
        todo = self._todo(job)
        self.assertEqual(
            todo.summary, self._word("Budget exceeded: may this job go on?")
        )
        source = "The budget “%(name)s” has %(left)s left, and %(amount)s is asked for."
        self.assertIn(self._word(source), str(todo.note))
        asks.sudo().with_context(lang="en_US")._tell_threshold(80)
        self.assertEqual(
            self._todo(asks).summary,
            code_translations.get_python_translations("client_hub", STAFF)[
                "%(rate)s %% of the budget used"
            ]
            % {"rate": asks._format_rate(asks.used_rate)},
        )

    def test_names_follow_whoever_reads(self):
        """Two people read the same record in one transaction, each in his language."""
        budget = self._create_budget(name="Names").with_context(show_budget_left=True)
        self.piece.approver_ids = [(0, 0, {"partner_id": self.contact_a.id})]
        self.question.write({"condition_question_id": False})
        for record, name in (
            (budget, "display_name"),
            (self.piece, "approval_progress"),
            (self.piece, "clock_bar"),
            (self._create_version(self.piece), "display_name"),
            (self.question, "condition_display"),
        ):
            with self.subTest(record=record, name=name):
                english = record.with_context(lang="en_US")[name]
                self.assertTrue(english)
                self.assertNotEqual(record.with_context(lang=STAFF)[name], english)

    def test_a_budget_that_only_shows_what_is_left(self):
        budget = self._create_budget(name="Tell", policy="tell")
        job = self._create_job(budget_id=budget.id, budget_amount=1400)
        job.action_authorize()
        self.assertEqual(budget.amount_left, -400)
        self.assertFalse(job.activity_ids.filtered(lambda row: "Tell" in str(row.note)))
        self.assertFalse(
            self._last(job).filtered(lambda message: "Tell" in message.body)
        )

    # --- contracts ---

    def _words(self, lang=STAFF):
        return code_translations.get_python_translations("client_hub", lang)

    def _visit(self, record):
        """Return a record as the portal's pages write on it for Paula."""
        return record.with_user(self.portal_a).sudo().with_context(lang=CLIENT)

    def test_a_question_about_amounts_to_bill(self):
        contract = self._create_contract()
        self._visit(contract)._portal_ask_about_entries([], "Pourquoi ?")
        self.assertEqual(
            self._todo(contract).summary,
            self._words()["%s asks about amounts to bill"] % self.contact_a.name,
        )
        # what she said is her own
        self.assertIn("Pourquoi", self._last(contract, message_type="comment").body)

    def test_answers_to_a_request_for_a_signature(self):
        name = self.contact_a.name
        row = self._visit(self._request())
        row._refuse("Trop cher")
        summary = self._words()["%s doesn't sign."] % name
        self.assertEqual(self._todo(self.contract).summary, summary)
        summary = self._words(CLIENT)["%s doesn't sign."] % name
        message = self._last(self.contract, message_type="comment")
        self.assertIn(summary, str(message.body).replace("&nbsp;", "\xa0"))
        self._request().with_context(lang="en_US")._expire()
        summary = self._words()["%s didn't sign in time"] % name
        self.assertEqual(self._todo(self.contract).summary, summary)
        self._sign(self._request().with_context(lang=CLIENT))
        summary = self._words()["%s signed: start the contract"] % name
        self.assertEqual(self._todo(self.contract).summary, summary)
        note = self._words()["Signed on the portal"]
        self.assertEqual(self.contract.approval_note, note)

    def test_one_text_for_each_language(self):
        """What was read in one language is not told in it to all others."""
        contract = self._create_contract()
        entry = contract.entry_ids.sorted("date_due")[0]
        for name in ("period", "display_name", "derivation_text", "comparison_text"):
            texts = {entry.with_context(lang=lang)[name] for lang in (STAFF, "en_US")}
            self.assertEqual(len(texts), 2, texts)

    def test_the_problem_of_a_price_adjustment(self):
        """Told to whoever looks, whoever computed it."""
        index = self.env["client.price.index"].create(
            {"name": "Prices", "code": "IPCA-T", "kind": "rate"}
        )
        contract = self._create_contract(
            adjustment_rule="index", adjustment_index_id=index.id
        )
        proposal = contract.with_context(lang=CLIENT)._propose_adjustments()
        for lang in (STAFF, CLIENT, "en_US"):
            source = "No value of %(index)s for %(month)s."
            text = self._words(lang).get(source, source).split("%(month)")[0]
            self.assertIn(
                text % {"index": "IPCA-T"}, proposal.with_context(lang=lang).problem
            )
        self.assertIn(
            proposal,
            proposal.search(
                [("problem_code", "!=", False), ("contract_id", "=", contract.id)]
            ),
        )
