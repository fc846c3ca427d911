"""Looks of finance and administrators, and what people outside are told."""

from odoo.tests import HttpCase, tagged

from .test_wall_members import WallCommon


@tagged("post_install", "-at_install")
class TestWallLook(WallCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls.init_invoice(
            "out_invoice", partner=cls.client_a, amounts=[10.0], post=True
        )
        cls.company.client_log_looks = True

    def _open(self, record, user):
        self.env.flush_all()
        self.env.invalidate_all()
        return record.with_user(user).web_read({"display_name": {}})

    def _looks(self):
        return [note for note in self._notes() if "opened" in (note or "")]

    def test_look_is_logged_once_a_day(self):
        self._open(self.invoice, self.user_accountant)
        self._open(self.client_a, self.user_accountant)
        self._open(self.contact_a, self.user_admin_hub)
        self.assertEqual(
            self._looks(),
            [
                f"Hub Accountant opened “{self.invoice.display_name}” as finance",
                "Hub Admin opened “Azul Cosmetics, Paula Azul” as administrator",
            ],
        )
        self.env.cr.execute("UPDATE client_wall_look SET day = day - 1")
        self._open(self.client_a, self.user_accountant)
        self.assertEqual(len(self._looks()), 3)

    def test_what_is_no_look(self):
        # somebody of the client, a portal user, a client that is not restricted
        self._open(self.client_a, self.user_manager)
        self._open(self.client_a, self.portal_a)
        self._open(self.client_b, self.user_accountant)
        # a finance person who is an assistant as well
        self.client_a.assistant_ids = self.user_accountant
        self._open(self.client_a, self.user_accountant)
        # a list, even of one; the line of something else
        self.env["res.partner"].with_user(self.user_admin_hub).web_search_read(
            [("id", "=", self.client_a.id)], {"display_name": {}}
        )
        self.assertEqual(self._looks(), [])
        # a context that comes by RPC hides none
        unseen = self.client_a.with_context(client_wall_look_inside=True)
        self._open(unseen, self.user_admin_hub)
        self.assertEqual(len(self._looks()), 1)

    def test_off_by_default_and_without_cost(self):
        self.assertFalse(self.env["res.company"].new({}).client_log_looks)

        def queries():
            self._open(self.client_b, self.user_admin_hub)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.client_b.with_user(self.user_admin_hub).web_read({"name": {}})
            return self.env.cr.sql_log_count - before

        self.company.client_log_looks = False
        off = queries()
        self._open(self.client_a, self.user_accountant)
        self.assertEqual(self._looks(), [])
        self.client_a.client_restricted = False
        self.company.client_log_looks = True
        self.assertEqual(queries(), off)


@tagged("post_install", "-at_install")
class TestWallLookHttp(WallCommon, HttpCase):
    def test_look_through_the_web_client(self):
        self.company.client_log_looks = True
        self.authenticate(self.user_accountant.login, self.user_accountant.login)
        for _twice in range(2):
            result = self.make_jsonrpc_request(
                "/web/dataset/call_kw/res.partner/web_read",
                {
                    "model": "res.partner",
                    "method": "web_read",
                    "args": [self.client_a.ids, {"name": {}}],
                    "kwargs": {},
                },
            )
            self.assertEqual(result[0]["name"], "Azul Cosmetics")
        looks = [note for note in self._notes() if "opened" in (note or "")]
        self.assertEqual(looks, ["Hub Accountant opened “Azul Cosmetics” as finance"])


@tagged("post_install", "-at_install")
class TestWallNotified(WallCommon):
    def _notified(self, message):
        return message.notification_ids.res_partner_id

    def test_outsiders_are_not_told(self):
        order = self.env["sale.order"].create({"partner_id": self.client_a.id})
        inside = self.user_manager.partner_id | self.user_accountant.partner_id
        outside = self.user_outsider.partner_id
        order.message_subscribe((inside | outside | self.contact_a).ids)
        message = order.message_post(
            body="Look",
            partner_ids=outside.ids,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self.assertEqual(self._notified(message), inside | self.contact_a)
        # the twin: without a wall everybody is told
        self.client_a.client_restricted = False
        order.message_subscribe(outside.ids)
        message = order.message_post(
            body="Look", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertIn(outside, self._notified(message))

    def test_whoever_is_assigned_is_told(self):
        task = self.env["project.task"].create(
            {"name": "Headline", "project_id": self.project.id}
        )
        task.with_user(self.user_manager).user_ids = self.user_outsider
        messages = self.env["mail.message"].search(
            [("model", "=", "project.task"), ("res_id", "=", task.id)]
        )
        self.assertIn(self.user_outsider.partner_id, self._notified(messages))
        self.contact_a.with_user(self.user_manager).activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.user_traffic.id
        )
        messages = self.env["mail.message"].search(
            [("model", "=", "res.partner"), ("res_id", "=", self.contact_a.id)]
        )
        self.assertIn(self.user_traffic.partner_id, self._notified(messages))
