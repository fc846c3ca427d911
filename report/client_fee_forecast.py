"""The forecast of fee income."""

from odoo import api, fields, models
from odoo.tools import SQL


class ClientFeeForecast(models.Model):
    """What was and will be billed, by due date; see ``client.fee.mixin``."""

    _name = "client.fee.forecast"
    _inherit = ["client.fee.mixin"]
    _description = "Fee forecast"
    _auto = False
    _log_access = False
    _order = "date_due, id"
    _rec_name = "contract_id"

    date_due = fields.Date(string="Due date", readonly=True)
    period_start = fields.Date(string="Period from", readonly=True)
    period_end = fields.Date(string="Period to", readonly=True)
    basis = fields.Selection(
        selection=[
            ("billed", "Billed"),
            ("drafted", "In a draft invoice"),
            ("scheduled", "Scheduled"),
            ("renewal", "Renewal, assumed"),
            ("on_hold", "Suspended"),
        ],
        readonly=True,
        help="Renewal, assumed: after the end of a contract that renews by itself, at "
        "today's prices. Suspended: waits until the contract resumes.",
    )
    kind = fields.Selection(
        selection=lambda self: (
            self.env["client.contract.entry"]
            ._fields["kind"]
            ._description_selection(self.env)
        ),
        readonly=True,
    )
    contract_kind = fields.Selection(
        selection=lambda self: (
            self.env["client.contract"]._fields["kind"]._description_selection(self.env)
        ),
        string="Kind of contract",
        readonly=True,
    )
    entry_id = fields.Many2one(comodel_name="client.contract.entry", readonly=True)
    contract_id = fields.Many2one(comodel_name="client.contract", readonly=True)
    line_id = fields.Many2one(
        comodel_name="client.contract.line", string="Service", readonly=True
    )
    client_id = fields.Many2one(comodel_name="res.partner", readonly=True)
    product_id = fields.Many2one(comodel_name="product.product", readonly=True)
    responsible_id = fields.Many2one(comodel_name="res.users", readonly=True)
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    currency_id = fields.Many2one(comodel_name="res.currency", readonly=True)
    company_currency_id = fields.Many2one(comodel_name="res.currency", readonly=True)
    amount = fields.Monetary(
        string="Amount in contract currency",
        readonly=True,
        help="Untaxed. Group by currency before you add it up.",
    )
    amount_company = fields.Monetary(
        string="Amount at today's rate",
        currency_field="company_currency_id",
        readonly=True,
        help="Untaxed, in the currency of the company, at today's rate.",
    )

    @property
    def _table_query(self):
        return SQL(
            """
            WITH %(ctes)s
            SELECT fee.id, fee.entry_id, fee.contract_id, fee.line_id, fee.product_id,
                   fee.kind, fee.period_start, fee.period_end, fee.date_due, fee.basis,
                   contract.kind AS contract_kind, contract.client_id,
                   contract.responsible_id, contract.company_id, contract.currency_id,
                   rate.company_currency_id, fee.amount,
                   fee.amount * rate.factor AS amount_company
              FROM client_fee fee
              JOIN client_contract contract ON contract.id = fee.contract_id
              JOIN client_rate rate ON rate.company_id = contract.company_id
                                   AND rate.currency_id = contract.currency_id
            """,
            ctes=self._fee_ctes(),
        )

    @api.depends("contract_id", "period_start")
    @api.depends_context("uid")
    def _compute_display_name(self):
        for row in self:
            row.display_name = row.contract_id.display_name
        self.env["client.wall"]._mask(self)

    def action_open_contract(self):
        """Open the contract behind a row."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "client.contract",
            "res_id": self.contract_id.id,
            "views": [(False, "form")],
        }
