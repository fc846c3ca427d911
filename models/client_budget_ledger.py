from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL, formatLang

from ..tools.exceptions import ClientBudgetError
from .client_budget import USED_KINDS


class ClientBudget(models.Model):
    """The ledger: what jobs hold of a budget, and what is left."""

    _inherit = "client.budget"

    # === BUSINESS METHODS === #

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
            [f"amount_{kind}" for kind in USED_KINDS] + ["amount_left", "state"]
        )

    def _revise(self, amount, reason):
        """Change the amount and keep reason and author.

        :param float amount: the new amount
        :param str reason: why it changes
        :return: the client.budget.revision
        :raise UserError: the budget is closed or the amount is less than what is used
        """
        self.ensure_one()
        return self.env["client.budget.revision"].create(
            {"budget_id": self.id, "amount": amount, "reason": reason}
        )

    def _set_job_amounts(self, job, amounts):
        """Make the ledger hold exactly ``amounts`` for a job.

        :param job: client.job
        :param dict amounts: ``{kind: amount}``; kinds left out become zero
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
                [("budget_id", "=", self.id), ("job_id", "=", job.id)],
                ["kind"],
                ["amount:sum"],
            )
        )
        more = sum(amounts.get(kind, 0.0) for kind in USED_KINDS)
        more -= sum(held.get(kind, 0.0) for kind in USED_KINDS)
        warning = False
        if self.currency_id.compare_amounts(more, 0) > 0:
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
        sentence = self.env._(
            "The budget “%(name)s” has %(left)s left, and %(amount)s is asked for.",
            name=self.name,
            left=self._format_amount(self.amount_left),
            amount=self._format_amount(amount),
        )
        if self.policy == "block":
            raise ClientBudgetError(sentence)
        return sentence if self.policy in ("warn", "ask") else False

    def _check_approver(self, job):
        """Raise unless the user may let a job exceed a budget that asks first.

        :raise UserError: somebody else decides; the sentence says who
        """
        self.ensure_one()
        if self.policy != "ask" or self.env.su:
            return
        left = self.amount_left + self._get_held(job) - job.budget_amount
        if self.currency_id.compare_amounts(left, 0) >= 0:
            return
        if self.env.user == self.manager_id or self.env.user.has_group(
            "client_hub.group_manager"
        ):
            return
        raise UserError(
            self.env._(
                "“%(job)s” exceeds the budget “%(budget)s”: only %(person)s may"
                " authorise it.",
                job=job.display_name,
                budget=self.name,
                person=self.manager_id.name or self.env._("an administrator"),
            )
        )

    def _get_held(self, job):
        """Return what a job holds of this budget."""
        self.ensure_one()
        # sudo: sums of the ledger, shown to nobody
        moves_sudo = self.sudo().move_ids
        return sum(
            moves_sudo.filtered(
                lambda move: move.job_id == job and move.kind in USED_KINDS
            ).mapped("amount")
        )

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
        """Return the figures and rows of the statement (PDF, later XLSX and portal).

        :return: dict with ``figures`` [(label, amount)], ``moves`` and ``revisions``
        """
        self.ensure_one()
        fields_shown = [
            "amount_planned",
            "amount_reserved",
            "amount_committed",
            "amount_spent",
            "amount_invoiced",
            "amount_left",
        ]
        labels = self.fields_get(fields_shown, ["string"])
        return {
            "figures": [(labels[name]["string"], self[name]) for name in fields_shown],
            "moves": self.move_ids.sorted(lambda move: (move.date, move.id)),
            "revisions": self.revision_ids.sorted(lambda revision: revision.id),
        }
