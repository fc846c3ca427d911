"""Pieces: versions, the way to the client, decisions."""

import hashlib

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common_job import PIXEL, ClientJobCommon


@tagged("post_install", "-at_install")
class TestPiece(ClientJobCommon):
    def _decide(self, piece, decision="approved", comment="", remarks=(), version=None):
        return piece._portal_decide(
            version or piece.current_version_id,
            self.contact_a,
            decision,
            comment,
            remarks,
        )

    # --- work ---

    def test_no_work_before_the_job_is_authorised(self):
        piece = self._create_job().piece_ids
        with self.assertRaisesRegex(UserError, "not authorised"):
            piece.with_user(self.user_creation).action_start()
        with self.assertRaisesRegex(UserError, "not authorised"):
            self._create_version(piece)

    def test_first_version_starts_piece_and_job(self):
        job = self._create_job()
        job.action_authorize()
        self._create_version(job.piece_ids)
        self.assertEqual(job.piece_ids.state, "in_progress")
        self.assertEqual(job.state, "in_production")

    def test_only_traffic_assigns(self):
        job = self._create_job()
        job.action_authorize()
        piece = job.piece_ids
        with self.assertRaises(AccessError):
            piece.with_user(self.user_creation).assigned_user_id = self.user_creation
        piece.with_user(self.user_traffic).assigned_user_id = self.user_creation
        self.assertEqual(piece.task_ids.user_ids, self.user_creation)

    def test_a_decision_is_no_state_to_set_by_hand(self):
        piece = self._create_sent_piece()
        for state in ("approved", "changes_requested", "refused"):
            with self.subTest(state=state), self.assertRaises(AccessError):
                piece.with_user(self.user_admin_hub).write({"state": state})

    # --- versions ---

    def test_versions_are_numbered_by_piece(self):
        piece = self._create_sent_piece()
        second = self._create_version(piece)
        self.assertEqual(second.number, 2)
        self.assertEqual(piece.current_version_id.number, 1)

    def test_sent_version_and_its_files_are_fixed(self):
        piece = self._create_sent_piece()
        version = piece.current_version_id
        file = version.attachment_ids
        self.assertTrue(version.locked)
        for values in (
            {"body_text": "Other"},
            {"attachment_ids": [(5, 0, 0)]},
            {"note_to_client": "Other"},
        ):
            with self.subTest(values=values), self.assertRaises(UserError):
                version.with_user(self.user_creation).write(values)
        with self.assertRaises(UserError):
            version.with_user(self.user_creation).unlink()
        for user in (self.user_creation, self.user_admin_hub):
            with self.subTest(user=user.login):
                with self.assertRaises(UserError):
                    file.with_user(user).write({"raw": b"other"})
                with self.assertRaises(UserError):
                    file.with_user(user).unlink()

    def test_unsent_version_locks_when_a_newer_one_goes_out(self):
        piece = self._create_sent_piece()
        second = self._create_version(piece)
        self._create_version(piece)
        self.assertFalse(second.locked)
        piece.with_user(self.user_traffic).action_send_to_client()
        self.assertTrue(second.locked)
        self.assertEqual(piece.current_version_id.number, 3)

    def test_nobody_marks_a_version_as_sent(self):
        piece = self._create_sent_piece()
        with self.assertRaises(AccessError):
            self._create_version(piece, sent_date="2026-01-01 00:00:00")
        version = self._create_version(piece)
        with self.assertRaises(AccessError):
            version.write({"sent_date": "2026-01-01 00:00:00"})

    def test_version_takes_no_file_that_its_author_may_not_read(self):
        secret = self.env["ir.attachment"].create(
            {
                "name": "secret.txt",
                "raw": b"secret",
                "res_model": "res.company",
                "res_id": self.company.id,
                "res_field": False,
            }
        )
        foreign = self._create_file(user=self.user_manager)
        job = self._create_job()
        job.action_authorize()
        for file in (secret, foreign):
            if file == secret and file.with_user(self.user_creation).has_access("read"):
                continue
            with self.subTest(file=file.name), self.assertRaises(AccessError):
                self._create_version(job.piece_ids, attachment_ids=[(6, 0, file.ids)])

    def test_file_of_another_document_is_copied_not_moved(self):
        job = self._create_job()
        job.action_authorize()
        source = self.env["ir.attachment"].create(
            {"name": "a.png", "raw": PIXEL, "res_model": job._name, "res_id": job.id}
        )
        version = self._create_version(
            job.piece_ids, attachment_ids=[(6, 0, source.ids)]
        )
        self.assertEqual(source.res_model, "client.job")
        self.assertNotEqual(version.attachment_ids, source)
        self.assertEqual(version.attachment_ids.res_id, version.id)

    # --- sending ---

    def test_sending_mails_the_requester_and_takes_fingerprints(self):
        piece = self._create_sent_piece()
        version = piece.current_version_id
        self.assertEqual(piece.state, "awaiting_approval")
        self.assertEqual(piece.job_id.state, "awaiting_approval")
        self.assertEqual(version.sent_by_id, self.user_traffic)
        sums = {row["name"]: row["sha256"] for row in version.fingerprints}
        self.assertEqual(sums["banner.png"], hashlib.sha256(PIXEL).hexdigest())
        message = piece.message_ids.filtered(
            lambda message: self.contact_a in message.notified_partner_ids
        )
        self.assertEqual(len(message), 1)
        self.assertEqual(message.author_id, self.user_traffic.partner_id)
        mail = self.env["mail.mail"].search(
            [
                ("mail_message_id", "=", message.id),
                ("recipient_ids", "in", self.contact_a.ids),
            ]
        )
        self.assertIn(f"/my/pieces/{piece.id}", mail.body_html)
        # the letter's way to the page would stand on the page itself
        self.assertNotIn("<a", message.body)
        self.assertIn("Version 1 was sent", message.body)

    def test_what_can_not_be_sent(self):
        job = self._create_job()
        job.action_authorize()
        piece = job.piece_ids.with_user(self.user_traffic)
        with self.assertRaisesRegex(UserError, "no version"):
            piece.action_send_to_client()
        version = self._create_version(piece, body_text=" ")
        with self.assertRaisesRegex(UserError, "empty"):
            piece.action_send_to_client()
        version.body_text = "Now"
        self.contact_a.email = False
        with self.assertRaisesRegex(UserError, "e-mail"):
            piece.action_send_to_client()
        self.contact_a.email = "paula@azul.example"
        piece.action_send_to_client()
        with self.assertRaises(UserError):
            piece.action_send_to_client()

    def test_creation_does_not_send(self):
        job = self._create_job()
        job.action_authorize()
        self._create_version(job.piece_ids)
        with self.assertRaises(AccessError):
            job.piece_ids.with_user(self.user_creation).action_send_to_client()

    # --- decisions ---

    def test_change_request_goes_to_traffic(self):
        piece = self._create_sent_piece()
        row = self._decide(
            piece,
            "changes",
            "Bigger logo",
            [
                {
                    "target": "layout",
                    "body": "Here",
                    "page": "1",
                    "x": "0.5",
                    "y": 0.25,
                },
                {"target": "text", "body": "Typo", "text_start": 0, "text_end": 5},
            ],
        )
        self.assertEqual(piece.state, "changes_requested")
        self.assertEqual(piece.job_id.state, "in_production")
        self.assertEqual(piece.rounds, 1)
        self.assertEqual(piece.activity_ids.user_id, self.user_traffic)
        self.assertEqual(set(piece.task_ids.mapped("state")), {"02_changes_requested"})
        self.assertEqual(row.author_id, self.contact_a)
        self.assertEqual(sorted(piece.remark_ids.mapped("body")), ["Here", "Typo"])
        self.assertEqual(set(piece.remark_ids.mapped("is_internal")), {False})
        told = self.env["mail.message"].search(
            [
                ("model", "=", piece._name),
                ("res_id", "=", piece.id),
                ("message_type", "=", "user_notification"),
                ("partner_ids", "in", self.user_manager.partner_id.ids),
            ]
        )
        self.assertTrue(told)

    def test_second_version_is_approved(self):
        piece = self._create_sent_piece()
        self._decide(piece, "changes", "Bigger logo")
        self._create_version(piece)
        self.assertEqual(piece.state, "in_progress")
        self.assertFalse(piece.activity_ids)
        piece.with_user(self.user_traffic).action_send_to_client()
        self._decide(piece)
        self.assertEqual(piece.state, "approved")
        job = piece.job_id
        # the headline, a task of the template, is still to do
        self.assertEqual(job.state, "in_production")
        (job.task_ids - piece.task_ids).state = "1_done"
        self.assertEqual(job.state, "done")
        self.assertEqual(set(piece.task_ids.mapped("state")), {"1_done"})

    def test_only_account_managers_take_back_what_the_client_decided(self):
        for decision in ("approved", "refused"):
            with self.subTest(decision):
                piece = self._create_sent_piece()
                self._decide(piece, decision, "So be it")
                for user in (self.user_creation, self.user_traffic):
                    with self.assertRaisesRegex(AccessError, "account managers"):
                        piece.with_user(user).action_start()
                self.assertEqual(piece.state, decision)
                piece.with_user(self.user_manager).action_start()
                self.assertEqual(piece.state, "in_progress")

    def test_job_waits_for_the_last_piece(self):
        self.template.task_ids.unlink()
        job = self._create_job()
        job.action_authorize()
        first = job.piece_ids
        second = self.env["client.piece"].create(
            {"job_id": job.id, "name": "Second", "type_id": self.type_text.id}
        )
        self._create_version(first)
        first.with_user(self.user_traffic).action_send_to_client()
        self.assertEqual(job.state, "in_production")
        self._decide(first.sudo())
        self.assertEqual(job.state, "in_production")
        second.with_user(self.user_manager).action_cancel()
        job.invalidate_recordset()
        self.assertEqual(job.state, "done")

    def test_decision_is_for_the_version_that_was_shown(self):
        piece = self._create_sent_piece()
        old = piece.current_version_id
        self._decide(piece, "changes", "Again")
        self._create_version(piece)
        piece.with_user(self.user_traffic).action_send_to_client()
        with self.assertRaisesRegex(UserError, "replaced by version 2"):
            self._decide(piece, version=old)
        self.assertEqual(piece.state, "awaiting_approval")
        other = self._create_sent_piece().current_version_id
        with self.assertRaisesRegex(UserError, "does not belong"):
            self._decide(piece, version=other)
        unsent = self._create_version(self._create_sent_piece())
        with self.assertRaises(UserError):
            unsent.piece_id.sudo()._portal_decide(unsent, self.contact_a, "approved")

    def test_second_click_is_refused_with_a_sentence(self):
        piece = self._create_sent_piece()
        self._decide(piece)
        with self.assertRaisesRegex(UserError, "not waiting"):
            self._decide(piece)
        self.assertEqual(len(piece.decision_ids), 1)

    def test_bad_decisions_write_nothing(self):
        piece = self._create_sent_piece()
        remarks = {
            "empty": {"body": " "},
            "target": {"body": "x", "target": "moon"},
            "number": {"body": "x", "x": "left"},
            "outside": {"body": "x", "target": "layout", "x": 7},
            "text": {"body": "x", "target": "text", "text_start": 0, "text_end": 999},
            "file": {"body": "x", "attachment_id": 1},
            "long": {"body": "x" * 5001},
        }
        with self.assertRaises(UserError):
            self._decide(piece, "changes")
        with self.assertRaises(UserError):
            self._decide(piece, "maybe")
        with self.assertRaises(UserError):
            self._decide(piece, "changes", "x" * 20001)
        for name, remark in remarks.items():
            with (
                self.subTest(remark=name),
                self.assertRaises(UserError),
                self.cr.savepoint(),
            ):
                self._decide(piece, "changes", "Please", [remark])
        self.env.invalidate_all()
        self.assertEqual(piece.state, "awaiting_approval")
        self.assertFalse(piece.decision_ids)
        self.assertFalse(piece.remark_ids)

    def test_decisions_are_immutable(self):
        row = self._decide(self._create_sent_piece())
        for user in (self.user_admin_hub, self.user_manager, self.env.user):
            with self.subTest(user=user.login):
                with self.assertRaises(UserError):
                    row.with_user(user).write({"decision": "refused"})
                with self.assertRaises(UserError):
                    row.with_user(user).unlink()
                with self.assertRaises(UserError):
                    row.with_user(user).copy()
        with self.assertRaises(UserError):
            row.sudo().write({"comment": "Other"})
        with self.assertRaises(UserError):
            self.env["client.piece.decision"].with_user(self.user_admin_hub).create(
                {
                    "piece_id": row.piece_id.id,
                    "version_id": row.version_id.id,
                    "decision": "approved",
                    "author_id": self.contact_a.id,
                }
            )

    def test_account_manager_records_a_decision(self):
        piece = self._create_sent_piece().with_user(self.user_manager)
        action = piece.action_record_decision()
        form = Form(
            self.env["client.piece.decide"]
            .with_user(self.user_manager)
            .with_context(**action["context"])
        )
        form.decision = "approved"
        form.comment = "By phone"
        form.save().action_apply()
        row = piece.decision_ids
        self.assertEqual(row.channel, "staff")
        self.assertEqual(row.author_id, self.contact_a)
        self.assertEqual(row.user_id, self.user_manager)

    def test_rounds_beyond_the_agreed_number_are_shown(self):
        piece = self._create_sent_piece()
        piece.rounds_agreed = 1
        self._decide(piece, "changes", "One")
        self.assertFalse(piece.is_over_rounds)
        self._create_version(piece)
        piece.with_user(self.user_traffic).action_send_to_client()
        self._decide(piece, "changes", "Two")
        self.assertTrue(piece.is_over_rounds)

    # --- remarks ---

    def test_remarks_of_the_client_stay_and_are_resolved(self):
        piece = self._create_sent_piece()
        self._decide(piece, "changes", "", [{"body": "Here"}])
        remark = piece.remark_ids.with_user(self.user_creation)
        with self.assertRaises(AccessError):
            remark.body = "Other"
        with self.assertRaises(UserError):
            remark.unlink()
        remark.action_resolve()
        self.assertTrue(remark.resolved)
        self.assertEqual(remark.resolved_by_id, self.user_creation)

    def test_remark_is_signed_by_its_author(self):
        piece = self._create_sent_piece()
        remark = (
            self.env["client.piece.remark"]
            .with_user(self.user_creation)
            .create(
                {
                    "version_id": piece.current_version_id.id,
                    "body": "Between us",
                    "author_id": self.contact_a.id,
                }
            )
        )
        self.assertEqual(remark.author_id, self.user_creation.partner_id)
        self.assertTrue(remark.is_internal)

    # --- reports ---

    def test_certificate_shows_fingerprints_and_decision(self):
        piece = self._create_sent_piece()
        self._decide(piece, "approved", "Lovely")
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "client_hub.report_piece_approval", piece.ids
        )
        text = html.decode()
        self.assertIn(hashlib.sha256(PIXEL).hexdigest(), text)
        self.assertIn("Paula Azul", text)
        self.assertIn("Lovely", text)

    def test_budget_statement_shows_figures_and_moves(self):
        self._create_request(budget_id=self.budget.id, budget_amount="400")
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "client_hub.report_budget", self.budget.ids
        )
        text = html.decode()
        self.assertIn("600.00", text)
        self.assertIn("A request", text)
        self.assertIn("First amount", text)
