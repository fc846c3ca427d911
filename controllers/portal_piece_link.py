"""A piece without a login: ``/pieces/<token>``, ``…/code``, ``…/verify``, and what a
piece's page offers below it."""

from datetime import timedelta

from werkzeug.exceptions import NotFound

from odoo import fields
from odoo.exceptions import UserError
from odoo.http import request, route

from .portal_piece_remarks import ClientPieceRemarksPortal
from .portal_pieces import PieceVisit

SESSION_KEY = "client_piece_links"
# Requests of one address within a minute before a code was typed: tokens are guessed
# in vain, but not without end.
GATE_PACE = 30
# How long a code opens the link in the browser that it was typed in.
SESSION_HOURS = 12


class ClientPieceLinkPortal(ClientPieceRemarksPortal):
    """The link of a mail, opened by a code that goes to the invited address."""

    # ------------------------------------------------------------
    # Gate
    # ------------------------------------------------------------

    def _find_link(self, token):
        """Return a link that opens something for this visitor, as superuser."""
        invited_sudo = request.env["client.piece.link"]._find(token)
        link_sudo = invited_sudo.filtered(lambda link: link._is_valid())
        if link_sudo and request.env["client.wall"]._portal_voids_token(
            link_sudo.piece_id
        ):
            # signed in as somebody of another client: not the one invited
            return link_sudo.browse()
        if invited_sudo and request.env.user._is_public():
            # the page is in the words and at the hours of whoever was invited, also
            # when it only says that the link is closed
            contact = invited_sudo.partner_id
            company = invited_sudo.company_id
            context = {"tz": contact.tz or company.partner_id.tz or "UTC"}
            if contact.lang:
                context["lang"] = contact.lang
            request.update_context(**context)
            link_sudo = link_sudo.with_context(**context)
        return link_sudo

    def _is_verified(self, link_sudo):
        """Tell whether this browser has typed the code of the link."""
        opened = request.session.get(SESSION_KEY) or {}
        until = opened.get(str(link_sudo.id))
        return bool(until) and until > fields.Datetime.to_string(fields.Datetime.now())

    def _open_piece(self, token):
        """Return piece and visit of a link whose code was typed; else twice None.

        The only way of the routes below to a piece.
        """
        link_sudo = self._find_link(token)
        if not link_sudo or not self._is_verified(link_sudo):
            return None, None
        return link_sudo.piece_id, PieceVisit(
            contact=link_sudo.partner_id,
            url=f"/pieces/{token}",
            is_client=True,
            is_guest=True,
        )

    def _close(self, response):
        """Keep the secret of the address out of other sites, caches and engines."""
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    def _render_gate(self, token, link_sudo, **values):
        """Return the page that asks for the code, or says that the link is closed."""
        values.setdefault("sent", link_sudo and link_sudo._is_code_sent())
        is_too_often = self._is_too_often("piece_link", GATE_PACE)
        values.update(
            token=token,
            link=link_sudo,
            is_too_often=is_too_often,
            email=link_sudo and link_sudo._get_masked_email(),
            page_name="client_piece_link",
            no_breadcrumbs=True,
        )
        page = self._prepare_portal_layout_values()
        page.update(values)
        response = request.render("client_hub.portal_piece_link", page)
        if is_too_often:
            response.status_code = 429
            response.headers["Retry-After"] = "60"
        elif not link_sudo:
            response.status_code = 404
        return self._close(response)

    # ------------------------------------------------------------
    # Code
    # ------------------------------------------------------------

    @route("/pieces/<string:token>", type="http", auth="public", website=True)
    def piece_link(self, token, version=None, notice=None, compare=None, **kw):
        """Show the piece, or ask for the code first."""
        piece_sudo, visit = self._open_piece(token)
        if not piece_sudo:
            return self._render_gate(token, self._find_link(token))
        response = self._render_piece(
            piece_sudo,
            visit,
            number=version,
            compare=compare,
            notice=self._get_piece_notice(piece_sudo, notice),
        )
        return self._close(response)

    @route(
        "/pieces/<string:token>/code",
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
    )
    def piece_link_code(self, token, **post):
        """Send a code to the invited address."""
        link_sudo = self._find_link(token)
        if not link_sudo:
            return self._render_gate(token, link_sudo)
        try:
            link_sudo._send_code()
        except UserError as error:
            return self._render_gate(token, link_sudo, sent=True, error=str(error))
        return self._render_gate(token, link_sudo, sent=True)

    @route(
        "/pieces/<string:token>/verify",
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
    )
    def piece_link_verify(self, token, code="", **post):
        """Open the link in this browser, if the code is right."""
        link_sudo = self._find_link(token)
        if not link_sudo:
            return self._render_gate(token, link_sudo)
        if self._is_verified(link_sudo):
            # a second click
            return self._close(request.redirect(f"/pieces/{token}", code=303))
        try:
            is_right = link_sudo._check_code(code)
        except UserError as error:
            return self._render_gate(token, link_sudo, error=str(error))
        if not is_right:
            return self._render_gate(
                token,
                link_sudo,
                sent=True,
                error=request.env._("This code is not right. Please look again."),
            )
        until = fields.Datetime.now() + timedelta(hours=SESSION_HOURS)
        opened = dict(request.session.get(SESSION_KEY) or {})
        opened[str(link_sudo.id)] = fields.Datetime.to_string(until)
        request.session[SESSION_KEY] = opened
        return self._close(request.redirect(f"/pieces/{token}", code=303))

    # ------------------------------------------------------------
    # The piece
    # ------------------------------------------------------------

    @route(
        "/pieces/<string:token>/file/<int:attachment_id>",
        type="http",
        auth="public",
        website=True,
        readonly=True,
    )
    def piece_link_file(self, token, attachment_id, **kw):
        """Stream a file of a version that was sent, or the picture of a page."""
        piece_sudo, __ = self._open_piece(token)
        if not piece_sudo:
            raise NotFound()
        return self._stream_piece_file(piece_sudo, attachment_id, **kw)

    @route(
        "/pieces/<string:token>/<any(decide,remark):action>",
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
    )
    def piece_link_act(self, token, action, **post):
        """Decide on the piece, or remark on it."""
        piece_sudo, visit = self._open_piece(token)
        if not piece_sudo:
            return request.redirect(f"/pieces/{token}")
        act = self._decide if action == "decide" else self._remark
        return self._close(act(piece_sudo, visit, post))

    @route(
        "/pieces/<string:token>/remark/<int:remark_id>/<any(reply,resolve):action>",
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
    )
    def piece_link_remark(self, token, remark_id, action, **post):
        """Answer a remark, mark it as done or open it again."""
        piece_sudo, visit = self._open_piece(token)
        if not piece_sudo:
            return request.redirect(f"/pieces/{token}")
        return self._close(
            self._handle_remark(piece_sudo, visit, remark_id, action, post)
        )

    @route(
        "/pieces/<string:token>/certificate",
        type="http",
        auth="public",
        website=True,
    )
    def piece_link_certificate(self, token, **kw):
        """Hand out the certificate of what was decided."""
        piece_sudo, visit = self._open_piece(token)
        if not piece_sudo:
            raise NotFound()
        # addresses of the other approvers are for those with a login
        request.update_context(client_certificate_names=True)
        return self._close(self._certificate(piece_sudo))
