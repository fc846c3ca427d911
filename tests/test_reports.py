"""History and statement on paper."""

import base64
import io
from datetime import date

from markupsafe import Markup
from PIL import Image

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged
from odoo.tools.pdf import PdfFileReader

from .common import ClientHubCommon


@tagged("post_install", "-at_install")
class TestClientReports(ClientHubCommon, HttpCase):
    def _html(self, report, client, **data):
        content = self.env["ir.actions.report"]._render_qweb_html(
            f"client_hub.{report}", client.ids, data=data
        )
        return content[0].decode()

    def _pdf(self, report, client, **data):
        reports = self.env["ir.actions.report"].with_context(
            force_report_rendering=True
        )
        content, kind = reports._render_qweb_pdf(
            f"client_hub.{report}", client.ids, data=data
        )
        self.assertEqual(kind, "pdf")
        return PdfFileReader(io.BytesIO(content))

    def _invoice(self, amount, day):
        invoice = self.init_invoice(
            "out_invoice", partner=self.client_a, amounts=[amount], invoice_date=day
        )
        invoice.invoice_date_due = day
        invoice.action_post()
        return invoice

    def _pay(self, invoice, amount, when):
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        wizard.create({"amount": amount, "payment_date": when})._create_payments()

    def test_history_report_lists_what_happened(self):
        self.client_a.city = "Porto"
        html = self._html("report_client_history", self.client_a)
        self.assertIn("City: Porto", html)
        self.assertIn(self.client_a.client_number, html)
        self.assertNotIn("Brisa", html)

    def test_history_report_by_kind(self):
        self.client_a.city = "Porto"
        html = self._html("report_client_history", self.client_a, kind="contract")
        self.assertNotIn("City: Porto", html)
        self.assertIn("Nothing in this period", html)

    def test_long_history_prints_with_page_numbers(self):
        for number in range(120):
            self.client_a.city = f"Town {number}"
            self.env.cr.flush()
        pdf = self._pdf("report_client_history", self.client_a)
        self.assertGreater(len(pdf.pages), 3)
        last = len(pdf.pages)
        text = pdf.pages[last - 1].extract_text()
        self.assertRegex("".join(text.split()), rf"{last}/{last}")
        self.assertIn("Town 119", text)

    def test_an_entry_taller_than_a_page_goes_on_below_the_head(self):
        lines = [f"Sentence {number}." for number in range(70)]
        lines.append("Words without any end, " * 200)
        self.env["client.history"]._log(
            self.client_a, "access", "Azul", note="\n".join(lines)
        )
        pdf = self._pdf("report_client_history", self.client_a)
        self.assertGreater(len(pdf.pages), 2)
        told = []
        for page in pdf.pages:
            heights = self._heights(page)
            [head] = {high for text, high in heights if text == "Done by"}
            below = [
                (text, high)
                for text, high in heights
                if text.startswith(("Sentence", "Words", "without"))
            ]
            self.assertTrue(below)
            self.assertLess(max(high for _text, high in below), head - 8)
            if told:
                # in the last column, and nobody's again
                self.assertNotIn("Azul", [text for text, _high in heights])
            told += "".join(text for text, _high in below).split(".")
        for number in (0, 35, 69):
            self.assertIn(f"Sentence {number}", told)

    def test_rows_of_the_past_stay_below_the_head(self):
        long = "Contact of a very long name that takes many lines " * 4
        for number in range(12):
            self.env["res.partner"].create(
                {"name": f"{long}{number}", "parent_id": self.client_a.id}
            )
        self.env.cr.flush()
        as_of = self.env["client.as.of"].create(
            {"client_id": self.client_a.id, "date": date.today()}
        )
        pdf = self._pdf("report_client_as_of", as_of)
        checked = 0
        for page in pdf.pages[1:]:
            heights = self._heights(page)
            heads = [high for text, high in heights if text == "Name"]
            rows = [high for text, high in heights if text.startswith("Contact of")]
            if heads and rows:
                self.assertLess(max(rows), max(heads) - 8)
                checked += 1
        self.assertTrue(checked)

    def test_a_long_address_does_not_make_the_card_small(self):
        self.contact_a.email = "paula@example.com"
        before = self._size("Addresses", self._pdf("report_client_card", self.client_a))
        self.contact_a.email = f"{'x' * 60}.{'y' * 60}@{'very-long-' * 6}.example.com"
        self.contact_a.name = "Donaudampfschifffahrtselektrizit" * 3
        after = self._size("Addresses", self._pdf("report_client_card", self.client_a))
        self.assertEqual(before, after)

    def _size(self, word, pdf):
        """Return how large a word is printed."""
        sizes = []

        def visit(text, matrix, text_matrix, _font, size):
            if text.strip() == word:
                sizes.append(round(abs(text_matrix[0] * matrix[0]) * size, 2))

        pdf.pages[0].extract_text(visitor_text=visit)
        return sizes[0]

    def test_statement_adds_up(self):
        old = self._invoice(300.0, "2025-12-10")
        new = self._invoice(100.0, "2026-02-01")
        self._pay(old, 120.0, "2026-01-15")
        self._pay(old, 180.0, "2026-03-05")
        statement = self.client_a._get_billing_statement(
            date(2026, 1, 1), date(2026, 2, 28)
        )
        section = statement["sections"][0]
        self.assertEqual(section["opening"], 300.0)
        self.assertEqual((section["debit"], section["credit"]), (100.0, 120.0))
        self.assertEqual(section["closing"], 280.0)
        self.assertEqual(section["lines"][-1]["balance"], 280.0)
        # 180 of the old one was still open on that day, though it is paid today
        self.assertEqual(
            [line["open"] for line in section["open_lines"]], [180.0, 100.0]
        )
        self.assertEqual(sum(amount for _label, amount in section["ageing"]), 280.0)
        self.assertEqual(section["ageing"][3], ("61–90 days", 180.0))
        html = self._html(
            "report_billing_statement",
            self.client_a,
            date_from="2026-01-01",
            date_to="2026-02-28",
        )
        self.assertIn(new.name, html)

    def test_statement_prints_for_the_people_who_may(self):
        self.init_invoice(
            "out_invoice", partner=self.client_a, amounts=[100.0], post=True
        )
        for user in (self.user_manager, self.user_accountant):
            client = self.client_a.with_user(user)
            statement = client._get_billing_statement(
                date(2019, 1, 1), date(2030, 1, 1)
            )
            self.assertEqual(len(statement["sections"]), 1, user.login)
        for user in (self.user_creation, self.portal_a):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.client_a.with_user(user)._get_billing_statement(
                    date(2019, 1, 1), date(2030, 1, 1)
                )
        pdf = self._pdf("report_billing_statement", self.client_a)
        self.assertIn("Closing balance", pdf.pages[0].extract_text())

    def _own_reports(self):
        reports = self.env["ir.actions.report"].search(
            [
                ("report_name", "=like", "client\\_hub.%"),
                ("report_type", "=", "qweb-pdf"),
            ]
        )
        self.assertGreater(len(reports), 4)
        return reports

    def test_papers_are_as_those_of_other_documents(self):
        # shapes of a layout reach the edge, and all stands where it does on invoices
        for report in self._own_reports():
            with self.subTest(report=report.report_name):
                paper = report.paperformat_id
                self.assertTrue(paper.css_margins)
                self.assertFalse(paper.margin_left or paper.margin_right)
                self.assertEqual(paper.margin_top, paper.header_spacing)
                self.assertGreaterEqual(paper.margin_top, 60)

    def _lines(self, word, count):
        return Markup("<br/>").join(f"{word} {number}" for number in range(count))

    def _heights(self, page):
        """Return the texts of a page, each with how high it stands."""
        found = []

        def visit(text, matrix, text_matrix, _font, _size):
            if text.strip():
                high = text_matrix[4] * matrix[1] + text_matrix[5] * matrix[3]
                found.append((text.strip(), high + matrix[5]))

        page.extract_text(visitor_text=visit)
        return found

    def _check_nothing_is_hidden(self, pdf):
        for page in pdf.pages:
            heights = self._heights(page)
            head = [high for text, high in heights if text.startswith("Street")]
            foot = [high for text, high in heights if text.startswith("Telephone")]
            inside = [
                high
                for text, high in heights
                if text.startswith(("Azul Cosmetics", "Billing", "Town", "Client"))
            ]
            self.assertTrue(head and foot and inside)
            self.assertGreater(min(head), max(inside) + 8)
            self.assertGreater(min(inside), max(foot))
            # a printer can't reach the edge of the paper
            self.assertGreater(min(high for _text, high in heights), 8)
            numbers = "".join(text for text, high in heights if high <= max(foot))
            self.assertIn(f"/{len(pdf.pages)}", numbers.replace(" ", ""))

    def test_no_layout_hides_lines_of_a_document(self):
        picture = io.BytesIO()
        Image.new("RGB", (600, 240), "purple").save(picture, "PNG")
        company = self.env.company
        company.logo = base64.b64encode(picture.getvalue())
        company.report_header = "<p>Ideas that stay, since 1998</p>"
        for layout in self.env["report.layout"].search([]):
            company.external_report_layout_id = layout.view_id
            for above, below in ((5, 2), (12, 6)):
                company.company_details = self._lines("Street", above)
                company.report_footer = self._lines("Telephone", below)
                with self.subTest(layout=layout.name, lines=above):
                    pdf = self._pdf("report_billing_statement", self.client_a)
                    self._check_nothing_is_hidden(pdf)

    def test_header_and_footer_of_each_report_are_measured(self):
        budget = self.env["client.budget"].create(
            {"name": "Spring", "client_id": self.client_a.id, "amount": 100.0}
        )
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "client_hub.report_budget", budget.ids
        )
        for report in self._own_reports():
            # with a font of the web or of the system
            _bodies, _ids, header, footer, special = report._prepare_html(
                html, report_model=report.model
            )
            with self.subTest(report=report.report_name):
                for part in (header, footer):
                    self.assertIn("<script>\nfunction fit()", part)
                    self.assertIn('onload="subst(); fit()"', part)
                self.assertGreater(special["data-report-margin-top"], 50)

    def test_pages_after_the_first_one_begin_below_the_header(self):
        self.env.company.company_details = self._lines("Street", 9)
        self.env.company.report_footer = self._lines("Telephone", 1)
        for number in range(60):
            self.client_a.city = f"Town {number}"
            self.env.cr.flush()
        pdf = self._pdf("report_client_history", self.client_a)
        self.assertGreater(len(pdf.pages), 1)
        self._check_nothing_is_hidden(pdf)

    def test_signatures_say_what_is_signed(self):
        service = self.env["product.product"].create(
            {"name": "Monthly fee", "type": "service", "list_price": 1000.0}
        )
        contract = self.env["client.contract"].create(
            {
                "name": "Fee of a year",
                "client_id": self.client_a.id,
                "date_start": date(2026, 1, 1),
                "body_html": "<p>Jurisdiction of Lisbon.</p>",
                "line_ids": [Command.create({"product_id": service.id})],
            }
        )
        page = self._pdf("action_report_client_contract", contract).pages[-1]
        text = page.extract_text()
        self.assertIn("Place, date, signature", text)
        # they may stand on a page of their own
        self.assertIn(f"Contract {contract.number}, Fee of a year", text)

    def test_period_must_not_end_before_it_begins(self):
        wizard = self.env["client.report.wizard"].create(
            {
                "client_ids": self.client_a.ids,
                "date_from": "2026-02-01",
                "date_to": "2026-01-01",
            }
        )
        with self.assertRaisesRegex(UserError, "ends before it begins"):
            wizard.action_print()
