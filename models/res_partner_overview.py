"""How is this client? What the Overview tab answers, in a fixed number of queries."""

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import format_date, formatLang

from ..tools.client_health import RULES, judge
from .client_job import OPEN_STATES

ROWS = 5  # of a list
# work that is with somebody, and who that is
PRODUCTION_STATES = ("authorized", "at_risk", "in_production", "awaiting_approval")
PIECES_IN_WORK = ("planned", "in_progress", "internal_review")


class ResPartner(models.Model):
    """Answers the Overview tab's one question to the server.

    Each ``_overview_…`` method returns its part, None when the user may not read what
    it is about, or False when it is switched off: then it is not shown, and not judged
    either. All counts and sums
    are made by the database and obey the user's record rules, so that a figure is what
    the list behind it shows.
    """

    _inherit = "res.partner"

    # === BUSINESS METHODS === #

    def get_client_overview(self):
        """Return what the Overview tab shows.

        :return: dict with ``health``, and by part ``waiting``, ``billing``,
            ``budgets``, ``dates``, ``contact``; see above for None and False
        :rtype: dict
        :raise AccessError: when the user may not read the client, or is no employee
        """
        self.ensure_one()
        self.check_access("read")
        if not self.env.user._is_internal():
            raise AccessError(self.env._("The overview is for employees."))
        client = self.commercial_partner_id
        # each part notes here what the health is judged by: {rule: (measure, sentence,
        # link)}
        facts = {}
        documents = client._overview_documents()
        diary = client._overview_diary(documents)
        parts = {
            "waiting": client._overview_waiting(facts),
            "billing": client._overview_billing(facts),
            "budgets": client._overview_budgets(facts),
            "dates": client._overview_dates(facts, diary),
            "contact": client._overview_contact(facts, documents, diary),
        }
        return {"health": client._overview_health(facts, parts), **parts}

    def _overview_health(self, facts, parts):
        """Return level, sentences and the rule behind them."""
        level, reasons = judge({name: fact[0] for name, fact in facts.items()})
        if self.client_status == "inactive":
            level = "inactive"
        labels = {
            "good": self.env._("Good"),
            "attention": self.env._("Needs attention"),
            "risk": self.env._("At risk"),
            "none": self.env._("Nothing to judge by yet"),
            "inactive": self.env._("Inactive client"),
        }
        return {
            "level": level,
            "label": labels[level],
            "reasons": [
                {"level": reason, "text": facts[name][1], "link": facts[name][2]}
                for reason, name in reasons
            ],
            "is_partial": any(part is None for part in parts.values()),
            "rule": self._overview_rule(),
        }

    @api.model
    def _overview_rule(self):
        """Return in words what the health is made of, a line each."""
        texts = {
            "overdue": self.env._("Oldest overdue invoice: %(from)s / %(risk)s days"),
            "request": self.env._("Request waiting for us: %(from)s / %(risk)s days"),
            "approval": self.env._(
                "Piece waiting for the client: %(from)s / %(risk)s days"
            ),
            "late_job": self.env._("Job past its deadline: %(from)s / %(risk)s days"),
            "budget": self.env._("Budget used: %(from)s / over %(risk)s %%"),
            "contract_end": self.env._(
                "Contract that just ends: %(from)s / %(risk)s days left"
            ),
            "silence": self.env._("No contact: %(from)s / %(risk)s days"),
        }
        return [
            self.env._("The worst of these counts (attention / risk):"),
            *(
                text % {"from": RULES[name].attention, "risk": int(RULES[name].risk)}
                for name, text in texts.items()
            ),
        ]

    # === WHO WAITS FOR WHOM === #

    def _overview_waiting(self, facts):
        """Return open jobs by state, and who has to move since when."""
        if not self.env.user._has_client_feature("jobs"):
            return False
        if not self.env["client.job"].has_access("read"):
            return None
        jobs = {
            state: (count, since)
            for state, count, since in self.env["client.job"]._read_group(
                [("client_id", "=", self.id), ("state", "in", OPEN_STATES)],
                ["state"],
                ["__count", "requested_date:min"],
            )
        }
        pieces = {
            state: (count, since)
            for state, count, since in self.env["client.piece"]._read_group(
                [
                    ("client_id", "=", self.id),
                    ("job_id.active", "=", True),
                    ("job_id.state", "in", PRODUCTION_STATES),
                ],
                ["state"],
                ["__count", "awaiting_date:min"],
            )
        }
        rows = [
            self._overview_row_approval(pieces, facts),
            self._overview_row_requests(jobs, facts),
            self._overview_row_traffic(pieces),
            self._overview_row_creation(pieces),
            self._overview_row_late(facts),
        ]
        labels = dict(
            self.env["client.job"]._fields["state"]._description_selection(self.env)
        )
        return {
            "rows": [row for row in rows if row],
            "states": [
                {
                    "state": state,
                    "label": labels[state],
                    "count": jobs[state][0],
                    "link": self._overview_jobs(("state", "=", state), labels[state]),
                }
                for state in OPEN_STATES
                if state in jobs
            ],
            "link": self._overview_jobs(
                ("state", "in", OPEN_STATES), self.env._("Open jobs")
            ),
        }

    def _overview_row_approval(self, pieces, facts):
        count, since = pieces.get("awaiting_approval", (0, None))
        if not count:
            return None
        link = self._overview_pieces(
            ["awaiting_approval"], self.env._("Waiting for the client")
        )
        text = self.env._("1 piece to approve")
        if count > 1:
            text = self.env._("%s pieces to approve", count)
        if since:
            facts["approval"] = (
                self._overview_days_since(since),
                self.env._(
                    "The client has had a piece to approve since %s.",
                    self._overview_day(since),
                ),
                link,
            )
        return self._overview_row("client", self.env._("Client"), text, since, link)

    def _overview_row_requests(self, jobs, facts):
        count, since = jobs.get("requested", (0, None))
        if not count:
            return None
        link = self._overview_jobs(
            ("state", "=", "requested"), self.env._("Waiting for us")
        )
        text = self.env._("1 request to authorise")
        if count > 1:
            text = self.env._("%s requests to authorise", count)
        if since:
            facts["request"] = (
                self._overview_days_since(since),
                self.env._(
                    "A request has been waiting for our answer since %s.",
                    self._overview_day(since),
                ),
                link,
            )
        return self._overview_row("us", self.env._("Us"), text, since, link)

    def _overview_row_traffic(self, pieces):
        count, _since = pieces.get("changes_requested", (0, None))
        if not count:
            return None
        text = self.env._("1 change request to hand out")
        if count > 1:
            text = self.env._("%s change requests to hand out", count)
        link = self._overview_pieces(
            ["changes_requested"], self.env._("Changes requested")
        )
        return self._overview_row("traffic", self.env._("Traffic"), text, None, link)

    def _overview_row_creation(self, pieces):
        count = sum(pieces.get(state, (0,))[0] for state in PIECES_IN_WORK)
        if not count:
            return None
        text = self.env._("1 piece in the making")
        if count > 1:
            text = self.env._("%s pieces in the making", count)
        link = self._overview_pieces(PIECES_IN_WORK, self.env._("In the making"))
        return self._overview_row("creation", self.env._("Creation"), text, None, link)

    def _overview_row_late(self, facts):
        late = Domain("deadline", "<", fields.Date.context_today(self))
        late &= Domain("state", "in", PRODUCTION_STATES)
        [(count, since)] = self.env["client.job"]._read_group(
            Domain("client_id", "=", self.id) & late,
            aggregates=["__count", "deadline:min"],
        )
        if not count:
            return None
        text = self.env._("1 job past its deadline")
        if count > 1:
            text = self.env._("%s jobs past their deadline", count)
        link = self._overview_jobs(late, self.env._("Past their deadline"))
        facts["late_job"] = (self._overview_days_since(since), f"{text}.", link)
        return self._overview_row("late", self.env._("Late"), text, since, link)

    # === BUDGETS === #

    def _overview_budgets(self, facts):
        """Return the running budgets, fullest first."""
        Budget = self.env["client.budget"]
        if not self.env.user._has_client_feature("budgets"):
            return False
        if not Budget.has_access("read"):
            return None
        running = [("client_id", "=", self.id), ("state", "=", "running")]
        budgets = Budget.search_fetch(
            running,
            ["name", "currency_id", "amount", "amount_left", "used_rate", "date_end"],
            order="used_rate desc, id",
            limit=ROWS,
        )
        name = self.env._("Running budgets")
        link = self._overview_link("client_hub.client_budget_action", name, running)
        for budget in budgets[:1]:
            facts["budget"] = (
                budget.used_rate,
                self.env._(
                    "%(rate)s %% of the budget “%(budget)s” is used.",
                    rate=round(budget.used_rate),
                    budget=budget.name,
                ),
                self._overview_record(budget),
            )
        return {
            "rows": [
                {
                    "id": budget.id,
                    "name": budget.name,
                    "rate": round(budget.used_rate),
                    "left": formatLang(
                        self.env, budget.amount_left, currency_obj=budget.currency_id
                    ),
                    "amount": formatLang(
                        self.env, budget.amount, currency_obj=budget.currency_id
                    ),
                    "link": self._overview_record(budget),
                }
                for budget in budgets
            ],
            "more": len(budgets) == ROWS,
            "link": link,
        }

    # === LINKS AND WORDS === #

    def _overview_row(self, name, who, text, since, link):
        return {
            "name": name,
            "who": who,
            "text": text,
            "since": self._overview_day(since) if since else "",
            "link": link,
        }

    def _overview_jobs(self, condition, name):
        domain = Domain("client_id", "=", self.id)
        domain &= Domain(*condition) if isinstance(condition, tuple) else condition
        return self._overview_link("client_hub.client_job_action", name, domain)

    def _overview_pieces(self, states, name):
        domain = Domain(
            [
                ("client_id", "=", self.id),
                ("job_id.active", "=", True),
                ("job_id.state", "in", PRODUCTION_STATES),
                ("state", "in", states),
            ]
        )
        return self._overview_link("client_hub.client_piece_action", name, domain)

    def _overview_link(self, action, name, domain):
        """Return what the tab needs to open Odoo's own list on these records."""
        return {
            "action": action,
            "name": f"{name} – {self.name}",
            "domain": list(Domain(domain)),
        }

    @api.model
    def _overview_record(self, record):
        """Return what the tab needs to open one record."""
        return {"model": record._name, "id": record.id}

    def _overview_day(self, moment):
        if hasattr(moment, "hour"):
            moment = fields.Datetime.context_timestamp(self, moment).date()
        return format_date(self.env, moment)

    def _overview_days_since(self, moment):
        if hasattr(moment, "hour"):
            moment = fields.Datetime.context_timestamp(self, moment).date()
        return (fields.Date.context_today(self) - moment).days
