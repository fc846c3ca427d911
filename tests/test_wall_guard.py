"""The rules of the wall: what they reach, and what they leave alone."""

from odoo.exceptions import AccessError
from odoo.fields import Command, Domain
from odoo.tests import tagged

from .common import ClientHubCommon

SECRET = "Azul"


@tagged("post_install", "-at_install")
class TestWallGuard(ClientHubCommon):
    def setUp(self):
        super().setUp()
        self.product = self.env["product.product"].create(
            {"name": "Consulting", "type": "service", "list_price": 100}
        )

    def _restrict(self, client):
        client.with_user(self.user_manager).client_restricted = True
        self.env.flush_all()
        self.env.invalidate_all()

    def _as(self, user, model):
        return self.env[model].with_user(user)

    # ------------------------------------------------------------------
    # NOTHING RESTRICTED
    # ------------------------------------------------------------------

    def test_without_a_restricted_client_the_rules_are_odoos(self):
        self.env["client.wall"].search([]).active = False
        for model in ("res.partner", "sale.order", "mail.followers", "res.users"):
            with self.subTest(model=model):
                query = self._as(self.user_outsider, model)._search([])
                self.assertNotIn("client_wall", str(query.select()))
        self._restrict(self.client_a)
        for model in ("res.partner", "sale.order", "mail.followers", "res.users"):
            with self.subTest(model=model, restricted=True):
                query = self._as(self.user_outsider, model)._search([])
                self.assertIn("client_wall", str(query.select()))

    def test_lifting_the_last_restriction_opens_everything(self):
        self._restrict(self.client_a)
        partners = self._as(self.user_outsider, "res.partner")
        self.assertFalse(partners.search([("id", "=", self.client_a.id)]))
        self.client_a.with_user(self.user_manager).client_restricted = False
        self.assertTrue(partners.search([("id", "=", self.client_a.id)]))

    # ------------------------------------------------------------------
    # WHO IS ALWAYS VISIBLE
    # ------------------------------------------------------------------

    def test_colleagues_companies_and_oneself_stay_visible(self):
        colleague = self.user_traffic.partner_id
        colleague.parent_id = self.client_a
        self.user_outsider.partner_id.parent_id = self.client_a
        self.company.partner_id.parent_id = self.client_a
        self._restrict(self.client_a)
        visible = self._as(self.user_outsider, "res.partner")
        for partner in (
            colleague,
            self.user_outsider.partner_id,
            self.company.partner_id,
        ):
            with self.subTest(partner=partner.name):
                self.assertTrue(visible.search([("id", "=", partner.id)]))
                self.assertTrue(visible.browse(partner.id).has_access("read"))
        users = self._as(self.user_outsider, "res.users")
        self.assertTrue(users.search([("id", "=", self.user_traffic.id)]))
        self.assertFalse(users.search([("id", "=", self.portal_a.id)]))

    # ------------------------------------------------------------------
    # WHAT THE USER MAY OPEN
    # ------------------------------------------------------------------

    def _order_with_hidden_address(self):
        """Return an order of an open client, invoiced to a restricted one."""
        order = self.env["sale.order"].create(
            {
                "partner_id": self.client_b.id,
                "partner_invoice_id": self.client_a.id,
                "partner_shipping_id": self.contact_a.id,
                "user_id": self.user_outsider.id,
                "order_line": [Command.create({"product_id": self.product.id})],
            }
        )
        self.client_a.write({"street": "Azul street 1", "phone": "+55 11 2222-7777"})
        self._restrict(self.client_a)
        return order.with_user(self.user_outsider)

    def test_order_with_a_hidden_address_opens_masked(self):
        order = self._order_with_hidden_address()
        spec = {
            "partner_id": {"fields": {"display_name": {}}},
            "partner_invoice_id": {"fields": {"display_name": {}}},
            "partner_shipping_id": {"fields": {"display_name": {}}},
            "amount_total": {},
        }
        values = order.web_read(spec)[0]
        self.assertEqual(values["partner_id"]["display_name"], "Brisa Foods")
        self.assertEqual(
            values["partner_invoice_id"]["display_name"], "Restricted contact"
        )
        groups = order.formatted_read_group(
            [("id", "=", order.id)], ["partner_invoice_id"], ["__count"]
        )
        self.assertNotIn(SECRET, str(groups))
        self.assertEqual(groups[0]["__count"], 1)

    def test_order_with_a_hidden_address_prints_and_exports(self):
        order = self._order_with_hidden_address()
        html = (
            self.env["ir.actions.report"]
            .with_user(self.user_outsider)
            ._render_qweb_html("sale.report_saleorder", order.ids)[0]
            .decode()
        )
        self.assertIn(order.name, html)
        self.assertNotIn(SECRET, html)
        self.assertNotIn("2222-7777", html)
        self.env.invalidate_all()
        self.user_outsider.group_ids += self.env.ref("base.group_allow_export")
        rows = order.export_data(["name", "partner_invoice_id", "partner_id"])
        self.assertEqual(rows["datas"], [[order.name, "", "Brisa Foods"]])

    def test_order_with_a_hidden_address_is_changed_and_sent(self):
        order = self._order_with_hidden_address()
        order.client_order_ref = "PO 7"
        order.order_line.product_uom_qty = 2
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        composer = order.action_quotation_send()
        wizard = (
            self.env["mail.compose.message"]
            .with_user(self.user_outsider)
            .with_context(**composer["context"])
            .create({})
        )
        self.assertNotIn(SECRET, f"{wizard.subject} {wizard.body}")
        wizard.action_send_mail()
        self.assertTrue(order.message_ids.filtered("subject"))

    def test_stored_label_of_an_invoice_is_never_masked(self):
        move = self.env["account.move"].create(
            {"move_type": "out_invoice", "partner_id": self.client_a.id}
        )
        self._restrict(self.client_a)
        field = move._fields["invoice_partner_display_name"]
        self.env.add_to_compute(field, move)
        # an outsider's transaction recomputes it
        move.with_user(self.user_outsider).sudo().flush_recordset()
        self.assertEqual(move.invoice_partner_display_name, self.client_a.display_name)

    # ------------------------------------------------------------------
    # MODELS INSTALLED LATER
    # ------------------------------------------------------------------

    def test_a_model_installed_later_is_guarded(self):
        model = self.env["ir.model"].create(
            {
                "name": "Visit",
                "model": "x_visit",
                "field_id": [
                    Command.create(
                        {
                            "name": "x_partner_id",
                            "ttype": "many2one",
                            "relation": "res.partner",
                            "field_description": "Visited",
                        }
                    )
                ],
            }
        )
        self.env["ir.model.access"].create(
            {
                "name": "visit",
                "model_id": model.id,
                "group_id": self.env.ref("base.group_user").id,
                "perm_read": True,
                "perm_write": True,
                "perm_create": True,
            }
        )
        visits = self.env["x_visit"].create(
            [
                {"x_partner_id": self.client_a.id},
                {"x_partner_id": self.client_b.id},
                {"x_partner_id": False},
            ]
        )
        self._restrict(self.client_a)
        found = self._as(self.user_outsider, "x_visit").search([])
        self.assertEqual(found.ids, visits[1:].ids)
        self.assertEqual(self._as(self.user_manager, "x_visit").search_count([]), 3)
        with self.assertRaises(AccessError):
            self._as(self.user_outsider, "x_visit").create(
                {"x_partner_id": self.client_a.id}
            )

    # ------------------------------------------------------------------
    # ERRORS
    # ------------------------------------------------------------------

    def test_errors_name_no_record_and_no_rule(self):
        self._restrict(self.client_a)
        for record in (self.client_a, self.contact_a, self.portal_a):
            with self.subTest(record=record._name):
                with self.assertRaises(AccessError) as caught:
                    record.with_user(self.user_outsider).read(["name"])
                self.assertNotIn(SECRET, str(caught.exception))

    def test_unhidden_records_keep_odoos_error(self):
        self._restrict(self.client_a)
        self.env["ir.rule"].create(
            {
                "name": "No Brisa",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "domain_force": str([("id", "!=", self.client_b.id)]),
            }
        )
        messages = []
        for client in (self.client_a, self.client_b):
            with self.assertRaises(AccessError) as caught:
                client.with_user(self.user_outsider).read(["name"])
            messages.append(str(caught.exception))
        self.assertNotIn("Uh-oh", messages[0])
        self.assertIn("Uh-oh", messages[1])

    # ------------------------------------------------------------------
    # THE ORM'S CACHE
    # ------------------------------------------------------------------

    def test_checks_leave_nothing_in_the_cache(self):
        account = self.env["account.analytic.account"].create(
            {
                "name": "Costs",
                "plan_id": self.env["account.analytic.plan"].search([], limit=1).id,
                "partner_id": self.client_a.id,
            }
        )
        self._restrict(self.client_a)
        mine = account.with_user(self.user_outsider)
        self.assertFalse(mine.has_access("read"))
        partner = self.client_a.with_user(self.user_outsider)
        self.assertFalse(partner._filtered_access("read"))
        with self.assertRaises(AccessError):
            _name = partner.name

    def test_counting_by_a_field_of_the_client_tells_nothing(self):
        self.env["account.analytic.account"].create(
            {
                "name": "Costs",
                "plan_id": self.env["account.analytic.plan"].search([], limit=1).id,
                "partner_id": self.client_a.id,
            }
        )
        self._restrict(self.client_a)
        accounts = self._as(self.user_outsider, "account.analytic.account")
        domain = Domain("partner_id.name", "ilike", SECRET)
        self.assertEqual(accounts.search_count(domain), 0)
        self.assertEqual(
            accounts.search_count(Domain("partner_id", "ilike", SECRET)), 0
        )
