"""What a temporary agreement does to a day of a contract line."""

from dataclasses import replace

from odoo import models
from odoo.tools import formatLang

# in this order the kinds apply: a price agreed for the days counts more than the one
# that comes with another product
ORDER = ("product", "price", "quantity", "discount", "suspend")


class ClientContractOverlay(models.Model):
    """Knows the terms of its days."""

    _inherit = "client.contract.overlay"

    def _of_line(self, line):
        """Return which of these agreements are about a contract line, in their order.

        :param line: client.contract.line
        """
        # in a form the services are records that are not saved yet
        found = self.filtered(
            lambda o: (
                o.kind in ORDER
                and (not o.line_ids or line._origin in o.line_ids._origin)
            )
        )
        return found.sorted(lambda o: (ORDER.index(o.kind), o._origin.id or 0))

    def _apply_to(self, terms):
        """Return the terms of a day with this agreement on top.

        :param agreement.Terms terms: those without it
        """
        self.ensure_one()
        overlays = (*terms.overlays, self._origin.id or 0)
        if self.kind == "suspend":
            return replace(terms, suspended=True, overlays=overlays)
        if self.kind == "price":
            values = {"price_unit": self.price_unit, "adjustment": None}
        elif self.kind == "quantity":
            values = {"quantity": self.quantity}
        elif self.kind == "discount":
            values = {"discount": self.discount}
        else:
            values = {
                "product_id": self.product_id._origin.id,
                "tax_ids": tuple(sorted(self.tax_ids._origin.ids)),
                "name": self.name,
            }
            if not self.keep_price:
                values.update(price_unit=self.price_unit, adjustment=None)
        return replace(terms, overlays=overlays, **values)

    def _on_days(self, start, end):
        """Return which of these agreements hold on a day between two."""
        return self.filtered(lambda o: o.date_start <= end and o.date_end >= start)

    # ------------------------------------------------------------------
    # TEXT
    # ------------------------------------------------------------------

    def _get_summary(self):
        """Return what is agreed in a few words, e.g. ``Price 300.00``."""
        self.ensure_one()
        price = formatLang(self.env, self.price_unit, currency_obj=self.currency_id)
        quantity = self._format_number(self.quantity)
        title = (self.name or "").split("\n")[0]
        if self.kind == "suspend":
            return self.env._("Nothing is billed")
        if self.kind == "price":
            return self.env._("Price %s", price)
        if self.kind == "discount":
            return self.env._("Discount %s %%", self._format_number(self.discount))
        if self.kind == "quantity":
            return self.env._("Quantity %s", quantity)
        if self.kind == "product":
            if self.keep_price:
                return self.env._("%s at the same price", title)
            return self.env._("%(product)s at %(price)s", product=title, price=price)
        text = f"{quantity} × {title}, {price}"
        return self.env._("%s each period", text) if self.extra_recurring else text
