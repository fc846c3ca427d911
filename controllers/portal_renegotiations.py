"""Payment agreements on the client portal.

``/my/agreements`` list, ``/my/agreements/<id>`` one of them, ``…/document`` the PDF
that is accepted, ``…/accept`` and ``…/refuse`` the answer. Opened by the personal link
of the e-mail, or by somebody who is signed in.
"""

from urllib.parse import urlencode

from werkzeug.exceptions import NotFound

from odoo import http
from odoo.exceptions import LockError, UserError
from odoo.http import request

from odoo.addons.portal.controllers.portal import pager as portal_pager

from .portal_client import ClientHubPortal

PAGE = "/my/agreements/<int:agreement_id>"
STEP = 20
# answers within a minute, from one address
MAX_ANSWERS = 10
HIDDEN_STATES = ("draft", "cancelled")


class ClientRenegotiationPortal(ClientHubPortal):
    """Read, then accept or refuse."""

    # ------------------------------------------------------------
    # Access
    # ------------------------------------------------------------

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "client_agreement_count" in counters:
            rows = request.env["client.renegotiation"]
            values["client_agreement_count"] = (
                rows.search_count([]) if rows.has_access("read") else 0
            )
        return values

    def _get_agreement(self, agreement_id, access_token):
        """Return an agreement that the visitor may read.

        :return: the row as superuser, the visitor still being ``env.user``; None when
            there is nothing, or nothing for this visitor
        """
        row = self._client_document("client.renegotiation", agreement_id, access_token)
        return row if row and row.state not in HIDDEN_STATES else None

    def _is_receiver(self, row, access_token):
        """Tell whether the visitor is the person who was asked.

        Who is signed in must be that person; who isn't has the personal link.
        """
        user = request.env.user
        if user._is_public():
            return bool(access_token)
        return user._is_portal() and user.partner_id == row.contact_id

    # ------------------------------------------------------------
    # Pages
    # ------------------------------------------------------------

    @http.route(
        ["/my/agreements", "/my/agreements/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
    )
    def portal_my_agreements(self, page=1, **kw):
        """List the agreements that this contact may see."""
        rows = request.env["client.renegotiation"]
        if not rows.has_access("read"):
            return request.redirect("/my")
        pager = portal_pager(
            url="/my/agreements", total=rows.search_count([]), page=page, step=STEP
        )
        found = rows.search([], limit=STEP, offset=pager["offset"])
        values = self._prepare_portal_layout_values()
        values.update(
            page_name="client_agreement",
            # sudo: the visitor has just been given these; sums and names
            agreements=found.sudo(),
            pager=pager,
            default_url="/my/agreements",
        )
        return request.render("client_hub.portal_my_agreements", values)

    @http.route(PAGE, type="http", auth="public", website=True)
    def portal_agreement(self, agreement_id, access_token=None, notice=None, **kw):
        """Show one agreement, with the form to accept it."""
        row = self._get_agreement(agreement_id, access_token)
        if not row:
            return request.redirect("/my")
        if self._is_receiver(row, access_token) and row._get_status() == "proposed":
            row._mark_viewed()
        return self._render_agreement(row, access_token, notice=notice)

    def _render_agreement(self, row, access_token, notice=None, **values):
        """Return the page.

        :param row: client.renegotiation as superuser
        :param str access_token: as in the address
        :param values: ``warning``, ``typed`` for the template
        """
        status = row._get_status()
        is_receiver = self._is_receiver(row, access_token)
        query = self._get_token_query(access_token)
        page = self._prepare_portal_layout_values()
        page.update(
            page_name="client_agreement",
            agreement=row,
            status=status,
            sentence=row._get_closed_sentence(),
            may_answer=is_receiver and status == "proposed",
            path=row._get_path(),
            query=query,
            notice=self._get_agreement_notice(notice, row),
            warning="",
            typed={},
            no_breadcrumbs=request.env.user._is_public(),
        )
        page.update(values)
        return request.render("client_hub.portal_agreement_page", page)

    def _get_agreement_notice(self, name, row):
        """Return the sentence that follows the answer."""
        if name == "accepted" and row.accepted_name:
            return request.env._(
                "Thank you! You accepted this agreement. Your copy is on its way to "
                "%s.",
                row.contact_id.email or "",
            )
        if name == "refused" and row.state == "refused":
            return request.env._("Thank you for telling us. We get in touch with you.")
        return ""

    @http.route(f"{PAGE}/document", type="http", auth="public", readonly=True)
    def portal_agreement_document(
        self, agreement_id, access_token=None, download=None, **kw
    ):
        """Stream the PDF: the very bytes that are accepted."""
        row = self._get_agreement(agreement_id, access_token)
        if not row or row._get_status() == "expired":
            raise NotFound()
        file_sudo = row._get_document_file()
        return self._stream_file(file_sudo, file_sudo.id, download)

    # ------------------------------------------------------------
    # Answer
    # ------------------------------------------------------------

    @http.route(
        f"{PAGE}/accept", type="http", auth="public", website=True, methods=["POST"]
    )
    def portal_agreement_accept(
        self, agreement_id, access_token=None, name=None, fingerprint=None, **kw
    ):
        """Accept, with name, time, address, and the document's fingerprint."""
        row = self._get_agreement(agreement_id, access_token)
        if not row or not self._is_receiver(row, access_token):
            return request.redirect("/my")
        if row.accepted_name and row.state == "accepted":
            # a second click
            return self._go_back(row, access_token, "accepted")
        user = request.env.user
        return self._answer(
            row,
            access_token,
            "accepted",
            {"name": name},
            lambda: row._accept(
                name,
                fingerprint,
                ip_address=request.httprequest.remote_addr,
                user_agent=str(request.httprequest.user_agent),
                accepted_user_id=not user._is_public() and user.id,
            ),
        )

    @http.route(
        f"{PAGE}/refuse", type="http", auth="public", website=True, methods=["POST"]
    )
    def portal_agreement_refuse(
        self, agreement_id, access_token=None, reason=None, **kw
    ):
        """Refuse, with the reason."""
        row = self._get_agreement(agreement_id, access_token)
        if not row or not self._is_receiver(row, access_token):
            return request.redirect("/my")
        if row.state == "refused":
            return self._go_back(row, access_token, "refused")
        return self._answer(
            row,
            access_token,
            "refused",
            {"reason": reason},
            lambda: row._refuse(reason),
        )

    def _answer(self, row, access_token, notice, typed, act):
        """Do what the person answered, or show the page with what is wrong.

        :param str notice: what is said afterwards
        :param dict typed: what the person typed
        :param act: function without arguments
        """
        if self._is_too_often("agreement", MAX_ANSWERS):
            warning = request.env._("Too many answers at once: wait a minute.")
            return self._render_agreement(
                row, access_token, warning=warning, typed=typed
            )
        try:
            with request.env.cr.savepoint():
                act()
        except LockError:
            warning = request.env._(
                "Your answer is being saved. Look again in a few seconds."
            )
        except UserError as error:
            warning = str(error)
        else:
            return self._go_back(row, access_token, notice)
        row.invalidate_recordset()
        return self._render_agreement(row, access_token, warning=warning, typed=typed)

    def _go_back(self, row, access_token, notice):
        """Return to the page, which says what was done."""
        query = {"notice": notice}
        if access_token:
            query["access_token"] = access_token
        return request.redirect(f"{row._get_path()}?{urlencode(query)}", code=303)
