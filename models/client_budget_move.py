from odoo import api, fields, models
from odoo.exceptions import UserError


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
        string="Left",
        compute="_compute_amount_effect",
        store=True,
        help="What the row adds to, or takes from, what is left of the budget.",
    )
    date = fields.Date(default=fields.Date.context_today, required=True)
    job_id = fields.Many2one(
        comodel_name="client.job", ondelete="restrict", index="btree_not_null"
    )
    res_model = fields.Char(string="Document model", required=True)
    res_id = fields.Many2oneReference(
        string="Document id", model_field="res_model", required=True
    )

    # === COMPUTE METHODS === #

    @api.depends("amount", "kind")
    def _compute_amount_effect(self):
        signs = {"planned": 1, "invoiced": 0}
        for move in self:
            move.amount_effect = signs.get(move.kind, -1) * move.amount

    # === CRUD METHODS === #

    def write(self, vals):
        """Refuse: rows are only added."""
        if vals:
            raise UserError(self.env._("The rows of a budget can't be changed."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise UserError(self.env._("The rows of a budget can't be deleted."))

    # === ACTION METHODS === #

    def action_open_document(self):
        """Open the document that this row stands for."""
        self.ensure_one()
        if self.res_model == "client.budget.revision":
            model, record_id = "client.budget", self.budget_id.id
        else:
            model, record_id = self.res_model, self.res_id
        return {
            "type": "ir.actions.act_window",
            "res_model": model,
            "res_id": record_id,
            "view_mode": "form",
        }
