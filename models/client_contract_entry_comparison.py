"""How an entry compares with the period before it, and why it differs."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import float_compare, float_is_zero, format_date

from ..tools import schedule

CAUSES = [
    ("same", "As last period"),
    ("new", "New"),
    ("price", "Price adjusted"),
    ("contract", "Contract changed"),
    ("prorated", "Prorated"),
    ("agreement", "Agreement"),
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
        "first one of: manual, agreement, price, contract, prorated.",
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
        "line_id.entry_ids.amount",
        "line_id.entry_ids.is_adjusted",
        "line_id.entry_ids.kind",
        "line_id.entry_ids.period_end",
        "line_id.entry_ids.period_start",
        "line_id.entry_ids.skipped",
        "line_id.entry_ids.written_off",
    )
    def _compute_comparison(self):
        before = self._get_previous_entries()
        for entry in self:
            previous = before.get(entry.id)
            amount = previous._get_compared_amount() if previous else 0.0
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
        before = self._get_previous_entries()
        for entry in self:
            entry.previous_entry_id = before.get(entry.id, self.browse())

    @api.depends("amount_previous", "amount_difference", "cause")
    def _compute_comparison_text(self):
        for entry in self:
            entry.comparison_text = entry._get_comparison_text()
            previous = entry.previous_entry_id
            entry.previous_derivation_text = (
                previous._get_derivation_text() if previous else False
            )

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _get_previous_entries(self):
        """Return the entry of the period just before, by id of the recurring entry.

        An entry that follows a hole has none: nothing was due last period.
        """
        before = {}
        lines = self.filtered(lambda entry: entry.kind == "recurring").line_id
        for line in lines:
            entries = line.entry_ids.filtered(
                lambda entry: entry.kind == "recurring" and entry.period_start
            ).sorted("period_start")
            previous = None
            for entry in entries:
                if previous and previous.period_end + ONE_DAY == entry.period_start:
                    before[entry.id] = previous
                previous = entry
        return before

    def _get_compared_amount(self):
        """Return what this period counted for: nothing when it was left out."""
        self.ensure_one()
        return 0.0 if self.skipped or self.written_off else self.amount

    def _get_cause(self, previous, amount):
        """Return the one cause under which pre-billing groups this entry (hook).

        :param previous: client.contract.entry of the period before, or None
        :param float amount: what that one counted for
        """
        self.ensure_one()
        if self.kind in CAUSE_OF_KIND:
            return CAUSE_OF_KIND[self.kind]
        if not previous:
            return "new"
        rounding = self.currency_id.rounding or 0.01
        if float_is_zero(self.amount - amount, precision_rounding=rounding):
            return "same"
        both = self | previous
        if any(both.mapped("is_adjusted")) or previous.skipped or previous.written_off:
            return "manual"
        if any(entry._has_agreement() for entry in both):
            return "agreement"
        if float_compare(self.price_unit, previous.price_unit, precision_digits=6):
            return "price"
        if self._has_other_terms(previous):
            return "contract"
        return "prorated" if any(e._is_prorated() for e in both) else "contract"

    def _has_agreement(self):
        """Tell whether a temporary agreement made this amount (hook)."""
        return bool((self.derivation or {}).get("segments"))

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
        return data.get("days") != data.get("period_days")

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

    def _get_comparison_text(self):
        """Return the sentence about the difference to last period."""
        self.ensure_one()
        labels = dict(self._fields["cause"]._description_selection(self.env))
        previous = self.previous_entry_id
        if self.kind in CAUSE_OF_KIND:
            return self.env._("Beside the schedule: nothing to compare it with.")
        if not previous:
            return self.env._("New: nothing was due for the period before.")
        period = previous._get_period_text()
        if self.cause == "same":
            return self.env._("The same as for %s.", period)
        text = self.env._(
            "%(cause)s: %(before)s for %(period)s, now %(now)s (%(difference)s).",
            cause=labels.get(self.cause, ""),
            before=self._format_amount(self.amount_previous),
            period=period,
            now=self._format_amount(self.amount),
            difference=self._format_difference(self.amount_difference),
        )
        if previous.skipped or previous.written_off:
            states = dict(self._fields["state"]._description_selection(self.env))
            state = "written_off" if previous.written_off else "skipped"
            text += "\n" + self.env._(
                "Last period: %(state)s on %(date)s by %(user)s (%(reason)s).",
                state=states[state],
                date=format_date(self.env, previous.decision_date),
                user=previous.decision_user_id.name or "?",
                reason=previous.decision_reason or "–",
            )
        return text

    def _format_difference(self, amount):
        """Return an amount with its sign."""
        sign = "+" if amount > 0 else ""
        return f"{sign}{self._format_amount(amount)}"
