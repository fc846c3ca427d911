from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, formatLang

from ..tools.exceptions import ClientBudgetError
from .client_budget import MOVE_KINDS, USED_KINDS


class ClientBudget(models.Model):
    """The ledger: what jobs hold of a budget, and what is left."""

    _inherit = "client.budget"

    # === BUSINESS METHODS === #

    def _get_used_kinds(self):
        """Return the kinds of rows that use this budget up."""
        if self.sudo().spent_by == "invoices":  # sudo: a setting of the budget
            return (*USED_KINDS, "invoiced")
        return USED_KINDS

    def _lock(self):
        """Lock the rows, so that what is left is never given out twice.

        A second transaction waits here. When it goes on, the first one has changed
        the stored sums of the same row: PostgreSQL then refuses the stale snapshot
        and Odoo runs the request again with the new figures.
        """
        self.flush_recordset()
        self.env.cr.execute(
            SQL(
                "SELECT id FROM client_budget"
                " WHERE id = ANY(%s) ORDER BY id FOR UPDATE",
                list(self.ids),
            )
        )
        self.invalidate_recordset(
            [f"amount_{kind}" for kind in MOVE_KINDS] + ["amount_left", "state"]
        )

    def _set_job_amounts(self, job, amounts, is_checked=True):
        """Make the ledger hold exactly ``amounts`` for a job.

        :param job: client.job
        :param dict amounts: ``{kind: amount}``; kinds left out become zero
        :param bool is_checked: whether the policy is asked; False where a document
            that is booked already moves the job's share
        :return: a sentence when the policy warns, else False
        :raise UserError: the policy doesn't allow as much
        """
        self.ensure_one()
        self._lock()
        # sudo: whoever may move the job through its states (a portal request, too)
        # moves its amounts; the ledger itself is closed to people
        moves_sudo = self.env["client.budget.move"].sudo()
        held = dict(
            moves_sudo._read_group(
                [
                    ("budget_id", "=", self.id),
                    ("res_model", "=", job._name),
                    ("res_id", "=", job.id),
                ],
                ["kind"],
                ["amount:sum"],
            )
        )
        more = sum(amounts.get(kind, 0.0) for kind in USED_KINDS)
        more -= sum(held.get(kind, 0.0) for kind in USED_KINDS)
        warning = False
        if is_checked and self.currency_id.compare_amounts(more, 0) > 0:
            warning = self._check_left(more)
        vals_list = []
        for kind in USED_KINDS:
            difference = amounts.get(kind, 0.0) - held.get(kind, 0.0)
            if not self.currency_id.is_zero(difference):
                vals_list.append(
                    {
                        "budget_id": self.id,
                        "kind": kind,
                        "amount": difference,
                        "job_id": job.id,
                        "res_model": job._name,
                        "res_id": job.id,
                        "name": job.display_name,
                    }
                )
        moves_sudo.create(vals_list)
        # now, under the lock: see _lock()
        self.flush_recordset()
        return warning

    def _get_job_amounts(self, job, state):
        """Return what a job needs of this budget in a state, beside what is booked.

        :param job: client.job as superuser
        :param str state: "open", "done" or False for a job that holds nothing
        :return: ``{kind: amount}`` for :meth:`_set_job_amounts`
        """
        self.ensure_one()
        if not state:
            return {}
        budget_sudo = self.sudo()  # sudo: the setting decides, nobody reads it
        if budget_sudo.spent_by == "jobs":
            kind = "spent" if state == "done" else "reserved"
            return {kind: job.budget_amount}
        if state == "done" and budget_sudo.spent_by == "costs":
            return {}
        # what is booked for the job takes the place of what it reserves
        rest = max(0.0, job.budget_amount - self._get_booked(job))
        return {"committed" if state == "done" else "reserved": rest}

    def _check_left(self, amount):
        """Apply the policy to a further ``amount``.

        :return: a sentence when the amount exceeds what is left and is allowed
        :raise ClientBudgetError: the budget isn't running or the policy blocks
        """
        self.ensure_one()
        if self.state != "running":
            raise ClientBudgetError(
                self.env._("The budget “%(name)s” is not running.", name=self.name)
            )
        if self.currency_id.compare_amounts(amount, self.amount_left) <= 0:
            return False
        policy = self.sudo().policy  # sudo: asked for a portal request as well
        if policy == "block":
            raise ClientBudgetError(self._describe_shortage(amount))
        if policy not in ("warn", "ask"):
            return False
        # sudo: whose language the warning is in: of who answers for the budget
        lang = self.sudo().manager_id.lang or self.env.lang
        return self.with_context(lang=lang)._describe_shortage(amount)

    def _describe_shortage(self, amount):
        """Return the sentence about a further ``amount`` that exceeds what is left."""
        self.ensure_one()
        return self.env._(
            "The budget “%(name)s” has %(left)s left, and %(amount)s is asked for.",
            name=self.name,
            left=self._format_amount(self.amount_left),
            amount=self._format_amount(amount),
        )

    def _get_held(self, job):
        """Return what a job uses of this budget: what it holds, and what is booked."""
        return self._sum_job(job, self._get_used_kinds())

    def _get_booked(self, job):
        """Return what documents use of this budget for a job, its own rows aside."""
        return self._sum_job(
            job, self._get_used_kinds(), [("res_model", "!=", "client.job")]
        )

    def _sum_job(self, job, kinds, domain=()):
        """Return the sum of a job's rows of these kinds."""
        self.ensure_one()
        # sudo: sums of the ledger, shown to nobody
        moves_sudo = self.env["client.budget.move"].sudo()
        [(amount,)] = moves_sudo._read_group(
            [
                ("budget_id", "=", self.id),
                ("job_id", "=", job.id),
                ("kind", "in", kinds),
                *domain,
            ],
            [],
            ["amount:sum"],
        )
        return amount or 0.0

    def _format_amount(self, amount):
        """Return an amount as people read it."""
        self.ensure_one()
        return formatLang(self.env, amount, currency_obj=self.currency_id)

    def _ensure_analytic_account(self):
        """Return the analytic account, made when there is none yet."""
        self.ensure_one()
        # sudo: callers have checked that the user may write the budget; analytic
        # accounts themselves belong to the accountants
        budget_sudo = self.sudo()
        if not budget_sudo.analytic_account_id:
            project_plan, __ = self.env["account.analytic.plan"]._get_all_plans()
            budget_sudo.analytic_account_id = budget_sudo.env[
                "account.analytic.account"
            ].create(
                {
                    "name": f"{budget_sudo.number} {budget_sudo.name}",
                    "partner_id": budget_sudo.client_id.id,
                    "company_id": budget_sudo.company_id.id,
                    "plan_id": project_plan.id,
                }
            )
        return budget_sudo.analytic_account_id

    @api.constrains("analytic_account_id")
    def _check_analytic_account(self):
        """Keep to the plan of projects, whose column every analytic line has."""
        project_plan, __ = self.env["account.analytic.plan"]._get_all_plans()
        # sudo: compares ids only
        for budget in self.sudo():
            account = budget.analytic_account_id
            if account and account.root_plan_id != project_plan:
                raise UserError(
                    self.env._(
                        "“%(account)s” is of another analytic plan: choose one of "
                        "“%(plan)s”.",
                        account=account.name,
                        plan=project_plan.name,
                    )
                )

    @api.model
    def _portal_budgets(self, clients):
        """Return the budgets that the people of ``clients`` may choose.

        :param clients: res.partner recordset that the contact may act for
        """
        # sudo: the caller has checked which clients the contact may act for
        return self.sudo().search(
            [
                ("client_id", "in", clients.ids),
                ("state", "=", "running"),
                ("is_portal_visible", "=", True),
            ]
        )

    def _get_statement(self):
        """Return the figures and rows of the statement (PDF and portal).

        :return: dict with ``figures`` [(label, amount)], ``moves`` and ``revisions``
        """
        self.ensure_one()
        fields_shown = [f"amount_{kind}" for kind in MOVE_KINDS] + ["amount_left"]
        labels = self.fields_get(fields_shown, ["string"])
        return {
            "figures": [(labels[name]["string"], self[name]) for name in fields_shown],
            "moves": self.move_ids.sorted(lambda move: (move.date, move.id)),
            "revisions": self.revision_ids.sorted(lambda revision: revision.id),
            "today": fields.Date.context_today(self),
        }
