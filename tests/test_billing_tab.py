"""The Billing tab: charts, documents, and how an invoice can be paid."""

import io
from datetime import date

from openpyxl import load_workbook

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Domain
from odoo.tests import HttpCase, freeze_time, tagged

from .common import ClientHubCommon


@tagged("post_install", "-at_install")
class TestBillingTab(ClientHubCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.euro = cls.setup_other_currency("EUR", rates=[("2025-01-01", 2.0)])
        cls.design, cls.media = cls.env["product.category"].create(
            [{"name": "Design"}, {"name": "Media"}]
        )
        cls.logo, cls.spot = cls.env["product.product"].create(
            [
                {"name": "Logo", "categ_id": cls.design.id},
                {"name": "Spot", "categ_id": cls.media.id},
            ]
        )
        cls.tax = cls.company_data["default_tax_sale"]

    # ------------------------------------------------------------------
    # HELPERS
    # ------------------------------------------------------------------

    def _invoice(self, day, amounts, move_type="out_invoice", currency=None, **values):
        """Return a posted invoice; amounts is ``{product: price}``."""
        invoice = self.env["account.move"].create(
            {
                "move_type": move_type,
                "partner_id": self.client_a.id,
                "invoice_date": day,
                "invoice_user_id": False,
                "currency_id": (currency or self.company.currency_id).id,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "price_unit": price,
                            "tax_ids": [Command.set(self.tax.ids)],
                        }
                    )
                    for product, price in amounts.items()
                ],
                **values,
            }
        )
        invoice.action_post()
        return invoice

    def _billing(self, user, currency=None, client=None):
        self.env.invalidate_all()
        return (
            (client or self.client_a)
            .with_user(user)
            .get_client_billing(
                "2026-01-01", "2026-03-31", currency.id if currency else currency
            )
        )

    def _amounts(self, figures):
        return {figure["name"]: figure["amount"] for figure in figures}

    def _bill_a_quarter(self):
        dollar = self.company.currency_id
        self._invoice("2025-12-31", {self.logo: 999.0})
        self._invoice("2026-01-10", {self.logo: 100.0, self.spot: 50.05})
        self._invoice("2026-03-31", {self.spot: 200.0})
        self._invoice("2026-03-31", {self.spot: 30.0}, move_type="out_refund")
        self._invoice("2026-02-10", {self.logo: 80.0}, currency=self.euro)
        return dollar

    # ------------------------------------------------------------------
    # CHARTS
    # ------------------------------------------------------------------

    def test_charts_add_up_and_show_what_stands_behind(self):
        dollar = self._bill_a_quarter()
        billing = self._billing(self.user_accountant, dollar)
        self.assertEqual(
            self._amounts(billing["categories"]), {"Media": 220.05, "Design": 100.0}
        )
        self.assertEqual(
            self._amounts(billing["months"]),
            {"Jan 2026": 150.05, "Feb 2026": 0.0, "Mar 2026": 170.0},
        )
        self.assertEqual(billing["revenue"]["amount"], 320.05)
        # a click opens Odoo's own analysis, with the same total
        figures = [*billing["categories"], *billing["months"], billing["revenue"]]
        for figure in figures:
            action = figure["action"]
            [(total,)] = (
                self.env[action["res_model"]]
                .with_user(self.user_accountant)
                ._read_group(
                    Domain(action["domain"]),
                    [],
                    [f"{action['context']['pivot_measures'][0]}:sum"],
                )
            )
            self.assertAlmostEqual(total or 0.0, figure["amount"], 2, figure["name"])
        # with taxes it is what the statement charges
        statement = self.client_a._get_billing_statement(
            date(2026, 1, 1), date(2026, 3, 31)
        )
        charged = {
            section["currency"]: sum(
                line["amount_currency"]
                for line in section["lines"]
                if line["move_type"] in ("out_invoice", "out_refund")
            )
            for section in statement["sections"]
        }
        self.assertAlmostEqual(billing["billed"]["amount"], charged[dollar], 2)
        euros = self._billing(self.user_accountant, self.euro)
        self.assertEqual(euros["revenue"]["amount"], 80.0)
        self.assertAlmostEqual(euros["billed"]["amount"], charged[self.euro], 2)
        # all of it, in the company's currency: a euro is half a dollar
        every = self._billing(self.user_accountant)
        self.assertEqual(every["currency_id"], 0)
        self.assertEqual(every["revenue"]["amount"], 360.05)
        self.assertEqual(
            {choice["name"] for choice in every["currencies"]},
            {"All, in USD", "EUR", "USD"},
        )

    def test_only_currency_is_chosen_and_periods_are_put_in_order(self):
        self._invoice("2026-01-10", {self.logo: 100.0}, currency=self.euro)
        client = self.client_a.with_user(self.user_accountant)
        with freeze_time("2026-02-15 12:00:00"):
            billing = client.get_client_billing()
        self.assertEqual(billing["currency_id"], self.euro.id)
        self.assertEqual(billing["date_from"], "2025-03-01")
        self.assertEqual(len(billing["months"]), 12)
        swapped = client.get_client_billing("2026-03-31", "2026-01-01")
        self.assertEqual(
            (swapped["date_from"], swapped["date_to"]), ("2026-01-01", "2026-03-31")
        )
        empty = self._billing(self.user_accountant, client=self.client_b)
        self.assertEqual(empty["categories"], [])
        self.assertEqual(empty["revenue"]["amount"], 0.0)

    def test_small_categories_are_told_together(self):
        categories = self.env["product.category"].create(
            [{"name": f"Kind {number}"} for number in range(12)]
        )
        products = self.env["product.product"].create(
            [{"name": "Piece", "categ_id": category.id} for category in categories]
        )
        self._invoice(
            "2026-01-10",
            {product: 10.0 + number for number, product in enumerate(products)},
        )
        figures = self._billing(self.user_accountant)["categories"]
        self.assertEqual(len(figures), 8)
        self.assertEqual(figures[-1]["name"], "5 more categories")
        self.assertEqual(figures[-1]["amount"], 60.0)

    def test_people_see_what_they_may(self):
        dollar = self._bill_a_quarter()
        mine = {"invoice_user_id": self.user_outsider.id}
        self._invoice("2026-01-10", {self.logo: 1000.0}, **mine)
        for user, revenue, lists in (
            (self.user_accountant, 1320.05, ["invoices", "orders", "payments"]),
            (self.user_outsider, 1320.05, ["invoices", "orders"]),
            (self.user_manager, 320.05, ["invoices", "orders"]),
        ):
            with self.subTest(user=user.login):
                billing = self._billing(user, dollar)
                self.assertEqual(billing["revenue"]["amount"], revenue)
                self.assertEqual(billing["lists"], lists)
                self.assertEqual(billing["is_own"], user == self.user_manager)
        for user in (self.user_creation, self.user_traffic, self.portal_a):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self._billing(user, dollar)
        self.client_a.with_user(self.user_manager).client_restricted = True
        with self.assertRaises(AccessError):
            self._billing(self.user_outsider, dollar)

    def test_cost_does_not_grow_with_the_invoices(self):
        def cost():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.client_a.with_user(self.user_accountant).get_client_billing()
            orders = self.env["sale.order"].search([], limit=20)
            orders.mapped("client_item_count")
            return self.env.cr.sql_log_count - before

        self._bill_a_quarter()
        cost()
        first = cost()
        self._bill_a_quarter()
        self._bill_a_quarter()
        cost()
        self.assertEqual(cost(), first)

    # ------------------------------------------------------------------
    # DOCUMENTS
    # ------------------------------------------------------------------

    def test_orders_say_their_kind_and_are_locked(self):
        order, gone = self.env["sale.order"].create(
            [
                {
                    "partner_id": self.client_a.id,
                    "order_line": [
                        Command.create({"display_type": "line_section", "name": "A"}),
                        Command.create({"product_id": self.logo.id}),
                        Command.create(
                            {
                                "product_id": self.spot.id,
                                "product_uom_qty": quantity,
                                "price_unit": 10.0,
                            }
                        ),
                    ],
                }
                for quantity in (3, -3)
            ]
        )
        (order + gone).order_line.filtered(
            lambda line: line.product_id == self.logo
        ).price_unit = 1.0
        self.assertEqual((order + gone).mapped("client_kind"), ["quotation", "return"])
        self.assertEqual((order + gone).mapped("client_item_count"), [2, 2])
        order.action_confirm()
        self.assertEqual(order.client_kind, "order")
        action = order.with_user(self.user_accountant).action_open_client_dialog()
        self.assertEqual((action["target"], action["res_id"]), ("new", order.id))
        order.action_lock()
        with self.assertRaises(UserError):
            order.action_cancel()
        order.action_unlock()
        order._action_cancel()

    def test_an_order_that_has_receipts_is_one(self):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.client_a.id,
                "user_id": False,
                "order_line": [
                    Command.create({"product_id": self.logo.id, "price_unit": 10.0})
                ],
            }
        )
        order.action_confirm()
        receipt = self._invoice(
            "2026-01-10", {self.logo: 10.0}, move_type="out_receipt"
        )
        receipt.invoice_line_ids.sale_line_ids = order.order_line
        self.env.invalidate_all()
        # who may not read the receipt learns what kind of order it is
        self.assertEqual(order.with_user(self.user_manager).client_kind, "receipt")
        receipt.button_draft()
        receipt.button_cancel()
        self.assertEqual(order.client_kind, "order")

    def test_slip_downloads_the_electronic_invoice(self):
        self.client_a.country_id = self.env.ref("base.be")
        self.client_a.vat = False
        invoice = self._invoice("2026-01-10", {self.logo: 100.0})
        action = invoice.with_user(self.user_accountant).action_open_client_payment()
        slip = self.env["client.payment.slip"].browse(action["res_id"])
        self.assertEqual(
            slip.has_einvoice, "ubl_cii_xml_id" in self.env["account.move"]._fields
        )
        for name, url in (
            ("einvoice", "/account/download_invoice_documents/%s/ubl"),
            ("pdf", "/account/download_invoice_documents/%s/pdf"),
            ("xlsx", "/client_hub/invoice/%s/xlsx"),
        ):
            download = getattr(slip, f"action_download_{name}")()
            self.assertEqual(download["url"], url % invoice.id)
        if slip.has_einvoice:
            self.authenticate(self.user_accountant.login, self.user_accountant.login)
            answer = self.url_open(slip.action_download_einvoice()["url"])
            self.assertIn(invoice.name.encode(), answer.content)
            self.assertIn(b"<", answer.content[:5])

    def test_slip_has_link_reference_code_and_mail(self):
        invoice = self._invoice("2026-01-10", {self.logo: 100.0})
        for user in (self.user_accountant, self.user_manager):
            with self.subTest(user=user.login):
                action = invoice.with_user(user).action_open_client_payment()
                slip = self.env["client.payment.slip"].with_user(user)
                slip = slip.browse(action["res_id"])
                self.assertEqual(slip.amount_residual, invoice.amount_residual)
                self.assertIn("access_token", slip.link)
                self.assertEqual(slip.payment_reference, invoice.payment_reference)
                compose = slip.action_send()
                composer = (
                    self.env["mail.compose.message"]
                    .with_user(user)
                    .with_context(**compose["context"])
                    .create({})
                )
                self.assertIn(invoice.name, composer.body)
                self.assertIn("access_token", composer.body)
                self.assertEqual(composer.partner_ids, self.client_a)
        # the link opens the invoice for whoever has it
        self.authenticate(None, None)
        path = slip.link.partition("/my/")[2]
        self.assertIn(invoice.name, self.url_open(f"/my/{path}").text)
        with self.assertRaises(AccessError):
            invoice.with_user(self.user_creation).action_open_client_payment()
        note = self._invoice("2026-01-10", {self.logo: 1.0}, move_type="out_refund")
        self.assertEqual(note.client_open_amount, -note.amount_residual)
        self.assertFalse(note.client_payment_link)
        self.assertFalse(note._get_client_payment_code())
        draft = invoice.copy()
        with self.assertRaisesRegex(UserError, "Confirm"):
            draft.action_open_client_payment()

    def test_slip_of_a_restricted_client_is_for_its_people(self):
        invoice = self._invoice("2026-01-10", {self.logo: 100.0})
        self.client_a.with_user(self.user_manager).client_restricted = True
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            slip = self.env["client.payment.slip"].with_user(self.user_outsider)
            slip.create({"move_id": invoice.id}).read(["link", "code_text"])

    def test_spreadsheet_says_what_the_invoice_says(self):
        invoice = self._invoice(
            "2026-01-10",
            {self.logo: 100.0, self.spot: 7.5},
            ref="=1+1",
            invoice_date_due="2026-01-10",
        )
        url = f"/client_hub/invoice/{invoice.id}/xlsx"
        self.authenticate(self.user_accountant.login, self.user_accountant.login)
        answer = self.url_open(url)
        self.assertEqual(answer.status_code, 200)
        sheet = load_workbook(io.BytesIO(answer.content)).active
        cells = {cell.value for row in sheet for cell in row}
        self.assertLessEqual(
            {invoice.amount_total, 107.5, 7.5, "! Overdue", "Azul Cosmetics"}, cells
        )
        for user in (self.portal_a, self.portal_b, self.user_creation):
            with self.subTest(user=user.login):
                self.authenticate(user.login, user.login)
                self.assertEqual(self.url_open(url).status_code, 404)
        self.authenticate(self.user_accountant.login, self.user_accountant.login)
        for wrong in ("x", "999999999", "9" * 40):
            refused = self.url_open(f"/client_hub/invoice/{wrong}/xlsx")
            self.assertEqual(refused.status_code, 404)
