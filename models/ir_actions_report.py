"""How the addon's reports are printed.

The PDF of a contract that is signed, or waits for it, is the one that was sent.
"""

import io
import re

from odoo import api, models, tools

from ..tools.print_room import EDGE, GAP, fit, room_of
from ..tools.print_styles import keep_used, names_of

CONTRACT_REPORT = "client_hub.report_contract"
# What report_style sets in a font of the system: the company's is one of the web.
SYSTEM_FONT = "o_client_hub_report"
# Header and footer of such a report: as large as its text.
SYSTEM_STYLE = """<style>
.header, .footer {
    font-family: "Liberation Sans", "DejaVu Sans", Arial, sans-serif;
    font-size: 12px;
}
</style></head>"""
STYLES = re.compile(r'<link\b[^>]*\bhref="(/web/assets/[^"]+\.min\.css)"[^>]*>')


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    def _render_qweb_pdf_prepare_streams(self, report_ref, data, res_ids=None):
        """Take the stored file where there is one: made anew it would differ."""
        if not res_ids or self._get_report(report_ref).report_name != CONTRACT_REPORT:
            return super()._render_qweb_pdf_prepare_streams(report_ref, data, res_ids)
        contracts = self.env["client.contract"].browse(res_ids)
        stored = contracts._get_signed_files()
        missing = [res_id for res_id in res_ids if res_id not in stored]
        streams = {}
        if missing:
            streams = super()._render_qweb_pdf_prepare_streams(
                report_ref, data, missing
            )
        for res_id, content in stored.items():
            streams[res_id] = {"stream": io.BytesIO(content), "attachment": None}
        return {res_id: streams[res_id] for res_id in res_ids if res_id in streams}

    @api.model
    def _build_wkhtmltopdf_args(self, paperformat_id, *args, **kwargs):
        """Don't wait before printing what has neither scripts nor web fonts."""
        result = super()._build_wkhtmltopdf_args(paperformat_id, *args, **kwargs)
        # its id is known without a query
        own = self.env["ir.model.data"]._xmlid_to_res_id(
            "client_hub.paperformat_client_report"
        )
        is_own = own and paperformat_id and paperformat_id.id == own
        if is_own and "--javascript-delay" in result:
            result[result.index("--javascript-delay") + 1] = "0"
        return result

    def get_paperformat_by_xmlid(self, xml_id):
        """Find own reports without a query; body, header and footer ask for it."""
        if xml_id and xml_id.startswith("client_hub."):
            res_id = self.env["ir.model.data"]._xmlid_to_res_id(xml_id)
            if res_id:
                return self.browse(res_id).get_paperformat()
        return super().get_paperformat_by_xmlid(xml_id)

    def _get_layout(self):
        """Find the layout without a query, which each report would make."""
        res_id = self.env["ir.model.data"]._xmlid_to_res_id("web.minimal_layout")
        return (
            self.env["ir.ui.view"].browse(res_id) if res_id else super()._get_layout()
        )

    def _prepare_html(self, html, report_model=False):
        """Give own reports the room that the company's layout takes.

        Those in a font of the system carry their styles: header and footer are loaded
        anew for each page, and with them whatever they refer to; of 700 pages that was
        four fifths of the time.
        """
        result = super()._prepare_html(html, report_model=report_model)
        if not result or not (self.report_name or "").startswith("client_hub."):
            return result
        bodies, res_ids, header, footer, special = result
        # before there are styles in the documents: they name layouts, too
        room = room_of(bodies)
        if any(SYSTEM_FONT in body for body in bodies):
            bodies = [self._carry_styles(body) for body in bodies]
            header, footer = (
                self._carry_styles(part).replace("</head>", SYSTEM_STYLE, 1)
                for part in (header, footer)
            )
        header, footer, special = self._fit_paper(room, header, footer, special)
        return bodies, res_ids, header, footer, special

    def _fit_paper(self, room, header, footer, special):
        """Return header and footer that hide nothing, and the margins for them.

        :param tuple room: millimetres more or less, see ``room_of``
        :param str header: HTML
        :param str footer: HTML
        :param dict special: what the documents themselves ask of the paper
        """
        paper = self.get_paperformat()
        width = paper.print_page_width - paper.margin_left - paper.margin_right
        more_top, more_bottom = room
        top, bottom = paper.margin_top + more_top, paper.margin_bottom + more_bottom
        spacing = paper.header_spacing + more_top
        header = fit(header, "header", width, spacing - GAP)
        footer = fit(footer, "footer", width, bottom - EDGE)
        special = {
            "data-report-margin-top": top,
            "data-report-header-spacing": spacing,
            "data-report-margin-bottom": bottom,
            **special,
        }
        return header, footer, special

    @api.model
    def _carry_styles(self, page):
        """Return a page with the rules that it needs, in place of links to them.

        :param str page: HTML
        :rtype: str
        """
        names = names_of(page)
        return STYLES.sub(
            lambda link: f"<style>{self._get_styles(link[1], names)}</style>", page
        )

    @api.model
    @tools.ormcache("url", "names", cache="assets")
    def _get_styles(self, url, names):
        """Return the rules of a bundle that can apply to a page.

        :param str url: of the bundle; it changes with what is in there
        :param frozenset names: what the page has, see ``names_of``
        :rtype: str
        """
        return keep_used(self._get_all_styles(url), names)

    @api.model
    @tools.ormcache("url", cache="assets")
    def _get_all_styles(self, url):
        """Return the rules of a bundle, kept as a file or not."""
        name, is_rtl, _kind, is_prefixed = self.env["ir.asset"]._parse_bundle_name(
            url.rpartition("/")[2], debug_assets=False
        )
        bundle = self.env["ir.qweb"]._get_asset_bundle(
            name, css=True, js=False, rtl=is_rtl, autoprefix=is_prefixed
        )
        if stored := bundle.get_attachments("min.css"):
            return stored[:1].raw.decode()
        # not stored here: a long transaction would fail where another one stores it
        return bundle.preprocess_css()
