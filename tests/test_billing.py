"""Billing: pre-billing, runs, invoices, credit notes."""

from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common_contract import ContractCommon

FEBRUARY = date(2026, 2, 28)


@tagged("post_install", "-at_install")
@freeze_time("2026-02-15")
class TestBilling(ContractCommon):
    """What an accountant does, without any group of this addon."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2026-02-15"):
            cls.contract = cls._create_contract(
                lines=[{}, {"price_unit": 500.0, "quantity": 2, "discount": 10.0}]
            )
            cls.contract_b = cls._create_contract(client=cls.client_b)
        cls.due = cls._get_due(cls.contract, FEBRUARY)

    def _invoices(self, entries):
        return entries.invoice_line_ids.move_id

    def _reverse(self, move, method="refund_moves", **values):
        """Credit an invoice through Odoo's wizard; return what it made."""
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"journal_id": move.journal_id.id, **values})
        )
        getattr(wizard, method)()
        return wizard.new_move_ids

    # ------------------------------------------------------------------
    # end to end
    # ------------------------------------------------------------------

    def test_only_approved_contracts_show(self):
        draft = self._create_contract(approve=False)
        draft.action_mark_sent()
        domain = [("state", "=", "ready"), ("date_due", "<=", FEBRUARY)]
        entries = (
            self.env["client.contract.entry"]
            .with_user(self.user_accountant)
            .search(domain)
        )
        self.assertIn(self.contract, entries.contract_id)
        self.assertNotIn(draft, entries.contract_id)

    def test_bill_per_contract(self):
        run = self._bill(self.due)
        self.assertEqual(run.state, "done")
        self.assertEqual(run.done_count, 4)
        self.assertEqual(run.progress, 100.0)
        invoice = self._invoices(self.due)
        self.assertEqual(len(invoice), 1)
        self.assertEqual(invoice.state, "posted")
        self.assertEqual(invoice.amount_untaxed, 3800.0)
        self.assertEqual(invoice.client_contract_id, self.contract)
        self.assertEqual(invoice.create_uid, self.user_accountant)
        self.assertEqual(set(self.due.mapped("state")), {"billed"})
        self.assertEqual(sum(self.due.mapped("amount_billed")), 3800.0)
        line = invoice.invoice_line_ids.filtered("discount")[0]
        self.assertEqual(line.price_subtotal, line.client_entry_id.amount)
        self.assertIn("2026", line.name.split("\n")[-1])
        self.assertEqual(line.client_period_start, line.client_entry_id.period_start)
        note = invoice.message_ids.filtered(lambda m: "Billed from" in m.body)
        self.assertEqual(len(note), 1)
        self.assertIn(self.contract.number, note.body)

    def test_bill_by_date_and_client(self):
        second = self._create_contract()
        wizard = (
            self.env["client.billing.wizard"]
            .with_user(self.user_accountant)
            .create({"group_by": "client", "date_until": FEBRUARY, "post": "draft"})
        )
        self.assertEqual(wizard.entry_count, 8)
        self.assertEqual(wizard.total_ids.invoice_count, 2)
        self.assertEqual(wizard.total_ids.amount, 3800.0 + 2000.0 + 2000.0)
        wizard.action_bill()
        entries = self.due | self._get_all(second)
        invoice = self._invoices(entries)
        self.assertEqual(len(invoice), 1)
        self.assertEqual(invoice.state, "draft")
        self.assertEqual(len(invoice.invoice_line_ids.client_contract_id), 2)
        self.assertEqual(set(self.due.mapped("state")), {"drafted"})

    def _get_all(self, contract):
        return contract.entry_ids.filtered(lambda entry: entry.date_due <= FEBRUARY)

    def test_amount_to_the_cent(self):
        """Parts of periods and adjusted amounts: the invoice is the entry."""
        contract = self._create_contract(
            date_start=date(2026, 1, 12),
            date_anchor=date(2026, 1, 1),
            lines=[
                {"price_unit": 333.33, "quantity": 3},
                {"price_unit": 1234.56, "quantity": 1, "discount": 7.5},
                {"price_unit": 19.99, "quantity": 7.5},
            ],
        )
        entries = self._get_due(contract, FEBRUARY)
        entries[-1].write({"is_adjusted": True, "amount_adjusted": 77.77})
        forecast = {entry: entry.amount for entry in entries}
        self._bill(entries)
        for entry, amount in forecast.items():
            self.assertEqual(entry.amount_billed, amount)
            self.assertEqual(entry.invoice_line_ids.price_subtotal, amount)

    def test_tax_included_price(self):
        tax = self.tax.copy(
            {"name": "Included", "price_include_override": "tax_included"}
        )
        contract = self._create_contract(
            date_start=date(2026, 1, 12),
            date_anchor=date(2026, 1, 1),
            lines=[{"price_unit": 115.0, "tax_ids": [Command.set(tax.ids)]}],
        )
        entries = self._get_due(contract, FEBRUARY)
        self.assertEqual(entries[1].amount, 100.0)
        amounts = entries.mapped("amount")
        self._bill(entries)
        self.assertEqual(entries.mapped("amount_billed"), amounts)

    def test_due_date_without_terms(self):
        self.contract.payment_term_id = False
        entries = self.contract.entry_ids.sorted("date_due")[:6]
        self._bill(entries, invoice_date=date(2026, 2, 15))
        invoice = self._invoices(entries)
        self.assertEqual(invoice.invoice_date_due, date(2026, 3, 1))

    def test_payment_terms(self):
        terms = self.env.ref("account.account_payment_term_30days")
        self.contract.payment_term_id = terms
        self._bill(self.due, invoice_date=date(2026, 2, 15))
        invoice = self._invoices(self.due)
        self.assertEqual(invoice.invoice_payment_term_id, terms)
        self.assertEqual(invoice.invoice_date_due, date(2026, 3, 17))

    def test_fiscal_position(self):
        other_tax = self.tax.copy({"name": "Export", "amount": 0.0})
        position = self.env["account.fiscal.position"].create({"name": "Export"})
        other_tax.write(
            {
                "fiscal_position_ids": [Command.set(position.ids)],
                "original_tax_ids": [Command.set(self.tax.ids)],
            }
        )
        self.assertGreater(self.contract.amount_total, self.contract.amount_untaxed)
        self.client_a.property_account_position_id = position
        quoted = self._create_contract(approve=False)
        self.assertEqual(quoted.amount_total, quoted.amount_untaxed)
        # a running contract tells what its next invoices will say
        self.assertEqual(self.contract.amount_total, self.contract.amount_untaxed)
        self._bill(self.due)
        invoice = self._invoices(self.due)
        self.assertEqual(invoice.fiscal_position_id, position)
        self.assertEqual(invoice.invoice_line_ids.tax_ids, other_tax)

    def test_totals_follow_the_country_of_the_client(self):
        other_tax = self.tax.copy({"name": "Abroad", "amount": 0.0})
        position = self.env["account.fiscal.position"].create(
            {
                "name": "Abroad",
                "auto_apply": True,
                "country_id": self.env.ref("base.au").id,
            }
        )
        other_tax.write(
            {
                "fiscal_position_ids": [Command.set(position.ids)],
                "original_tax_ids": [Command.set(self.tax.ids)],
            }
        )
        self.assertGreater(self.contract.amount_total, self.contract.amount_untaxed)
        self.client_a.country_id = self.env.ref("base.au")
        self.assertEqual(self.contract.amount_total, self.contract.amount_untaxed)

    def test_credit_entry_makes_a_credit_note(self):
        extra = self.contract._create_extra_entry(
            product=self.extra_service,
            name="Credit",
            quantity=1.0,
            price_unit=-200.0,
            date_due=date(2026, 2, 1),
            reason="Late delivery",
        )
        self._bill(extra)
        move = self._invoices(extra)
        self.assertEqual(move.move_type, "out_refund")
        self.assertEqual(move.amount_untaxed, 200.0)
        self.assertEqual(extra.state, "billed")
        self.assertEqual(extra.amount_billed, -200.0)
        move.button_draft()
        self.assertEqual(extra.state, "drafted")
        move.button_cancel()
        self.assertEqual(extra.state, "ready")

    # ------------------------------------------------------------------
    # the entry follows its invoices
    # ------------------------------------------------------------------

    def test_reset_cancel_delete(self):
        self._bill(self.due)
        invoice = self._invoices(self.due)
        invoice.button_draft()
        self.assertEqual(set(self.due.mapped("state")), {"drafted"})
        invoice.button_cancel()
        self.assertEqual(set(self.due.mapped("state")), {"ready"})
        invoice.button_draft()
        self.assertEqual(set(self.due.mapped("state")), {"drafted"})
        line = invoice.invoice_line_ids[0]
        entry = line.client_entry_id
        line.unlink()
        self.assertEqual(entry.state, "ready")
        invoice.with_context(force_delete=True).unlink()
        self.assertEqual(set(self.due.mapped("state")), {"ready"})
        self._bill(self.due)
        self.assertEqual(set(self.due.mapped("state")), {"billed"})

    def test_full_credit(self):
        self._bill(self.due)
        invoice = self._invoices(self.due)
        credit = self._reverse(invoice)
        self.assertEqual(
            credit.invoice_line_ids.client_entry_id, self.due, "kept by reversal"
        )
        self.assertEqual(set(self.due.mapped("state")), {"billed"})
        credit.action_post()
        self.assertEqual(set(self.due.mapped("state")), {"ready"})
        self.assertEqual(sum(self.due.mapped("amount_credited")), 3800.0)
        self._bill(self.due)
        self.assertEqual(set(self.due.mapped("state")), {"billed"})
        self.assertEqual(sum(self.due.mapped("amount_billed")), 3800.0)

    def test_full_credit_for_good(self):
        self._bill(self.due)
        credit = self._reverse(self._invoices(self.due), client_rebill=False)
        credit.action_post()
        self.assertEqual(set(self.due.mapped("state")), {"credited"})
        credit.button_draft()
        self.assertEqual(set(self.due.mapped("state")), {"billed"})

    def test_partial_credit(self):
        self._bill(self.due)
        credit = self._reverse(self._invoices(self.due))
        line = credit.invoice_line_ids.filtered(lambda line: not line.discount)[0]
        entry = line.client_entry_id
        (credit.invoice_line_ids - line).unlink()
        line.price_unit = 400.0
        credit.action_post()
        self.assertEqual(entry.state, "billed")
        self.assertEqual(entry.amount_credited, 400.0)
        self.assertEqual(entry.amount_billed, 600.0)

    def test_credit_and_correct(self):
        """Odoo's "Reverse and Create Invoice" keeps the entry on the new draft."""
        self._bill(self.due)
        invoice = self._invoices(self.due)
        correction = self._reverse(invoice, method="modify_moves")
        self.assertEqual(correction.state, "draft")
        self.assertEqual(set(self.due.mapped("state")), {"drafted"})
        correction.action_post()
        self.assertEqual(set(self.due.mapped("state")), {"billed"})

    def test_duplicate_is_no_bill(self):
        self._bill(self.due)
        copy = self._invoices(self.due).copy()
        self.assertFalse(copy.invoice_line_ids.client_entry_id)
        self.assertFalse(copy.client_billing_run_id)
        self.assertFalse(copy.client_contract_id)

    def test_confirming_twice_is_refused(self):
        """Cancelled, billed again, then the first one confirmed after all."""
        self._bill(self.due)
        first = self._invoices(self.due)
        first.button_draft()
        first.button_cancel()
        self._bill(self.due)
        first.button_draft()
        with self.assertRaisesRegex(UserError, "already billed by"):
            first.action_post()

    def test_invoiced_entries_are_locked(self):
        self._bill(self.due)
        entry = self.due[0]
        with self.assertRaisesRegex(UserError, "on an invoice"):
            entry.write({"is_adjusted": True, "amount_adjusted": 1.0})
        with self.assertRaises(UserError):
            entry.unlink()
        with self.assertRaises(UserError):
            self.contract.line_ids[0].unlink()
        with self.assertRaisesRegex(UserError, "has invoices"):
            self._approve_only_and_bill().action_cancel()

    def _approve_only_and_bill(self):
        contract = self._create_contract(approve=False)
        contract.action_approve()
        self._bill(self._get_due(contract, FEBRUARY))
        return contract

    # ------------------------------------------------------------------
    # runs
    # ------------------------------------------------------------------

    def test_second_click(self):
        self._bill(self.due)
        with self.assertRaisesRegex(UserError, "can't be billed"):
            self._bill(self.due)
        self.assertEqual(len(self._invoices(self.due)), 1)
        wizard = (
            self.env["client.billing.wizard"]
            .with_user(self.user_accountant)
            .create({"date_until": date(2025, 1, 1)})
        )
        with self.assertRaisesRegex(UserError, "Nothing is due"):
            wizard.action_bill()

    def test_claimed_by_a_running_run(self):
        run = self.env["client.billing.run"].create({})
        run._claim(self.due)
        run.state = "running"
        with self.assertRaisesRegex(UserError, f"already being billed by {run.name}"):
            self._bill(self.due)
        run.action_stop()
        run.action_release()
        self.assertFalse(self.due.billing_run_id)
        self._bill(self.due)
        self.assertEqual(set(self.due.mapped("state")), {"billed"})

    @mute_logger("odoo.addons.client_hub.models.client_billing_run_work")
    def test_poisoned_entries(self):
        """Each bad entry gets its sentence, the others are billed, Retry mends."""
        self.extra_service.taxes_id = False
        archived = self._create_contract(
            client=self.client_b, lines=[{"product_id": self.extra_service.id}]
        )
        no_account = self._create_contract(
            client=self.client_b, lines=[{}, {"name": "Poisoned"}]
        )
        tax = self.tax.copy({"name": "Broken"})
        no_account.line_ids[1].tax_ids = tax
        account = self.env["account.account"].create(
            {
                "code": "299987",
                "name": "Closed account",
                "account_type": "liability_current",
            }
        )
        tax.repartition_line_ids.account_id = account
        account.active = False
        entries = (
            self.due
            | self._get_due(archived, FEBRUARY)
            | self._get_due(no_account, FEBRUARY)
        )
        self.extra_service.active = False
        run = self._bill(entries, group_by="client")
        bad = entries.filtered("billing_error")
        self.assertEqual(bad, archived_entries(archived) | poisoned_entries(no_account))
        self.assertEqual(set((entries - bad).mapped("state")), {"billed"})
        self.assertEqual(set(bad.mapped("state")), {"ready"})
        self.assertEqual(run.failed_count, 4)
        self.assertEqual(run.done_count, len(entries) - 4)
        self.assertIn("archived", self._get_due(archived, FEBRUARY)[0].billing_error)
        self.extra_service.active = True
        account.active = True
        run.with_user(self.user_accountant).action_retry()
        self.env.invalidate_all()
        self.assertEqual(set(entries.mapped("state")), {"billed"})
        self.assertFalse(any(entries.mapped("billing_error")))
        self.assertEqual(run.failed_count, 0)
        self.assertEqual(run.done_count, len(entries))
        self.assertEqual(run.state, "done")

    def test_inactive_client(self):
        self.client_a.client_status = "inactive"
        run = self._bill(self.due)
        self.assertEqual(run.failed_count, 4)
        self.assertIn("inactive", self.due[0].billing_error)
        # said once for all of them, but beside each one where they differ
        self.assertEqual(run.common_problem, self.due[0].billing_error)
        self.due[0].billing_error = "Something else"
        self.env.invalidate_all()
        self.assertFalse(run.common_problem)

    def test_background(self):
        """Beyond one chunk the scheduled job does the work, in chunks."""
        contracts = self.env["client.contract"]
        for _number in range(3):
            contracts |= self._create_contract(recurring_unit="day")
        entries = contracts.entry_ids.filtered(
            lambda entry: entry.date_due <= date(2026, 4, 30)
        )
        self.assertEqual(len(entries), 360)
        run = self._bill(entries)
        self.assertEqual(run.state, "running")
        self.assertEqual(run.done_count, 0)
        with self.assertRaisesRegex(UserError, "already being billed"):
            self._bill(entries)
        cron = self.env.ref("client_hub.ir_cron_client_billing_run")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(run.state, "done")
        self.assertEqual(run.done_count, 360)
        self.assertEqual(run.invoice_count, 3)
        self.assertEqual(set(entries.mapped("state")), {"billed"})
        self.assertEqual(len(set(entries.mapped("billing_chunk"))), 2)

    def test_several_companies(self):
        other = self.setup_other_company()["company"]
        self.user_accountant.company_ids += other
        contract = self._create_contract(
            client=self.client_b,
            company_id=other.id,
            currency_id=other.currency_id.id,
            lines=[{"price_unit": 50.0, "tax_ids": [Command.clear()]}],
        )
        foreign = self._get_due(contract, FEBRUARY)
        self._bill(self.due | foreign)
        self.assertEqual(self._invoices(foreign).company_id, other)
        self.assertEqual(self._invoices(self.due).company_id, self.company)

    def test_queries_per_invoice(self):
        """The SQL of a run does not grow with the number of invoices billed."""
        contracts = [
            self._create_contract(date_end=date(2026, 1, 31)) for _number in range(22)
        ]
        entries = self.env["client.contract.entry"].concat(
            *(contract.entry_ids for contract in contracts)
        )
        self._bill(entries[0])  # warm up

        def count(records):
            run = self.env["client.billing.run"].create({})
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            run._start(records)
            self.env.flush_all()
            return self.cr.sql_log_count - before

        one, twenty = count(entries[1]), count(entries[2:])
        self.assertEqual(len(self._invoices(entries)), 22)
        self.assertLess((twenty - one) / 19, 5)

    # ------------------------------------------------------------------
    # who
    # ------------------------------------------------------------------

    def test_account_manager_does_not_bill(self):
        with self.assertRaises(AccessError):
            self._bill(self.due, user=self.user_manager)

    def test_contract_on_the_invoice(self):
        self._bill(self.due)
        invoice = self._invoices(self.due).with_user(self.user_accountant)
        self.assertEqual(invoice.client_contract_count, 1)
        self.assertEqual(
            invoice.action_view_client_contracts()["res_id"], self.contract.id
        )
        # and the entry, which says why this amount
        action = invoice.action_view_client_entries()
        entries = self.env[action["res_model"]].with_user(self.user_accountant)
        self.assertEqual(entries.search(action["domain"]), self.due)
        self.assertEqual(self.contract.invoice_count, 1)
        # Odoo's list shows the customer only for a type
        for record in (self.contract, self.due, self.due.billing_run_id):
            context = record.action_view_invoices()["context"]
            self.assertEqual(context["default_move_type"], "out_invoice")
        groups = invoice.search([("id", "=", invoice.id)]).formatted_read_group(
            [("client_contract_id", "!=", False)], ["client_contract_id"], ["__count"]
        )
        self.assertIn(
            self.contract.id, [group["client_contract_id"][0] for group in groups]
        )


def archived_entries(contract):
    """Return the due entries of the contract with the archived product."""
    return contract.entry_ids.filtered(lambda entry: entry.date_due <= FEBRUARY)


def poisoned_entries(contract):
    """Return the due entries of the line with the archived account."""
    return contract.line_ids[1].entry_ids.filtered(
        lambda entry: entry.date_due <= FEBRUARY
    )
