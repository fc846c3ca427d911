"""What goes when somebody no longer sees a restricted client."""

from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import SQL

from .test_wall_members import WallCommon


@tagged("post_install", "-at_install")
class TestWallForget(WallCommon):
    """The outsider was an assistant and left traces everywhere."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # before the assistants: they would be the job's as well
        cls.job = cls._create_job()
        cls.job.traffic_user_id = False
        cls.client_a.assistant_ids = cls.user_outsider | cls.user_traffic
        cls.order = cls.env["sale.order"].create({"partner_id": cls.contact_a.id})
        cls.invoice = cls.init_invoice(
            "out_invoice", partner=cls.client_a, amounts=[10.0], post=True
        )
        cls.payment = cls.env["account.payment"].create(
            {"partner_id": cls.client_a.id, "amount": 10, "payment_type": "inbound"}
        )
        cls.update = cls.env["project.update"].create(
            {"name": "Going well", "project_id": cls.project.id, "status": "on_track"}
        )
        cls.documents = [
            cls.contact_a,
            cls.order,
            cls.invoice,
            cls.payment,
            cls.project,
            cls.update,
            cls.job,
            cls.job.piece_ids,
        ]
        cls.partner = cls.user_outsider.partner_id
        cls.stays = cls.user_traffic.partner_id

    def _leave_traces(self):
        """Give the outsider, and one who stays, every tie to every document."""
        both = self.partner | self.stays
        self.messages = self.env["mail.message"]
        for record in self.documents:
            record.message_subscribe(both.ids)
            message = record.message_post(
                body="Look", partner_ids=both.ids, subtype_xmlid="mail.mt_comment"
            )
            message.starred_partner_ids = both
            self.messages |= message
        self.env["mail.scheduled.message"].create(
            [
                {
                    "model": record._name,
                    "res_id": record.id,
                    "author_id": partner.id,
                    "body": "Later",
                    "scheduled_date": fields.Datetime.now() + timedelta(days=1),
                }
                for record in self.documents
                for partner in both
            ]
        )
        self.project.favorite_user_ids = self.user_outsider | self.user_traffic
        values = {
            "model_id": "sale.order",
            "domain": "[('partner_id', 'ilike', 'Azul Cosmetics')]",
        }
        users = self.user_outsider | self.user_traffic
        self.filters = self.env["ir.filters"].create(
            [
                {"name": "Own", "user_ids": self.user_outsider.ids, **values},
                {"name": "Shared", "user_ids": users.ids, **values},
                {
                    "name": "Mine",
                    "user_ids": self.user_outsider.ids,
                    "model_id": "sale.order",
                },
            ]
        )
        now = fields.Datetime.now()
        self.meetings = self.env["calendar.event"].create(
            [
                {
                    "name": "Review",
                    "start": start,
                    "stop": start + timedelta(hours=1),
                    "partner_ids": [Command.set((both | self.contact_a).ids)],
                }
                for start in (now - timedelta(days=9), now + timedelta(days=9))
            ]
        )
        self.channel = self.env["discuss.channel"].create({"name": "Review"})
        self.channel._add_members(users=users)
        self.meetings[1].videocall_channel_id = self.channel
        self.env.flush_all()
        self.env.invalidate_all()

    def _ties(self, partner):
        """Return what ties a partner to the client's documents."""
        self.env.invalidate_all()
        keys = {(record._name, record.id) for record in self.documents}
        user = partner.user_ids
        found = []
        for model, name, document in (
            ("mail.followers", "res_model", "partner_id"),
            ("mail.scheduled.message", "model", "author_id"),
        ):
            for row in self.env[model].search([(document, "=", partner.id)]):
                if (row[name], row.res_id) in keys:
                    found.append((model, row[name]))
        notifications = self.env["mail.notification"].search(
            [("res_partner_id", "=", partner.id)]
        )
        for message in notifications.mail_message_id & self.messages:
            found.append(("mail.notification", message.model))
        for message in self.messages:
            if partner in message.starred_partner_ids:
                found.append(("starred", message.model))
        if user in self.project.favorite_user_ids:
            found.append(("favorite", "project.project"))
        found += [
            ("filter", filter_.name)
            for filter_ in self.filters.exists()
            if user in filter_.user_ids
        ]
        found += [
            ("meeting", index)
            for index, event in enumerate(self.meetings)
            if partner in event.partner_ids
        ]
        if partner in self.channel.channel_member_ids.partner_id:
            found.append(("channel", self.channel.name))
        return found

    def test_leaving_takes_every_tie(self):
        self._leave_traces()
        self.assertGreater(len(self._ties(self.partner)), 30)
        before = self._ties(self.stays)
        self.client_a.with_user(self.user_manager).assistant_ids = self.user_traffic
        self.assertEqual(self._ties(self.partner), [("filter", "Mine"), ("meeting", 0)])
        # a shared filter is not everybody's because its last user went
        self.assertEqual(self.filters.exists().mapped("name"), ["Shared", "Mine"])
        self.assertEqual(self.filters[1].user_ids, self.user_traffic)
        # who stays keeps all of it
        self.assertEqual(self._ties(self.stays), before)

    def test_another_reason_keeps_every_tie(self):
        self._leave_traces()
        before = self._ties(self.partner)
        self.client_a.message_subscribe(self.partner.ids)
        self.client_a.assistant_ids = self.user_traffic
        self.assertEqual(self._ties(self.partner), before)

    def test_restriction_takes_from_all_others(self):
        self.client_a.client_restricted = False
        self.client_a.assistant_ids = self.user_traffic
        self._leave_traces()
        before = self._ties(self.stays)
        self.client_a.with_user(self.user_manager).client_restricted = True
        self.assertEqual(self._ties(self.partner), [("filter", "Mine"), ("meeting", 0)])
        self.assertEqual(self._ties(self.stays), before)

    def test_finance_keeps_its_ties_until_it_leaves_the_role(self):
        self.client_a.client_restricted = False
        partner = self.user_accountant.partner_id
        self.order.message_subscribe(partner.ids)
        self.client_a.client_restricted = True
        self.assertIn(partner, self.order.message_follower_ids.partner_id)
        group = self.env.ref("client_hub.group_user")
        self.user_accountant.group_ids = [Command.set(group.ids)]
        self.env.invalidate_all()
        self.assertNotIn(partner, self.order.message_follower_ids.partner_id)

    def test_role_lost_through_its_group(self):
        partner = self.user_accountant.partner_id
        self.order.message_subscribe(partner.ids)
        invoicing = self.env.ref("account.group_account_invoice")
        self.user_accountant.group_ids |= self.env.ref("base.group_user")
        invoicing.user_ids -= self.user_accountant
        self.env.invalidate_all()
        self.assertNotIn(partner, self.order.message_follower_ids.partner_id)

    def test_clients_own_people_keep_following(self):
        self.order.message_subscribe(self.contact_a.ids)
        self.client_a.client_restricted = False
        self.client_a.client_restricted = True
        self.assertIn(self.contact_a, self.order.message_follower_ids.partner_id)

    def test_document_that_comes_behind_the_wall(self):
        order = self.env["sale.order"].create({"partner_id": self.client_b.id})
        outside = self.user_creation.partner_id
        order.message_subscribe((outside | self.partner).ids)
        order.partner_id = self.client_a
        self.env.cr.flush()
        self.env.invalidate_all()
        followers = order.message_follower_ids.partner_id
        self.assertNotIn(outside, followers)
        self.assertIn(self.partner, followers)

    def test_activity_follows_its_document_to_another_client(self):
        order = self.env["sale.order"].create({"partner_id": self.client_b.id})
        order.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.user_creation.id
        )
        order.partner_id = self.client_a
        self._assert_reasons(self.user_creation, "activity")
        order.partner_id = self.client_b
        self._assert_reasons(self.user_creation)


@tagged("post_install", "-at_install")
class TestWallCost(WallCommon):
    def _fill(self, client, count):
        """Give a client orders, tasks and followers by SQL; restrict and lift."""
        order = self.env["sale.order"].create({"partner_id": client.id})
        project = self.env["project.project"].create(
            {"name": "Big", "partner_id": client.id}
        )
        task = self.env["project.task"].create(
            {"name": "Big", "project_id": project.id}
        )
        self.env.flush_all()
        for record in (order, task):
            columns = SQL(", ").join(
                SQL.identifier(name)
                for name, field in record._fields.items()
                if field.store
                and field.column_type
                and name not in ("id", "access_token")
            )
            table = SQL.identifier(record._table)
            self.env.cr.execute(
                SQL(
                    "INSERT INTO %s (%s) SELECT %s FROM %s, generate_series(1, %s)"
                    " WHERE id = %s",
                    *(table, columns, columns, table, count // 2, record.id),
                )
            )
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO mail_followers (res_model, res_id, partner_id)
                     SELECT 'sale.order', id, %s FROM sale_order
                      WHERE partner_id = %s AND id <> %s
                """,
                *(self.user_outsider.partner_id.id, client.id, order.id),
            )
        )
        self.env.cr.execute("ANALYZE sale_order, project_task, mail_followers")
        self.env.invalidate_all()
        for flag in (True, False):
            client.client_restricted = flag
            self.env.cr.flush()

    def test_restricting_costs_no_query_per_record(self):
        counts = []
        for number, size in enumerate((100, 400)):
            client = self._create_client(f"Big {number}", manager=self.user_manager)
            before = self.env.cr.sql_log_count
            self._fill(client, size)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLess(counts[1], counts[0] + 30)
