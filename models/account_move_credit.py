"""Invoices and the credit of their client."""

from odoo import fields, models

from .client_credit_mixin import CREDIT_GROUPS


class AccountMove(models.Model):
    """Uses the client's credit when it is posted."""

    _name = "account.move"
    _inherit = ["account.move", "client.credit.mixin"]

    client_credit_request_ids = fields.One2many(
        comodel_name="client.credit.request",
        inverse_name="move_id",
        groups=CREDIT_GROUPS,
    )

    def write(self, vals):
        """Write; posting this way is no way round the credit limit."""
        if vals.get("state") == "posted":
            self._filter_credit_open()._refuse_without_credit()
        return super().write(vals)

    def _post(self, soft=True):
        """Post what the clients' credit allows; the others wait or are refused."""
        sales = self._filter_credit_open()
        if not sales:
            return super()._post(soft)
        held = sales._hold_by_credit()
        moves = self - held
        if not moves:
            return moves
        keys = (sales - held)._mark_credit_passed()
        try:
            return super(AccountMove, moves)._post(soft)
        finally:
            self._forget_credit_passed(keys)

    def action_post(self):
        """Post; say so when something waits for an approval."""
        result = super().action_post()
        held = self.filtered(
            lambda move: (
                move.state == "draft"
                and move._takes_client_terms()
                # sudo: only whether it waits
                and move.sudo().client_credit_state == "waiting"
            )
        )
        return held._get_credit_waiting_action() if held and not result else result

    def _filter_credit_open(self):
        return self.filtered(
            lambda move: (
                move.move_type in ("out_invoice", "out_receipt")
                and move._is_credit_open()
            )
        )

    def _is_credit_open(self):
        return self.state == "draft"

    def _get_credit_amount(self):
        # what was ordered is counted already, among the orders to invoice
        ordered = self._get_partner_credit_warning_exclude_amount()
        return self.amount_total_signed - ordered

    def _build_credit_warning_message(
        self, record, current_amount=0.0, exclude_current=False, exclude_amount=0.0
    ):
        """Warn by the group's limit where the limit is the group's."""
        statuses = record.partner_id._get_credit_statuses(record.company_id)
        status = next(iter(statuses.values()), None)
        if not status or not status.is_group:
            return super()._build_credit_warning_message(
                record, current_amount, exclude_current, exclude_amount
            )
        amount = current_amount - exclude_amount
        if status.used + amount <= status.limit:
            return ""
        return record.partner_id._get_credit_sentence(status, amount)
