"""Reading and signing a contract.

``/my/contracts/<id>/signature/<id>`` the page, ``…/document`` the PDF that is signed,
``…/certificate`` the facts as PDF, ``…/sign`` and ``…/refuse`` the answer. Opened by
the personal link of the e-mail, or by somebody who is signed in.
"""

from urllib.parse import quote, urlencode

from werkzeug.exceptions import NotFound

from odoo import http
from odoo.exceptions import LockError, UserError
from odoo.http import request

from .portal_client import ClientHubPortal

PAGE = "/my/contracts/<int:contract_id>/signature/<int:signature_id>"
PDF_VIEWER = "/web/static/lib/pdfjs/web/viewer.html"
PDF_LOOK = "#pagemode=none"
# states in which the page shows the document
SHOWN_STATES = ("requested", "signed", "refused")


class ClientSignaturePortal(ClientHubPortal):
    """One request for a signature, as the client's person sees it."""

    # ------------------------------------------------------------
    # Access
    # ------------------------------------------------------------

    def _get_signature(self, contract_id, signature_id, access_token):
        """Return a request for a signature that the visitor may read.

        :return: the row as superuser, the visitor still being ``env.user``; None when
            there is nothing, or nothing for this visitor
        """
        row = self._client_document(
            "client.contract.signature", signature_id, access_token
        )
        if not row or row.contract_id.id != contract_id:
            return None
        lang = row.signer_id.lang
        if lang and request.env.user._is_public():
            # who comes by the link reads what the mail with it was written in
            request.update_context(lang=lang)
            row = row.with_context(lang=lang)
        return row

    def _is_signer(self, row, access_token):
        """Tell whether the visitor is the person who was asked to sign.

        Who is signed in must be that person; who isn't has the personal link.
        """
        user = request.env.user
        if user._is_public():
            return bool(access_token)
        return user._is_portal() and user.partner_id == row.signer_id

    def _get_sign_url(self, row, access_token):
        """Return where the signature form sends the drawing.

        It names the document by its fingerprint: what was read is what is signed.
        """
        query = {"fingerprint": row.fingerprint}
        if access_token:
            query["access_token"] = access_token
        return f"{row._get_path()}/sign?{urlencode(query)}"

    # ------------------------------------------------------------
    # Page
    # ------------------------------------------------------------

    @http.route(PAGE, type="http", auth="public", website=True)
    def portal_signature(
        self, contract_id, signature_id, access_token=None, notice=None, **kw
    ):
        """Show the document, with the form to sign it."""
        row = self._get_signature(contract_id, signature_id, access_token)
        if not row:
            return request.redirect("/my")
        if self._is_signer(row, access_token) and row._get_status() == "requested":
            row._mark_viewed()
        return self._render_signature(row, access_token, notice=notice)

    def _render_signature(self, row, access_token, notice=None, **values):
        """Return the page.

        :param row: client.contract.signature as superuser
        :param str access_token: as in the address
        :param values: ``warning``, ``typed`` for the template
        """
        contract = row.contract_id
        status = row._get_status()
        is_signer = self._is_signer(row, access_token)
        query = self._get_token_query(access_token)
        document_url = f"{row._get_path()}/document{query}"
        page = self._prepare_portal_layout_values()
        page.update(
            page_name="client_signature",
            contract=contract,
            row=row,
            status=status,
            sentence=row._get_closed_sentence(),
            is_signer=is_signer,
            may_sign=is_signer and status == "requested",
            shows_document=status in SHOWN_STATES,
            is_stranger=request.env.user._is_public(),
            path=row._get_path(),
            query=query,
            sign_url=self._get_sign_url(row, access_token),
            document_url=document_url,
            mail_subject=quote(contract.name or ""),
            viewer_url=f"{PDF_VIEWER}?file={quote(document_url, safe='')}{PDF_LOOK}",
            notice=self._get_signature_notice(notice, row),
            warning="",
            typed={},
            no_breadcrumbs=request.env.user._is_public(),
        )
        page.update(values)
        return request.render("client_hub.portal_signature_page", page)

    def _get_signature_notice(self, name, row):
        """Return the sentence that follows the answer."""
        if name == "signed" and row.state == "signed":
            return request.env._(
                "Thank you! The contract is signed. Your copy is on its way to %s.",
                row.signer_id.email or "",
            )
        if name == "refused" and row.state == "refused":
            return request.env._("Thank you for telling us. We get in touch with you.")
        return ""

    @http.route(f"{PAGE}/document", type="http", auth="public", readonly=True)
    def portal_signature_document(
        self, contract_id, signature_id, access_token=None, download=None, **kw
    ):
        """Stream the PDF: the very bytes that are signed."""
        row = self._get_signature(contract_id, signature_id, access_token)
        if not row or row._get_status() not in SHOWN_STATES:
            raise NotFound()
        file_sudo = row._get_document_file()
        return self._stream_file(file_sudo, file_sudo.id, download)

    @http.route(f"{PAGE}/certificate", type="http", auth="public")
    def portal_signature_certificate(
        self, contract_id, signature_id, access_token=None, **kw
    ):
        """Give the certificate of a signature as PDF."""
        row = self._get_signature(contract_id, signature_id, access_token)
        if not row or row.state != "signed":
            raise NotFound()
        return self._show_report(
            model=row,
            report_type="pdf",
            report_ref="client_hub.action_report_client_contract_signature",
            download=True,
        )

    # ------------------------------------------------------------
    # Answer
    # ------------------------------------------------------------

    @http.route(f"{PAGE}/sign", type="jsonrpc", auth="public", methods=["POST"])
    def portal_signature_sign(
        self,
        contract_id,
        signature_id,
        name=None,
        signature=None,
        access_token=None,
        fingerprint=None,
    ):
        """Sign; called by Odoo's signature form.

        :return: what the form expects: ``error``, or where to go
        """
        # Odoo's form sends the drawing only: the rest is in its address
        arguments = request.httprequest.args
        access_token = access_token or arguments.get("access_token")
        fingerprint = fingerprint or arguments.get("fingerprint")
        row = self._get_signature(contract_id, signature_id, access_token)
        if not row:
            return {"error": request.env._("This link is not valid.")}
        done = {
            "force_refresh": True,
            "redirect_url": f"{row._get_path()}?notice=signed"
            + (f"&{urlencode({'access_token': access_token})}" if access_token else ""),
        }
        if not self._is_signer(row, access_token):
            return {
                "error": request.env._(
                    "Only %s can sign this contract.", row.signer_id.name
                )
            }
        if row.state == "signed":
            # a second click
            return done
        user = request.env.user
        try:
            with request.env.cr.savepoint():
                row._sign(
                    name,
                    signature,
                    fingerprint,
                    ip_address=request.httprequest.remote_addr,
                    user_agent=str(request.httprequest.user_agent),
                    signed_user_id=not user._is_public() and user.id,
                )
        except LockError:
            return {
                "error": request.env._(
                    "Your signature is being saved. Look again in a few seconds."
                )
            }
        except UserError as error:
            return {"error": str(error)}
        return done

    @http.route(
        f"{PAGE}/refuse", type="http", auth="public", website=True, methods=["POST"]
    )
    def portal_signature_refuse(
        self, contract_id, signature_id, access_token=None, reason=None, **kw
    ):
        """Refuse to sign, with the reason."""
        row = self._get_signature(contract_id, signature_id, access_token)
        if not row or not self._is_signer(row, access_token):
            return request.redirect("/my")
        try:
            # a second click finds it refused
            if row.state != "refused":
                with request.env.cr.savepoint():
                    row._refuse(reason)
        except (LockError, UserError) as error:
            row.invalidate_recordset()
            return self._render_signature(
                row, access_token, warning=str(error), typed={"reason": reason}
            )
        query = self._get_token_query(access_token)
        notice = f"{'&' if query else '?'}notice=refused"
        return request.redirect(f"{row._get_path()}{query}{notice}", code=303)
