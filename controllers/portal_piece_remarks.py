"""Remarks on a piece: ``/my/pieces/<id>/remark``, ``…/remark/<id>/reply``,
``…/remark/<id>/resolve``."""

from odoo.exceptions import LockError, UserError
from odoo.http import request, route

from .portal_client import is_record_id
from .portal_pieces import ClientPiecesPortal

REMARK_FIELDS = (
    "target",
    "body",
    "attachment_id",
    "page",
    "x",
    "y",
    "text_start",
    "text_end",
    "quote",
)


class ClientPieceRemarksPortal(ClientPiecesPortal):
    """Write a remark, answer one, say that it is done."""

    @route(
        "/my/pieces/<int:piece_id>/remark",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def portal_my_piece_remark(self, piece_id, **post):
        """Keep a remark on the version that the page showed."""
        piece_sudo = self._client_document("client.piece", piece_id)
        if not piece_sudo or not self._is_visitor_client():
            return request.redirect("/my")
        return self._remark(piece_sudo, self._piece_visit(piece_sudo), post)

    @route(
        "/my/pieces/<int:piece_id>/remark/<int:remark_id>/<any(reply,resolve):action>",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def portal_my_piece_remark_handle(self, piece_id, remark_id, action, **post):
        """Answer a remark, mark it as done or open it again."""
        piece_sudo = self._client_document("client.piece", piece_id)
        if not piece_sudo or not self._is_visitor_client():
            return request.redirect("/my")
        visit = self._piece_visit(piece_sudo)
        return self._handle_remark(piece_sudo, visit, remark_id, action, post)

    def _remark(self, piece_sudo, visit, post):
        """Keep a remark, or show the page with what is wrong with it."""
        version = piece_sudo._portal_versions().filtered(
            lambda row: str(row.id) == post.get("version_id")
        )
        remark = {name: post.get(name) for name in REMARK_FIELDS}

        def keep():
            if not version:
                raise UserError(request.env._("This version is not available."))
            version._portal_remark(visit.contact, remark)

        return self._try_remark(piece_sudo, visit, keep, post)

    def _handle_remark(self, piece_sudo, visit, remark_id, action, post):
        """Answer or resolve one of the remarks that the visitor sees."""
        versions = piece_sudo._portal_versions()
        # sudo: of the visitor's own piece; the methods called check the rest
        remark_sudo = piece_sudo.remark_ids.filtered(
            lambda row: row.id == remark_id and row.version_id in versions
        )

        def handle():
            if not remark_sudo:
                raise UserError(request.env._("This remark is not there any more."))
            if action == "reply":
                remark_sudo._portal_reply(visit.contact, post.get("body"))
            else:
                remark_sudo._portal_resolve(visit.contact, bool(post.get("resolved")))

        return self._try_remark(piece_sudo, visit, handle, post, remark_id)

    def _try_remark(self, piece_sudo, visit, act, post, remark_id=None):
        """Do something to a remark; on a refusal show the sentence beside it."""
        number = post.get("version") or None
        try:
            if warning := self._get_pace_warning(visit):
                raise UserError(warning)
            with request.env.cr.savepoint():
                act()
        except LockError:
            error = request.env._(
                "Somebody else is writing at this moment. Try again in a few seconds."
            )
        except UserError as refusal:
            error = str(refusal)
        else:
            query = f"?version={int(number)}" if is_record_id(str(number)) else ""
            return request.redirect(f"{visit.url}{query}#client_remarks", code=303)
        return self._render_piece(
            piece_sudo,
            visit,
            number=number,
            remark_error=error,
            remark_error_id=remark_id,
            typed_remark=post,
        )
