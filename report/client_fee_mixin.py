"""What the forecast and the recurring revenue are both computed from."""

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..models.client_contract_reminder import LATE_DAYS
from ..models.client_contract_schedule import HORIZON_MONTHS


class ClientFeeMixin(models.AbstractModel):
    """Fees by period, as SQL: the entries, and the renewals that are assumed.

    The entries are the truth.  Beyond the end date of a contract that renews by itself
    there are none yet; for these months a renewal is **assumed**: the services without
    an end of their own go on for the amount that they have today, for the rest of the
    coming 12 months.  A notice, an offer or an end without renewal assumes nothing.

    Amounts in the company's currency are converted at **today's rate**, those of the
    past as well: what moves is the fee, never the exchange rate.
    """

    _name = "client.fee.mixin"
    _description = "Fees by period"
    # what must be in the database before the query runs
    _depends = {
        "client.contract": [
            "billing_timing",
            "client_id",
            "company_id",
            "currency_id",
            "date_end",
            "due_day",
            "due_offset",
            "due_rule",
            "kind",
            "notice_date_end",
            "recurring_interval",
            "recurring_unit",
            "renewal",
            "responsible_id",
            "state",
        ],
        "client.contract.line": [
            "contract_id",
            "date_end",
            "date_start",
            "price_subtotal",
            "product_id",
        ],
        "client.contract.entry": [
            "amount",
            "amount_billed",
            "contract_id",
            "date_due",
            "kind",
            "line_id",
            "period_end",
            "period_start",
            "product_id",
            "state",
        ],
        "res.currency.rate": ["company_id", "currency_id", "name", "rate"],
    }

    @api.model
    def _fee_ctes(self):
        """Return the common table expressions ``client_rate`` and ``client_fee``."""
        # the planner takes each generate_series for 1,000 rows and would compile the
        # query for seconds
        self.env.cr.execute("SET LOCAL jit = off; SET LOCAL work_mem = '64MB'")
        return SQL(
            "client_rate AS MATERIALIZED (%s), client_fee AS (%s UNION ALL %s)",
            self._rate_sql(),
            self._entry_sql(),
            self._renewal_sql(),
        )

    @api.model
    def _rate_sql(self):
        """Return what one unit of a contract's currency is worth in its company's.

        As ``res.currency._get_rates`` has it: the rate of the company's root goes
        before the one for all, the last one until today before the first one later.
        """
        return SQL(
            """
            SELECT pair.company_id, pair.from_id AS currency_id,
                   pair.to_id AS company_currency_id,
                   %(to)s / NULLIF(%(from)s, 0) AS factor
              FROM (
                SELECT DISTINCT contract.company_id, contract.currency_id AS from_id,
                       company.currency_id AS to_id,
                       split_part(company.parent_path, '/', 1)::int AS root_id
                  FROM client_contract contract
                  JOIN res_company company ON company.id = contract.company_id
              ) pair
            """,
            **{
                "to": self._one_rate_sql("to_id"),
                "from": self._one_rate_sql("from_id"),
            },
        )

    @api.model
    def _one_rate_sql(self, column):
        """Return the rate of a currency of ``pair``.

        :param str column: from_id or to_id
        """
        rates = SQL(
            """
            SELECT rate FROM res_currency_rate
             WHERE currency_id = pair.%s
               AND (company_id IS NULL OR company_id = pair.root_id)
            """,
            SQL.identifier(column),
        )
        return SQL(
            """
            COALESCE(
                (%(rates)s AND name <= %(today)s
                 ORDER BY company_id, name DESC LIMIT 1),
                (%(rates)s ORDER BY company_id, name LIMIT 1),
                1.0
            )
            """,
            rates=rates,
            today=fields.Date.context_today(self),
        )

    @api.model
    def _entry_sql(self):
        """Return the entries that were, or will be, billed."""
        return SQL(
            """
            SELECT entry.id::bigint AS id, entry.id AS entry_id, entry.contract_id,
                   entry.line_id, entry.product_id, entry.kind,
                   entry.period_start, entry.period_end, entry.date_due,
                   CASE WHEN entry.state = 'billed' THEN entry.amount_billed
                        ELSE entry.amount END AS amount,
                   CASE WHEN entry.state IN ('billed', 'drafted') THEN entry.state
                        WHEN contract.state = 'suspended' THEN 'on_hold'
                        ELSE 'scheduled' END AS basis
              FROM client_contract_entry entry
              JOIN client_contract contract ON contract.id = entry.contract_id
             WHERE entry.state IN ('open', 'ready', 'drafted', 'billed')
            """
        )

    @api.model
    def _renewal_sql(self):
        """Return the periods after the end of contracts that renew by themselves."""
        today = fields.Date.context_today(self)
        return SQL(
            """
            SELECT 1000000000000 + line.id::bigint * 1000 + step AS id,
                   NULL::int AS entry_id, contract.id AS contract_id,
                   line.id AS line_id, line.product_id, 'recurring' AS kind,
                   period.first AS period_start, period.last AS period_end,
                   CASE
                     WHEN contract.due_rule = 'period'
                     THEN due.base + COALESCE(contract.due_offset, 0)
                     WHEN due.day < due.base THEN due.following
                     WHEN due.day IS NOT NULL THEN due.day
                     WHEN latest.date_due IS NOT NULL
                     THEN (latest.date_due + (step + 1) * recurrence.length)::date
                     ELSE due.base
                   END AS date_due,
                   line.price_subtotal AS amount,
                   CASE WHEN contract.state = 'suspended' THEN 'on_hold'
                        ELSE 'renewal' END AS basis
              FROM client_contract contract
              JOIN client_contract_line line ON line.contract_id = contract.id
             CROSS JOIN LATERAL (
                SELECT contract.recurring_interval * CASE contract.recurring_unit
                         WHEN 'day' THEN interval '1 day'
                         WHEN 'week' THEN interval '7 days'
                         WHEN 'month' THEN interval '1 month'
                         ELSE interval '1 year' END AS length,
                       CASE contract.recurring_unit
                         WHEN 'day' THEN 366 WHEN 'week' THEN 53
                         WHEN 'month' THEN 12 ELSE 1
                       END / contract.recurring_interval AS steps
             ) recurrence
             CROSS JOIN LATERAL generate_series(0, recurrence.steps) AS step
             CROSS JOIN LATERAL (
                SELECT (contract.date_end + 1 + step * recurrence.length)::date
                           AS first,
                       (contract.date_end + 1 + (step + 1) * recurrence.length)::date
                           - 1 AS last
             ) period
             CROSS JOIN LATERAL (
                SELECT CASE WHEN contract.billing_timing = 'arrears'
                            THEN period.last + 1 ELSE period.first END AS base
             ) billing
             CROSS JOIN LATERAL (
                SELECT billing.base, %(day)s AS day, %(following)s AS following
             ) due
              LEFT JOIN LATERAL (
                -- the client's payment days and terms: as far on as the last one
                SELECT COALESCE(postponed_from, entry.date_due) AS date_due
                  FROM client_contract_entry entry
                 WHERE entry.line_id = line.id AND entry.kind = 'recurring'
                   AND contract.due_rule IN ('client', 'terms')
                 ORDER BY entry.period_start DESC LIMIT 1
             ) latest ON true
             WHERE contract.renewal = 'tacit'
               AND contract.state IN ('approved', 'running', 'suspended')
               AND contract.notice_date_end IS NULL
               AND contract.date_end >= %(late)s
               AND line.date_end IS NULL
               AND (line.date_start IS NULL OR line.date_start <= period.first)
               AND period.first <= %(until)s
            """,
            day=self._due_day_sql(SQL("billing.base")),
            following=self._due_day_sql(SQL("billing.base + interval '1 month'")),
            late=today - relativedelta(days=LATE_DAYS),
            until=today + relativedelta(months=HORIZON_MONTHS, days=-1),
        )

    @api.model
    def _due_day_sql(self, base):
        """Return the due day in a month, the last one when the month is shorter.

        :param SQL base: a day of that month
        """
        return SQL(
            """
            CASE WHEN contract.due_rule = 'day' AND contract.due_day > 0 THEN LEAST(
                (date_trunc('month', %(base)s)
                 + (contract.due_day - 1) * interval '1 day')::date,
                (date_trunc('month', %(base)s)
                 + interval '1 month' - interval '1 day')::date
            ) END
            """,
            base=base,
        )
