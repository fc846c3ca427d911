"""Invoices of a billing run, once they are confirmed."""

from odoo import models


class AccountMove(models.Model):
    """Goes out by itself where the billing run was to send its invoices."""

    _inherit = "account.move"

    def _post(self, soft=True):
        """Post, then queue for sending what its run promised to send.

        Also an invoice that waited for a credit approval, and is confirmed later.
        """
        posted = super()._post(soft)
        # sudo: only whether the run sends; whoever confirms may not read it
        waiting = posted.filtered(
            lambda move: (
                move.sudo().client_billing_run_id.send
                and not move.is_move_sent
                and not move.sending_data
            )
        )
        for run_sudo, moves in waiting.sudo().grouped("client_billing_run_id").items():
            run_sudo.sudo(False)._queue_sending(moves.sudo(False))
        return posted
