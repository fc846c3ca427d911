"""Sending invoices needs the client's whole address, where the settings say so."""

from odoo import api, models


class AccountMoveSend(models.AbstractModel):
    _inherit = "account.move.send"

    @api.model
    def _get_move_constraints(self, move):
        """Return why an invoice can't be sent; an incomplete address is a reason."""
        constraints = super()._get_move_constraints(move)
        if sentence := move._client_address_problem():
            constraints["client_hub_address"] = sentence
        return constraints

    @api.model
    def _generate_and_send_invoices(
        self,
        moves,
        from_cron=False,
        allow_raising=True,
        allow_fallback_pdf=False,
        **custom_settings,
    ):
        """Send; the job leaves out what it can't send instead of stopping at it."""
        if from_cron:
            problems = moves._client_address_problems()
            for move in moves.browse(problems):
                move.sending_data = False
                move.message_post(
                    body=self.env._("Not sent. %s", problems[move.id]),
                )
            moves -= moves.browse(problems)
            if not moves:
                return {}
        return super()._generate_and_send_invoices(
            moves,
            from_cron=from_cron,
            allow_raising=allow_raising,
            allow_fallback_pdf=allow_fallback_pdf,
            **custom_settings,
        )
