"""A change of a contact's rights counts from the next request on."""

from odoo.exceptions import AccessError
from odoo.tests import JsonRpcException, tagged
from odoo.tools import mute_logger

from .common_portal import ClientPortalCommon


@tagged("post_install", "-at_install")
class TestWallPortalRights(ClientPortalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.client_a | cls.client_b).client_portal_access = "yes"
        cls.daughter = cls._create_client("Azul Kids", client_portal_access="yes")
        cls.daughter.write({"parent_id": cls.client_a.id})
        cls.jobs = {
            contact: cls._create_job(contact, title=title)
            for contact, title in (
                (cls.contact_a, "Paula asked"),
                (cls.colleague, "Carla asked"),
                (cls.contact_b, "Bento asked"),
            )
        }
        cls.order = cls._create_order(cls.client_a)
        cls.own_order = cls._create_order(cls.contact_a)
        cls.kids_order = cls._create_order(cls.daughter)
        cls.b_order = cls._create_order(cls.client_b)

    @classmethod
    def _create_order(cls, partner):
        order = cls.env["sale.order"].create({"partner_id": partner.id})
        order.action_confirm()
        order._portal_ensure_token()
        return order

    def _seen(self):
        """Return what the signed-in person gets: titles of jobs, names of orders."""
        self.env.flush_all()
        self.env.invalidate_all()
        text = self._get("/my/jobs").text + self._get("/my/orders").text
        jobs = {job.name for job in self.jobs.values() if job.name in text}
        every = self.order | self.own_order | self.kids_order | self.b_order
        orders = every.filtered(lambda order: order.name in text)
        for order in every:
            response = self._get(f"/my/orders/{order.id}")
            self.assertEqual(response.status_code == 200, order in orders, order.name)
        found = self.make_jsonrpc_request(
            "/web/dataset/call_kw/sale.order/search_read",
            {
                "model": "sale.order",
                "method": "search_read",
                "args": [[("id", "in", every.ids)], ["name"]],
                "kwargs": {},
            },
        )
        self.assertEqual({row["id"] for row in found}, set(orders.ids))
        return jobs, orders

    def test_scope(self):
        self._login(self.portal_a)
        both = {"Paula asked", "Carla asked"}
        self.assertEqual(self._seen(), (both, self.order | self.own_order))
        self.contact_a.portal_scope = "own"
        self.assertEqual(self._seen(), ({"Paula asked"}, self.own_order))
        self.order.message_subscribe(self.contact_a.ids)
        self.assertEqual(self._seen()[1], self.order | self.own_order)
        self.order.message_unsubscribe(self.contact_a.ids)
        self.contact_a.portal_scope = "group"
        self.assertEqual(
            self._seen(), (both, self.order | self.own_order | self.kids_order)
        )
        self.contact_a.portal_scope = "client"
        self.assertEqual(self._seen(), (both, self.order | self.own_order))

    def test_access_switched_off(self):
        self._login(self.portal_a)
        nothing = (set(), self.env["sale.order"])
        for values in ({"client_portal_access": "no"}, {"client_status": "inactive"}):
            with self.subTest(**values):
                self.client_a.write(values)
                self.assertEqual(self._seen(), nothing)
                self.client_a.write(
                    {"client_portal_access": "yes", "client_status": "active"}
                )
                self.assertEqual(len(self._seen()[1]), 2)
        self.client_a.client_portal_access = "default"
        self.company.client_portal_default = False
        self.assertEqual(self._seen(), nothing)
        # his own page stays
        self.assertEqual(self._get("/my/account").status_code, 200)

    def test_a_contact_who_moves_to_another_client(self):
        self.order.message_subscribe(self.contact_a.ids)
        self.jobs[self.contact_a].message_post(
            body="Zebrafish",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self.contact_a.ids,
        )
        token = self.order.access_token
        self._login(self.portal_a)
        self.assertTrue(self._seen()[1])
        self.contact_a.parent_id = self.client_b
        jobs, orders = self._seen()
        self.assertEqual(jobs, {"Bento asked"})
        # an order in his own name moves with him, as Odoo sees it
        self.assertEqual(orders, self.b_order | self.own_order)
        self.assertNotIn(self.contact_a, self.order.message_partner_ids)
        self.assertNotEqual(self.order._portal_ensure_token(), token)
        messages = self.make_jsonrpc_request(
            "/web/dataset/call_kw/mail.message/search_read",
            {
                "model": "mail.message",
                "method": "search_read",
                "args": [[], ["body"]],
                "kwargs": {},
            },
        )
        self.assertNotIn("Zebrafish", str(messages))

    @mute_logger("odoo.http")
    def test_an_archived_user_is_out_at_once(self):
        self._login(self.portal_a)
        token = self.order.access_token
        other = self.b_order.access_token
        self.assertTrue(self._seen()[1])
        self.portal_a.action_archive()
        self.env.flush_all()
        self.assertIn("/web/login", self._get("/my/jobs").headers["Location"])
        with self.assertRaises(JsonRpcException):
            self.make_jsonrpc_request(
                "/web/dataset/call_kw/sale.order/search_read",
                {
                    "model": "sale.order",
                    "method": "search_read",
                    "args": [[], ["name"]],
                    "kwargs": {},
                },
            )
        # links that he was handed out are void, those of other clients are not
        page = self._get(f"/my/orders/{self.order.id}?access_token={token}")
        self.assertNotEqual(page.status_code, 200)
        page = self._get(f"/my/orders/{self.b_order.id}?access_token={other}")
        self.assertEqual(page.status_code, 200)

    def test_links_are_renewed_by_account_managers(self):
        token = self.order.access_token
        files = self.env["ir.attachment"].create(
            [
                {
                    "name": "offer.txt",
                    "raw": b"An offer",
                    "res_model": order._name,
                    "res_id": order.id,
                }
                for order in (self.order, self.b_order)
            ]
        )
        files.generate_access_token()
        with self.assertRaises(AccessError):
            self.client_a.with_user(self.user_creation).action_renew_client_links()
        self.client_a.with_user(self.user_manager).action_renew_client_links()
        self.assertFalse(self.order.access_token)
        self.assertEqual(
            files.mapped(lambda file: bool(file.access_token)), [False, True]
        )
        page = self._get(f"/my/orders/{self.order.id}?access_token={token}")
        self.assertNotEqual(page.status_code, 200)
        self.env.cr.flush()
        row = self.env["client.history"].search(
            [("client_id", "=", self.client_a.id), ("kind", "=", "access")], limit=1
        )
        self.assertEqual(row.note, "Links with a token renewed")
