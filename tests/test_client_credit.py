"""Credit limits: the policy at orders, contract billing and invoices."""

from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger
from odoo.tools.translate import code_translations

from .common_contract import ContractCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-02-15")
class TestClientCredit(ContractCommon):
    """Client A has a limit of 2,500; each document is of 1,150."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.account_use_credit_limit = True
        cls.sales = cls._create_user(
            "hub_sales", "sales_team.group_sale_salesman_all_leads"
        )
        cls.finance = cls._create_user("hub_finance", "account.group_account_manager")
        cls.client_a = cls.client_a.with_company(cls.company)
        cls.client_a.credit_limit = 2500.0

    def _set_policy(self, policy, client=None):
        (client or self.client_a).client_credit_policy = policy

    def _create_order(self, price=1000.0, client=None, **values):
        return (
            self.env["sale.order"]
            .with_user(self.sales)
            .create(
                {
                    "partner_id": (client or self.client_a).id,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": self.service.id,
                                "price_unit": price,
                                "tax_ids": [Command.set(self.tax.ids)],
                            }
                        )
                    ],
                    **values,
                }
            )
        )

    def _create_invoice(self, price=1000.0, client=None, **values):
        return (
            self.env["account.move"]
            .with_user(self.user_accountant)
            .create(
                {
                    "move_type": "out_invoice",
                    "partner_id": (client or self.client_a).id,
                    "invoice_date": date(2026, 2, 15),
                    "invoice_line_ids": [
                        Command.create(
                            {"product_id": self.service.id, "price_unit": price}
                        )
                    ],
                    **values,
                }
            )
        )

    def _requests(self, document):
        name = "order_id" if document._name == "sale.order" else "move_id"
        return self.env["client.credit.request"].search([(name, "=", document.id)])

    def _history(self, client=None):
        self.env["client.history"]._write_pending()
        client = client or self.client_a
        rows = self.env["client.history"].search([("client_id", "=", client.id)])
        return "\n".join(rows.mapped("summary"))

    # ------------------------------------------------------------------
    # policies
    # ------------------------------------------------------------------

    def test_within_the_limit(self):
        self._set_policy("block")
        order = self._create_order()
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        invoice = self._create_invoice()
        invoice.action_post()
        self.assertEqual(invoice.state, "posted")

    def test_tell(self):
        self._set_policy("tell")
        order = self._create_order(3000.0)
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        self.assertIn("credit limit of", self._notes(order))
        self.assertIn("credit limit of", self._history())

    def _notes(self, document):
        return " ".join(document.sudo().message_ids.mapped("body"))

    def test_block(self):
        self._set_policy("block")
        order = self._create_order(3000.0)
        with self.assertRaisesRegex(UserError, "credit limit of"):
            order.action_confirm()
        invoice = self._create_invoice(3000.0)
        with self.assertRaisesRegex(UserError, "credit limit of"):
            invoice.action_post()

    def test_orders_and_invoices_add_up(self):
        self._set_policy("block")
        self._create_order().action_confirm()
        self._create_invoice().action_post()
        with self.assertRaises(UserError):
            self._create_order(300.0).action_confirm()
        self._create_order(100.0).action_confirm()

    def test_invoice_of_an_order_is_not_counted_twice(self):
        self._set_policy("block")
        order = self._create_order(2000.0)
        order.action_confirm()
        order.order_line.qty_delivered = 1
        invoice = order._create_invoices()
        invoice.with_user(self.user_accountant).action_post()
        self.assertEqual(invoice.state, "posted")

    def test_several_at_once_use_what_is_left(self):
        self._set_policy("ask")
        invoices = self._create_invoice()
        for _number in range(3):
            invoices |= self._create_invoice()
        invoices.action_post()
        self.assertEqual(
            invoices.mapped("state"), ["posted", "posted", "draft", "draft"]
        )

    def test_credit_notes_and_others_are_free(self):
        self._set_policy("block")
        refund = self._create_invoice(5000.0, move_type="out_refund")
        refund.action_post()
        other = self._create_order(9000.0, client=self.client_b)
        other.action_confirm()
        self.assertEqual((refund.state, other.state), ("posted", "sale"))

    def test_receipts_are_no_way_round(self):
        self._set_policy("block")
        receipt = self._create_invoice(5000.0, move_type="out_receipt")
        with self.assertRaises(UserError):
            receipt.action_post()

    def test_policy_of_the_settings(self):
        self.company.client_credit_policy = "block"
        with self.assertRaises(UserError):
            self._create_order(3000.0).action_confirm()
        self.company.client_credit_policy = "tell"
        order = self._create_order(3000.0)
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_switched_off(self):
        self._set_policy("block")
        self.company.account_use_credit_limit = False
        order = self._create_order(3000.0)
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    # ------------------------------------------------------------------
    # ask
    # ------------------------------------------------------------------

    def test_ask_and_approve(self):
        self._set_policy("ask")
        order = self._create_order(3000.0)
        action = order.action_confirm()
        self.assertEqual(order.state, "draft")
        self.assertEqual(action["tag"], "display_notification")
        self.assertEqual(order.client_credit_state, "waiting")
        self.assertIn("Hub Finance", order.client_credit_note)
        request = self._requests(order)
        self.assertEqual(request.amount, 3450.0)
        self.assertEqual(request.amount_beyond, 950.0)
        self.assertIn(self.finance, request.activity_ids.user_id)
        order.with_user(self.finance).action_approve_credit()
        self.assertFalse(request.activity_ids)
        self.assertEqual(request.decided_by_id, self.finance)
        self.assertIn(self.sales.partner_id, order.message_ids.notified_partner_ids)
        self.assertIn("Hub Finance approved", self._history())
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_each_approver_reads_his_own_language(self):
        self.env["res.lang"]._activate_lang("pt_BR")
        other = self._create_user("hub_finance_br", "account.group_account_manager")
        other.lang = "pt_BR"
        self._set_policy("ask")
        order = self._create_order(3000.0)
        order.action_confirm()
        todos = self._requests(order).activity_ids.grouped("user_id")
        words = code_translations.get_python_translations("client_hub", "pt_BR")
        for user, source in (
            (self.finance, "Credit of %s"),
            (other, words["Credit of %s"]),
        ):
            self.assertEqual(todos[user].summary, source % order.name)
        self.assertIn("limite de crédito", str(todos[other].note))
        self.assertIn("credit limit", str(todos[self.finance].note))

    def test_refused(self):
        self._set_policy("ask")
        order = self._create_order(3000.0)
        order.action_confirm()
        action = order.with_user(self.finance).action_refuse_credit()
        self.env[action["res_model"]].with_user(self.finance).with_context(
            **action["context"]
        ).create({"reason": "pays March first"}).action_apply()
        self.assertEqual(order.client_credit_state, "refused")
        self.assertIn("pays March first", order.client_credit_note)
        # asking again is a new request
        order.action_confirm()
        self.assertEqual(order.state, "draft")
        self.assertEqual(len(self._requests(order)), 2)

    def test_who_may_decide(self):
        self._set_policy("ask")
        order = self._create_order(3000.0)
        order.action_confirm()
        request = self._requests(order)
        for user in (self.user_accountant, self.user_manager, self.user_admin_hub):
            with self.subTest(user=user.login):
                self.assertFalse(request.with_user(user).can_decide)
                with self.assertRaises(AccessError):
                    request.with_user(user).action_approve()
                with self.assertRaises(AccessError):
                    request.with_user(user).write({"state": "approved"})
        with self.assertRaises(AccessError):
            order.action_approve_credit()
        with self.assertRaises(AccessError):
            self.env["client.credit.request"].with_user(self.finance).create(
                {"client_id": self.client_a.id, "order_id": order.id}
            )

    def test_the_approval_is_of_an_amount(self):
        self._set_policy("ask")
        order = self._create_order(3000.0)
        order.action_confirm()
        self._requests(order).with_user(self.finance).action_approve()
        order.order_line.price_unit = 4000.0
        order.action_confirm()
        self.assertEqual(order.state, "draft")
        self.assertEqual(order.client_credit_state, "waiting")

    def test_asked_twice_is_one_request(self):
        self._set_policy("ask")
        order = self._create_order(3000.0)
        order.action_confirm()
        order.action_confirm()
        self.assertEqual(len(self._requests(order)), 1)

    def test_the_account_managers_manager(self):
        self.company.client_credit_approver = "manager"
        boss = self._create_user("hub_boss", "client_hub.group_account_manager")
        Employee = self.env["hr.employee"]
        head = Employee.create({"name": "Boss", "user_id": boss.id})
        Employee.create(
            {"name": "Ana", "user_id": self.user_manager.id, "parent_id": head.id}
        )
        self._set_policy("ask")
        order = self._create_order(3000.0)
        order.action_confirm()
        request = self._requests(order)
        self.assertTrue(request.with_user(boss).can_decide)
        self.assertFalse(request.with_user(self.finance).can_decide)
        request.with_user(boss).action_approve()
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_without_a_manager_finance_decides(self):
        self.company.client_credit_approver = "manager"
        self._set_policy("ask")
        order = self._create_order(3000.0)
        order.action_confirm()
        self.assertTrue(self._requests(order).with_user(self.finance).can_decide)

    def test_invoice_asks(self):
        self._set_policy("ask")
        invoice = self._create_invoice(3000.0)
        action = invoice.action_post()
        self.assertEqual(invoice.state, "draft")
        self.assertEqual(action["tag"], "display_notification")
        self._requests(invoice).with_user(self.finance).action_approve()
        invoice.action_post()
        self.assertEqual(invoice.state, "posted")

    # ------------------------------------------------------------------
    # no second path
    # ------------------------------------------------------------------

    def test_no_second_path(self):
        for policy in ("ask", "block"):
            self._set_policy(policy)
            order = self._create_order(3000.0)
            invoice = self._create_invoice(3000.0)
            with self.subTest(policy=policy):
                with self.assertRaises(UserError), self.env.cr.savepoint():
                    order.write({"state": "sale"})
                with self.assertRaises(UserError), self.env.cr.savepoint():
                    self._create_order(3000.0, state="sale")
                with self.assertRaises(UserError), self.env.cr.savepoint():
                    invoice.write({"state": "posted"})
                self.assertEqual(order.state, "draft")
                self.assertEqual(invoice.state, "draft")

    def test_superuser_code_is_checked_as_well(self):
        # as the portal's signature and payments do
        self._set_policy("block")
        order = self._create_order(3000.0)
        with self.assertRaises(UserError):
            order.sudo().action_confirm()
        with self.assertRaisesRegex(UserError, "contact us"):
            order.with_user(self.portal_a).sudo().action_confirm()

    # ------------------------------------------------------------------
    # currency, group
    # ------------------------------------------------------------------

    def test_other_currency(self):
        self._set_policy("block")
        currency = self.setup_other_currency("EUR", rates=[("2026-01-01", 0.5)])
        order = self._create_order(
            1200.0,
            pricelist_id=self.env["product.pricelist"]
            .create({"name": "EUR", "currency_id": currency.id})
            .id,
        )
        # 1,380 in EUR are 2,760 in the company's currency
        with self.assertRaises(UserError):
            order.action_confirm()
        invoice = self._create_invoice(1200.0, currency_id=currency.id)
        with self.assertRaises(UserError):
            invoice.action_post()
        small = self._create_invoice(900.0, currency_id=currency.id)
        small.action_post()
        self.assertEqual(small.state, "posted")

    def test_limit_of_the_group(self):
        group = self._create_client("Grupo Mar", manager=self.user_manager)
        group = group.with_company(self.company)
        group.credit_limit = 2500.0
        group.client_credit_by_group = True
        group.client_credit_policy = "block"
        self.client_a.parent_id = group
        self.client_b.parent_id = group
        self.client_a.credit_limit = 0.0
        self._create_invoice(client=self.client_b).action_post()
        self._create_invoice(client=self.client_a).action_post()
        order = self._create_order(client=self.client_a)
        self.assertIn("Grupo Mar", order.partner_credit_warning)
        with self.assertRaisesRegex(UserError, "Grupo Mar"):
            order.action_confirm()
        group.client_credit_by_group = False
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    # ------------------------------------------------------------------
    # contract billing
    # ------------------------------------------------------------------

    def test_billing_is_blocked_with_its_sentence(self):
        self._set_policy("block")
        contract = self._create_contract(lines=[{"price_unit": 3000.0}])
        other = self._create_contract(client=self.client_b)
        due = self._get_due(contract | other, date(2026, 1, 31))
        with mute_logger("odoo.addons.client_hub.models.client_billing_run_work"):
            self._bill(due)
        mine = due.filtered(lambda entry: entry.contract_id == contract)
        self.assertIn("credit limit of", mine.billing_error)
        self.assertEqual((due - mine).state, "billed")

    def test_billing_asks_and_the_invoice_waits(self):
        self._set_policy("ask")
        contract = self._create_contract(lines=[{"price_unit": 3000.0}])
        due = self._get_due(contract, date(2026, 1, 31))
        self._bill(due)
        self.assertEqual(due.state, "drafted")
        invoice = due.invoice_line_ids.move_id
        self._requests(invoice).with_user(self.finance).action_approve()
        invoice.with_user(self.user_accountant).action_post()
        self.assertEqual(due.state, "billed")

    def test_billing_drafts_is_checked_as_well(self):
        self._set_policy("block")
        contract = self._create_contract(lines=[{"price_unit": 3000.0}])
        due = self._get_due(contract, date(2026, 1, 31))
        self._bill(due, post="draft")
        self.assertIn("credit limit of", due.billing_error)

    # ------------------------------------------------------------------
    # cost and rights
    # ------------------------------------------------------------------

    def _count_queries(self, invoices):
        self.env.flush_all()
        self.env.invalidate_all()
        invoices.mapped("amount_total_signed")
        invoices.partner_id.mapped("name")
        before = self.env.cr.sql_log_count
        invoices._hold_by_credit()
        return self.env.cr.sql_log_count - before

    def test_one_batch_of_queries(self):
        self._set_policy("block")
        self.client_a.credit_limit = 1e9
        self._create_order().action_confirm()
        one = self._create_invoice()
        many = one
        for _number in range(30):
            many |= self._create_invoice()
        self._count_queries(one)
        few = self._count_queries(one)
        self.assertLessEqual(self._count_queries(many), few + 1)
        self.client_a.credit_limit = 0.0
        self.assertLessEqual(self._count_queries(many), few)

    def test_finance_keeps_limit_and_policy(self):
        keeper = self._create_user(
            "hub_keeper", "account.group_account_invoice,base.group_partner_manager"
        )
        self.client_a.with_user(keeper).client_credit_policy = "block"
        self.client_a.with_user(keeper).credit_limit = 10.0
        for values in (
            {"client_credit_policy": "tell"},
            {"client_credit_by_group": False},
            {"credit_limit": 1e9},
        ):
            with self.subTest(values=values), self.assertRaises(AccessError):
                self.client_a.with_user(self.user_manager).write(values)
