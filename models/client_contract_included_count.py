"""How the periods of something included follow from each other."""

from odoo import models

from ..tools import included

# hundredths of an hour or a piece: what the arithmetic counts in
UNITS = 100


class ClientContractIncluded(models.Model):
    """Counts all periods of what is included, the one after the other."""

    _inherit = "client.contract.included"

    def _count_consumption(self):
        """Return the numbers of all periods, with a fixed number of queries.

        :return: {id of the period: {field: value}}
        """
        rows = self.env["client.contract.consumption"].search(
            [("included_id", "in", self.ids)], order="included_id, period_start"
        )
        consumed = rows._get_consumed()
        entered = dict(
            (row.id, quantity)
            for row, quantity in self.env["client.contract.entry"]._read_group(
                [("consumption_id", "in", rows.ids)],
                ["consumption_id"],
                ["quantity:sum"],
            )
        )
        numbers = {}
        for record, periods in rows.grouped("included_id").items():
            for row, outcome in record._get_outcomes(periods, consumed):
                available = row.quantity + row.granted + outcome.carried_in / UNITS
                amount = round(consumed.get(row.id, 0.0) * UNITS) / UNITS
                numbers[row.id] = {
                    "included_quantity": row.quantity + row.granted,
                    "consumed": amount,
                    "entered": entered.get(row.id, 0.0),
                    "percent": 100.0 * amount / available if available else 0.0,
                    **{
                        name: getattr(outcome, name) / UNITS
                        for name in outcome.__dataclass_fields__
                    },
                }
        return numbers

    def _get_outcomes(self, periods, consumed):
        """Return pairs of a period and its outcome, see ``tools/included.py``."""
        self.ensure_one()
        usages = [
            included.Usage(
                row.period_start,
                row.period_end,
                round((row.quantity + row.granted) * UNITS),
                round(consumed.get(row.id, 0.0) * UNITS),
            )
            for row in periods
        ]
        outcomes = included.evaluate(
            usages,
            self.policy,
            self.months,
            round(self.cap * UNITS) if self.cap else None,
            self._is_closed(periods),
        )
        return zip(periods, outcomes, strict=True)
