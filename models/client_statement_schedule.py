"""Billing statements that go out by themselves."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain

WEEKDAYS = [
    ("0", "Monday"),
    ("1", "Tuesday"),
    ("2", "Wednesday"),
    ("3", "Thursday"),
    ("4", "Friday"),
    ("5", "Saturday"),
    ("6", "Sunday"),
]


class ClientStatementSchedule(models.Model):
    """On which days which clients get their statement."""

    _name = "client.statement.schedule"
    _description = "Statement Schedule"
    _order = "name, id"
    _check_company_auto = True

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
    )
    frequency = fields.Selection(
        selection=[("month", "Every month"), ("week", "Every week")],
        default="month",
        required=True,
    )
    month_day = fields.Integer(
        string="Day of the month",
        default=1,
        required=True,
        aggregator=None,
        help="31: the last day, however long the month is.",
    )
    weekday = fields.Selection(selection=WEEKDAYS, default="0", required=True)
    date_next = fields.Date(
        string="Next on",
        compute="_compute_date_next",
        store=True,
        readonly=False,
        index=True,
        help="The statement is of the days before.",
    )
    months = fields.Integer(
        string="Months of movements", default=1, required=True, aggregator=None
    )
    scope = fields.Selection(
        selection=[
            ("all", "All clients"),
            ("only", "Only these"),
            ("except", "All but these"),
        ],
        string="Goes to",
        default="all",
        required=True,
    )
    client_ids = fields.Many2many(
        comodel_name="res.partner",
        relation="client_statement_schedule_client_rel",
        string="Clients",
        domain="[('is_client', '=', True)]",
    )
    condition = fields.Selection(
        selection=[
            ("open", "Something is open"),
            ("moved", "Something is open, or moved"),
            ("always", "Always"),
        ],
        string="Only when",
        default="open",
        required=True,
    )
    sending_ids = fields.One2many(
        comodel_name="client.statement.sending",
        inverse_name="schedule_id",
        readonly=True,
    )
    sending_count = fields.Integer(compute="_compute_sending_count")

    _days = models.Constraint(
        "CHECK (month_day BETWEEN 1 AND 31 AND months BETWEEN 1 AND 120)",
        "A month has days 1 to 31, and a statement 1 to 120 months.",
    )

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("frequency", "month_day", "weekday")
    def _compute_date_next(self):
        for schedule in self:
            yesterday = fields.Date.context_today(schedule) - timedelta(days=1)
            schedule.date_next = schedule._get_day_after(yesterday)

    def _compute_sending_count(self):
        counts = dict(
            self.env["client.statement.sending"]._read_group(
                [("schedule_id", "in", self.ids)], ["schedule_id"], ["__count"]
            )
        )
        for schedule in self:
            schedule.sending_count = counts.get(schedule, 0)

    # ------------------------------------------------------------------
    # ACTION
    # ------------------------------------------------------------------

    def action_view_sendings(self):
        """Open the statements that this schedule sent."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "client_hub.client_statement_sending_action"
        )
        action["domain"] = [("schedule_id", "=", self.id)]
        return action

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _get_day_after(self, day):
        """Return the first day of this schedule after a day.

        :param date day: excluded
        """
        self.ensure_one()
        if self.frequency == "week":
            ahead = (int(self.weekday or 0) - day.weekday() - 1) % 7 + 1
            return day + timedelta(days=ahead)
        number = min(max(self.month_day, 1), 31)
        # a shorter month has its last day
        found = day + relativedelta(day=number)
        return found if found > day else day + relativedelta(months=1, day=number)

    def _get_clients(self):
        """Return the clients that this schedule is for."""
        self.ensure_one()
        domain = Domain("is_client", "=", True) & Domain(
            "company_id", "in", (False, self.company_id.id)
        )
        if self.scope != "all":
            operator = "in" if self.scope == "only" else "not in"
            domain &= Domain("id", operator, self.client_ids.ids)
        return self.env["res.partner"].search(domain, order="id")

    def _plan(self):
        """Write down what is to be sent for the day that has come, and go on.

        One transaction: either all of it is planned, or the schedule is still due. The
        database has one row of a client for each schedule and day.
        """
        self.ensure_one()
        date_to = self.date_next - timedelta(days=1)
        date_from = date_to + timedelta(days=1) - relativedelta(months=self.months)
        self.env["client.statement.sending"].create(
            [
                {
                    "schedule_id": self.id,
                    "client_id": client.id,
                    "company_id": self.company_id.id,
                    "date_from": date_from,
                    "date_to": date_to,
                }
                for client in self._get_clients()
            ]
        )
        # a server that was off for weeks sends one statement, not one for each week
        today = fields.Date.context_today(self)
        self.date_next = self._get_day_after(max(self.date_next, today))
