"""An invoice as a spreadsheet."""

from odoo import models
from odoo.tools import format_date

from ..tools.invoice_workbook import write_invoice


class AccountMove(models.Model):
    _inherit = "account.move"

    def _get_client_workbook(self):
        """Return the invoice as XLSX, in the language of the user.

        :rtype: bytes
        """
        self.ensure_one()
        return write_invoice(
            {
                "title": self.display_name,
                "facts": self._get_client_workbook_facts(),
                **self._get_client_workbook_lines(),
                "totals": [
                    (self.env._("Without taxes"), self.amount_untaxed),
                    (self.env._("Taxes"), self.amount_tax),
                    (self.env._("Total"), self.amount_total),
                    (self.env._("To pay"), self.amount_residual),
                ],
                **self._get_client_workbook_instalments(),
            }
        )

    def _get_client_workbook_facts(self):
        return [
            (self.env._("Customer"), self.partner_id.display_name),
            (self.env._("Invoice date"), self._format_client_day(self.invoice_date)),
            (self.env._("Due date"), self._format_client_day(self.invoice_date_due)),
            (self.env._("Payment reference"), self.payment_reference or ""),
            (self.env._("Currency"), self.currency_id.name),
        ]

    def _get_client_workbook_lines(self):
        lines = self.invoice_line_ids.filtered(
            lambda line: line.display_type == "product"
        )
        return {
            "heads": [
                self.env._("Description"),
                self.env._("Quantity"),
                self.env._("Price"),
                self.env._("Taxes"),
                self.env._("Amount"),
            ],
            "lines": [
                [
                    line.name or "",
                    line.quantity,
                    line.price_unit,
                    # sudo: the taxes stand on the invoice
                    ", ".join(line.sudo().tax_ids.mapped("name")),
                    line.price_subtotal,
                ]
                for line in lines
            ],
        }

    def _get_client_workbook_instalments(self):
        return {
            "instalment_heads": [
                self.env._("Due"),
                self.env._("Instalment"),
                self.env._("Open"),
                self.env._("Paid on"),
                self.env._("Legend"),
            ],
            "instalments": [
                [
                    self._format_client_day(line.date_maturity or line.date),
                    line.amount_currency,
                    line.amount_residual_currency,
                    self._format_client_day(line.client_paid_date),
                    (line.client_legend, line._get_client_look()["label"]),
                ]
                # sudo: whoever reads the invoice reads its instalments
                for line in self.sudo()._get_client_instalments()
            ],
        }

    def _format_client_day(self, day):
        return format_date(self.env, day) if day else ""
