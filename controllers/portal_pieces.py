"""The pieces that the client decides on.

``/my/pieces`` list, ``/my/pieces/<id>`` one of them, ``/my/pieces/<id>/file/<id>`` the
files of its versions, ``/my/pieces/<id>/decide`` the decision.
"""

import json
from typing import Any, NamedTuple

from markupsafe import Markup
from werkzeug.exceptions import NotFound

from odoo.exceptions import LockError, UserError
from odoo.fields import Domain
from odoo.http import request, route

from ..tools.differences import mark_differences
from ..tools.uploads import readable_size
from .portal_client import is_record_id
from .portal_jobs import ClientJobsPortal

HISTORY = "my_client_pieces_history"
DECISIONS = ("approved", "changes", "refused")
# What came of the decision that a page thanks for.
NOTICE_OF_STATE = {
    "approved": "approved",
    "changes_requested": "changes",
    "refused": "refused",
}
# Remarks and decisions of one person within a minute: more than anybody types.
PACE = 60


class PieceVisit(NamedTuple):
    """Who looks at a piece, and by which address."""

    # res.partner who speaks
    contact: Any
    # address of the piece's page for this visitor
    url: str
    # one of the client's people: may decide and remark
    is_client: bool
    # without a login, by a link and a code
    is_guest: bool = False


class ClientPiecesPortal(ClientJobsPortal):
    """Look at versions and decide."""

    _pieces_per_page = 20

    # ------------------------------------------------------------
    # List
    # ------------------------------------------------------------

    def _get_pieces_sortings(self):
        return {
            "waiting": {
                "label": request.env._("Waiting longest"),
                "order": "awaiting_date, id desc",
            },
            "deadline": {
                "label": request.env._("Deadline"),
                "order": "deadline, id desc",
            },
            "newest": {"label": request.env._("Newest"), "order": "id desc"},
        }

    def _get_pieces_filters(self):
        return {
            "waiting": {
                "label": request.env._("Waiting for you"),
                "domain": self._prepare_waiting_domain(),
            },
            "decided": {
                "label": request.env._("Decided"),
                "domain": Domain(
                    "portal_state", "in", ("approved", "changes_requested", "refused")
                ),
            },
            "all": {
                "label": request.env._("All"),
                # those of a draft are no more than an idea
                "domain": Domain("portal_state", "!=", "cancelled")
                & Domain("job_id.portal_state", "!=", "draft"),
            },
        }

    def _get_pieces_inputs(self):
        return {
            "piece": {"input": "piece", "label": request.env._("Search in pieces")},
            "request": {
                "input": "request",
                "label": request.env._("Search in requests"),
            },
        }

    def _get_pieces_search_domain(self, search_in, search):
        """Return the domain of what was typed into the search box."""
        if search_in == "piece":
            return Domain("name", "ilike", search)
        return Domain("job_id.name", "ilike", search) | Domain(
            "job_id.number", "ilike", search
        )

    @route(
        ["/my/pieces", "/my/pieces/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
    )
    def portal_my_pieces(self, page=1, **kw):
        """Show the pieces, by default those that wait for a decision."""
        Piece = request.env["client.piece"]
        if not Piece.has_access("read") or not self._has_jobs():
            return request.redirect("/my")
        pieces, shown = self._find_client_list(
            Piece,
            "/my/pieces",
            page,
            self._pieces_per_page,
            kw,
            sortings=self._get_pieces_sortings(),
            filters=self._get_pieces_filters(),
            inputs=self._get_pieces_inputs(),
            domain=Domain.TRUE,
            get_search_domain=self._get_pieces_search_domain,
        )
        # sudo: the visitor has just been given these pieces; names of their jobs
        pieces_sudo = pieces.sudo()
        open_ids = [piece.id for piece in pieces_sudo if piece._is_open_to_client()]
        self._remember_list(HISTORY, open_ids)
        values = self._prepare_portal_layout_values()
        values.update(shown, page_name="client_pieces", pieces=pieces_sudo)
        return request.render("client_hub.portal_my_pieces", values)

    # ------------------------------------------------------------
    # One piece
    # ------------------------------------------------------------

    def _piece_visit(self, piece_sudo):
        """Return who looks at a piece, as one who has signed in."""
        return PieceVisit(
            contact=request.env.user.partner_id,
            url=f"/my/pieces/{piece_sudo.id}",
            is_client=self._is_visitor_client(),
        )

    @route("/my/pieces/<int:piece_id>", type="http", auth="user", website=True)
    def portal_my_piece(self, piece_id, version=None, notice=None, compare=None, **kw):
        """Show a piece as it was sent, with the form to decide."""
        piece_sudo = self._client_document("client.piece", piece_id)
        if not piece_sudo:
            return request.redirect("/my")
        if not piece_sudo.current_version_id:
            return request.redirect(f"/my/jobs/{piece_sudo.job_id.id}")
        return self._render_piece(
            piece_sudo,
            self._piece_visit(piece_sudo),
            number=version,
            compare=compare,
            notice=self._get_piece_notice(piece_sudo, notice),
        )

    def _get_piece_notice(self, piece_sudo, key):
        """Return what a decision came to: one of several is not the last word.

        :param str key: from the address
        """
        if key not in DECISIONS:
            return self._get_notice(key)
        if piece_sudo.state == "awaiting_approval":
            version = piece_sudo.current_version_id
            waiting = piece_sudo._get_undecided(version).partner_id
            if version.decision_ids and waiting:
                return request.env._(
                    "Thank you. Your vote is recorded; waiting for %(names)s.",
                    names=", ".join(waiting.mapped("name")),
                )
        return self._get_notice(NOTICE_OF_STATE.get(piece_sudo.state, key))

    def _render_piece(self, piece_sudo, visit, number=None, compare=None, **values):
        """Return the page of a piece.

        :param PieceVisit visit: who looks
        :param number: of the version to show; by default the last one sent
        :param compare: number of a version to show beside it
        :param values: ``notice``, ``errors``, ``warning``, ``typed`` for the template
        """
        versions = piece_sudo._portal_versions()
        version = self._pick_version(versions, number) or versions[:1]
        other = self._pick_version(versions - version, compare)
        remarks = self._find_remarks(version, visit)
        decisions = self._find_decisions(piece_sudo, visit)
        is_current = version == versions[:1]
        is_waiting = piece_sudo.state == "awaiting_approval" and is_current
        may_remark = is_waiting and visit.is_client
        hindrance = is_waiting and piece_sudo._get_hindrance(version, visit.contact)
        page = self._prepare_portal_layout_values()
        page.update(
            page_name="client_piece",
            object=piece_sudo,
            piece=piece_sudo,
            job=piece_sudo.job_id,
            visit=visit,
            base_url=f"{visit.url}/file/",
            status=piece_sudo._portal_status(),
            versions=versions,
            version=version,
            is_current=is_current,
            shown=self._sort_version_files(version),
            text_html=self._mark_text(version, remarks),
            remarks=remarks,
            places={row.id: version._get_remark_place(row) for row in remarks},
            decisions=decisions,
            may_remark=may_remark,
            may_decide=may_remark and not hindrance,
            hindrance=may_remark and hindrance,
            approver=piece_sudo._get_next_approver(version, visit.contact),
            extra_price=piece_sudo._get_extra_price(),
            sees_job=self._sees_job(piece_sudo, visit),
            next_piece=self._get_next_waiting(
                piece_sudo, visit, may_remark and not hindrance
            ),
            errors={},
            typed={},
            dumps=json.dumps,
            readable_size=readable_size,
            **self._compare_versions(version, other),
            **self._client_neighbours(HISTORY, piece_sudo),
        )
        page.update(values)
        return request.render("client_hub.portal_my_piece", page)

    def _sees_job(self, piece_sudo, visit):
        """Tell whether the job is a link: an approver may see only the piece."""
        job = request.env["client.job"].browse(piece_sudo.job_id.id)
        return not visit.is_guest and job.has_access("read")

    def _pick_version(self, versions, number):
        """Return the version with a number that came with the address, or none."""
        return versions.filtered(lambda row: str(row.number) == str(number))

    def _find_remarks(self, version_sudo, visit):
        """Return the remarks that a page of the version shows, as superuser."""
        domain = version_sudo._get_remarks_domain()
        domain &= Domain("is_internal", "=", False)
        domain &= Domain("version_id.sent_date", "!=", False)
        Remark = request.env["client.piece.remark"]
        if visit.is_guest:
            # sudo: a guest has proved to be the invited contact; the domain leaves
            # out what is internal
            Remark = Remark.sudo()
        # sudo: found by the visitor's own rules; names of authors
        return Remark.search(domain, order="number, id").sudo()

    def _find_decisions(self, piece_sudo, visit):
        """Return the decisions on a piece, as superuser."""
        Decision = request.env["client.piece.decision"]
        if visit.is_guest:
            Decision = Decision.sudo()  # sudo: as for remarks
        # sudo: found by the visitor's own rules; names of authors
        return Decision.search([("piece_id", "=", piece_sudo.id)]).sudo()

    def _mark_text(self, version_sudo, remarks):
        """Return the text with the words that remarks are about marked."""
        mark = Markup('<mark class="o_client_words" data-numbers="%s">%s</mark>')
        return Markup("").join(
            mark % (" ".join(map(str, numbers)), text) if numbers else text
            for text, numbers in version_sudo._get_text_parts(remarks)
        )

    def _compare_versions(self, version_sudo, other_sudo):
        """Return what the page shows of a second version, older one first."""
        if not other_sudo:
            return {"compared": None}
        older, newer = (version_sudo | other_sudo).sorted("number")
        old_html, new_html = mark_differences(
            older.body_text or "", newer.body_text or ""
        )
        return {
            "compared": [
                {
                    "version": row,
                    "shown": self._sort_version_files(row),
                    "text_html": html,
                }
                for row, html in ((older, old_html), (newer, new_html))
            ]
        }

    def _sort_version_files(self, version_sudo):
        """Return the files of a version by the way they are shown."""
        shown = {
            "images": [],
            "videos": [],
            "documents": [],
            "others": [],
            "previews": version_sudo._get_previews() if version_sudo else {},
        }
        for file in version_sudo.attachment_ids.sorted("id"):
            mimetype = file.mimetype or ""
            if mimetype.startswith("image/"):
                shown["images"].append(file)
            elif mimetype.startswith("video/"):
                shown["videos"].append(file)
            elif mimetype == "application/pdf":
                shown["documents"].append(file)
            else:
                shown["others"].append(file)
        return shown

    def _get_next_waiting(self, piece, visit, may_decide):
        """Return the next piece that waits for the visitor, of the same job first."""
        if may_decide or visit.is_guest:
            return None
        pieces = request.env["client.piece"].search(
            self._prepare_waiting_domain() & Domain("id", "!=", piece.id),
            order="awaiting_date, id",
            limit=50,
        )
        same = pieces.filtered(lambda other: other.job_id.id == piece.job_id.id)
        return (same or pieces)[:1].sudo()  # sudo: the name of its job

    @route(
        "/my/pieces/<int:piece_id>/file/<int:attachment_id>",
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def portal_my_piece_file(
        self, piece_id, attachment_id, download=None, page=None, **kw
    ):
        """Stream a file of a version that was sent, or the picture of a page."""
        piece_sudo = self._client_document("client.piece", piece_id)
        if not piece_sudo:
            raise NotFound()
        return self._stream_piece_file(piece_sudo, attachment_id, download, page, **kw)

    def _stream_piece_file(
        self, piece_sudo, attachment_id, download=None, page=None, small=None, **kw
    ):
        """Stream a file, or the picture of a page if there is one.

        :param page: number of the page, 1 for images and films; None for the file
        :param small: truthy for a picture that fits into a list
        """
        files = piece_sudo._portal_version_files()
        if is_record_id(str(page)):
            preview_sudo = piece_sudo._portal_preview(files, attachment_id, int(page))
            if preview_sudo:
                return self._stream_preview(preview_sudo, small)
        return self._stream_file(files, attachment_id, download)

    @route(
        "/my/pieces/<int:piece_id>/certificate", type="http", auth="user", website=True
    )
    def portal_my_piece_certificate(self, piece_id, **kw):
        """Hand out the certificate of what was decided."""
        piece_sudo = self._client_document("client.piece", piece_id)
        if not piece_sudo:
            return request.redirect("/my")
        return self._certificate(piece_sudo)

    def _certificate(self, piece_sudo):
        """Return the certificate as a PDF.

        :raise NotFound: nothing was decided yet
        """
        if not piece_sudo.decision_ids:
            raise NotFound()
        return self._show_report(
            model=piece_sudo,
            report_type="pdf",
            report_ref="client_hub.action_report_client_piece_approval",
            download=True,
        )

    # ------------------------------------------------------------
    # Decision
    # ------------------------------------------------------------

    @route(
        "/my/pieces/<int:piece_id>/decide",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def portal_my_piece_decide(self, piece_id, **post):
        """Record the decision on the version that the page showed."""
        piece_sudo = self._client_document("client.piece", piece_id)
        if not piece_sudo or not self._is_visitor_client():
            return request.redirect("/my")
        if not piece_sudo.current_version_id:
            return request.redirect(f"/my/jobs/{piece_sudo.job_id.id}")
        return self._decide(piece_sudo, self._piece_visit(piece_sudo), post)

    def _decide(self, piece_sudo, visit, post):
        """Record a decision, or show the page with what is missing."""
        versions = piece_sudo._portal_versions()
        version = versions.filtered(lambda row: str(row.id) == post.get("version_id"))
        decision = post.get("decision")
        if decision in DECISIONS and piece_sudo._has_decided(
            version, visit.contact, decision, {str(post.get("approver_id"))}
        ):
            return self._redirect_piece(visit, decision)
        errors = self._check_decision_form(piece_sudo, version, visit, post)
        warning = self._get_pace_warning(visit)
        if not errors and not warning:
            try:
                with request.env.cr.savepoint():
                    channel = "link" if visit.is_guest else "portal"
                    piece_sudo.with_context(
                        client_decision_channel=channel
                    )._portal_decide(
                        version,
                        visit.contact,
                        decision,
                        comment=post.get("comment") or "",
                        remarks=self._read_remarks(piece_sudo, post),
                        agreed_price=post.get("agreed_price"),
                    )
                return self._redirect_piece(visit, decision)
            except LockError:
                warning = request.env._(
                    "Somebody else is deciding on this piece at this moment. Look "
                    "again in a few seconds."
                )
            except UserError as error:
                warning = str(error)
        return self._render_piece(
            piece_sudo, visit, warning=warning, errors=errors, typed=post
        )

    def _get_pace_warning(self, visit):
        """Count what a person writes; return a sentence if it is too much."""
        if self._is_too_often("piece", PACE, visitor=visit.contact.id):
            return request.env._(
                "That was too much at once. Please wait a minute and try again."
            )
        return False

    def _redirect_piece(self, visit, notice, anchor=""):
        return request.redirect(f"{visit.url}?notice={notice}{anchor}", code=303)

    def _check_decision_form(self, piece_sudo, version, visit, post):
        """Return errors beside their fields as ``{field: sentence}``."""
        decision = post.get("decision")
        if decision not in DECISIONS:
            return {
                "decision": request.env._(
                    "Choose to approve, to ask for changes or to refuse."
                )
            }
        if not version:
            return {
                "decision": request.env._(
                    "This version is not available. Look again below."
                )
            }
        if decision == "changes" and piece_sudo._get_extra_price():
            if not post.get("agreed_price"):
                return {
                    "agreed_price": request.env._(
                        "Please agree to the price of this round first."
                    )
                }
        written = (
            (post.get("comment") or "").strip()
            or self._read_remarks(piece_sudo, post)
            or version._has_remarks_of(visit.contact)
        )
        if decision == "changes" and not written:
            return {"comment": request.env._("Write what should change.")}
        if decision == "refused" and not written:
            return {
                "comment": request.env._(
                    "Write why you refuse, so that we can learn from it."
                )
            }
        return {}

    def _read_remarks(self, piece_sudo, post):
        """Return the remarks typed into their own boxes."""
        if piece_sudo.kind != "social":
            return []
        remarks = []
        for target in ("layout", "text"):
            body = (post.get(f"remark_{target}") or "").strip()
            if body:
                remarks.append({"target": target, "body": body})
        return remarks
