from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import float_compare

# target -> allowed sources
TRANSITIONS = {
    "running": {"draft", "closed"},
    "closed": {"running"},
    "cancelled": {"draft", "running"},
    "draft": {"cancelled"},
}
TRANSITION_GROUPS = dict.fromkeys(TRANSITIONS, "client_hub.group_account_manager")
# Value of the context key client_budget while a revision writes the amount; an object,
# since a context that comes by RPC can't hold it.
REVISING = object()
# Kinds of ledger rows that use up a budget; "invoiced" does so as well where customer
# invoices are what is spent: see ``_get_used_kinds``.
USED_KINDS = ("reserved", "committed", "spent")
MOVE_KINDS = ("planned", "reserved", "committed", "spent", "invoiced")


class ClientBudget(models.Model):
    """What a client agreed to spend on a campaign, with a ledger of its use.

    The figures come from ``move_ids`` alone; every row names the document it stands
    for. Only ``_set_job_amounts``, ``_sync_documents`` and ``client.budget.revision``
    write rows.
    """

    _name = "client.budget"
    _description = "Budget"
    _inherit = [
        "client.record",
        "client.currency.mixin",
        "client.transition.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date_start desc, id desc"
    _check_company_auto = True
    _transitions = TRANSITIONS
    _transition_groups = TRANSITION_GROUPS
    _system_fields = frozenset({"number"})
    _board_states = frozenset({"draft", "running"})
    _rec_names_search = ["name", "number", "campaign"]
    _history_kind = "budget"
    # Sums of the ledger: the documents behind them are in the history themselves.
    _history_exclude = frozenset(
        {
            "amount_planned",
            "amount_reserved",
            "amount_committed",
            "amount_spent",
            "amount_invoiced",
            "amount_left",
            "used_rate",
        }
    )

    name = fields.Char(required=True)
    number = fields.Char(readonly=True, copy=False, index="trigram")
    active = fields.Boolean(default=True)
    campaign = fields.Char()
    state = fields.Selection(
        string="Status",
        selection=[
            ("draft", "Draft"),
            ("running", "Running"),
            ("closed", "Closed"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
        required=True,
        copy=False,
        index=True,
        group_expand="_expand_states",
    )
    manager_id = fields.Many2one(
        comodel_name="res.users",
        string="Responsible",
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
        ondelete="restrict",
        index=True,
        groups="base.group_user",
    )
    date_start = fields.Date(string="Start", default=fields.Date.context_today)
    date_end = fields.Date(string="End")
    note = fields.Html(string="Notes", groups="base.group_user")

    # money
    amount = fields.Monetary(
        string="Budget",
        copy=True,
        help="What the client agreed to spend. Each change is kept as a revision.",
    )
    policy = fields.Selection(
        selection=[
            ("tell", "Only show what is left"),
            ("warn", "Warn, and allow it"),
            ("ask", "Ask an approver"),
            ("block", "Do not allow it"),
        ],
        string="When a job exceeds it",
        default="warn",
        required=True,
        groups="base.group_user",
        help="What happens when a job needs more than what is left. Costs that are "
        "booked (bills, timesheets) are facts: they are counted, never refused.",
    )
    spent_by = fields.Selection(
        selection=[
            ("jobs", "The agreed amounts of jobs that are done"),
            ("costs", "Costs: vendor bills, expenses and timesheets"),
            ("invoices", "Customer invoices"),
        ],
        string="Spent is",
        default="jobs",
        required=True,
        groups="base.group_user",
        help="What uses the budget up. Costs and invoices are those on its analytic "
        "account, and the timesheets of its jobs; what is booked for a job takes the "
        "place of what the job reserves.",
    )
    counts_timesheets = fields.Boolean(
        string="Timesheets count",
        default=True,
        groups="base.group_user",
        help="Hours cost what the employee's form says. Off: only bills and expenses.",
    )
    is_portal_visible = fields.Boolean(
        string="Offered on the portal",
        default=True,
        help="The client's people may choose this budget for a request.",
    )
    amount_planned = fields.Monetary(
        string="Planned", compute="_compute_amounts", store=True
    )
    amount_reserved = fields.Monetary(
        string="Reserved",
        compute="_compute_amounts",
        store=True,
        help="Held by jobs that are open: requested, authorised or being worked on.",
    )
    amount_committed = fields.Monetary(
        string="Committed",
        compute="_compute_amounts",
        store=True,
        help="On its way: draft vendor bills, and jobs that are done but not invoiced "
        "where customer invoices are what is spent.",
    )
    amount_spent = fields.Monetary(
        string="Spent",
        compute="_compute_amounts",
        store=True,
        help="See “Spent is”: jobs that are done, or costs.",
    )
    amount_invoiced = fields.Monetary(
        string="Invoiced",
        compute="_compute_amounts",
        store=True,
        help="Posted customer invoices on the budget's analytic account.",
    )
    amount_left = fields.Monetary(string="Left", compute="_compute_amounts", store=True)
    used_rate = fields.Float(
        string="Used (%)", compute="_compute_amounts", store=True, aggregator="avg"
    )

    # documents
    revision_ids = fields.One2many(
        comodel_name="client.budget.revision",
        inverse_name="budget_id",
        string="Revisions",
    )
    move_ids = fields.One2many(
        comodel_name="client.budget.move", inverse_name="budget_id", string="Moves"
    )
    job_ids = fields.One2many(
        comodel_name="client.job", inverse_name="budget_id", string="Jobs"
    )
    job_count = fields.Integer(compute="_compute_job_count")
    analytic_account_id = fields.Many2one(
        comodel_name="account.analytic.account",
        string="Analytic account",
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
        groups="analytic.group_analytic_accounting",
        help="What is booked on it belongs to this budget.",
    )

    _analytic_account_unique = models.UniqueIndex(
        "(analytic_account_id) WHERE analytic_account_id IS NOT NULL",
        "This analytic account belongs to another budget already.",
    )
    _amount_not_negative = models.Constraint(
        "CHECK (amount >= 0)", "A budget can't be negative."
    )
    _dates_in_order = models.Constraint(
        "CHECK (date_end IS NULL OR date_start IS NULL OR date_end >= date_start)",
        "A budget can't end before it starts.",
    )

    # === COMPUTE METHODS === #

    @api.depends("amount", "spent_by", "move_ids.amount", "move_ids.kind")
    def _compute_amounts(self):
        sums = {}
        rows = self.env["client.budget.move"]._read_group(
            [("budget_id", "in", self.ids)], ["budget_id", "kind"], ["amount:sum"]
        )
        for budget, kind, amount in rows:
            sums[budget.id, kind] = amount
        for budget in self:
            for kind in MOVE_KINDS:
                budget[f"amount_{kind}"] = sums.get((budget._origin.id, kind), 0.0)
            used = sum(budget[f"amount_{kind}"] for kind in budget._get_used_kinds())
            budget.amount_left = budget.amount - used
            budget.used_rate = 100 * used / budget.amount if budget.amount else 0.0

    def _compute_job_count(self):
        counts = dict(
            self.env["client.job"]._read_group(
                [("budget_id", "in", self.ids)], ["budget_id"], ["__count"]
            )
        )
        for budget in self:
            budget.job_count = counts.get(budget, 0)

    @api.depends("name", "amount_left", "currency_id")
    @api.depends_context("lang", "show_budget_left", "uid")
    def _compute_display_name(self):
        """Show what is left where a budget is being chosen."""
        for budget in self:
            budget.display_name = budget.name
            if budget.env.context.get("show_budget_left") and budget.name:
                budget.display_name = self.env._(
                    "%(name)s (%(left)s left)",
                    name=budget.name,
                    left=budget._format_amount(budget.amount_left),
                )
        self.env["client.wall"]._mask(self)

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Number the budgets and keep their first amount as a revision."""
        vals_list = [dict(vals) for vals in vals_list]
        amounts = [vals.pop("amount", 0.0) for vals in vals_list]
        budgets = super().create(vals_list)
        budgets._draw_numbers("client.budget")
        for budget, amount in zip(budgets, amounts, strict=True):
            if amount:
                budget._revise(amount, self.env._("First amount"), kind="first")
        return budgets

    def write(self, vals):
        """Turn a new amount of a draft into a revision; refuse it later."""
        self._check_identity(vals)
        if "amount" not in vals or self.env.context.get("client_budget") is REVISING:
            result = super().write(vals)
            if {"spent_by", "counts_timesheets", "analytic_account_id"} & vals.keys():
                self._sync_all()
            return result
        vals = dict(vals)
        amount = vals.pop("amount") or 0.0
        if any(budget.state != "draft" for budget in self):
            raise UserError(
                self.env._(
                    "The amount of a running budget changes only by a revision with"
                    " its reason: use “Revise amount”."
                )
            )
        result = super().write(vals) if vals else True
        for budget in self:
            if float_compare(
                budget.amount, amount, precision_rounding=budget.currency_id.rounding
            ):
                budget._revise(amount, self.env._("Changed while a draft"))
        return result

    def _check_identity(self, vals):
        """Raise when client, company or currency change under a budget in use.

        Its ledger and its jobs would go to another client, amounts and all.
        """
        names = {"client_id", "company_id", "currency_id"} & vals.keys()
        for budget in self:
            if budget.state != "draft" and any(
                budget[name].id != vals[name] for name in names
            ):
                raise UserError(
                    self.env._(
                        "Client, company and currency of “%(name)s” stay: only a "
                        "draft can change them.",
                        name=budget.name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        if any(budget.state not in ("draft", "cancelled") for budget in self):
            raise UserError(
                self.env._("Only a draft or cancelled budget can be deleted.")
            )
        used = self.env["client.budget.move"].search_count(
            [("budget_id", "in", self.ids), ("kind", "!=", "planned")], limit=1
        )
        if used:
            raise UserError(
                self.env._("A budget that jobs have used can't be deleted: close it.")
            )

    def _revise(self, amount, reason, kind="revision"):
        """Change the amount and keep reason and author, or ask the client to agree.

        :param float amount: the new amount
        :param str reason: why it changes
        :param str kind: see ``client.budget.revision``
        :return: the client.budget.revision
        :raise UserError: the budget is closed or the amount is less than what is used
        """
        self.ensure_one()
        self.check_access("write")
        # sudo: the kind is not for people to choose; the right was checked above
        revisions_sudo = self.env["client.budget.revision"].sudo()
        revision_sudo = revisions_sudo.create(
            {"budget_id": self.id, "amount": amount, "reason": reason, "kind": kind}
        )
        return revision_sudo.sudo(self.env.su)

    # === ACTION METHODS === #

    def action_run(self):
        """Open the budget for jobs."""
        if any(not budget.amount for budget in self):
            raise UserError(self.env._("Enter the amount of the budget first."))
        self.write({"state": "running"})
        for budget in self:
            if budget.spent_by != "jobs":
                # what is spent can't be told without it
                budget._ensure_analytic_account()

    def action_close(self):
        """Take the budget out of use; what jobs hold of it stays."""
        self.write({"state": "closed"})

    def action_cancel(self):
        """Cancel a budget that no open job holds."""
        if any(budget.amount_reserved or budget.amount_committed for budget in self):
            raise UserError(
                self.env._("Open jobs still hold a part of this budget: close it.")
            )
        self.write({"state": "cancelled"})

    def action_draft(self):
        """Take a cancelled budget up again."""
        self.write({"state": "draft"})

    def action_revise(self):
        """Open the dialog that changes the amount and asks for the reason."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Revise amount"),
            "res_model": "client.budget.revise",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_budget_id": self.id,
                "default_amount": self.amount,
            },
        }

    def action_open_jobs(self):
        """Open the jobs that use this budget."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "client_hub.client_job_action"
        )
        action["domain"] = [("budget_id", "=", self.id)]
        action["context"] = {
            "default_client_id": self.client_id.id,
            "default_budget_id": self.id,
        }
        return action

    def action_open_moves(self):
        """Open the ledger of this budget."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "client_hub.client_budget_move_action"
        )
        action["domain"] = [("budget_id", "=", self.id)]
        action["context"] = {}
        action["views"] = [(False, "list"), (False, "pivot"), (False, "graph")]
        return action

    def action_refresh(self):
        """Compare the ledger with its documents and add what differs."""
        self.check_access("write")
        self._sync_all()

    def action_create_analytic_account(self):
        """Give the budget its analytic account."""
        self.check_access("write")
        self._ensure_analytic_account()
