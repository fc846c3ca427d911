"""The stored wall is right whatever happens to a client and its contacts."""

from odoo.fields import Command
from odoo.tests import tagged

from .test_wall_members import WallCommon


@tagged("post_install", "-at_install")
class TestWallMoves(WallCommon):
    """Client A is restricted, B is not; each kind of document follows its client."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contact, cls.portal = cls._create_contact(cls.client_a, "Moving Person")
        cls.documents, cls.books = cls._create_documents(cls.contact)

    @classmethod
    def _create_documents(cls, partner):
        """Return one document of each kind that belongs to a partner.

        :return: those that follow the contact, and those of its company's books
        """
        product = cls.product_a.with_env(cls.env)
        order = cls.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "order_line": [Command.create({"product_id": product.id})],
            }
        )
        invoice = cls.init_invoice("out_invoice", partner=partner, products=product)
        project = cls.env["project.project"].create(
            {"name": "Site", "partner_id": partner.id}
        )
        task = cls.env["project.task"].create(
            {"name": "Page", "project_id": project.id, "partner_id": partner.id}
        )
        return [order, order.order_line, project, task], [
            invoice,
            invoice.invoice_line_ids,
        ]

    def _assert_wall(self, records, wall):
        self.env.flush_all()
        self.env.invalidate_all()
        for record in records:
            with self.subTest(model=record._name):
                self.assertEqual(record.client_wall_id, wall)

    @property
    def _nothing(self):
        return self.env["client.wall"]

    def test_restricting_and_lifting(self):
        everything = [self.client_a, self.contact, *self.documents, *self.books]
        self._assert_wall(everything, self.wall)
        self.client_a.client_restricted = False
        self._assert_wall(everything, self._nothing)
        self.client_a.client_restricted = True
        self._assert_wall(everything, self.wall)

    def test_contact_goes_to_another_client_and_back(self):
        self.contact.parent_id = self.client_b
        self._assert_wall([self.contact, *self.documents], self._nothing)
        # an invoice stays in the books of the company it was made for
        self._assert_wall(self.books, self.wall)
        self.contact.parent_id = self.client_a
        self._assert_wall([self.contact, *self.documents], self.wall)

    def test_contact_goes_to_another_restricted_client(self):
        self.client_b.client_restricted = True
        self.contact.parent_id = self.client_b
        self._assert_wall([self.contact, *self.documents], self.client_b.client_wall_id)

    def test_contact_becomes_a_company_of_its_own(self):
        task = self.documents[-1]
        task.user_ids = self.user_outsider
        self._assert_reasons(self.user_outsider, "task")
        self.contact.write({"is_company": True, "parent_id": self.client_a.id})
        self._assert_wall([self.contact, *self.documents], self._nothing)
        # what he worked on left the client, and he with it
        self._assert_reasons(self.user_outsider)
        self.contact.is_company = False
        self._assert_wall([self.contact, *self.documents], self.wall)
        self._assert_reasons(self.user_outsider, "task")

    def test_contact_leaves(self):
        self.contact.parent_id = False
        self._assert_wall([self.contact, *self.documents], self._nothing)

    def test_subsidiary_is_a_client_of_its_own(self):
        subsidiary = self._create_client("Subsidiary", parent_id=self.client_a.id)
        self.assertEqual(subsidiary.commercial_partner_id, subsidiary)
        self._assert_wall([subsidiary], self._nothing)

    def test_archived_client_keeps_its_wall(self):
        self.contact.user_ids.active = False
        self.portal_a.active = False
        (self.contact | self.contact_a | self.client_a).active = False
        self._assert_wall([self.client_a, self.contact, *self.documents], self.wall)
        self.assertFalse(self._sees(self.user_outsider))
        self._assert_reasons(self.user_manager, "manager")
        self.client_a.active = True
        self._assert_wall([self.client_a, *self.documents], self.wall)

    def test_archived_contacts_follow_as_well(self):
        self.contact.user_ids.active = False
        self.contact.active = False
        self.client_a.client_restricted = False
        self._assert_wall([self.contact, *self.documents], self._nothing)
        self.client_a.client_restricted = True
        self._assert_wall([self.contact, *self.documents], self.wall)

    def _merge(self, source, target):
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (source | target).ids, target
        )
        self.env.cr.flush()
        self.env.invalidate_all()

    def test_open_client_merged_into_the_restricted_one(self):
        _contact, portal = self._create_contact(self.client_b, "Other Person")
        documents, books = self._create_documents(self.client_b)
        documents[-1].user_ids = self.user_outsider
        documents[0].message_subscribe(self.user_creation.partner_id.ids)
        self._merge(self.client_b, self.client_a)
        self._assert_wall(documents + books, self.wall)
        self.assertEqual(portal.partner_id.client_wall_id, self.wall)
        self._assert_reasons(self.user_outsider, "task")
        self._assert_reasons(self.user_manager, "manager")
        self.assertNotIn(
            self.user_creation.partner_id, documents[0].message_follower_ids.partner_id
        )

    def test_restricted_client_merged_into_the_open_one(self):
        documents, books = self._create_documents(self.client_b)
        self._merge(self.client_a, self.client_b)
        wall = self.client_b.client_wall_id
        self.assertTrue(wall.active)
        self._assert_wall([self.client_b, *self.documents, *self.books], wall)
        self._assert_wall(documents + books, wall)
        self.assertFalse(self._sees(self.user_outsider, self.client_b))
        self.assertTrue(self._sees(self.user_manager, self.client_b))

    def test_two_restricted_clients_merged(self):
        self.client_a.assistant_ids = self.user_traffic
        self.client_b.assistant_ids = self.user_creation
        self.client_b.client_restricted = True
        gone = self.client_b.client_wall_id
        self._merge(self.client_b, self.client_a)
        self.assertFalse(gone.exists())
        # the people of the one that is gone are no longer anybody's team
        self._assert_reasons(self.user_traffic, "assistant")
        self.client_a.client_restricted = False
        self.assertEqual(len(self.wall.period_ids), 2)
        self.assertTrue(all(self.wall.period_ids.mapped("until")))

    def test_contact_merged_into_one_of_another_client(self):
        person = self.env["res.partner"].create(
            {"name": "No login", "parent_id": self.client_a.id}
        )
        documents, _books = self._create_documents(person)
        self._merge(person, self.contact_b)
        self._assert_wall([self.contact_b, *documents], self._nothing)

    def test_companies_of_the_agency(self):
        other = self.env["res.company"].create({"name": "Other agency"})
        user = self._create_user("hub_abroad", "client_hub.group_account_manager")
        user.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        job = (
            self.env["client.job"]
            .with_company(other)
            .create(
                {
                    "name": "Abroad",
                    "client_id": self.client_a.id,
                    "company_id": other.id,
                    "template_id": False,
                }
            )
        )
        self._assert_wall([job], self.wall)
        abroad = job.with_user(user).with_context(allowed_company_ids=other.ids)
        self.assertFalse(abroad.has_access("read"))
        self.client_a.assistant_ids = user
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertTrue(abroad.has_access("read"))
        # the wall opens, the company's own rule does not
        self.client_a.assistant_ids |= self.user_outsider
        here = job.with_context(allowed_company_ids=self.company.ids)
        self.assertFalse(self._sees(self.user_outsider, here))
        self.client_a.client_restricted = False
        self._assert_wall([job], self._nothing)


@tagged("post_install", "-at_install")
class TestWallAnswers(WallCommon):
    """Who sees the client, and why; what does a user see."""

    def _sight(self, user, action):
        self.env.flush_all()
        self.env.invalidate_all()
        rows = self.env[action["res_model"]].with_user(user)
        return rows.search(action["domain"])

    def test_who_sees_the_client_and_why(self):
        task = self.env["project.task"].create(
            {
                "name": "Headline",
                "project_id": self.project.id,
                "user_ids": self.user_traffic.ids,
            }
        )
        self.client_a.assistant_ids = self.user_creation
        self.client_a.assistant_ids = False
        action = self.client_a.with_user(self.user_manager).action_client_wall()
        rows = self._sight(self.user_manager, action)
        found = {(row.user_id.login, row.reason): row for row in rows}
        self.assertIn(("hub_accountant", "finance"), found)
        self.assertIn(("hub_admin", "administrator"), found)
        self.assertTrue(found["hub_creation", "assistant"].until)
        row = found["hub_traffic", "task"]
        self.assertEqual(row.source, "Headline")
        opened = row.action_open_source()
        self.assertEqual((opened["res_model"], opened["res_id"]), (task._name, task.id))
        current = rows.filtered_domain([("is_current", "=", True)])
        self.assertEqual(
            current.filtered(
                lambda row: row.reason not in ("finance", "administrator")
            ).mapped("user_id.login"),
            ["hub_manager", "hub_traffic"],
        )

    def test_what_a_user_sees(self):
        self.client_b.client_restricted = True
        self.client_b.message_subscribe(self.user_traffic.partner_id.ids)
        action = self.user_traffic.with_user(self.user_admin_hub)
        rows = self._sight(self.user_admin_hub, action.action_client_wall_sight())
        self.assertEqual(rows.client_id, self.client_b)
        self.assertEqual(rows.reason, "follower")
        action = self.user_accountant.with_user(self.user_admin_hub)
        rows = self._sight(self.user_admin_hub, action.action_client_wall_sight())
        self.assertEqual(rows.client_id, self.client_a | self.client_b)
        self.assertEqual(set(rows.mapped("reason")), {"finance"})

    def test_answers_stay_inside(self):
        action = self.client_a.with_user(self.user_manager).action_client_wall()
        self.assertFalse(self._sight(self.user_outsider, action))
        questions = self.env["client.wall.day"].with_user(self.user_outsider)
        question = questions.new({"user_id": self.user_manager.id})
        self.assertFalse(question.row_ids)

    def test_grant_and_end_from_the_list(self):
        action = self.client_a.with_user(self.user_manager).action_client_wall()
        rows = self.env["client.wall.sight"].with_user(self.user_manager)
        dialog = rows.with_context(**action["context"]).action_grant()
        self.assertEqual(dialog["context"]["default_wall_id"], self.wall.id)
        self.env["client.wall.member"].with_user(self.user_manager).with_context(
            **dialog["context"]
        ).create({"user_id": self.user_outsider.id, "note": "Helps out"})
        self._assert_reasons(self.user_outsider, "manual")
        row = self._sight(self.user_manager, action).filtered(
            lambda row: row.reason == "manual"
        )
        self.assertTrue(row.can_end)
        row.action_end()
        self._assert_reasons(self.user_outsider)
