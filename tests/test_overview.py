"""How is this client? The Overview tab: figures, who sees which, and what it costs."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from ..tools.client_health import ATTENTION, GOOD, NOTHING, RISK, judge
from .common_contract import ContractCommon
from .common_job import ClientJobCommon


class OverviewCommon(ClientJobCommon, ContractCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.today()

    def _overview(self, user, client=None):
        self.env.flush_all()
        self.env.invalidate_all()
        client = (client or self.client_a).with_user(user)
        return client.get_client_overview()

    def _invoice(self, amount=100.0, days_due=-10, move_type="out_invoice", **values):
        """Return a posted invoice of client A, due some days from today."""
        day = self.today + timedelta(days=min(days_due, 0))
        invoice = self.init_invoice(
            move_type,
            partner=self.client_a,
            amounts=[amount],
            invoice_date=day,
            company=self.company,
        )
        invoice.write(
            {
                "invoice_user_id": self.user_manager.id,
                "invoice_payment_term_id": False,
                "invoice_date_due": self.today + timedelta(days=days_due),
                **values,
            }
        )
        invoice.action_post()
        return invoice


@tagged("post_install", "-at_install")
class TestOverview(OverviewCommon):
    def _row(self, overview, name):
        rows = {row["name"]: row for row in overview["waiting"]["rows"]}
        return rows.get(name)

    def _figures(self, overview):
        return {
            row["currency"]: {
                figure["name"]: figure["amount"] for figure in row["figures"]
            }
            for row in overview["billing"]["rows"]
        }

    def _count_behind(self, link, user):
        """Return how many records the link opens, to this user."""
        action = self.env["ir.actions.act_window"]._for_xml_id(link["action"])
        return (
            self.env[action["res_model"]].with_user(user).search_count(link["domain"])
        )

    def _rules(self, overview):
        return [reason["text"] for reason in overview["health"]["reasons"]]

    # === WHO WAITS FOR WHOM === #

    def test_the_one_who_must_move_is_named_with_the_list_behind_it(self):
        piece = self._create_sent_piece()
        self._create_request()
        overview = self._overview(self.user_creation)
        client, us = self._row(overview, "client"), self._row(overview, "us")
        self.assertEqual(client["text"], "1 piece to approve")
        self.assertTrue(client["since"])
        self.assertEqual(us["text"], "1 request to authorise")
        self.assertIsNone(self._row(overview, "traffic"))
        for row in (client, us):
            self.assertEqual(self._count_behind(row["link"], self.user_creation), 1)
        piece._portal_decide(
            piece.current_version_id, self.contact_a, "changes", "Bluer, please"
        )
        overview = self._overview(self.user_creation)
        self.assertIsNone(self._row(overview, "client"))
        self.assertEqual(
            self._row(overview, "traffic")["text"], "1 change request to hand out"
        )

    def test_jobs_past_their_deadline_are_late_and_a_reason(self):
        job = self._create_job(deadline=self.today + timedelta(days=5))
        job.action_authorize()
        self.assertIsNone(self._row(self._overview(self.user_creation), "late"))
        job.deadline = self.today - timedelta(days=3)
        overview = self._overview(self.user_creation)
        self.assertEqual(self._row(overview, "late")["text"], "1 job past its deadline")
        self.assertEqual(overview["health"]["level"], "attention")
        self.assertEqual(self._rules(overview), ["1 job past its deadline."])
        job.deadline = self.today - timedelta(days=30)
        self.assertEqual(self._overview(self.user_creation)["health"]["level"], "risk")

    def test_open_jobs_are_counted_by_status(self):
        for _number in range(2):
            self._create_job().action_authorize()
        [state] = self._overview(self.user_creation)["waiting"]["states"]
        self.assertEqual((state["label"], state["count"]), ("Authorised", 2))
        self.assertEqual(self._count_behind(state["link"], self.user_creation), 2)

    # === MONEY === #

    def test_billed_received_and_overdue_are_what_the_invoices_say(self):
        paid = self._invoice(200)
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=paid.ids
        ).create({"amount": 50})._create_payments()
        self._invoice(100, days_due=20)
        self._invoice(30, move_type="out_refund", days_due=0)
        overview = self._overview(self.user_accountant)
        currency = self.company.currency_id
        [figures] = self._figures(overview).values()
        expected = {"billed": 270, "received": 50, "open": 250, "overdue": 150}
        for name, amount in expected.items():
            with self.subTest(figure=name):
                self.assertEqual(
                    figures[name].replace("\xa0", " "),
                    currency.format(amount).replace("\xa0", " "),
                )
        [row] = overview["billing"]["rows"]
        overdue = next(f for f in row["figures"] if f["name"] == "overdue")
        self.assertEqual(self._count_behind(overdue["link"], self.user_accountant), 1)
        self.assertIn("An invoice is overdue since", self._rules(overview)[0])

    def test_what_is_overdue_is_what_the_legend_says(self):
        terms = self.env["account.payment.term"].create(
            {
                "name": "Now and later",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": part, "nb_days": days}
                    )
                    for part, days in ((40.0, 0), (60.0, 60))
                ],
            }
        )
        self._invoice(100, invoice_payment_term_id=terms.id)
        overview = self._overview(self.user_manager)
        [figures] = self._figures(overview).values()
        # the second instalment is due later
        self.assertIn("40.00", figures["overdue"])
        self.assertIn("100.00", figures["open"])
        [row] = overview["billing"]["rows"]
        for name, amount in (("overdue", 40.0), ("open", 100.0)):
            link = next(f["link"] for f in row["figures"] if f["name"] == name)
            lines = self.env["account.move.line"].with_user(self.user_manager)
            behind = lines.search(link["domain"])
            self.assertEqual(sum(behind.mapped("amount_residual_currency")), amount)
            self.assertEqual(self._count_behind(link, self.user_manager), len(behind))

    def test_each_currency_has_its_own_row(self):
        other = self.setup_other_currency("EUR")
        self._invoice(100)
        self._invoice(70, currency_id=other.id)
        figures = self._figures(self._overview(self.user_accountant))
        self.assertEqual(set(figures), {self.company.currency_id.name, "EUR"})
        self.assertIn("70.00", figures["EUR"]["billed"])

    def test_creation_sees_no_money_and_is_not_told_of_it_by_the_health(self):
        self._invoice(100, days_due=-40)
        self._create_contract(date_end=self.today + timedelta(days=5), renewal="none")
        accountant = self._overview(self.user_accountant)
        self.assertEqual(accountant["health"]["level"], "risk")
        overview = self._overview(self.user_creation)
        self.assertIsNone(overview["billing"])
        self.assertIsNone(overview["budgets"])
        self.assertEqual(overview["dates"], [])
        self.assertEqual(self._rules(overview), [])
        self.assertTrue(overview["health"]["is_partial"])

    def test_a_salesperson_sums_only_the_invoices_he_may_open(self):
        self._invoice(100)
        self._invoice(70, invoice_user_id=self.user_outsider.id)
        overview = self._overview(self.user_manager)
        [figures] = self._figures(overview).values()
        self.assertIn("100.00", figures["billed"])
        self.assertTrue(overview["billing"]["is_own"])
        self.assertFalse(self._overview(self.user_accountant)["billing"]["is_own"])

    def test_invoices_of_another_company_do_not_count(self):
        self._invoice(100)
        other = self.setup_other_company()["company"]
        self.user_accountant.company_ids |= other
        client = self.client_a.with_context(allowed_company_ids=other.ids)
        self.assertEqual(
            self._overview(self.user_accountant, client)["billing"]["rows"], []
        )

    def test_budgets_show_what_is_left_and_who_plans_sees_them(self):
        self._create_job(budget_id=self.budget.id, budget_amount=950).action_authorize()
        for user in (self.user_traffic, self.user_accountant):
            with self.subTest(user=user.login):
                overview = self._overview(user)
                [row] = overview["budgets"]["rows"]
                self.assertEqual((row["name"], row["rate"]), ("Spring", 95))
                self.assertIn("50.00", row["left"])
                self.assertIn(
                    "95 % of the budget “Spring” is used.", self._rules(overview)
                )

    # === DATES AND CONTACT === #

    def test_next_dates_are_in_order_and_open_what_they_are_about(self):
        self._create_job(deadline=self.today + timedelta(days=4)).action_authorize()
        self._create_contract(date_end=self.today + timedelta(days=2), notice_days=0)
        start = fields.Datetime.now() + timedelta(days=3)
        self.env["calendar.event"].with_user(self.user_manager).create(
            {
                "name": "Kick-off",
                "start": start,
                "stop": start + timedelta(hours=1),
                "partner_ids": [Command.set(self.contact_a.ids)],
            }
        )
        dates = self._overview(self.user_manager)["dates"]
        kinds = [date["kind"] for date in dates if date["kind"] != "entry"]
        self.assertEqual(kinds, ["contract", "meeting", "job"])
        self.assertTrue(all(date["link"] for date in dates))

    def test_a_private_meeting_of_others_is_not_told(self):
        start = fields.Datetime.now() + timedelta(days=3)
        self.env["calendar.event"].with_user(self.user_manager).create(
            {
                "name": "Between us",
                "privacy": "private",
                "start": start,
                "stop": start + timedelta(hours=1),
                "partner_ids": [
                    Command.set((self.contact_a + self.user_manager.partner_id).ids)
                ],
            }
        )
        self.assertEqual(len(self._overview(self.user_manager)["dates"]), 1)
        self.assertEqual(self._overview(self.user_outsider)["dates"], [])

    def test_last_contact_is_what_people_wrote_not_internal_notes(self):
        overview = self._overview(self.user_creation)
        self.assertEqual(overview["contact"], [])
        job = self._create_request()
        job.with_user(self.portal_a).message_post(
            body="Hello", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        job.with_user(self.user_manager).message_post(
            body="Do not tell", message_type="comment", subtype_xmlid="mail.mt_note"
        )
        [row] = [
            row
            for row in self._overview(self.user_creation)["contact"]
            if row["kind"] == "received"
        ]
        self.assertEqual(row["who"], "Paula Azul")
        self.assertEqual(row["link"], {"model": "client.job", "id": job.id})

    def test_a_message_on_what_one_may_not_read_is_not_told(self):
        contract = self._create_contract()
        contract.message_post(
            body="Our price",
            author_id=self.contact_a.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self.assertEqual(len(self._overview(self.user_manager)["contact"]), 1)
        self.assertEqual(self._overview(self.user_creation)["contact"], [])

    # === ACCESS === #

    def test_outsiders_of_a_restricted_client_get_nothing(self):
        self._invoice(100)
        self.client_a.client_restricted = True
        self.assertTrue(self._overview(self.user_manager)["billing"]["rows"])
        with self.assertRaises(AccessError):
            self._overview(self.user_outsider)

    def test_portal_users_do_not_get_it(self):
        with self.assertRaises(AccessError):
            self._overview(self.portal_a)

    # === COST === #

    def _fill(self, count):
        for number in range(count):
            self._create_job(
                name=f"Job {number}", deadline=self.today + timedelta(days=number)
            ).action_authorize()
            self._create_contract(name=f"Fee {number}")
            self._create_budget(name=f"Budget {number}")
            self._invoice(100 + number, days_due=-number)
        job = self.env["client.job"].search([("client_id", "=", self.client_a.id)])[:1]
        for number in range(count):
            job.with_user(self.portal_a).message_post(
                body=f"Hello {number}",
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
            job.activity_schedule(
                "mail.mail_activity_data_todo", user_id=self.user_manager.id
            )

    def test_the_tab_costs_the_same_whatever_the_client_has(self):
        self._fill(1)
        self._overview(self.user_manager)
        counts = []
        for count in (0, 12):
            self._fill(count)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.client_a.with_user(self.user_manager).get_client_overview()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])
        self.assertLess(counts[0], 27)


@tagged("post_install", "-at_install")
class TestHealth(ContractCommon):
    def test_the_worst_fact_decides(self):
        cases = [
            ({}, NOTHING, []),
            ({"overdue": 0, "silence": 3}, GOOD, []),
            ({"overdue": 1}, ATTENTION, ["overdue"]),
            ({"overdue": 30, "silence": 31}, RISK, ["overdue", "silence"]),
            ({"approval": 7, "request": 7}, RISK, ["request", "approval"]),
            ({"budget": 100}, ATTENTION, ["budget"]),
            ({"budget": 120}, RISK, ["budget"]),
            # fewer days left are worse
            ({"contract_end": 61}, GOOD, []),
            ({"contract_end": 60}, ATTENTION, ["contract_end"]),
            ({"contract_end": 10}, RISK, ["contract_end"]),
        ]
        for measures, level, names in cases:
            with self.subTest(measures=measures):
                found, reasons = judge(measures)
                self.assertEqual(found, level)
                self.assertEqual([name for _level, name in reasons], names)

    def test_an_empty_and_an_inactive_client_are_told_so(self):
        client = self.client_a.with_user(self.user_manager)
        self.assertEqual(client.get_client_overview()["health"]["level"], "none")
        self.client_a.client_status = "inactive"
        self.assertEqual(client.get_client_overview()["health"]["level"], "inactive")


@tagged("post_install", "-at_install")
class TestOverviewTour(OverviewCommon, HttpCase):
    def test_from_the_counters_to_what_is_behind_a_figure(self):
        self._invoice(100)
        self._create_request()
        self.start_tour(
            "/odoo/clients", "client_hub_overview", login=self.user_manager.login
        )
