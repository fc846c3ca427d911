"""When the invoices of a billing run are payable."""

from odoo import models


class ClientBillingRun(models.Model):
    """Keeps the due date that the payment terms gave the entries."""

    _inherit = "client.billing.run"

    def _get_invoice_key(self, contract, group_by):
        # one invoice is payable on one day
        key = super()._get_invoice_key(contract, group_by)
        return (*key, contract.due_rule == "terms")

    def _prepare_invoice_values(self, entries, journal=None):
        values = super()._prepare_invoice_values(entries, journal)
        contract = next(iter(entries)).contract_id
        if contract.due_rule == "terms":
            # counted from the period: the terms would count again from the invoice
            values["invoice_payment_term_id"] = False
            due = max(*entries.mapped("date_due"), self.invoice_date)
            values["invoice_date_due"] = contract._move_to_payment_day(due)
        return values
