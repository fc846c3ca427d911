"""What portal users see of Odoo's own records: their own client's, by any route."""

from odoo.tests import tagged

from .common import ClientHubCommon


@tagged("post_install", "-at_install")
class TestWallPortal(ClientHubCommon):
    """A holding, two subsidiaries that are clients, and one that is none."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.holding = cls._create_client("Holding Blue")
        cls.client_a.write({"parent_id": cls.holding.id})
        cls.client_b.write({"parent_id": cls.holding.id})
        cls.branch = cls.env["res.partner"].create(
            {"name": "Depot", "is_company": True, "parent_id": cls.holding.id}
        )
        cls.contact_h, cls.portal_h = cls._create_contact(cls.holding, "Hugo Holding")
        cls.product = cls.env["product.product"].create({"name": "Work"})
        cls.orders = {
            partner: cls._create_order(partner)
            for partner in (cls.holding, cls.client_a, cls.client_b, cls.branch)
        }

    @classmethod
    def _create_order(cls, partner):
        order = cls.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "order_line": [(0, 0, {"product_id": cls.product.id})],
            }
        )
        order.state = "sent"
        return order

    def _sees(self, user, model="sale.order"):
        """Return what the user's searches find, checked against each single read."""
        self.env.invalidate_all()
        records = self.env[model].with_user(user)
        found = records.search([])
        every = self.env[model].search([])
        allowed = every.with_user(user)._filtered_access("read")
        self.assertEqual(set(found.ids), set(allowed.ids))
        return every.filtered(lambda record: record.id in found.ids)

    def test_each_reads_his_own(self):
        own = self.orders
        self.assertEqual(self._sees(self.portal_a), own[self.client_a])
        self.assertEqual(self._sees(self.portal_b), own[self.client_b])

    def test_the_holding_does_not_read_its_subsidiaries_that_are_clients(self):
        own = self.orders
        self.assertEqual(
            self._sees(self.portal_h), own[self.holding] | own[self.branch]
        )

    def test_the_group_reads_all(self):
        self.contact_h.portal_scope = "group"
        self.assertEqual(len(self._sees(self.portal_h)), 4)
