"""The PDF of a contract that is signed, or waits for it, is the one that was sent."""

import io
import logging
import threading

from odoo import models
from odoo.exceptions import UserError

CONTRACT_REPORT = "client_hub.report_contract"
# Odoo prints whatever could be loaded, and only logs the rest
_report_logger = logging.getLogger("odoo.addons.base.models.ir_actions_report")


class _Complaints(logging.Handler):
    """Keeps what is logged about a PDF that this thread makes."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.thread = threading.get_ident()
        self.found = []

    def emit(self, record):
        if record.thread == self.thread:
            self.found.append(record.getMessage())

    def __enter__(self):
        _report_logger.addHandler(self)
        return self

    def __exit__(self, *_error):
        _report_logger.removeHandler(self)


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

    def _run_wkhtmltopdf(self, *args, **kwargs):
        """Make the PDF; one that somebody signs must not lack its styles or pictures.

        wkhtmltopdf fetches them from the server, by an address that may be wrong seen
        from the server itself.

        :raise UserError: when something could not be loaded
        """
        if not self.env.context.get("client_report_complete"):
            return super()._run_wkhtmltopdf(*args, **kwargs)
        with _Complaints() as complaints:
            content = super()._run_wkhtmltopdf(*args, **kwargs)
        if any("network error" in complaint for complaint in complaints.found):
            raise UserError(
                self.env._(
                    "The PDF would lack its layout: its styles or pictures could not "
                    "be loaded from %(url)s. Ask your administrator to set the system "
                    "parameter “report.url” to an address by which the server reaches "
                    "itself, and check the pictures in the text.",
                    url=self._get_report_url(),
                )
            )
        return content
