"""What was billed for days after the end of a contract."""

from odoo import fields, models
from odoo.tools import format_date

from ..tools import schedule
from .client_contract_entry_difference import FROZEN_STATES


class ClientContract(models.Model):
    """Gives unused days back when it ends, and takes them back when it is reopened.

    Both are agreements that are entered after billing: invoices stay, entries of the
    difference are made.  See ``client.contract.overlay`` in
    client_contract_overlay_ending.py.
    """

    _inherit = "client.contract"

    # ------------------------------------------------------------------
    # STATES
    # ------------------------------------------------------------------

    def _on_running(self):
        """A contract that goes on uses the days that its end gave back."""
        result = super()._on_running()
        # sudo: follows from the state; that was checked
        ending = self.sudo().overlay_ids.filtered(
            lambda overlay: overlay.is_ending and overlay.state == "confirmed"
        )
        ending.action_cancel()
        return result

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _get_unused_days(self, last):
        """Return the first and last day that were billed beyond an end, or None.

        :param date last: the last day of the contract
        """
        self.ensure_one()
        first = last + schedule.ONE_DAY
        if self.day_count == "whole":
            # a broken period is billed in full, like a whole one
            for period in self._get_periods(last, last):
                first = period.full_end + schedule.ONE_DAY
        # sudo: what is billed counts, whoever ends the contract
        billed = self.sudo().entry_ids.filtered(
            lambda entry: (
                entry.state in FROZEN_STATES
                and entry.period_end >= first
                and (entry.kind == "recurring" or entry.overlay_id.extra_recurring)
            )
        )
        return (first, max(billed.mapped("period_end"))) if billed else None

    def _prepare_unused_agreement(self, last):
        """Return the values of the agreement that gives unused days back, or None.

        :param date last: the last day of the contract
        """
        days = self._get_unused_days(last)
        if not days:
            return None
        client = self.with_context(lang=self.client_id.lang).env
        return {
            "contract_id": self.id,
            "kind": "suspend",
            "is_ending": True,
            "date_start": days[0],
            "date_end": days[1],
            "reason": self.env._(
                "The contract ended on %s", format_date(self.env, last)
            ),
            "invoice_text": client._(
                "The contract ended on %s", format_date(client, last)
            ),
        }

    def _credit_unused(self, credit=None):
        """Give back what was billed for days after the end.

        :param bool credit: whether to; None for what the contract says
        """
        for contract in self:
            if not (contract.credit_unused if credit is None else credit):
                continue
            if values := contract._prepare_unused_agreement(contract.date_end):
                # sudo: it follows from the end, which the user may decide; people make
                # agreements as drafts
                self.env["client.contract.overlay"].sudo().create(
                    {
                        **values,
                        "state": "confirmed",
                        "confirmed_by_id": self.env.uid,
                        "date_confirmed": fields.Datetime.now(),
                    }
                )

    def _preview_unused(self, last):
        """Return what would be given back if the contract ended on a day.

        :param date last: the last day
        :return: a negative amount, 0.0 for nothing
        """
        self.ensure_one()
        values = self._prepare_unused_agreement(last)
        if not values:
            return 0.0
        overlay = self.env["client.contract.overlay"].new(values)
        total = 0.0
        for entry, planned, restores, _keeps in overlay._plan_preview():
            kind = (planned or {}).get("kind", entry.kind)
            if kind == "difference" and not restores:
                total += entry._get_due_with(planned) - entry._get_due_with({})
        return self.currency_id.round(total)
