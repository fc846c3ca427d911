"""The account manager's dashboard: what needs them today."""

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import formatLang

from .client_job import OPEN_STATES

ROWS = 8  # of a block
LATE_PIECES = ("planned", "in_progress", "internal_review", "changes_requested")


class ClientManagerDashboard(models.AbstractModel):
    """Reads the four blocks: opened by client, waiting for client, late, at risk.

    Everything is read with the rights of the user who looks, with the same number of
    queries whatever there is.
    """

    _name = "client.manager.dashboard"
    _description = "Account Manager's Dashboard"

    # === PUBLIC METHODS === #

    @api.model
    @api.readonly
    def load_dashboard(self, scope="mine", client_id=False):
        """Return the four blocks, each with its count and its most urgent rows.

        :param str scope: ``mine``, or ``all`` for the whole company (administrators)
        :param int client_id: only this client
        :rtype: dict
        """
        self._check_reader()
        may_see_all = self.env.su or self.env.user.has_group("client_hub.group_manager")
        scope = scope if may_see_all else "mine"
        client = self._get_client(client_id)
        jobs = self._get_jobs_domain(scope, client)
        records = self._get_clients_domain(scope, client)
        today = fields.Date.context_today(self)
        return {
            "scope": scope,
            "may_see_all": may_see_all,
            "client": {"id": client.id, "name": client.display_name}
            if client
            else False,
            "clients_domain": list(self._get_choice_domain(scope)),
            "blocks": {
                "requested": self._load_requested(jobs, today),
                "waiting": self._load_waiting(jobs, records, today),
                "late": self._load_late(jobs, today),
                "at_risk": self._load_at_risk(jobs, today),
            },
        }

    @api.model
    def action_open_block(self, block, scope="mine", client_id=False):
        """Open the full list behind a count.

        :param str block: ``requested``, ``late``, ``at_risk``, ``late_pieces``, or a
            kind of what waits for the client
        :param str scope: as for :meth:`load_dashboard`
        :param int client_id: as for :meth:`load_dashboard`
        :return: an action
        :rtype: dict
        """
        self._check_reader()
        if not (self.env.su or self.env.user.has_group("client_hub.group_manager")):
            scope = "mine"
        client = self._get_client(client_id)
        jobs = self._get_jobs_domain(scope, client)
        today = fields.Date.context_today(self)
        sources = {
            "requested": (
                "client.job",
                self._get_requested_domain(jobs),
                self.env._("Opened by client"),
            ),
            "late": (
                "client.job",
                self._get_late_domain(jobs, today),
                self.env._("Late"),
            ),
            "late_pieces": (
                "client.piece",
                self._get_late_pieces_domain(jobs, today),
                self.env._("Late pieces"),
            ),
            "at_risk": (
                "client.job",
                self._get_at_risk_domain(jobs),
                self.env._("At risk"),
            ),
        }
        records = self._get_clients_domain(scope, client)
        for kind, source in self._get_waiting_sources(jobs, records).items():
            sources[kind] = (source["model"], source["domain"], source["title"])
        model, domain, name = sources[block]
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "views": [(False, "list"), (False, "form")],
            "domain": list(domain),
            "target": "current",
        }

    # === BUSINESS METHODS === #

    @api.model
    def _check_reader(self):
        """Raise unless the user looks after clients.

        :raise AccessError: he doesn't
        """
        if not self.env.su and not self.env.user.has_group(
            "client_hub.group_account_manager"
        ):
            raise AccessError(self.env._("The dashboard is for account managers."))

    @api.model
    def _get_client(self, client_id):
        """Return the chosen client, if the user may read it."""
        partner = self.env["res.partner"].browse(client_id or [])
        return partner.exists()._filtered_access("read")

    @api.model
    def _get_mine_domain(self):
        """Return the condition on clients that the user looks after."""
        return Domain("account_manager_id", "=", self.env.uid) | Domain(
            "assistant_ids", "in", [self.env.uid]
        )

    @api.model
    def _get_choice_domain(self, scope):
        """Return the clients that can be chosen."""
        domain = Domain("is_client", "=", True)
        return domain if scope == "all" else domain & self._get_mine_domain()

    @api.model
    def _get_clients_domain(self, scope, client):
        """Return the condition on records with ``client_id``."""
        domain = Domain.TRUE
        if scope != "all":
            domain &= Domain("client_id", "any", self._get_mine_domain())
        return domain & Domain("client_id", "=", client.id) if client else domain

    @api.model
    def _get_jobs_domain(self, scope, client):
        """Return the condition on jobs: of the user's clients, or given to the user."""
        domain = Domain.TRUE
        if scope != "all":
            domain &= (
                Domain("account_manager_id", "=", self.env.uid)
                | Domain("assistant_ids", "in", [self.env.uid])
                | Domain("client_id", "any", self._get_mine_domain())
            )
        return domain & Domain("client_id", "=", client.id) if client else domain

    @api.model
    def _get_requested_domain(self, jobs):
        return jobs & Domain("state", "=", "requested")

    @api.model
    def _get_late_domain(self, jobs, today):
        return (
            jobs & Domain("state", "in", OPEN_STATES) & Domain("deadline", "<", today)
        )

    @api.model
    def _get_late_pieces_domain(self, jobs, today):
        """Return the late pieces of jobs that are not late themselves."""
        in_time = Domain("deadline", "=", False) | Domain("deadline", ">=", today)
        released = Domain("released_date", "!=", False) & Domain(
            "state", "in", OPEN_STATES
        )
        return (
            Domain("job_id", "any", jobs & in_time & released)
            & Domain("state", "in", LATE_PIECES)
            & Domain("deadline", "<", today)
        )

    @api.model
    def _get_at_risk_domain(self, jobs):
        return (
            jobs & Domain("state", "in", OPEN_STATES) & Domain("is_at_risk", "=", True)
        )

    @api.model
    def _load_requested(self, jobs, today):
        """Return what clients opened and nobody has answered, the oldest first."""
        domain = self._get_requested_domain(jobs)
        order = "requested_date, id"
        return self._load_jobs(domain, order, today, "requested_date")

    @api.model
    def _load_at_risk(self, jobs, today):
        """Return what is worked on without the client's word, the oldest first."""
        domain = self._get_at_risk_domain(jobs)
        return self._load_jobs(domain, "released_date, id", today, "released_date")

    @api.model
    def _load_late(self, jobs, today):
        """Return jobs past their deadline, then late pieces of jobs still in time."""
        domain = self._get_late_domain(jobs, today)
        block = self._load_jobs(domain, "deadline, id", today, "deadline")
        Piece = self.env["client.piece"]
        late_pieces = self._get_late_pieces_domain(jobs, today)
        pieces = Piece.search(late_pieces, order="deadline, id", limit=ROWS)
        rows = [
            self._prepare_row(
                piece, "client.piece", piece.job_id, piece.deadline, today
            )
            | {
                "title": piece.name,
                "state": piece._get_state_label(),
                "who": piece.assigned_user_id.name or "",
            }
            for piece in pieces
        ]
        block["links"] = [
            {"block": "late", "label": self.env._("Jobs"), "count": block["count"]},
            {
                "block": "late_pieces",
                "label": self.env._("Pieces"),
                "count": Piece.search_count(late_pieces),
            },
        ]
        block["count"] = sum(link["count"] for link in block["links"])
        block["rows"] = (block["rows"] + rows)[:ROWS]
        return block

    @api.model
    def _load_jobs(self, domain, order, today, since):
        """Return a block of jobs.

        :param Domain domain: which
        :param str order: the most urgent first
        :param date today: of the user
        :param str since: the field that tells since when
        :rtype: dict
        """
        Job = self.env["client.job"]
        rows = []
        for job in Job.search(domain, order=order, limit=ROWS):
            row = self._prepare_row(job, "client.job", job, job[since], today)
            row |= {
                "title": job.name,
                "state": job._get_state_label(),
                "who": job.requester_id.name or "",
            }
            if job.budget_amount:
                row["amount"] = formatLang(
                    self.env, job.budget_amount, currency_obj=job.currency_id
                )
            rows.append(row)
        return {"count": Job.search_count(domain), "rows": rows}

    @api.model
    def _prepare_row(self, record, kind, job, since, today):
        """Return what the rows of a block have in common.

        :param record: what the row opens
        :param str kind: its model
        :param job: client.job it belongs to, if any
        :param since: date or datetime
        :param date today: of the user
        :rtype: dict
        """
        if hasattr(since, "hour"):
            since = fields.Datetime.context_timestamp(self, since).date()
        client = job.client_id if job else record.client_id
        return {
            "key": f"{kind}-{record.id}",
            "kind": kind,
            "model": record._name,
            "id": record.id,
            "number": job.number or "" if job else "",
            "client": client.display_name,
            "deadline": fields.Date.to_string(job.deadline) if job else False,
            "is_late": bool(job and job.deadline and job.deadline < today),
            "days": (today - since).days if since else 0,
        }
