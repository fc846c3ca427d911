"""Products that only one client, or its group, may buy."""

from datetime import date

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .common_contract import ContractCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-02-15")
class TestExclusiveProducts(ContractCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sales = cls._create_user(
            "hub_sales", "sales_team.group_sale_salesman_all_leads"
        )
        cls.film = cls.env["product.product"].create(
            {
                "name": "Azul film",
                "default_code": "AZ-1",
                "type": "service",
                "list_price": 500.0,
                "client_exclusive_id": cls.client_a.id,
            }
        )

    def _create_order(self, client, product=None, user=None, **values):
        return (
            self.env["sale.order"]
            .with_user(user or self.sales)
            .create(
                {
                    "partner_id": client.id,
                    "order_line": [
                        Command.create({"product_id": (product or self.film).id})
                    ],
                    **values,
                }
            )
        )

    def _create_invoice(self, client, product=None, **values):
        return (
            self.env["account.move"]
            .with_user(self.user_accountant)
            .create(
                {
                    "move_type": "out_invoice",
                    "partner_id": client.id,
                    "invoice_date": date(2026, 2, 15),
                    "invoice_line_ids": [
                        Command.create({"product_id": (product or self.film).id})
                    ],
                    **values,
                }
            )
        )

    def _assert_refused(self, function, *args, **kwargs):
        with self.assertRaisesRegex(ValidationError, "exclusive to another client"):
            with self.env.cr.savepoint():
                function(*args, **kwargs)

    def _make_group(self):
        group = self._create_client("Grupo Mar", manager=self.user_manager)
        self.client_a.parent_id = group
        self.client_b.parent_id = group
        return group

    # ------------------------------------------------------------------
    # documents
    # ------------------------------------------------------------------

    def test_its_client_buys_it(self):
        order = self._create_order(self.client_a)
        order.action_confirm()
        self._create_order(self.contact_a)
        self._create_invoice(self.client_a).action_post()
        contract = self._create_contract(lines=[{"product_id": self.film.id}])
        due = self._get_due(contract, date(2026, 1, 31))
        self._bill(due)
        self.assertEqual((order.state, due.state), ("sale", "billed"))

    def test_others_can_not(self):
        self._assert_refused(self._create_order, self.client_b)
        self._assert_refused(self._create_order, self.contact_b)
        self._assert_refused(self._create_invoice, self.client_b)
        self._assert_refused(
            self._create_invoice, self.client_b, move_type="out_receipt"
        )
        self._assert_refused(
            self._create_contract,
            client=self.client_b,
            lines=[{"product_id": self.film.id}],
        )

    def test_extra_entries(self):
        contract = self._create_contract(client=self.client_b)
        wizard = (
            self.env["client.contract.extra.wizard"]
            .with_user(self.user_manager)
            .create(
                {
                    "contract_id": contract.id,
                    "product_id": self.film.id,
                    "reason": "Asked by phone",
                }
            )
        )
        self._assert_refused(wizard.action_confirm)

    def test_changing_line_or_client(self):
        order = self._create_order(self.client_b, product=self.service)
        self._assert_refused(order.order_line.write, {"product_id": self.film.id})
        mine = self._create_order(self.client_a)
        self._assert_refused(mine.write, {"partner_id": self.client_b.id})
        invoice = self._create_invoice(self.client_a)
        self._assert_refused(invoice.write, {"partner_id": self.client_b.id})
        contract = self._create_contract(
            lines=[{"product_id": self.film.id}], approve=False
        )
        self._assert_refused(
            contract.write,
            {
                "client_id": self.client_b.id,
                "contact_id": False,
                "partner_invoice_id": self.client_b.id,
            },
        )

    def test_import(self):
        result = (
            self.env["sale.order"]
            .with_user(self.sales)
            .load(
                ["partner_id/.id", "order_line/product_id/.id"],
                [[str(self.client_b.id), str(self.film.id)]],
            )
        )
        self.assertFalse(result["ids"])
        self.assertIn("exclusive to another client", result["messages"][0]["message"])

    def test_vendor_bills_are_free(self):
        bill = self._create_invoice(self.client_b, move_type="in_invoice")
        self.assertEqual(bill.invoice_line_ids.product_id, self.film)

    def test_the_sentence_does_not_name_the_owner(self):
        with self.assertRaises(ValidationError) as caught:
            self._create_order(self.client_b)
        self.assertIn("Azul film", str(caught.exception))
        self.assertNotIn(self.client_a.name, str(caught.exception))

    # ------------------------------------------------------------------
    # becoming exclusive later
    # ------------------------------------------------------------------

    def test_not_while_others_have_it_in_open_documents(self):
        order = self._create_order(self.client_b, product=self.extra_service)
        product = self.extra_service.product_tmpl_id
        with self.assertRaisesRegex(ValidationError, "open quotations of others"):
            with self.env.cr.savepoint():
                product.client_exclusive_id = self.client_a
        order.action_cancel()
        product.client_exclusive_id = self.client_a

    def test_drafts_are_checked_when_they_are_posted(self):
        invoice = self._create_invoice(self.client_b, product=self.extra_service)
        self.extra_service.product_tmpl_id.client_exclusive_id = self.client_a
        self._assert_refused(invoice.action_post)

    def test_posted_invoices_can_be_credited(self):
        invoice = self._create_invoice(self.client_b, product=self.extra_service)
        invoice.action_post()
        self.extra_service.product_tmpl_id.client_exclusive_id = self.client_a
        with self.assertRaises(ValidationError):
            self._create_invoice(self.client_b, product=self.extra_service)
        refund = invoice._reverse_moves([{"invoice_date": date(2026, 2, 15)}])
        refund.action_post()
        self.assertEqual(refund.state, "posted")

    def test_billing_says_so(self):
        contract = self._create_contract(
            client=self.client_b, lines=[{"product_id": self.extra_service.id}]
        )
        due = self._get_due(contract, date(2026, 1, 31))
        # as superuser code may do, and as an ended contract's last entries
        contract.action_end()
        self.extra_service.product_tmpl_id.client_exclusive_id = self.client_a
        self._bill(due)
        self.assertIn("exclusive to another client", due.billing_error)

    # ------------------------------------------------------------------
    # group
    # ------------------------------------------------------------------

    def test_group(self):
        self._make_group()
        self._assert_refused(self._create_order, self.client_b)
        self.film.client_exclusive_group = True
        order = self._create_order(self.client_b)
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        other = self._create_client("Cobalto")
        self._assert_refused(self._create_order, other)

    # ------------------------------------------------------------------
    # who sees it
    # ------------------------------------------------------------------

    def _find(self, partner, model="product.product"):
        domain = [("client_usable_id", "=", partner.id), ("sale_ok", "=", True)]
        return self.env[model].with_user(self.sales).search(domain)

    def test_pickers(self):
        self.assertIn(self.film, self._find(self.client_a))
        self.assertIn(self.film, self._find(self.contact_a))
        self.assertNotIn(self.film, self._find(self.client_b))
        self.assertIn(self.service, self._find(self.client_b))
        self.assertNotIn(self.film, self._find(self.env["res.partner"]))
        template = self.film.product_tmpl_id
        self.assertIn(template, self._find(self.client_a, "product.template"))
        self.assertNotIn(template, self._find(self.client_b, "product.template"))

    def test_pickers_of_a_group(self):
        group = self._make_group()
        self.assertNotIn(self.film, self._find(self.client_b))
        self.film.client_exclusive_group = True
        self.assertIn(self.film, self._find(self.client_b))
        self.assertIn(self.film, self._find(group))

    def test_catalogue(self):
        order = self._create_order(self.client_b, product=self.service)
        products = self.env["product.product"].search(
            order._get_product_catalog_domain()
        )
        self.assertIn(self.service, products)
        self.assertNotIn(self.film, products)

    def test_portal_users_of_others(self):
        # as a web shop does: portal users may read products
        access = self.env["ir.model.access"]
        for model in ("product.template", "product.product"):
            access.create(
                {
                    "name": f"portal {model}",
                    "model_id": self.env["ir.model"]._get_id(model),
                    "group_id": self.env.ref("base.group_portal").id,
                    "perm_read": True,
                }
            )
        for model, record in (
            ("product.product", self.film),
            ("product.template", self.film.product_tmpl_id),
        ):
            with self.subTest(model=model):
                mine = self.env[model].with_user(self.portal_a).search([])
                theirs = self.env[model].with_user(self.portal_b).search([])
                self.assertIn(record, mine)
                self.assertNotIn(record, theirs)
                self.assertTrue(theirs)
                with self.assertRaises(AccessError):
                    record.with_user(self.portal_b).read(["name"])

    def test_behind_the_wall_of_its_client(self):
        self.client_a.client_restricted = True
        outsider = self.env["product.template"].with_user(self.user_outsider)
        self.assertFalse(outsider.search([("name", "=", "Azul film")]))
        member = outsider.with_user(self.user_manager)
        self.assertTrue(member.search([("name", "=", "Azul film")]))

    def test_tab_and_count(self):
        client = self.client_a.with_user(self.user_manager)
        self.assertEqual(client.client_exclusive_count, 1)
        action = client.action_view_client_exclusive()
        found = self.env["product.template"].search(action["domain"])
        self.assertEqual(found, self.film.product_tmpl_id)

    def test_only_of_clients(self):
        with self.assertRaises(ValidationError):
            self.service.product_tmpl_id.client_exclusive_id = self.contact_a

    def test_cost_is_the_same_for_many_lines(self):
        def count(number):
            lines = [Command.create({"product_id": self.film.id})] * number
            move = self._create_invoice(self.client_a, invoice_line_ids=lines)
            self.env.flush_all()
            self.env.invalidate_all()
            move.invoice_line_ids.mapped("product_id.name")
            before = self.env.cr.sql_log_count
            move.invoice_line_ids._check_exclusive_product()
            return self.env.cr.sql_log_count - before

        count(1)
        self.assertLessEqual(count(20), count(1))
