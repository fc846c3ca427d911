"""What was billed beyond the end of a contract: an agreement that gives it back."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools import schedule


class ClientContractOverlay(models.Model):
    """The end of a contract, as an agreement that is entered after billing.

    It suspends the days after the end that were billed; so the entries of the
    difference, their texts and their taking back are those of any agreement.
    """

    _inherit = "client.contract.overlay"
    _system_fields = frozenset({"is_ending"})

    is_ending = fields.Boolean(
        string="By the end of the contract", readonly=True, copy=False
    )

    def _check_changeable(self):
        """Refuse to change what follows from the end of the contract."""
        result = super()._check_changeable()
        # sudo: only to know where it comes from
        for overlay in self.sudo().filtered("is_ending"):
            raise UserError(
                self.env._(
                    "%s follows from the end of the contract: cancel it if the client "
                    "gets nothing back, or reopen the contract.",
                    overlay.display_name,
                )
            )
        return result

    def _check_transition(self, target):
        """Refuse to give back twice: a contract that is reopened ends anew."""
        result = super()._check_transition(target)
        if target in ("draft", "confirmed") and self.filtered("is_ending"):
            raise UserError(
                self.env._(
                    "This followed from the end of the contract. To credit unused days "
                    "again, reopen the contract and end it."
                )
            )
        if target == "cancelled":
            self._check_not_given_back()
        return result

    def _check_not_given_back(self):
        """Refuse to cancel on paper what a credit note gave back already.

        :raise UserError: unless the contract goes on, which takes it back
        """
        for overlay in self.filtered("is_ending"):
            contract = overlay.contract_id
            if contract.state != "ended":
                continue
            given = contract._get_entries_after(contract.date_end).filtered(
                lambda entry: (
                    entry.kind == "difference"
                    and entry.amount < 0
                    and entry.state in ("drafted", "billed")
                )
            )
            if given:
                raise UserError(
                    self.env._(
                        "The unused days are on a credit note already: delete or "
                        "credit that one first, or reopen the contract."
                    )
                )

    def _get_portal_overlays(self):
        """Leave out the end of the contract, which the client sees as its date."""
        overlays = super()._get_portal_overlays()
        return overlays.filtered(lambda overlay: not overlay.is_ending)

    @api.model
    def _get_last_day_kept(self, overlays):
        """Return the last day that stays billed, None when nothing is given back.

        :param overlays: client.contract.overlay in force
        """
        starts = overlays.filtered("is_ending").mapped("date_start")
        return min(starts) - schedule.ONE_DAY if starts else None
