"""Invoices and the terms of their client."""

from odoo import api, fields, models
from odoo.tools import frozendict

from ..tools.payment_day import move_to_payment_day

# the same term under another name on the document that an invoice bills
SOURCE_NAMES = {
    ("client.contract", "preferred_payment_method_line_id"): "payment_method_line_id",
    ("client.contract", "invoice_payment_term_id"): "payment_term_id",
    ("client.contract", "invoice_user_id"): "salesperson_id",
    ("sale.order", "invoice_payment_term_id"): "payment_term_id",
    ("sale.order", "invoice_user_id"): "user_id",
}
SUMMED = ("balance", "amount_currency", "discount_balance", "discount_amount_currency")


class AccountMove(models.Model):
    """Takes discount, payment day, method and withholding from the client."""

    _name = "account.move"
    _inherit = ["account.move", "client.terms.document.mixin"]

    _client_terms = {
        "client_discount": "client_discount",
        "invoice_payment_term_id": "property_payment_term_id",
        "client_payment_day": "client_payment_day",
        "preferred_payment_method_line_id": "property_inbound_payment_method_line_id",
        "client_withholding_tax_id": "client_withholding_tax_id",
        "invoice_user_id": "user_id",
    }

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    def _takes_client_terms(self):
        return self.is_sale_document(include_receipts=True)

    @api.depends("move_type")
    def _compute_client_terms(self):
        # what was posted stays, whatever becomes of the client
        drafts = self.filtered(lambda move: (move.state or "draft") == "draft")
        return super(AccountMove, drafts)._compute_client_terms()

    @api.depends("partner_id")
    def _compute_preferred_payment_method_line_id(self):
        """Take the client's method for invoices of its contacts."""
        result = super()._compute_preferred_payment_method_line_id()
        self._fill_preferred_payment_method()
        return result

    @api.depends("client_payment_day")
    def _compute_needed_terms(self):
        """Move the due dates of the payment terms to the client's payment day."""
        result = super()._compute_needed_terms()
        for move in self:
            # sudo: a field for internal users only
            days = move.sudo()._get_client_payment_days()
            if days and move.invoice_payment_term_id and move.needed_terms:
                move.needed_terms = move._move_needed_terms(days)
        return result

    @api.depends("client_payment_day", "invoice_date")
    def _compute_invoice_date_due(self):
        """Without terms, what is payable at once is payable on the payment day."""
        for move in self:
            # sudo: as above
            days = move.sudo()._get_client_payment_days()
            if days and not move.invoice_payment_term_id:
                date = move.invoice_date or fields.Date.context_today(move)
                if not move.invoice_date_due or move.invoice_date_due == date:
                    move.invoice_date_due = move_to_payment_day(date, days)
        return super()._compute_invoice_date_due()

    def _move_needed_terms(self, days):
        """Return the instalments with their dates moved; the same dates add up.

        :param days: days of the month
        :return: dict as in ``needed_terms``
        """
        moved = {}
        for key, values in self.needed_terms.items():
            due = key["date_maturity"]
            key = frozendict(
                {**key, "date_maturity": due and move_to_payment_day(due, days)}
            )
            if key not in moved:
                moved[key] = dict(values)
                continue
            for name in SUMMED:
                if name in values:
                    moved[key][name] = moved[key].get(name, 0.0) + values[name]
        return moved

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    def write(self, vals):
        """Write; another client's terms reach the lines that are there."""
        before = self._remember_line_terms(vals)
        result = super().write(vals)
        self._pass_on_line_terms(before)
        return result

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _apply_client_terms(self):
        """Give the lines of a draft the discount and withholding of the invoice."""
        for move in self.filtered(lambda move: move.state == "draft"):
            if move._takes_client_terms():
                lines = move.invoice_line_ids.filtered(
                    lambda line: line.display_type == "product"
                )
                lines._apply_client_discount()
                move._swap_withholding(lines)

    def _get_terms_sources(self):
        """Return the orders and contracts that this invoice bills."""
        sources = list(self.invoice_line_ids.sale_line_ids.order_id)
        return sources + list(self.invoice_line_ids.client_contract_id)

    def _get_terms_source_value(self, source, name):
        name = SOURCE_NAMES.get((source._name, name), name)
        return super()._get_terms_source_value(source, name)
