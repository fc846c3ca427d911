"""Billing statements: figures, files, portal, schedule."""

import io
from datetime import date, timedelta
from unittest.mock import patch

from freezegun import freeze_time
from openpyxl import load_workbook

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged

from .common_renegotiation import DAY, RenegotiationCommon


@tagged("post_install", "-at_install")
@freeze_time(DAY)
class TestStatement(RenegotiationCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.old = cls._invoice(1000.0, date(2026, 3, 21))
        cls._pay(cls._item(cls.old), 400.0, date(2026, 4, 1))
        cls.paid = cls._invoice(200.0, date(2026, 4, 10))
        cls._pay(cls._item(cls.paid), 200.0, date(2026, 4, 12))
        cls.coming = cls._invoice(50.0, DAY + timedelta(days=5))

    def setUp(self):
        super().setUp()
        printer = patch.object(
            type(self.env["ir.actions.report"]),
            "_render_qweb_pdf",
            lambda *args, **kwargs: (b"%PDF statement", "pdf"),
        )
        printer.start()
        self.addCleanup(printer.stop)

    def _section(self, day=DAY, first=date(2026, 1, 1)):
        return self.client_a._get_billing_statement(first, day)["sections"][0]

    def _statuses(self, day):
        return {
            line["name"]: line["legend"]["status"]
            for line in self._section(day)["lines"]
            if line["legend"]
        }

    def test_each_day_has_its_legend(self):
        old, paid, coming = (move.name for move in (self.old, self.paid, self.coming))
        for day, expected in (
            (date(2026, 3, 21), {old: "due_today"}),
            (date(2026, 4, 10), {old: "overdue", paid: "due_today"}),
            (date(2026, 4, 11), {old: "overdue", paid: "overdue"}),
            (date(2026, 4, 12), {old: "overdue", paid: "paid_late"}),
            (DAY, {old: "overdue", paid: "paid_late", coming: "due_later"}),
        ):
            with self.subTest(day=day):
                self.assertEqual(self._statuses(day), expected)
        row = self._renegotiate(self.old)
        self._put_in_force(row)
        statuses = self._statuses(DAY)
        self.assertEqual(statuses[old], "renegotiated")
        self.assertEqual(list(statuses.values()).count("due_later"), 4)
        # the day before, nobody knew of it
        self.assertEqual(self._statuses(DAY - timedelta(days=1))[old], "overdue")

    def test_it_is_the_ledger_and_what_is_open(self):
        section = self._section(first=date(2026, 4, 5))
        self.assertEqual(section["opening"], 600.0)
        self.assertEqual((section["debit"], section["credit"]), (250.0, 200.0))
        self.assertEqual(section["closing"], self._ledger()[0])
        self.assertEqual(
            [(line["open"], line["days_late"]) for line in section["open_lines"]],
            [(600.0, 60), (50.0, 0)],
        )
        self.assertEqual(sum(amount for _label, amount in section["ageing"]), 650.0)

    def test_contracts_and_what_comes_are_for_who_sees_them(self):
        product = self.env["product.product"].create(
            {"name": "Care", "type": "service", "list_price": 90.0}
        )
        contract = self.env["client.contract"].create(
            {
                "name": "Website care",
                "client_id": self.client_a.id,
                "company_id": self.company.id,
                "date_start": date(2026, 5, 1),
                "line_ids": [(0, 0, {"product_id": product.id})],
            }
        )
        contract.action_approve()
        contract.action_activate()
        for user in (self.user_manager, self.user_accountant):
            statement = self.client_a.with_user(user)._get_billing_statement(
                DAY.replace(day=1), DAY
            )
            self.assertEqual(
                [row["number"] for row in statement["contracts"]], [contract.number]
            )
            coming = statement["sections"][0]["coming"]
            rows = coming["lines"]
            self.assertIn(date(2026, 6, 1), [row["date"] for row in rows])
            self.assertEqual({row["amount"] for row in rows}, {90.0})
            # what should have been billed by now is marked
            self.assertEqual(
                [row["is_late"] for row in rows], [row["date"] <= DAY for row in rows]
            )
            self.assertTrue(rows[0]["is_late"])
            self.assertEqual(coming["total"], 90.0 * len(rows))
        with self.assertRaises(AccessError):
            self.client_a.with_user(self.user_creation)._get_billing_statement(DAY, DAY)

    def test_what_comes_and_is_not_listed_is_summed(self):
        product = self.env["product.product"].create(
            {"name": "Daily care", "type": "service", "list_price": 1.1}
        )
        contract = self.env["client.contract"].create(
            {
                "name": "Much care",
                "client_id": self.client_a.id,
                "company_id": self.company.id,
                "date_start": date(2026, 6, 1),
                "line_ids": [(0, 0, {"product_id": product.id}) for _line in range(15)],
            }
        )
        contract.action_approve()
        contract.action_activate()
        coming = self._section()["coming"]
        # two months of fifteen lines
        self.assertEqual((len(coming["lines"]), coming["more"]), (24, "6 more"))
        self.assertEqual(coming["more_amount"], 6.6)
        self.assertEqual(coming["total"], 33.0)
        sheet = self._sheet(DAY)
        [total] = [row for row in sheet if row[2] == "Total"]
        self.assertEqual(total[4], 33)
        self.assertIn("6 more", [row[2] for row in sheet])

    def _sheet(self, first, number=0):
        """Return the rows of the accountant's spreadsheet."""
        content = self.client_a.with_user(self.user_accountant)._get_statement_workbook(
            first, DAY
        )
        sheet = load_workbook(io.BytesIO(content)).worksheets[number]
        return [[cell.value for cell in row] for row in sheet.iter_rows()]

    def test_the_spreadsheet_has_the_same_figures(self):
        rows = self._sheet(date(2026, 4, 5))
        closing = next(row for row in rows if row[2] == "Closing balance")
        self.assertEqual(closing[4:7], [250, 200, 650])
        self.assertTrue(any(self.paid.name in map(str, row) for row in rows))
        with self.assertRaises(AccessError):
            self.client_a.with_user(self.user_creation)._get_statement_workbook(
                DAY, DAY
            )

    def test_who_takes_it_out_of_odoo_is_told_in_the_history(self):
        report = self.env["report.client_hub.report_billing_statement"]
        data = {"date_from": "2026-04-01", "date_to": "2026-05-20"}
        report.with_user(self.user_accountant)._get_report_values(
            self.client_a.ids, data
        )
        [row] = self._exports()
        self.assertEqual(row.user_id, self.user_accountant)
        self.assertEqual(
            row.note, "Billing statement downloaded: 2026-04-01 to 2026-05-20"
        )
        with self.assertRaises(AccessError):
            report.with_user(self.user_creation)._get_report_values(self.client_a.ids)
        # what the job sends is told by the statement itself
        self.client_a._get_statement_workbook(DAY, DAY)
        self.assertEqual(self._exports(), row)

    def _exports(self):
        self.env.flush_all()
        self.env.cr.precommit.run()
        return self.env["client.history"].search(
            [("kind", "=", "access"), ("note", "like", "Billing statement")]
        )

    # --- schedule ---

    def _schedule(self, **values):
        return self.env["client.statement.schedule"].create(
            {
                "name": "Monthly",
                "company_id": self.company.id,
                "scope": "only",
                "client_ids": [(6, 0, (self.client_a | self.client_b).ids)],
                **values,
            }
        )

    def _run(self):
        with self.enter_registry_test_mode():
            self.env.ref("client_hub.ir_cron_client_statement").method_direct_trigger()
        self.env.invalidate_all()

    def test_next_days(self):
        for values, day, expected in (
            ({"month_day": 1}, DAY, date(2026, 6, 1)),
            ({"month_day": 20}, DAY, date(2026, 6, 20)),
            ({"month_day": 21}, DAY, date(2026, 5, 21)),
            ({"month_day": 31}, date(2026, 2, 1), date(2026, 2, 28)),
            ({"month_day": 31}, date(2026, 2, 28), date(2026, 3, 31)),
            # a Wednesday
            ({"frequency": "week", "weekday": "2"}, DAY, date(2026, 5, 27)),
            ({"frequency": "week", "weekday": "3"}, DAY, date(2026, 5, 21)),
        ):
            with self.subTest(values=values, day=day):
                schedule = self.env["client.statement.schedule"].new(
                    {"frequency": "month", "weekday": "0", **values}
                )
                self.assertEqual(schedule._get_day_after(day), expected)

    def test_one_mail_for_each_client_and_period(self):
        schedule = self._schedule()
        self.assertEqual(schedule.date_next, date(2026, 6, 1))
        self._run()
        self.assertFalse(schedule.sending_ids)
        with freeze_time(date(2026, 6, 1)):
            self._run()
            self._run()
        rows = schedule.sending_ids.sorted("client_id")
        self.assertEqual(
            {row.client_id: row.state for row in rows},
            # nothing is open of the other one
            {self.client_a: "sent", self.client_b: "skipped"},
        )
        self.assertEqual(
            (rows[0].date_from, rows[0].date_to), (date(2026, 5, 1), date(2026, 5, 31))
        )
        self.assertEqual(schedule.date_next, date(2026, 7, 1))
        mails = self.env["mail.mail"].search(
            [("subject", "like", "billing statement"), ("body_html", "like", "Azul")]
        )
        self.assertEqual(len(mails), 1)
        self.assertEqual(mails.attachment_ids.mimetype, "application/pdf")
        history = self.env["client.history"].search(
            [
                ("client_id", "=", self.client_a.id),
                ("model", "=", "client.statement.sending"),
            ]
        )
        self.assertTrue(history)

    def test_what_fails_stops_no_other(self):
        schedule = self._schedule(condition="always")
        send = type(self.env["client.statement.sending"])._send

        def fail_once(row):
            if row.client_id == self.client_a:
                raise ValueError("No paper")
            return send(row)

        with (
            freeze_time(date(2026, 6, 1)),
            patch.object(
                type(self.env["client.statement.sending"]), "_send", fail_once
            ),
            self.assertLogs("odoo.addons.client_hub.tools.nightly", "ERROR"),
        ):
            self._run()
        states = {row.client_id: row.state for row in schedule.sending_ids}
        self.assertEqual(states, {self.client_a: "failed", self.client_b: "sent"})
        failed = schedule.sending_ids.filtered(lambda row: row.state == "failed")
        self.assertEqual(failed.reason, "No paper")
        with self.assertRaises(AccessError):
            failed.with_user(self.user_manager).action_retry()
        failed.with_user(self.user_accountant).action_retry()
        with freeze_time(date(2026, 6, 1)):
            self._run()
        self.assertEqual(failed.state, "sent")

    def test_a_person_sends_it(self):
        wizard = (
            self.env["client.report.wizard"]
            .with_user(self.user_manager)
            .create(
                {
                    "client_ids": self.client_a.ids,
                    "report": "statement",
                    "date_from": date(2026, 4, 1),
                    "date_to": DAY,
                }
            )
        )
        wizard.action_statement_send()
        row = self.env["client.statement.sending"].search(
            [("client_id", "=", self.client_a.id)]
        )
        self.assertEqual(row.state, "waiting")
        with self.assertRaises(AccessError):
            row.with_user(self.user_accountant).state = "sent"
        self._run()
        self.assertEqual((row.state, row.email_to), ("sent", self.client_a.email))
        # and looks at it again
        action = row.with_user(self.user_accountant).action_print()
        self.assertEqual(action["report_name"], "client_hub.report_billing_statement")
        self.assertEqual(action["data"]["date_from"], "2026-04-01")
        with self.assertRaises(AccessError):
            self.env["client.statement.sending"].with_user(self.user_creation)._queue(
                self.client_a, DAY, DAY
            )


@tagged("post_install", "-at_install")
class TestStatementPortal(RenegotiationCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls._invoice(1234.5, date(2026, 3, 21))
        cls.single, cls.portal_single = cls._create_contact(
            cls.client_a, "Sonia Azul", portal_scope="own"
        )

    def test_who_sees_the_whole_client_reads_and_downloads(self):
        self.authenticate(self.portal_a.login, self.portal_a.login)
        query = "date_from=2026-01-01&date_to=2026-12-31"
        page = self.url_open(f"/my/statement?{query}").text
        self.assertIn(self.invoice.name, page)
        self.assertIn("1,234.50", page)
        self.assertIn("Overdue", page)
        for text in ("x", "99-99-99", ""):
            self.assertEqual(
                self.url_open(f"/my/statement?date_from={text}").status_code, 200
            )
        book = self.url_open(f"/my/statement/download?{query}&kind=xlsx")
        self.assertEqual(book.content[:2], b"PK")
        with self.allow_pdf_render():
            pdf = self.url_open(f"/my/statement/download?{query}")
        self.assertEqual(pdf.headers["Content-Type"], "application/pdf")
        rows = self.env["client.history"].search(
            [("client_id", "=", self.client_a.id), ("note", "like", "Billing stat")]
        )
        self.assertEqual(rows.mapped("origin"), ["portal"] * 2)
        self.assertEqual(rows.user_id, self.portal_a)

    def test_nobody_else(self):
        own = self.client_a.id
        for user in (self.portal_single, self.portal_b, self.user_creation):
            with self.subTest(user=user.login):
                self.authenticate(user.login, user.login)
                for path in (
                    f"/my/statement?client_id={own}",
                    f"/my/statement/download?client_id={own}&kind=xlsx",
                    f"/client_hub/statement?client_ids={own}"
                    "&date_from=2026-01-01&date_to=2026-12-31",
                ):
                    answer = self.url_open(path)
                    self.assertNotIn(self.invoice.name, answer.text)
                    self.assertNotEqual(answer.content[:2], b"PK")
