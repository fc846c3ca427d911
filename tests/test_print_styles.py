"""Printed pages carry their styles: a header that loads files does so on each page."""

import re

from odoo.tests import HttpCase, tagged

from ..tools.print_styles import keep_used, names_of
from .common import ClientHubCommon

# What a page loads: an address that isn't the thing itself.
LOADED = re.compile(
    r"""<link\b|<iframe\b|@import|@font-face|\bsrc=["'](?!data:)|url\((?!["']?data:)"""
)
STYLE = re.compile(r"<style>.*?</style>", re.DOTALL)


@tagged("post_install", "-at_install")
class TestPrintStyles(ClientHubCommon, HttpCase):
    def _pages(self, report, record):
        """Return body, header and footer as they are handed over to be printed."""
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            report, record.ids, data={"report_type": "pdf"}
        )
        bodies, _ids, header, footer, _special = report._prepare_html(
            html, report_model=report.model
        )
        return bodies[0], header, footer

    def test_header_and_footer_load_nothing(self):
        reports = self.env["ir.actions.report"].search(
            [
                ("report_name", "=like", "client\\_hub.%"),
                ("report_type", "=", "qweb-pdf"),
            ]
        )
        seen = set()
        as_of = self.env["client.as.of"].create({"client_id": self.client_a.id})
        for report in reports:
            records = {"res.partner": self.client_a, "client.as.of": as_of}
            record = records.get(report.model)
            if not record:
                continue
            seen.add(report.report_name.removeprefix("client_hub.report_"))
            with self.subTest(report=report.report_name):
                body, header, footer = self._pages(report, record)
                self.assertFalse(LOADED.search(header), LOADED.search(header))
                self.assertFalse(LOADED.search(footer), LOADED.search(footer))
                self.assertFalse(LOADED.search(body), LOADED.search(body))
        self.assertLessEqual(
            {"client_history", "billing_statement", "client_card", "client_as_of"},
            seen,
        )

    def test_each_layout_of_a_company_keeps_its_look(self):
        report = self.env.ref("client_hub.action_report_client_history")
        company = self.env.company
        company.report_header = "<p>Since 1998</p>"
        for layout in self.env["report.layout"].search([]):
            company.external_report_layout_id = layout.view_id
            with self.subTest(layout=layout.name):
                _body, header, footer = self._pages(report, self.client_a)
                for page in (header, footer):
                    self.assertFalse(LOADED.search(page), LOADED.search(page))
                    # small, as it is read anew for each page
                    self.assertLess(len(page), 60_000)
                    styles = "".join(STYLE.findall(page))
                    self.assertTrue(f".o_company_{company.id}_layout" in styles)
                self.assertTrue('class="topage"' in footer)
                styles = "".join(STYLE.findall(header))
                self.assertTrue(".o_company_logo" in styles)

    def test_only_rules_that_can_apply_are_kept(self):
        page = '<div class="b w-50:x" id="place"><p/><ul><li/></ul></div>'
        names = names_of(page)
        self.assertEqual(names, {"div", "p", "ul", "li", ".b", ".w-50:x", "#place"})
        for rule in (
            "*{margin:0}",
            "div.b:not(.c):hover{color:red}",
            '.gone,.b::after{content:"};"}',
            '#place .b[type="a.b"]{color:red}',
            r".w-50\:x{width:50%}",
            "@media (min-width:1px){.b{color:red}}",
            'p{background:url("data:image/svg+xml;utf8,{}")}',
        ):
            with self.subTest(rule=rule):
                self.assertEqual(keep_used(rule, names), rule)
        for rule in (
            ".c{color:red}",
            "div > .c:first-child{color:red}",
            "@media print{.c{color:red}}",
            "@font-face{font-family:Lato;src:url(/lato.woff)}",
            '@import url("/more.css");',
            ":root{--gray:#888}",
            "/* .b{color:red} */",
            ".b{background:url(/web/picture.png)}",
        ):
            with self.subTest(rule=rule):
                self.assertFalse(keep_used(rule, names))
        self.assertEqual(
            keep_used(".b{background:url(/x.png);color:red}", names), ".b{color:red}"
        )
