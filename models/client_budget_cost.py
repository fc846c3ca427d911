"""What is booked: vendor bills, expenses, timesheets and customer invoices."""

from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain

# Journal entries that bring in money, whose lines are the client's invoices.
SALE_TYPES = ("out_invoice", "out_refund", "out_receipt")
# Those that are on their way to being a cost while they are drafts.
PURCHASE_TYPES = ("in_invoice", "in_refund", "in_receipt")
PENDING = "client_budget_documents"


class ClientBudget(models.Model):
    """Brings the ledger in line with the documents behind the analytic account.

    A document is ``(model name, id)``: a journal entry with all its lines, or one
    analytic line, such as a timesheet. The documents that a transaction touches are
    collected, and compared with the ledger once, before it ends: a fixed number of
    queries however many there are, and the budgets are locked for a moment only.
    """

    _inherit = "client.budget"

    # === BUSINESS METHODS === #

    @api.model
    def _touch_documents(self, documents):
        """Have the ledger compared with these documents when the transaction ends.

        :param documents: ``(model name, id)`` pairs
        """
        documents = set(documents)
        if not documents:
            return
        precommit = self.env.cr.precommit
        pending = precommit.data.setdefault(PENDING, set())
        if not pending:
            # sudo: the ledger is kept by the system; who booked was checked before
            precommit.add(self.sudo()._sync_pending)
        pending |= documents

    @api.model
    def _sync_pending(self):
        """Compare the documents that were collected."""
        pending = self.env.cr.precommit.data.setdefault(PENDING, set())
        documents = set(pending)
        pending.clear()
        self._sync_documents(documents)

    def _sync_all(self):
        """Compare everything booked on these budgets, and what their jobs hold."""
        # sudo: callers have checked that the user may write the budget
        budgets_sudo = self.sudo()
        lines = budgets_sudo.env["account.analytic.line"].search(
            [("client_budget_id", "in", self.ids)]
        )
        documents = lines._get_budget_documents()
        drafts = self._search_draft_lines(
            [("analytic_distribution", "in", budgets_sudo.analytic_account_id.ids)]
        )
        documents |= {("account.move", move.id) for move in drafts.move_id}
        held = budgets_sudo.env["client.budget.move"]._read_group(
            [("budget_id", "in", self.ids), ("is_cost", "=", True)],
            ["res_model", "res_id"],
        )
        budgets_sudo._sync_documents(documents | set(held))
        budgets_sudo.job_ids._sync_budget(is_checked=False)

    @api.model
    def _sync_documents(self, documents):
        """Make the ledger hold exactly what the documents say (as superuser).

        :param set documents: ``(model name, id)`` pairs
        """
        wanted = defaultdict(float)
        facts = {}
        self._collect_analytic(documents, wanted, facts)
        self._collect_drafts(documents, wanted, facts)
        held = self._get_held_costs(documents, facts)
        budgets = self.browse(sorted({key[0] for key in wanted.keys() | held.keys()}))
        if not budgets:
            return
        budgets._lock()
        # under the lock, another transaction can't have added to it since
        held = self._get_held_costs(documents, facts)
        vals_list = []
        for key in sorted(wanted.keys() | held.keys()):
            budget_id, kind, model, record_id, job_id = key
            budget = self.browse(budget_id)
            difference = wanted.get(key, 0.0) - held.get(key, 0.0)
            if budget.currency_id.is_zero(difference):
                continue
            vals_list.append(
                {
                    "budget_id": budget_id,
                    "kind": kind,
                    "amount": difference,
                    "job_id": job_id,
                    "res_model": model,
                    "res_id": record_id,
                    **facts[model, record_id],
                }
            )
        moves = self.env["client.budget.move"].create(vals_list)
        # what is booked for a job takes the place of what the job reserves
        moves.job_id._sync_budget(is_checked=False)
        budgets.flush_recordset()

    @api.model
    def _get_held_costs(self, documents, facts):
        """Return what the ledger holds for documents.

        :param dict facts: gets name and day of documents that are gone
        :return: ``{(budget id, kind, model, id, job id): amount}``
        """
        by_model = defaultdict(list)
        for model, record_id in documents:
            by_model[model].append(record_id)
        domain = Domain.OR(
            Domain("res_model", "=", model) & Domain("res_id", "in", ids)
            for model, ids in by_model.items()
        )
        rows = self.env["client.budget.move"]._read_group(
            domain & Domain("is_cost", "=", True),
            ["budget_id", "kind", "res_model", "res_id", "job_id"],
            ["amount:sum", "name:max", "date:max"],
        )
        held = {}
        for budget, kind, model, record_id, job, amount, name, day in rows:
            held[budget.id, kind, model, record_id, job.id] = amount
            facts.setdefault((model, record_id), {"name": name, "date": day})
        return held

    @api.model
    def _collect_analytic(self, documents, wanted, facts):
        """Add what is booked: posted bills, expenses, timesheets, invoices."""
        line_ids = [id_ for model, id_ in documents if model != "account.move"]
        move_ids = [id_ for model, id_ in documents if model == "account.move"]
        lines = self.env["account.analytic.line"].search(
            Domain("client_budget_id", "!=", False)
            & (
                (Domain("id", "in", line_ids) & Domain("move_line_id", "=", False))
                | Domain("move_line_id.move_id", "in", move_ids)
            )
        )
        for line in lines:
            budget, entry = line.client_budget_id, line.move_line_id.move_id
            kind = "invoiced" if entry.move_type in SALE_TYPES else "spent"
            if kind == "spent" and (
                budget.spent_by != "costs"
                or (line.project_id and not budget.counts_timesheets)
            ):
                continue
            amount = budget._convert_line(line) * (1 if kind == "invoiced" else -1)
            ((document),) = line._get_budget_documents()
            wanted[budget.id, kind, *document, line.client_job_id.id] += amount
            facts[document] = self._describe(entry or line)

    @api.model
    def _collect_drafts(self, documents, wanted, facts):
        """Add what is on its way: vendor bills that are still drafts."""
        move_ids = [id_ for model, id_ in documents if model == "account.move"]
        lines = self._search_draft_lines([("move_id", "in", move_ids)])
        lines = lines.filtered("analytic_distribution")
        if not lines:
            return
        budgets = self.search(
            [
                ("spent_by", "=", "costs"),
                ("analytic_account_id", "in", list(lines._get_budget_accounts())),
            ]
        )
        of_account = {budget.analytic_account_id.id: budget for budget in budgets}
        for line in lines:
            for keys, percentage in line.analytic_distribution.items():
                for account_id in keys.split(","):
                    budget = of_account.get(int(account_id))
                    if not budget:
                        continue
                    share = line.balance * percentage / 100
                    amount = budget._convert_balance(line, share)
                    document = ("account.move", line.move_id.id)
                    key = (budget.id, "committed", *document, line.client_job_id.id)
                    wanted[key] += amount
                    facts[document] = self._describe(line.move_id)

    @api.model
    def _search_draft_lines(self, domain):
        """Return lines of draft vendor bills, as superuser."""
        # sudo: see _sync_documents
        return (
            self.env["account.move.line"]
            .sudo()
            .search(
                [
                    ("parent_state", "=", "draft"),
                    ("move_type", "in", PURCHASE_TYPES),
                    ("display_type", "=", "product"),
                    *domain,
                ]
            )
        )

    @api.model
    def _describe(self, document):
        """Return the name and the day of a row from its document."""
        if document._name == "account.move":
            parties = [document.commercial_partner_id.name, document.ref]
            number = document.name if document.name not in (False, "/") else False
            name = " · ".join(filter(None, [number, *parties]))
            day = document.invoice_date or document.date
            return {"name": name or self.env._("Draft"), "date": day}
        person = document.user_id.name if document.project_id else False
        name = " · ".join(filter(None, [document.name, person]))
        return {"name": name or "/", "date": document.date}

    def _convert_line(self, line):
        """Return the amount of an analytic line in the budget's currency."""
        item = line.move_line_id
        return (
            self._convert_balance(item, line.amount)
            if item
            else line.currency_id._convert(
                line.amount, self.currency_id, line.company_id, line.date
            )
        )

    def _convert_balance(self, item, share):
        """Return a share of a journal item's balance in the budget's currency.

        The document's own currency counts where it is the budget's: no rate comes in
        between.
        """
        if item.currency_id == self.currency_id and item.balance:
            return self.currency_id.round(share * item.amount_currency / item.balance)
        return item.company_currency_id._convert(
            share,
            self.currency_id,
            item.company_id,
            item.date or fields.Date.context_today(self),
        )
