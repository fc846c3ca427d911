"""Sending the invoices of a billing run, each client's own way."""

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError


class ClientBillingRun(models.Model):
    """Leaves the mail to Odoo's own queue: what fails there can't undo a bill."""

    _inherit = "client.billing.run"

    send = fields.Boolean(
        string="Send the invoices",
        help="By the way and to the address that each client has; in the background.",
    )
    sending_count = fields.Integer(string="Being sent", compute="_compute_send_counts")
    unsent_count = fields.Integer(string="Not sent", compute="_compute_send_counts")

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    def _compute_send_counts(self):
        counts = {}
        # sudo: figures only; the invoices themselves obey the reader's rules
        moves = self.env["account.move"].sudo()
        for run, waiting, count in moves._read_group(
            [
                ("client_billing_run_id", "in", self.filtered("send").ids),
                ("state", "=", "posted"),
                ("is_move_sent", "=", False),
            ],
            ["client_billing_run_id"],
            ["sending_data:count", "__count"],
        ):
            counts[run.id] = waiting, count - waiting
        for run in self:
            run.sending_count, run.unsent_count = counts.get(run.id, (0, 0))

    # ------------------------------------------------------------------
    # ACTION
    # ------------------------------------------------------------------

    def action_view_unsent(self):
        """Open the invoices that neither went out nor wait for it."""
        action = self.action_view_invoices()
        action["display_name"] = self.env._("Not sent: %s", self.name)
        action["context"]["client_billing_unsent"] = True
        action["domain"] += [
            ("state", "=", "posted"),
            ("is_move_sent", "=", False),
            ("sending_data", "=", False),
        ]
        return action

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    @api.model
    def _check_can_send(self):
        """Refuse to promise what Odoo's job will not do.

        :raise UserError: when the job that sends invoices is switched off
        """
        # sudo: accountants may not read scheduled jobs; only whether it works
        if not self.env.ref("account.ir_cron_account_move_send").sudo().active:
            raise UserError(
                self.env._(
                    "Invoices can't be sent in the background: the scheduled job “Send "
                    "invoices automatically” is switched off. Ask your administrator, "
                    "or bill without sending."
                )
            )

    def _queue_sending(self, moves):
        """Give Odoo's job what can be sent; a note says why something can't.

        In the transaction that confirms them, see ``account.move._post``.

        :param moves: posted account.move of this run
        """
        problems = {move.id: self._get_sending_problem(move) for move in moves}
        ready = moves.filtered(lambda move: not problems[move.id])
        if ready:
            ready.sending_data = {
                "author_user_id": self.env.user.id,
                "author_partner_id": self.env.user.partner_id.id,
            }
            # sudo: accountants may not touch scheduled jobs; this only wakes it
            self.env.ref("account.ir_cron_account_move_send").sudo()._trigger()
        if unsent := moves - ready:
            unsent._message_log_batch(
                bodies={
                    move.id: Markup("%s")
                    % self.env._("Not sent. %s", problems[move.id])
                    for move in unsent
                }
            )

    @api.model
    def _get_sending_problem(self, move):
        """Return why an invoice can't be sent, as a sentence, or None (hook)."""
        send = self.env["account.move.send"]
        methods = send._get_default_sending_methods(move)
        if "manual" in methods:
            return self.env._("This client's invoices are sent by hand.")
        for sentence in send._get_move_constraints(move).values():
            return sentence
        if "email" in methods and not move.partner_id.email:
            return self.env._("%s has no e-mail address.", move.partner_id.display_name)
        return None
