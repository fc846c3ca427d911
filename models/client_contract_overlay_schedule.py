"""The entries of something extra that was agreed for some time."""

from fractions import Fraction

from odoo import models

from ..tools import agreement, schedule
from .client_contract_entry_difference import FROZEN_STATES
from .client_contract_schedule import Change


class ClientContractOverlay(models.Model):
    """Plans its entries as a contract line does.

    Unlike a line it says what was agreed even for what is billed: another price or
    other dates reach back, as differences.
    """

    _inherit = "client.contract.overlay"

    def _plan_entries(self, until, grouped, overlays):
        """Compare the entries of an extra with what it asks for.

        :param date until: last day on which a period may start
        :param dict grouped: see ``client.contract.entry._group_for_schedule``
        :param overlays: client.contract.overlay in force
        :return: list of Change
        """
        self.ensure_one()
        # sudo: the empty start of what _sync_schedule has already as superuser
        none = self.env["client.contract.entry"].sudo()
        existing = grouped.get(self._origin, none)
        in_force = self.kind == "extra" and self in overlays
        periods = self._get_extra_periods(until) if in_force else []
        pinned = existing.filtered(lambda e: e._is_pinned(grouped))
        wanted = schedule.subtract(periods, pinned._get_taken())
        if not self.extra_recurring and pinned:
            # once is once, whatever its days
            wanted = []
        by_period = {(e.period_start, e.period_end): e for e in existing - pinned}
        changes = []
        for period in wanted:
            values = self._prepare_extra_values(period)
            entry = by_period.pop((period.start, period.end), None)
            if entry is None:
                changes.append(Change(none, values))
            elif values := entry._get_schedule_changes(values):
                changes.append(Change(entry, values, keeps_periods=True))
        changes += [Change(entry, None) for entry in by_period.values()]
        # what was never billed has no difference left
        none = none.concat(*(grouped.get(e, none) for e in existing - pinned))
        changes += [Change(entry, None, keeps_periods=True) for entry in none]
        # None: as far as agreed
        until = self._get_last_day_kept(overlays)
        for entry in pinned:
            changes += self._plan_pinned(entry, grouped, in_force, until)
        return changes

    def _plan_pinned(self, entry, grouped, in_force, until=None):
        """Plan an entry that is or was on an invoice, and its differences."""
        differences = grouped.get(entry, entry.browse())
        if entry.state in FROZEN_STATES:
            return entry._plan_frozen(
                differences,
                lambda data, start, end: self._get_components(
                    data, start, end, in_force, until
                ),
            )
        data = entry.derivation
        components = self._get_components(
            data, entry.period_start, entry.period_end, in_force, until
        )
        if not components:
            nothing = {**data, "amount": 0.0, "days": 0, "period_days": 1}
            nothing["outside"] = True
            values = {"amount_scheduled": 0.0, "derivation": nothing}
            return entry._plan_open(differences, {entry._get_key(data): values})
        days = self._get_days_held(entry, until)
        return entry._plan_open(
            differences,
            {
                key: {
                    **component["values"],
                    **days,
                    "amount_scheduled": component["amount"],
                    "derivation": component["derivation"],
                }
                for key, component in components.items()
            },
        )

    # ------------------------------------------------------------------
    # PERIODS
    # ------------------------------------------------------------------

    def _get_extra_bounds(self):
        """Return the first and last day on which the extra is billed."""
        contract = self.contract_id
        first = max(self.date_start, contract.date_start)
        return first, min(filter(None, (self.date_end, contract.date_end)))

    def _get_extra_periods(self, until):
        """Return the periods for which something extra is billed.

        :param date until: last day on which a period may start
        """
        self.ensure_one()
        first, last = self._get_extra_bounds()
        if first > last:
            return []
        if not self.extra_recurring:
            return [schedule.Period(first, last, first, last)] if first <= until else []
        return [
            period
            for period in self.contract_id._get_periods(first, last)
            if period.start <= until
        ]

    def _prepare_extra_values(self, period):
        """Return the values of the entry that bills something extra.

        :param schedule.Period period: one of ``_get_extra_periods``, or a part of it
        """
        self.ensure_one()
        contract = self.contract_id
        component = self._derive_extra(period.factor, period.derive())
        due = period.start
        if self.extra_recurring:
            due = contract._get_due_date(period)
        return {
            "contract_id": contract.id,
            "overlay_id": self._origin.id,
            "kind": "extra",
            "period_start": period.start,
            "period_end": period.end,
            "date_due": due,
            **component["values"],
            "amount_scheduled": component["amount"],
            "derivation": component["derivation"],
        }

    # ------------------------------------------------------------------
    # AMOUNT
    # ------------------------------------------------------------------

    def _get_components(self, data, start, end, in_force, until=None):
        """Return what a billed period of the extra costs by the agreement of now.

        :param dict data: the derivation it was billed with
        :param date start: first day of what was billed
        :param date end: last day of what was billed
        :param bool in_force: whether the agreement holds at all
        :param date until: last day that the end of the contract left, None for all
        :return: {key of agreement.Terms: component, see ``_derive_extra``}
        """
        self.ensure_one()
        if not in_force:
            return {}
        key = (self.product_id._origin.id, self._get_tax_key())
        if not self.extra_recurring:
            share = {"days": 1, "period_days": 1}
            return {key: self._derive_extra(Fraction(1), share)}
        first, last = self._get_held(start, end, until)
        if first > last:
            return {}
        if data.get("outside"):
            # it had no part of a period any more: count anew
            factor = sum(p.factor for p in self.contract_id._get_periods(start, end))
        else:
            factor = agreement.factor_of(data)
        runs = [
            (a, b, first <= a and b <= last)
            for a, b in agreement.cut(start, end, {first, last + schedule.ONE_DAY})
        ]
        shares = self.contract_id._share_out(factor, start, end, runs)
        factor = sum((share for _clip, share, holds in shares if holds), Fraction())
        share = {"days": factor.numerator, "period_days": factor.denominator}
        if (first, last) == (start, end) and not data.get("outside"):
            names = ("days", "period_days", "day_count")
            share = {name: data[name] for name in names if name in data}
        return {key: self._derive_extra(factor, share)}

    def _get_held(self, start, end, until):
        """Return the first and last of these days on which the extra is agreed."""
        # the end of the contract matters only where it gives unused days back
        return max(start, self.date_start), min(
            filter(None, (end, self.date_end, until))
        )

    def _get_days_held(self, entry, until):
        """Return the days of an entry that is to be billed again, as its fields.

        It bills the days that are left; others that come back get their own entry.
        """
        if not self.extra_recurring:
            return {}
        first, last = self._get_held(entry.period_start, entry.period_end, until)
        return {"period_start": first, "period_end": last}

    def _get_tax_key(self):
        return tuple(sorted(self.tax_ids._origin.ids))

    def _derive_extra(self, factor, share):
        """Compute what a part of a period of the extra costs.

        :param Fraction factor: the part of a whole period
        :param dict share: days and period_days that say so
        :return: dict of ``amount``, ``derivation`` and ``values``
        """
        taxes = self.tax_ids._origin
        values = {
            "product_id": self.product_id._origin.id,
            "name": self.name,
            "quantity": self.quantity,
            "price_unit": self.price_unit,
            "discount": self.discount,
        }
        amount = self.env["client.contract.entry"]._compute_untaxed(
            self.price_unit * float(factor),
            self.quantity,
            self.discount,
            self.currency_id,
            taxes=taxes,
            product=self.product_id._origin,
        )
        derivation = {
            "price_unit": self.price_unit,
            "quantity": self.quantity,
            "discount": self.discount,
            "product_id": values["product_id"],
            "tax_ids": list(self._get_tax_key()),
            **share,
            "rounding": self.currency_id.rounding,
            "amount": amount,
            "overlays": [self._origin.id or 0],
        }
        if any(taxes.flatten_taxes_hierarchy().mapped("price_include")):
            derivation["tax_included_price"] = True
        return {"amount": amount, "derivation": derivation, "values": values}
