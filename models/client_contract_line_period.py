"""The periods of a contract line, and what each of them costs."""

from fractions import Fraction
from itertools import pairwise

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date

from ..tools import schedule


class ClientContractLine(models.Model):
    """Bills broken periods apart, or together with their neighbour."""

    _inherit = "client.contract.line"

    # ------------------------------------------------------------------
    # CONSTRAINT
    # ------------------------------------------------------------------

    @api.constrains("contract_id", "product_id", "name", "date_start", "date_end")
    def _check_no_overlap(self):
        """Refuse dates with which the same service would be billed twice.

        Services that run side by side are fine; but who gives one its own dates means
        it to follow another with the same product and description.
        """
        for contract in self.contract_id:
            for same in contract.line_ids.grouped(
                lambda line: (line.product_id, (line.name or "").strip())
            ).values():
                if any(line.date_start or line.date_end for line in same):
                    same._raise_overlap()

    def _raise_overlap(self):
        """Refuse lines of the same service of which two share a day."""
        bounds = sorted(
            (
                (*line._get_bounds(), line)
                for line in self
                if not line._is_never_billed()
            ),
            key=lambda bound: bound[0],
        )
        for (_first, last, line), (start, _last, _line) in pairwise(bounds):
            if last is None or last >= start:
                raise ValidationError(
                    self.env._(
                        "“%(line)s” would be billed twice from %(date)s on: end the "
                        "earlier service the day before, or give one of them another "
                        "description.",
                        line=(line.name or "").split("\n")[0],
                        date=format_date(self.env, start),
                    )
                )

    def _is_never_billed(self):
        """Tell whether the line has no day within its contract."""
        first, last = self._get_bounds()
        return bool(last and first > last)

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _get_outer_periods(self):
        """Return the line's first and last period; None where there is none."""
        self.ensure_one()
        if self._is_never_billed():
            return None, None
        recurrence, options = self.contract_id._get_recurrence()
        first, last = self._get_bounds()
        head = next(schedule.iter_periods(*recurrence, first, last, first, **options))
        tail = last and schedule.last_period(*recurrence, first, last, **options)
        return head, tail

    def _get_period_amount(self, period):
        """Return the amount of a period, the sum of its pieces when it is joined."""
        if len(period.parts) == 1:
            return super()._get_period_amount(period)
        pieces, total = [], 0.0
        for part in period.parts:
            amount, derivation = super()._get_period_amount(part)
            total += amount
            pieces.append(
                {
                    **derivation,
                    "period_start": fields.Date.to_string(part.start),
                    "period_end": fields.Date.to_string(part.end),
                }
            )
        total = self.currency_id.round(total)
        factor = sum(
            (Fraction(piece["days"], piece["period_days"]) for piece in pieces),
            Fraction(),
        )
        return total, {
            **pieces[-1],
            "days": factor.numerator,
            "period_days": factor.denominator,
            "period_start": fields.Date.to_string(period.start),
            "period_end": fields.Date.to_string(period.end),
            "amount": total,
            "pieces": pieces,
        }
