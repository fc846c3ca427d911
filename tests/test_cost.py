"""Opening a client costs the same whatever it has accumulated."""

from lxml import etree

from odoo.tests import tagged

from .common_contract import ContractCommon


@tagged("post_install", "-at_install")
class TestCost(ContractCommon):
    def _queries_of_the_form(self, client):
        """Return how many queries the web client's read of the form takes."""
        Partner = self.env["res.partner"].with_user(self.user_manager)
        arch = etree.fromstring(
            Partner.get_view(self.env.ref("base.view_partner_form").id, "form")["arch"]
        )
        # as the web client does: sub-lists ask for ids, the rest for values
        spec = {
            node.get("name"): {}
            for node in arch.iter("field")
            if not any(parent.tag == "field" for parent in node.iterancestors())
        }
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        client.with_user(self.user_manager).web_read(spec)
        return self.env.cr.sql_log_count - before

    def _queries_of_the_list(self, domain):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.env["res.partner"].with_user(self.user_manager).web_search_read(
            domain,
            {
                "name": {},
                "client_number": {},
                "relationship_kind": {},
                "account_manager_id": {"fields": {"display_name": {}}},
                "category_id": {"fields": {"display_name": {}}},
            },
            limit=80,
        )
        return self.env.cr.sql_log_count - before

    def test_form_of_a_client_with_a_past_costs_no_more(self):
        self._queries_of_the_form(self.client_b)  # warms what is cached for good
        empty = self._queries_of_the_form(self.client_b)
        for number in range(5):
            self._create_contract(self.client_a, name=f"Contract {number}")
            self.env["client.budget"].create(
                {"name": f"Budget {number}", "client_id": self.client_a.id}
            )
            self.env["client.job"].create(
                {"name": f"Job {number}", "client_id": self.client_a.id}
            )
        self.assertLessEqual(self._queries_of_the_form(self.client_a), empty + 1)

    def test_list_costs_the_same_for_one_client_and_for_forty(self):
        one = [("id", "=", self.client_a.id)]
        self._queries_of_the_list(one)
        few = self._queries_of_the_list(one)
        for number in range(40):
            self._create_client(f"Client {number}", manager=self.user_manager)
        self.assertLessEqual(
            self._queries_of_the_list([("is_client", "=", True)]), few + 1
        )
