"""Which entries a contract line and an extra ask for, and which they have."""

from odoo import fields, models

from ..tools import agreement, schedule
from .client_contract_entry_difference import FROZEN_STATES
from .client_contract_schedule import Change


class ClientContractLine(models.Model):
    """Plans its entries around those that were on an invoice."""

    _inherit = "client.contract.line"

    def _plan_entries(self, periods, grouped, overlays):
        """Compare the entries of this line with its periods.

        :param list periods: schedule.Period of this line
        :param dict grouped: see ``client.contract.entry._group_for_schedule``
        :param overlays: client.contract.overlay in force
        :return: list of Change
        """
        self.ensure_one()
        # sudo: the empty start of what _sync_schedule has already as superuser
        none = self.env["client.contract.entry"].sudo()
        existing = grouped.get(self, none)
        pinned = existing.filtered(lambda e: e._is_pinned(grouped))
        days = self._get_pinned_days(pinned, existing - pinned, periods, overlays)
        wanted = schedule.subtract(periods, days.values())
        by_period = {(e.period_start, e.period_end): e for e in existing - pinned}
        planned = [
            values
            for period in wanted
            for values in self._prepare_period_values(period, overlays)
        ]
        opened = {
            entry: self._get_open_values(days[entry], periods, overlays)
            for entry in pinned
            if entry.state not in FROZEN_STATES
            and not self._is_further_ahead(entry, periods)
        }
        parts = [(v["period_start"], v["period_end"], v) for v in planned]
        for entry, found in opened.items():
            parts += [(*days[entry], values) for values in found.values()]
        self._share_cents(periods, parts, pinned, overlays)
        changes = []
        for values in planned:
            key = (values["period_start"], values["period_end"])
            entry = by_period.pop(key, None)
            if entry is None:
                changes.append(Change(none, values))
            elif values := entry._get_schedule_changes(values):
                changes.append(Change(entry, values, keeps_periods=True))
        changes += [Change(entry, None) for entry in by_period.values()]
        # what was never billed has no difference left
        none = none.concat(*(grouped.get(e, none) for e in existing - pinned))
        changes += [Change(entry, None, keeps_periods=True) for entry in none]
        definitive = self._get_definitive_parts(periods, pinned)
        for entry in pinned:
            changes += self._plan_pinned(
                entry, opened.get(entry), grouped, overlays, definitive.get(entry)
            )
        return changes

    def _plan_pinned(self, entry, opened, grouped, overlays, definitive=None):
        """Plan an entry that is or was on an invoice, and its differences.

        :param dict opened: see ``_get_open_values``; None while it is on one
        :param dict definitive: see ``_get_definitive_parts``
        """
        differences = grouped.get(entry, entry.browse())
        if entry.state in FROZEN_STATES:
            return entry._plan_frozen(
                differences,
                lambda data, start, end: self._get_components(
                    definitive or data,
                    start,
                    end,
                    overlays,
                    entry._get_base_defaults(),
                ),
            )
        return entry._plan_open(differences, opened) if opened else []

    def _is_further_ahead(self, entry, periods):
        """Tell whether an entry lies beyond what the schedule reaches today."""
        if not periods or entry.period_start <= periods[-1].end:
            return False
        last = self._get_bounds()[1]
        return not last or entry.period_start <= last

    def _get_open_values(self, days, periods, overlays):
        """Return what the schedule says for the days of an entry, by product.

        :param tuple days: the first and the last one
        :return: {key of agreement.Terms: values}, that of the entry itself first
        """
        own = (self.product_id.id, tuple(sorted(self.tax_ids.ids)))
        products = [
            (clip, self._prepare_product_values(clip, overlays))
            for period in periods
            if (clip := period.clip(*days))
        ]
        keys = [key for _clip, values in products for key in values]
        if not keys:
            return {own: self._prepare_nothing()}
        lead = own if own in keys else keys[0]
        dates = {"period_start": days[0], "period_end": days[1]}
        result = {}
        for key in dict.fromkeys([lead, *keys]):
            parts = [
                values[key] if key in values else self._prepare_other(clip)
                for clip, values in products
                # the others follow from what the entry itself keeps
                if key in values or key == lead
            ]
            result[key] = {**self._join_values(parts), **dates}
        return result

    def _prepare_other(self, period):
        """Return the values of a period that others bill than the entry it belongs to.

        Another product is agreed for all its days.  The entry keeps what they cost
        without that, for when the agreement is cancelled after billing.
        """
        base = self._get_base(period)
        terms = base.terms
        return {
            "period_start": period.start,
            "period_end": period.end,
            "derivation": {
                "other": True,
                "price_unit": terms.price_unit,
                "quantity": terms.quantity,
                "discount": terms.discount,
                "product_id": terms.product_id,
                "tax_ids": list(terms.tax_ids),
                "days": 0,
                "period_days": 1,
                "rounding": self.currency_id.rounding,
                "amount": 0.0,
                "base": base.dump(),
            },
        }

    def _join_values(self, parts):
        """Return the values of several parts of a period as those of one entry."""
        if len(parts) == 1:
            return parts[0]
        pieces = [
            {
                **values["derivation"],
                "period_start": fields.Date.to_string(values["period_start"]),
                "period_end": fields.Date.to_string(values["period_end"]),
            }
            for values in parts
        ]
        factor = sum(agreement.factor_of(piece) for piece in pieces)
        amount = agreement.round_to(
            sum(agreement.exact(piece["amount"]) for piece in pieces),
            self.currency_id.rounding,
        )
        own = [number for number, piece in enumerate(pieces) if not piece.get("other")]
        last = {
            name: value
            for name, value in pieces[own[-1]].items()
            if name not in ("base", "segments")
        }
        return {
            **parts[own[0]],
            "amount_scheduled": amount,
            "derivation": {
                **last,
                "days": factor.numerator,
                "period_days": factor.denominator,
                "amount": amount,
                "pieces": pieces,
            },
        }

    def _prepare_nothing(self):
        """Return the values of an entry whose days are not in the schedule any more."""
        self.ensure_one()
        return {
            "amount_scheduled": 0.0,
            "derivation": {
                "price_unit": self.price_unit,
                "quantity": self.quantity,
                "discount": self.discount,
                "product_id": self.product_id.id,
                "tax_ids": sorted(self.tax_ids.ids),
                "days": 0,
                "period_days": 1,
                "rounding": self.currency_id.rounding,
                "amount": 0.0,
                "outside": True,
            },
        }
