"""How broken periods are billed and when a period falls due."""

from odoo import api, fields, models

# what is left alone when the due day changes: these don't use it
OTHER_DUE_RULES = ("client", "terms")


class ClientScheduleMixin(models.AbstractModel):
    """Settings that a contract shares with its template."""

    _name = "client.schedule.mixin"
    _description = "Schedule Settings of a Contract"

    day_count = fields.Selection(
        selection=[
            ("actual", "By actual days (17/31)"),
            ("thirty360", "By months of 30 days (30/360)"),
            ("working", "By working days (12/22)"),
            ("whole", "In full"),
        ],
        string="Broken periods",
        default="actual",
        required=True,
        help="What a first or last period costs that is shorter than the others. "
        "Months of 30 days: periods in days or weeks count actual days. Working days: "
        "those of the company's working hours, without its public holidays. "
        "Billed entries stay as they are when you change it.",
    )
    broken_first = fields.Selection(
        selection=[("apart", "Apart"), ("next", "With the next period")],
        string="First broken period",
        default="apart",
        required=True,
        help="With the next period: one entry for both, due with that period.",
    )
    broken_last = fields.Selection(
        selection=[("apart", "Apart"), ("previous", "With the period before")],
        string="Last broken period",
        default="apart",
        required=True,
        help="With the period before: one entry for both. In advance it is due at the "
        "start of that period, in arrears after the end.",
    )
    due_rule = fields.Selection(
        selection=[
            ("period", "Days from the period"),
            ("day", "Day of the month"),
            ("client", "Client's payment days"),
            ("terms", "Payment terms"),
        ],
        string="Due date",
        compute="_compute_due_rule",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        help="Counts from the start of the period when billed in advance, from the "
        "day after its end in arrears.\n"
        "- Days from the period: so many days later, or earlier when negative.\n"
        "- Day of the month: the first such day.\n"
        "- Client's payment days: the first of those agreed with the client.\n"
        "- Payment terms: as they say; the invoice is payable on that day.",
    )
    due_offset = fields.Integer(
        string="Days from the period",
        help="Days after the start of the period (in arrears: after its end). "
        "A negative number is days before.",
    )

    credit_unused = fields.Boolean(
        string="Credit unused days",
        default=True,
        help="When the contract ends on a day that is billed already, what was billed "
        "for the days after it is given back. How much follows from the setting for "
        "broken periods; one that is billed in full is not given back.",
    )

    _due_offset_within_year = models.Constraint(
        "CHECK (due_offset BETWEEN -365 AND 365)",
        "The due date is at most 365 days before or after the period.",
    )

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("due_day")
    def _compute_due_rule(self):
        for record in self:
            if record.due_rule not in OTHER_DUE_RULES:
                record.due_rule = "day" if record.due_day else "period"

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    @api.model
    def _schedule_settings(self):
        """Return the names of the settings that a contract takes from its template."""
        return [
            "day_count",
            "broken_first",
            "broken_last",
            "due_offset",
            "credit_unused",
        ]
