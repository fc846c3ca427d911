"""The periods of a contract: broken ones, and when each falls due."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools import schedule
from ..tools.payment_day import format_payment_days, move_to_payment_day


class ClientContract(models.Model):
    """Counts broken periods by a named day-count, and knows each due date."""

    _name = "client.contract"
    _inherit = ["client.contract", "client.schedule.mixin"]

    client_payment_days = fields.Char(
        string="Payment days of the client",
        compute="_compute_client_payment_days",
        groups="base.group_user",
    )
    date_first_due = fields.Date(string="First due date", compute="_compute_due_bounds")
    date_last_due = fields.Date(
        string="Last due date",
        compute="_compute_due_bounds",
        help="Empty while the contract has no end.",
    )
    has_broken_periods = fields.Boolean(compute="_compute_due_bounds")

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("client_id", "company_id")
    def _compute_client_payment_days(self):
        for contract in self:
            days = contract._get_payment_days()
            contract.client_payment_days = format_payment_days(days) or False

    @api.depends(
        lambda self: [
            *self._period_fields(),
            "line_ids.date_start",
            "line_ids.date_end",
        ]
    )
    def _compute_due_bounds(self):
        for contract in self:
            firsts, lasts = [], []
            if contract.date_start and not contract._get_schedule_problem():
                for line in contract.line_ids:
                    first, last = line._get_outer_periods()
                    firsts += [first] if first else []
                    lasts += [last] if last else []
            due = [contract._get_due_date(period) for period in firsts]
            contract.date_first_due = min(due, default=False)
            # a service without an end has no last due date
            closed = len(lasts) == len(firsts)
            due = [contract._get_due_date(period) for period in lasts if closed]
            contract.date_last_due = max(due, default=False)
            contract.has_broken_periods = any(
                not part.is_whole for period in firsts + lasts for part in period.parts
            )

    # ------------------------------------------------------------------
    # CONSTRAINT
    # ------------------------------------------------------------------

    @api.constrains(
        "recurring_interval",
        "due_offset",
        "due_rule",
        "due_day",
        "payment_term_id",
        "client_id",
    )
    def _check_due_rule(self):
        # before the schedule follows: the database would only refuse it afterwards
        for contract in self:
            if problem := contract._get_schedule_problem():
                raise ValidationError(problem)

    def _get_schedule_problem(self):
        """Return why no period or due date can be told, as a sentence, or None."""
        self.ensure_one()
        if self.recurring_interval < 1:
            return self.env._(
                "A contract recurs at least every 1 day, week, month or year."
            )
        if not 0 <= self.due_day <= 31:
            return self.env._(
                "%s is no due day: choose a day of the month from 1 to 31, or 0 for "
                "none.",
                self.due_day,
            )
        if abs(self.due_offset) > 365:
            return self.env._(
                "The due date is at most 365 days before or after the period."
            )
        return self._get_due_problem()

    def _get_due_problem(self):
        """Return why no due date can be told, as a sentence, or None."""
        self.ensure_one()
        if self.due_rule == "day" and not self.due_day:
            return self.env._(
                "Choose the day of the month on which “%s” falls due, from 1 to 31.",
                self.name,
            )
        if self.due_rule == "client" and not self._get_payment_days():
            return self.env._(
                "%s has no payment day: enter it in the client's terms, or choose "
                "another due date.",
                self.client_id.display_name,
            )
        # sudo: the terms of this very contract, whatever else the user may read
        terms = self.sudo().payment_term_id
        if self.due_rule == "terms" and not terms:
            return self.env._(
                "Choose the payment terms that the due dates of “%s” follow.",
                self.name,
            )
        if self.due_rule == "terms" and len(terms.line_ids) > 1:
            return self.env._(
                "“%s” are paid in several parts, so they don't say one due date: "
                "choose other payment terms, or another due date.",
                terms.display_name,
            )
        return None

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    @api.model
    def _period_fields(self):
        """Return the fields of the contract that its periods are computed from."""
        return [
            *self._schedule_settings(),
            "due_rule",
            "due_day",
            "payment_term_id",
            "date_start",
            "date_end",
            "date_anchor",
            "recurring_interval",
            "recurring_unit",
            "billing_timing",
        ]

    @api.model
    def _schedule_fields(self):
        return super()._schedule_fields() | set(self._period_fields())

    def _get_payment_days(self):
        """Return the days of the month on which the client pays."""
        self.ensure_one()
        client = self._get_terms_client()
        return client._get_client_payment_days() if client else []

    def _get_day_count(self):
        """Return the day-count of broken periods, see ``tools/schedule.py``."""
        self.ensure_one()
        if self.day_count == "working":
            # sudo: the working hours of the company, for whoever plans its contracts
            calendar = self.sudo().company_id.resource_calendar_id
            return schedule.WorkingDays(calendar._get_working_day_test())
        return {
            "thirty360": schedule.THIRTY_360,
            "whole": schedule.WHOLE,
        }.get(self.day_count, schedule.ACTUAL)

    def _get_recurrence(self):
        """Return the arguments of ``schedule.iter_periods`` that all lines share.

        :return: (tuple of anchor, interval and unit, dict of options)
        """
        self.ensure_one()
        return (
            (
                self.date_anchor or self.date_start,
                self.recurring_interval,
                self.recurring_unit,
            ),
            {
                "count": self._get_day_count(),
                "join_first": self.broken_first == "next",
                "join_last": self.broken_last == "previous",
            },
        )

    def _get_due_date(self, period, timing=None):
        """Return the day on which a period falls due.

        :param schedule.Period period: the period billed, or a part of it
        :param str timing: advance or arrears; the contract's when None
        """
        self.ensure_one()
        timing = timing or self.billing_timing
        if self.due_rule == "day":
            return schedule.due_date(period, timing, self.due_day)
        if self.due_rule == "period":
            return schedule.due_date(period, timing, offset=self.due_offset)
        base = schedule.due_base(period, timing)
        if self.due_rule == "terms":
            # sudo: the terms of this very contract, whatever else the user may read
            for line in self.sudo().payment_term_id.line_ids:
                base = max(base, line._get_due_date(base))
        return move_to_payment_day(base, self._get_payment_days())

    def _get_due_text(self):
        """Return when a period falls due, e.g. ``due on day 10``; may be empty."""
        self.ensure_one()
        if self.due_rule == "day":
            if self.due_day == 31:
                return self.env._("due on the last day of the month")
            return self.env._("due on day %s", self.due_day)
        if self.due_rule == "client" and (days := self._get_payment_days()):
            return self.env._("due on day %s", format_payment_days(days))
        if self.due_rule == "terms":
            return self.env._("due by the payment terms")
        if self.due_rule == "period" and self.due_offset:
            days, advance = abs(self.due_offset), self.billing_timing == "advance"
            if self.due_offset < 0:
                if advance:
                    return self.env._("due %s days before the period", days)
                return self.env._("due %s days before the end of the period", days)
            if advance:
                return self.env._("due %s days after the start of the period", days)
            return self.env._("due %s days after the end of the period", days)
        return ""

    def _get_broken_text(self):
        """Return how broken periods are billed, as sentences for the client.

        :return: str, empty when this contract has none
        """
        self.ensure_one()
        if not self.has_broken_periods:
            return ""
        texts = {
            "actual": self.env._(
                "A period that is not complete is billed by its days."
            ),
            "thirty360": self.env._(
                "A period that is not complete is billed by its days, in months of 30 "
                "days."
            ),
            "working": self.env._(
                "A period that is not complete is billed by its working days."
            ),
            "whole": self.env._("A period that is not complete is billed in full."),
        }
        parts = [texts[self.day_count]]
        if self.broken_first == "next":
            parts.append(self.env._("At the beginning it is billed with the next one."))
        if self.broken_last == "previous":
            parts.append(self.env._("At the end it is billed with the one before."))
        return " ".join(parts)

    def _get_client_term_lines_of_day(self):
        # other due dates have no day to compare with the client's
        if self.due_rule != "day":
            return []
        return super()._get_client_term_lines_of_day()

    def _move_to_payment_day(self, due):
        if self.due_rule != "day":
            return move_to_payment_day(due, self._get_payment_days())
        return super()._move_to_payment_day(due)
