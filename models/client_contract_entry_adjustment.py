"""Why an entry costs what it costs after a price adjustment."""

from odoo import models
from odoo.tools import format_date


class ClientContractEntry(models.Model):
    """Tells the factor of the adjustment behind its price."""

    _inherit = "client.contract.entry"

    def _get_derivation_formula(self, data):
        text = super()._get_derivation_formula(data)
        if adjustment := data.get("adjustment"):
            text += "\n" + self._get_derivation_adjustment(data, adjustment)
        return text

    def _get_adjustment_ids(self):
        """Return the ids of the adjustments behind the price of any day of it."""
        self.ensure_one()
        data = self.derivation or {}
        parts = [data, *data.get("segments", ()), *data.get("pieces", ())]
        return {part["adjustment"]["id"] for part in parts if part.get("adjustment")}

    def _replace_adjusted_price(self, adjustment, price):
        """Return the derivation with another price where an adjustment made it.

        :param adjustment: client.price.adjustment
        :param float price: the price instead
        """
        self.ensure_one()
        segments = [
            {**segment, "price_unit": price}
            if (segment.get("adjustment") or {}).get("id") == adjustment.id
            else segment
            for segment in self.derivation["segments"]
        ]
        return {**self.derivation, "segments": segments}

    def _get_derivation_adjustment(self, data, adjustment):
        """Return e.g. ``Price adjusted on 01/01/2027: 1,000.00 × 1.0462``."""
        day = format_date(self.env, adjustment["date"])
        if adjustment.get("reason"):
            return self.env._(
                "Price adjusted on %(date)s from %(before)s: %(reason)s",
                date=day,
                before=self._format_amount(adjustment["price_before"]),
                reason=adjustment["reason"],
            )
        return self.env._(
            "Price adjusted on %(date)s: %(before)s × %(factor)s = %(price)s",
            date=day,
            before=self._format_amount(adjustment["price_before"]),
            factor=f"{adjustment['factor']:.8f}".rstrip("0").rstrip("."),
            price=self._format_amount(data["price_unit"]),
        )
