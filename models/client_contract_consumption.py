"""What was consumed of the included in a period, counted anew each time."""

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL, format_date


class ClientContractConsumption(models.Model):
    """One period of something included: timesheets and pieces are the truth.

    Only the period and what it includes are stored.  What was consumed, carried over
    and is extra follows from them whenever somebody looks.
    """

    _name = "client.contract.consumption"
    _description = "Consumption of the Included"
    _inherit = ["client.record"]
    _order = "period_start desc, contract_id, included_id, id"
    _check_company_auto = True
    _history_kind = "contract"
    _client_record_allow_inactive = True

    included_id = fields.Many2one(
        comodel_name="client.contract.included",
        string="What",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    contract_id = fields.Many2one(
        related="included_id.contract_id", store=True, precompute=True, index=True
    )
    client_id = fields.Many2one(
        related="included_id.client_id", store=True, precompute=True
    )
    company_id = fields.Many2one(
        related="included_id.company_id", store=True, precompute=True, default=None
    )
    kind = fields.Selection(related="included_id.kind")
    period_start = fields.Date(string="From", required=True, readonly=True)
    period_end = fields.Date(string="To", required=True, readonly=True)
    period = fields.Char(compute="_compute_period")
    quantity = fields.Float(
        string="Agreed",
        digits="Product Unit",
        readonly=True,
        aggregator=None,
        help="What the contract includes in this period.",
    )
    granted = fields.Float(
        digits="Product Unit",
        aggregator=None,
        help="More than agreed, or less, for this period only.",
    )
    entry_ids = fields.One2many(
        comodel_name="client.contract.entry",
        inverse_name="consumption_id",
        groups="base.group_user",
    )

    # counted
    included_quantity = fields.Float(
        string="Included",
        compute="_compute_numbers",
        digits="Product Unit",
    )
    consumed = fields.Float(compute="_compute_numbers", digits="Product Unit")
    carried_in = fields.Float(
        string="Carried over",
        compute="_compute_numbers",
        digits="Product Unit",
        help="Left from earlier periods.",
    )
    used_included = fields.Float(
        string="Used of the included", compute="_compute_numbers", digits="Product Unit"
    )
    used_carried = fields.Float(
        string="Used of the carried over",
        compute="_compute_numbers",
        digits="Product Unit",
    )
    deferred = fields.Float(
        string="Made up for later",
        compute="_compute_numbers",
        digits="Product Unit",
        help="Beyond the included, until its span of months is over; below 0 when this "
        "period makes up for an earlier one.",
    )
    extra = fields.Float(
        compute="_compute_numbers",
        digits="Product Unit",
        help="Consumed beyond what is included and carried over.",
    )
    carried_out = fields.Float(
        string="Left for later", compute="_compute_numbers", digits="Product Unit"
    )
    expired = fields.Float(compute="_compute_numbers", digits="Product Unit")
    entered = fields.Float(
        compute="_compute_numbers",
        digits="Product Unit",
        help="The extra that is in the contract's entries.",
    )
    percent = fields.Float(string="Used", compute="_compute_numbers")

    _period_order = models.Constraint(
        "CHECK (period_end >= period_start)", "A period can't end before it starts."
    )
    # int4range instead of the plain id: "=" on an integer would need btree_gist
    _no_overlap = models.Constraint(
        "EXCLUDE USING gist (int4range(included_id, included_id, '[]') WITH &&,"
        " daterange(period_start, period_end, '[]') WITH &&)",
        "This period overlaps another one of the same.",
    )
    _granted_at_most_all = models.Constraint(
        "CHECK (quantity + granted >= 0)",
        "A period can't include less than nothing.",
    )

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("included_id", "period_start", "period_end")
    @api.depends_context("lang", "uid")
    def _compute_display_name(self):
        for row in self:
            row.display_name = f"{row.included_id.name} · {row.period}"
        self.env["client.wall"]._mask(self)

    @api.depends("period_start", "period_end")
    @api.depends_context("lang")
    def _compute_period(self):
        for row in self:
            start, end = row.period_start, row.period_end
            month = start and fields.Date.start_of(start, "month")
            if start and (start, end) == (month, fields.Date.end_of(month, "month")):
                row.period = format_date(self.env, start, date_format="MMMM y")
            else:
                dates = (format_date(self.env, day) for day in (start, end))
                row.period = " – ".join(dates)

    @api.depends("quantity", "granted", "period_start", "period_end", "entry_ids")
    @api.depends_context("uid")
    def _compute_numbers(self):
        # sudo: carrying over needs all periods of what is included, and timesheets
        # that the reader need not see; he reads sums of rows that he may read
        records = self.sudo().included_id
        numbers = records._count_consumption()
        for row in self:
            values = numbers.get(row._origin.id) or self._no_numbers()
            for name, value in values.items():
                row[name] = value

    @api.model
    def _no_numbers(self):
        """Return the numbers of a row that is not stored yet."""
        return dict.fromkeys(
            (
                "included_quantity",
                "consumed",
                "carried_in",
                "used_included",
                "used_carried",
                "deferred",
                "extra",
                "carried_out",
                "expired",
                "entered",
                "percent",
            ),
            0.0,
        )

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Rows follow the contract's schedule: nobody adds one."""
        if not self.env.su:
            raise AccessError(self.env._("Periods follow from the contract."))
        return super().create(vals_list)

    def write(self, vals):
        """Only what is granted on top is somebody's decision."""
        if not self.env.su and vals.keys() - {"granted"}:
            raise AccessError(self.env._("Periods follow from the contract."))
        return super().write(vals)

    # ------------------------------------------------------------------
    # HISTORY
    # ------------------------------------------------------------------

    @api.model
    def _history_fields(self, vals):
        return [name for name in super()._history_fields(vals) if name == "granted"]

    def _history_queue(self, action, client_id, before, names):
        """Leave out the coming and going of periods."""
        if action != "write":
            return None
        return super()._history_queue(action, client_id, before, names)

    # ------------------------------------------------------------------
    # COUNTING
    # ------------------------------------------------------------------

    def _get_consumed(self):
        """Return what was consumed in each of these periods.

        :return: {id: hours or pieces}
        """
        if not self:
            return {}
        self.flush_model()
        self.env["client.contract.included"].flush_model()
        rows = SQL(
            "client_contract_consumption AS period JOIN client_contract_included AS inc"
            " ON inc.id = period.included_id AND period.id IN %s",
            tuple(self.ids),
        )
        consumed = {}
        if "hours" in self.included_id.mapped("kind"):
            consumed.update(self.env.execute_query(self._get_hours_query(rows)))
        if "pieces" in self.included_id.mapped("kind"):
            consumed.update(self.env.execute_query(self._get_pieces_query(rows)))
        return consumed

    def _get_scope_sql(self, project):
        """Return the condition on the job and project of some work."""
        return SQL(
            """
            (inc.scope = 'client'
             OR inc.scope = 'no_budget' AND job.budget_id IS NULL
             OR inc.scope = 'projects' AND EXISTS (
                    SELECT 1
                      FROM client_contract_included_project_rel AS rel
                     WHERE rel.client_contract_included_id = inc.id
                       AND rel.project_project_id = %s))
            """,
            project,
        )

    def _get_hours_query(self, rows):
        """Return the query of the hours in timesheets, per period (hook)."""
        for model in ("account.analytic.line", "project.task", "client.job"):
            self.env[model].flush_model()
        return SQL(
            """
            SELECT period.id, SUM(sheet.unit_amount)
              FROM %(rows)s
              JOIN account_analytic_line AS sheet
                ON sheet.date BETWEEN period.period_start AND period.period_end
               AND sheet.company_id = period.company_id
               AND sheet.project_id IS NOT NULL
         LEFT JOIN project_task AS task ON task.id = sheet.task_id
         LEFT JOIN client_job AS job ON job.id = task.client_job_id
         LEFT JOIN res_partner AS partner ON partner.id = sheet.partner_id
             WHERE inc.kind = 'hours'
               AND sheet.date BETWEEN %(first)s AND %(last)s
               AND COALESCE(job.client_id, partner.commercial_partner_id,
                            CASE WHEN inc.scope = 'projects'
                                 THEN period.client_id END) = period.client_id
               AND %(scope)s
          GROUP BY period.id
            """,
            rows=rows,
            # the same as the join says, but known to the planner
            first=min(self.mapped("period_start")),
            last=max(self.mapped("period_end")),
            scope=self._get_scope_sql(SQL("sheet.project_id")),
        )

    def _get_pieces_query(self, rows):
        """Return the query of the approved pieces, per period (hook).

        A piece counts once, on the day of its first approval, also when the client
        asks for a change later.  Days are those of the company's time zone.
        """
        for model in ("client.piece", "client.piece.decision", "client.job"):
            self.env[model].flush_model()
        return SQL(
            """
            SELECT period.id, COUNT(*)
              FROM %(rows)s
              JOIN client_piece AS piece
                ON piece.client_id = period.client_id
               AND piece.company_id = period.company_id
               AND piece.state NOT IN ('cancelled', 'refused')
              JOIN client_job AS job ON job.id = piece.job_id
              JOIN res_company AS company ON company.id = period.company_id
              JOIN res_partner AS own ON own.id = company.partner_id
              JOIN LATERAL (
                    SELECT MIN(decision.date) AS moment
                      FROM client_piece_decision AS decision
                     WHERE decision.piece_id = piece.id
                       AND decision.decision = 'approved') AS approval
                ON (approval.moment AT TIME ZONE 'UTC'
                    AT TIME ZONE COALESCE(NULLIF(own.tz, ''), 'UTC'))::date
                   BETWEEN period.period_start AND period.period_end
             WHERE inc.kind = 'pieces'
               AND (NOT EXISTS (
                        SELECT 1
                          FROM client_contract_included_type_rel AS rel
                         WHERE rel.client_contract_included_id = inc.id)
                    OR EXISTS (
                        SELECT 1
                          FROM client_contract_included_type_rel AS rel
                         WHERE rel.client_contract_included_id = inc.id
                           AND rel.client_piece_type_id = piece.type_id))
               AND %(scope)s
          GROUP BY period.id
            """,
            rows=rows,
            scope=self._get_scope_sql(SQL("job.project_id")),
        )
