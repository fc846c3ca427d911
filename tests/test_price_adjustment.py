"""Price adjustments: proposed, reviewed, applied, reversed, trued up."""

from datetime import date

from dateutil.relativedelta import relativedelta
from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, RedirectWarning, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common_contract import ContractCommon

IPCA = [0.53, 0.84, 0.71, 0.61, 0.23, -0.08, 0.12, 0.23, 0.26, 0.24, 0.28, 0.56]


@tagged("post_install", "-at_install")
@freeze_time("2026-12-05")
class TestPriceAdjustment(ContractCommon):
    """A contract of 1,000 a month from January 2026, adjusted in January 2027."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.index = cls.env["client.price.index"].create(
            {"name": "Consumer prices", "code": "IPCA-T", "kind": "rate"}
        )
        cls.rates = cls.env["client.price.index.rate"].create(
            [
                {
                    "index_id": cls.index.id,
                    "month": date(2025, 12, 9) + relativedelta(months=number),
                    "value": value,
                }
                for number, value in enumerate(IPCA)
            ]
        )
        # Dec 2025 … Nov 2026 accumulate on an adjustment of 1 January 2027, lag 2
        cls.rule = {
            "adjustment_rule": "index",
            "adjustment_index_id": cls.index.id,
            "adjustment_lag": 2,
        }

    def _propose(self, contract, user=None):
        """Propose through the batch screen; return the contract's proposal."""
        wizard = self.env["client.adjustment.propose"].with_user(
            user or self.user_manager
        )
        wizard.create({"date_until": date(2027, 1, 31)}).action_confirm()
        return contract.adjustment_ids.with_user(user or self.user_manager).filtered(
            lambda a: a.state == "draft"
        )

    def _apply(self, contract):
        adjustment = self._propose(contract)
        adjustment.action_review()
        adjustment.action_apply()
        return adjustment

    def _prices(self, contract):
        """Return {first day of the period: unit price} of the contract's entries."""
        return {
            entry.period_start: entry.price_unit
            for entry in contract.entry_ids
            if entry.kind == "recurring"
        }

    # ------------------------------------------------------------------
    # WHAT THE SCHEDULE SAYS
    # ------------------------------------------------------------------

    def test_new_price_from_the_day_on(self):
        """1,000.00 × 1.04621114 = 1,046.21114 → 1,046.21 from 1 January on."""
        contract = self._create_contract(**self.rule)
        self.assertEqual(contract.adjustment_next_date, date(2027, 1, 1))
        # December 2025's rate counts from the base month November 2025
        adjustment = self._propose(contract)
        self.assertEqual(adjustment.reference_from, date(2025, 11, 1))
        self.assertEqual(adjustment.reference_to, date(2026, 11, 1))
        self.assertFalse(adjustment.problem)
        self.assertEqual(adjustment.line_ids.price_new, 1046.21)
        self.assertEqual(contract.line_ids.price_unit, 1000)
        adjustment.action_review()
        adjustment.action_apply()
        prices = self._prices(contract)
        self.assertEqual(prices[date(2026, 12, 1)], 1000)
        self.assertEqual(prices[date(2027, 1, 1)], 1046.21)
        self.assertEqual(prices[date(2027, 11, 1)], 1046.21)
        self.assertEqual(contract.line_ids.price_unit, 1046.21)
        self.assertEqual(contract.adjustment_next_date, date(2028, 1, 1))
        entries = contract.entry_ids.sorted("period_start")
        self.assertIn("1.04621114", entries[-1].derivation_text)
        self.assertIn("01/01/2027", entries[-1].derivation_text)
        self.assertNotIn("adjusted", entries[0].derivation_text)
        self.assertEqual(entries[-1].amount, 1046.21)

    def test_a_later_year_does_not_touch_the_first(self):
        """4.5 % twice: 1,000.00, 1,045.00, 1,092.03 (1,092.025), each from its day."""
        contract = self._create_contract(
            adjustment_rule="fixed", adjustment_percent=4.5
        )
        self._apply(contract)
        with freeze_time("2027-12-05"):
            contract._sync_schedule()
            proposal = contract._propose_adjustments().with_user(self.user_manager)
            self.assertEqual(proposal.line_ids.price_before, 1045)
            proposal.action_review()
            proposal.action_apply()
            contract._sync_schedule()
        prices = self._prices(contract)
        self.assertEqual(prices[date(2026, 12, 1)], 1000)
        self.assertEqual(prices[date(2027, 1, 1)], 1045)
        self.assertEqual(prices[date(2027, 12, 1)], 1045)
        self.assertEqual(prices[date(2028, 1, 1)], 1092.03)

    def test_billed_entries_keep_their_price(self):
        contract = self._create_contract(**self.rule)
        january = contract.entry_ids.filtered(
            lambda e: e.period_start == date(2027, 1, 1)
        )
        self._bill(january)
        adjustment = self._propose(contract)
        self.assertEqual(adjustment.billed_count, 1)
        adjustment.action_review()
        adjustment.action_apply()
        self.assertEqual(january.price_unit, 1000)
        self.assertEqual(january.amount_billed, 1000)
        self.assertEqual(self._prices(contract)[date(2027, 2, 1)], 1046.21)

    def test_period_that_began_before_keeps_its_price(self):
        """Quarters from November: the one of 1 November stays, February changes."""
        contract = self._create_contract(
            recurring_interval=3, date_anchor=date(2026, 2, 1), **self.rule
        )
        self._apply(contract)
        prices = self._prices(contract)
        self.assertEqual(prices[date(2026, 11, 1)], 1000)
        self.assertEqual(prices[date(2027, 2, 1)], 1046.21)

    def test_postponed_entry_keeps_its_day(self):
        contract = self._create_contract(**self.rule)
        entry = contract.entry_ids.filtered(
            lambda e: e.period_start == date(2027, 3, 1)
        )
        self.env["client.contract.entry.wizard"].create(
            {
                "entry_ids": entry.ids,
                "action": "postpone",
                "date_due": date(2027, 3, 20),
                "reason": "asked by the client",
            }
        ).action_confirm()
        self._apply(contract)
        self.assertEqual(entry.date_due, date(2027, 3, 20))
        self.assertEqual(entry.price_unit, 1046.21)

    def test_discount_and_quantity(self):
        """3 × 1,046.21 − 10 % = 2,824.77 (2,824.767)."""
        contract = self._create_contract(
            lines=[{"quantity": 3, "discount": 10}], **self.rule
        )
        adjustment = self._apply(contract)
        self.assertEqual(adjustment.amount_before, 2700)
        self.assertEqual(adjustment.amount_new, 2824.77)
        last = contract.entry_ids.sorted("period_start")[-1]
        self.assertEqual(last.amount, 2824.77)

    # ------------------------------------------------------------------
    # NEVER TWICE, NEVER TOO EARLY
    # ------------------------------------------------------------------

    def test_twice_is_refused_with_a_link(self):
        contract = self._create_contract(**self.rule)
        first = self._apply(contract)
        values = {
            "contract_id": contract.id,
            "date_anniversary": date(2027, 1, 1),
            "date_effective": date(2027, 1, 1),
        }
        again = self.env["client.price.adjustment"].sudo().create(values)
        again._recompute_terms()
        again.problem = False
        again.state = "reviewed"
        with self.assertRaises(RedirectWarning) as caught:
            again.with_user(self.user_manager).action_apply()
        message, action = caught.exception.args[:2]
        self.assertIn("already", message)
        self.assertEqual(action["res_id"], first.id)
        self.assertEqual(contract.line_ids.price_unit, 1046.21)

    def test_too_early_is_refused_with_a_link(self):
        contract = self._create_contract(**self.rule)
        first = self._apply(contract)
        early = (
            self.env["client.price.adjustment"]
            .sudo()
            .create(
                {
                    "contract_id": contract.id,
                    "date_anniversary": date(2027, 6, 1),
                    "date_effective": date(2027, 6, 1),
                    "state": "reviewed",
                    "line_ids": [
                        (
                            0,
                            0,
                            {"line_id": contract.line_ids.id, "price_before": 1046.21},
                        )
                    ],
                }
            )
        )
        with self.assertRaises(RedirectWarning) as caught:
            early.with_user(self.user_manager).action_apply()
        self.assertIn("Too early", caught.exception.args[0])
        self.assertEqual(caught.exception.args[1]["res_id"], first.id)

    @mute_logger("odoo.sql_db")
    def test_database_knows_one_applied_per_anniversary(self):
        contract = self._create_contract(**self.rule)
        first = self._apply(contract)
        values = {
            "contract_id": contract.id,
            "date_anniversary": first.date_anniversary,
            "date_effective": first.date_effective,
            "state": "applied",
        }
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.env["client.price.adjustment"].sudo().create(values)
            self.env.flush_all()

    def test_proposing_again_proposes_nothing(self):
        contract = self._create_contract(**self.rule)
        proposal = self._propose(contract)
        with self.assertRaisesRegex(UserError, "have their proposal already"):
            self._propose(contract)
        self.assertFalse(contract._propose_adjustments())
        self.assertEqual(contract.adjustment_ids, proposal)
        proposal.action_review()
        proposal.action_apply()
        with self.assertRaisesRegex(UserError, "No contract is due"):
            self._propose(contract)

    def test_stale_proposal_is_refused(self):
        contract = self._create_contract(**self.rule)
        adjustment = self._propose(contract)
        adjustment.action_review()
        self.rates[3].value = 2.0
        with self.assertRaisesRegex(UserError, "changed since"):
            adjustment.action_apply()
        adjustment.action_draft()
        adjustment.action_review()
        contract.line_ids.price_unit = 1100
        with self.assertRaisesRegex(UserError, "changed since"):
            adjustment.action_apply()
        adjustment.action_draft()
        self.assertEqual(adjustment.line_ids.price_before, 1100)
        adjustment.action_review()
        adjustment.action_apply()
        self.assertEqual(adjustment.state, "applied")

    # ------------------------------------------------------------------
    # REVIEW, REVERSE
    # ------------------------------------------------------------------

    def test_review_changes_a_price_with_a_reason(self):
        contract = self._create_contract(
            lines=[{}, {"product_id": self.extra_service.id}], **self.rule
        )
        adjustment = self._propose(contract)
        with self.assertRaisesRegex(ValidationError, "reason"):
            adjustment.line_ids[0].price_new = 1040
        with Form(adjustment) as form:
            with form.line_ids.edit(0) as line:
                line.price_new = 1040
                line.reason = "Agreed on the phone"
            with form.line_ids.edit(1) as line:
                line.left_out = True
        adjustment.action_review()
        with self.assertRaisesRegex(UserError, "not a proposal"):
            adjustment.line_ids[0].price_new = 1
        adjustment.action_apply()
        self.assertEqual(contract.line_ids.mapped("price_unit"), [1040, 700])
        last = contract.line_ids[0].entry_ids.sorted("period_start")[-1]
        self.assertEqual(last.price_unit, 1040)
        self.assertIn("Agreed on the phone", last.derivation_text)

    def test_reverse_while_nothing_is_billed(self):
        contract = self._create_contract(**self.rule)
        adjustment = self._apply(contract)
        adjustment.action_reverse()
        self.assertEqual(set(self._prices(contract).values()), {1000})
        self.assertEqual(contract.line_ids.price_unit, 1000)
        self.assertEqual(contract.adjustment_next_date, date(2027, 1, 1))
        # and may be proposed anew
        again = self._apply(contract)
        january = contract.entry_ids.filtered(
            lambda e: e.period_start == date(2027, 1, 1)
        )
        self._bill(january)
        with self.assertRaisesRegex(UserError, "on an invoice at the new price"):
            again.action_reverse()
        self.assertEqual(contract.line_ids.price_unit, 1046.21)

    def test_only_the_latest_is_reversed(self):
        contract = self._create_contract(
            adjustment_rule="fixed", adjustment_percent=4.5
        )
        first = self._apply(contract)
        second = contract._propose_adjustments().with_user(self.user_manager)
        second.action_review()
        second.action_apply()
        with self.assertRaises(RedirectWarning) as caught:
            first.action_reverse()
        self.assertEqual(caught.exception.args[1]["res_id"], second.id)

    def test_states(self):
        contract = self._create_contract(**self.rule)
        adjustment = self._propose(contract)
        with self.assertRaisesRegex(UserError, "can't become"):
            adjustment.action_apply()
        adjustment.action_leave_out()
        self.assertEqual(contract.line_ids.price_unit, 1000)
        with self.assertRaisesRegex(UserError, "reviewed"):
            adjustment.action_send_letter()
        adjustment.action_draft()
        adjustment.action_review()
        contract.action_end()
        with self.assertRaisesRegex(UserError, "can't be adjusted"):
            adjustment.action_apply()

    # ------------------------------------------------------------------
    # INDEX
    # ------------------------------------------------------------------

    def test_missing_value_is_a_problem_until_it_arrives(self):
        contract = self._create_contract(**dict(self.rule, adjustment_lag=1))
        adjustment = self._propose(contract)
        self.assertEqual(adjustment.problem, "No value of IPCA-T for December 2026.")
        with self.assertRaisesRegex(UserError, "No value of IPCA-T for December 2026"):
            adjustment.action_review()
        self.env["client.price.index.rate"].create(
            {"index_id": self.index.id, "month": date(2026, 12, 1), "value": 0.5}
        )
        self._propose(contract)
        self.assertFalse(adjustment.problem)
        adjustment.action_review()

    def test_fall_is_carried_to_the_next_year(self):
        self.rates.value = -0.5
        contract = self._create_contract(**dict(self.rule, adjustment_negative="carry"))
        adjustment = self._apply(contract)
        self.assertEqual(contract.line_ids.price_unit, 1000)
        self.assertEqual(adjustment.reference_next, date(2025, 11, 1))
        self.assertIn("fall counts next time", adjustment.derivation_text)
        base, last = contract._get_adjustment_reference(date(2028, 1, 1))
        self.assertEqual((base, last), (date(2025, 11, 1), date(2027, 11, 1)))

    def test_cap(self):
        contract = self._create_contract(**dict(self.rule, adjustment_cap=3))
        self._apply(contract)
        self.assertEqual(contract.line_ids.price_unit, 1030)
        self.assertIn("cap of 3", contract.adjustment_ids.derivation_text)

    def test_true_up_of_what_was_billed(self):
        """Last rate 0.56 becomes 1.06: 1.0462111379 ÷ 1.0056 × 1.0106.

        = 1.05141306: 1,051.41, 5.20 more for January, billed at 1,046.21.
        """
        self.rates[-1].is_provisional = True
        contract = self._create_contract(**self.rule)
        adjustment = self._apply(contract)
        self.assertTrue(adjustment.is_provisional)
        self.assertFalse(adjustment.can_true_up)
        with self.assertRaisesRegex(UserError, "still an estimate"):
            adjustment.action_true_up()
        self._bill(
            contract.entry_ids.filtered(lambda e: e.period_start == date(2027, 1, 1))
        )
        self.rates[-1].write({"is_provisional": False, "value": 1.06})
        adjustment.invalidate_recordset()
        self.assertTrue(adjustment.can_true_up)
        adjustment.action_true_up()
        self.assertEqual(adjustment.factor, 1.05141306)
        prices = self._prices(contract)
        self.assertEqual(prices[date(2027, 1, 1)], 1046.21)
        self.assertEqual(prices[date(2027, 2, 1)], 1051.41)
        difference = contract.entry_ids.filtered(lambda e: e.kind == "difference")
        self.assertEqual(difference.amount, 5.20)
        self.assertIn("IPCA-T", difference.name)
        with self.assertRaisesRegex(UserError, "no provisional value"):
            adjustment.action_true_up()

    def test_true_up_downwards_gives_the_client_money_back(self):
        """Last rate 0.56 becomes 0.06: factor 1.04100921, 1,041.01 instead of
        1,046.21 in January: 5.20 on a credit note.
        """
        self.rates[-1].is_provisional = True
        contract = self._create_contract(**self.rule)
        adjustment = self._apply(contract)
        january = contract.entry_ids.filtered(
            lambda e: e.period_start == date(2027, 1, 1)
        )
        self._bill(january)
        self.rates[-1].write({"is_provisional": False, "value": 0.06})
        adjustment.invalidate_recordset()
        adjustment.action_true_up()
        self.assertEqual(self._prices(contract)[date(2027, 2, 1)], 1041.01)
        back = contract.entry_ids.filtered(lambda e: e.kind == "difference")
        self.assertEqual(back.amount, -5.20)
        run = self._bill(back)
        self.assertRecordValues(
            run.invoice_ids,
            [{"move_type": "out_refund", "state": "posted", "amount_untaxed": 5.20}],
        )
        self.assertEqual(back.state, "billed")
        self.assertEqual(january.amount_billed + back.amount_billed, 1041.01)

    @mute_logger("odoo.sql_db")
    def test_one_value_a_month(self):
        self.assertEqual(self.rates[0].month, date(2025, 12, 1))
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.rates.create(
                {"index_id": self.index.id, "month": date(2025, 12, 30), "value": 1}
            )
        with self.assertRaisesRegex(ValidationError, "above zero"):
            self.index.kind = "number"
            self.rates[0].value = 0

    def test_values_are_imported(self):
        result = (
            self.env["client.price.index.rate"]
            .with_user(self.user_accountant)
            .load(
                ["index_id", "month", "value"],
                [["IPCA-T", "2027-01-01", "0.16"], ["IPCA-T", "2027-02-01", "1.31"]],
            )
        )
        self.assertFalse(result["messages"])
        self.assertEqual(self.index.last_month, date(2027, 2, 1))

    # ------------------------------------------------------------------
    # BAD INPUT
    # ------------------------------------------------------------------

    @mute_logger("odoo.sql_db")
    def test_zero_interval(self):
        contract = self._create_contract()
        with self.assertRaises(IntegrityError) as caught, self.env.cr.savepoint():
            contract.adjustment_months = 0
            self.env.flush_all()
        self.assertIn("adjustment_months_positive", str(caught.exception))

    def test_interval_below_the_company_minimum(self):
        contract = self._create_contract()
        with self.assertRaisesRegex(ValidationError, "at most every 12 months"):
            contract.write(dict(self.rule, adjustment_months=6))
        self.company.client_adjustment_min_months = 6
        contract.write(dict(self.rule, adjustment_months=6))
        self.assertEqual(contract.adjustment_next_date, date(2026, 7, 1))

    def test_bad_rules(self):
        contract = self._create_contract()
        for values, sentence in (
            (dict(self.rule, adjustment_cap=2, adjustment_floor=3), "below its floor"),
            ({"adjustment_rule": "index"}, "Choose the index"),
            ({"adjustment_rule": "fixed"}, "Give the percentage"),
        ):
            with (
                self.subTest(sentence=sentence),
                self.assertRaisesRegex(ValidationError, sentence),
                self.env.cr.savepoint(),
            ):
                contract.write(values)

    def test_contract_without_rule_is_not_proposed(self):
        contract = self._create_contract().with_user(self.user_manager)
        self.assertFalse(contract.adjustment_next_date)
        with self.assertRaisesRegex(UserError, "choose a rule"):
            contract.action_propose_adjustment()

    def test_template_presets_the_rule(self):
        template = self.env["client.contract.template"].create(
            {"name": "Fee", "adjustment_cap": 8, **self.rule}
        )
        form = Form(self.env["client.contract"].with_user(self.user_manager))
        form.client_id = self.client_a
        form.template_id = template
        form.name = "Fee"
        contract = form.save()
        self.assertEqual(contract.adjustment_index_id, self.index)
        self.assertEqual(contract.adjustment_cap, 8)
        self.assertEqual(contract.adjustment_lag, 2)

    # ------------------------------------------------------------------
    # WHO
    # ------------------------------------------------------------------

    def test_roles(self):
        contract = self._create_contract(**self.rule)
        adjustment = self._propose(contract)
        expected = {
            self.user_manager: (True, True),
            self.user_accountant: (True, False),
            self.user_creation: (False, False),
            self.portal_a: (False, False),
        }
        for user, (read, write) in expected.items():
            with self.subTest(user=user.login):
                self.env.invalidate_all()
                for record in (adjustment, adjustment.line_ids):
                    record = record.with_user(user)
                    self.assertEqual(record.has_access("read"), read)
                    self.assertEqual(record.has_access("write"), write)
        adjustment.action_review()
        for user in (self.user_accountant, self.user_creation):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                adjustment.with_user(user).action_apply()
        with self.assertRaises(AccessError):
            adjustment.write({"factor": 2})
        with self.assertRaises(AccessError):
            adjustment.line_ids.write({"price_before": 1})
        with self.assertRaises(AccessError):
            adjustment.create({"contract_id": contract.id})
        with self.assertRaises(AccessError):
            self.rates[0].with_user(self.user_manager).value = 9
        self.assertEqual(self.rates[0].with_user(self.user_manager).value, 0.53)

    def test_outsider_proposes_nothing_of_a_restricted_client(self):
        self.client_a.client_restricted = True
        contract = self._create_contract(**self.rule)
        other = self._create_contract(client=self.client_b, **self.rule)
        wizard = (
            self.env["client.adjustment.propose"]
            .with_user(self.user_outsider)
            .create({"date_until": date(2027, 1, 31)})
        )
        self.assertEqual(wizard.contract_ids, other)
        wizard.action_confirm()
        self.assertFalse(contract.adjustment_ids)
        proposal = self._propose(contract)
        self.assertTrue(proposal)
        seen = self.env["client.price.adjustment"].with_user(self.user_outsider)
        self.assertEqual(seen.search([]).contract_id, other)
        with self.assertRaises(AccessError):
            proposal.with_user(self.user_outsider).read(["factor"])

    def test_other_company_is_not_proposed(self):
        other = self.setup_other_company()["company"]
        contract = self._create_contract(**self.rule)
        stranger = self._create_user("stranger", "client_hub.group_account_manager")
        stranger.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        wizard = (
            self.env["client.adjustment.propose"]
            .with_user(stranger)
            .with_context(allowed_company_ids=other.ids)
            .create({"date_until": date(2027, 1, 31)})
        )
        self.assertNotIn(contract, wizard.contract_ids)

    # ------------------------------------------------------------------
    # HISTORY, LETTER
    # ------------------------------------------------------------------

    def test_history_tells_the_new_price(self):
        contract = self._create_contract(**self.rule)
        adjustment = self._apply(contract)
        self.env.cr.precommit.run()
        rows = self.env["client.history"].search([("client_id", "=", self.client_a.id)])
        changes = rows.filtered(
            lambda r: (
                r.model == "client.contract.line"
                and r.res_id == contract.line_ids.id
                and r.action == "write"
            )
        ).mapped("changes")
        self.assertIn("1046.21", str(changes))
        states = rows.filtered(
            lambda r: r.model == adjustment._name and r.res_id == adjustment.id
        )
        self.assertIn("Applied", str(states.mapped("changes")))

    def test_letter(self):
        contract = self._create_contract(**self.rule)
        adjustment = self._apply(contract)
        html = (
            self.env["ir.actions.report"]
            ._render_qweb_html("client_hub.report_price_adjustment", adjustment.ids)[0]
            .decode()
        )
        for text in ("1,046.21", "1,000.00", "1.04621114", "Paula Azul", "01/01/2027"):
            self.assertIn(text, html)
        self.assertIn("IPCA-T", html)

    def test_letter_is_sent_by_choice(self):
        contract = self._create_contract(**self.rule)
        adjustment = self._apply(contract)
        self.assertFalse(adjustment.date_letter)
        action = adjustment.action_send_letter()
        composer = (
            self.env["mail.compose.message"]
            .with_user(self.user_manager)
            .with_context(**action["context"])
            .create({})
        )
        self.assertEqual(composer.partner_ids, self.contact_a)
        self.assertTrue(composer.attachment_ids)
        composer._action_send_mail()
        self.assertEqual(adjustment.date_letter, date(2026, 12, 5))

    def test_true_up_of_a_period_with_an_agreement(self):
        """January at half price from the 17th: 16 days whole, 15 at half, of 31.

        Billed at 1,046.21 a month: 793.09.  Definitive 1,051.41: 797.04, 3.95 more.
        February has another quantity for good, and takes the definitive price.
        """
        self.rates[-1].is_provisional = True
        contract = self._create_contract(**self.rule)
        adjustment = self._apply(contract)
        for month, values in ((1, {"discount": 50.0}), (2, {"quantity": 2.0})):
            overlay = self.env["client.contract.overlay"].create(
                {
                    "contract_id": contract.id,
                    "kind": next(iter(values)),
                    "date_start": date(2027, month, 17 if month == 1 else 1),
                    "date_end": date(2027, month, 31 if month == 1 else 28),
                    "reason": "Agreed",
                    "line_ids": [(6, 0, contract.line_ids.ids)],
                    **values,
                }
            )
            overlay.action_confirm()
        january = contract.entry_ids.filtered(
            lambda e: e.period_start == date(2027, 1, 1)
        )
        self.assertEqual(
            (january.amount, len(january.derivation["segments"])), (793.09, 2)
        )
        self._bill(january)
        self.rates[-1].write({"is_provisional": False, "value": 1.06})
        adjustment.invalidate_recordset()
        adjustment.action_true_up()
        self.assertEqual(january.difference_ids.amount, 3.95)
        self.assertEqual(january.amount, 793.09)
        february = contract.entry_ids.filtered(
            lambda e: e.period_start == date(2027, 2, 1)
        )
        self.assertEqual(february.amount, 2102.82)
