"""What an account manager chooses about periods and due dates, and what comes of it."""

from datetime import date, datetime

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from .common_contract import ContractCommon

MONTHS = {"date_start": date(2026, 1, 15), "date_anchor": date(2026, 1, 1)}


@tagged("post_install", "-at_install")
@freeze_time("2026-01-15")
class TestContractSchedule(ContractCommon):
    """Broken periods, due dates, and input that makes no schedule."""

    def _periods(self, contract, limit=None):
        return [
            (entry.period_start, entry.period_end, entry.amount)
            for entry in contract.entry_ids.sorted("period_start")[:limit]
        ]

    def _run_background_job(self):
        """Run the job that extends schedules; what it was told to do must be due."""
        job = self.env.ref("client_hub.ir_cron_client_contract_schedule")
        trigger = self.env["ir.cron.trigger"].search([("cron_id", "=", job.id)])
        self.assertTrue(trigger, "nobody called for it")
        trigger.unlink()
        with self.enter_registry_test_mode():
            job.method_direct_trigger()
        self.env.invalidate_all()

    def _first(self, contract):
        return contract.entry_ids.sorted("period_start")[:1]

    # ------------------------------------------------------------------
    # day-counts
    # ------------------------------------------------------------------

    def test_day_counts(self):
        """15 to 31 January of 1,000 a month, each way."""
        cases = {
            "actual": (548.39, "× 17/31 days ="),
            "thirty360": (533.33, "× 16/30 days (30/360) ="),
            "working": (545.45, "× 12/22 working days ="),
            "whole": (1000.0, "(broken period billed in full) ="),
        }
        for day_count, (amount, text) in cases.items():
            with self.subTest(day_count=day_count):
                contract = self._create_contract(**MONTHS, day_count=day_count)
                first = self._first(contract)
                self.assertEqual(first.amount, amount)
                self.assertIn(text, first.derivation_text)
                second = contract.entry_ids.sorted("period_start")[1]
                self.assertEqual(second.amount, 1000.0)

    def test_working_days_of_the_company(self):
        """The company's own working hours count, without its public holidays."""
        calendar = self.env["resource.calendar"].create(
            {
                "name": "Monday to Thursday",
                "company_id": self.company.id,
                "tz": "America/Sao_Paulo",
                "attendance_ids": [
                    Command.create(
                        {
                            "name": str(day),
                            "dayofweek": str(day),
                            "hour_from": 8,
                            "hour_to": 17,
                        }
                    )
                    for day in range(4)
                ],
            }
        )
        self.company.resource_calendar_id = calendar
        contract = self._create_contract(**MONTHS, day_count="working")
        # 15, 19–22 and 26–29 of 1, 5–8, 12–15, 19–22 and 26–29 January
        self.assertIn("× 9/17 working days", self._first(contract).derivation_text)
        leave = self.env["resource.calendar.leaves"].create(
            {
                "name": "City day",
                "company_id": self.company.id,
                "calendar_id": calendar.id,
                # 20 January in São Paulo
                "date_from": datetime(2026, 1, 20, 3, 0, 0),
                "date_to": datetime(2026, 1, 21, 2, 59, 59),
            }
        )
        contract = self._create_contract(**MONTHS, day_count="working")
        self.assertIn("× 8/16 working days", self._first(contract).derivation_text)
        # half a day off is a working day, for contracts that run already as well
        leave.date_to = datetime(2026, 1, 20, 15, 0, 0)
        self._run_background_job()
        self.assertIn("× 9/17 working days", self._first(contract).derivation_text)
        contract = self._create_contract(**MONTHS, day_count="working")
        self.assertIn("× 9/17 working days", self._first(contract).derivation_text)

    def test_changed_day_count_leaves_billed_entries(self):
        contract = self._create_contract(**MONTHS, date_end=date(2026, 3, 10))
        self._bill(self._first(contract), post="post")
        contract.with_user(self.user_manager).day_count = "thirty360"
        self.assertEqual(
            self._periods(contract),
            [
                (date(2026, 1, 15), date(2026, 1, 31), 548.39),
                (date(2026, 2, 1), date(2026, 2, 28), 1000.0),
                (date(2026, 3, 1), date(2026, 3, 10), 333.33),
            ],
        )
        first = self._first(contract)
        self.assertEqual(first.state, "billed")
        self.assertIn("17/31", first.derivation_text)

    # ------------------------------------------------------------------
    # broken periods with another
    # ------------------------------------------------------------------

    def test_first_period_with_the_next(self):
        contract = self._create_contract(**MONTHS, broken_first="next", due_day=10)
        self.assertEqual(
            self._periods(contract, 2),
            [
                (date(2026, 1, 15), date(2026, 2, 28), 1548.39),
                (date(2026, 3, 1), date(2026, 3, 31), 1000.0),
            ],
        )
        first = self._first(contract)
        self.assertEqual(first.date_due, date(2026, 2, 10))
        self.assertEqual(
            first.derivation_text.replace("\xa0", " "),
            "01/15/2026 – 01/31/2026: 1 × $ 1,000.00 × 17/31 days = $ 548.39\n"
            "February 2026: 1 × $ 1,000.00 = $ 1,000.00\n"
            "Together: $ 1,548.39",
        )
        self._bill(first, post="post")
        self.assertEqual(first.state, "billed")
        line = first.invoice_line_ids
        self.assertEqual((line.quantity, line.price_subtotal), (1.0, 1548.39))

    def test_last_period_with_the_one_before(self):
        contract = self._create_contract(
            date_end=date(2026, 3, 10),
            broken_last="previous",
            billing_timing="arrears",
            lines=[{"quantity": 2, "discount": 10}],
        )
        self.assertEqual(
            self._periods(contract),
            [
                (date(2026, 1, 1), date(2026, 1, 31), 1800.0),
                (date(2026, 2, 1), date(2026, 3, 10), 2380.65),
            ],
        )
        last = contract.entry_ids.sorted("period_start")[-1]
        self.assertEqual(last.date_due, date(2026, 3, 11))
        self._bill(last)
        line = last.invoice_line_ids
        self.assertEqual((line.quantity, line.discount), (2.0, 10.0))
        self.assertEqual(line.price_subtotal, 2380.65)

    def test_prices_of_both_periods(self):
        """Each part costs what is in force on its first day."""
        contract = self._create_contract(
            lines=[{"date_start": date(2026, 12, 15)}],
            broken_first="next",
            adjustment_rule="fixed",
            adjustment_percent=10.0,
        )
        self.assertEqual(self._first(contract).amount, 1548.39)
        wizard = self.env["client.adjustment.propose"].with_user(self.user_manager)
        wizard.create({"date_until": date(2027, 1, 31)}).action_confirm()
        adjustment = contract.adjustment_ids.with_user(self.user_manager)
        self.assertEqual(adjustment.date_effective, date(2027, 1, 1))
        adjustment.action_review()
        adjustment.action_apply()
        first = self._first(contract)
        self.assertEqual(first.period_end, date(2027, 1, 31))
        self.assertEqual(first.amount, 1648.39)
        self.assertIn("Price adjusted on 01/01/2027", first.derivation_text)

    def test_joined_after_the_broken_one_was_billed(self):
        """What was billed apart is not billed again with the next."""
        contract = self._create_contract(**MONTHS)
        self._bill(self._first(contract), post="post")
        contract.broken_first = "next"
        self.assertEqual(
            self._periods(contract, 2),
            [
                (date(2026, 1, 15), date(2026, 1, 31), 548.39),
                (date(2026, 2, 1), date(2026, 2, 28), 1000.0),
            ],
        )

    # ------------------------------------------------------------------
    # due dates
    # ------------------------------------------------------------------

    def test_days_from_the_period(self):
        contract = self._create_contract(due_offset=7)
        self.assertEqual(contract.due_rule, "period")
        self.assertEqual(self._first(contract).date_due, date(2026, 1, 8))
        contract.due_offset = -10
        self.assertEqual(self._first(contract).date_due, date(2025, 12, 22))
        self.assertIn("10 days before", contract._get_recurrence_text())
        contract.write({"billing_timing": "arrears", "due_offset": 5})
        self.assertEqual(self._first(contract).date_due, date(2026, 2, 6))

    def test_payment_days_of_the_client(self):
        """The first of several days; they move when the client agrees on others."""
        self.client_a.client_payment_day = "5, 20"
        contract = self._create_contract(
            date_start=date(2026, 1, 10), due_rule="client", date_end=date(2026, 3, 9)
        )
        entries = contract.entry_ids.sorted("period_start")
        self.assertEqual(
            entries.mapped("date_due"), [date(2026, 1, 20), date(2026, 2, 20)]
        )
        self.assertEqual(contract.date_first_due, date(2026, 1, 20))
        self.assertEqual(contract.date_last_due, date(2026, 2, 20))
        self._bill(entries[0], post="post")
        self.assertEqual(
            entries[0].invoice_line_ids.move_id.invoice_date_due, date(2026, 1, 20)
        )
        self.client_a.with_user(self.user_manager).client_payment_day = "31"
        self.assertEqual(
            entries.mapped("date_due"), [date(2026, 1, 20), date(2026, 2, 28)]
        )

    def test_payment_terms(self):
        """30 days from the period, whenever the invoice is made."""
        terms = self.env["account.payment.term"].create(
            {
                "name": "30 days",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 100, "nb_days": 30}
                    )
                ],
            }
        )
        contract = self._create_contract(due_rule="terms", payment_term_id=terms.id)
        first = self._first(contract)
        self.assertEqual(first.date_due, date(2026, 1, 31))
        # somebody else changes the terms: open entries follow
        accountant = new_test_user(
            self.env, "chief", groups="account.group_account_manager"
        )
        terms.with_user(accountant).line_ids.nb_days = 45
        self._run_background_job()
        self.assertEqual(first.date_due, date(2026, 2, 15))
        terms.line_ids.nb_days = 30
        self._run_background_job()
        self.assertEqual(first.date_due, date(2026, 1, 31))
        other = self._create_contract(payment_term_id=terms.id)
        self._bill(first | self._first(other), group_by="client", post="post")
        move = first.invoice_line_ids.move_id
        self.assertEqual(move.invoice_date, date(2026, 1, 15))
        self.assertEqual(move.invoice_date_due, date(2026, 1, 31))
        other_move = self._first(other).invoice_line_ids.move_id
        self.assertNotEqual(move, other_move)
        self.assertEqual(other_move.invoice_date_due, date(2026, 2, 14))

    def test_template_presets(self):
        template = self.env["client.contract.template"].create(
            {
                "name": "Half-yearly",
                "recurring_interval": 6,
                "due_offset": -15,
                "day_count": "thirty360",
                "broken_first": "next",
                "broken_last": "previous",
            }
        )
        form = Form(self.env["client.contract"].with_user(self.user_manager))
        form.client_id = self.client_a
        form.template_id = template
        with form.line_ids.new() as line:
            line.product_id = self.service
        contract = form.save()
        self.assertEqual(
            (contract.day_count, contract.broken_first, contract.broken_last),
            ("thirty360", "next", "previous"),
        )
        self.assertEqual((contract.due_rule, contract.due_offset), ("period", -15))
        self.client_a.client_payment_day = "12"
        form = Form(self.env["client.contract"].with_user(self.user_manager))
        form.client_id = self.client_a
        form.template_id = template
        self.assertEqual((form.due_rule, form.due_day), ("day", 12))

    def test_form_shows_due_dates(self):
        """They follow while the account manager types."""
        form = Form(self.env["client.contract"].with_user(self.user_manager))
        form.client_id = self.client_a
        form.date_start = date(2026, 1, 15)
        form.date_anchor = date(2026, 1, 1)
        with form.line_ids.new() as line:
            line.product_id = self.service
        self.assertEqual(form.date_first_due, date(2026, 1, 15))
        self.assertFalse(form.date_last_due)
        form.due_rule = "day"
        form.due_day = 10
        form.broken_first = "next"
        form.date_end = date(2026, 12, 31)
        self.assertEqual(form.date_first_due, date(2026, 2, 10))
        self.assertEqual(form.date_last_due, date(2026, 12, 10))

    # ------------------------------------------------------------------
    # what the client reads
    # ------------------------------------------------------------------

    def test_payment_conditions_for_the_client(self):
        contract = self._create_contract(
            **MONTHS, broken_first="next", day_count="working", due_day=31
        )
        html = self.env["ir.actions.report"]._render_qweb_html(
            "client_hub.report_contract", contract.ids
        )[0]
        self.assertIn("due on the last day of the month", html.decode())
        self.assertIn("billed by its working days", html.decode())
        whole = self._create_contract()
        self.assertFalse(whole._get_broken_text())
        # a contact of the client reads them, too
        portal = contract.with_user(self.portal_a)
        self.assertIn("with the next one", portal._get_broken_text())

    # ------------------------------------------------------------------
    # input that makes no schedule
    # ------------------------------------------------------------------

    def test_bad_input_on_a_running_contract(self):
        """Each is refused with a sentence, and nothing of it is written."""
        contract = self._create_contract().with_user(self.user_manager)
        before = self._periods(contract)
        in_parts = self.env["account.payment.term"].create(
            {
                "name": "In two parts",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 50, "nb_days": days}
                    )
                    for days in (0, 30)
                ],
            }
        )
        cases = [
            ({"recurring_interval": 0}, "at least every 1 day"),
            ({"recurring_interval": -1}, "at least every 1 day"),
            ({"due_day": 32}, "32 is no due day"),
            ({"due_day": -1}, "-1 is no due day"),
            ({"due_offset": 400}, "at most 365 days"),
            ({"due_rule": "day"}, "Choose the day of the month"),
            ({"due_rule": "client"}, "has no payment day"),
            ({"due_rule": "terms"}, "Choose the payment terms"),
            (
                {"due_rule": "terms", "payment_term_id": in_parts.id},
                "paid in several parts",
            ),
        ]
        for values, sentence in cases:
            with (
                self.subTest(values=values),
                self.assertRaisesRegex(ValidationError, sentence),
                self.cr.savepoint(),
            ):
                contract.write(values)
            contract.invalidate_recordset()
            self.assertEqual(self._periods(contract), before)
            self.assertEqual(contract.due_rule, "period")

    def test_bad_input_in_the_form(self):
        """Typing nonsense leaves the form usable until it is saved."""
        contracts = self.env["client.contract"].with_user(self.user_manager)
        form = Form(contracts)
        form.name = "Fee"
        form.client_id = self.client_a
        with form.line_ids.new() as line:
            line.product_id = self.service
        form.due_rule = "day"
        form.due_day = 32
        self.assertFalse(form.date_first_due)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError) as refused,
            self.cr.savepoint(),
        ):
            form.save()
        sentence = contracts._sql_error_to_message(refused.exception)
        self.assertEqual(sentence, "The due day is between 0 and 31.")
        form.due_day = 31
        form.recurring_interval = 0
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError) as refused,
            self.cr.savepoint(),
        ):
            form.save()
        sentence = contracts._sql_error_to_message(refused.exception)
        self.assertIn("at least every 1 day", sentence)
        form.recurring_interval = 1
        self.assertEqual(form.save().date_first_due, date(2026, 1, 31))

    def test_service_billed_twice(self):
        """The same service in two lines whose dates overlap is refused."""
        contract = self._create_contract().with_user(self.user_manager)
        following = {"product_id": self.service.id, "date_start": date(2026, 3, 1)}
        with (
            self.assertRaisesRegex(ValidationError, "billed twice from 03/01/2026"),
            self.cr.savepoint(),
        ):
            contract.line_ids = [Command.create(following)]
        contract.invalidate_recordset()
        self.assertEqual(len(contract.line_ids), 1)
        line = contract.line_ids
        contract.line_ids = [
            Command.update(line.id, {"date_end": date(2026, 2, 28)}),
            Command.create(following),
        ]
        self.assertEqual(len(contract.entry_ids), 13)
        # another description is another service
        contract.line_ids = [Command.create({**following, "name": "Second brand"})]
        self.assertEqual(len(contract.line_ids), 3)

    def test_only_account_managers_choose(self):
        contract = self._create_contract()
        with self.assertRaises(AccessError):
            contract.with_user(self.user_creation).day_count = "whole"
        with self.assertRaises(AccessError):
            contract.with_user(self.portal_a).write({"due_offset": 90})
