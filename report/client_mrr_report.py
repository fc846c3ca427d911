"""Monthly recurring revenue: what came, grew, shrank and left each month."""

from datetime import date

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.orm.domains import DomainAnd, DomainCondition
from odoo.tools import SQL

from ..models.client_contract_reminder import LATE_DAYS
from ..models.client_contract_schedule import HORIZON_MONTHS

MOVEMENTS = [
    ("new", "New"),
    ("reactivation", "Reactivation"),
    ("expansion", "Expansion"),
    ("contraction", "Contraction"),
    ("churn", "Churn"),
    ("same", "Unchanged"),
]


def _number_month(day):
    """Return how many months there are since the year 0."""
    return day.year * 12 + day.month - 1


def _date_month(number):
    """Return the first day of a month; see ``_number_month``."""
    return date(number // 12, number % 12 + 1, 1)


def _id_month(id_):
    """Return the first day of the month of a row; see ``_select_sql``."""
    return _date_month(id_ % 10000 + 1970 * 12 - 1)


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

    The same holds for several months: they open with the first and close with the last.
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
        help="Recurring revenue of the month before, at today's rate. Of several "
        "months, that of the first.",
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
        "rate. Of several months, that of the last.",
    )
    revenue = fields.Monetary(
        string="Recurring revenue",
        currency_field="company_currency_id",
        readonly=True,
        help="The closing MRR of each month, added up: what is billed for the months.",
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

    @api.model
    def _search(self, domain, *args, **kwargs):
        """Compute no month that the domain leaves out.

        The database can't tell by itself: who is new depends on every month before.
        """
        domain = Domain(domain).optimize_full(self)
        first, last = self._find_months(domain)
        report = self.with_context(client_mrr_first=first, client_mrr_last=last)
        return super(ClientMrrReport, report)._search(domain, *args, **kwargs)

    def _as_query(self, ordered=True):
        """Compute no month but those of the records; see ``_search``."""
        first, last = self._find_months(Domain("id", "in", self.ids))
        report = self.with_context(client_mrr_first=first, client_mrr_last=last)
        return super(ClientMrrReport, report)._as_query(ordered)

    @api.model
    def _find_months(self, domain):
        """Return the first and the last month that a domain asks for.

        :param Domain domain: an optimized one
        :return: two dates, either of them None when nothing limits it
        """
        if isinstance(domain, DomainAnd):
            bounds = [self._find_months(part) for part in domain.children]
            return (
                max(filter(None, (first for first, _last in bounds)), default=None),
                min(filter(None, (last for _first, last in bounds)), default=None),
            )
        if not isinstance(domain, DomainCondition):
            return None, None
        if domain.field_expr == "id" and domain.operator == "in":
            months = [_id_month(id_) for id_ in domain.value if isinstance(id_, int)]
            return min(months, default=None), max(months, default=None)
        if domain.field_expr != "month":
            return None, None
        day = domain.value if isinstance(domain.value, date) else None
        if domain.operator in (">", ">="):
            return day, None
        if domain.operator in ("<", "<="):
            return None, day
        return None, None

    def _read_group_select(self, aggregate_spec, query):
        """Open with the first month and close with the last one: no sum of both."""
        edge = {"opening:sum": "MIN", "mrr:sum": "MAX"}.get(aggregate_spec)
        if not edge:
            return super()._read_group_select(aggregate_spec, query)
        name = aggregate_spec.partition(":")[0]
        return SQL(
            """
            (SELECT SUM(edge.amount)
               FROM unnest(array_agg(%(month)s), array_agg(%(amount)s))
                    AS edge(month, amount)
              WHERE edge.month = %(edge)s(%(month)s))
            """,
            month=self._field_to_sql(self._table, "month", query),
            amount=self._field_to_sql(self._table, name, query),
            edge=SQL(edge),
        )

    @property
    def _table_query(self):
        today = fields.Date.context_today(self)
        # up to 11 months later every contract that goes on has its entries, later
        # months would look like churn
        last = _number_month(today) + HORIZON_MONTHS - 1
        if until := self.env.context.get("client_mrr_last"):
            last = min(last, _number_month(until))
        first = None
        if since := self.env.context.get("client_mrr_first"):
            # no renewal is assumed before that, see _is_new_sql
            since = min(since, today - relativedelta(days=LATE_DAYS))
            # what a month opens with is the month before
            first = _number_month(since) - 1
        return SQL(
            """
            WITH %(ctes)s,
            moved AS (%(moved)s),
            named AS (%(named)s)
            %(select)s
            """,
            ctes=self._fee_ctes(),
            moved=self._moved_sql(first, last),
            named=self._named_sql(),
            select=self._select_sql(first),
        )

    @api.model
    def _spread_sql(self, fees, first, last):
        """Return the part of each fee that falls in each of its months.

        A month is the number of months since the year 0: much cheaper than a date.

        :param SQL fees: a table of fees
        :param int first: number of the first month, None for all
        :param int last: number of the last month
        """
        return SQL(
            """
            SELECT part.contract_id, part.month, part.amount
              FROM (
                SELECT span.contract_id, span.amount / (span.last - span.first + 1)
                           AS amount,
                       generate_series(span.first, span.last) AS month
                  FROM (
                    SELECT fee.contract_id, fee.amount, begins.month AS first,
                           GREATEST(begins.month, ends.month - 1) AS last
                      FROM %(fees)s fee
                     CROSS JOIN LATERAL (SELECT %(begins)s AS month) begins
                     CROSS JOIN LATERAL (SELECT %(ends)s AS month) ends
                     WHERE fee.kind IN ('recurring', 'difference')
                       AND fee.basis <> 'on_hold'
                       AND fee.period_start < %(until)s
                       AND %(since)s
                  ) span
              ) part
             WHERE part.month <= %(last)s AND %(first)s
            """,
            fees=fees,
            begins=self._month_sql(SQL("fee.period_start")),
            ends=self._month_sql(SQL("fee.period_end + 1")),
            until=_date_month(last + 1),
            since=SQL("fee.period_end >= %s", _date_month(first))
            if first
            else SQL("TRUE"),
            last=last,
            first=SQL("part.month >= %s", first) if first else SQL("TRUE"),
        )

    @api.model
    def _month_sql(self, day):
        """Return the number of a day's month.

        :param SQL day: a date
        """
        return SQL(
            "(date_part('year', %(day)s) * 12 + date_part('month', %(day)s) - 1)::int",
            day=day,
        )

    @api.model
    def _moved_sql(self, first, last):
        """Return each contract's revenue by month, and that of the month before.

        What a month has is what the next one opens with: one pass adds up both.

        :param int first: see ``_spread_sql``
        :param int last: see ``_spread_sql``
        """
        return SQL(
            """
            SELECT side.contract_id, side.month, SUM(side.mrr) AS mrr,
                   SUM(side.opening) AS opening
              FROM (
                SELECT fee.contract_id, fee.month + later.months AS month,
                       CASE later.months WHEN 0 THEN fee.amount ELSE 0 END AS mrr,
                       CASE later.months WHEN 1 THEN fee.amount ELSE 0 END AS opening
                  FROM (%s) fee
                 CROSS JOIN (VALUES (0), (1)) AS later(months)
              ) side
             WHERE side.month <= %s
             GROUP BY side.contract_id, side.month
            """,
            self._spread_sql(SQL.identifier("client_fee"), first, last),
            last,
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
    def _is_new_sql(self, first):
        """Return whether the client of a row had no revenue before its month.

        The months computed say it of most clients; only for those that seem new, what
        they had before is read, from their entries (no renewal is assumed that early).

        :param int first: number of the first month computed, None for all
        """
        if not first:
            return SQL("TRUE")
        return SQL(
            """
            NOT EXISTS (
                SELECT FROM (%s) past
                 GROUP BY past.contract_id, past.month
                HAVING SUM(past.amount) <> 0
            )
            """,
            self._spread_sql(
                SQL(
                    """
                    (%s AND contract.client_id = named.client_id
                        AND contract.company_id = named.company_id)
                    """,
                    self._entry_sql(),
                ),
                None,
                first - 1,
            ),
        )

    @api.model
    def _select_sql(self, first):
        """Return the columns of the report.

        :param int first: see ``_is_new_sql``
        """
        return SQL(
            """
            SELECT r.contract_id::bigint * 10000 + r.month - 1970 * 12 + 1 AS id,
                   make_date(r.month / 12, r.month %% 12 + 1, 1) AS month,
                   r.contract_id, r.client_id, r.company_id,
                   r.currency_id, r.company_currency_id, r.responsible_id,
                   r.contract_kind, r.movement, r.mrr_currency, r.mrr,
                   r.mrr AS revenue, r.opening, r.change,
                   CASE r.movement WHEN 'new' THEN r.change ELSE 0 END AS new,
                   CASE r.movement WHEN 'reactivation' THEN r.change ELSE 0
                       END AS reactivation,
                   CASE r.movement WHEN 'expansion' THEN r.change ELSE 0
                       END AS expansion,
                   CASE r.movement WHEN 'contraction' THEN -r.change ELSE 0
                       END AS contraction,
                   CASE r.movement WHEN 'churn' THEN -r.change ELSE 0 END AS churn
              FROM (
                SELECT named.*, mrr - opening AS change, kind.movement
                  FROM named
                 CROSS JOIN LATERAL (
                    SELECT CASE
                         WHEN mrr = opening THEN 'same'
                         WHEN before = 0 AND month = first_month AND %s THEN 'new'
                         WHEN before = 0 THEN 'reactivation'
                         WHEN now = 0 THEN 'churn'
                         WHEN mrr > opening THEN 'expansion'
                         ELSE 'contraction'
                       END AS movement
                    OFFSET 0  -- worked out once for all the columns that ask for it
                  ) kind
              ) r
            """,
            self._is_new_sql(first),
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
