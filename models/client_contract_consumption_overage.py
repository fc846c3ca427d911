"""The entry of a period's extra, and the differences that come late."""

from odoo import fields, models
from odoo.tools import float_compare, float_is_zero

from ..tools.schedule import Period


class ClientContractConsumption(models.Model):
    """Makes the entries of a period's extra."""

    _inherit = "client.contract.consumption"

    def _sync_overage(self):
        """Create or change the entry of what is not entered for good yet.

        :return: client.contract.entry, empty when nothing was to be done
        """
        self.ensure_one()
        none = self.entry_ids.browse()
        free = self.entry_ids.filtered(
            lambda entry: (
                entry.state in ("open", "ready")
                and not entry.invoice_line_ids
                and not entry.billing_run_id
                and not entry._is_touched()
                and not entry.approved
            )
        )
        settled = sum((self.entry_ids - free).mapped("quantity"))
        missing = round(self.extra - settled, 2)
        if float_is_zero(missing, precision_digits=2):
            free.unlink()
            return none
        entry = free[:1]
        (free - entry).unlink()
        if not entry:
            return none.create(self._prepare_overage_values(missing, settled))
        if not float_compare(entry.quantity, missing, precision_digits=2):
            return none
        values = self._prepare_overage_values(missing, settled)
        entry.write(
            {
                name: values[name]
                for name in ("quantity", "price_unit", "amount_scheduled", "derivation")
            }
        )
        return entry

    def _prepare_overage_values(self, quantity, settled):
        """Return the values of the entry that bills some extra (hook).

        :param float quantity: hours or pieces, below 0 for a credit
        :param float settled: what other entries of this period have already
        """
        included, contract = self.included_id, self.contract_id
        line = included.line_id
        product = included.product_id or line.product_id
        entries = self.env["client.contract.entry"]
        lang = contract.client_id.lang
        localized = self.with_context(lang=lang).included_id
        taxes = entries._get_overage_taxes(line, product, contract.company_id)
        amount = entries._compute_untaxed(
            included.price_unit,
            quantity,
            0.0,
            contract.currency_id,
            taxes=taxes,
            product=product,
        )
        derivation = {
            "price_unit": included.price_unit,
            "quantity": quantity,
            "discount": 0.0,
            "days": 1,
            "period_days": 1,
            "rounding": contract.currency_id.rounding,
            "amount": amount,
            "overage": {
                "kind": included.kind,
                "included": self.included_quantity,
                "carried": self.carried_in,
                "consumed": self.consumed,
                "extra": self.extra,
                "settled": settled,
            },
        }
        if any(taxes.flatten_taxes_hierarchy().mapped("price_include")):
            derivation["tax_included_price"] = True
        return {
            "contract_id": contract.id,
            "line_id": line.id,
            "consumption_id": self.id,
            "kind": "overage",
            "period_start": self.period_start,
            "period_end": self.period_end,
            "date_due": self._get_overage_due(),
            "product_id": product.id,
            "name": localized.env._("Beyond the included: %s", localized.name),
            "quantity": quantity,
            "price_unit": included.price_unit,
            "amount_scheduled": amount,
            "derivation": derivation,
        }

    def _get_overage_due(self):
        """Return when the extra falls due: as a period that follows this one."""
        period = Period(
            self.period_start, self.period_end, self.period_start, self.period_end
        )
        due = self.contract_id._get_due_date(period, timing="arrears")
        return max(due, fields.Date.context_today(self))
