"""Why an invoice of a billing run was not sent."""

from odoo import api, fields, models


class AccountMove(models.Model):
    """Says on the list of what was not sent what stands in the way today."""

    _inherit = "account.move"

    client_sending_problem = fields.Char(
        string="Not sent because",
        compute="_compute_client_sending_problem",
        groups="account.group_account_invoice,account.group_account_readonly",
    )

    @api.depends("partner_id.email", "partner_id.invoice_sending_method", "state")
    @api.depends_context("lang")
    def _compute_client_sending_problem(self):
        runs = self.env["client.billing.run"]
        for move in self:
            asked = move.client_billing_run_id.send and not move.is_move_sent
            move.client_sending_problem = (
                asked
                and move.state == "posted"
                and not move.sending_data
                and (
                    runs._get_sending_problem(move)
                    or self.env._("Nothing stands in its way any more: send it.")
                )
            )
