"""The pieces that the client decides on.

``/my/pieces`` list, ``/my/pieces/<id>`` one of them, ``/my/pieces/<id>/file/<id>`` the
files of its versions, ``/my/pieces/<id>/decide`` the decision.
"""

from werkzeug.exceptions import NotFound

from odoo.exceptions import LockError, UserError
from odoo.fields import Domain
from odoo.http import request, route
from odoo.tools import human_size

from .portal_jobs import ClientJobsPortal

HISTORY = "my_client_pieces_history"
DECISIONS = ("approved", "changes", "refused")


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
                "domain": Domain("portal_state", "!=", "cancelled"),
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

    @route("/my/pieces/<int:piece_id>", type="http", auth="user", website=True)
    def portal_my_piece(self, piece_id, version=None, notice=None, **kw):
        """Show a piece as it was sent, with the form to decide."""
        piece_sudo = self._client_document("client.piece", piece_id)
        if not piece_sudo:
            return request.redirect("/my")
        if not piece_sudo.current_version_id:
            return request.redirect(f"/my/jobs/{piece_sudo.job_id.id}")
        return self._render_piece(
            piece_sudo, number=version, notice=self._get_notice(notice)
        )

    def _render_piece(self, piece_sudo, number=None, **values):
        """Return the page of a piece.

        :param number: of the version to show; by default the last one sent
        :param values: ``notice``, ``errors``, ``warning``, ``typed`` for the template
        """
        versions = piece_sudo._portal_versions()
        version = versions.filtered(lambda row: str(row.number) == str(number))
        version = version or versions[:1]
        # as the visitor, not as superuser: internal remarks stay out by their rule
        remarks = request.env["client.piece.remark"].search(
            [("version_id", "=", version.id)], order="id"
        )
        decisions = request.env["client.piece.decision"].search(
            [("piece_id", "=", piece_sudo.id)]
        )
        is_current = version == versions[:1]
        is_waiting = piece_sudo.state == "awaiting_approval" and is_current
        page = self._prepare_portal_layout_values()
        page.update(
            page_name="client_piece",
            object=piece_sudo,
            piece=piece_sudo,
            job=piece_sudo.job_id,
            status=piece_sudo._portal_status(),
            versions=versions,
            version=version,
            is_current=is_current,
            **self._sort_version_files(version),
            # sudo: found by the visitor's own rules above; names of authors
            remarks=remarks.sudo(),
            decisions=decisions.sudo(),  # sudo: as above
            may_decide=is_waiting and self._is_visitor_client(),
            next_piece=self._get_next_waiting(piece_sudo) if not is_waiting else None,
            errors={},
            typed={},
            human_size=human_size,
            **self._client_neighbours(HISTORY, piece_sudo),
        )
        page.update(values)
        return request.render("client_hub.portal_my_piece", page)

    def _sort_version_files(self, version_sudo):
        """Return the files of a version by the way they are shown."""
        shown = {"images": [], "videos": [], "documents": [], "others": []}
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

    def _get_next_waiting(self, piece):
        """Return the next piece that waits for the visitor, of the same job first."""
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
        self, piece_id, attachment_id, download=None, width=0, **kw
    ):
        """Stream a file of a version that was sent."""
        piece_sudo = self._client_document("client.piece", piece_id)
        if not piece_sudo:
            raise NotFound()
        width = int(width) if str(width).isdecimal() else 0
        return self._stream_file(
            piece_sudo._portal_version_files(),
            attachment_id,
            download,
            width=min(width, 1920),
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
        versions = piece_sudo._portal_versions()
        if not versions:
            return request.redirect(f"/my/jobs/{piece_sudo.job_id.id}")
        version = versions.filtered(lambda row: str(row.id) == post.get("version_id"))
        decision = post.get("decision")
        if decision in DECISIONS and self._is_decided(version, decision):
            return self._redirect_decided(piece_sudo, decision)
        errors = self._check_decision_form(piece_sudo, version, decision, post)
        warning = False
        if not errors:
            try:
                with request.env.cr.savepoint():
                    piece_sudo._portal_decide(
                        version,
                        request.env.user.partner_id,
                        decision,
                        comment=post.get("comment") or "",
                        remarks=self._read_remarks(piece_sudo, post),
                    )
                return self._redirect_decided(piece_sudo, decision)
            except LockError:
                warning = request.env._(
                    "Somebody else is deciding on this piece at this moment. Look "
                    "again in a few seconds."
                )
            except UserError as error:
                warning = str(error)
        return self._render_piece(
            piece_sudo, warning=warning, errors=errors, typed=post
        )

    def _redirect_decided(self, piece_sudo, decision):
        return request.redirect(
            f"/my/pieces/{piece_sudo.id}?notice={decision}", code=303
        )

    def _is_decided(self, version, decision):
        """Tell whether the visitor has already decided just this: a second click."""
        last = version.decision_ids.sorted("id")[-1:]
        return (
            last.decision == decision
            and last.author_id == request.env.user.partner_id
            and version.piece_id.state != "awaiting_approval"
        )

    def _check_decision_form(self, piece_sudo, version, decision, post):
        """Return errors beside their fields as ``{field: sentence}``."""
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
        written = (post.get("comment") or "").strip() or self._read_remarks(
            piece_sudo, post
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
