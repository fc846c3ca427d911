"""One new instalment of a renegotiation."""

from odoo import api, fields, models


class ClientRenegotiationInstalment(models.Model):
    """When the client pays how much.

    Written by the plan alone: nobody has the right to create or change one.
    """

    _name = "client.renegotiation.instalment"
    _description = "Instalment of a Renegotiation"
    _inherit = ["client.renegotiation.part.mixin"]
    _order = "renegotiation_id, number, id"

    renegotiation_id = fields.Many2one(readonly=True)
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
    @api.depends_context("lang")
    def _compute_display_name(self):
        for row in self:
            row.display_name = row._get_label()
        self.env["client.wall"]._mask(self)

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
