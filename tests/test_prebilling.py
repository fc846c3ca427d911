"""Pre-billing: what differs from last period, why, and its sums."""

from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tests import freeze_time, tagged

from .common_contract import ContractCommon

FEBRUARY = date(2026, 2, 28)
MARCH = date(2026, 3, 31)
DUE = [("state", "=", "ready"), ("date_due", "<=", "2026-03-31")]


@tagged("post_install", "-at_install")
@freeze_time("2026-03-05")
class TestPrebilling(ContractCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2026-03-05"):
            cls.contract = cls._create_contract(
                lines=[{}, {"name": "Hosting", "price_unit": 500.0}]
            )

    def _entry(self, month, line=0, contract=None):
        contract = contract or self.contract
        return contract.line_ids[line].entry_ids.filtered(
            lambda entry: entry.period_start == date(2026, month, 1)
        )

    def _compare(self, entry):
        return (entry.amount_previous, entry.amount_difference, entry.cause)

    def _decide(self, entries, action, user=None, **values):
        """Change entries as people do, in the dialog."""
        wizard = (
            self.env["client.contract.entry.wizard"]
            .with_user(user or self.user_accountant)
            .with_context(default_entry_ids=entries.ids)
            .create({"action": action, "reason": "Agreed by phone", **values})
        )
        wizard.action_confirm()
        self.env.invalidate_all()

    def _summary(self, domain=None, user=None):
        entries = self.env["client.contract.entry"]
        return entries.with_user(user or self.user_accountant).get_prebilling_summary(
            DUE if domain is None else domain
        )

    def _aside(self, aside, domain=None):
        asides = {row["aside"]: row for row in self._summary(domain)["asides"]}
        return asides.get(aside)

    # ------------------------------------------------------------------
    # causes
    # ------------------------------------------------------------------

    def test_new_then_the_same(self):
        self.assertEqual(self._compare(self._entry(1)), (0.0, 1000.0, "new"))
        self.assertEqual(self._compare(self._entry(2)), (1000.0, 0.0, "same"))
        self.assertEqual(self._entry(2).previous_entry_id, self._entry(1))

    def test_price_and_quantity(self):
        self._bill(self._get_due(self.contract, FEBRUARY))
        self.contract.line_ids[0].price_unit = 1100.0
        self.contract.line_ids[1].quantity = 2
        self.assertEqual(self._compare(self._entry(3)), (1000.0, 100.0, "price"))
        self.assertEqual(self._compare(self._entry(3, 1)), (500.0, 500.0, "contract"))
        self.assertEqual(self._entry(4).cause, "same")

    def test_prorated(self):
        contract = self._create_contract(
            date_start=date(2026, 1, 17),
            date_anchor=date(2026, 1, 1),
            date_end=date(2026, 4, 15),
            renewal="none",
        )
        first, second, _third, last = contract.entry_ids.sorted("period_start")
        self.assertEqual(first.cause, "new")
        self.assertEqual(
            self._compare(second), (first.amount, 1000.0 - first.amount, "prorated")
        )
        self.assertEqual(self._compare(last), (1000.0, -500.0, "prorated"))

    def test_manual(self):
        self._decide(self._entry(2), "adjust", amount=900.0)
        self.assertEqual(self._compare(self._entry(2)), (1000.0, -100.0, "manual"))
        self.assertEqual(self._compare(self._entry(3)), (900.0, 100.0, "manual"))
        self._decide(self._entry(2), "restore")
        self.assertEqual(self._entry(2).cause, "same")
        self.assertEqual(self._entry(3).cause, "same")

    def test_after_a_skipped_period(self):
        for action in ("skip", "write_off"):
            self._decide(self._entry(2), action)
            self.assertEqual(self._compare(self._entry(3)), (0.0, 1000.0, "manual"))
            why = self._entry(3).comparison_text
            self.assertIn("Agreed by phone", why)
            self.assertIn(self.user_accountant.name, why)

    def test_one_off(self):
        entry = self.contract._create_extra_entry(
            product=self.extra_service,
            name="Landing page",
            quantity=1.0,
            price_unit=700.0,
            date_due=date(2026, 3, 10),
            reason="Asked by mail",
        )
        self.assertEqual(self._compare(entry), (0.0, 700.0, "one_off"))
        self.assertEqual(self._entry(4).cause, "same")

    def test_first_entry_after_the_line_began_later(self):
        self.contract.line_ids[1].date_start = date(2026, 3, 1)
        self.assertEqual(self._entry(3, 1).cause, "new")
        self.assertFalse(self._entry(2, 1))

    # ------------------------------------------------------------------
    # the screen
    # ------------------------------------------------------------------

    def test_summary_adds_up(self):
        """Last period plus the differences of each cause is this period."""
        self.contract.line_ids[0].price_unit = 1100.0
        self._decide(self._entry(3, 1), "adjust", amount=450.0)
        contract_b = self._create_contract(
            client=self.client_b, date_start=date(2026, 3, 1)
        )
        summary = self._summary(
            [*DUE, ("date_due", ">=", "2026-03-01"), ("cause", "!=", "same")]
        )
        [total] = summary["currencies"]
        self.assertEqual(summary["date_until"], "2026-03-31")
        self.assertEqual(total["amount"], 1100.0 + 450.0 + 1000.0)
        self.assertEqual(total["count"], 3)
        self.assertEqual(
            total["amount_previous"] + total["amount_difference"], total["amount"]
        )
        causes = {row["cause"]: row["amount_difference"] for row in total["causes"]}
        # no period was billed yet: the new price holds for all of them
        self.assertEqual(causes, {"same": 0.0, "manual": -50.0, "new": 1000.0})
        self.assertEqual(contract_b.entry_ids[0].cause, "new")

    def test_currencies_stay_apart(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        self._create_contract(client=self.client_b, currency_id=euro.id)
        currencies = self._summary()["currencies"]
        self.assertEqual(len(currencies), 2)
        by_name = {row["currency_name"]: row["amount"] for row in currencies}
        self.assertEqual(by_name["EUR"], 3000.0)
        self.assertEqual(by_name[self.company.currency_id.name], 4500.0)

    def test_ended(self):
        """A service without entry this period shows once, with what is missing."""
        self.contract.line_ids[1].date_end = FEBRUARY
        ended = self._aside("ended")
        self.assertEqual(ended["count"], 1)
        self.assertEqual(ended["amounts"][0]["amount"], -500.0)
        for until, shown in (("2026-02-28", False), ("2026-04-30", True)):
            domain = [("state", "=", "ready"), ("date_due", "<=", until)]
            self.assertEqual(bool(self._aside("ended", domain)), shown, until)
        with freeze_time("2026-05-05"):
            april = [("state", "=", "ready"), ("date_due", "<=", "2026-04-30")]
            self.assertFalse(self._aside("ended", april), "it ended a month before")
        entries = self.env["client.contract.entry"].with_user(self.user_accountant)
        action = entries.action_view_prebilling_aside(DUE, "ended")
        entry = entries.search(action["domain"])
        self.assertEqual(entry, self._entry(2, 1))
        self.assertEqual(entry.amount_ended, -500.0)

    def test_ended_contract(self):
        self._bill(self._get_due(self.contract, MARCH))
        with freeze_time("2026-03-31"):
            self.contract.action_end()
        domain = [("state", "=", "ready"), ("date_due", "<=", "2026-04-30")]
        self.assertEqual(self._aside("ended", domain)["amounts"][0]["amount"], -1500.0)

    def test_renewed_by_itself_is_not_ended(self):
        self.contract.write({"date_end": FEBRUARY, "renewal": "tacit"})
        self.assertFalse(self._aside("ended"))
        self.contract.renewal = "none"
        self.assertTrue(self._aside("ended"))

    def test_filters_hold_for_what_is_not_billed(self):
        self.contract.line_ids[1].date_end = FEBRUARY
        self._decide(self._entry(3), "skip")
        other = [*DUE, ("client_id", "=", self.client_b.id)]
        self.assertFalse(self._summary(other)["asides"])
        self.assertEqual(self._aside("skipped")["amounts"][0]["amount"], 1000.0)

    def test_due_but_not_billable(self):
        self.contract.action_suspend()
        waiting = self._aside("open")
        self.assertEqual(waiting["count"], 6)
        self.assertFalse(self._summary()["currencies"])

    def test_relative_dates_of_filters(self):
        domain = [("state", "=", "ready"), ("date_due", "<", "today +1m =1d")]
        self.assertEqual(self._summary(domain)["date_until"], "2026-03-31")
        self.assertFalse(self._summary([("state", "=", "ready")])["date_until"])

    def test_why(self):
        """The dialog tells both amounts, the decision, and leads to the invoice."""
        self._bill(self._entry(2))
        self._decide(self._entry(3), "adjust", amount=900.0)
        entry = self._entry(3).with_user(self.user_accountant)
        action = entry.action_why()
        self.assertEqual((action["res_id"], action["target"]), (entry.id, "new"))
        self.assertIn("900.00", entry.derivation_text)
        self.assertIn("Agreed by phone", entry.derivation_text)
        self.assertIn("1,000.00", entry.previous_derivation_text)
        self.assertIn("February 2026", entry.comparison_text)
        self.assertIn("-", entry.comparison_text)
        self.assertEqual(entry.decision_user_id, self.user_accountant)
        invoices = entry.action_view_previous_invoices()
        self.assertEqual(invoices["res_id"], self._entry(2).invoice_line_ids.move_id.id)

    # ------------------------------------------------------------------
    # decisions
    # ------------------------------------------------------------------

    def test_many_at_once(self):
        entries = self._get_due(self.contract, MARCH)
        self._decide(entries, "postpone", date_due=date(2026, 5, 10))
        self.assertFalse(self._summary()["currencies"])
        self._decide(entries, "restore")
        self.assertEqual(self._summary()["currencies"][0]["count"], 6)
        self._decide(entries, "write_off")
        self.assertEqual(set(entries.mapped("state")), {"written_off"})
        self.assertEqual(set(entries.mapped("decision_reason")), {"Agreed by phone"})

    def test_an_invoiced_one_keeps_all_as_they_are(self):
        self._bill(self._entry(1))
        entries = self._entry(1) | self._entry(2)
        with self.assertRaisesRegex(UserError, "on an invoice"):
            self._decide(entries, "skip")
        self.assertFalse(self._entry(2).skipped)
        with self.assertRaisesRegex(UserError, "reason"):
            self._decide(self._entry(2), "skip", reason=" ")

    def test_who_reads_and_who_decides(self):
        reader = self._create_user("hub_reader", "account.group_account_readonly")
        self.assertTrue(self._summary(user=reader)["currencies"])
        with self.assertRaises(AccessError):
            self._decide(self._entry(3), "skip", user=reader)
        with self.assertRaises(AccessError):
            self._summary(user=self.user_creation)

    # ------------------------------------------------------------------
    # bill all that is due
    # ------------------------------------------------------------------

    def test_bill_all_due_keeps_the_filters_of_the_list(self):
        """Also what does not differ, but no other client."""
        other = self._create_contract(client=self.client_b)
        entries = self.env["client.contract.entry"].with_user(self.user_accountant)
        action = entries.action_bill_due(
            [*DUE, ("cause", "!=", "same"), ("client_id", "=", self.client_a.id)]
        )
        wizard = (
            self.env["client.billing.wizard"]
            .with_user(self.user_accountant)
            .with_context(**action["context"])
            .create({})
        )
        self.assertEqual(wizard.date_until, MARCH)
        self.assertEqual(wizard.entry_count, 6)
        wizard.action_bill()
        self.assertEqual(set(self._get_due(self.contract, MARCH).ids), set())
        self.assertEqual(len(self._get_due(other, MARCH)), 3)

    def test_queries(self):
        """The page and its sums cost the same whatever is due."""
        domain = Domain(DUE)
        self._summary(domain)
        with self.assertQueryCount(6):
            self.env.invalidate_all()
            self._summary(domain)
