"""How fast a budget is used, until when it lasts, and who is told."""

from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import float_compare, float_round, format_date, formatLang

from ..tools.percentages import read_percentages

# The pace is that of this many days.
BURN_DAYS = 30
# The first day or two of a budget tell nothing.
MIN_DAYS = 7
# A budget that lasts longer is not said to end on a day.
MAX_DAYS = 3650


class ClientBudget(models.Model):
    """Burn rate, day of exhaustion and thresholds."""

    _inherit = "client.budget"

    burn_rate = fields.Monetary(
        string="Used per day",
        compute="_compute_forecast",
        groups="base.group_user",
        help="What was reserved, committed or spent in the last 30 days, by day.",
    )
    exhaustion_date = fields.Date(
        string="Lasts until",
        compute="_compute_forecast",
        groups="base.group_user",
        help="The day when nothing is left, at the pace of the last 30 days.",
    )
    forecast = fields.Char(compute="_compute_forecast", groups="base.group_user")
    threshold_ids = fields.One2many(
        comodel_name="client.budget.threshold",
        inverse_name="budget_id",
        string="Thresholds",
        default=lambda self: self._default_threshold_ids(),
        copy=True,
        groups="base.group_user",
    )

    # === DEFAULT METHODS === #

    @api.model
    def _default_threshold_ids(self):
        # sudo: a setting that account managers needn't read
        text = self.env.company.sudo().client_budget_thresholds
        return [(0, 0, {"rate": rate}) for rate in read_percentages(text)]

    # === COMPUTE METHODS === #

    @api.depends("amount_left", "state", "date_end", "spent_by")
    def _compute_forecast(self):
        today = fields.Date.context_today(self)
        since = today - timedelta(days=BURN_DAYS - 1)
        # sudo: sums of a budget that the user reads
        moves_sudo = self.env["client.budget.move"].sudo()
        domain = [
            ("budget_id", "in", self.ids),
            ("kind", "!=", "planned"),
            ("date", "<=", today),
        ]
        first = dict(
            moves_sudo._read_group(
                [*domain, ("amount_effect", "!=", 0)], ["budget_id"], ["date:min"]
            )
        )
        used = dict(
            moves_sudo._read_group(
                [*domain, ("date", ">=", since)], ["budget_id"], ["amount_effect:sum"]
            )
        )
        for budget in self:
            origin = budget._origin
            days = (today - max(since, first.get(origin) or today)).days + 1
            days = max(days, MIN_DAYS)
            amount = max(0.0, -used.get(origin, 0.0))
            budget.burn_rate = amount / days
            budget.exhaustion_date = False
            if budget.burn_rate and budget.state == "running":
                rest = max(0.0, budget.amount_left) / budget.burn_rate
                if rest <= MAX_DAYS:
                    budget.exhaustion_date = today + timedelta(days=int(rest))
            budget.forecast = budget._describe_forecast(amount, days)

    def _describe_forecast(self, amount, days):
        """Return the forecast in words, with what it assumes."""
        self.ensure_one()
        if self.state != "running":
            return False
        if self.currency_id.compare_amounts(self.amount_left, 0) <= 0:
            return self.env._("Nothing is left.")
        if not amount:
            return self.env._(
                "Nothing was reserved or spent in the last %(days)s days: there is no "
                "pace to tell from.",
                days=days,
            )
        values = {
            "amount": self._format_amount(amount),
            "days": days,
            "rate": self._format_amount(self.burn_rate),
            "left": self._format_amount(self.amount_left),
        }
        text = self.env._(
            "%(amount)s in the last %(days)s days, weekends included, is %(rate)s a "
            "day; what open jobs reserve counts as used.",
            **values,
        )
        if not self.exhaustion_date:
            return f"{text} {self.env._('At this pace it lasts for years.')}"
        values["day"] = format_date(self.env, self.exhaustion_date)
        if not self.date_end:
            end = self.env._("At this pace %(left)s last until %(day)s.", **values)
        elif self.exhaustion_date < self.date_end:
            values["end"] = format_date(self.env, self.date_end)
            end = self.env._(
                "At this pace %(left)s last until %(day)s, before the period ends on "
                "%(end)s.",
                **values,
            )
        else:
            rest = (self.date_end - fields.Date.context_today(self)).days
            over = self.amount_left - max(0, rest) * self.burn_rate
            values["over"] = self._format_amount(max(0.0, over))
            end = self.env._(
                "At this pace about %(over)s of %(left)s will be left when the period "
                "ends.",
                **values,
            )
        return f"{text} {end}"

    # === BUSINESS METHODS === #

    def _check_thresholds(self):
        """Tell the responsible person of thresholds that were just reached, once."""
        # sudo: whoever moved an amount makes the system tell
        thresholds_sudo = self.env["client.budget.threshold"].sudo()
        waiting = thresholds_sudo.search(
            [("budget_id", "in", self.ids), ("reached_date", "=", False)]
        )
        for budget_sudo in waiting.budget_id:
            if budget_sudo.state == "draft" or not budget_sudo.amount:
                continue
            reached = waiting.filtered(
                lambda threshold, budget=budget_sudo: (
                    threshold.budget_id == budget
                    and float_compare(budget.used_rate, threshold.rate, 6) >= 0
                )
            )
            if reached:
                reached.reached_date = fields.Datetime.now()
                # one word for those that were passed together
                budget_sudo._tell_threshold(max(reached.mapped("rate")))

    def _tell_threshold(self, rate):
        """Note on the budget that a share is used, and give a to-do.

        :param float rate: the highest threshold that was passed
        """
        self.ensure_one()
        budget = self.with_context(lang=self.manager_id.lang or self.env.lang)
        used = budget._format_rate(budget.used_rate)
        text = budget.env._(
            "“%(budget)s” has passed %(rate)s %%: %(used)s %% is used, %(left)s of "
            "%(amount)s is left.",
            rate=budget._format_rate(rate),
            used=used,
            budget=budget.name,
            left=budget._format_amount(budget.amount_left),
            amount=budget._format_amount(budget.amount),
        )
        budget.message_post(
            body=Markup("<p>%s</p>") % text, subtype_xmlid="mail.mt_note"
        )
        if self.manager_id.active:
            budget.activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=self.manager_id.id,
                summary=budget.env._("%(rate)s %% of the budget used", rate=used),
                note=text,
            )

    def _format_rate(self, rate):
        """Return a percentage as people read it, never more than it is."""
        rate = float_round(rate, precision_digits=1, rounding_method="DOWN")
        return formatLang(self.env, rate, digits=int(rate != int(rate)))

    def _rearm_thresholds(self):
        """Forget thresholds that a new amount of the budget has not reached yet."""
        for budget_sudo in self.sudo():  # sudo: see _check_thresholds
            budget_sudo.threshold_ids.filtered(
                lambda threshold, budget=budget_sudo: (
                    threshold.reached_date
                    and float_compare(budget.used_rate, threshold.rate, 6) < 0
                )
            ).reached_date = False
