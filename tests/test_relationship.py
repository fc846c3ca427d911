"""Client, lead, contact, inactive: the facts, the filters and the counters."""

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from ..models import res_partner_relationship
from .common_contract import ContractCommon


@tagged("post_install", "-at_install")
class TestRelationship(ContractCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user_employee = cls._create_user("hub_employee", "base.group_user")

    def _invoice(self, client=None, post=True, **values):
        return self.init_invoice(
            "out_invoice",
            partner=client or self.client_a,
            amounts=[100.0],
            post=post,
            company=values.get("company") or self.company,
        )

    def _order(self, **values):
        return self.env["sale.order"].create(
            {
                "partner_id": self.contact_a.id,
                "order_line": [Command.create({"product_id": self.service.id})],
                **values,
            }
        )

    def _kind(self, user=None, client=None):
        self.env.flush_all()
        self.env.invalidate_all()
        client = (client or self.client_a).with_user(user or self.user_employee)
        return client.relationship_kind

    def _counts(self, user=None):
        counters = (
            self.env["res.partner"]
            .with_user(user or self.user_employee)
            .get_client_counters()
        )
        return {counter["name"]: counter["count"] for counter in counters}

    # === FACTS === #

    def test_an_invoice_counts_while_it_is_posted(self):
        self.assertEqual(self._kind(), "lead")
        invoice = self._invoice(post=False)
        self.assertEqual(self._kind(), "lead")
        invoice.action_post()
        self.assertEqual(self._kind(), "client")
        invoice.button_draft()
        self.assertEqual(self._kind(), "lead")
        invoice.action_post()
        invoice.button_draft()
        invoice.button_cancel()
        self.assertEqual(self._kind(), "lead")

    def test_one_cancelled_invoice_of_two_changes_nothing(self):
        first, _second = self._invoice(), self._invoice()
        first.button_draft()
        self.assertEqual(self._kind(), "client")

    def test_a_deleted_invoice_no_longer_counts(self):
        invoice = self._invoice()
        invoice.with_context(force_delete=True).unlink()
        self.assertEqual(self._kind(), "lead")

    def test_a_vendor_bill_makes_no_client(self):
        self.init_invoice(
            "in_invoice",
            partner=self.client_a,
            amounts=[100.0],
            post=True,
            company=self.company,
        )
        self.assertEqual(self._kind(), "lead")

    def test_an_order_of_a_contact_counts_for_the_client(self):
        order = self._order()
        self.assertEqual(self._kind(), "lead")
        order.action_confirm()
        self.assertEqual(self._kind(), "client")
        order._action_cancel()
        self.assertEqual(self._kind(), "lead")

    def test_a_running_contract_counts_until_it_ends(self):
        contract = self._create_contract()
        self.assertEqual(self._kind(), "client")
        contract.action_suspend()
        self.assertEqual(self._kind(), "lead")
        contract.action_resume()
        self.assertEqual(self._kind(), "client")

    def test_a_contact_that_becomes_a_client_has_its_past(self):
        partner = self.env["res.partner"].create({"name": "Shop", "is_company": True})
        self._invoice(partner)
        self.assertEqual(self._kind(client=partner), "contact")
        partner.write({"is_client": True, "legal_name": "Shop SA"})
        self.assertEqual(self._kind(client=partner), "client")

    def test_orders_go_with_the_contact_that_changes_its_company(self):
        self._order().action_confirm()
        self.contact_a.parent_id = self.client_b
        self.assertEqual(self._kind(), "lead")
        self.assertEqual(self._kind(client=self.client_b), "client")

    def test_merged_clients_have_what_both_bought(self):
        self._invoice()
        client = self._create_client("Azul Too")
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((client + self.client_a).ids, client)
        self.assertEqual(self._kind(client=client), "client")

    def test_an_inactive_client_is_neither_client_nor_lead(self):
        self._invoice()
        self.client_a.client_status = "inactive"
        self.assertEqual(self._kind(), "inactive")

    def test_nobody_says_by_hand_who_has_bought(self):
        with self.assertRaises(AccessError):
            self.client_a.with_user(
                self.user_manager
            ).client_bought_company_ids = self.company

    def test_filling_finds_what_the_documents_say(self):
        self._invoice()
        self.env.flush_all()
        self.env.cr.execute("DELETE FROM res_partner_client_bought_rel")
        self.assertEqual(self._kind(), "lead")
        self.env["res.partner"]._fill_client_bought()
        self.assertEqual(self._kind(), "client")

    # === COMPANIES === #

    def test_a_client_of_one_company_is_a_lead_for_another(self):
        other = self.setup_other_company()["company"]
        self._invoice()
        self.user_employee.company_ids |= other
        for companies, kind in (
            (self.company, "client"),
            (other, "lead"),
            (other | self.company, "client"),
        ):
            with self.subTest(companies=companies.mapped("name")):
                client = self.client_a.with_context(allowed_company_ids=companies.ids)
                self.assertEqual(self._kind(client=client), kind)
                found = client.with_user(self.user_employee).search(
                    [("relationship_kind", "=", kind), ("id", "=", client.id)]
                )
                self.assertEqual(found, self.client_a)

    # === FILTERS AND COUNTERS === #

    def test_each_counter_is_what_its_filter_finds(self):
        self._invoice()
        self._create_client("Gone", client_status="inactive")
        view = self.env.ref("client_hub.res_partner_view_search")
        Partner = self.env["res.partner"].with_user(self.user_employee)
        counts = self._counts()
        for name, domain in Partner._client_counter_domains().items():
            with self.subTest(counter=name):
                self.assertIn(f'name="{name}"', view.arch)
                self.assertEqual(counts[name], Partner.search_count(domain))
                self.assertGreater(counts[name], 0)

    def test_counters_follow_the_documents(self):
        before = self._counts()
        self._invoice()
        after = self._counts()
        self.assertEqual(after["kind_client"], before["kind_client"] + 1)
        self.assertEqual(after["kind_lead"], before["kind_lead"] - 1)

    def test_archived_clients_do_not_count(self):
        before = self._counts()
        self.client_b.child_ids.user_ids.active = False
        self.client_b.action_archive()
        self.assertEqual(self._counts()["kind_lead"], before["kind_lead"] - 1)

    def test_groups_by_relationship_sum_up_to_the_counters(self):
        self._invoice()
        groups = (
            self.env["res.partner"]
            .with_user(self.user_employee)
            ._read_group([("is_client", "=", True)], ["relationship_kind"], ["__count"])
        )
        counts = self._counts()
        for kind, count in groups:
            with self.subTest(kind=kind):
                self.assertEqual(count, counts[f"kind_{kind}"])

    def test_a_hidden_client_is_not_even_counted(self):
        before = self._counts(self.user_outsider)
        self.client_a.client_restricted = True
        after = self._counts(self.user_outsider)
        self.assertEqual(after["kind_lead"], before["kind_lead"] - 1)
        self.assertLess(after["kind_contact"], before["kind_contact"])

    def test_beyond_the_limit_there_are_more(self):
        self.patch(res_partner_relationship, "COUNT_LIMIT", 1)
        [lead] = [
            counter
            for counter in self.env["res.partner"]
            .with_user(self.user_employee)
            .get_client_counters()
            if counter["name"] == "kind_lead"
        ]
        self.assertEqual(lead, {"name": "kind_lead", "count": 1, "more": True})

    def test_portal_users_get_no_counters(self):
        with self.assertRaises(AccessError):
            self._counts(self.portal_a)

    def test_counting_takes_four_queries(self):
        self._counts()
        self.env.flush_all()
        with self.assertQueryCount(4):
            self._counts()
