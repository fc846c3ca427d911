"""The billing statement on the client portal.

``/my/statement`` the page, ``/my/statement/download`` the same as PDF or spreadsheet.
"""

from dateutil.relativedelta import relativedelta

from odoo import fields, http
from odoo.http import content_disposition, request

from .client_import import XLSX
from .portal_client import ClientHubPortal, is_record_id

# of one person within a minute: a PDF costs a second
MAX_DOWNLOADS = 20


class ClientStatementPortal(ClientHubPortal):
    """For those who see their whole client."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "client_statement_count" in counters:
            values["client_statement_count"] = len(self._get_statement_clients())
        return values

    def _get_statement_clients(self):
        """Return the clients whose statement the visitor may read, as superuser."""
        user = request.env.user
        partners = request.env["res.partner"]
        if not user._is_portal():
            return partners
        # sudo: exactly the clients that the visitor sees in full
        clients = partners.sudo().browse(user._client_portal_full_ids())
        return clients.filtered(
            lambda client: client.is_client and self._may_viewer_read(client)
        )

    def _may_viewer_read(self, client):
        """Tell whether an employee who looks as the contact may read all of it himself.

        A statement sums documents up: one that leaves some out would be wrong.
        """
        viewer = request.env["client.wall"]._rehearsal_viewer()
        if not viewer:
            return True
        domain = [
            ("partner_id", "child_of", client.id),
            ("account_id.account_type", "=", "asset_receivable"),
            ("parent_state", "=", "posted"),
        ]
        lines = request.env["account.move.line"].with_user(viewer)
        # sudo: the contact reads no colleague; in which companies this one works
        companies = viewer.sudo().company_ids
        lines = lines.with_context(allowed_company_ids=companies.ids)
        # sudo: only the number of all items, to compare it with what the employee sees
        count = lines.sudo().search_count(domain)
        return lines.has_access("read") and lines.search_count(domain) == count

    def _get_statement_client(self, client_id):
        """Return the client that was asked for, or the visitor's own; as superuser."""
        clients = self._get_statement_clients()
        if is_record_id(client_id):
            return clients.filtered(lambda client: client.id == int(client_id))
        own = request.env.user.partner_id.commercial_partner_id
        return clients.filtered(lambda client: client.id == own.id) or clients[:1]

    def _get_statement_period(self, date_from, date_to):
        """Return the days that were asked for, by default the last twelve months."""
        today = fields.Date.context_today(request.env.user)
        try:
            last = fields.Date.to_date(date_to) or today
            first = fields.Date.to_date(date_from)
        except ValueError:
            first, last = None, today
        # nothing is known of the days to come
        last = min(last, today)
        default = last - relativedelta(years=1) + relativedelta(days=1)
        return min(first or default, last), last

    @http.route("/my/statement", type="http", auth="user", website=True)
    def portal_statement(self, client_id=None, date_from=None, date_to=None, **kw):
        """Show the statement of a client."""
        client = self._get_statement_client(client_id)
        if not client:
            return request.redirect("/my")
        first, last = self._get_statement_period(date_from, date_to)
        values = self._prepare_portal_layout_values()
        values.update(
            page_name="client_statement",
            client=client,
            clients=self._get_statement_clients(),
            statement=client._get_billing_statement(first, last),
        )
        return request.render("client_hub.portal_statement", values)

    @http.route("/my/statement/download", type="http", auth="user")
    def portal_statement_download(
        self, client_id=None, date_from=None, date_to=None, kind="pdf", **kw
    ):
        """Give the statement as a file."""
        client = self._get_statement_client(client_id)
        if not client or self._is_too_often(
            "statement", MAX_DOWNLOADS, visitor=str(request.env.uid)
        ):
            return request.redirect("/my")
        first, last = self._get_statement_period(date_from, date_to)
        name = client._get_statement_filename(last)
        if kind == "xlsx":
            content, mimetype = client._get_statement_workbook(first, last), XLSX
        else:
            content, mimetype = (
                client._get_statement_pdf(first, last),
                "application/pdf",
            )
            kind = "pdf"
        # an employee who looks as the contact writes nothing
        if not request.env["client.wall"]._rehearsal_viewer():
            client._log_statement_export(first, last)
        return request.make_response(
            content,
            headers=[
                ("Content-Type", mimetype),
                ("Content-Length", len(content)),
                ("Content-Disposition", content_disposition(f"{name}.{kind}")),
            ],
        )
