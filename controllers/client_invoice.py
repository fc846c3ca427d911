"""Downloads of invoices."""

from werkzeug.exceptions import NotFound

from odoo.http import Controller, content_disposition, request, route

from .portal_client import is_record_id


class ClientInvoice(Controller):
    """Sends an invoice as a spreadsheet to the people who may read it."""

    @route("/client_hub/invoice/<invoice_id>/xlsx", type="http", auth="user")
    def client_hub_invoice_xlsx(self, invoice_id):
        """Return the workbook; what the user may not read is not there for them."""
        invoice = request.env["account.move"]
        if request.env.user._is_internal() and is_record_id(invoice_id):
            invoice = invoice.browse(int(invoice_id)).exists()
        if (
            not invoice
            or not invoice.has_access("read")
            or not invoice.is_sale_document(include_receipts=True)
        ):
            raise NotFound()
        name = invoice._get_invoice_report_filename(extension="xlsx")
        return request.make_response(
            invoice._get_client_workbook(),
            headers=[
                (
                    "Content-Type",
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                ),
                ("Content-Disposition", content_disposition(name)),
            ],
        )
