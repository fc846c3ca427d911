"""What an entry's differences give back, beside what credit notes took back."""

from odoo import api, models
from odoo.tools import SQL

from .client_contract_entry_difference import FROZEN_STATES

# what a person decided about an amount
NO_DECISION = {
    "skipped": False,
    "written_off": False,
    "is_adjusted": False,
    "amount_adjusted": 0.0,
    "decision_reason": False,
    "decision_user_id": False,
    "decision_date": False,
}


class ClientContractEntry(models.Model):
    """Gives back no more than is still billed, and all that is due to be given back.

    What a credit note took back for good is not given back by a difference once more,
    whichever of them came first.
    """

    _inherit = "client.contract.entry"

    # ------------------------------------------------------------------
    # NO MORE THAN IS BILLED
    # ------------------------------------------------------------------

    def _get_kept(self, differences, wanted):
        """Return what open differences don't give back, as it was credited already.

        This entry and its differences sum to what is wanted, less what was credited for
        good.  Below zero it never goes, unless that is what is wanted.  For an entry in
        the client's favour all this is the other way round.

        :param differences: its differences so far
        :param float wanted: what the schedule says that all of them come to
        :return: an amount with the sign of this entry
        """
        self.ensure_one()
        parts = (self | differences).filtered(lambda e: e.state in FROZEN_STATES)
        if not any(parts.mapped("amount_credited")):
            return 0.0
        signs, credited = [self._get_billed_amount(), wanted], 0.0
        for part in parts:
            amount = part._get_billed_amount()
            signs.append(amount)
            # what people decided about it is wanted
            wanted += amount - part._get_billed_terms()["amount_scheduled"]
            credited += part._get_credited(amount)
        left = wanted - credited
        if next(filter(None, signs), 0.0) < 0:
            kept = min(0.0, max(0.0, wanted) - left)
        else:
            kept = max(0.0, min(0.0, wanted) - left)
        return self.currency_id.round(kept)

    @api.model
    def _touch_origins(self, changes):
        """Make whoever bills or credits the origin of a difference now try again.

        What a difference comes to follows from what is billed and credited by then of
        its entry and of that one's other differences.  The database refuses this
        transaction when another one changed that since it began, or the other one.

        :param list changes: see ``client.contract._apply_changes``
        """
        origins = {change.entry.difference_of_id.id for change in changes}
        origins |= {(change.values or {}).get("difference_of_id") for change in changes}
        if origins := tuple(origins - {None, False}):
            # no value changes: neither fields nor access rights are concerned
            self.env.cr.execute(
                SQL(
                    "UPDATE client_contract_entry SET kind = kind "
                    "WHERE id IN %(ids)s OR difference_of_id IN %(ids)s",
                    ids=origins,
                )
            )

    def _get_billed_amount(self):
        """Return what it was billed with last, by its invoice or by a person."""
        self.ensure_one()
        return self._get_billed_terms().get("amount", self.amount)

    def _get_credited(self, amount):
        """Return what posted credit notes took back for good of this entry.

        :param float amount: what it was billed with
        """
        self.ensure_one()
        if self.state == "credited":
            return amount
        # a draft counts as billed, since it will be
        return amount - self.amount_billed if self.state == "billed" else 0.0

    def _keep_credited(self, planned, kept, own):
        """Let open differences give less back, in place.

        :param dict planned: {key: values of the open difference}
        :param float kept: see ``_get_kept``
        :param tuple own: key of this entry, which gets what is left of it
        """
        currency = self.currency_id
        for key in sorted(planned, key=lambda key: key != own):
            amount = planned[key]["amount_scheduled"]
            share = min(abs(kept), abs(amount)) * (1 if kept > 0 else -1)
            if share and amount * kept < 0:
                planned[key] = self._keep(planned[key], currency.round(share))
                kept = currency.round(kept - share)
        if kept:
            planned[own] = self._keep(planned[own], kept)

    def _keep(self, values, kept):
        """Return the values of a difference that gives less back.

        :param dict values: see ``_prepare_difference``
        :param float kept: what it doesn't give back
        """
        data, currency = values["derivation"], self.currency_id
        amount = currency.round(values["amount_scheduled"] + kept)
        kept = currency.round(data.get("kept", 0.0) + kept)
        return {
            **values,
            "price_unit": amount,
            "amount_scheduled": amount,
            "derivation": {
                **data,
                "kept": kept,
                "price_unit": amount,
                "amount": amount,
            },
        }

    # ------------------------------------------------------------------
    # ALL THAT IS DUE
    # ------------------------------------------------------------------

    def _lapse(self, values):
        """Return the values of an open difference without what doesn't hold any more.

        Who skipped or adjusted a charge decided nothing about a credit, and who refused
        a credit nothing about a greater one, such as that of the end of the contract.

        :param dict values: what the schedule writes
        """
        self.ensure_one()
        decided = self.skipped or self.written_off or self.is_adjusted
        if not decided or "amount_scheduled" not in values:
            return values
        before, now = self.amount_scheduled, values["amount_scheduled"]
        turned = before * now <= 0 and not self.currency_id.is_zero(now)
        sign = self.difference_of_id._get_billed_amount() or 1.0
        if turned or (now * sign < 0 and abs(now) > abs(before)):
            return {**values, **NO_DECISION}
        return values

    def _get_due_with(self, values):
        """Return what an open entry comes to once the schedule has written.

        :param dict values: what it writes, None for an entry that goes
        :return: an amount, 0.0 for what is skipped or written off
        """
        if values is None:
            return 0.0
        names = ("skipped", "written_off", "is_adjusted")
        skipped, written_off, adjusted = (values.get(n, self[n]) for n in names)
        if skipped or written_off:
            return 0.0
        if adjusted:
            return self.amount_adjusted
        return values.get("amount_scheduled", self.amount_scheduled)
