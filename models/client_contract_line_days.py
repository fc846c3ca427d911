"""Which days an entry bills that was on an invoice and is to be billed again."""

from odoo import models
from odoo.exceptions import UserError

from ..tools import schedule
from .client_contract_entry_difference import FROZEN_STATES


class ClientContractLine(models.Model):
    """Gives such an entry the days of its period that the service still has.

    It is billed for those alone: days that come back later are billed with it while it
    is open, and by an entry of their own once it is on an invoice again.
    """

    _inherit = "client.contract.line"

    def _get_pinned_days(self, pinned, loose, periods, overlays):
        """Return the first and last day of each entry that was on an invoice.

        :param pinned: client.contract.entry of this line that were on one
        :param loose: those that never were
        :param list periods: schedule.Period of this line
        :param overlays: client.contract.overlay in force
        :return: dict of {client.contract.entry: (first day, last day)}
        :raise UserError: when an invoice that bills again has days of another entry
        """
        self.ensure_one()
        days = dict(zip(pinned, pinned._get_taken(), strict=True))
        again = pinned.filtered(
            lambda entry: (
                entry.state not in FROZEN_STATES
                and not self._is_further_ahead(entry, periods)
            )
        )
        for entry in again:
            days[entry] = self._get_days_left(*days[entry], periods)
        self._check_days_once(days)
        for entry in again:
            days[entry] = self._get_days_back(entry, days, loose, periods, overlays)
        return days

    def _get_days_left(self, first, last, periods):
        """Return the first and last day that are in the schedule, all if none is."""
        clips = [clip for period in periods if (clip := period.clip(first, last))]
        return (clips[0].start, clips[-1].end) if clips else (first, last)

    def _get_days_back(self, entry, days, loose, periods, overlays):
        """Return the days of an entry with those next to it that nothing else bills.

        :param dict days: first and last day of each entry that was on an invoice
        :param loose: client.contract.entry that never were; they keep their days
        """
        first, last = days[entry]
        overlays = overlays._of_line(self)
        for period in periods:
            if not (period.start <= first and last <= period.end):
                continue
            for rest in schedule.subtract([period], days.values()):
                billed = loose.filtered(
                    lambda other, rest=rest: (
                        other.period_start <= rest.end
                        and other.period_end >= rest.start
                    )
                )
                # other terms may ask for an entry of their own
                if billed or overlays._on_days(rest.start, rest.end):
                    continue
                if rest.end + schedule.ONE_DAY == first:
                    first = rest.start
                elif last + schedule.ONE_DAY == rest.start:
                    last = rest.end
        return first, last

    def _check_days_once(self, days):
        """Check that no day is billed by two entries.

        It happens when an invoice was credited, the days that its entry did not get
        back were billed by another, and the credit note is then undone.

        :param dict days: first and last day of each entry that was on an invoice
        """
        ordered = sorted(days, key=lambda entry: days[entry])
        for before, after in zip(ordered, ordered[1:], strict=False):
            if days[before][1] >= days[after][0]:
                again, other = sorted(
                    (before, after),
                    key=lambda e: days[e] == (e.period_start, e.period_end),
                )
                raise UserError(
                    self.env._(
                        "%(entry)s can't be billed by its first invoice any more: "
                        "%(other)s bills some of its days. Credit or delete the "
                        "invoice of that one first.",
                        entry=again.display_name,
                        other=other.display_name,
                    )
                )
