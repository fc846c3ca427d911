"""How the client pays its invoices."""

from odoo import api, fields, models

from ..tools.legend import combine

# a credit note is no claim, and with vendor bills the client is somebody else
CLAIM_TYPES = ("out_invoice", "out_receipt")


class AccountMove(models.Model):
    """Is as its worst instalment is."""

    _name = "account.move"
    _inherit = ["account.move", "client.legend.mixin"]

    client_instalment_ids = fields.Many2many(
        comodel_name="account.move.line",
        string="Instalments",
        compute="_compute_client_instalment_ids",
        groups="account.group_account_invoice,account.group_account_readonly",
    )

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends(
        "state",
        "move_type",
        "line_ids.client_open_due_date",
        "line_ids.client_paid_date",
        "line_ids.client_settled",
    )
    def _compute_client_settlement(self):
        for move in self:
            lines = move._get_client_instalments()
            open_days = [line.client_open_due_date for line in lines]
            open_days = [day for day in open_days if day]
            paid_days = [line.client_paid_date for line in lines]
            move.client_open_due_date = min(open_days, default=False)
            move.client_paid_date = not open_days and max(paid_days, default=False)
            move.client_settled = not open_days and (
                combine(lines.mapped("client_settled")) or False
            )

    @api.depends("client_open_due_date", "client_settled")
    def _compute_client_instalment_ids(self):
        for move in self:
            move.client_instalment_ids = move._get_client_instalments()

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _get_client_instalments(self):
        """Return what the client has to pay for an invoice, the first due one first.

        :rtype: account.move.line
        """
        self.ensure_one()
        if self.state != "posted" or self.move_type not in CLAIM_TYPES:
            return self.env["account.move.line"]
        return self.line_ids.filtered(
            lambda line: line.client_open_due_date or line.client_settled
        ).sorted(lambda line: (line.date_maturity or line.date, line.id))
