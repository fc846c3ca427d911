"""Why an entry costs what it costs after a price adjustment."""

from odoo import api, models
from odoo.tools import format_date


class ClientContractEntry(models.Model):
    """Tells the factor of the adjustment behind its price."""

    _inherit = "client.contract.entry"

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    @api.model
    def _get_adjustments(self, data):
        """Return what a derivation keeps of the adjustments behind its prices.

        :param dict data: a derivation, or None
        :return: {id: see ``client.price.adjustment.line._prepare_derivation``}
        """
        data = data or {}
        found = {}
        if data.get("adjustment") and not data.get("suspended"):
            found[data["adjustment"]["id"]] = data["adjustment"]
        for part in (*(data.get("segments") or ()), *(data.get("pieces") or ())):
            found |= self._get_adjustments(part)
        return found

    def _get_adjustment_ids(self):
        """Return the ids of the adjustments behind the price of any day of it."""
        self.ensure_one()
        return set(self._get_adjustments(self.derivation))

    @api.model
    def _get_true_ups(self, data):
        """Return those of ``_get_adjustments`` whose estimate was replaced.

        :param dict data: a derivation of what was billed, or None
        """
        return {
            number: adjustment
            for number, adjustment in self._get_adjustments(data).items()
            if adjustment.get("true_up")
        }

    def _prepare_difference(self, key, component, settled, before, days):
        """Name the adjustment and the index for whose sake there is a difference."""
        values = super()._prepare_difference(key, component, settled, before, days)
        known = self._get_true_ups(before)
        client = self.with_context(lang=self.client_id.lang).env
        names = [values["name"]]
        for number, adjustment in self._get_true_ups(component["derivation"]).items():
            if number not in known:
                names.append(
                    client._(
                        "Price adjustment of %(date)s, definitive %(index)s",
                        date=format_date(client, adjustment["date"]),
                        index=adjustment["true_up"]["index"],
                    )
                )
        return {**values, "name": "\n".join(names)}

    def _get_cause(self, previous, amount):
        """A true-up is a matter of prices, not of an agreement."""
        cause = super()._get_cause(previous, amount)
        now = (self.derivation or {}).get("now")
        if self.kind == "difference" and cause == "agreement":
            return "price" if self._get_true_ups(now) else cause
        return cause

    # ------------------------------------------------------------------
    # TEXT
    # ------------------------------------------------------------------

    def _get_derivation_formula(self, data):
        text = super()._get_derivation_formula(data)
        if adjustment := data.get("adjustment"):
            text += "\n" + self._get_derivation_adjustment(data, adjustment)
        return text

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
        text = self.env._(
            "Price adjusted on %(date)s: %(before)s × %(factor)s = %(price)s",
            date=day,
            before=self._format_amount(adjustment["price_before"]),
            factor=self._format_factor(adjustment["factor"]),
            price=self._format_amount(data["price_unit"]),
        )
        if true_up := adjustment.get("true_up"):
            text += "\n" + self._get_derivation_true_up(true_up)
        return text

    def _get_derivation_true_up(self, true_up):
        """Return which value is definitive by now, and what was billed before.

        :param dict true_up: see ``client.price.adjustment.line._prepare_definitive``
        """
        values = [
            f"{format_date(self.env, month, date_format='MMMM y')} {value:g}"
            for month, value in sorted(true_up["values"].items())
        ]
        return self.env._(
            "Definitive value of %(index)s: %(values)s. Billed with an estimate "
            "before: %(price)s, factor %(factor)s",
            index=true_up["index"],
            values="; ".join(values),
            price=self._format_amount(true_up["price"]),
            factor=self._format_factor(true_up["factor"]),
        )

    @api.model
    def _format_factor(self, factor):
        return f"{factor:.8f}".rstrip("0").rstrip(".")
