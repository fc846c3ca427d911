"""Renewal, notice, suspension and ending of contracts."""

from ast import literal_eval
from datetime import date, timedelta

import psycopg2
from dateutil.relativedelta import relativedelta
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, TransactionCase, freeze_time, tagged
from odoo.tools import mute_logger

from ..tools import term
from .common_contract import ContractCommon


@tagged("post_install", "-at_install")
class TestTerm(TransactionCase):
    """The arithmetic of terms."""

    def test_month_ends_do_not_drift(self):
        start = date(2026, 1, 31)
        ends = [term.term_end(start, 1)]
        for _index in range(3):
            ends.append(term.next_term_end(start, ends[-1], 1))
        self.assertEqual(
            ends,
            [
                date(2026, 2, 27),
                date(2026, 3, 30),
                date(2026, 4, 29),
                date(2026, 5, 30),
            ],
        )

    def test_a_term_of_another_length_is_followed_from_its_end(self):
        self.assertEqual(
            term.next_term_end(date(2026, 1, 1), date(2026, 6, 17), 12),
            date(2027, 6, 17),
        )

    @settings(max_examples=300, deadline=None)
    @given(
        st.dates(date(2020, 1, 1), date(2029, 12, 31)),
        st.integers(1, 36),
        st.integers(1, 20),
    )
    def test_terms_tile(self, start, months, count):
        """However many renewals: the terms are as long as agreed, without a hole."""
        end = term.term_end(start, months)
        for index in range(2, count + 2):
            end = term.next_term_end(start, end, months)
            expected = start + relativedelta(months=months * index)
            self.assertEqual(end + timedelta(days=1), expected)

    @settings(max_examples=300, deadline=None)
    @given(
        st.dates(date(2024, 1, 1), date(2026, 12, 31)),
        st.integers(1, 24),
        st.integers(0, 180),
        st.integers(0, 1500),
    )
    def test_a_notice_reaches_the_first_end_in_time(self, start, months, days, later):
        given_on = start + timedelta(days=later)
        first = term.term_end(start, months)
        end = term.earliest_end_of_term(given_on, start, first, months, days)
        self.assertGreaterEqual(end - timedelta(days=days), given_on)
        if end > first:
            # the end before was out of reach
            ends = [first]
            while ends[-1] < end:
                ends.append(term.next_term_end(start, ends[-1], months))
            self.assertEqual(ends[-1], end)
            self.assertLess(ends[-2] - timedelta(days=days), given_on)


@tagged("post_install", "-at_install")
@freeze_time("2026-01-15")
class TestContractLife(ContractCommon):
    """What people do, as the account manager."""

    def _create_term(self, **values):
        """Return a running contract of 2026, notice of 30 days."""
        values = {"date_end": date(2026, 12, 31), "notice_days": 30, **values}
        return self._create_contract(**values).with_user(self.user_manager)

    def _run_cron(self):
        """Run the daily job as its cron does."""
        with self.enter_registry_test_mode():
            self.env.ref(
                "client_hub.ir_cron_client_contract_life"
            ).method_direct_trigger()
        self.env.invalidate_all()

    def _notice(self, contract, **values):
        """Return the dialog of a notice, filled in."""
        return (
            self.env["client.contract.notice.wizard"]
            .with_user(self.user_manager)
            .create({"contract_id": contract.id, **values})
        )

    def _last_period(self, contract):
        return max(contract.sudo().entry_ids.mapped("period_end"))

    # renewal by itself

    def test_tacit_renewal(self):
        contract = self._create_term()
        with freeze_time("2026-12-01"):
            self._run_cron()
            self.assertEqual(contract.date_end, date(2026, 12, 31))
        with freeze_time("2026-12-02"):
            self._run_cron()
            self.assertEqual(contract.date_end, date(2027, 12, 31))
            self.assertEqual(contract.renewal_count, 1)
            self.assertEqual(contract.state, "running")
            self.assertEqual(self._last_period(contract), date(2027, 12, 31))
            self._run_cron()
            self.assertEqual(contract.renewal_count, 1)
        self.env.cr.precommit.run()
        rows = self.env["client.history"].search(
            [("model", "=", "client.contract"), ("res_id", "=", contract.id)]
        )
        self.assertTrue(rows.filtered(lambda r: "Renewed by itself" in (r.note or "")))
        bodies = contract.sudo().message_ids.mapped("body")
        self.assertTrue(any("Renewed by itself" in body for body in bodies))

    def test_a_term_long_over_is_not_renewed_behind_anyones_back(self):
        contract = self._create_term(date_end=date(2026, 1, 31))
        with freeze_time("2026-06-01"):
            self._run_cron()
            self.assertEqual(contract.date_end, date(2026, 1, 31))
            self.assertEqual(contract.state, "running")
            activity = contract.activity_ids
            self.assertIn("renew it or end it", activity.summary)
            self.assertEqual(activity.user_id, self.user_manager)

    # renewal by offer

    def test_offer_accepted(self):
        contract = self._create_term(renewal="offer", renewal_months=6)
        with freeze_time("2026-11-10"):
            self._run_cron()
            self.assertIn("Offer the renewal", contract.activity_ids.summary)
            self.assertTrue(contract.renewal_waits)
            contract.with_context(client_contract_mark_offered=True).message_post(
                body="Our offer"
            )
            self.assertEqual(contract.renewal_offer_state, "offered")
            self.assertEqual(contract.renewal_offered_by_id, self.user_manager)
            self.assertFalse(contract.activity_ids)
        with freeze_time("2026-11-20"):
            wizard = self.env["client.contract.renewal.wizard"].with_user(
                self.user_manager
            )
            wizard = wizard.create({"contract_id": contract.id})
            self.assertEqual(wizard.date_end, date(2027, 6, 30))
            wizard.action_confirm()
        self.assertEqual(contract.date_end, date(2027, 6, 30))
        self.assertEqual(contract.renewal_offer_state, "accepted")
        self.assertEqual(contract.renewal_contact_id, self.contact_a)

    def test_offer_refused_ends(self):
        contract = self._create_term(renewal="offer")
        with freeze_time("2026-11-20"):
            contract._set_offered()
            wizard = self.env["client.contract.renewal.wizard"].with_user(
                self.user_manager
            )
            wizard.create(
                {"contract_id": contract.id, "answer": "refused", "note": "Too dear"}
            ).action_confirm()
            self.assertEqual(contract.date_end, date(2026, 12, 31))
            self.assertEqual(contract.state, "running")
        with freeze_time("2027-01-01"):
            self._run_cron()
        self.assertEqual(contract.state, "ended")
        self.assertEqual(contract.end_reason, "The renewal was refused")

    def test_offer_without_answer_ends(self):
        contract = self._create_term(renewal="offer")
        with freeze_time("2027-01-01"):
            self._run_cron()
        self.assertEqual(contract.state, "ended")
        self.assertEqual(self._last_period(contract), date(2026, 12, 31))

    def test_offer_letter(self):
        contract = self._create_term(renewal="offer")
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "client_hub.report_contract_renewal", contract.ids
        )
        self.assertIn(b"12/31/2027", html)
        self.assertIn(b"Monthly fee", html)
        template = self.env.ref("client_hub.mail_template_client_contract_renewal")
        body = template._render_field("body_html", contract.ids)[contract.id]
        self.assertIn("12/31/2027", body)

    def test_what_has_no_end_is_not_renewed(self):
        contract = self._create_contract().with_user(self.user_manager)
        with self.assertRaisesRegex(UserError, "no end date"):
            contract.action_offer_renewal()

    # ends by itself

    def test_none_ends_on_its_last_day(self):
        contract = self._create_term(renewal="none")
        with freeze_time("2026-12-31"):
            self._run_cron()
            self.assertEqual(contract.state, "running")
        with freeze_time("2027-01-01"):
            self._run_cron()
        self.assertEqual(contract.state, "ended")
        self.assertEqual(contract.date_ended, date(2027, 1, 1))
        self.assertTrue(self._get_due(contract.sudo(), date(2026, 12, 31)))

    def test_one_that_fails_does_not_stop_the_others(self):
        bad = self._create_term(renewal="tacit", name="Bad")
        good = self._create_term(renewal="tacit", name="Good")
        # the database refuses the one, whatever the reason
        self.env.flush_all()
        self.env.cr.execute(
            """
            CREATE FUNCTION test_refuse() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = 'check_violation'; END $$;
            CREATE TRIGGER test_refuse AFTER UPDATE OF date_end ON client_contract
                FOR EACH ROW WHEN (NEW.id = %s) EXECUTE FUNCTION test_refuse();
            """,
            (bad.id,),
        )
        with (
            freeze_time("2026-12-15"),
            mute_logger(
                "odoo.sql_db",
                "odoo.addons.client_hub.tools.nightly",
            ),
        ):
            self._run_cron()
        self.assertEqual(good.date_end, date(2027, 12, 31))
        self.assertEqual(bad.date_end, date(2026, 12, 31))
        self.assertEqual(bad.renewal_count, 0)

    # reminder

    def test_reminder_once(self):
        self.company.client_notice_reminder_days = 10
        contract = self._create_term()
        self.assertEqual(contract.notice_remind_on, date(2026, 11, 21))
        with freeze_time("2026-11-20"):
            self._run_cron()
            self.assertFalse(contract.activity_ids)
        with freeze_time("2026-11-21"):
            self._run_cron()
            activity = contract.activity_ids
            self.assertEqual(activity.date_deadline, date(2026, 12, 1))
            self.assertEqual(activity.user_id, self.user_manager)
            self.assertIn("Renews by itself", activity.summary)
            activity.action_feedback("Spoke with them")
            self._run_cron()
            self.assertFalse(contract.activity_ids)
        # the next term is another occurrence
        with freeze_time("2026-12-02"):
            self._run_cron()
            self.assertEqual(contract.notice_remind_on, date(2027, 11, 21))

    # notice

    def test_notice_in_time(self):
        contract = self._create_term()
        with freeze_time("2026-12-01"):
            wizard = self._notice(contract, note="By e-mail")
            self.assertEqual(wizard.date_end, date(2026, 12, 31))
            wizard.action_confirm()
            self.assertEqual(contract.notice_by, "client")
            self.assertEqual(contract.notice_contact_id, self.contact_a)
            self.assertEqual(contract.notice_date_given, date(2026, 12, 1))
            self.assertEqual(contract.notice_date_end, date(2026, 12, 31))
            self.assertEqual(contract.notice_recorded_by_id, self.user_manager)
        with freeze_time("2026-12-15"):
            self._run_cron()
            self.assertEqual(contract.date_end, date(2026, 12, 31))
            self.assertFalse(contract.activity_ids)
        with freeze_time("2027-01-01"):
            self._run_cron()
        self.assertEqual(contract.state, "ended")
        self.assertEqual(contract.end_reason, "Notice was given")

    def test_notices_begin_with_what_is_ahead(self):
        """What has passed would fill the first pages of the list."""
        today = fields.Date.today()
        ends = [today + timedelta(days=days) for days in (29, 30)]
        passed, ahead = (
            self._create_contract(
                date_start=today, date_anchor=today, date_end=end, notice_days=30
            )
            for end in ends
        )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "client_hub.client_contract_action_notice"
        )
        self.assertEqual(
            literal_eval(action["context"])["search_default_notice_ahead"], 1
        )
        view = etree.fromstring(
            self.env["client.contract"].get_view(None, "search")["arch"]
        )
        [shown] = view.xpath("//filter[@name='notice_ahead']")
        domain = literal_eval(action["domain"]) + literal_eval(shown.get("domain"))
        found = self.env["client.contract"].search(domain)
        self.assertIn(ahead, found)
        self.assertNotIn(passed, found)

    def test_notice_too_late(self):
        contract = self._create_term()
        with freeze_time("2026-12-02"):
            wizard = self._notice(contract, date_end=date(2026, 12, 31))
            self.assertIn("it had to be given by 12/01/2026", wizard.problem)
            with self.assertRaisesRegex(ValidationError, "12/31/2027 at the earliest"):
                wizard.action_confirm()
            self.assertFalse(contract.notice_date_end)
            wizard.action_next_end()
            wizard.action_confirm()
        self.assertEqual(contract.date_end, date(2027, 12, 31))
        self.assertEqual(self._last_period(contract), date(2027, 12, 31))

    def test_notice_that_both_agree_on(self):
        contract = self._create_term()
        with freeze_time("2026-03-10"):
            wizard = self._notice(contract, date_end=date(2026, 3, 31), agreed=True)
            wizard.action_confirm()
        self.assertEqual(self._last_period(contract), date(2026, 3, 31))

    def test_notice_between_terms(self):
        contract = self._create_term()
        wizard = self._notice(contract, date_end=date(2027, 6, 30))
        with self.assertRaisesRegex(ValidationError, "not on 06/30/2027"):
            wizard.action_confirm()

    def test_notice_without_end_date(self):
        contract = self._create_contract(notice_days=30).with_user(self.user_manager)
        wizard = self._notice(contract)
        self.assertEqual(wizard.date_end, date(2026, 2, 28))
        wizard.action_confirm()
        self.assertEqual(contract.date_end, date(2026, 2, 28))
        with self.assertRaisesRegex(UserError, "given already"):
            contract.action_open_notice()
        with self.assertRaisesRegex(ValidationError, "withdraw it"):
            contract.date_end = date(2026, 5, 31)
        contract.action_withdraw_notice()
        self.assertFalse(contract.date_end)
        self.assertFalse(contract.notice_by)
        self.assertEqual(self._last_period(contract), date(2027, 1, 31))

    def test_notice_to_any_day(self):
        contract = self._create_contract(notice_days=30, notice_target="day")
        self.assertEqual(
            contract._get_earliest_end(date(2026, 1, 15)), date(2026, 2, 14)
        )

    def test_notice_in_the_future(self):
        contract = self._create_term()
        wizard = self._notice(contract, date_given=date(2026, 2, 1))
        with self.assertRaisesRegex(ValidationError, "future"):
            wizard.action_confirm()

    # suspending, ending, cancelling, reopening

    def _close(self, contract, action, **values):
        return (
            self.env["client.contract.close.wizard"]
            .with_user(self.user_manager)
            .create({"contract_id": contract.id, "action": action, **values})
        )

    def test_suspension_says_who_and_why(self):
        contract = self._create_term()
        self._close(contract, "suspend", reason="Invoices unpaid").action_confirm()
        self.assertEqual(contract.state, "suspended")
        self.assertEqual(contract.suspension_reason, "Invoices unpaid")
        self.assertEqual(contract.suspended_by_id, self.user_manager)
        self.assertEqual(contract.date_suspended, date(2026, 1, 15))
        contract.action_resume()
        self.assertFalse(contract.suspension_reason)
        self.assertFalse(contract.date_suspended)

    def test_ending_says_what_becomes_of_the_entries(self):
        contract = self._create_term()
        extra = contract.sudo()._create_extra_entry(
            self.extra_service, "Page", 1, 700, date(2026, 6, 10), "Agreed"
        )
        wizard = self._close(contract, "end", reason="Merged")
        self.assertEqual(wizard.date_end, date(2026, 1, 15))
        self.assertIn("removed: 11.", wizard.consequence)
        self.assertIn("owed: 1.", wizard.consequence)
        wizard.action_confirm()
        self.assertEqual(contract.state, "ended")
        self.assertEqual(contract.end_reason, "Merged")
        self.assertEqual(contract.ended_by_id, self.user_manager)
        self.assertEqual(extra.period_start, date(2026, 1, 15))
        self.assertEqual(extra.date_due, date(2026, 6, 10))
        self.assertEqual(extra.state, "ready")

    def test_ending_later(self):
        contract = self._create_term()
        self._close(contract, "end", date_end=date(2026, 5, 31)).action_confirm()
        self.assertEqual(contract.state, "running")
        self.assertEqual(self._last_period(contract), date(2026, 5, 31))
        with freeze_time("2026-06-01"):
            self._run_cron()
        self.assertEqual(contract.state, "ended")

    def test_end_before_start_is_refused(self):
        contract = self._create_term()
        wizard = self._close(contract, "end", date_end=date(2025, 12, 1))
        with self.assertRaisesRegex(ValidationError, "can't end before that"):
            wizard.action_confirm()
        self.assertEqual(contract.date_end, date(2026, 12, 31))

    def test_cancel_and_reopen(self):
        contract = self._create_contract(approve=False).with_user(self.user_manager)
        self._close(contract, "cancel", reason="Lost the pitch").action_confirm()
        self.assertEqual(contract.cancel_reason, "Lost the pitch")
        self.assertEqual(contract.cancelled_by_id, self.user_manager)
        contract.action_draft()
        self.assertFalse(contract.cancel_reason)
        self.assertFalse(contract.date_cancelled)

    def test_reopen_an_ended_contract(self):
        contract = self._create_term()
        contract.action_end()
        wizard = self._close(contract, "reopen", date_end=date(2026, 1, 10))
        with self.assertRaisesRegex(UserError, "over"):
            wizard.action_confirm()
        wizard.date_end = date(2026, 6, 30)
        wizard.action_confirm()
        self.assertEqual(contract.state, "running")
        self.assertEqual(self._last_period(contract), date(2026, 6, 30))
        self.assertFalse(contract.ended_by_id)

    def test_who_may_not(self):
        contract = self._create_term()
        for user in (self.user_accountant, self.user_creation, self.portal_a):
            person = contract.with_user(user)
            for method in (
                "action_open_notice",
                "action_offer_renewal",
                "action_suspend",
                "action_end",
                "action_withdraw_notice",
                "_set_offered",
            ):
                with self.subTest(user=user.login, method=method):
                    self.env.invalidate_all()
                    with self.assertRaises(UserError):
                        getattr(person, method)()
        self.assertEqual(contract.state, "running")
        self.assertFalse(contract.renewal_offer_state)

    def test_facts_are_written_by_the_system(self):
        contract = self._create_term()
        for name, value in (
            ("notice_date_end", date(2026, 5, 1)),
            ("renewal_offer_state", "accepted"),
            ("end_reason", "x"),
            ("notice_reminded_for", date(2026, 12, 31)),
        ):
            with self.subTest(field=name), self.assertRaises(AccessError):
                contract.write({name: value})

    # an ended contract holds no due entry

    def test_the_database_refuses_an_entry_after_the_end(self):
        contract = self._create_term(billing_timing="arrears")
        contract.action_end()
        entry = contract.sudo().entry_ids[0]
        self.env.flush_all()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.CheckViolation),
            self.env.cr.savepoint(),
        ):
            self.env.cr.execute(
                "UPDATE client_contract_entry SET period_start = %s, period_end = %s"
                " WHERE id = %s",
                (date(2026, 2, 1), date(2026, 2, 28), entry.id),
            )
        columns = "client_id, company_id, currency_id, name, quantity, date_due"
        insert = f"""
            INSERT INTO client_contract_entry
                   (contract_id, kind, state, amount, period_start, period_end,
                    {columns})
            SELECT contract_id, 'extra', %s, %s, '2026-02-01', '2026-02-28', {columns}
              FROM client_contract_entry WHERE id = %s
        """
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.CheckViolation),
            self.env.cr.savepoint(),
        ):
            self.env.cr.execute(insert, ("ready", 10, entry.id))
        # what isn't due, or is owed to the client, may be there
        self.env.cr.execute(insert, ("skipped", 10, entry.id))
        self.env.cr.execute(insert, ("ready", -10, entry.id))

    def test_the_database_refuses_to_end_over_due_entries(self):
        contract = self._create_term()
        self.env.flush_all()
        statements = [
            "UPDATE client_contract SET state = 'ended', date_end = %s WHERE id = %s",
        ]
        for statement in statements:
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(psycopg2.errors.CheckViolation),
                self.env.cr.savepoint(),
            ):
                self.env.cr.execute(statement, (date(2026, 1, 31), contract.id))
        # up to the end date they may wait to be billed
        self.env.cr.execute(statements[0], (date(2026, 12, 31), contract.id))

    def test_an_entry_after_the_end_is_refused_in_a_sentence(self):
        contract = self._create_term()
        contract.action_end()
        with self.assertRaisesRegex(ValidationError, "nothing is due"):
            contract.sudo()._create_extra_entry(
                self.extra_service, "Page", 1, 700, date(2026, 6, 10), "Agreed"
            )

    def test_what_was_billed_beyond_the_end_is_not_due_again(self):
        """A quarter billed in advance, ended early: the invoice is deleted."""
        contract = self._create_term(recurring_interval=3)
        first = contract.sudo().entry_ids.sorted("period_start")[:2]
        with freeze_time("2026-04-10"):
            self._bill(first, post="draft")
        moves = first.invoice_line_ids.move_id
        with freeze_time("2026-04-15"):
            contract.action_end(date=date(2026, 2, 14))
        self.assertEqual(set(first.mapped("state")), {"drafted"})
        self.assertIn("Billed for a time after the end", first[1].derivation_text)
        moves.sudo().unlink()
        self.env.cr.flush()
        self.env.invalidate_all()
        self.assertEqual(first[0].state, "ready")
        self.assertEqual(first[0].period_end, date(2026, 2, 14))
        # 45 of the 90 days of the quarter
        self.assertEqual(first[0].amount, 500.0)
        self.assertEqual(first[1].state, "skipped")
        self.assertIn("Not due: the contract ended on", first[1].derivation_text)

    # templates

    def test_unknown_placeholder(self):
        templates = self.env["client.contract.template"]
        bad = {
            '<p><t t-out="object.client_id.nam"/></p>': "no field “nam”",
            '<p><t t-out="client.name"/></p>': "“client.name” is unknown",
            "<p>Dear {{ object.client_id.name }}</p>": "would stand in the contract",
            '<p><t t-out="format_date(object.date_begin)"/></p>': "date_begin",
            '<p><t t-out="object.name +"/></p>': "is no placeholder",
        }
        for body, sentence in bad.items():
            with (
                self.subTest(body=body),
                self.assertRaisesRegex(ValidationError, sentence),
            ):
                templates.create({"name": "Bad", "body_html": body})
        template = templates.create(
            {
                "name": "Good",
                "body_html": '<p><t t-out="format_date(object.date_start)"/> '
                '<t t-foreach="object.line_ids" t-as="line" t-out="line.name"/> '
                '<t t-out="object.client_id.name or str(object.notice_days)"/></p>',
            }
        )
        with self.assertRaisesRegex(ValidationError, "no field “numer”"):
            template.body_html = '<t t-out="object.numer"/>'

    def test_template_presets_the_life(self):
        template = self.env["client.contract.template"].create(
            {
                "name": "Year",
                "term_months": 12,
                "renewal": "offer",
                "renewal_months": 6,
                "notice_days": 60,
            }
        )
        form = Form(self.env["client.contract"].with_user(self.user_manager))
        form.client_id = self.client_a
        form.date_start = date(2026, 2, 1)
        form.template_id = template
        contract = form.save()
        self.assertEqual(contract.date_end, date(2027, 1, 31))
        self.assertEqual(contract.renewal, "offer")
        self.assertEqual(contract.renewal_months, 6)
        self.assertEqual(contract.notice_date, date(2026, 12, 2))
