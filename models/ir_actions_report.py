"""How the addon's reports are printed.

The PDF of a contract that is signed, or waits for it, is the one that was sent.
"""

import io

from odoo import api, models

CONTRACT_REPORT = "client_hub.report_contract"


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
