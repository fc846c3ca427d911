"""The client's requests.

``/my/jobs/<id>`` one of them, ``/my/jobs/<id>/file/<id>`` its files,
``/my/jobs/<id>/approve`` approve all pieces shown.
"""

from werkzeug.exceptions import NotFound

from odoo.exceptions import LockError, UserError
from odoo.http import request, route
from odoo.tools import groupby as groupbyelem

from odoo.addons.portal.controllers.portal import pager as portal_pager

from ..tools.uploads import readable_size
from .portal_client import is_record_id
from .portal_job_list import HISTORY, ClientJobListPortal

# Of the pieces, on one page.
SHOWN_PIECES = 24
# Of the history, before and after asking for all of it.
SHOWN_EVENTS = 8
MAX_EVENTS = 500
DECIDED_STATES = ("approved", "refused")


class ClientJobsPortal(ClientJobListPortal):
    """Pages of one request."""

    # ------------------------------------------------------------
    # One request
    # ------------------------------------------------------------

    @route(
        ["/my/jobs/<int:job_id>", "/my/jobs/<int:job_id>/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
    )
    def portal_my_job(self, job_id, page=1, notice=None, **kw):
        """Show a request; the visitor's own draft opens in the form."""
        job_sudo = self._client_document("client.job", job_id)
        if not job_sudo:
            return request.redirect("/my")
        if job_sudo.state == "draft" and self._is_own_draft(job_sudo):
            return request.redirect(f"/my/jobs/{job_id}/edit")
        values = self._prepare_portal_layout_values()
        values.update(
            self._prepare_job_page(job_sudo, page, kw.get("pieces")),
            page_name="client_job",
            object=job_sudo,
            notice=self._get_notice(notice),
            **self._client_neighbours(HISTORY, job_sudo),
        )
        return request.render("client_hub.portal_my_job", values)

    def _is_own_draft(self, job_sudo):
        """Tell whether the visitor may go on writing this request."""
        return (
            job_sudo.state == "draft"
            and job_sudo.origin == "portal"
            and job_sudo.requester_id == request.env.user.partner_id
            and self._is_visitor_client()
        )

    def _prepare_job_page(self, job_sudo, page=1, kind=None):
        """Return what the page of a request shows.

        :param int page: of its pieces
        :param kind: key of :meth:`_group_pieces`, as in the address
        """
        # as the visitor, not as superuser: the record rules choose
        pieces = request.env["client.piece"].search(
            [("job_id", "=", job_sudo.id), ("portal_state", "!=", "cancelled")],
            order="sequence, id",
        )
        # sudo: as below
        events = job_sudo._portal_events(pieces.sudo())
        is_all = request.httprequest.args.get("history") == "all"
        limit = MAX_EVENTS if is_all else SHOWN_EVENTS
        contact = request.env.user.partner_id
        waiting = pieces.filtered(lambda piece: piece._is_waiting_for(contact))
        return {
            "job": job_sudo,
            "status": job_sudo._portal_status(len(waiting)),
            **self._page_pieces(job_sudo, pieces, waiting, page, kind),
            "waiting": waiting.sudo(),  # sudo: as above
            "approvers": {
                piece.id: piece._get_next_approver(piece.current_version_id, contact)
                for piece in waiting.sudo()  # sudo: as above
            },
            "events": events[:limit],
            "has_more_events": len(events) > limit,
            "steps": job_sudo._portal_steps(len(waiting)),
            "answers": job_sudo._portal_answers(),
            "may_decide": self._is_visitor_client(),
            "manager": job_sudo._get_manager(),
            "readable_size": readable_size,
        }

    def _group_pieces(self, pieces, waiting):
        """Return the pieces of a request by who has to do something, in their order.

        :return: ``{key: (label, pieces)}``, without what is empty
        """
        decided = pieces.filtered(lambda row: row.portal_state in DECIDED_STATES)
        groups = {
            "waiting": (request.env._("Waiting for you"), waiting),
            "open": (request.env._("In progress"), pieces - waiting - decided),
            "decided": (request.env._("Decided"), decided),
        }
        return {key: group for key, group in groups.items() if group[1]}

    def _page_pieces(self, job_sudo, pieces, waiting, page, kind):
        """Return the pieces that one page shows, what waits for the visitor first."""
        if len(pieces) <= SHOWN_PIECES:
            # sudo: found by the visitor's own rules; the page also names their files
            # and authors
            return {"pieces": pieces.sudo(), "piece_groups": []}
        groups = self._group_pieces(pieces, waiting)
        chosen = groups[kind][1] if kind in groups else pieces.browse()
        if not chosen:
            kind = "all"
            chosen = chosen.union(*(rows for __, rows in groups.values()))
        url = f"/my/jobs/{job_sudo.id}"
        pager = portal_pager(
            url=url,
            url_args={"pieces": kind},
            total=len(chosen),
            page=page,
            step=SHOWN_PIECES,
        )
        first = pager["offset"]
        return {
            "pieces": chosen[first : first + SHOWN_PIECES].sudo(),  # sudo: as above
            "pager": pager,
            "piece_groups": [
                {
                    "label": label,
                    "count": len(rows),
                    "url": f"{url}?pieces={key}#pieces",
                    "is_shown": key == kind,
                }
                for key, (label, rows) in {
                    "all": (request.env._("All"), pieces),
                    **groups,
                }.items()
            ],
        }

    @route(
        "/my/jobs/<int:job_id>/file/<int:attachment_id>",
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def portal_my_job_file(self, job_id, attachment_id, download=None, **kw):
        """Stream a file of a request."""
        job_sudo = self._client_document("client.job", job_id)
        if not job_sudo:
            raise NotFound()
        return self._stream_file(job_sudo.file_ids, attachment_id, download)

    # ------------------------------------------------------------
    # Approve all
    # ------------------------------------------------------------

    @route(
        "/my/jobs/<int:job_id>/approve",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def portal_my_job_approve(self, job_id, **post):
        """Approve the versions that the page showed, each on its own."""
        job_sudo = self._client_document("client.job", job_id)
        if not job_sudo or not self._is_visitor_client():
            return request.redirect("/my")
        shown = {
            int(value)
            for value in request.httprequest.form.getlist("version_id")
            if is_record_id(value)
        }
        approvers = set(request.httprequest.form.getlist("approver_id"))
        approved, failures = self._approve_versions(job_sudo, shown, approvers)
        if failures:
            values = self._prepare_portal_layout_values()
            values.update(
                self._prepare_job_page(job_sudo),
                page_name="client_job",
                object=job_sudo,
                failures=failures,
                approved_count=approved,
            )
            return request.render("client_hub.portal_my_job", values)
        versions = job_sudo.piece_ids.current_version_id
        others = versions.filtered(
            lambda row: row.id in shown and row.piece_id.state == "awaiting_approval"
        )
        notice = "voted_all" if others else "approved_all"
        return request.redirect(f"/my/jobs/{job_id}?notice={notice}", code=303)

    def _approve_versions(self, job_sudo, shown, approvers):
        """Approve versions of a job's pieces.

        :param set shown: ids of the versions that the page showed
        :param set approvers: ids, as text, of those for whom the page asked
        :return: ``(count, sentences)``
        """
        contact = request.env.user.partner_id
        count, sentences = 0, []
        versions = job_sudo.piece_ids.version_ids.filtered(
            lambda version: version.id in shown
        )
        for piece, rows in groupbyelem(versions, lambda version: version.piece_id):
            version = max(rows, key=lambda row: row.number)
            if piece._has_decided(version, contact, "approved", approvers):
                continue  # a second click
            try:
                with request.env.cr.savepoint():
                    piece._portal_decide(version, contact, "approved")
                count += 1
            except LockError:
                sentences.append(
                    request.env._(
                        "“%(piece)s”: somebody else is deciding at this moment.",
                        piece=piece.name,
                    )
                )
            except UserError as error:
                sentences.append(str(error))
        return count, sentences

    # ------------------------------------------------------------
    # Notices
    # ------------------------------------------------------------

    def _get_notice(self, key):
        """Return the sentence that a redirect asked for, or False.

        :param str key: from the address, so only a key and never a text
        """
        return {
            "saved": request.env._(
                "The draft is saved. Only you see it until you send it."
            ),
            "discarded": request.env._("The draft was discarded."),
            "approved_all": request.env._("Thank you. All pieces shown are approved."),
            "voted_all": request.env._(
                "Thank you. Your votes are recorded. Some pieces wait for others who "
                "decide as well."
            ),
            "approved": request.env._("Thank you. The piece is approved."),
            "changes": request.env._(
                "Thank you. We work on the changes and come back to you."
            ),
            "refused": request.env._("The piece is refused. We come back to you."),
        }.get(key, False)
