"""Client identity, history and wall."""

import psycopg2
from lxml import etree

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger
from odoo.tools.safe_eval import safe_eval

from .common import ClientHubCommon


@tagged("post_install", "-at_install")
class TestClientIdentity(ClientHubCommon):
    def test_new_client_gets_the_next_number(self):
        first, second = self._create_client("Uno"), self._create_client("Due")
        self.assertRegex(first.client_number, r"^C\d{4,}$")
        self.assertEqual(
            int(second.client_number[1:]), int(first.client_number[1:]) + 1
        )

    def test_two_clients_cannot_share_a_number(self):
        with self.assertRaises(psycopg2.IntegrityError), mute_logger("odoo.sql_db"):
            self.client_a.client_number = self.client_b.client_number

    def test_only_administrators_change_the_number(self):
        with self.assertRaises(AccessError):
            self.client_a.with_user(self.user_manager).client_number = "X1"
        with self.assertRaises(AccessError):
            # a number, as it would come by RPC
            self.client_a.with_user(self.user_manager).with_context(
                client_import_id=1
            ).client_number = "X1"
        self.client_a.with_user(self.user_admin_hub).client_number = "X1"
        self.assertEqual(self.client_a.client_number, "X1")

    def test_company_client_needs_a_legal_name(self):
        with self.assertRaisesRegex(ValidationError, "legal name of “Nameless”"):
            self._create_client("Nameless", legal_name=False)

    def test_contact_of_a_company_cannot_be_a_client(self):
        with self.assertRaisesRegex(ValidationError, "only the company"):
            self.contact_a.is_client = True

    def test_account_manager_makes_a_client_of_a_contact_on_the_form(self):
        partner = self.env["res.partner"].create({"name": "Shop", "is_company": True})
        with Form(partner.with_user(self.user_manager)) as form:
            form.is_client = True
            form.legal_name = "Shop SA"
        self.assertTrue(partner.client_number)
        self.assertEqual(partner.relationship_kind, "lead")

    def test_wrong_tax_id_is_refused_with_its_form(self):
        self.client_a.country_id = self.env.ref("base.pt")
        with self.assertRaisesRegex(ValidationError, "does not seem to be valid"):
            self.client_a.vat = "PT500697257"
        self.client_a.vat = "PT500697256"
        self.assertEqual(self.client_a.vat, "PT500697256")

    def test_posted_invoice_makes_a_lead_a_client(self):
        self.assertEqual(self.client_a.relationship_kind, "lead")
        invoice = self.init_invoice(
            "out_invoice", partner=self.client_a, amounts=[100.0], post=True
        )
        self.assertEqual(self.client_a.relationship_kind, "client")
        invoice.button_draft()
        self.assertEqual(self.client_a.relationship_kind, "lead")

    def test_inactive_client_gets_no_order(self):
        self.client_a.client_status = "inactive"
        with self.assertRaisesRegex(UserError, "inactive"):
            self.env["sale.order"].create({"partner_id": self.client_a.id})

    def test_quotation_of_a_client_that_became_inactive_is_not_confirmed(self):
        order = self.env["sale.order"].create(
            {"partner_id": self.contact_a.id, "user_id": self.user_manager.id}
        )
        other = self.env["sale.order"].create({"partner_id": self.contact_b.id})
        self.client_a.client_status = "inactive"
        with self.assertRaisesRegex(UserError, "reactivate"):
            order.with_user(self.user_manager).action_confirm()
        with self.assertRaisesRegex(UserError, "reactivate"):
            other.partner_id = self.contact_a
        self.client_a.client_status = "active"
        order.with_user(self.user_manager).action_confirm()
        self.assertEqual(order.state, "sale")

    def test_documents_begin_with_the_currency_of_the_client(self):
        euro = self.setup_other_currency("EUR")
        self.client_a.client_currency_id = euro
        for model in ("client.contract", "client.budget"):
            with self.subTest(model=model):
                Model = self.env[model].with_user(self.user_manager)
                values = {"name": "Agreed", "client_id": self.client_a.id}
                self.assertEqual(Model.create({**values}).currency_id, euro)
                chosen = {**values, "currency_id": self.company.currency_id.id}
                document = Model.create(chosen)
                self.assertEqual(document.currency_id, self.company.currency_id)
                values["client_id"] = self.client_b.id
                document = Model.create(values)
                self.assertEqual(document.currency_id, self.company.currency_id)

    def test_a_client_is_found_by_any_of_its_phones(self):
        self.client_a.client_phones = " +351 210 000 001; +351 910 000 002 "
        self.assertFalse(self.client_a.client_phones.startswith(" "))
        view = etree.fromstring(self.env.ref("client_hub.res_partner_view_search").arch)
        domain = safe_eval(
            view.find("field[@name='name']").get("filter_domain"), {"self": "910 000"}
        )
        found = self.env["res.partner"].with_user(self.user_creation).search(domain)
        self.assertEqual(found, self.client_a)

    def test_a_client_kept_to_one_company_is_not_seen_in_another(self):
        other = self.env["res.company"].create({"name": "Other agency"})
        self.user_manager.company_ids |= other
        self.client_a.company_id = self.company
        job = self.env["client.job"].create(
            {"name": "Kept", "client_id": self.client_a.id}
        )
        self.env.flush_all()
        for companies, seen in ((self.company, True), (other, False)):
            self.env.invalidate_all()
            for record in (self.client_a, self.contact_a, job):
                record = record.with_user(self.user_manager)
                record = record.with_context(allowed_company_ids=companies.ids)
                with self.subTest(company=companies.name, model=record._name):
                    domain = [("id", "=", record.id)]
                    self.assertEqual(bool(record.search(domain)), seen)
        # shared again, both see it, but each its own documents
        self.client_a.company_id = False
        client = self.client_a.with_user(self.user_manager)
        client = client.with_context(allowed_company_ids=other.ids)
        self.assertTrue(client.search([("id", "=", client.id)]))
        self.assertEqual(client.client_job_open_count, 0)

    def test_inactive_client_gets_no_portal_access(self):
        self.assertTrue(self.contact_a._is_portal_allowed())
        self.client_a.client_status = "inactive"
        self.assertFalse(self.contact_a._is_portal_allowed())
        with self.assertRaisesRegex(UserError, "does not allow portal access"):
            self.contact_a.with_user(self.user_manager).action_grant_portal_access()

    def test_portal_user_reads_no_internal_field_of_his_client(self):
        self.client_a.client_profile_html = "<p>Difficult boss</p>"
        client = self.client_a.with_user(self.portal_a)
        self.env.invalidate_all()
        self.assertEqual(client.name, "Azul Cosmetics")
        for name in ("client_profile_html", "legal_name", "client_restricted"):
            with self.subTest(field=name), self.assertRaises(AccessError):
                client.read([name])


@tagged("post_install", "-at_install")
class TestClientHistory(ClientHubCommon):
    def _rows(self, client):
        self.env.cr.flush()
        return self.env["client.history"].search(
            [("client_id", "=", client.id)], order="sequence"
        )

    def test_change_is_logged_with_readable_values(self):
        self._rows(self.client_a)
        self.client_a.with_user(self.user_manager).write(
            {"city": "Porto", "account_manager_id": self.user_admin_hub.id}
        )
        # the contact's row comes after: Odoo copies the address to it
        row = self._rows(self.client_a).filtered(lambda row: row.kind == "client")[-1]
        self.assertEqual(row.action, "write")
        self.assertEqual(row.user_id, self.user_manager)
        self.assertEqual(
            row.summary, "City: Porto\nAccount manager: Hub Manager → Hub Admin"
        )

    def test_dates_are_shown_as_the_reader_writes_them(self):
        vals = {
            "name": "Fee",
            "client_id": self.client_a.id,
            "date_start": "2026-03-01",
        }
        contract = self.env["client.contract"].create(vals)
        self.env.cr.flush()
        contract.date_start = "2026-12-31"
        row = self._rows(self.client_a).filtered(lambda row: row.kind == "contract")[-1]
        # stored as it is for everybody
        change = next(c for c in row.changes if c["field"] == "date_start")
        self.assertEqual((change["old"], change["new"]), ("2026-03-01", "2026-12-31"))
        self.assertIn("Start: 03/01/2026 → 12/31/2026", row.summary)
        self.env["res.lang"]._lang_get("en_US").date_format = "%d.%m.%Y"
        self.env.invalidate_all()
        self.assertIn("Start: 01.03.2026 → 31.12.2026", row.summary)

    def test_value_put_back_in_one_transaction_says_nothing(self):
        before = len(self._rows(self.client_a))
        self.client_a.city = "Porto"
        self.client_a.city = False
        self.assertEqual(len(self._rows(self.client_a)), before)

    def test_contacts_are_logged_on_their_client(self):
        contact = self.env["res.partner"].create(
            {"name": "Rui", "parent_id": self.client_a.id}
        )
        contact.unlink()
        kinds = [(row.kind, row.action, row.name) for row in self._rows(self.client_a)]
        self.assertIn(("contact", "create", "Azul Cosmetics, Rui"), kinds)
        self.assertEqual(kinds[-1], ("contact", "unlink", "Azul Cosmetics, Rui"))

    def test_partner_that_is_no_client_is_not_logged(self):
        partner = self.env["res.partner"].create({"name": "Passer-by"})
        self.assertFalse(self._rows(partner))

    def test_nobody_changes_or_deletes_a_row(self):
        rows = self._rows(self.client_a)
        for action in (lambda: rows.write({"name": "x"}), rows.unlink):
            with self.assertRaises(UserError):
                action()
        with self.assertRaises(UserError):
            self.env["client.history"].create({"name": "forged"})
        for query in (
            "UPDATE client_history SET name = 'x' WHERE id = %s",
            "DELETE FROM client_history WHERE id = %s",
        ):
            with (
                self.subTest(query=query),
                mute_logger("odoo.sql_db"),
                self.assertRaisesRegex(psycopg2.Error, "append-only"),
                self.env.cr.savepoint(),
            ):
                self.env.cr.execute(query, [rows[0].id])

    def test_the_check_finds_a_changed_and_a_missing_row(self):
        for city in ("Porto", "Braga", "Faro"):
            self.client_a.city = city
            self.env.cr.flush()
        rows = self._rows(self.client_a)
        true_name = rows[-2].user_name
        History = self.env["client.history"]
        self.assertEqual(History._verify_chain(self.client_a), {})
        self.env.cr.execute("ALTER TABLE client_history DISABLE TRIGGER USER")
        self.env.cr.execute(
            "UPDATE client_history SET user_name = 'Nobody' WHERE id = %s",
            [rows[-2].id],
        )
        self.assertEqual(
            History._verify_chain(self.client_a)[self.client_a.id],
            f"Row {rows[-2].sequence} of the history was changed.",
        )
        self.env.cr.execute("DELETE FROM client_history WHERE id = %s", [rows[-1].id])
        self.env.cr.execute(
            "UPDATE client_history SET user_name = %s WHERE id = %s",
            [true_name, rows[-2].id],
        )
        self.assertIn("missing", History._verify_chain(self.client_a)[self.client_a.id])
        self.env.cr.execute("ALTER TABLE client_history ENABLE TRIGGER USER")

    def test_who_reads_the_history(self):
        self._rows(self.client_a)
        for user, may in (
            (self.user_creation, True),
            (self.user_accountant, True),
            (self.portal_a, False),
        ):
            with self.subTest(user=user.login):
                History = self.env["client.history"].with_user(user)
                self.assertEqual(History.has_access("read"), may)


@tagged("post_install", "-at_install")
class TestClientWall(ClientHubCommon):
    def _sees(self, user):
        self.env.invalidate_all()
        domain = [("id", "=", self.client_a.id)]
        return bool(self.env["res.partner"].with_user(user).search(domain))

    def test_restricted_client_is_seen_by_its_team_finance_and_admins(self):
        self.client_a.assistant_ids = self.user_creation
        self.client_a.with_user(self.user_manager).client_restricted = True
        expected = {
            self.user_manager: True,
            self.user_creation: True,
            self.user_accountant: True,
            self.user_admin_hub: True,
            self.portal_a: True,
            self.user_outsider: False,
            self.user_traffic: False,
        }
        for user, sees in expected.items():
            with self.subTest(user=user.login):
                self.assertEqual(self._sees(user), sees)

    def test_contacts_are_behind_the_wall_too(self):
        self.client_a.client_restricted = True
        self.assertFalse(
            self.env["res.partner"]
            .with_user(self.user_outsider)
            .search([("parent_id", "=", self.client_a.id)])
        )
        moved = self._create_contact(self.client_b, "Moved Person")[0]
        moved.parent_id = self.client_a
        self.assertEqual(moved.client_wall_id, self.client_a.client_wall_id)

    def test_membership_follows_team_and_followers_at_once(self):
        self.client_a.client_restricted = True
        self.client_a.message_subscribe(self.user_outsider.partner_id.ids)
        self.assertTrue(self._sees(self.user_outsider))
        self.client_a.message_unsubscribe(self.user_outsider.partner_id.ids)
        self.assertFalse(self._sees(self.user_outsider))
        self.client_a.account_manager_id = self.user_outsider
        self.assertTrue(self._sees(self.user_outsider))
        self.assertFalse(self._sees(self.user_manager))

    def test_whoever_loses_sight_loses_follower_and_activity(self):
        self.client_a.assistant_ids = self.user_outsider
        self.client_a.client_restricted = True
        self.contact_a.message_subscribe(self.user_outsider.partner_id.ids)
        self.contact_a.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.user_outsider.id
        )
        self.client_a.assistant_ids = False
        self.assertFalse(
            self.contact_a.message_follower_ids.partner_id
            & self.user_outsider.partner_id
        )
        self.assertFalse(self.contact_a.activity_ids)

    def test_reasons_are_kept_with_dates(self):
        self.client_a.client_restricted = True
        self.client_a.account_manager_id = self.user_admin_hub
        rows = self.env["client.wall.member"].search(
            [("client_id", "=", self.client_a.id)]
        )
        ended = rows.filtered("until")
        self.assertEqual(ended.user_id, self.user_manager)
        self.assertEqual((rows - ended).user_id, self.user_admin_hub)
        with self.assertRaises(UserError):
            ended.unlink()

    def test_access_by_hand_and_its_end(self):
        self.client_a.client_restricted = True
        row = (
            self.env["client.wall.member"]
            .with_user(self.user_admin_hub)
            .create(
                {
                    "wall_id": self.client_a.client_wall_id.id,
                    "user_id": self.user_outsider.id,
                    "note": "Stands in for Ana in August",
                }
            )
        )
        self.assertTrue(self._sees(self.user_outsider))
        row.action_end()
        self.assertFalse(self._sees(self.user_outsider))

    def test_invoices_and_orders_are_behind_the_wall(self):
        invoice = self.init_invoice(
            "out_invoice", partner=self.client_a, amounts=[10.0], post=True
        )
        order = self.env["sale.order"].create({"partner_id": self.client_a.id})
        self.client_a.client_restricted = True
        self.env.invalidate_all()
        self.assertTrue(invoice.with_user(self.user_accountant).has_access("read"))
        self.assertFalse(
            self.env["sale.order"]
            .with_user(self.user_outsider)
            .search([("id", "=", order.id)])
        )
        self.client_a.client_restricted = False
        self.assertTrue(
            self.env["sale.order"]
            .with_user(self.user_outsider)
            .search([("id", "=", order.id)])
        )

    def test_creation_cannot_open_a_wall(self):
        with self.assertRaises(AccessError):
            self.client_a.with_user(self.user_creation).client_restricted = True
