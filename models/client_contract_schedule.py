"""Keep the entries of a contract in step with its lines."""

from typing import NamedTuple

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import split_every

from ..tools import schedule
from .client_contract import DEFERRED, SCHEDULED_STATES

# states in which entries follow their invoices and agreements
FOLLOWING_STATES = (*SCHEDULED_STATES, "ended")
# how far ahead entries exist
HORIZON_MONTHS = 12
CRON_BATCH = 100


class Change(NamedTuple):
    """One entry to create (no entry yet), to write, or to remove (no values)."""

    entry: models.BaseModel
    values: dict | None
    # the entry is live on an invoice again, and gets what it was billed with
    restores: bool = False
    # neither a new period nor the end of one
    keeps_periods: bool = False


class ClientContract(models.Model):
    _inherit = "client.contract"

    @api.model
    def _schedule_fields(self):
        """Return the fields that the schedule is computed from (hook)."""
        return {
            "date_start",
            "date_end",
            "date_anchor",
            "recurring_interval",
            "recurring_unit",
            "billing_timing",
            "due_day",
            "currency_id",
            "line_ids",
        }

    def _schedule_until(self):
        """Return the last day on which a period may start to get its entry."""
        self.ensure_one()
        today = fields.Date.context_today(self)
        first = max(today, self.date_start)
        return first + relativedelta(months=HORIZON_MONTHS) - schedule.ONE_DAY

    def _sync_schedule(self):
        """Create, update and remove entries so that each line is tiled by periods.

        What stands on a live invoice is never touched: what changes after it was billed
        becomes an entry of the difference.  An entry that somebody adjusted, postponed,
        skipped, wrote off or approved keeps that as long as its period still exists.
        """
        if not self:
            return
        # sudo: entries with invoices that the user can't see must count, and lines
        # are edited by people who may not write entries; contracts were checked
        contracts = self.sudo().filtered(lambda c: c.state in FOLLOWING_STATES)
        grouped = contracts.entry_ids._group_for_schedule()
        plans = [contract._plan_schedule(grouped) for contract in contracts]
        contracts._apply_changes([change for plan, _next in plans for change in plan])
        for contract, (changes, next_start) in zip(contracts, plans, strict=True):
            contract._log_schedule(changes)
            contract._set_schedule_next(next_start)

    def _plan_schedule(self, grouped, overlays=None):
        """Compare the entries of one contract with what its lines ask for.

        :param dict grouped: see ``client.contract.entry._group_for_schedule``
        :param overlays: client.contract.overlay to take as in force, by default those
            that are
        :return: (list of Change, start of the first period without entry or False)
        """
        self.ensure_one()
        if overlays is None:
            overlays = self._get_overlays()
        until = self._schedule_until()
        changes, starts = [], []
        for line in self.line_ids:
            periods, next_start = line._get_schedule(until)
            starts += [next_start] if next_start else []
            changes += line._plan_entries(periods, grouped, overlays)
        # in a preview, the one in the form stands for the one that is stored
        agreed = (self.overlay_ids - overlays._origin) | overlays
        for overlay in agreed.filtered("product_id"):
            changes += overlay._plan_entries(until, grouped, overlays)
        if self.state not in SCHEDULED_STATES:
            # a closed contract gets no period any more, and loses none
            return [change for change in changes if change.keeps_periods], False
        return changes, min(starts, default=False)

    @api.model
    def _apply_changes(self, changes):
        """Write what was planned, as superuser, in few queries.

        :param list changes: list of Change
        """
        # sudo: see _sync_schedule
        none = self.env["client.contract.entry"].sudo()
        none._touch_origins(changes)
        none.concat(*(c.entry for c in changes if c.values is None)).unlink()
        updates = {}
        for change in changes:
            if change.entry and change.values is not None:
                key = (change.restores, repr(sorted(change.values.items())))
                known = updates.get(key)
                entries = known[1] | change.entry if known else change.entry
                updates[key] = (change, entries)
        for change, entries in updates.values():
            if change.restores:
                entries = entries._as_restoring()
            entries.write(change.values)
        # a new entry may bill the days that another one gave up; amount and state go
        # along, since the database compares them with the days and the contract's end
        none.flush_model(["period_start", "period_end", "amount", "state"])
        none.create([c.values for c in changes if not c.entry])

    def _log_schedule(self, changes):
        """Tell the client's history what became of the schedule, in one sentence."""
        added = sum(not change.entry for change in changes)
        removed = sum(change.values is None for change in changes)
        changed = len(changes) - added - removed
        if not changes:
            return
        self.env["client.history"]._log(
            self.client_id,
            "entry",
            self.display_name,
            record=self,
            note=self.env._(
                "Schedule: %(added)s entries added, %(changed)s changed, "
                "%(removed)s removed.",
                added=added,
                changed=changed,
                removed=removed,
            ),
        )

    def _sync_schedule_if_live(self):
        """Follow a change of lines, unless the contract itself does it afterwards."""
        if self.env.context.get("client_schedule_deferred") is not DEFERRED:
            self.filtered(lambda c: c.state in SCHEDULED_STATES)._sync_schedule()

    def _set_schedule_next(self, next_date):
        """Store when the daily job has to look again, if that changed."""
        if self.schedule_next_date != next_date:
            # sudo: nobody writes this hint himself
            self.sudo().schedule_next_date = next_date

    def _drop_schedule(self):
        """Remove the entries that were never invoiced."""
        # sudo: see _sync_schedule
        entries = self.sudo().entry_ids.filtered(lambda e: not e.invoice_line_ids)
        entries.unlink()
        # sudo: a hint for the daily job that nobody writes himself
        self.sudo().schedule_next_date = False

    def _create_extra_entry(
        self, product, name, quantity, price_unit, date_due, reason, discount=0.0
    ):
        """Create a one-off entry beside the schedule.

        :return: client.contract.entry
        """
        self.ensure_one()
        entries = self.env["client.contract.entry"]
        amount = entries._compute_untaxed(
            price_unit,
            quantity,
            discount,
            self.currency_id,
            taxes=product._get_client_contract_taxes(self.company_id),
            product=product,
        )
        return entries._as_system().create(
            {
                "contract_id": self.id,
                "kind": "extra",
                "period_start": date_due,
                "period_end": date_due,
                "date_due": date_due,
                "product_id": product.id,
                "name": name,
                "quantity": quantity,
                "price_unit": price_unit,
                "discount": discount,
                "amount_scheduled": amount,
                "derivation": {
                    "price_unit": price_unit,
                    "quantity": quantity,
                    "discount": discount,
                    "days": 1,
                    "period_days": 1,
                    "rounding": self.currency_id.rounding,
                    "amount": amount,
                },
                "decision_reason": reason,
                "decision_user_id": self.env.user.id,
                "decision_date": fields.Datetime.now(),
            }
        )

    @api.model
    def _cron_extend_schedule(self):
        """Give contracts the entries that came into the coming 12 months."""
        ids = self._get_schedule_queue()
        self._close_settled_failures("_sync_schedule", self.browse(ids))
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(ids))
        for batch in split_every(CRON_BATCH, ids):
            self.browse(batch)._take_nightly_step("_sync_schedule")
            if not cron._commit_progress(len(batch)):
                break

    @api.model
    def _get_schedule_queue(self):
        """Return the ids of contracts that lack entries, in the order of the work.

        Those that failed on earlier nights have fallen behind furthest: they are last,
        so that however many they are, they don't use up the time of the others.

        :rtype: list
        """
        today = fields.Date.context_today(self)
        horizon = today + relativedelta(months=HORIZON_MONTHS)
        domain = [
            ("state", "in", SCHEDULED_STATES),
            ("schedule_next_date", "<", horizon),
        ]
        return self.search(domain, order="schedule_next_date desc, id").ids
