"""What pre-billing bills is an Odoo invoice like any other, and goes out like one."""

import socket
from datetime import date
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .common_contract import ContractCommon

FEBRUARY = date(2026, 2, 28)


@tagged("post_install", "-at_install")
@freeze_time("2026-02-15")
class TestPrebillingInvoice(ContractCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2026-02-15"):
            cls.contract = cls._create_contract()

    def _invoice(self, contract=None, **values):
        """Bill what is due of a contract, as the accountant; return the invoices."""
        entries = self._get_due(contract or self.contract, FEBRUARY)
        self._bill(entries, **values)
        return entries.invoice_line_ids.move_id

    # ------------------------------------------------------------------
    # as any Odoo invoice
    # ------------------------------------------------------------------

    def test_journal(self):
        usual = self.company_data["default_journal_sale"]
        self.assertEqual(self._invoice().journal_id, usual)
        journal = usual.copy({"code": "FEE"})
        contract = self._create_contract(journal_id=journal.id)
        invoice = self._invoice(contract)
        self.assertEqual(invoice.journal_id, journal)
        self.assertTrue(invoice.name.startswith("FEE"))

    def test_analytic_distribution_of_the_line(self):
        plan = self.env["account.analytic.plan"].create({"name": "Teams"})
        account, usual = self.env["account.analytic.account"].create(
            [{"name": name, "plan_id": plan.id} for name in ("Social", "Usual")]
        )
        self.env["account.analytic.distribution.model"].create(
            {
                "partner_id": self.client_a.id,
                "analytic_distribution": {usual.id: 100},
            }
        )
        contract = self._create_contract(
            lines=[{"analytic_distribution": {str(account.id): 100}}, {}]
        )
        # a line without one gets what Odoo's own models give
        contract.line_ids[1].analytic_distribution = False
        lines = self._invoice(contract).invoice_line_ids
        by_line = {
            line.client_entry_id.line_id: line.analytic_distribution for line in lines
        }
        self.assertEqual(by_line[contract.line_ids[0]], {str(account.id): 100})
        self.assertEqual(by_line[contract.line_ids[1]], {str(usual.id): 100})
        self.assertTrue(lines.analytic_line_ids)

    def test_closed_period(self):
        """Confirmed in a closed period: told, not billed; a draft is Odoo's to date."""
        self.company.sale_lock_date = date(2026, 1, 31)
        january = {"invoice_date": date(2026, 1, 31)}
        self.assertFalse(self._invoice(**january))
        entries = self._get_due(self.contract, FEBRUARY)
        self.assertEqual(len(entries), 2)
        self.assertIn("closed period", entries[0].billing_error)
        draft = self._invoice(post="draft", **january)
        by_hand = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.client_a.id,
                "invoice_date": date(2026, 1, 31),
                "invoice_line_ids": [
                    Command.create({"product_id": self.service.id, "quantity": 2})
                ],
            }
        )
        (draft | by_hand).action_post()
        self.assertEqual(draft.date, by_hand.date)
        self.assertGreater(draft.date, date(2026, 1, 31))
        self.assertEqual(draft.amount_total, by_hand.amount_total)

    def test_pricelist(self):
        self.env.user.group_ids += self.env.ref("product.group_product_pricelist")
        pricelist = self.env["product.pricelist"].create(
            {
                "name": "Partners",
                "item_ids": [
                    Command.create(
                        {
                            "applied_on": "3_global",
                            "compute_price": "percentage",
                            "percent_price": 10.0,
                        }
                    ),
                    Command.create(
                        {
                            "applied_on": "1_product",
                            "product_tmpl_id": self.service.product_tmpl_id.id,
                            "compute_price": "fixed",
                            "fixed_price": 800.0,
                            "min_quantity": 3,
                        }
                    ),
                ],
            }
        )
        self.client_a.property_product_pricelist = pricelist
        contract = self._create_contract(approve=False, lines=[{}, {"quantity": 3}])
        self.assertEqual(contract.pricelist_id, pricelist)
        self.assertEqual(contract.line_ids.mapped("price_unit"), [900.0, 800.0])
        contract.action_approve()
        pricelist.item_ids.filtered("percent_price").percent_price = 50.0
        self.assertEqual(contract.line_ids[0].price_unit, 900.0, "agreed")
        with self.assertRaisesRegex(UserError, "sent to the client"):
            contract.action_update_prices()
        self.assertEqual(self._invoice(contract).amount_untaxed, 2 * (900.0 + 2400.0))

    def test_pricelist_of_another_currency(self):
        """The list for all clients gives no price in dollars; the client's own does."""
        self.env.user.group_ids += self.env.ref("product.group_product_pricelist")
        dollar = self.setup_other_currency("CAD", rates=[("2016-01-01", 2.0)])
        for_all = self._create_contract(approve=False, currency_id=dollar.id)
        self.assertFalse(for_all.pricelist_id)
        self.assertEqual(for_all.line_ids.price_unit, 2000.0)
        self.client_a.property_product_pricelist = self.env["product.pricelist"].create(
            {
                "name": "Abroad",
                "item_ids": [
                    Command.create(
                        {"compute_price": "percentage", "percent_price": 10.0}
                    )
                ],
            }
        )
        own = self._create_contract(approve=False, currency_id=dollar.id)
        self.assertEqual(own.pricelist_id.name, "Abroad")
        self.assertEqual(own.line_ids.price_unit, 1800.0)

    def test_pricelist_on_screen(self):
        """The account manager chooses another list and takes its prices."""
        self.user_manager.group_ids += self.env.ref("product.group_product_pricelist")
        pricelist = self.env["product.pricelist"].create(
            {
                "name": "Friends",
                "item_ids": [
                    Command.create(
                        {"compute_price": "percentage", "percent_price": 20.0}
                    )
                ],
            }
        )
        contract = self._create_contract(approve=False).with_user(self.user_manager)
        self.assertEqual(contract.line_ids.price_unit, 1000.0)
        with Form(contract) as form:
            form.pricelist_id = pricelist
        contract.action_update_prices()
        self.assertEqual(contract.line_ids.price_unit, 800.0)

    def test_cash_rounding(self):
        rounding = self.env["account.cash.rounding"].create(
            {
                "name": "Five cents",
                "rounding": 0.05,
                "strategy": "add_invoice_line",
                "profit_account_id": self.company_data["default_account_revenue"].id,
                "loss_account_id": self.company_data["default_account_expense"].id,
                "rounding_method": "HALF-UP",
            }
        )
        self.company.client_rounding_id = rounding
        contract = self._create_contract(lines=[{"price_unit": 333.33}])
        self.assertEqual(contract.cash_rounding_id, rounding)
        self.assertFalse(self.contract.cash_rounding_id, "older ones keep theirs")
        entries = self._get_due(contract, FEBRUARY) | self._get_due(
            self.contract, FEBRUARY
        )
        self._bill(entries, group_by="client")
        moves = entries.invoice_line_ids.move_id
        self.assertEqual(len(moves), 2, "another rounding is another invoice")
        rounded = moves.filtered("invoice_cash_rounding_id")
        self.assertEqual(rounded.invoice_cash_rounding_id, rounding)
        self.assertEqual(rounded.amount_untaxed + rounded.amount_tax, 766.65)
        self.assertTrue(
            rounded.line_ids.filtered(lambda line: line.display_type == "rounding")
        )
        entries = self._get_due(contract, FEBRUARY)
        self.assertEqual(entries.mapped("amount_billed"), entries.mapped("amount"))

    def test_several_invoices_of_one_period(self):
        contract = self._create_contract(lines=[{}, {"price_unit": 500.0}])
        first, second = contract.line_ids
        january = contract.entry_ids.filtered(
            lambda entry: entry.period_start == date(2026, 1, 1)
        )
        self._bill(january.filtered(lambda e: e.line_id == first))
        self._bill(january.filtered(lambda e: e.line_id == second))
        moves = january.invoice_line_ids.move_id
        self.assertEqual(sorted(moves.mapped("amount_untaxed")), [500.0, 1000.0])
        self.assertEqual(contract.invoice_count, 2)
        self.assertEqual(set(january.mapped("state")), {"billed"})

    # ------------------------------------------------------------------
    # sending
    # ------------------------------------------------------------------

    def _send_queued(self):
        cron = self.env.ref("account.ir_cron_account_move_send")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()

    def test_send(self):
        """Billing only queues; Odoo's job sends to the address of the contract."""
        address = self.env["res.partner"].create(
            {
                "name": "Payables",
                "type": "invoice",
                "parent_id": self.client_a.id,
                "email": "payables@azul.example",
            }
        )
        contract = self._create_contract(partner_invoice_id=address.id)
        invoice = self._invoice(contract, post="send")
        run = invoice.client_billing_run_id
        self.assertEqual(invoice.state, "posted")
        self.assertTrue(invoice.is_being_sent)
        self.assertEqual((run.sending_count, run.unsent_count), (1, 0))
        self._send_queued()
        self.assertTrue(invoice.is_move_sent)
        self.assertEqual((run.sending_count, run.unsent_count), (0, 0))
        message = invoice.message_ids.filtered(lambda m: m.message_type == "comment")
        self.assertEqual(message.partner_ids, address)
        # as Odoo sends it by hand: from the invoice's salesperson
        self.assertEqual(message.author_id, invoice.invoice_user_id.partner_id)

    def test_post_does_not_send(self):
        invoice = self._invoice(post="post")
        self.assertFalse(invoice.is_being_sent)
        self._send_queued()
        self.assertFalse(invoice.is_move_sent)

    def test_held_by_the_credit_limit_and_sent_later(self):
        """Confirmed and sent: also the one that waited for an approval."""
        self.company.account_use_credit_limit = True
        client = self.client_a.with_company(self.company)
        client.write({"credit_limit": 10.0, "client_credit_policy": "ask"})
        invoice = self._invoice(post="send")
        run = invoice.client_billing_run_id
        self.assertEqual(invoice.state, "draft")
        self._send_queued()
        self.assertFalse(invoice.is_move_sent)
        finance = self._create_user("hub_finance", "account.group_account_manager")
        requests = self.env["client.credit.request"]
        requests = requests.search([("move_id", "=", invoice.id)])
        requests.with_user(finance).action_approve()
        invoice.with_user(self.user_accountant).action_post()
        self.env.invalidate_all()
        self.assertTrue(invoice.is_being_sent)
        self.assertEqual((run.sending_count, run.unsent_count), (1, 0))
        self._send_queued()
        self.assertTrue(invoice.is_move_sent)
        # what was sent goes out once, also when it is confirmed anew
        invoice.button_draft()
        invoice.action_post()
        self.assertFalse(invoice.is_being_sent)

    def test_each_client_its_way(self):
        """By hand, without an address: billed all the same, and listed on the run."""
        self.client_a.invoice_sending_method = "manual"
        self.client_b.email = False
        contract_b = self._create_contract(client=self.client_b, contact_id=False)
        client_c = self._create_client("Corda Cables", manager=self.user_manager)
        contract_c = self._create_contract(client=client_c)
        contracts = self.contract | contract_b | contract_c
        entries = self.env["client.contract.entry"].concat(
            *(self._get_due(contract, FEBRUARY) for contract in contracts)
        )
        run = self._bill(entries, post="send")
        self.assertEqual(set(entries.mapped("state")), {"billed"})
        self.assertEqual((run.sending_count, run.unsent_count), (1, 2))
        invoices = entries.invoice_line_ids.move_id
        moves = {move.commercial_partner_id: move for move in invoices}
        self._assert_note(moves[self.client_a], "Not sent. This client")
        self._assert_note(moves[self.client_b], "has no e-mail address")
        self._send_queued()
        self.assertTrue(moves[client_c].is_move_sent)
        unsent = self.env["account.move"].search(run.action_view_unsent()["domain"])
        self.assertEqual(unsent, moves[self.client_a] | moves[self.client_b])
        # the list says what stands in the way, as it is now
        unsent = unsent.with_user(self.user_accountant)
        texts = {move.commercial_partner_id: move for move in unsent}
        by_hand, mute = (texts[c] for c in (self.client_a, self.client_b))
        self.assertIn("sent by hand", by_hand.client_sending_problem)
        self.assertIn("no e-mail address", mute.client_sending_problem)
        self.client_b.email = "brisa@example.com"
        self.env.invalidate_all()
        self.assertIn("send it", mute.client_sending_problem)
        sent = moves[client_c].with_user(self.user_accountant)
        self.assertFalse(sent.client_sending_problem)

    def _assert_note(self, move, text):
        self.assertTrue(
            move.message_ids.filtered(lambda message: text in message.body), text
        )

    @mute_logger("odoo.addons.mail.models.mail_mail")
    def test_a_failing_mail_leaves_the_bill(self):
        """The mail server is down when the queue is worked off: the invoice stands."""
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))
            port = closed.getsockname()[1]
        servers = self.env["ir.mail_server"]
        servers.search([]).active = False
        servers.create({"name": "Down", "smtp_host": "127.0.0.1", "smtp_port": port})
        invoice = self._invoice(post="send")
        self._send_queued()
        mails = self.env["mail.mail"].search(
            [("model", "=", "account.move"), ("res_id", "=", invoice.id)]
        )
        self.assertTrue(mails)
        # Odoo's tests send nothing; here the real connection is to be refused
        with patch.object(
            self.registry["ir.mail_server"], "_disable_send", return_value=False
        ):
            mails.send()
        self.assertEqual(set(mails.mapped("state")), {"exception"})
        self.assertEqual(invoice.state, "posted")
        entries = self._get_due(self.contract, FEBRUARY)
        self.assertFalse(entries, "billed, not due again")

    def test_nothing_is_promised_that_is_not_done(self):
        """Without Odoo's sending job nothing is billed, and the dialog says why."""
        self.env.ref("account.ir_cron_account_move_send").active = False
        with self.assertRaisesRegex(UserError, "switched off"):
            self._invoice(post="send")
        self.assertEqual(len(self._get_due(self.contract, FEBRUARY)), 2)

    def test_who_may_not_bill_may_not_send(self):
        with self.assertRaises(AccessError):
            self._bill(
                self._get_due(self.contract, FEBRUARY),
                user=self.user_manager,
                post="send",
            )

    # ------------------------------------------------------------------
    # the contract on the invoice
    # ------------------------------------------------------------------

    def test_invoice_analysis_by_contract(self):
        self._invoice()
        report = self.env["account.invoice.report"].with_user(self.user_accountant)
        groups = report._read_group(
            [("client_contract_id", "!=", False)],
            ["client_contract_id"],
            ["price_subtotal:sum"],
        )
        self.assertIn((self.contract, 2000.0), groups)

    def test_contract_period_and_entry_on_the_invoice(self):
        invoice = self._invoice().with_user(self.user_accountant)
        view = invoice.get_view(self.env.ref("account.view_move_form").id, "form")
        for name in ("client_contract_id", "client_period_start", "client_entry_id"):
            self.assertIn(f'name="{name}"', view["arch"])
        line = invoice.invoice_line_ids[0]
        self.assertEqual(line.client_entry_id.contract_id, self.contract)
        self.assertIn("2026", line.client_entry_id.display_name)
