"""How entries become invoice lines."""

from odoo import models
from odoo.fields import Command
from odoo.tools import float_is_zero


class ClientContractEntry(models.Model):
    _inherit = "client.contract.entry"

    # ------------------------------------------------------------------
    # ACTION
    # ------------------------------------------------------------------

    def action_bill(self):
        """Open the billing wizard for the selected entries."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Bill"),
            "res_model": "client.billing.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"active_model": self._name, "active_ids": self.ids},
        }

    def action_view_invoices(self):
        """Open the invoices and credit notes of these entries."""
        moves = self.invoice_line_ids.move_id
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.action_move_out_invoice_type"
        )
        # without the type Odoo's list leaves out the customer and the date
        action["context"] = {"create": False, "default_move_type": "out_invoice"}
        if len(moves) == 1:
            action["views"] = [(False, "form")]
            action["res_id"] = moves.id
        else:
            action["domain"] = [("id", "in", moves.ids)]
        return action

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _get_billing_problem(self):
        """Return why this entry can't be billed, as a sentence, or None (hook)."""
        self.ensure_one()
        if self.client_id.client_status == "inactive":
            return self.env._("The client is inactive: reactivate it to bill.")
        if self.product_id and not self.product_id.active:
            return self.env._(
                "The product “%s” is archived.", self.product_id.display_name
            )
        if not self.currency_id.active:
            return self.env._("The currency %s is archived.", self.currency_id.name)
        return None

    def _get_taxes(self):
        """Return the sale taxes before the fiscal position."""
        self.ensure_one()
        data = self.derivation or {}
        # what an agreement bills has taxes of its own, a difference those of before
        if "tax_ids" in data and (data.get("segments") or self._has_own_taxes()):
            return self.env["account.tax"].browse(data["tax_ids"]).exists()
        if self.line_id:
            return self.line_id.tax_ids
        return self.product_id._get_client_contract_taxes(self.company_id)

    def _has_own_taxes(self):
        """Tell whether neither the service nor the product says the taxes."""
        return bool(self.difference_of_id or self.overlay_id)

    def _get_billed_price(self):
        """Return quantity, unit price and discount for the invoice line.

        The line's subtotal is this entry's amount to the cent: for a part of a
        period or an adjusted amount the unit price is worked back from it.
        """
        self.ensure_one()
        data = self.derivation or {}
        whole = data.get("days") == data.get("period_days") and not data.get("carried")
        if whole and not self.is_adjusted and self.kind != "difference":
            if len(data.get("segments") or ()) <= 1:
                return self.quantity, self.price_unit, self.discount
        net_quantity = self.quantity * (1 - (self.discount or 0.0) / 100.0)
        if float_is_zero(net_quantity, precision_digits=6):
            return 1.0, self._get_price_of(self.amount, 1.0, 0.0), 0.0
        price = self._get_price_of(self.amount, self.quantity, self.discount)
        return self.quantity, price, self.discount

    def _get_price_of(self, amount, quantity, discount):
        """Return the unit price of which an untaxed amount comes.

        :param float amount: untaxed
        :param float quantity: not zero
        :param float discount: in percent, below 100
        """
        price = amount / (quantity * (1 - (discount or 0.0) / 100.0))
        taxes = self._get_taxes()
        if not any(taxes.flatten_taxes_hierarchy().mapped("price_include")):
            return price
        currency, terms = self.currency_id, (quantity, discount, self.currency_id)
        options = {"taxes": taxes, "product": self.product_id}
        # what the taxes leave of a price is in proportion to it, but for rounding
        probe = 1000.0 * price or 1.0
        left = self._compute_untaxed(probe, *terms, **options)
        price *= probe * quantity * (1 - (discount or 0.0) / 100.0) / left
        step = currency.rounding / (4 * quantity * (1 - (discount or 0.0) / 100.0))
        for tries in (0, 1, -1, 2, -2, 3, -3, 4, -4, 5, -5, 6, -6):
            found = self._compute_untaxed(price + tries * step, *terms, **options)
            if currency.is_zero(found - amount):
                return price + tries * step
        return price

    def _prepare_invoice_line_values(self, position, lang, refund=False):
        """Return the values of the invoice line that bills this entry (hook).

        :param position: account.fiscal.position of the invoice, may be empty
        :param str lang: the client's language
        :param bool refund: True on a credit note, which bills negative amounts
        """
        self.ensure_one()
        quantity, price, discount = self._get_billed_price()
        taxes = self._get_taxes()
        if position:
            mapped = position.map_tax(taxes)
            price = taxes._adapt_price_unit_to_another_taxes(
                price, self.product_id, taxes, mapped
            )
            taxes = mapped
        taxes = self.contract_id._add_withholding(taxes, self.product_id)
        period = self._get_period_text(lang)
        values = {
            "product_id": self.product_id.id,
            "name": f"{self.name}\n{period}" if period else self.name,
            "quantity": quantity,
            "price_unit": -price if refund else price,
            "discount": discount,
            "tax_ids": [Command.set(taxes.ids)],
            "client_entry_id": self.id,
            "client_entry_terms": self._dump_terms(),
        }
        if self.line_id.analytic_distribution:
            values["analytic_distribution"] = self.line_id.analytic_distribution
        return values
