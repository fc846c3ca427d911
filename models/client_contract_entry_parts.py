"""Entries that bill a part of a period: text and price."""

from odoo import models


class ClientContractEntry(models.Model):
    """Tells the cents that make the parts of a period sum to it."""

    _inherit = "client.contract.entry"

    def _get_derivation_share(self, data):
        text = super()._get_derivation_share(data)
        if carried := data.get("carried"):
            sign = "+" if carried > 0 else "−"
            amount = self._format_amount(abs(carried))
            text += " " + self.env._(
                "%(sign)s %(amount)s for the sum of the parts", sign=sign, amount=amount
            )
        return text
