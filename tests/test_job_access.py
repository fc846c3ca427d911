"""Who reads and writes budgets, jobs and pieces; no note reaches a portal user."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_job import ClientJobCommon

SECRET = "Zebrafish"


@tagged("post_install", "-at_install")
class TestJobAccess(ClientJobCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.piece = cls._create_sent_piece(budget_id=cls.budget.id, budget_amount=400)
        cls.job = cls.piece.job_id
        cls.version = cls.piece.current_version_id
        cls.internal_remark = (
            cls.env["client.piece.remark"]
            .with_user(cls.user_creation)
            .create({"version_id": cls.version.id, "body": SECRET})
        )
        cls.decision = cls.piece._portal_decide(
            cls.version, cls.contact_a, "changes", "Please", [{"body": "Here"}]
        )
        cls.client_remark = cls.piece.remark_ids - cls.internal_remark
        cls.unsent = cls._create_version(cls.piece, body_text=SECRET)
        cls.request = cls._create_request()
        cls.draft = cls.env["client.job"]._portal_save(
            cls.contact_a, {"title": "Draft of Paula", "template_id": cls.template.id}
        )
        cls.internal_draft = cls._create_job(name="Internal draft")
        cls.contact_own, cls.portal_own = cls._create_contact(
            cls.client_a, "Olga Azul", portal_scope="own"
        )
        cls.contact_all, cls.portal_all = cls._create_contact(
            cls.client_a, "Pia Azul", portal_scope="client"
        )

    def _assert_access(self, record, expected):
        for user, rights in expected.items():
            for operation, allowed in zip(("read", "write"), rights, strict=True):
                with self.subTest(
                    model=record._name, user=user.login, operation=operation
                ):
                    self.env.invalidate_all()
                    self.assertEqual(
                        record.with_user(user).has_access(operation), allowed
                    )

    def test_history_tells_creation_no_money(self):
        self.env.flush_all()
        self.env.cr.precommit.run()
        domain = [("client_id", "=", self.client_a.id)]
        seen = {
            user: self.env["client.history"].with_user(user).search(domain)
            for user in (self.user_creation, self.user_manager, self.user_accountant)
        }
        self.assertIn("job", seen[self.user_creation].mapped("kind"))
        self.assertNotIn("budget", seen[self.user_creation].mapped("kind"))
        self.assertNotIn("400.00", str(seen[self.user_creation].mapped("changes")))
        for user in (self.user_manager, self.user_accountant):
            with self.subTest(user=user.login):
                self.assertIn("budget", seen[user].mapped("kind"))
                self.assertIn("400.00", str(seen[user].mapped("changes")))

    def test_accountant_reads_the_figures_of_the_smart_buttons(self):
        partner = self.client_a.with_user(self.user_accountant)
        arch = partner.get_view(view_type="form")["arch"]
        for name in ("client_budget_count", "client_contract_count"):
            with self.subTest(field=name):
                self.assertIn(f'<field name="{name}"', arch)
                self.assertIsInstance(partner[name], int)

    def test_job_per_role(self):
        self._assert_access(
            self.job,
            {
                self.user_creation: (True, False),
                self.user_traffic: (True, True),
                self.user_manager: (True, True),
                self.user_admin_hub: (True, True),
                self.user_accountant: (True, False),
                self.portal_a: (True, False),
                self.portal_all: (True, False),
                self.portal_own: (False, False),
                self.portal_b: (False, False),
            },
        )

    def test_piece_and_its_rows_per_role(self):
        roles = {
            self.user_accountant: (True, False),
            self.portal_a: (True, False),
            self.portal_all: (True, False),
            self.portal_own: (False, False),
            self.portal_b: (False, False),
        }
        work = {self.user_creation: (True, True), self.user_manager: (True, True)}
        read = {self.user_creation: (True, False), self.user_manager: (True, False)}
        self._assert_access(self.piece, {**work, **roles})
        self._assert_access(self.version, {**work, **roles})
        self._assert_access(self.client_remark, {**work, **roles})
        self._assert_access(self.decision, {**read, **roles})
        self._assert_access(
            self.job.answer_ids[0], {self.user_creation: (True, False), **roles}
        )

    def test_portal_never_reads_what_is_internal(self):
        nothing = {
            self.portal_a: (False, False),
            self.portal_all: (False, False),
            self.portal_b: (False, False),
        }
        for record in (
            self.unsent,
            self.internal_remark,
            self.internal_draft,
            self.budget,
            self.budget.move_ids[0],
            self.template,
        ):
            self._assert_access(record, nothing)

    def test_budget_per_role(self):
        self._assert_access(
            self.budget,
            {
                self.user_creation: (False, False),
                self.user_traffic: (True, False),
                self.user_manager: (True, True),
                self.user_accountant: (True, False),
            },
        )

    def test_draft_of_a_contact_is_its_own(self):
        self._assert_access(
            self.draft,
            {
                self.portal_a: (True, False),
                self.portal_all: (False, False),
                self.portal_own: (False, False),
                self.portal_b: (False, False),
            },
        )

    def test_fields_kept_from_portal_and_creation(self):
        job = self.job.with_user(self.portal_a)
        for name in (
            "budget_id",
            "budget_amount",
            "assistant_ids",
            "traffic_user_id",
            "task_ids",
            "project_id",
            "is_at_risk",
            "released_by_id",
            "client_wall_id",
            "access_token",
        ):
            with self.subTest(field=name), self.assertRaises(AccessError):
                job.read([name])
        piece = self.piece.with_user(self.portal_a)
        for name in ("assigned_user_id", "description", "task_ids", "access_token"):
            with self.subTest(field=name), self.assertRaises(AccessError):
                piece.read([name])
        with self.assertRaises(AccessError):
            self.job.with_user(self.user_creation).read(["budget_amount"])
        self.assertTrue(job.read(["name", "portal_state", "progress", "briefing"]))

    def test_portal_calls_no_button(self):
        for record, names in (
            (
                self.job,
                (
                    "action_authorize",
                    "action_mark_at_risk",
                    "action_cancel",
                    "action_refuse",
                    "action_reopen",
                ),
            ),
            (self.piece, ("action_start", "action_cancel", "action_send_to_client")),
        ):
            for name in names:
                with self.subTest(method=name), self.assertRaises(AccessError):
                    getattr(record.with_user(self.portal_a), name)()

    def test_links_carry_no_token(self):
        for record in (self.job, self.piece):
            for user in (self.portal_a, self.user_manager):
                as_user = record.with_user(user)
                self.assertNotIn("token", as_user.get_portal_url())
                self.assertNotIn("token", as_user._get_share_url())
            self.assertFalse(record.sudo().access_token)

    # --- notes ---

    def _notes(self):
        """Return internal messages of every kind on the piece and the job."""
        messages = self.env["mail.message"]
        for record in (self.job, self.piece):
            staff = record.with_user(self.user_manager)
            messages |= staff.message_post(
                body=SECRET, message_type="comment", subtype_xmlid="mail.mt_note"
            )
            messages |= staff.message_post(body=SECRET)
            messages |= staff.message_post(
                body=SECRET,
                message_type="comment",
                subtype_xmlid="mail.mt_note",
                partner_ids=self.contact_a.ids,
            )
            messages |= record.sudo()._message_log(body=SECRET)
            messages |= staff.message_post(
                body=SECRET, subtype_xmlid="mail.mt_comment", is_internal=True
            )
            activity = staff.activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=self.user_manager.id,
                note=SECRET,
            )
            activity.action_feedback(feedback=SECRET)
            messages |= record.sudo().message_ids[0]
        return messages

    def test_no_note_is_readable_by_a_portal_user_by_any_route(self):
        notes = self._notes()
        self.env.flush_all()
        for user in (self.portal_a, self.portal_all, self.portal_b):
            self.env.invalidate_all()
            messages = self.env["mail.message"].with_user(user)
            for note in notes.ids:
                with self.subTest(user=user.login, note=note):
                    message = messages.browse(note)
                    self.assertFalse(message.has_access("read"))
                    with self.assertRaises(AccessError):
                        message.read(["body"])
                    with self.assertRaises(AccessError):
                        message.web_read({"body": {}, "tracking_value_ids": {}})
            secret = [("body", "ilike", SECRET)]
            self.assertFalse(messages.search(secret))
            self.assertFalse(messages.search_count(secret))
            self.assertFalse(messages.search_read(secret, ["body"]))
            self.assertFalse(
                messages.formatted_read_group(secret, ["model"], ["__count"])
            )
            for record in (self.job, self.piece):
                if not record.with_user(user).has_access("read"):
                    continue
                thread = record.with_user(user)
                for name in ("message_ids", "website_message_ids"):
                    self.env.invalidate_all()
                    bodies = "".join(thread[name].mapped("body"))
                    self.assertNotIn(SECRET, bodies)

    def test_no_note_is_sent_to_a_portal_user(self):
        self.job.message_subscribe(self.contact_a.ids)
        self.piece.message_subscribe(self.contact_a.ids)
        notes = self._notes()
        people = (self.contact_a | self.contact_all).ids
        self.assertFalse(
            self.env["mail.notification"].search(
                [
                    ("mail_message_id", "in", notes.ids),
                    ("res_partner_id", "in", people),
                ]
            )
        )
        mails = self.env["mail.mail"].search([("body_html", "ilike", SECRET)])
        self.assertFalse(mails.recipient_ids & (self.contact_a | self.contact_all))

    def test_comments_reach_the_client(self):
        message = self.piece.with_user(self.user_manager).message_post(
            body="Hello Paula",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self.assertIn(self.contact_a, message.notified_partner_ids)
        self.env.invalidate_all()
        seen = self.env["mail.message"].with_user(self.portal_a).browse(message.id)
        self.assertIn("Hello Paula", seen.body)

    def test_portal_user_writes_comments(self):
        message = self.job.with_user(self.portal_a).message_post(
            body="A word", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertEqual(message.author_id, self.contact_a)
        with self.assertRaises(AccessError):
            self.job.with_user(self.portal_b).message_post(body="A word")

    # --- restricted clients ---

    def test_wall_hides_jobs_pieces_budgets_and_tasks(self):
        self.client_a.client_restricted = True
        records = (
            self.job,
            self.piece,
            self.version,
            self.decision,
            self.client_remark,
            self.budget,
            self.job.task_ids[0],
            self.job.project_id,
        )
        for record in records:
            with self.subTest(model=record._name):
                self.env.invalidate_all()
                self.assertFalse(
                    record.with_user(self.user_outsider).has_access("read")
                )
                self.assertTrue(record.with_user(self.user_manager).has_access("read"))
        self.assertTrue(self.job.with_user(self.user_accountant).has_access("read"))

    def test_assignment_opens_and_closes_the_wall_at_once(self):
        self.client_a.client_restricted = True
        user = self._create_user("hub_newcomer", "client_hub.group_user")
        job = self.job.with_user(user)
        self.assertFalse(job.has_access("read"))
        self.piece.with_user(self.user_traffic).sudo().assigned_user_id = user
        self.env.invalidate_all()
        self.assertTrue(job.has_access("read"))
        member = self.client_a.client_wall_id.member_ids.filtered(
            lambda row: row.user_id == user and not row.until
        )
        self.assertEqual(set(member.mapped("reason")), {"piece", "task"})
        self.piece.sudo().assigned_user_id = False
        self.piece.sudo().task_ids.user_ids = False
        self.env.invalidate_all()
        self.assertFalse(job.has_access("read"))

    def test_people_of_the_job_see_the_client(self):
        self.client_a.client_restricted = True
        user = self._create_user("hub_helper", "client_hub.group_user")
        self.job.assistant_ids |= user
        self.env.invalidate_all()
        self.assertTrue(self.client_a.with_user(user).has_access("read"))

    # --- history ---

    def test_what_happened_is_in_the_history(self):
        self.env.cr.flush()
        rows = self.env["client.history"].search([("client_id", "=", self.client_a.id)])
        kinds = set(rows.mapped("kind"))
        self.assertLessEqual({"budget", "job", "piece", "decision"}, kinds)
