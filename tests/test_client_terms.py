"""Commercial terms of a client, and how documents take them."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import BaseCase, Form, freeze_time, tagged

from ..tools.payment_day import (
    format_payment_days,
    move_to_payment_day,
    parse_payment_days,
)
from .common_contract import ContractCommon

DAYS = st.lists(st.integers(1, 31), min_size=1, max_size=4)
DATES = st.dates(date(2000, 1, 1), date(2100, 12, 31))


@tagged("post_install", "-at_install")
class TestPaymentDay(BaseCase):
    """The arithmetic, without a database."""

    def test_examples(self):
        cases = [
            (date(2026, 3, 10), [10], date(2026, 3, 10)),
            (date(2026, 3, 11), [10], date(2026, 4, 10)),
            (date(2026, 12, 31), [5, 20], date(2027, 1, 5)),
            (date(2026, 3, 6), [20, 5], date(2026, 3, 20)),
            (date(2026, 2, 10), [31], date(2026, 2, 28)),
            (date(2026, 1, 31), [30], date(2026, 2, 28)),
            (date(2024, 2, 29), [31], date(2024, 2, 29)),
            (date(2026, 3, 10), [], date(2026, 3, 10)),
        ]
        for due, days, expected in cases:
            with self.subTest(due=due, days=days):
                self.assertEqual(move_to_payment_day(due, days), expected)

    @given(DATES, DAYS)
    def test_the_first_payment_day_from_the_due_date_on(self, due, days):
        moved = move_to_payment_day(due, days)

        def is_payment_day(day):
            is_last = (day + timedelta(days=1)).month != day.month
            return day.day in days or (is_last and max(days) > day.day)

        self.assertTrue(is_payment_day(moved))
        self.assertGreaterEqual(moved, due)
        for offset in range((moved - due).days):
            self.assertFalse(is_payment_day(due + timedelta(days=offset)))

    @given(DATES, DAYS)
    def test_a_payment_day_stays_where_it_is(self, due, days):
        moved = move_to_payment_day(due, days)
        self.assertEqual(move_to_payment_day(moved, days), moved)

    @given(DATES, DATES, DAYS)
    def test_later_is_never_earlier(self, one, other, days):
        first, second = sorted([one, other])
        self.assertLessEqual(
            move_to_payment_day(first, days), move_to_payment_day(second, days)
        )

    @given(DAYS)
    def test_days_read_as_they_are_written(self, days):
        text = format_payment_days(days)
        self.assertEqual(parse_payment_days(text), sorted(set(days)))

    def test_what_is_no_day(self):
        for text in ("0", "32", "ten", "5, x", "-1"):
            with self.subTest(text=text), self.assertRaises(ValueError):
                parse_payment_days(text)


@tagged("post_install", "-at_install")
@freeze_time("2026-02-15")
class TestClientTerms(ContractCommon):
    """What was agreed reaches quotations, contracts, entries and invoices."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.terms_30 = cls.env.ref("account.account_payment_term_30days")
        cls.method = cls.company_data[
            "default_journal_bank"
        ].inbound_payment_method_line_ids[:1]
        cls.withholding = cls.env["account.tax"].create(
            {
                "name": "IRPF 15%",
                "type_tax_use": "sale",
                "amount_type": "percent",
                "amount": -15.0,
                "company_id": cls.company.id,
            }
        )
        cls.receivable = cls.company_data["default_account_receivable"].copy(
            {"code": "112233", "name": "Key accounts"}
        )
        cls.goods = cls.env["product.product"].create(
            {
                "name": "Roll-up",
                "type": "consu",
                "list_price": 100.0,
                "taxes_id": [Command.set(cls.tax.ids)],
            }
        )
        cls.seller = cls._create_user("hub_seller", "sales_team.group_sale_salesman")
        # writes orders in others' names
        cls.sales = cls._create_user(
            "hub_sales", "sales_team.group_sale_salesman_all_leads"
        )
        cls.client_a.with_company(cls.company).write(
            {
                "client_discount": 10.0,
                "property_payment_term_id": cls.terms_30.id,
                "client_payment_day": "20;5",
                "property_inbound_payment_method_line_id": cls.method.id,
                "client_withholding_tax_id": cls.withholding.id,
                "user_id": cls.seller.id,
                "property_account_receivable_id": cls.receivable.id,
            }
        )

    def _create_order(self, client=None, user=None, **values):
        client = client or self.client_a
        Order = self.env["sale.order"].with_user(user or self.sales)
        return Order.create(
            {
                "partner_id": client.id,
                "order_line": [
                    Command.create({"product_id": self.service.id}),
                    Command.create({"product_id": self.goods.id}),
                ],
                **values,
            }
        )

    def _create_invoice(self, client=None, user=None, **values):
        Move = self.env["account.move"].with_user(user or self.user_accountant)
        return Move.create(
            {
                "move_type": "out_invoice",
                "partner_id": (client or self.client_a).id,
                "invoice_date": date(2026, 2, 15),
                "invoice_line_ids": [
                    Command.create({"product_id": self.service.id}),
                    Command.create({"product_id": self.goods.id}),
                ],
                **values,
            }
        )

    # ------------------------------------------------------------------
    # the client
    # ------------------------------------------------------------------

    def test_payment_days_are_tidied(self):
        self.assertEqual(self.client_a.client_payment_day, "5, 20")

    def test_what_can_not_be_agreed(self):
        for values in (
            {"client_discount": 101.0},
            {"client_discount": -1.0},
            {"client_payment_day": "32"},
            {"client_payment_day": "soon"},
            {"client_withholding_tax_id": self.tax.id},
        ):
            with self.subTest(values=values), self.assertRaises(ValidationError):
                with self.env.cr.savepoint():
                    self.client_b.with_user(self.user_manager).write(values)

    def test_who_may_change_the_terms(self):
        self.client_b.with_user(self.user_manager).client_discount = 5.0
        for user in (self.user_creation, self.user_traffic, self.user_accountant):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.client_b.with_user(user).client_discount = 50.0
        with self.assertRaises(AccessError):
            self.client_a.with_user(self.portal_a).read(["client_discount"])

    def test_terms_are_of_one_company(self):
        other = self.env["res.company"].create({"name": "Second agency"})
        self.assertEqual(self.client_a.with_company(other).client_discount, 0.0)

    def test_terms_are_in_the_history(self):
        self.client_b.with_user(self.user_manager).client_discount = 7.0
        self.env.flush_all()
        self.env["client.history"]._write_pending()
        row = self.env["client.history"].search(
            [("client_id", "=", self.client_b.id)], limit=1
        )
        self.assertIn("Exclusive discount", row.summary)

    # ------------------------------------------------------------------
    # orders
    # ------------------------------------------------------------------

    def test_order_takes_the_terms(self):
        order = self._create_order()
        self.assertEqual(order.order_line.mapped("discount"), [10.0, 10.0])
        self.assertEqual(order.payment_term_id, self.terms_30)
        self.assertEqual(order.client_payment_day, "5, 20")
        self.assertEqual(order.preferred_payment_method_line_id, self.method)
        self.assertEqual(order.user_id, self.seller)
        service, goods = order.order_line
        self.assertEqual(service.tax_ids, self.tax | self.withholding)
        self.assertEqual(goods.tax_ids, self.tax)
        # 900 + 15 % - 15 % and 90 + 15 %
        self.assertAlmostEqual(order.amount_total, 900.0 + 103.5)

    def test_order_of_a_contact_takes_the_client_s_terms(self):
        order = self._create_order(client=self.contact_a)
        self.assertEqual(order.order_line.mapped("discount"), [10.0, 10.0])
        self.assertEqual(order.preferred_payment_method_line_id, self.method)
        self.assertEqual(order.client_withholding_tax_id, self.withholding)

    def test_order_of_another_client_is_left_alone(self):
        order = self._create_order(client=self.client_b)
        self.assertEqual(order.order_line.mapped("discount"), [0.0, 0.0])
        self.assertEqual(order.order_line.tax_ids, self.tax)
        self.assertFalse(order.client_payment_day)
        self.assertFalse(order.client_terms_note)

    def test_a_discount_that_someone_entered_stays(self):
        order = self._create_order()
        line = order.order_line[0]
        line.discount = 3.0
        line.product_uom_qty = 5
        self.assertEqual(line.discount, 3.0)
        self.assertEqual(order.order_line[1].discount, 10.0)

    def test_the_larger_of_price_list_and_client(self):
        self.env.ref("base.group_user").implied_ids |= self.env.ref(
            "sale.group_discount_per_so_line"
        )
        pricelist = self.env["product.pricelist"].create(
            {
                "name": "Spring",
                "currency_id": self.company.currency_id.id,
                "item_ids": [
                    Command.create(
                        {
                            "applied_on": "1_product",
                            "product_tmpl_id": self.goods.product_tmpl_id.id,
                            "compute_price": "percentage",
                            "percent_price": 25.0,
                        }
                    )
                ],
            }
        )
        order = self._create_order(pricelist_id=pricelist.id)
        self.assertEqual(order.order_line.mapped("discount"), [10.0, 25.0])
        order.order_line.product_uom_qty = 3
        self.assertEqual(order.order_line.mapped("discount"), [10.0, 25.0])

    def test_update_prices_takes_the_discount_anew(self):
        order = self._create_order()
        order.order_line[0].discount = 3.0
        order.action_update_prices()
        self.assertEqual(order.order_line.mapped("discount"), [10.0, 10.0])
        order.action_update_taxes()
        self.assertEqual(order.order_line[0].tax_ids, self.tax | self.withholding)

    def test_another_client_brings_its_own_terms(self):
        order = self._create_order()
        order.order_line[1].discount = 4.0
        order.partner_id = self.client_b
        self.assertEqual(order.order_line.mapped("discount"), [0.0, 4.0])
        self.assertEqual(order.order_line.tax_ids, self.tax)
        order.partner_id = self.client_a
        self.assertEqual(order.order_line.mapped("discount"), [10.0, 4.0])
        self.assertEqual(order.order_line[0].tax_ids, self.tax | self.withholding)

    def test_order_form(self):
        with Form(self.env["sale.order"].with_user(self.sales)) as form:
            form.partner_id = self.client_a
            with form.order_line.new() as line:
                line.product_id = self.service
            self.assertEqual(form.client_discount, 10.0)
            form.partner_id = self.client_b
        order = form.save()
        self.assertEqual(order.order_line.discount, 0.0)
        self.assertEqual(order.order_line.tax_ids, self.tax)

    def test_a_confirmed_order_keeps_its_terms(self):
        order = self._create_order()
        order.action_confirm()
        self.client_a.with_company(self.company).client_discount = 50.0
        self.assertEqual(order.order_line.mapped("discount"), [10.0, 10.0])

    def test_invoice_of_an_order(self):
        order = self._create_order(client_payment_day="15")
        order.action_confirm()
        order.order_line.qty_delivered = 1
        invoice = order._create_invoices()
        self.assertEqual(invoice.client_payment_day, "15")
        self.assertEqual(invoice.invoice_payment_term_id, self.terms_30)
        self.assertEqual(invoice.invoice_user_id, self.seller)
        self.assertEqual(invoice.preferred_payment_method_line_id, self.method)
        self.assertEqual(invoice.invoice_line_ids.mapped("discount"), [10.0, 10.0])
        self.assertAlmostEqual(invoice.amount_total, order.amount_total)
        note = invoice.with_user(self.user_accountant).client_terms_note
        self.assertIn(f"15 – from {order.name}", note)

    def test_invoice_of_several_orders(self):
        orders = self._create_order() | self._create_order(client_payment_day="15")
        orders.action_confirm()
        orders.order_line.qty_delivered = 1
        invoices = orders._create_invoices()
        self.assertEqual(sorted(invoices.mapped("client_payment_day")), ["15", "5, 20"])

    # ------------------------------------------------------------------
    # invoices
    # ------------------------------------------------------------------

    def test_invoice_takes_the_terms(self):
        invoice = self._create_invoice()
        self.assertEqual(invoice.invoice_line_ids.mapped("discount"), [10.0, 10.0])
        self.assertEqual(
            invoice.invoice_line_ids[0].tax_ids, self.tax | self.withholding
        )
        self.assertEqual(invoice.invoice_line_ids[1].tax_ids, self.tax)
        self.assertEqual(invoice.preferred_payment_method_line_id, self.method)
        self.assertEqual(invoice.invoice_user_id, self.seller)
        # 30 days from 15 February are 17 March; the next payment day is the 20th
        self.assertEqual(invoice.invoice_date_due, date(2026, 3, 20))
        invoice.action_post()
        terms = invoice.line_ids.filtered(
            lambda line: line.display_type == "payment_term"
        )
        self.assertEqual(terms.date_maturity, date(2026, 3, 20))
        self.assertEqual(terms.account_id, self.receivable)
        self.assertAlmostEqual(invoice.amount_total, 1003.5)

    def test_instalments_move_and_add_up(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "10, 12 and 40 days",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": part, "nb_days": days}
                    )
                    for part, days in ((30, 1), (30, 3), (40, 40))
                ],
            }
        )
        invoice = self._create_invoice(invoice_payment_term_id=term.id)
        terms = invoice.line_ids.filtered(
            lambda line: line.display_type == "payment_term"
        )
        amounts = {line.date_maturity: line.balance for line in terms}
        self.assertEqual(set(amounts), {date(2026, 2, 20), date(2026, 4, 5)})
        self.assertAlmostEqual(amounts[date(2026, 2, 20)], 602.1)
        self.assertAlmostEqual(sum(amounts.values()), invoice.amount_total)

    def test_without_terms_the_payment_day_counts(self):
        self.client_a.with_company(self.company).property_payment_term_id = False
        invoice = self._create_invoice()
        self.assertEqual(invoice.invoice_date_due, date(2026, 2, 20))
        chosen = self._create_invoice(invoice_date_due=date(2026, 2, 27))
        self.assertEqual(chosen.invoice_date_due, date(2026, 2, 27))

    def test_the_day_can_be_changed_on_the_invoice(self):
        invoice = self._create_invoice()
        invoice.client_payment_day = "25"
        self.assertEqual(invoice.invoice_date_due, date(2026, 3, 25))
        self.assertIn(
            "25 – other than agreed with the client (5, 20)",
            invoice.client_terms_note,
        )
        invoice.client_payment_day = False
        self.assertEqual(invoice.invoice_date_due, date(2026, 3, 17))

    def test_vendor_bills_have_no_client_terms(self):
        bill = self._create_invoice(
            move_type="in_invoice", invoice_line_ids=[], partner_id=self.client_a.id
        )
        bill.invoice_line_ids = [Command.create({"product_id": self.service.id})]
        self.assertEqual(bill.invoice_line_ids.discount, 0.0)
        self.assertNotIn(self.withholding, bill.invoice_line_ids.tax_ids)
        self.assertFalse(bill.client_payment_day)

    def test_another_client_on_a_draft(self):
        invoice = self._create_invoice()
        invoice.partner_id = self.client_b
        self.assertEqual(invoice.invoice_line_ids.mapped("discount"), [0.0, 0.0])
        self.assertEqual(invoice.invoice_line_ids.tax_ids, self.tax)
        self.assertFalse(invoice.client_terms_note)

    def test_a_posted_invoice_keeps_its_dates(self):
        invoice = self._create_invoice()
        invoice.action_post()
        self.client_a.with_company(self.company).client_payment_day = "1"
        self.assertEqual(invoice.invoice_date_due, date(2026, 3, 20))

    def test_note_says_where_values_come_from(self):
        note = self._create_invoice().client_terms_note
        self.assertIn("Client discount: 10 % – from the client", note)
        self.assertIn("Payment day: 5, 20 – from the client", note)
        self.assertIn("IRPF 15%", note)

    # ------------------------------------------------------------------
    # contracts
    # ------------------------------------------------------------------

    def test_contract_takes_the_terms(self):
        contract = self._create_contract()
        self.assertEqual(contract.line_ids.discount, 10.0)
        self.assertEqual(contract.due_day, 5)
        self.assertEqual(contract.payment_term_id, self.terms_30)
        self.assertEqual(contract.payment_method_line_id, self.method)
        self.assertEqual(contract.salesperson_id, self.seller)
        self.assertAlmostEqual(contract.amount_untaxed, 900.0)
        # 15 % less 15 %
        self.assertAlmostEqual(contract.amount_total, 900.0)
        self.assertIn(
            "Due day: 5 – from the client",
            contract.with_user(self.user_manager).client_terms_note,
        )
        self.assertEqual(set(contract.entry_ids.mapped("amount")), {900.0})

    def test_entries_are_billed_by_the_terms(self):
        contract = self._create_contract()
        due = self._get_due(contract, date(2026, 2, 28))
        self._bill(due)
        invoice = due.invoice_line_ids.move_id
        self.assertEqual(invoice.invoice_line_ids.mapped("discount"), [10.0, 10.0])
        self.assertEqual(invoice.invoice_line_ids.tax_ids, self.tax | self.withholding)
        self.assertEqual(invoice.invoice_user_id, self.seller)
        self.assertEqual(invoice.preferred_payment_method_line_id, self.method)
        self.assertEqual(invoice.invoice_date_due, date(2026, 3, 20))
        self.assertAlmostEqual(invoice.amount_total, contract.amount_total * 2)

    def test_a_contract_without_terms_is_due_on_the_payment_day(self):
        self.client_a.with_company(self.company).property_payment_term_id = False
        contract = self._create_contract()
        due = self._get_due(contract, date(2026, 2, 28))
        self._bill(due)
        # billed on the 15th, after the due day of February
        invoice = due.invoice_line_ids.move_id
        self.assertEqual(invoice.invoice_date_due, date(2026, 3, 5))

    def test_a_discount_changed_on_the_contract_reaches_the_entries(self):
        contract = self._create_contract()
        contract.with_user(self.user_manager).client_discount = 20.0
        self.assertEqual(set(contract.entry_ids.mapped("amount")), {800.0})

    def test_extra_entries_take_the_discount(self):
        contract = self._create_contract()
        Wizard = self.env["client.contract.extra.wizard"].with_user(self.user_manager)
        values = {
            "contract_id": contract.id,
            "product_id": self.extra_service.id,
            "reason": "Asked by phone",
        }
        Wizard.create(values).action_confirm()
        extra = contract.entry_ids.filtered(lambda entry: entry.kind == "extra")
        self.assertEqual((extra.discount, extra.amount), (10.0, 630.0))

    def test_agreed_billing_decides_the_invoices(self):
        one = self.env["client.billing.type"].create(
            {"name": "All on one", "invoice_grouping": "client"}
        )
        self.client_a.with_company(self.company).client_billing_type_id = one
        contracts = self._create_contract() | self._create_contract()
        due = self._get_due(contracts, date(2026, 2, 28))
        self._bill(due, group_by="contract")
        self.assertEqual(len(due.invoice_line_ids.move_id), 1)

    # ------------------------------------------------------------------
    # what the client buys, supplier, lists on the spot
    # ------------------------------------------------------------------

    def test_what_the_client_buys(self):
        order = self._create_order()
        order.action_confirm()
        self._create_contract()
        self._create_invoice().action_post()
        self.env.flush_all()
        rows = (
            self.env["client.product.sale"]
            .with_user(self.user_manager)
            .search([("client_id", "=", self.client_a.id)])
        )
        service = rows.filtered(lambda row: row.product_id == self.service)
        self.assertEqual(service.quantity_ordered, 1)
        self.assertEqual(service.quantity_invoiced, 1)
        self.assertEqual(service.amount_invoiced, 900.0)
        self.assertEqual(service.contract_count, 1)
        self.assertEqual(service.last_date, date(2026, 2, 15))
        self.assertEqual(len(rows), 2)
        with self.assertRaises(AccessError):
            rows.with_user(self.user_creation).read(["amount_invoiced"])
        self.client_a.client_restricted = True
        self.assertFalse(
            rows.with_user(self.user_outsider).search(
                [("client_id", "=", self.client_a.id)]
            )
        )

    def test_supplier_and_back(self):
        client = self.client_b.with_user(self.user_manager)
        client.client_is_supplier = True
        self.assertEqual(client.supplier_rank, 1)
        suppliers = self.env["res.partner"].search([("client_is_supplier", "=", True)])
        self.assertIn(self.client_b, suppliers)
        client.client_is_supplier = False
        self.assertEqual(client.supplier_rank, 0)
        suppliers = self.env["res.partner"].search([("client_is_supplier", "=", True)])
        self.assertNotIn(self.client_b, suppliers)
        self.env.flush_all()
        self.env["client.history"]._write_pending()
        with self.assertRaises(AccessError):
            self.client_b.with_user(self.user_creation).client_is_supplier = True

    def test_supplier_is_in_the_history(self):
        self.client_b.with_user(self.user_manager).client_is_supplier = True
        self.env["client.history"]._write_pending()
        row = self.env["client.history"].search(
            [("client_id", "=", self.client_b.id)], limit=1
        )
        self.assertIn("Is a supplier as well: No → Yes", row.summary)

    def _get_form(self, user):
        """Return the client's form as one user gets it, parsed."""
        Partner = self.env["res.partner"].with_user(user)
        view = self.env.ref("base.view_partner_form")
        return etree.fromstring(Partner.get_view(view.id, "form")["arch"])

    def test_who_gets_the_page(self):
        expected = {
            self.user_manager: True,
            self.user_accountant: True,
            self.user_creation: False,
            self.user_traffic: False,
        }
        for user, is_there in expected.items():
            with self.subTest(user=user.login):
                pages = self._get_form(user).xpath("//page[@name='client_terms']")
                self.assertEqual(bool(pages), is_there)

    def test_who_gets_the_pencil(self):
        """Odoo offers to create and edit where the person may."""
        owner = self._create_user(
            "hub_owner", "account.group_account_manager,base.group_partner_manager"
        )
        expected = {
            (self.user_manager, "client_billing_type_id"): True,
            (self.user_manager, "client_profile_type_id"): True,
            (self.user_manager, "property_payment_term_id"): False,
            (self.user_manager, "property_inbound_payment_method_line_id"): False,
            (self.user_manager, "user_id"): False,
            (owner, "property_payment_term_id"): True,
            (owner, "property_inbound_payment_method_line_id"): True,
            (owner, "user_id"): False,
        }
        forms = {user: self._get_form(user) for user, _name in expected}
        for (user, name), may in expected.items():
            with self.subTest(user=user.login, field=name):
                path = f"//page[starts-with(@name, 'client_')]//field[@name='{name}']"
                node = forms[user].xpath(path)[0]
                self.assertEqual(node.get("can_create") == "True", may)
                self.assertEqual(node.get("can_write") == "True", may)

    def test_lists_are_extended_on_the_spot(self):
        Type = self.env["client.billing.type"]
        created = Type.with_user(self.user_manager).name_create("Per film")
        self.assertEqual(Type.browse(created[0]).invoice_grouping, "run")
        with self.assertRaises(AccessError):
            Type.with_user(self.user_creation).name_create("Per hour")
