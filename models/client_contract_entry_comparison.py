"""How an entry compares with the period before it, and why it differs."""

from datetime import timedelta
from itertools import pairwise

from odoo import api, fields, models
from odoo.tools import float_compare, float_is_zero, format_date

from ..tools import allocation, schedule

CAUSES = [
    ("same", "As last period"),
    ("new", "New"),
    ("price", "Price adjusted"),
    ("contract", "Contract changed"),
    ("prorated", "Prorated"),
    ("agreement", "Agreement"),
    ("ended", "Ended"),
    ("overage", "Beyond the included"),
    ("one_off", "One-off"),
    ("manual", "Manual"),
]
# beside the schedule: there is nothing that they could be compared with
CAUSE_OF_KIND = {"extra": "one_off", "difference": "agreement", "overage": "overage"}
ONE_DAY = timedelta(days=1)


class ClientContractEntry(models.Model):
    """Knows last period's amount, so that only what differs needs a look.

    Stored, because pre-billing filters, groups and sums by it.
    """

    _inherit = "client.contract.entry"

    amount_previous = fields.Monetary(
        string="Last period",
        compute="_compute_comparison",
        store=True,
        groups="base.group_user",
        help="Untaxed, of the period before; nothing when it was skipped or written "
        "off, or for what is beside the schedule.",
    )
    amount_difference = fields.Monetary(
        string="Difference",
        compute="_compute_comparison",
        store=True,
        groups="base.group_user",
        help="What is billed more, or less, than last period.",
    )
    cause = fields.Selection(
        selection=CAUSES,
        compute="_compute_comparison",
        store=True,
        groups="base.group_user",
        help="Why it differs from last period. When there are several causes, the "
        "first one of: manual, agreement, price, contract, prorated. Ended: days "
        "after the end of the contract are given back.",
    )
    date_ended_due = fields.Date(
        string="Would be due",
        compute="_compute_date_ended_due",
        store=True,
        index="btree_not_null",
        groups="base.group_user",
        help="On the last entry of a service that ends: when the next one would have "
        "fallen due.",
    )
    amount_ended = fields.Monetary(
        string="No longer billed",
        compute="_compute_amount_ended",
        groups="base.group_user",
    )
    previous_entry_id = fields.Many2one(
        comodel_name="client.contract.entry",
        string="Entry of last period",
        compute="_compute_previous_entry_id",
        groups="base.group_user",
    )
    previous_derivation_text = fields.Text(
        string="Last period's amount",
        compute="_compute_comparison_text",
        groups="base.group_user",
    )
    comparison_text = fields.Text(
        string="Compared with last period",
        compute="_compute_comparison_text",
        groups="base.group_user",
    )

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends(
        "kind",
        "amount",
        "derivation",
        "line_id.entry_ids.amount",
        "line_id.entry_ids.is_adjusted",
        "line_id.entry_ids.kind",
        "line_id.entry_ids.period_end",
        "line_id.entry_ids.period_start",
        "line_id.entry_ids.skipped",
        "line_id.entry_ids.written_off",
    )
    def _compute_comparison(self):
        neighbours = self._get_neighbours()
        for entry in self:
            period, previous = neighbours.get(entry.id, ((), ()))
            amount = entry._get_previous_share(period, previous)
            entry.amount_previous = amount
            entry.amount_difference = entry.amount - amount
            entry.cause = entry._get_cause(previous, amount)

    @api.depends(
        "kind",
        "period_start",
        "period_end",
        "date_due",
        "postponed_from",
        "line_id.date_end",
        "contract_id.date_end",
        "contract_id.recurring_interval",
        "contract_id.recurring_unit",
        "contract_id.renewal",
        "contract_id.state",
    )
    def _compute_date_ended_due(self):
        for entry in self:
            last = entry._get_last_day()
            if last and entry.period_start <= last <= entry.period_end:
                contract = entry.contract_id
                entry.date_ended_due = schedule.period_start(
                    entry.postponed_from or entry.date_due,
                    contract.recurring_interval,
                    contract.recurring_unit,
                    1,
                )
            else:
                entry.date_ended_due = False

    @api.depends("amount", "skipped", "written_off")
    def _compute_amount_ended(self):
        for entry in self:
            entry.amount_ended = -entry._get_compared_amount()

    @api.depends("line_id", "period_start")
    def _compute_previous_entry_id(self):
        neighbours = self._get_neighbours()
        for entry in self:
            _period, previous = neighbours.get(entry.id, ((), ()))
            entry.previous_entry_id = previous[-1] if previous else False

    @api.depends("amount_previous", "amount_difference", "cause")
    @api.depends_context("lang")
    def _compute_comparison_text(self):
        neighbours = self._get_neighbours()
        for entry in self:
            _period, previous = neighbours.get(entry.id, ((), ()))
            entry.comparison_text = entry._get_comparison_text(previous)
            entry.previous_derivation_text = "\n".join(
                other._get_derivation_text() for other in previous
            )

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _get_neighbours(self):
        """Return what each recurring entry is compared with.

        An agreement may bill a period in several entries, all due on one day.  The
        entry of a period that follows a hole has nothing to be compared with.

        :return: {id: (list of the period's entries, list of the previous one's)}
        """
        neighbours = {}
        for line in self.filtered(lambda entry: entry.kind == "recurring").line_id:
            entries = line.entry_ids.filtered(
                lambda entry: entry.kind == "recurring" and entry.period_start
            ).sorted("period_start")
            periods = []
            for entry in entries:
                due = entry.postponed_from or entry.date_due
                if periods and periods[-1][0] == due:
                    periods[-1][1].append(entry)
                else:
                    periods.append((due, [entry]))
            for (_due, previous), (_next, period) in pairwise(periods):
                if previous[-1].period_end + ONE_DAY == period[0].period_start:
                    for entry in period:
                        neighbours[entry.id] = (period, previous)
        return neighbours

    def _get_previous_share(self, period, previous):
        """Return what last period counted for; the entries of one period share it.

        :param list period: the entries of this one's period
        :param list previous: the entries of the period before
        """
        self.ensure_one()
        amount = sum(entry._get_compared_amount() for entry in previous)
        if len(period) < 2:
            return amount
        days = [(entry.period_end - entry.period_start).days + 1 for entry in period]
        rounding = self.currency_id.rounding or 0.01
        return allocation.split(amount, days, rounding)[period.index(self)]

    def _get_compared_amount(self):
        """Return what this period counted for: nothing when it was left out."""
        self.ensure_one()
        return 0.0 if self.skipped or self.written_off else self.amount

    def _get_cause(self, previous, amount):
        """Return the one cause under which pre-billing groups this entry (hook).

        :param list previous: the entries of the period before
        :param float amount: what they counted for
        """
        self.ensure_one()
        if self.kind == "difference" and self._is_given_back():
            return "ended"
        if self.kind in CAUSE_OF_KIND:
            return CAUSE_OF_KIND[self.kind]
        if not previous:
            return "new"
        rounding = self.currency_id.rounding or 0.01
        if float_is_zero(self.amount - amount, precision_rounding=rounding):
            return "same"
        both = [self, *previous]
        if self.is_adjusted or any(entry._is_decided() for entry in previous):
            return "manual"
        if any(entry._has_agreement(entry.derivation or {}) for entry in both):
            return "agreement"
        last = previous[-1]
        if float_compare(self.price_unit, last.price_unit, precision_digits=6):
            return "price"
        if self._has_other_terms(last):
            return "contract"
        return "prorated" if any(e._is_prorated() for e in both) else "contract"

    def _is_decided(self):
        """Tell whether somebody made this amount, or left it out."""
        return self.is_adjusted or self.skipped or self.written_off

    @api.model
    def _has_agreement(self, data):
        """Tell whether a temporary agreement made this amount.

        :param dict data: the derivation, or a part of it
        """
        return bool(self._get_overlay_ids(data))

    def _is_given_back(self):
        """Tell whether this difference is of days after the end of the contract."""
        ids = self._get_overlay_ids((self.derivation or {}).get("now") or {})
        # sudo: the amount tells of its agreement, whoever may read that
        overlays = self.env["client.contract.overlay"].sudo().browse(sorted(ids))
        return any(overlays.exists().mapped("is_ending"))

    @api.model
    def _get_overlay_ids(self, data):
        """Return the ids of the temporary agreements that made an amount.

        :param dict data: the derivation, or a part of it
        """
        ids = set(data.get("overlays") or ())
        for part in (*(data.get("segments") or ()), *(data.get("pieces") or ())):
            ids |= self._get_overlay_ids(part)
        return ids

    def _has_other_terms(self, previous):
        """Tell whether another quantity, discount or product is billed."""
        return bool(
            float_compare(self.quantity, previous.quantity, precision_digits=6)
            or float_compare(self.discount, previous.discount, precision_digits=6)
            or self.product_id != previous.product_id
        )

    def _is_prorated(self):
        """Tell whether only a part of a whole period is billed (hook)."""
        data = self.derivation or {}
        # a broken period may be billed together with a whole one
        return bool(data.get("pieces")) or data.get("days") != data.get("period_days")

    def _get_last_day(self):
        """Return the last day billed of a service that ends for good, or None.

        The end date of a contract that renews by itself is not an end.
        """
        self.ensure_one()
        contract, line = self.contract_id, self.line_id
        if self.kind != "recurring" or not self.period_start:
            return None
        ends = contract.renewal != "tacit" or contract.state == "ended"
        days = (line.date_end, contract.date_end if ends else None)
        return min(filter(None, days), default=None)

    def _get_comparison_text(self, previous):
        """Return the sentence about the difference to last period.

        :param list previous: the entries of the period before
        """
        self.ensure_one()
        if self.kind in CAUSE_OF_KIND:
            return self.env._("Beside the schedule: nothing to compare it with.")
        if not previous:
            return self.env._("New: nothing was due for the period before.")
        period = previous[-1]._get_period_text()
        if self.cause == "same":
            return self.env._("The same as for %s.", period)
        labels = dict(self._fields["cause"]._description_selection(self.env))
        text = self.env._(
            "%(cause)s: %(before)s for %(period)s, now %(now)s (%(difference)s).",
            cause=labels.get(self.cause, ""),
            before=self._format_amount(self.amount_previous),
            period=period,
            now=self._format_amount(self.amount),
            difference=self._format_difference(self.amount_difference),
        )
        left_out = [entry for entry in previous if entry.skipped or entry.written_off]
        return "\n".join([text, *(entry._get_left_out_text() for entry in left_out)])

    def _get_left_out_text(self):
        """Return who left this period out, when and why."""
        self.ensure_one()
        states = dict(self._fields["state"]._description_selection(self.env))
        return self.env._(
            "Last period: %(state)s on %(date)s by %(user)s (%(reason)s).",
            state=states["written_off" if self.written_off else "skipped"],
            date=format_date(self.env, self.decision_date),
            user=self.decision_user_id.name or "?",
            reason=self.decision_reason or "–",
        )

    def _format_difference(self, amount):
        """Return an amount with its sign."""
        sign = "+" if amount > 0 else ""
        return f"{sign}{self._format_amount(amount)}"
