from odoo import api, fields, models
from odoo.exceptions import UserError

# Documents of rows that nothing is booked for.
OWN_MODELS = ("client.job", "client.budget.revision")


class ClientBudgetMove(models.Model):
    """One row of a budget's ledger: an amount, its kind and its document.

    Rows are only added. A correction is a row with the opposite sign.
    """

    _name = "client.budget.move"
    _description = "Budget Move"
    _inherit = ["client.record"]
    _order = "date desc, id desc"
    _client_record_allow_inactive = True
    _history_kind = "budget"
    # The document behind a row logs itself.
    _history_exclude = frozenset({"res_model", "res_id", "date"})

    budget_id = fields.Many2one(
        comodel_name="client.budget", required=True, ondelete="cascade", index=True
    )
    client_id = fields.Many2one(
        related="budget_id.client_id", store=True, precompute=True
    )
    company_id = fields.Many2one(
        related="budget_id.company_id", store=True, precompute=True, default=None
    )
    currency_id = fields.Many2one(related="budget_id.currency_id", store=True)
    campaign = fields.Char(related="budget_id.campaign", store=True)
    budget_state = fields.Selection(related="budget_id.state", store=True)
    name = fields.Char(string="Description", required=True)
    budget_date_start = fields.Date(
        related="budget_id.date_start", string="Period start", store=True
    )
    kind = fields.Selection(
        selection=[
            ("planned", "Planned"),
            ("reserved", "Reserved"),
            ("committed", "Committed"),
            ("spent", "Spent"),
            ("invoiced", "Invoiced"),
        ],
        required=True,
        index=True,
    )
    amount = fields.Monetary(required=True)
    amount_effect = fields.Monetary(
        string="Balance",
        compute="_compute_amount_effect",
        store=True,
        help="What the row adds to, or takes from, what is left of the budget.",
    )
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company currency"
    )
    amount_company = fields.Monetary(
        string="Amount (company currency)",
        currency_field="company_currency_id",
        compute="_compute_amount_company",
        store=True,
        help="At the rate of the row's day: amounts of several currencies add up.",
    )
    effect_company = fields.Monetary(
        string="Balance (company currency)",
        currency_field="company_currency_id",
        compute="_compute_amount_company",
        store=True,
    )
    date = fields.Date(default=fields.Date.context_today, required=True)
    is_cost = fields.Boolean(
        string="Booked",
        compute="_compute_is_cost",
        store=True,
        help="From a bill, an expense, a timesheet or an invoice; not from a job.",
    )
    job_id = fields.Many2one(
        comodel_name="client.job", ondelete="restrict", index="btree_not_null"
    )
    res_model = fields.Char(string="Document model", required=True)
    res_id = fields.Many2oneReference(
        string="Document id", model_field="res_model", required=True
    )

    _document = models.Index("(res_model, res_id)")

    # === COMPUTE METHODS === #

    @api.depends("amount", "kind", "budget_id.spent_by")
    def _compute_amount_effect(self):
        for move in self:
            used = move.budget_id._get_used_kinds()
            sign = 1 if move.kind == "planned" else -1 if move.kind in used else 0
            move.amount_effect = sign * move.amount

    @api.depends("amount_effect")
    def _compute_amount_company(self):
        for move in self:
            args = (move.company_currency_id, move.company_id, move.date)
            amount = move.currency_id._convert(move.amount, *args)
            move.amount_company = amount
            sign = move.amount_effect / move.amount if move.amount else 0
            move.effect_company = round(sign) * amount

    @api.depends("res_model")
    def _compute_is_cost(self):
        for move in self:
            move.is_cost = move.res_model not in OWN_MODELS

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Add rows, and tell of thresholds that are reached with them."""
        moves = super().create(vals_list)
        moves.budget_id._check_thresholds()
        return moves

    def write(self, vals):
        """Refuse: rows are only added."""
        if vals:
            raise UserError(self.env._("The rows of a budget can't be changed."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise UserError(self.env._("The rows of a budget can't be deleted."))

    # === BUSINESS METHODS === #

    def _history_client(self):
        """Leave hours out: a row of the history for each would bury the rest."""
        if self.res_model == "account.analytic.line":
            return self.env["res.partner"]
        return super()._history_client()

    # === ACTION METHODS === #

    def action_open_document(self):
        """Open the document that this row stands for."""
        self.ensure_one()
        model, record_id = self.res_model, self.res_id
        if model == "client.budget.revision":
            # sudo: only which budget is on the other side of a transfer
            revision = self.env[model].sudo().browse(record_id)
            other = revision.counterpart_id.budget_id
            model, record_id = "client.budget", (other or self.budget_id).id
        if model not in self.env:
            raise UserError(
                self.env._("The module that kept this document is not installed.")
            )
        document = self.env[model].browse(record_id).exists()
        if not document:
            raise UserError(
                self.env._(
                    "This document was deleted; its rows in the ledger add up to zero."
                )
            )
        # sudo: hours are looked at on their task; that is checked on the next line
        if model == "account.analytic.line" and (task := document.sudo().task_id):
            document = task.sudo(self.env.su)
        # where the document can't be opened, Odoo says why
        document.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": document._name,
            "res_id": document.id,
            "view_mode": "form",
        }
