"""What the round-up collects: comments, jobs, budgets, contracts."""

from freezegun import freeze_time

from odoo.tests import tagged

from .common_round_up import EVENING, RoundUpCommon


@tagged("post_install", "-at_install")
class TestRoundUpNews(RoundUpCommon):
    # --- comments ---

    def test_daily_comments_are_not_mailed_at_once(self):
        manager = self.user_manager.partner_id
        for person, author in (
            (self.contact_a, self.user_manager),
            (manager, self.portal_a),
        ):
            with self.subTest(person=person.name):
                message = self._comment(user=author, body=f"To {person.name}")
                self.assertIn(person, message.notified_partner_ids)
                self.assertFalse(self._get_items(person))
                person.client_comment_mail = "daily"
                message = self._comment(user=author, body=f"To {person.name}")
                self.assertNotIn(person, message.notified_partner_ids)
                self.assertEqual(self._get_items(person).message_id, message)
                # by name: at once
                message = self._comment(user=author, partner_ids=person.ids)
                self.assertIn(person, message.notified_partner_ids)
        found = self._run()
        for person, other in ((self.contact_a, manager), (manager, self.contact_a)):
            self.assertIn(f"To {person.name}", found[person].body_html)
            self.assertNotIn(f"To {other.name}", found[person].body_html)

    def test_who_wants_no_comments_gets_none(self):
        (self.contact_a | self.user_manager.partner_id).client_comment_mail = "none"
        message = self._comment(user=self.user_traffic)
        self.assertFalse(
            message.notified_partner_ids
            & (self.contact_a | self.user_manager.partner_id)
        )
        self.assertFalse(self._run())

    def test_messages_read_in_odoo_are_no_mail(self):
        self.user_manager.notification_type = "inbox"
        self.user_manager.partner_id.client_comment_mail = "daily"
        message = self._comment(user=self.portal_a)
        self.assertIn(self.user_manager.partner_id, message.notified_partner_ids)
        self.assertFalse(self._get_items(self.user_manager.partner_id))

    def test_without_a_login_there_is_no_collecting(self):
        friend = self.env["res.partner"].create(
            {
                "name": "Fred Azul",
                "parent_id": self.client_a.id,
                "email": "fred@azul.example",
                "client_comment_mail": "daily",
            }
        )
        self.job.message_subscribe(friend.ids)
        self.assertIn(friend, self._comment().notified_partner_ids)

    def test_a_decision_is_asked_for_at_once(self):
        self.contact_a.client_comment_mail = "daily"
        piece = self.env["client.piece"].browse(self.job.piece_ids.id)
        self._create_version(piece)
        last = max(self.env["mail.mail"].search([]).ids, default=0)
        with freeze_time(EVENING):
            piece.with_user(self.user_traffic).action_send_to_client()
        mails = self.env["mail.mail"].search([("id", ">", last)])
        self.assertIn(self.contact_a, mails.recipient_ids)

    # --- jobs ---

    def test_a_new_status_in_the_readers_words(self):
        with freeze_time(EVENING):
            self.job.with_user(self.user_manager).action_start()
        found = self._run()
        self.assertIn("In production", found[self.contact_a].body_html)
        self.assertIn(f"/my/jobs/{self.job.id}", found[self.contact_a].body_html)
        traffic = found[self.user_traffic.partner_id].body_html
        self.assertIn(f"model=client.job&amp;res_id={self.job.id}", traffic)
        # who did it knows
        self.assertNotIn(self.user_manager.partner_id, found)

    def test_at_risk_is_our_own_matter(self):
        job = self._create_job(name="Risky job")
        with freeze_time(EVENING):
            job.action_mark_at_risk()
        self.env["client.round.up.item"].search([]).unlink()
        with freeze_time(EVENING):
            job.action_authorize()
        items = self._get_items(self.contact_a, self.user_traffic.partner_id)
        self.assertEqual(items.partner_id, self.user_traffic.partner_id)

    def test_drafts_and_jobs_that_wait_for_the_client(self):
        with freeze_time(EVENING):
            draft = self.env["client.job"]._portal_save(
                self.contact_a, {"title": "Half a request"}
            )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE client_job SET write_date = %s WHERE id = %s", [EVENING, draft.id]
        )
        self.env.invalidate_all()
        found = self._run()
        self.assertEqual(list(found), [self.contact_a])
        self.assertIn("Half a request", found[self.contact_a].body_html)

    def test_changes_go_back_to_traffic(self):
        with freeze_time(EVENING):
            piece = self._create_sent_piece(name="Second job")
            piece._portal_decide(
                piece.current_version_id, self.contact_a, "changes", "Larger logo"
            )
        self.env["mail.activity"].search([]).unlink()
        self.env["client.round.up.item"].search([]).unlink()
        found = self._run()
        self.assertEqual(list(found), [self.user_traffic.partner_id])
        self.assertIn(
            "Came back with changes",
            found[self.user_traffic.partner_id].body_html,
        )

    def test_to_dos_of_a_colleague(self):
        self.job.activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline="2027-03-02",
            summary="Call Paula",
            user_id=self.user_traffic.id,
        )
        self.job.activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline="2027-03-05",
            summary="Call her again",
            user_id=self.user_traffic.id,
        )
        body = self._run()[self.user_traffic.partner_id].body_html
        self.assertIn("Call Paula", body)
        self.assertNotIn("Call her again", body)

    # --- budgets ---

    def test_a_threshold_and_who_sees_it(self):
        self.client_a.client_budget_portal = "yes"
        self.budget.is_portal_visible = True
        self.portal_colleague.partner_id.portal_scope = "own"
        with freeze_time(EVENING):
            job = self._create_job(
                name="Big job", budget_id=self.budget.id, budget_amount=900
            )
            job.action_authorize()
        self.assertTrue(self.budget.threshold_ids.filtered("reached_date"))
        self.env["mail.activity"].search([]).unlink()
        found = self._run()
        for person in (self.contact_a, self.budget.manager_id.partner_id):
            with self.subTest(person=person.name):
                self.assertIn("90 % used", found[person].body_html)
        # sees own requests only, and no budgets
        self.assertNotIn(self.colleague, found)

    def test_a_question_about_a_budget(self):
        self.client_a.client_budget_portal = "yes"
        self.budget.write({"is_portal_visible": True, "needs_consent": True})
        self.budget.approver_contact_id = self.contact_a
        with freeze_time(EVENING):
            revision = (
                self.env["client.budget.revision"]
                .with_user(self.user_manager)
                .create(
                    {
                        "budget_id": self.budget.id,
                        "amount": 1500,
                        "reason": "Two more weeks",
                    }
                )
            )
        self.assertEqual(revision.state, "waiting")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE client_budget_revision SET create_date = %s", [EVENING]
        )
        self.env.invalidate_all()
        found = self._run()
        self.assertEqual(list(found), [self.contact_a])
        url = f"/my/budgets/{self.budget.id}#questions"
        self.assertIn(url, found[self.contact_a].body_html)
        self.client_a.client_budget_portal = "no"
        self.assertNotIn(self.contact_a, self._run("2027-03-04 08:30:00"))
