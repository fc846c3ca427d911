"""The home page's cards and ``/my/jobs``, the list of the client's requests."""

from odoo.fields import Domain
from odoo.http import request, route

from ..models.client_job_page import CLOSED_STATES, OPEN_STATES
from .portal_client import ClientHubPortal

HISTORY = "my_client_jobs_history"
# What the overview shows of each group; the rest is one click away.
MAX_WAITING = 3
MAX_WAITING_JOBS = 4
MAX_OPEN = 12
MAX_CLOSED = 5
# Looked at besides, when some of them may wait for the visitor all the same.
SPARE_OPEN = 24
# Counted no further; nobody reads larger numbers.
COUNTED = 30


class ClientJobListPortal(ClientHubPortal):
    """The home page's cards, and the list."""

    _jobs_per_page = 20

    # ------------------------------------------------------------
    # Home
    # ------------------------------------------------------------

    def _prepare_portal_layout_values(self):
        values = super()._prepare_portal_layout_values()
        values["is_client_visitor"] = self._is_visitor_client()
        values["has_client_jobs"] = self._has_jobs()
        return values

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if {"client_job_count", "client_piece_count"} & set(counters):
            jobs, pieces = self._count_waiting()
            if "client_job_count" in counters:
                # an empty badge is hidden; the card itself always shows
                values["client_job_count"] = jobs or ""
            if "client_piece_count" in counters:
                values["client_piece_count"] = pieces
        return values

    def _has_jobs(self):
        """Tell whether requests and pieces are switched on at all."""
        return request.env.user._has_client_feature("jobs")

    def _count_waiting(self):
        """Count what waits for the visitor, as far as it is worth counting.

        :return: requests, pieces; "99+" when there are more
        :rtype: tuple
        """
        Piece = request.env["client.piece"]
        Job = request.env["client.job"]
        if not self._has_jobs() or not (
            Piece.has_access("read") and Job.has_access("read")
        ):
            return 0, 0
        pieces = Piece.search_fetch(
            self._prepare_waiting_domain(), ["job_id"], limit=COUNTED
        )
        drafts = Job.search_count(self._prepare_drafts_domain(), limit=COUNTED)
        jobs = {piece.job_id.id for piece in pieces}
        return self._cap(len(jobs) + drafts), self._cap(len(pieces))

    def _cap(self, count):
        """Return a number as it is shown: nobody reads large ones."""
        return count if count < COUNTED else f"{COUNTED - 1}+"

    def _get_seen_clients(self):
        """Return a domain of the clients whose records the visitor may see at all.

        The record rules say it exactly; this lets the database use an index.
        """
        user = request.env.user
        if not user._is_portal():
            return Domain.TRUE
        contact = user.partner_id
        clients = contact._portal_client_ids() | contact._portal_job_clients()
        return Domain("client_id", "in", clients.ids)

    def _prepare_jobs_domain(self):
        """Return the domain of the list; the record rules do the rest."""
        domain = Domain("portal_state", "!=", "draft")
        if self._is_visitor_client():
            domain |= self._prepare_drafts_domain()
        return domain & self._get_seen_clients()

    def _prepare_drafts_domain(self):
        """Return the domain of the visitor's own drafts."""
        if not self._is_visitor_client():
            return Domain.FALSE
        contact = request.env.user.partner_id
        return Domain("requester_id", "=", contact.id) & Domain(
            "portal_state", "=", "draft"
        )

    def _prepare_waiting_domain(self):
        """Return the domain of the pieces that wait for the visitor's decision."""
        contact = request.env.user.partner_id
        asked = Domain("is_asked", "=", True) & (
            Domain("partner_id", "=", contact.id) | Domain("deputy_id", "=", contact.id)
        )
        return (
            Domain("portal_state", "=", "awaiting_approval")
            & self._get_seen_clients()
            & (
                Domain("approver_ids", "=", False)
                | Domain("approver_ids", "any", asked)
            )
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
        waiting = Domain("piece_ids", "any", self._prepare_waiting_domain())
        return {
            # in groups, the largest of them not complete
            "overview": {"label": request.env._("Overview"), "domain": Domain.TRUE},
            "waiting": {
                "label": request.env._("Waiting for you"),
                "domain": waiting | self._prepare_drafts_domain(),
            },
            "open": {
                "label": request.env._("With us"),
                "domain": Domain("portal_state", "in", OPEN_STATES) & ~waiting,
            },
            "closed": {
                "label": request.env._("Done"),
                "domain": Domain("portal_state", "in", CLOSED_STATES),
            },
            "all": {"label": request.env._("All"), "domain": Domain.TRUE},
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
        """Show the requests: what waits for the visitor, for us, and what is done."""
        Job = request.env["client.job"]
        if not Job.has_access("read") or not self._has_jobs():
            return request.redirect("/my")
        sortings, filters = self._get_jobs_sortings(), self._get_jobs_filters()
        if kw.get("filterby") not in filters:
            is_plain = page == 1 and not (kw.get("search") or "").strip()
            kw["filterby"] = "overview" if is_plain else "all"
        values = self._prepare_portal_layout_values()
        if kw["filterby"] == "overview":
            values.update(self._prepare_overview(kw, sortings, filters))
        else:
            values.update(self._prepare_list(page, kw, sortings, filters))
        shown = [values.get("waiting_group") or {"jobs": Job}, *values["groups"]]
        self._remember_list(
            HISTORY, [job.id for group in shown for job in group["jobs"]]
        )
        values.update(
            page_name="client_jobs",
            default_url="/my/jobs",
            searchbar_sortings=sortings,
            searchbar_filters=filters,
            searchbar_inputs=self._get_jobs_inputs(),
            may_open=self._may_open_jobs(),
            notice=self._get_notice(kw.get("notice")),
        )
        return request.render("client_hub.portal_my_jobs", values)

    def _prepare_list(self, page, asked, sortings, filters):
        """Return the values of one page of a list of one kind."""
        jobs, shown = self._find_client_list(
            request.env["client.job"],
            "/my/jobs",
            page,
            self._jobs_per_page,
            asked,
            sortings=sortings,
            filters=filters,
            inputs=self._get_jobs_inputs(),
            domain=self._prepare_jobs_domain(),
            get_search_domain=self._get_jobs_search_domain,
        )
        group = {"jobs": jobs, "title": filters[shown["filterby"]]["label"]}
        return {**shown, **self._prepare_groups([group]), "waiting_pieces": None}

    def _prepare_overview(self, asked, sortings, filters):
        """Return the values of the page in groups, with one query for each."""
        pieces = request.env["client.piece"].search_fetch(
            self._prepare_waiting_domain(),
            ["job_id"],
            order="awaiting_date, id",
            limit=COUNTED,
        )
        sortby = asked.get("sortby") if asked.get("sortby") in sortings else "newest"
        groups = []
        # the ids found: asking for all pieces that wait again would cost too much
        is_next = Domain("portal_state", "in", OPEN_STATES) & Domain(
            "id", "not in", pieces.job_id.ids
        )
        # when not all that waits was looked for, more of it may turn up
        is_capped = len(pieces) >= COUNTED
        for name, limit, domain in (
            ("open", MAX_OPEN, is_next),
            ("closed", MAX_CLOSED, filters["closed"]["domain"]),
        ):
            spare = SPARE_OPEN if name == "open" and is_capped else 0
            jobs = request.env["client.job"].search(
                self._prepare_jobs_domain() & domain,
                order=sortings[sortby]["order"],
                limit=limit + 1 + spare,
            )
            if spare:
                counts = self._count_waiting_by_job(jobs)
                jobs = jobs.filtered(lambda job, counts=counts: job.id not in counts)
            groups.append(
                {
                    "title": filters[name]["label"],
                    "jobs": jobs[:limit],
                    "more": len(jobs) > limit
                    and f"/my/jobs?filterby={name}&sortby={sortby}",
                }
            )
        drafts = request.env["client.job"].search(
            self._prepare_drafts_domain(), order="id desc", limit=MAX_OPEN
        )
        waiting = {"jobs": pieces.job_id[:MAX_WAITING_JOBS]}
        values = self._prepare_groups([*groups, waiting])
        return {
            **values,
            "groups": groups,
            "waiting_group": waiting,
            "sortby": sortby,
            "filterby": "overview",
            "search": "",
            "search_in": "request",
            # sudo: the visitor's own
            "drafts": drafts.sudo(),
            "waiting_total": self._cap(len(pieces)),
            # sudo: found by the visitor's own rules; only the version that was sent is
            # shown of each
            "waiting_pieces": pieces[:MAX_WAITING].sudo(),
            "has_more_waiting": len(pieces) > MAX_WAITING,
        }

    def _prepare_groups(self, groups):
        """Return groups of jobs, and how many pieces of each wait for the visitor."""
        jobs = request.env["client.job"].union(*(group["jobs"] for group in groups))
        counts = self._count_waiting_by_job(jobs)
        for group in groups:
            # sudo: names of the clients of jobs that the visitor has just been given
            group["jobs"] = group["jobs"].sudo()
        return {
            "groups": groups,
            "waiting_counts": counts,
            "show_client": len(jobs.sudo().client_id) > 1,  # sudo: as above
        }

    def _count_waiting_by_job(self, jobs):
        """Return how many pieces of jobs wait for the visitor, by the job's id."""
        counts = request.env["client.piece"]._read_group(
            self._prepare_waiting_domain() & Domain("job_id", "in", jobs.ids),
            ["job_id"],
            ["__count"],
        )
        return {job.id: count for job, count in counts}
