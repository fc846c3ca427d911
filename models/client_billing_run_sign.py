"""What is in the client's favour: set off on an invoice, or on a credit note."""

from odoo import models
from odoo.tools import float_compare


class ClientBillingRun(models.Model):
    """Bills no service on a credit note.

    Credits reduce an invoice as long as its total, taxes included, does not go below
    zero: Odoo confirms no such invoice.  Where they are more, the services are billed
    on an invoice in full, and all the credits stand on a credit note beside it; the
    accountant sets both off against each other like any payment.
    """

    _inherit = "client.billing.run"

    def _create_invoices(self, groups):
        return super()._create_invoices(self._split_by_sign(groups))

    def _split_by_sign(self, groups):
        """Return the entries of each document, an invoice or a credit note.

        :param groups: list of client.contract.entry, those billed together
        """
        result = []
        for group in groups:
            charges = group.filtered(lambda entry: entry.amount > 0)
            if charges and any(entry.amount < 0 for entry in group):
                if self._is_total_negative(group):
                    parts = (charges, group - charges)
                    # keep the prefetch of the whole chunk
                    prefetch = group._prefetch_ids
                    result += [part.with_prefetch(prefetch) for part in parts]
                    continue
            result.append(group)
        return result

    def _is_total_negative(self, entries):
        """Tell whether an invoice of these entries would come to less than zero."""
        values = self._prepare_invoice_values(entries)
        env = self.with_company(self.company_id).env
        currency = env["res.currency"].browse(values["currency_id"])
        taxes = env["account.tax"]
        base_lines = [
            taxes._prepare_base_line_for_taxes_computation(
                {},
                tax_ids=taxes.browse(line["tax_ids"][0][2]),
                price_unit=line["price_unit"],
                quantity=line["quantity"],
                discount=line["discount"],
                currency_id=currency,
                product_id=env["product.product"].browse(line["product_id"]),
                partner_id=env["res.partner"].browse(values["partner_id"]),
                rate=1.0,
            )
            for line in self._get_prepared_lines(values)
        ]
        taxes._add_tax_details_in_base_lines(base_lines, self.company_id)
        taxes._round_base_lines_tax_details(base_lines, self.company_id)
        totals = taxes._get_tax_totals_summary(
            base_lines,
            currency,
            self.company_id,
            cash_rounding=env["account.cash.rounding"].browse(
                values.get("invoice_cash_rounding_id")
            ),
        )
        total = totals["total_amount_currency"]
        return float_compare(total, 0.0, precision_rounding=currency.rounding) < 0
