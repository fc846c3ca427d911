"""One new instalment of a renegotiation."""

from odoo import api, fields, models
from odoo.exceptions import AccessError


class ClientRenegotiationInstalment(models.Model):
    """When the client pays how much; written by the plan alone."""

    _name = "client.renegotiation.instalment"
    _description = "Instalment of a Renegotiation"
    _inherit = ["client.record"]
    _order = "renegotiation_id, number, id"
    _client_record_allow_inactive = True
    _history_kind = "invoice"

    renegotiation_id = fields.Many2one(
        comodel_name="client.renegotiation",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    client_id = fields.Many2one(
        related="renegotiation_id.client_id", store=True, precompute=True
    )
    company_id = fields.Many2one(
        related="renegotiation_id.company_id",
        store=True,
        precompute=True,
        default=None,
    )
    currency_id = fields.Many2one(
        related="renegotiation_id.currency_id", store=True, precompute=True
    )
    number = fields.Integer(string="No.", readonly=True, aggregator=None)
    date_maturity = fields.Date(string="Due date", required=True, readonly=True)
    capital = fields.Monetary(readonly=True)
    interest = fields.Monetary(
        string="Interest until then", readonly=True, help="On this instalment."
    )
    tax = fields.Monetary(string="Taxes", readonly=True)
    amount = fields.Monetary(string="To pay", readonly=True)
    move_line_id = fields.Many2one(
        comodel_name="account.move.line",
        string="Journal item",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        groups="base.group_user",
    )
    amount_open = fields.Monetary(
        string="Open", compute="_compute_amount_open", compute_sudo=True
    )

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("move_line_id.amount_residual_currency", "amount")
    def _compute_amount_open(self):
        for row in self:
            line = row.move_line_id
            row.amount_open = line.amount_residual_currency if line else row.amount

    @api.depends("number", "renegotiation_id.number")
    def _compute_display_name(self):
        for row in self:
            row.display_name = row._get_label()
        self.env["client.wall"]._mask(self)

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Create; only for the plan."""
        self._check_own_code()
        return super().create(vals_list)

    def write(self, vals):
        """Write; only for the plan."""
        self._check_own_code()
        return super().write(vals)

    def unlink(self):
        """Delete; only for the plan."""
        self._check_own_code()
        return super().unlink()

    def _check_own_code(self):
        if not self.env.su:
            raise AccessError(
                self.env._("Instalments follow from the terms of the renegotiation.")
            )

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _get_label(self):
        """Return what the journal item is called."""
        self.ensure_one()
        return self.env._(
            "%(renegotiation)s, instalment %(number)s of %(count)s",
            renegotiation=self.renegotiation_id.number or "",
            number=self.number,
            count=self.renegotiation_id.count,
        )
