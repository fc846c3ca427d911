"""Contracts: life cycle, schedule of entries, texts."""

from datetime import date

from lxml.html import fromstring
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .common_contract import ContractCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-01-15")
class TestContract(ContractCommon):
    """What an account manager does with a contract."""

    def _periods(self, contract):
        return [
            (entry.period_start, entry.period_end, entry.amount)
            for entry in contract.entry_ids.sorted("period_start")
        ]

    # ------------------------------------------------------------------
    # life cycle
    # ------------------------------------------------------------------

    def test_form_as_account_manager(self):
        """The least privileged user who writes contracts fills the form."""
        form = Form(self.env["client.contract"].with_user(self.user_manager))
        form.name = "Fee"
        form.client_id = self.client_a
        form.contact_id = self.contact_a
        with form.line_ids.new() as line:
            line.product_id = self.service
            line.quantity = 2
        contract = form.save()
        self.assertEqual(contract.line_ids.price_unit, 1000.0)
        self.assertEqual(contract.line_ids.tax_ids, self.tax)
        self.assertEqual(contract.amount_untaxed, 2000.0)
        self.assertEqual(contract.amount_total, 2300.0)
        self.assertEqual(contract.responsible_id, self.user_manager)
        self.assertTrue(contract.number.startswith("CT/2026/"))
        self.assertFalse(contract.entry_ids)

    def test_sending_marks_sent(self):
        contract = self._create_contract(approve=False).with_user(self.user_manager)
        action = contract.action_send()
        composer = (
            self.env["mail.compose.message"]
            .with_user(self.user_manager)
            .with_context(**action["context"])
            .create({})
        )
        self.assertIn(self.contact_a, composer.partner_ids)
        composer._action_send_mail()
        self.assertEqual(contract.state, "sent")
        self.assertEqual(contract.date_sent, date(2026, 1, 15))
        self.assertEqual(contract.sent_by_id, self.user_manager)

    def test_approval_makes_the_schedule(self):
        contract = self._create_contract(approve=False)
        self.assertFalse(contract.entry_ids)
        contract.action_mark_sent()
        wizard = (
            self.env["client.contract.approve.wizard"]
            .with_user(self.user_manager)
            .create({"contract_id": contract.id, "note": "By e-mail"})
        )
        wizard.action_confirm()
        self.assertEqual(contract.state, "running")
        self.assertEqual(contract.approved_contact_id, self.contact_a)
        self.assertEqual(contract.approval_recorded_by_id, self.user_manager)
        self.assertEqual(len(contract.entry_ids), 13)
        self.assertEqual(set(contract.entry_ids.mapped("state")), {"ready"})
        first = contract.entry_ids.sorted("period_start")[0]
        self.assertEqual(first.period_start, date(2026, 1, 1))
        self.assertEqual(first.period_end, date(2026, 1, 31))
        self.assertEqual(first.date_due, date(2026, 1, 1))
        self.assertIn("1,000.00", first.derivation_text)

    def test_approval_in_the_future_is_refused(self):
        contract = self._create_contract(approve=False)
        wizard = self.env["client.contract.approve.wizard"].create(
            {"contract_id": contract.id, "date": date(2026, 2, 1)}
        )
        with self.assertRaisesRegex(ValidationError, "future"):
            wizard.action_confirm()
        self.assertEqual(contract.state, "draft")

    def test_transitions(self):
        """Every pair of states that the table doesn't name is refused."""
        contract = self._create_contract(approve=False)
        table = contract._transitions
        states = contract._fields["state"].get_values(self.env)
        self.assertEqual(set(table), set(states))
        for source in states:
            for target in states:
                if source == target or source in table[target]:
                    continue
                with self.subTest(source=source, target=target):
                    contract.env.cr.execute(
                        "UPDATE client_contract SET state = %s WHERE id = %s",
                        (source, contract.id),
                    )
                    contract.invalidate_recordset()
                    with self.assertRaises(UserError):
                        contract.write({"state": target})

    def test_created_as_draft_only(self):
        values = {"name": "Fee", "client_id": self.client_a.id, "state": "running"}
        with self.assertRaises(UserError):
            self.env["client.contract"].with_user(self.user_manager).create(values)

    def test_nothing_to_agree_on(self):
        contract = self._create_contract(approve=False, lines=[])
        for method in ("action_send", "action_approve", "action_open_approval"):
            with self.subTest(method=method), self.assertRaises(UserError):
                getattr(contract, method)()

    def test_suspend_and_resume(self):
        contract = self._create_contract()
        contract.action_suspend()
        self.assertEqual(set(contract.entry_ids.mapped("state")), {"open"})
        contract.action_resume()
        self.assertEqual(set(contract.entry_ids.mapped("state")), {"ready"})

    def test_end_clips_the_schedule(self):
        contract = self._create_contract(billing_timing="arrears")
        contract.action_end()
        self.assertEqual(contract.date_end, date(2026, 1, 15))
        self.assertEqual(
            self._periods(contract), [(date(2026, 1, 1), date(2026, 1, 15), 483.87)]
        )
        self.assertEqual(contract.entry_ids.state, "ready")

    def test_cancel_and_draft_drop_the_schedule(self):
        contract = self._create_contract(approve=False)
        contract.action_approve()
        self.assertTrue(contract.entry_ids)
        contract.action_cancel()
        self.assertFalse(contract.entry_ids)
        contract.action_draft()
        self.assertEqual(contract.state, "draft")

    def test_delete_only_unused(self):
        contract = self._create_contract()
        with self.assertRaises(UserError):
            contract.unlink()
        draft = self._create_contract(approve=False)
        draft.unlink()
        self.assertFalse(draft.exists())

    def test_inactive_client_gets_no_contract(self):
        self.client_a.client_status = "inactive"
        with self.assertRaisesRegex(UserError, "inactive"):
            self._create_contract(approve=False)

    def test_contract_of_a_client_that_became_inactive_does_not_start(self):
        contract = self._create_contract(approve=False)
        contract.action_approve()
        self.client_a.client_status = "inactive"
        contract = contract.with_user(self.user_manager)
        with self.assertRaisesRegex(UserError, "reactivate"):
            contract.action_activate()
        with self.assertRaisesRegex(UserError, "reactivate"):
            contract.write({"state": "running"})
        self.client_a.client_status = "active"
        contract.action_activate()
        self.assertEqual(contract.state, "running")

    def test_contact_of_another_client_is_refused(self):
        with self.assertRaises(ValidationError):
            self._create_contract(contact_id=self.contact_b.id)

    def test_bad_values(self):
        recurs = "A contract recurs at least every 1 day, week, month or year."
        cases = [
            ({"recurring_interval": 0}, recurs),
            ({"recurring_interval": -1}, recurs),
            ({"due_day": 32}, "The due day is between 0 and 31."),
            (
                {"date_end": date(2025, 12, 31)},
                "The contract can't end before it starts.",
            ),
        ]
        for values, sentence in cases:
            with self.subTest(values=values):
                with (
                    mute_logger("odoo.sql_db"),
                    self.assertRaises(IntegrityError) as caught,
                    self.cr.savepoint(),
                ):
                    self._create_contract(approve=False, **values)
                    self.env.flush_all()
                # what Odoo shows instead of the database's words
                shown = self.env["client.contract"]._sql_error_to_message(
                    caught.exception
                )
                self.assertEqual(shown, sentence)

    # ------------------------------------------------------------------
    # text
    # ------------------------------------------------------------------

    def test_template(self):
        template = self.env["client.contract.template"].create(
            {
                "name": "Quarterly fee",
                "recurring_interval": 3,
                "due_day": 5,
                "body_html": '<p>With <t t-out="object.client_id.name"/>: '
                '<t t-out="object.number"/></p>',
                "line_ids": [
                    Command.create(
                        {"product_id": self.service.id, "price_unit": 2500.0}
                    )
                ],
            }
        )
        form = Form(self.env["client.contract"].with_user(self.user_manager))
        form.client_id = self.client_a
        form.template_id = template
        contract = form.save()
        self.assertEqual(contract.name, "Quarterly fee")
        self.assertEqual(contract.recurring_interval, 3)
        self.assertEqual(contract.line_ids.price_unit, 2500.0)
        self.assertIn("Azul Cosmetics", contract.body_html)
        self.assertIn(contract.number, contract.body_html)

    def test_unsafe_template_is_refused(self):
        values = {"name": "Bad", "body_html": '<p><t t-out="object.env.user"/></p>'}
        templates = self.env["client.contract.template"]
        with self.assertRaises(AccessError):
            templates.with_user(self.user_admin_hub).create(values)

    def test_text_is_fixed_once_sent(self):
        contract = self._create_contract(approve=False, body_html="<p>One</p>")
        contract.body_html = "<p>Two</p>"
        contract.action_mark_sent()
        with self.assertRaisesRegex(UserError, "draft first"):
            contract.body_html = "<p>Three</p>"
        contract.action_draft()
        contract.body_html = "<p>Three</p>"
        self.assertIn("Three", contract.body_html)

    def test_report_holds_headings_to_their_text(self):
        contract = self._create_contract(
            body_html="<h4>Part</h4><h5>1. Fee</h5><p>Due</p>and more<p>Last</p>"
        )
        page = fromstring(
            self.env["ir.actions.report"]._render_qweb_html(
                "client_hub.report_contract", contract.ids
            )[0]
        )
        (box,) = page.xpath("//div[@name='kept_together']")
        self.assertEqual([block.text for block in box], ["Part", "1. Fee", "Due"])
        text = page.xpath("string(//div[@name='body'])")
        self.assertEqual("".join(text.split()), "Part1.FeeDueandmoreLast")

    def test_report_in_the_language_of_the_contact(self):
        """Numbers are written as people read them there."""
        self.env["res.lang"]._activate_lang("pt_BR")
        self.contact_a.lang = "pt_BR"
        contract = self._create_contract(
            approve=False, lines=[{"quantity": 1.5, "discount": 2.25}]
        )
        html = self.env["ir.actions.report"]._render_qweb_html(
            "client_hub.report_contract", contract.ids
        )[0]
        self.assertIn("<span>1,5</span>", html.decode())
        self.assertIn("2,25 %", html.decode())

    def test_report(self):
        contract = self._create_contract(body_html="<p>Jurisdiction of Lisbon</p>")
        html = self.env["ir.actions.report"]._render_qweb_html(
            "client_hub.report_contract", contract.ids
        )[0]
        text = html.decode()
        for expected in (contract.number, "Jurisdiction", "1,000.00", "1,150.00"):
            self.assertIn(expected, text)

    # ------------------------------------------------------------------
    # schedule
    # ------------------------------------------------------------------

    def test_month_ends(self):
        contract = self._create_contract(date_start=date(2026, 1, 31), due_day=31)
        entries = contract.entry_ids.sorted("period_start")
        self.assertEqual(
            [entry.period_start for entry in entries[:4]],
            [
                date(2026, 1, 31),
                date(2026, 2, 28),
                date(2026, 3, 31),
                date(2026, 4, 30),
            ],
        )
        self.assertEqual(entries[1].date_due, date(2026, 2, 28))

    def test_broken_first_and_last_period(self):
        contract = self._create_contract(
            date_start=date(2026, 1, 15),
            date_anchor=date(2026, 1, 1),
            date_end=date(2026, 3, 10),
            lines=[{"price_unit": 1000.0}],
        )
        self.assertEqual(
            self._periods(contract),
            [
                (date(2026, 1, 15), date(2026, 1, 31), 548.39),
                (date(2026, 2, 1), date(2026, 2, 28), 1000.0),
                (date(2026, 3, 1), date(2026, 3, 10), 322.58),
            ],
        )
        first = contract.entry_ids.sorted("period_start")[0]
        self.assertIn("17/31", first.derivation_text)
        self.assertEqual(first.derivation["days"], 17)

    def test_price_change_keeps_decisions(self):
        contract = self._create_contract()
        entries = contract.entry_ids.sorted("period_start")
        self._decide(entries[1], "adjust", amount=800.0)
        self._decide(entries[2], "postpone", date_due=date(2026, 4, 20))
        self._decide(entries[3], "skip")
        contract.line_ids.price_unit = 1200.0
        self.assertEqual(entries[0].amount, 1200.0)
        self.assertEqual(entries[1].amount, 800.0)
        self.assertEqual(entries[1].amount_scheduled, 1200.0)
        self.assertEqual(entries[2].date_due, date(2026, 4, 20))
        self.assertEqual(entries[2].amount, 1200.0)
        self.assertEqual(entries[3].state, "skipped")

    def test_new_and_ended_lines(self):
        contract = self._create_contract()
        contract.write(
            {
                "line_ids": [
                    Command.create(
                        {
                            "product_id": self.extra_service.id,
                            "date_start": date(2026, 6, 1),
                        }
                    ),
                    Command.update(
                        contract.line_ids.id, {"date_end": date(2026, 3, 31)}
                    ),
                ]
            }
        )
        old, new = contract.line_ids.sorted("id")
        self.assertEqual(len(old.entry_ids), 3)
        self.assertEqual(min(new.entry_ids.mapped("period_start")), date(2026, 6, 1))

    def test_billed_periods_survive_changes(self):
        """Regenerating fills exactly what the billed entries leave."""
        contract = self._create_contract()
        due = self._get_due(contract, date(2026, 2, 28))
        self._bill(due)
        contract.write({"recurring_interval": 3, "date_anchor": date(2026, 1, 1)})
        self.assertTrue(due.exists())
        self.assertEqual(
            self._periods(contract)[:4],
            [
                (date(2026, 1, 1), date(2026, 1, 31), 1000.0),
                (date(2026, 2, 1), date(2026, 2, 28), 1000.0),
                (date(2026, 3, 1), date(2026, 3, 31), 344.44),
                (date(2026, 4, 1), date(2026, 6, 30), 1000.0),
            ],
        )

    def test_overlapping_periods_are_refused(self):
        contract = self._create_contract()
        entry = contract.entry_ids.sorted("period_start")[0]
        values = entry.copy_data()[0]
        values.update(period_start=date(2026, 1, 20), period_end=date(2026, 1, 25))
        entries = self.env["client.contract.entry"]
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError) as caught,
            self.cr.savepoint(),
        ):
            entries.create(values)
        message = entries._sql_error_to_message(caught.exception)
        self.assertIn("overlaps", message)
        # another line may have the same period
        contract.line_ids.copy({"contract_id": contract.id})
        self.assertEqual(len(contract.entry_ids), 26)

    def test_daily_extension(self):
        contract = self._create_contract()
        self.assertEqual(contract.schedule_next_date, date(2027, 2, 1))
        cron = self.env.ref("client_hub.ir_cron_client_contract_schedule")
        with freeze_time("2026-03-05"), self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(
            max(contract.entry_ids.mapped("period_start")), date(2027, 3, 1)
        )
        self.assertEqual(len(contract.entry_ids), 15)

    def test_entry_approval(self):
        contract = self._create_contract(entry_approval_required=True)
        entry = contract.entry_ids[0]
        self.assertEqual(set(contract.entry_ids.mapped("state")), {"open"})
        entry.with_user(self.user_manager).action_approve()
        self.assertEqual(entry.state, "ready")
        self.assertEqual(entry.approved_by_id, self.user_manager)

    def test_extra_entry(self):
        contract = self._create_contract()
        wizard = (
            self.env["client.contract.extra.wizard"]
            .with_user(self.user_manager)
            .create(
                {
                    "contract_id": contract.id,
                    "product_id": self.extra_service.id,
                    "reason": "Campaign page",
                }
            )
        )
        wizard.action_confirm()
        extra = contract.entry_ids.filtered(lambda entry: entry.kind == "extra")
        self.assertEqual(extra.amount, 700.0)
        self.assertEqual(extra.state, "ready")
        contract.line_ids.price_unit = 1.0
        self.assertTrue(extra.exists())
        for values, sentence in (
            ({"quantity": 0.0}, "This bills nothing"),
            ({"price_unit": 0.0}, "This bills nothing"),
            ({"discount": 150.0}, "between 0 and 100"),
        ):
            with self.subTest(values=values):
                with self.assertRaisesRegex(UserError, sentence):
                    wizard.copy({"reason": "Campaign page", **values}).action_confirm()
        self.assertEqual(
            len(contract.entry_ids.filtered_domain([("kind", "=", "extra")])), 1
        )

    # ------------------------------------------------------------------
    # decisions
    # ------------------------------------------------------------------

    def _decide(self, entries, action, user=None, **values):
        wizard = (
            self.env["client.contract.entry.wizard"]
            .with_user(user or self.user_accountant)
            .create(
                {
                    "entry_ids": [Command.set(entries.ids)],
                    "action": action,
                    "reason": "Agreed by phone",
                    **values,
                }
            )
        )
        wizard.action_confirm()

    def test_decisions(self):
        contract = self._create_contract()
        entry = contract.entry_ids.sorted("period_start")[0]
        self._decide(entry, "adjust", amount=900.0)
        self.assertEqual(entry.amount, 900.0)
        self.assertEqual(entry.decision_user_id, self.user_accountant)
        self.assertIn("Agreed by phone", entry.derivation_text)
        self._decide(entry, "write_off")
        self.assertEqual(entry.state, "written_off")
        self._decide(entry, "skip")
        self.assertEqual(entry.state, "skipped")
        self._decide(entry, "postpone", date_due=date(2026, 2, 10))
        self._decide(entry, "restore")
        self.assertEqual(entry.state, "ready")
        self.assertEqual(entry.amount, 1000.0)
        self.assertEqual(entry.date_due, date(2026, 1, 1))
        with self.assertRaisesRegex(UserError, "reason"):
            self._decide(entry, "skip", reason=" ")

    def test_decisions_are_in_the_history(self):
        contract = self._create_contract()
        entry = contract.entry_ids.sorted("period_start")[0]
        self._decide(entry, "adjust", amount=900.0)
        self.env.cr.precommit.run()
        rows = self.env["client.history"].search(
            [("client_id", "=", self.client_a.id), ("kind", "=", "entry")]
        )
        self.assertTrue(any("13 entries added" in (row.note or "") for row in rows))
        decision = rows.filtered(lambda row: row.model == "client.contract.entry")
        self.assertEqual(len(decision), 1)
        self.assertIn("Agreed by phone", decision.summary)

    def test_queries_do_not_grow(self):
        """Approving 20 contracts costs about as much SQL as approving one."""
        contracts = self.env["client.contract"]
        for _number in range(21):
            contracts |= self._create_contract(approve=False)
        contracts.write({"state": "approved"})
        contracts.entry_ids.unlink()

        def count(records):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            records._sync_schedule()
            self.env.flush_all()
            return self.cr.sql_log_count - before

        one, many = count(contracts[0]), count(contracts[1:])
        self.assertEqual(len(contracts[1:].entry_ids), 20 * 13)
        self.assertLess(many, one + 25)
