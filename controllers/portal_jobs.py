"""The client's requests.

``/my/jobs`` list, ``/my/jobs/<id>`` one of them, ``/my/jobs/<id>/file/<id>`` its files,
``/my/jobs/<id>/approve`` approve all pieces shown.
"""

from werkzeug.exceptions import NotFound

from odoo.exceptions import LockError, UserError
from odoo.fields import Domain
from odoo.http import request, route
from odoo.tools import groupby as groupbyelem
from odoo.tools import human_size

from .portal_client import ClientHubPortal

HISTORY = "my_client_jobs_history"
# Pieces shown above the list; the rest is one click away.
MAX_WAITING = 6
MAX_DECISIONS = 60
CLOSED_STATES = ("done", "refused", "cancelled")


class ClientJobsPortal(ClientHubPortal):
    """Pages that show requests."""

    _jobs_per_page = 20

    # ------------------------------------------------------------
    # Home
    # ------------------------------------------------------------

    def _prepare_portal_layout_values(self):
        values = super()._prepare_portal_layout_values()
        values["is_client_visitor"] = self._is_visitor_client()
        values["has_client_jobs"] = self._has_jobs()
        # screen readers choose the voice by it; Odoo sets it only with a website
        values["html_data"] = {"lang": (request.env.lang or "en").replace("_", "-")}
        return values

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "client_job_count" in counters:
            # an empty badge is hidden; the card itself always shows
            values["client_job_count"] = self._count_waiting_jobs() or ""
        if "client_piece_count" in counters:
            values["client_piece_count"] = self._count_waiting_pieces()
        return values

    def _has_jobs(self):
        """Tell whether requests and pieces are switched on at all."""
        return request.env.user._has_client_feature("jobs")

    def _count_waiting_jobs(self):
        """Return how many requests wait for the visitor."""
        Job = request.env["client.job"]
        if not Job.has_access("read") or not self._has_jobs():
            return 0
        waiting = self._get_jobs_filters()["waiting"]["domain"]
        return Job.search_count(self._prepare_jobs_domain() & waiting)

    def _count_waiting_pieces(self):
        """Return how many pieces wait for the visitor's decision."""
        Piece = request.env["client.piece"]
        if not Piece.has_access("read") or not self._has_jobs():
            return 0
        return Piece.search_count(self._prepare_waiting_domain())

    def _prepare_jobs_domain(self):
        """Return the domain of the list; the record rules do the rest."""
        domain = Domain("portal_state", "!=", "draft")
        if self._is_visitor_client():
            return domain | Domain("requester_id", "=", request.env.user.partner_id.id)
        return domain

    def _prepare_waiting_domain(self):
        """Return the domain of the pieces that wait for the visitor's decision."""
        contact = request.env.user.partner_id
        asked = Domain("is_asked", "=", True) & (
            Domain("partner_id", "=", contact.id) | Domain("deputy_id", "=", contact.id)
        )
        return Domain("portal_state", "=", "awaiting_approval") & (
            Domain("approver_ids", "=", False) | Domain("approver_ids", "any", asked)
        )

    def _may_open_jobs(self):
        """Tell whether the visitor may open a request."""
        return (
            self._has_jobs()
            and self._is_visitor_client()
            and bool(self._get_request_clients())
        )

    def _get_request_clients(self):
        """Return the clients for which the visitor may open a request."""
        contact = request.env.user.partner_id
        return contact._portal_job_clients().filtered(
            lambda client: client.is_client and client.client_status == "active"
        )

    # ------------------------------------------------------------
    # List
    # ------------------------------------------------------------

    def _get_jobs_sortings(self):
        return {
            "newest": {"label": request.env._("Newest"), "order": "id desc"},
            "deadline": {
                "label": request.env._("Deadline"),
                "order": "deadline, id desc",
            },
            "title": {"label": request.env._("Title"), "order": "name, id desc"},
            "progress": {
                "label": request.env._("Progress"),
                "order": "progress desc, id desc",
            },
        }

    def _get_jobs_filters(self):
        waiting = Domain("piece_ids.portal_state", "=", "awaiting_approval")
        return {
            "all": {"label": request.env._("All"), "domain": Domain.TRUE},
            "waiting": {
                "label": request.env._("Waiting for you"),
                "domain": waiting | Domain("portal_state", "=", "draft"),
            },
            "open": {
                "label": request.env._("Open"),
                "domain": Domain("portal_state", "not in", CLOSED_STATES),
            },
            "closed": {
                "label": request.env._("Closed"),
                "domain": Domain("portal_state", "in", CLOSED_STATES),
            },
        }

    def _get_jobs_inputs(self):
        return {
            "request": {
                "input": "request",
                "label": request.env._("Search in title and number"),
            },
            "campaign": {
                "input": "campaign",
                "label": request.env._("Search in campaigns"),
            },
            "piece": {"input": "piece", "label": request.env._("Search in pieces")},
        }

    def _get_jobs_search_domain(self, search_in, search):
        """Return the domain of what was typed into the search box."""
        if search_in == "piece":
            return Domain("piece_ids.name", "ilike", search)
        if search_in == "campaign":
            return Domain("campaign", "ilike", search)
        return Domain("name", "ilike", search) | Domain("number", "ilike", search)

    @route(
        ["/my/jobs", "/my/jobs/page/<int:page>"], type="http", auth="user", website=True
    )
    def portal_my_jobs(self, page=1, **kw):
        """Show the requests, with the pieces that wait for a decision on top."""
        Job = request.env["client.job"]
        if not Job.has_access("read") or not self._has_jobs():
            return request.redirect("/my")
        jobs, shown = self._find_client_list(
            Job,
            "/my/jobs",
            page,
            self._jobs_per_page,
            kw,
            sortings=self._get_jobs_sortings(),
            filters=self._get_jobs_filters(),
            inputs=self._get_jobs_inputs(),
            domain=self._prepare_jobs_domain(),
            get_search_domain=self._get_jobs_search_domain,
        )
        self._remember_list(HISTORY, jobs.ids)
        is_first = not (shown["search"] or shown["filterby"] != "all" or page > 1)
        values = self._prepare_portal_layout_values()
        values.update(self._prepare_jobs_page(jobs, is_first))
        values.update(
            shown,
            page_name="client_jobs",
            may_open=self._may_open_jobs(),
            notice=self._get_notice(kw.get("notice")),
        )
        return request.render("client_hub.portal_my_jobs", values)

    def _prepare_jobs_page(self, jobs, with_waiting):
        """Return what the list shows beside its jobs, with one query for each thing.

        :param jobs: client.job of this page
        :param bool with_waiting: show the pieces to decide as well
        """
        Piece = request.env["client.piece"]
        counts = dict(
            Piece._read_group(
                self._prepare_waiting_domain() & Domain("job_id", "in", jobs.ids),
                ["job_id"],
                ["__count"],
            )
        )
        # sudo: names of the clients of jobs that the visitor has just been given
        jobs_sudo = jobs.sudo()
        values = {
            "jobs": jobs_sudo,
            "waiting_counts": {job.id: count for job, count in counts.items()},
            "show_client": len(jobs_sudo.client_id) > 1,
            "waiting_pieces": Piece,
            "waiting_total": 0,
        }
        if with_waiting:
            pieces = Piece.search(
                self._prepare_waiting_domain(),
                order="awaiting_date, id",
                limit=MAX_WAITING + 1,
            )
            total = len(pieces)
            if total > MAX_WAITING:
                total = Piece.search_count(self._prepare_waiting_domain())
            values["waiting_total"] = total
            # sudo: as above; only the sent version of each is shown
            values["waiting_pieces"] = pieces[:MAX_WAITING].sudo()
        return values

    # ------------------------------------------------------------
    # One request
    # ------------------------------------------------------------

    @route("/my/jobs/<int:job_id>", type="http", auth="user", website=True)
    def portal_my_job(self, job_id, notice=None, **kw):
        """Show a request; the visitor's own draft opens in the form."""
        job_sudo = self._client_document("client.job", job_id)
        if not job_sudo:
            return request.redirect("/my")
        if job_sudo.state == "draft" and self._is_own_draft(job_sudo):
            return request.redirect(f"/my/jobs/{job_id}/edit")
        values = self._prepare_portal_layout_values()
        values.update(
            self._prepare_job_page(job_sudo),
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

    def _prepare_job_page(self, job_sudo):
        """Return what the page of a request shows."""
        # as the visitor, not as superuser: the record rules choose
        pieces = request.env["client.piece"].search(
            [("job_id", "=", job_sudo.id), ("portal_state", "!=", "cancelled")],
            order="sequence, id",
        )
        contact = request.env.user.partner_id
        waiting = pieces.filtered(lambda piece: piece._is_waiting_for(contact))
        decisions = request.env["client.piece.decision"].search(
            [("piece_id.job_id", "=", job_sudo.id)], limit=MAX_DECISIONS
        )
        return {
            "job": job_sudo,
            "status": job_sudo._portal_status(len(waiting)),
            # sudo: found by the visitor's own rules above; the page also names their
            # files and authors
            "pieces": pieces.sudo(),
            "waiting": waiting.sudo(),  # sudo: as above
            "decisions": decisions.sudo(),  # sudo: as above
            "answers": job_sudo._portal_answers(),
            "may_decide": self._is_visitor_client(),
            "manager": job_sudo._get_manager(),
            "human_size": human_size,
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
            if value.isdecimal()
        }
        approved, failures = self._approve_versions(job_sudo, shown)
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
        return request.redirect(f"/my/jobs/{job_id}?notice=approved_all", code=303)

    def _approve_versions(self, job_sudo, shown):
        """Approve versions of a job's pieces.

        :param set shown: ids of the versions that the page showed
        :return: ``(count, sentences)``
        """
        contact = request.env.user.partner_id
        count, sentences = 0, []
        versions = job_sudo.piece_ids.version_ids.filtered(
            lambda version: version.id in shown
        )
        for piece, rows in groupbyelem(versions, lambda version: version.piece_id):
            version = max(rows, key=lambda row: row.number)
            if any(
                row.decision == "approved" and row.author_id == contact
                for row in version.decision_ids
            ):
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
            "sent": request.env._(
                "Thank you, your request was sent. You find its progress here, and "
                "we write to you by e-mail."
            ),
            "already_sent": request.env._("This request was already sent."),
            "saved": request.env._(
                "The draft is saved. Only you see it until you send it."
            ),
            "discarded": request.env._("The draft was discarded."),
            "approved_all": request.env._("Thank you. All pieces shown are approved."),
            "approved": request.env._("Thank you. The piece is approved."),
            "changes": request.env._(
                "Thank you. We work on the changes and come back to you."
            ),
            "refused": request.env._("The piece is refused. We come back to you."),
        }.get(key, False)
