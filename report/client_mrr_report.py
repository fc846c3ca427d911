"""Monthly recurring revenue: what came, grew, shrank and left each month."""

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..models.client_contract_schedule import HORIZON_MONTHS

MOVEMENTS = [
    ("new", "New"),
    ("reactivation", "Reactivation"),
    ("expansion", "Expansion"),
    ("contraction", "Contraction"),
    ("churn", "Churn"),
    ("same", "Unchanged"),
]


class ClientMrrReport(models.Model):
    """One row per contract and month.

    **The month of a fee.** A recurring entry counts in the month in which its period
    begins; one that lasts several months counts evenly in each (a quarter of 3,000 is
    1,000 a month).  So the months add up to exactly what is billed, and a contract
    that bills calendar months has as its MRR of a month what that month bills.  What
    is skipped, written off, credited or suspended is no revenue; extra entries and
    those beyond the included don't recur.

    **New, churn.** Those are said of clients: *new* is a client's first month with
    revenue, *churn* the month after its last, *reactivation* a month after a gap. Any
    other change of one of its contracts is *expansion* or *contraction*, a contract
    that replaces another one included.  In each month::

        opening + new + reactivation + expansion - contraction - churn = closing
    """

    _name = "client.mrr.report"
    _inherit = ["client.fee.mixin"]
    _description = "Monthly recurring revenue"
    _auto = False
    _log_access = False
    _order = "month desc, id"
    _rec_name = "contract_id"

    month = fields.Date(readonly=True, help="First day of the month.")
    movement = fields.Selection(selection=MOVEMENTS, readonly=True)
    contract_kind = fields.Selection(
        selection=lambda self: (
            self.env["client.contract"]._fields["kind"]._description_selection(self.env)
        ),
        string="Kind of contract",
        readonly=True,
    )
    contract_id = fields.Many2one(comodel_name="client.contract", readonly=True)
    client_id = fields.Many2one(comodel_name="res.partner", readonly=True)
    responsible_id = fields.Many2one(comodel_name="res.users", readonly=True)
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    currency_id = fields.Many2one(comodel_name="res.currency", readonly=True)
    company_currency_id = fields.Many2one(comodel_name="res.currency", readonly=True)
    opening = fields.Monetary(
        currency_field="company_currency_id",
        readonly=True,
        help="Recurring revenue of the month before, at today's rate.",
    )
    new = fields.Monetary(
        currency_field="company_currency_id",
        readonly=True,
        help="Of clients that had no recurring revenue ever before.",
    )
    reactivation = fields.Monetary(
        currency_field="company_currency_id",
        readonly=True,
        help="Of clients that come back after a month or more without.",
    )
    expansion = fields.Monetary(
        currency_field="company_currency_id",
        readonly=True,
        help="More than the month before: higher prices, more services, another "
        "contract.",
    )
    contraction = fields.Monetary(
        currency_field="company_currency_id",
        readonly=True,
        help="Less than the month before, of clients that stay.",
    )
    churn = fields.Monetary(
        currency_field="company_currency_id",
        readonly=True,
        help="Of clients that have no recurring revenue any more.",
    )
    mrr = fields.Monetary(
        string="Closing MRR",
        currency_field="company_currency_id",
        readonly=True,
        help="Recurring revenue of the month, in the company's currency, at today's "
        "rate. Summed over months it is what is billed for them.",
    )
    change = fields.Monetary(
        currency_field="company_currency_id",
        readonly=True,
        help="Closing less opening; below zero when it shrinks.",
    )
    mrr_currency = fields.Monetary(
        string="MRR in contract currency",
        readonly=True,
        help="Group by currency before you add it up.",
    )

    @property
    def _table_query(self):
        today = fields.Date.context_today(self)
        month = today.replace(day=1)
        return SQL(
            """
            WITH %(ctes)s,
            monthly AS (%(monthly)s),
            filled AS (
                SELECT contract_id, month, mrr FROM monthly
                 UNION ALL
                SELECT contract_id, (month + interval '1 month')::date, 0
                  FROM (SELECT contract_id, month,
                               LEAD(month) OVER (PARTITION BY contract_id
                                                 ORDER BY month) AS next
                          FROM monthly) gap
                 WHERE (next IS NULL OR next > month + interval '1 month')
                   AND month < %(last)s
            ),
            moved AS (
                SELECT contract_id, month, mrr,
                       CASE WHEN LAG(month) OVER by_month + interval '1 month' = month
                            THEN LAG(mrr) OVER by_month ELSE 0 END AS opening
                  FROM filled
                WINDOW by_month AS (PARTITION BY contract_id ORDER BY month)
            ),
            named AS (%(named)s)
            %(select)s
            """,
            ctes=self._fee_ctes(),
            monthly=self._monthly_sql(month),
            last=month + relativedelta(months=HORIZON_MONTHS - 1),
            named=self._named_sql(),
            select=self._select_sql(),
        )

    @api.model
    def _monthly_sql(self, month):
        """Return the revenue of each contract and month.

        :param date month: the present one; up to 11 months later every contract that
            goes on has its entries, later months would look like churn
        """
        return SQL(
            """
            SELECT fee.contract_id, step::date AS month,
                   SUM(fee.amount / spread.months) AS mrr
              FROM client_fee fee
             CROSS JOIN LATERAL (
                SELECT date_trunc('month', fee.period_start) AS first,
                       GREATEST(
                           date_trunc('month', fee.period_start),
                           date_trunc('month', fee.period_end + 1)
                           - interval '1 month'
                       ) AS last
             ) bounds
             CROSS JOIN LATERAL (
                SELECT (EXTRACT(YEAR FROM age(bounds.last, bounds.first)) * 12
                        + EXTRACT(MONTH FROM age(bounds.last, bounds.first))
                        + 1)::int AS months
             ) spread
             CROSS JOIN LATERAL generate_series(
                bounds.first, bounds.last, interval '1 month') AS step
             WHERE fee.kind IN ('recurring', 'difference')
               AND fee.basis <> 'on_hold'
               AND step <= %s
             GROUP BY fee.contract_id, step
            """,
            month + relativedelta(months=HORIZON_MONTHS - 1),
        )

    @api.model
    def _named_sql(self):
        """Return the months in the company's currency, and how to call the change."""
        return SQL(
            """
            SELECT moved.contract_id, moved.month, moved.mrr AS mrr_currency,
                   moved.mrr * rate.factor AS mrr,
                   moved.opening * rate.factor AS opening,
                   rate.company_currency_id, contract.company_id,
                   contract.client_id, contract.currency_id, contract.responsible_id,
                   contract.kind AS contract_kind,
                   COUNT(*) FILTER (WHERE moved.mrr <> 0) OVER this_month AS now,
                   COUNT(*) FILTER (WHERE moved.opening <> 0) OVER this_month AS before,
                   MIN(moved.month) FILTER (WHERE moved.mrr <> 0) OVER (
                       PARTITION BY contract.company_id, contract.client_id
                   ) AS first_month
              FROM moved
              JOIN client_contract contract ON contract.id = moved.contract_id
              JOIN client_rate rate ON rate.company_id = contract.company_id
                                   AND rate.currency_id = contract.currency_id
            WINDOW this_month AS (
                PARTITION BY contract.company_id, contract.client_id, moved.month
            )
            """
        )

    @api.model
    def _select_sql(self):
        """Return the columns of the report."""
        return SQL(
            """
            SELECT (r.contract_id::bigint * 10000
                       + (EXTRACT(YEAR FROM r.month) - 1970) * 12
                       + EXTRACT(MONTH FROM r.month))::bigint AS id,
                   r.month, r.contract_id, r.client_id, r.company_id,
                   r.currency_id, r.company_currency_id, r.responsible_id,
                   r.contract_kind, r.movement, r.mrr_currency, r.mrr,
                   r.opening, r.change,
                   CASE r.movement WHEN 'new' THEN r.change ELSE 0 END AS new,
                   CASE r.movement WHEN 'reactivation' THEN r.change ELSE 0
                       END AS reactivation,
                   CASE r.movement WHEN 'expansion' THEN r.change ELSE 0
                       END AS expansion,
                   CASE r.movement WHEN 'contraction' THEN -r.change ELSE 0
                       END AS contraction,
                   CASE r.movement WHEN 'churn' THEN -r.change ELSE 0 END AS churn
              FROM (
                SELECT named.*, mrr - opening AS change,
                       CASE
                         WHEN mrr = opening THEN 'same'
                         WHEN before = 0 AND month = first_month THEN 'new'
                         WHEN before = 0 THEN 'reactivation'
                         WHEN now = 0 THEN 'churn'
                         WHEN mrr > opening THEN 'expansion'
                         ELSE 'contraction'
                       END AS movement
                  FROM named
              ) r
            """
        )

    @api.depends("contract_id", "month")
    @api.depends_context("uid")
    def _compute_display_name(self):
        for row in self:
            row.display_name = row.contract_id.display_name
        self.env["client.wall"]._mask(self)

    def action_open_contract(self):
        """Open the contract behind a row."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "client.contract",
            "res_id": self.contract_id.id,
            "views": [(False, "form")],
        }
