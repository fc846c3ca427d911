"""A period that is billed in several parts: they sum to it, to the cent."""

from fractions import Fraction

from odoo import fields, models

from ..tools import agreement, allocation
from .client_contract_entry_difference import FROZEN_STATES

# with this many digits more than the currency's an untaxed amount is exact enough
FINE = 10**6


class ClientContractLine(models.Model):
    """Gives the cents that rounding each part leaves over to the parts that lost most.

    A period is cut where another product is agreed for some of its days, or where a
    part of it was billed while the service had other dates.  What was billed stays;
    the open parts make up for it.
    """

    _inherit = "client.contract.line"

    def _share_cents(self, periods, parts, pinned, overlays):
        """Correct the amounts of parts of periods, in place.

        :param list periods: schedule.Period of this line
        :param list parts: (first day, last day, values of an entry), those not billed
        :param pinned: client.contract.entry that were on an invoice
        :param overlays: client.contract.overlay in force
        """
        self.ensure_one()
        whole = {(period.start, period.end) for period in periods}
        cut = [part for part in parts if part[:2] not in whole]
        products = len(parts) - len({part[:2] for part in parts})
        if not cut and not products:
            return
        billed = pinned.filtered(lambda entry: entry.state in FROZEN_STATES)
        for period in periods:
            mine = [
                values
                for first, last, values in (parts if products else cut)
                if period.start <= first and last <= period.end
            ]
            settled = billed.filtered(
                lambda entry, period=period: (
                    period.start <= entry.period_start
                    and entry.period_end <= period.end
                )
            )
            if len(mine) + len(settled) > 1:
                self._share_cents_of(mine, settled, overlays)

    def _share_cents_of(self, parts, settled, overlays):
        """Correct the amounts of the parts of one period.

        :param list parts: values of entries that are not billed
        :param settled: client.contract.entry that are
        """
        exact = [self._get_exact_amount(values["derivation"]) for values in parts]
        rests = [self._get_rest(entry, overlays) for entry in settled]
        if None in exact or None in rests or not any(exact):
            return
        if len({value < 0 for value in exact if value}) > 1:
            # credits and charges in one period are rounded each for itself
            return
        rounding = self.currency_id.rounding
        total = agreement.round_to(sum(exact) + sum(rests), rounding)
        if (total < 0) != (sum(exact) < 0):
            return
        amounts = allocation.split(total, [abs(value) for value in exact], rounding)
        for values, amount in zip(parts, amounts, strict=True):
            cents = agreement.exact(amount) - agreement.exact(
                values["amount_scheduled"]
            )
            if not cents:
                continue
            values["amount_scheduled"] = amount
            values["derivation"] = self._carry(values["derivation"], amount, cents)

    def _carry(self, data, amount, cents):
        """Return a derivation with the cents that its part of the period gets."""
        data = {**data, "amount": amount, "carried": float(cents)}
        if data.get("segments"):
            segments = data["segments"]
            amounts = self._split_segments(
                amount, [agreement.segment_cost(segment) for segment in segments]
            )
            data["segments"] = [
                {**segment, "amount": share}
                for segment, share in zip(segments, amounts, strict=True)
            ]
        return data

    def _split_segments(self, amount, costs):
        """Return what each run of days adds to an amount, to the cent.

        :param float amount: of all of them
        :param list costs: the exact cost of each
        """
        rounding = self.currency_id.rounding
        if any(costs) and len({cost < 0 for cost in costs if cost}) == 1:
            return allocation.split(amount, [abs(cost) for cost in costs], rounding)
        return [agreement.round_to(cost, rounding) for cost in costs]

    def _get_rest(self, entry, overlays):
        """Return what the rounding of a billed part left over, None for unknown.

        :param entry: client.contract.entry on an invoice, its differences included
        """
        terms = entry._get_billed_terms()
        data, amount = terms["derivation"] or {}, terms["amount_scheduled"]
        if "rounding" not in data:
            return None
        if entry.state == "credited" or terms["is_adjusted"]:
            components = [{"amount": amount, "derivation": data}]
        else:
            days = [
                fields.Date.to_date(terms[n]) for n in ("period_start", "period_end")
            ]
            defaults = entry._get_base_defaults()
            found = self._get_components(data, *days, overlays, defaults)
            components = found.values()
        rests = []
        for component in components:
            exact = self._get_exact_amount(component["derivation"])
            if exact is None:
                return None
            rests.append(exact - agreement.exact(component["amount"]))
        return sum(rests, Fraction())

    def _get_exact_amount(self, data):
        """Return an untaxed amount before it is rounded, None where nobody knows it.

        :param dict data: a derivation
        """
        cost = agreement.total_cost(data)
        if not data.get("tax_included_price"):
            return cost
        taxes = self.env["account.tax"].browse(data["tax_ids"]).exists()
        if set(taxes.flatten_taxes_hierarchy().mapped("amount_type")) - {"percent"}:
            return None
        untaxed = self.env["client.contract.entry"]._compute_untaxed(
            float(cost * FINE), 1.0, 0.0, self.currency_id, taxes=taxes
        )
        return agreement.exact(untaxed) / FINE
