"""What a portal user with developer tools tries."""

import base64

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_portal import ClientPortalCommon

SECRET = "Zebrafish"


@tagged("post_install", "-at_install")
class TestAttackPortal(ClientPortalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.client_a | cls.client_b).client_portal_access = "yes"
        cls.job = cls._create_job()
        cls.contract = cls.env["client.contract"].create(
            {"name": "Fee", "client_id": cls.client_a.id}
        )
        cls.contract.line_ids.create(
            {
                "contract_id": cls.contract.id,
                "name": "Fee",
                "product_id": cls.env["product.product"]
                .create({"name": "Fee", "type": "service"})
                .id,
            }
        )
        cls.contract.action_mark_sent()

    def test_portal_switched_off_takes_effect_at_once(self):
        jobs = self.env["client.job"].with_user(self.portal_a)
        contracts = self.env["client.contract"].with_user(self.portal_a)
        self.assertTrue(jobs.search([]))
        self.assertTrue(contracts.search([]))
        for values in ({"client_portal_access": "no"}, {"client_status": "inactive"}):
            with self.subTest(**values):
                self.client_a.with_user(self.user_manager).write(values)
                self.assertFalse(jobs.search([]))
                self.assertFalse(contracts.search([]))
                self.client_a.write(
                    {"client_portal_access": "yes", "client_status": "active"}
                )
                self.assertTrue(jobs.search([]))

    def test_settings_switched_off_takes_effect_at_once(self):
        self.client_a.client_portal_access = "default"
        self.company.client_portal_default = True
        jobs = self.env["client.job"].with_user(self.portal_a)
        self.assertTrue(jobs.search([]))
        self.company.client_portal_default = False
        self.assertFalse(jobs.search([]))

    def test_client_that_left_the_group(self):
        daughter = self._create_client("Azul Kids")
        daughter.write({"parent_id": self.client_a.id, "is_company": True})
        job = self.env["client.job"].create(
            {"name": "Kids", "client_id": daughter.id, "requester_id": False}
        )
        job.action_request()
        jobs = self.env["client.job"].with_user(self.portal_a)
        self.assertNotIn(job, jobs.search([]))
        self.contact_a.portal_scope = "group"
        self.assertIn(job, jobs.search([]))
        daughter.parent_id = False
        self.assertNotIn(job, jobs.search([]))

    def test_notes_and_logs_of_a_contract(self):
        note = self.contract.message_post(body=SECRET)
        log = self.contract._message_log(body=SECRET)
        comment = self.contract.message_post(
            body="Hello", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.env.flush_all()
        self.env.invalidate_all()
        for message in (note, log):
            with self.assertRaises(AccessError):
                message.with_user(self.portal_a).read(["body"])
        self.assertIn(
            "Hello", comment.with_user(self.portal_a).read(["body"])[0]["body"]
        )

    def test_names_of_internal_files_of_a_contract(self):
        self.contract.message_main_attachment_id = self.env["ir.attachment"].create(
            {"name": SECRET, "res_model": "client.contract", "res_id": self.contract.id}
        )
        fields = self.contract.with_user(self.portal_a).fields_get()
        self.assertIn("name", fields)
        self.assertNotIn("message_main_attachment_id", fields)
        internal = self.contract.with_user(self.user_manager).fields_get()
        self.assertIn("message_main_attachment_id", internal)

    def test_every_field_of_every_readable_record(self):
        """Internal words appear in no field that a portal user can read."""
        self._send_version(self.job.piece_ids)
        piece = self.job.piece_ids
        piece.with_user(self.user_manager).description = SECRET
        piece.version_ids.create({"piece_id": piece.id, "body_text": SECRET})
        piece.message_post(body=SECRET)
        self.env["client.piece.remark"].create(
            {"version_id": piece.current_version_id.id, "body": SECRET}
        )
        self.budget.name = SECRET
        self.job.budget_id = self.budget
        self.job.task_ids.name = SECRET
        self.client_a.write({"client_profile_html": SECRET, "client_number": SECRET})
        self.contract.approval_note = SECRET
        self.env.flush_all()
        names = [
            name
            for name, model in self.env.registry.items()
            if not model._abstract
            and (name.startswith("client.") or name in ("res.partner", "project.task"))
        ]
        for name in names:
            model = self.env[name].with_user(self.portal_a)
            if not model.has_access("read"):
                continue
            self.env.invalidate_all()
            fields = [f for f in model.fields_get() if f != "message_partner_ids"]
            for record in model.search([]):
                for field in fields:
                    try:
                        value = record.read([field])[0].get(field)
                    except AccessError:
                        continue
                    with self.subTest(model=name, field=field):
                        self.assertNotIn(SECRET, str(value))
                with self.subTest(model=name, client=record.display_name):
                    if name.startswith("client.") and "client_id" in model._fields:
                        self.assertEqual(record.sudo().client_id, self.client_a)

    def test_public_methods_of_the_addon(self):
        """No method that the browser can call changes anything for a portal user."""
        self._send_version(self.job.piece_ids)
        records = {
            "client.job": self.job,
            "client.piece": self.job.piece_ids,
            "client.piece.version": self.job.piece_ids.version_ids,
            "client.contract": self.contract,
            "client.contract.line": self.contract.line_ids,
            "client.budget": self.budget,
            "res.partner": self.client_a,
        }
        self.env.flush_all()
        states = [record.state for record in (self.job, self.contract, self.budget)]
        for name, record in records.items():
            for method in dir(type(record)):
                if not method.startswith("action_"):
                    continue
                function = getattr(type(record), method)
                if "client_hub" not in getattr(function, "__module__", ""):
                    continue
                self.env.invalidate_all()
                try:
                    with self.cr.savepoint():
                        getattr(record.with_user(self.portal_a), method)()
                except Exception as error:  # refused in one way or another
                    self.assertNotIn(SECRET, str(error))
                self.env.invalidate_all()
                with self.subTest(model=name, method=method):
                    self.assertEqual(
                        [r.state for r in (self.job, self.contract, self.budget)],
                        states,
                    )
                    self.assertEqual(self.job.piece_ids.state, "awaiting_approval")

    def test_reports_by_their_address(self):
        self._send_version(self.job.piece_ids)
        self.job.piece_ids._portal_decide(
            self.job.piece_ids.current_version_id, self.contact_a, "approved"
        )
        self.env.flush_all()
        targets = {
            "res.partner": self.client_a,
            "client.as.of": self.env["client.as.of"].create(
                {"client_id": self.client_a.id}
            ),
            "client.budget": self.budget,
            "client.contract": self.contract,
            "client.contract.signature": self.env["client.contract.signature"].create(
                {
                    "contract_id": self.contract.id,
                    "method": "paper",
                    "signer_id": self.contact_a.id,
                    "document_name": "Summer campaign.pdf",
                    "document": base64.b64encode(b"%PDF-1.4 signed"),
                }
            ),
            "client.piece": self.job.piece_ids,
            # a draft: what was sent is read on its page, which has a gate of its own
            "client.renegotiation": self.env["client.renegotiation"].create(
                {"client_id": self.client_a.id}
            ),
            "client.price.adjustment": self.env["client.price.adjustment"].create(
                {
                    "contract_id": self.contract.id,
                    "date_anniversary": "2027-01-01",
                    "date_effective": "2027-01-01",
                }
            ),
        }
        reports = self.env["ir.actions.report"].search(
            [("report_name", "=like", "client_hub.%")]
        )
        self.assertGreaterEqual(len(reports), 4)
        for user, own in ((self.portal_b, False), (self.portal_a, True)):
            self._login(user)
            for report in reports:
                record = targets[report.model]
                response = self._get(f"/report/html/{report.report_name}/{record.id}")
                # the letter of a renewal goes by mail
                is_open = own and report.report_name.removeprefix("client_hub.") in (
                    "report_contract",
                    "report_contract_signature",
                    "report_piece_approval",
                )
                with self.subTest(report=report.report_name, user=user.login):
                    self.assertEqual(response.status_code == 200, is_open)
                    if not is_open:
                        self.assertNotIn("Summer campaign", response.text)
                        self.assertNotIn("Spring budget", response.text)
