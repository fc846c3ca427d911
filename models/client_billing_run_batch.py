"""What a batch of invoices knows that Odoo would find out one invoice at a time."""

from odoo import models


class ClientBillingRun(models.Model):
    """Prepares the invoices of a batch; each is what it would be without it."""

    _inherit = "client.billing.run"

    def _prepare_batch_values(self, groups):
        """Return the values of the invoices of these groups.

        :param groups: list of client.contract.entry recordset, one per invoice
        :return: list of dict
        """
        journal = self._get_default_journal()
        # sudo: only whether there is any, of whatever company
        models_sudo = self.env["account.analytic.distribution.model"].sudo()
        is_distributed = bool(models_sudo.search_count([], limit=1))
        values_list = []
        for group in groups:
            values = self._prepare_invoice_values(group, journal)
            lines = self._get_prepared_lines(values)
            if not is_distributed:
                self._spare_distribution(lines)
            if values["currency_id"] == self.company_id.currency_id.id:
                self._spare_second_write(group, lines)
            values_list.append(values)
        return values_list

    def _get_prepared_lines(self, values):
        """Return the values of the lines in those of their invoice."""
        return [line for _command, _id, line in values["invoice_line_ids"]]

    def _spare_distribution(self, lines):
        """Without distribution models, don't look for one that fits each line."""
        for line in lines:
            line.setdefault("analytic_distribution", False)

    def _spare_second_write(self, entries, lines):
        """Create lines with their balance, which Odoo else writes to each one after.

        Odoo corrects it where taxes are computed, so only there it is given.
        """
        if not all(line["tax_ids"][0][2] for line in lines):
            return
        amounts = {entry.id: entry.amount for entry in entries}
        for line in lines:
            # an income is on the credit side, on invoices and credit notes alike
            amount = -amounts[line["client_entry_id"]]
            line.update(balance=amount, amount_currency=amount)
