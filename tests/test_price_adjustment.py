"""Price adjustments: proposed, reviewed, applied, reversed."""

from datetime import date

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import RedirectWarning, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common_price_adjustment import PriceAdjustmentCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-12-05")
class TestPriceAdjustment(PriceAdjustmentCommon):
    """The way of a proposal, and what it does to the schedule."""

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
        again.problem_code = False
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
