"""Keep the entries of a contract in step with its lines."""

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

from ..tools import schedule
from .client_contract import SCHEDULED_STATES

# how far ahead entries exist
HORIZON_MONTHS = 12
CRON_BATCH = 100


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

        Entries with an invoice line are never touched: the schedule is what they
        leave.  An entry that somebody adjusted, postponed, skipped, wrote off or
        approved keeps that as long as its period still exists.
        """
        if not self:
            return
        # sudo: entries with invoices that the user can't see must count, and lines
        # are edited by people who may not write entries; contracts were checked
        contracts = self.sudo().filtered(lambda c: c.state in SCHEDULED_STATES)
        by_line = contracts.entry_ids.filtered(
            lambda entry: entry.kind == "recurring"
        ).grouped("line_id")
        plans = [contract._plan_schedule(by_line) for contract in contracts]
        # sudo: as above; an empty recordset
        none = self.env["client.contract.entry"].sudo()
        none.concat(*(plan["drop"] for plan in plans)).unlink()
        for plan in plans:
            for changes, entries in plan["updates"].values():
                entries.write(changes)
        none.create([values for plan in plans for values in plan["create"]])
        for contract, plan in zip(contracts, plans, strict=True):
            contract._log_schedule(plan)

    def _plan_schedule(self, by_line):
        """Compare the entries of one contract with what its lines ask for.

        :param dict by_line: recurring entries of each contract line
        :return: dict of ``drop`` (entries), ``create`` (values) and ``updates``
            ({key: (values, entries)})
        """
        self.ensure_one()
        # sudo: the empty start of what _sync_schedule has already as superuser
        none = self.env["client.contract.entry"].sudo()
        drop, create_vals, updates, starts = none, [], {}, []
        until = self._schedule_until()
        for line in self.line_ids:
            existing = by_line.get(line, none)
            periods, next_start = line._get_schedule(until)
            starts += [next_start] if next_start else []
            billed = existing.filtered("invoice_line_ids")
            wanted = schedule.subtract(
                periods, [(e.period_start, e.period_end) for e in billed]
            )
            by_period = {(e.period_start, e.period_end): e for e in existing - billed}
            for period in wanted:
                values = line._prepare_entry_values(period)
                entry = by_period.pop((period.start, period.end), None)
                if entry is None:
                    create_vals.append(values)
                elif changes := entry._get_schedule_changes(values):
                    key = repr(sorted(changes.items()))
                    _values, same = updates.get(key, (changes, none))
                    updates[key] = (changes, same | entry)
            drop = drop.union(*by_period.values())
        self._set_schedule_next(min(starts, default=False))
        return {"drop": drop, "create": create_vals, "updates": updates}

    def _log_schedule(self, plan):
        """Tell the client's history what became of the schedule, in one sentence."""
        added, removed = len(plan["create"]), len(plan["drop"])
        changed = sum(len(entries) for _values, entries in plan["updates"].values())
        if not (added or removed or changed):
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
        if not self.env.context.get("client_schedule_deferred"):
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
        return entries.create(
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
        today = fields.Date.context_today(self)
        horizon = today + relativedelta(months=HORIZON_MONTHS)
        domain = [
            ("state", "in", SCHEDULED_STATES),
            ("schedule_next_date", "<", horizon),
        ]
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=self.search_count(domain))
        while contracts := self.search(domain, limit=CRON_BATCH, order="id"):
            contracts._sync_schedule()
            if not cron._commit_progress(len(contracts)):
                break
