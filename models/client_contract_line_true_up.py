"""What a billed period costs once the value that its price waited for is definitive."""

from odoo import models
from odoo.tools import float_compare

from ..tools import agreement, allocation, schedule


class ClientContractLine(models.Model):
    """Reads what was billed with an estimate at the definitive price.

    What was billed stays: the schedule makes an entry of the difference, which follows
    the invoice of its entry as every other difference does.
    """

    _inherit = "client.contract.line"

    def _get_definitive(self, data):
        """Return a derivation with definitive prices, itself when it has no estimate.

        Adjustments that were trued up by an extra entry, by an earlier version, have no
        estimated price and change nothing here.

        :param dict data: the derivation that an entry was billed with
        """
        self.ensure_one()
        steps = self._get_trued_up()
        return self._replace_estimates(data, steps) if steps else data

    def _get_trued_up(self):
        """Return {id: client.price.adjustment.line} of those that were trued up."""
        # sudo: applied adjustments make the price, whoever edits the line
        return {
            step.adjustment_id.id: step
            for step in self.sudo().adjustment_line_ids
            if step.state == "applied" and not step.left_out and step.price_estimated
        }

    def _get_definitive_parts(self, periods, pinned):
        """Return the parts of billed periods whose cents are shared out anew.

        At the definitive price other parts lose by rounding.  Where one is not billed,
        it makes up for the others, see ``_share_cents``.

        :param list periods: schedule.Period of this line
        :param pinned: client.contract.entry that were on an invoice
        :return: {client.contract.entry: definitive derivation}
        """
        if not self._get_trued_up():
            return {}
        found = {}
        billed = pinned.filtered(
            lambda e: e.state in ("drafted", "billed") and not e.is_adjusted
        )
        for period in periods:
            parts = billed.filtered(
                lambda e, period=period: (
                    period.start <= e.period_start and e.period_end <= period.end
                )
            )
            if len(parts) > 1 and not schedule.subtract([period], parts._get_taken()):
                found |= self._share_definitive(parts)
        return found

    def _share_definitive(self, parts):
        """Return the definitive derivations of the parts that one period is billed in.

        :param parts: client.contract.entry that tile the period
        :return: {client.contract.entry: derivation}, empty without anything definitive
        """
        data = [part._get_billed_terms()["derivation"] for part in parts]
        definitive = [self._get_definitive(billed) for billed in data]
        if data == definitive:
            return {}
        exact = [self._get_exact_amount(new) for new in definitive]
        if None in exact or not any(exact):
            return {}
        if len({value < 0 for value in exact if value}) > 1:
            return {}
        rounding = self.currency_id.rounding
        amounts = allocation.split(
            agreement.round_to(sum(exact), rounding), [abs(e) for e in exact], rounding
        )
        found = {}
        for part, new, amount in zip(parts, definitive, amounts, strict=True):
            plain = agreement.exact(new["amount"]) - agreement.exact(new.get("carried"))
            cents = agreement.exact(amount) - plain
            found[part] = self._carry(new, amount, cents)
        return found

    def _replace_estimates(self, data, steps):
        """Return a derivation, or a part of one, without the estimates in it.

        :param dict data: a derivation, a piece or the base of one
        :param dict steps: client.price.adjustment.line by id of its adjustment
        """
        new = self._replace_estimate(data, steps)
        for name in ("prices", "segments"):
            if parts := data.get(name):
                new[name] = [self._replace_estimate(part, steps) for part in parts]
        if base := data.get("base"):
            new["base"] = self._replace_estimates(base, steps)
        if pieces := data.get("pieces"):
            new["pieces"] = [self._replace_estimates(piece, steps) for piece in pieces]
        if new == data:
            return data
        if "amount" in data:
            new = self._derive_again(new)
        return new

    def _replace_estimate(self, part, steps):
        """Return a part of a derivation with the definitive price, if it has another.

        A price that an agreement made, or a person, is no result of the index.
        """
        step = steps.get((part.get("adjustment") or {}).get("id"))
        if not step or float_compare(
            part["price_unit"], step.price_estimated, precision_digits=6
        ):
            return dict(part)
        return {
            **part,
            "price_unit": step.price_new,
            "adjustment": step._prepare_definitive(),
        }

    def _derive_again(self, data):
        """Return a derivation whose prices changed with the amount that they make."""
        rounding = self.currency_id.rounding
        carried = agreement.exact(data.get("carried"))
        if data.get("pieces"):
            total = sum(agreement.exact(piece["amount"]) for piece in data["pieces"])
        else:
            total = agreement.exact(self._get_amount_of(data))
        amount = agreement.round_to(total + carried, rounding)
        if not data.get("segments"):
            return {**data, "amount": amount}
        return self._carry(data, amount, carried)

    def _get_amount_of(self, data):
        """Return the untaxed amount of a derivation without joined periods."""
        total = agreement.total_cost(data)
        if not data.get("tax_included_price"):
            return agreement.round_to(total, self.currency_id.rounding)
        net = agreement.exact(data["quantity"]) * (
            1 - agreement.exact(data["discount"]) / 100
        )
        return self.env["client.contract.entry"]._compute_untaxed(
            float(total / net) if net else 0.0,
            data["quantity"],
            data["discount"],
            self.currency_id,
            taxes=self.env["account.tax"].browse(data["tax_ids"]).exists(),
            product=self.env["product.product"].browse(data["product_id"]),
        )

    def _keep_cents(self, components, data):
        """Let a part of a period keep the cents that make the parts sum to it.

        Only where it costs what it did: other terms are rounded each for itself.

        :param dict components: see ``_get_components``; corrected in place
        :param dict data: the derivation that it was billed with
        """
        carried = agreement.exact(data.get("carried"))
        if not carried or len(components) != 1:
            return
        for component in components.values():
            now = component["derivation"]
            if agreement.total_cost(now) == agreement.total_cost(data):
                amount = agreement.round_to(
                    agreement.exact(component["amount"]) + carried,
                    self.currency_id.rounding,
                )
                component["amount"] = amount
                component["derivation"] = self._carry(now, amount, carried)
