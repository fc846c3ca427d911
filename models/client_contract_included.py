"""Hours or deliverables that a contract's fee includes."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_amount, format_date

from ..tools import included
from ..tools.schedule import subtract
from .client_contract import SCHEDULED_STATES

# states in which periods pass, and what was consumed in them counts
COUNTED_STATES = (*SCHEDULED_STATES, "ended")
# what the arithmetic of billed periods rests on
LOCKED_FIELDS = {
    "line_id",
    "kind",
    "scope",
    "project_ids",
    "piece_type_ids",
    "policy",
    "months",
    "cap",
    "date_start",
}


class ClientContractIncluded(models.Model):
    """What a service includes per period, what happens to the rest and to the extra."""

    _name = "client.contract.included"
    _description = "Included in a Contract"
    _inherit = ["client.record"]
    _order = "contract_id, sequence, id"
    _check_company_auto = True
    _history_kind = "contract"
    # an inactive client's contract can still be put right
    _client_record_allow_inactive = True
    # a hint for the daily job, not something that anybody decided
    _history_exclude = frozenset({"counted_on"})

    contract_id = fields.Many2one(
        comodel_name="client.contract",
        required=True,
        copy=False,
        ondelete="cascade",
        index=True,
    )
    line_id = fields.Many2one(
        comodel_name="client.contract.line",
        string="Service",
        required=True,
        domain="[('contract_id', '=', contract_id)]",
        ondelete="cascade",
        index=True,
        help="Its periods are counted, and the extra is billed with its taxes.",
    )
    client_id = fields.Many2one(
        related="contract_id.client_id", store=True, precompute=True
    )
    company_id = fields.Many2one(
        related="contract_id.company_id", store=True, precompute=True, default=None
    )
    currency_id = fields.Many2one(related="contract_id.currency_id")
    sequence = fields.Integer(default=10)
    name = fields.Char(
        string="What",
        compute="_compute_name",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        help="As the client reads it, e.g. Hours of design.",
    )
    kind = fields.Selection(
        selection=[("hours", "Hours"), ("pieces", "Approved pieces")],
        default="hours",
        required=True,
        help="Hours are counted from timesheets, pieces when the client approves them "
        "for the first time.",
    )
    quantity = fields.Float(
        string="Included per period", digits="Product Unit", required=True
    )
    date_start = fields.Date(
        string="Counts from",
        compute="_compute_date_start",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        copy=False,
        help="What was consumed before this day doesn't count.",
    )

    # what counts
    scope = fields.Selection(
        selection=[
            ("no_budget", "Work without a budget of its own"),
            ("client", "All work for the client"),
            ("projects", "Chosen projects"),
        ],
        string="Counts",
        default="no_budget",
        required=True,
        help="Jobs with a budget are usually paid apart from the fee.",
    )
    project_ids = fields.Many2many(
        comodel_name="project.project",
        relation="client_contract_included_project_rel",
        string="Projects",
        groups="base.group_user",
    )
    piece_type_ids = fields.Many2many(
        comodel_name="client.piece.type",
        relation="client_contract_included_type_rel",
        string="Piece types",
        help="Empty: pieces of all types.",
    )

    # the rest and the extra
    policy = fields.Selection(
        selection=[
            ("expire", "Expires with the period"),
            ("carry", "Can be used later"),
            ("settle", "Periods make up for each other"),
        ],
        string="What is not used",
        default="expire",
        required=True,
        help="- Expires: the extra of each period is billed.\n"
        "- Can be used later: for some months more, up to a limit.\n"
        "- Periods make up for each other: the extra is billed after a span of months, "
        "what is left then expires.",
    )
    months = fields.Integer(
        default=1, help="How long the rest can be used, or how long a span is."
    )
    cap = fields.Float(
        string="Up to",
        digits="Product Unit",
        help="The most that is carried over; 0 for no limit.",
    )
    product_id = fields.Many2one(
        comodel_name="product.product",
        string="Billed as",
        domain="[('sale_ok', '=', True)]",
        check_company=True,
        ondelete="restrict",
        index="btree_not_null",
        groups="base.group_user",
        help="Product of the extra; empty: that of the service.",
    )
    price_unit = fields.Float(
        string="Price of the extra",
        compute="_compute_price_unit",
        store=True,
        readonly=False,
        precompute=True,
        min_display_digits="Product Price",
        help="Per hour or piece, untaxed like the service. 0: the extra is not billed.",
    )
    is_portal_visible = fields.Boolean(
        string="Shown on the portal",
        default=True,
        help="The client sees what was included, consumed and carried over.",
    )
    consumption_ids = fields.One2many(
        comodel_name="client.contract.consumption", inverse_name="included_id"
    )
    counted_on = fields.Datetime(
        readonly=True,
        copy=False,
        groups="base.group_user",
        help="When the extra was last looked for.",
    )

    _quantity_positive = models.Constraint(
        "CHECK (quantity >= 0 AND cap >= 0 AND price_unit >= 0)",
        "What is included, its limit and the price of the extra can't be negative.",
    )
    _months_positive = models.Constraint(
        "CHECK (policy = 'expire' OR months BETWEEN 1 AND 120)",
        "The rest can be used, or made up for, within 1 to 120 months.",
    )

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("kind", "piece_type_ids")
    def _compute_name(self):
        for record in self:
            if record.kind == "hours":
                record.name = self.env._("Hours")
            elif record.piece_type_ids:
                record.name = ", ".join(record.piece_type_ids.mapped("name"))
            else:
                record.name = self.env._("Pieces")

    @api.depends("line_id")
    def _compute_date_start(self):
        """Begin with the running period: nobody expects a bill for earlier ones."""
        today = fields.Date.context_today(self)
        for record in self:
            if not record.line_id:
                record.date_start = record.date_start or today
                continue
            first, _last = record.line_id._get_bounds()
            if first and record.line_id.contract_id.state in COUNTED_STATES:
                periods, _next = record.line_id._get_schedule(today)
                first = periods[-1].start if periods else first
            record.date_start = first or today

    @api.depends("product_id")
    def _compute_price_unit(self):
        for record in self:
            # sudo: a product that only internal users read, for its list price
            product = record.sudo().product_id
            if product:
                contract = record.contract_id
                company = contract.company_id or self.env.company
                record.price_unit = product._get_tax_included_unit_price(
                    company,
                    contract.currency_id or company.currency_id,
                    contract.date_start or fields.Date.context_today(record),
                    "sale",
                )

    # ------------------------------------------------------------------
    # CONSTRAINT
    # ------------------------------------------------------------------

    @api.constrains("line_id", "contract_id")
    def _check_line_of_contract(self):
        for record in self:
            if record.line_id.contract_id != record.contract_id:
                raise ValidationError(
                    self.env._(
                        "“%s” is a service of another contract.",
                        record.line_id.display_name,
                    )
                )

    @api.constrains("scope", "project_ids")
    def _check_projects(self):
        # sudo: the projects of this very record
        for record in self.sudo():
            if record.scope == "projects" and not record.project_ids:
                raise ValidationError(
                    self.env._(
                        "Choose the projects whose work “%s” count.", record.name
                    )
                )

    @api.constrains(
        "line_id", "kind", "scope", "project_ids", "piece_type_ids", "date_start"
    )
    def _check_counted_once(self):
        """Refuse that the same work is counted, and billed, by two of them."""
        # sudo: another contract counts, whether the user may see it or not
        records = self.sudo().filtered(
            lambda r: r.contract_id.state not in ("draft", "cancelled")
        )
        if not records:
            return
        others = records.search(
            [
                ("client_id", "in", records.client_id.ids),
                ("contract_id.state", "in", COUNTED_STATES),
            ]
        )
        for record in records:
            for other in others - record:
                if record._counts_same(other):
                    raise ValidationError(
                        self.env._(
                            "“%(name)s” of %(contract)s already counts the same work: "
                            "choose other projects or piece types, or other dates.",
                            name=other.name,
                            contract=other.contract_id.number or other.contract_id.name,
                        )
                    )

    def _counts_same(self, other):
        """Tell whether some work could count for both."""
        if (self.client_id, self.company_id, self.kind) != (
            other.client_id,
            other.company_id,
            other.kind,
        ):
            return False
        if self.kind == "pieces" and self.piece_type_ids and other.piece_type_ids:
            if not self.piece_type_ids & other.piece_type_ids:
                return False
        if self.scope == other.scope == "projects":
            if not self.project_ids & other.project_ids:
                return False
        (first, last), (start, end) = self._get_bounds(), other._get_bounds()
        return (last is None or start <= last) and (end is None or first <= end)

    def _check_not_billed(self):
        """Refuse to change what the extra of billed periods was counted by."""
        for record in self:
            # sudo: an invoice that the user can't see counts as well
            entries = record.sudo().consumption_ids.entry_ids
            if entries.invoice_line_ids:
                raise ValidationError(
                    self.env._(
                        "Extra of “%s” was billed already: only quantity, price and "
                        "name can change. Give the service an end date and begin a "
                        "new one for other rules.",
                        record.name,
                    )
                )

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    @api.model
    def default_get(self, fields):
        """Propose the first service of the contract."""
        values = super().default_get(fields)
        contract_id = values.get("contract_id") or self.env.context.get(
            "default_contract_id"
        )
        if "line_id" in fields and contract_id and not values.get("line_id"):
            contract = self.env["client.contract"].browse(contract_id)
            values["line_id"] = contract.line_ids[:1].id
        return values

    @api.model_create_multi
    def create(self, vals_list):
        """Create; the contract is that of the service unless it is given."""
        lines = self.env["client.contract.line"]
        for vals in vals_list:
            if vals.get("line_id") and not vals.get("contract_id"):
                line = lines.browse(vals["line_id"])
                vals["contract_id"] = line.contract_id.id
        records = super().create(vals_list)
        records._sync_consumption()
        return records

    def write(self, vals):
        if LOCKED_FIELDS & vals.keys():
            self._check_not_billed()
        result = super().write(vals)
        if vals.keys() - {"counted_on", "name", "sequence", "is_portal_visible"}:
            self._sync_consumption()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_billed(self):
        self._check_not_billed()

    def unlink(self):
        # sudo: what was entered and not billed goes with what it was counted for
        self.sudo().consumption_ids.entry_ids.filtered(
            lambda entry: not entry.invoice_line_ids
        ).unlink()
        return super().unlink()

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _get_bounds(self):
        """Return the first and last day that count; the last one may be None."""
        self.ensure_one()
        first, last = self.line_id._get_bounds()
        return max(first, self.date_start or first), last

    def _get_periods(self, until):
        """Return the periods that began until a day, see ``tools/schedule.py``."""
        self.ensure_one()
        if self.contract_id.state not in COUNTED_STATES:
            return []
        periods, _next = self.line_id._get_schedule(until)
        clips = (period.clip(self.date_start) for period in periods)
        return [period for period in clips if period]

    def _is_closed(self, consumptions):
        """Tell whether nothing follows the last period."""
        _first, last = self._get_bounds()
        return bool(last and consumptions and consumptions[-1].period_end >= last)

    def _sync_consumption(self):
        """Have one row for each period that began; those that are over stay.

        What a period included is not touched any more once the period is over, and
        never while extra of it was entered.
        """
        # sudo: rows are made by the schedule alone; the contract was checked
        rows = self.env["client.contract.consumption"].sudo()
        create_vals, today = [], fields.Date.context_today(self)
        for record in self.sudo():  # sudo: as above
            periods = record._get_periods(today)
            days = {(p.start, p.end) for p in periods}
            kept = record.consumption_ids.filtered(
                lambda row, periods=periods: (
                    row.entry_ids
                    or (
                        row.period_end < today
                        and any(
                            p.start <= row.period_end and row.period_start <= p.end
                            for p in periods
                        )
                    )
                )
            )
            free = record.consumption_ids - kept
            free.filtered(
                lambda row, days=days: (row.period_start, row.period_end) not in days
            ).unlink()
            by_days = {(r.period_start, r.period_end): r for r in free.exists()}
            taken = [(row.period_start, row.period_end) for row in kept]
            for period in subtract(periods, taken):
                quantity = record._get_included(period)
                row = by_days.get((period.start, period.end))
                if not row:
                    create_vals.append(
                        {
                            "included_id": record.id,
                            "period_start": period.start,
                            "period_end": period.end,
                            "quantity": quantity,
                        }
                    )
                elif row.quantity != quantity:
                    row.quantity = quantity
        rows.create(create_vals)

    def _get_included(self, period):
        """Return what a period includes: a part of it, its part; pieces are whole."""
        units = included.prorate(
            round(self.quantity * 100), period.factor, whole=self.kind == "pieces"
        )
        return units / 100

    def _get_unit(self):
        """Return the unit of the quantities, as people read it."""
        return self.env._("h") if self.kind == "hours" else self.env._("pieces")

    def _get_policy_text(self):
        """Return what happens to the rest, as a sentence for the client."""
        self.ensure_one()
        if self.policy == "expire":
            return self.env._("What is not used expires at the end of the period.")
        if self.policy == "settle":
            return self.env._(
                "Periods make up for each other over %s months.", self.months
            )
        if self.cap:
            return self.env._(
                "What is not used can be used for %(months)s months more, up to "
                "%(cap)s %(unit)s.",
                months=self.months,
                cap=self._format_number(self.cap),
                unit=self._get_unit(),
            )
        return self.env._(
            "What is not used can be used for %s months more.", self.months
        )

    def _get_extra_text(self):
        """Return what goes beyond costs, as a sentence for the client; may be empty."""
        self.ensure_one()
        if not self.price_unit:
            return ""
        price = format_amount(self.env, self.price_unit, self.currency_id)
        if self.kind == "hours":
            return self.env._("Each hour beyond it costs %s, plus taxes.", price)
        return self.env._("Each piece beyond it costs %s, plus taxes.", price)

    def _get_summary(self):
        """Return e.g. ``20 h per period from 01/01/2026``."""
        self.ensure_one()
        return self.env._(
            "%(quantity)s %(unit)s per period from %(date)s",
            quantity=self._format_number(self.quantity),
            unit=self._get_unit(),
            date=format_date(self.env, self.date_start),
        )
