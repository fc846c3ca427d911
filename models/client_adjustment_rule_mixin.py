"""How the prices of a contract are adjusted: fields of contracts and templates."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

RULE_FIELDS = (
    "adjustment_rule",
    "adjustment_percent",
    "adjustment_index_id",
    "adjustment_months",
    "adjustment_lag",
    "adjustment_cap",
    "adjustment_floor",
    "adjustment_negative",
    "adjustment_split",
)


class ClientAdjustmentRuleMixin(models.AbstractModel):
    """A rule: fixed percentage or index, how often, and its limits."""

    _name = "client.adjustment.rule.mixin"
    _description = "Price Adjustment Rule"

    adjustment_rule = fields.Selection(
        selection=[
            ("none", "Prices stay"),
            ("fixed", "By a fixed percentage"),
            ("index", "By an index"),
        ],
        string="Price adjustment",
        default="none",
        required=True,
        groups="base.group_user",
    )
    adjustment_percent = fields.Float(
        string="Percentage",
        min_display_digits=2,
        groups="base.group_user",
        help="Prices rise by this percentage at each adjustment.",
    )
    adjustment_index_id = fields.Many2one(
        comodel_name="client.price.index",
        string="Index",
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
        groups="base.group_user",
    )
    adjustment_months = fields.Integer(
        string="Every (months)",
        default=12,
        required=True,
        groups="base.group_user",
        help="Months between two adjustments, at least what the company's settings "
        "say: a year where the law asks for it, as in Brazil.",
    )
    adjustment_lag = fields.Integer(
        string="Publication lag",
        default=1,
        groups="base.group_user",
        help="Months between the adjustment and the last value used. 1: an adjustment "
        "of January goes up to December.",
    )
    adjustment_cap = fields.Float(
        string="Cap",
        min_display_digits=2,
        groups="base.group_user",
        help="Highest percentage of one adjustment; 0 for no limit.",
    )
    adjustment_floor = fields.Float(
        string="Floor",
        min_display_digits=2,
        groups="base.group_user",
        help="Lowest percentage of one adjustment; 0 for no limit.",
    )
    adjustment_negative = fields.Selection(
        selection=[
            ("zero", "The price stays"),
            ("carry", "The price stays, the fall counts next time"),
            ("apply", "The price falls"),
        ],
        string="If the index fell",
        default="zero",
        required=True,
        groups="base.group_user",
    )

    adjustment_split = fields.Boolean(
        string="Split the period under way",
        groups="base.group_user",
        help="A period that began before the new prices is billed by its days: the old "
        "price before that day, the new one from it on. Otherwise it keeps its price "
        "to its end.",
    )

    _adjustment_months_positive = models.Constraint(
        "CHECK (adjustment_months >= 1)",
        "Prices are adjusted every 1 month or more: the interval can't be zero.",
    )
    _adjustment_lag_range = models.Constraint(
        "CHECK (adjustment_lag BETWEEN 0 AND 12)",
        "The publication lag is between 0 and 12 months.",
    )
    _adjustment_limits = models.Constraint(
        "CHECK (adjustment_cap >= 0 AND adjustment_floor >= 0)",
        "Cap and floor of an adjustment can't be negative; 0 means no limit.",
    )

    @api.constrains(*RULE_FIELDS, "company_id")
    def _check_adjustment_rule(self):
        for record in self:
            if record.adjustment_rule == "none":
                continue
            if problem := record._get_adjustment_rule_problem():
                raise ValidationError(problem)

    def _get_adjustment_rule_problem(self):
        """Return what is wrong with the rule, as a sentence, or None."""
        self.ensure_one()
        # sudo: how often a company may adjust is no secret to who writes its contracts
        company = (self.company_id or self.env.company).sudo()
        minimum = company.client_adjustment_min_months
        if self.adjustment_months < minimum:
            return self.env._(
                "Prices of %(company)s are adjusted at most every %(minimum)s months "
                "(Settings, Clients): %(months)s is too short.",
                company=company.name,
                minimum=minimum,
                months=self.adjustment_months,
            )
        if self.adjustment_rule == "fixed":
            if not self.adjustment_percent or self.adjustment_percent <= -100:
                return self.env._("Give the percentage of the price adjustment.")
            return None
        if not self.adjustment_index_id:
            return self.env._("Choose the index of the price adjustment.")
        if self.adjustment_cap and self.adjustment_cap < self.adjustment_floor:
            return self.env._(
                "The cap of the adjustment (%(cap)s %%) is below its floor "
                "(%(floor)s %%).",
                cap=f"{self.adjustment_cap:g}",
                floor=f"{self.adjustment_floor:g}",
            )
        return None
