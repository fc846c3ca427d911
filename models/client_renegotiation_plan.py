"""Renegotiations: what the terms make of the old items."""

from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools import format_date

from ..tools import renegotiation as plans

POSITIVE = (
    "discount_percent",
    "discount_amount",
    "fine_percent",
    "late_percent",
    "plan_percent",
    "down_payment",
)


class ClientRenegotiation(models.Model):
    """Computes sums and instalments while it is a draft; then they stay."""

    _inherit = "client.renegotiation"

    instalment_ids = fields.One2many(
        comodel_name="client.renegotiation.instalment",
        inverse_name="renegotiation_id",
        string="Instalments",
        compute="_compute_plan",
        store=True,
        copy=False,
    )
    principal = fields.Monetary(
        string="Open amount", compute="_compute_plan", store=True
    )
    discount = fields.Monetary(compute="_compute_plan", store=True)
    interest = fields.Monetary(compute="_compute_plan", store=True)
    fine = fields.Monetary(compute="_compute_plan", store=True)
    tax = fields.Monetary(
        string="Taxes on interest and fine", compute="_compute_plan", store=True
    )
    total = fields.Monetary(
        string="New total", compute="_compute_plan", store=True, tracking=True
    )
    problem = fields.Char(compute="_compute_plan", store=True)
    amount_open = fields.Monetary(
        string="Still to pay",
        compute="_compute_amount_open",
        compute_sudo=True,
        help="What is open of the new instalments.",
    )

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends(
        "state",
        "company_id",
        "currency_id",
        "date",
        "discount_percent",
        "discount_amount",
        "fine_percent",
        "late_percent",
        "plan_percent",
        "rate_unit",
        "compound",
        "count",
        "date_first",
        "interval",
        "unit",
        "down_payment",
        "item_ids.amount",
        "item_ids.date_maturity",
    )
    def _compute_plan(self):
        for row in self:
            if row.state != "draft":
                # what was proposed stays, whatever the settings become
                continue
            problem, plan = row._make_plan()
            row.problem = problem
            for name in ("principal", "discount", "interest", "fine", "tax", "total"):
                row[name] = getattr(plan, name) if plan else 0.0
            row._set_instalments(plan.instalments if plan else ())

    @api.depends("instalment_ids.move_line_id.amount_residual_currency")
    def _compute_amount_open(self):
        for row in self:
            lines = row.instalment_ids.move_line_id
            row.amount_open = sum(lines.mapped("amount_residual_currency"))

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _make_plan(self):
        """Return why there is no plan yet, or the plan.

        :rtype: tuple(str, tools.renegotiation.Plan)
        """
        self.ensure_one()
        items = self.item_ids
        if not items:
            return self.env._("Choose the items to renegotiate."), None
        if not self.date or not self.date_first or not 1 <= self.count <= 120:
            return self.env._("Say how many instalments there are, and when."), None
        if problem := self._get_terms_problem():
            return problem, None
        try:
            plan = plans.make_plan(
                [item._get_debt() for item in items],
                self._get_terms(),
                self.currency_id.rounding or 0.01,
                self._get_charge_tax,
            )
        except ValueError as error:
            return self._get_plan_problem(str(error)), None
        return False, plan

    def _get_terms_problem(self):
        """Return what nobody can agree on, as a sentence, or False."""
        self.ensure_one()
        if self.date_first < self.date:
            return self.env._(
                "The first instalment would be due on %(first)s, before the agreement "
                "of %(day)s: choose a later day.",
                first=format_date(self.env, self.date_first),
                day=format_date(self.env, self.date),
            )
        if any(self[name] < 0 for name in POSITIVE) or self.discount_percent > 100:
            # the sentence with which saving is refused
            return self.env._(
                "Discount, fine, interest and down payment can't be negative, nor the "
                "discount above 100 %."
            )
        return False

    def _get_terms(self):
        """Return what is agreed, for the arithmetic.

        :rtype: tools.renegotiation.Terms
        """
        self.ensure_one()
        return plans.Terms(
            day=self.date,
            first_due=self.date_first,
            count=self.count,
            interval=max(self.interval, 1),
            unit=self.unit or "month",
            down_payment=self.down_payment,
            discount_percent=self.discount_percent,
            discount_amount=self.discount_amount,
            fine_percent=self.fine_percent,
            late_percent=self.late_percent,
            plan_percent=self.plan_percent,
            rate_unit=self.rate_unit or "month",
            compound=self.compound,
        )

    def _get_plan_problem(self, code):
        """Return a problem of the plan as a sentence."""
        sentences = {
            "nothing": self.env._("The discount leaves nothing to pay."),
            "down_payment": self.env._(
                "The down payment leaves nothing for the other instalments."
            ),
            "count": self.env._("There is too little to pay for so many instalments."),
        }
        return sentences.get(code) or self.env._("These terms make no plan.")

    def _set_instalments(self, instalments):
        """Give the plan's instalments to the record, where they differ."""
        self.ensure_one()
        names = ("due", "capital", "interest", "tax", "amount")
        known = [
            (row.date_maturity, row.capital, row.interest, row.tax, row.amount)
            for row in self.instalment_ids
        ]
        new = [tuple(getattr(row, name) for name in names) for row in instalments]
        if known == new:
            return
        self.instalment_ids = [
            Command.clear(),
            *(
                Command.create(
                    {
                        "number": place,
                        "date_maturity": due,
                        "capital": capital,
                        "interest": interest,
                        "tax": tax,
                        "amount": amount,
                    }
                )
                for place, (due, capital, interest, tax, amount) in enumerate(new, 1)
            ),
        ]
