"""Price adjustments: proposed, reviewed, applied, once for each anniversary."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import format_date

from .client_contract_adjustment import OPEN_STATES

# target -> allowed sources
TRANSITIONS = {
    "draft": {"reviewed", "cancelled"},
    "reviewed": {"draft"},
    "applied": {"reviewed"},
    "reversed": {"applied"},
    "cancelled": {"draft", "reviewed"},
}


class ClientPriceAdjustment(models.Model):
    """New prices of one contract from one day on."""

    _name = "client.price.adjustment"
    _description = "Price Adjustment"
    _inherit = [
        "client.record",
        "client.transition.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date_effective desc, id desc"
    _rec_name = "contract_id"
    _check_company_auto = True
    _mail_post_access = "read"
    _history_kind = "contract"
    # computed with the factor, which is logged; told by the lines
    _history_exclude = frozenset(
        {"derivation", "problem_code", "problem_month", "reference_next"}
    )
    _client_record_allow_inactive = True
    _transitions = TRANSITIONS
    _system_fields = frozenset(
        {
            "applied_by_id",
            "contract_id",
            "date_anniversary",
            "date_applied",
            "date_letter",
            "date_true_up",
            "derivation",
            "factor",
            "index_id",
            "is_provisional",
            "problem_code",
            "problem_month",
            "reference_from",
            "reference_next",
            "reference_to",
            "rule",
            "split_period",
        }
    )

    contract_id = fields.Many2one(
        comodel_name="client.contract",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    client_id = fields.Many2one(
        related="contract_id.client_id", store=True, precompute=True
    )
    company_id = fields.Many2one(
        related="contract_id.company_id", store=True, precompute=True, default=None
    )
    currency_id = fields.Many2one(
        related="contract_id.currency_id", store=True, precompute=True
    )
    responsible_id = fields.Many2one(
        related="contract_id.responsible_id", store=True, string="Responsible"
    )
    state = fields.Selection(
        string="Status",
        selection=[
            ("draft", "Proposed"),
            ("reviewed", "Reviewed"),
            ("applied", "Applied"),
            ("reversed", "Reversed"),
            ("cancelled", "Left out"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    date_anniversary = fields.Date(
        string="Anniversary",
        required=True,
        readonly=True,
        help="Day on which the contract allows this adjustment.",
    )
    date_effective = fields.Date(
        string="New prices from",
        required=True,
        tracking=True,
        help="Periods that begin on this day or later cost the new price. A period "
        "that began before keeps its price to its end, unless the contract's rule "
        "splits it.",
    )
    split_period = fields.Boolean(
        string="Splits the period under way",
        readonly=True,
        help="A period that began before is billed by its days at both prices.",
    )
    rule = fields.Selection(
        selection=[
            ("none", "None"),
            ("fixed", "Fixed percentage"),
            ("index", "Index"),
        ],
        readonly=True,
    )
    index_id = fields.Many2one(
        comodel_name="client.price.index",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    reference_from = fields.Date(string="Base month", readonly=True)
    reference_to = fields.Date(string="Last month", readonly=True)
    reference_next = fields.Date(
        readonly=True, help="Base month of the next adjustment."
    )
    factor = fields.Float(digits=(16, 8), default=1.0, readonly=True, aggregator="avg")
    percent = fields.Float(
        string="Change",
        compute="_compute_percent",
        store=True,
        digits=(16, 4),
        aggregator="avg",
    )
    is_provisional = fields.Boolean(
        string="Provisional",
        readonly=True,
        help="Uses a value that is an estimate: it is trued up once the definitive one "
        "is here.",
    )
    can_true_up = fields.Boolean(compute="_compute_can_true_up")
    derivation = fields.Json(
        readonly=True, help="How the factor came about, enough to compute it again."
    )
    derivation_text = fields.Text(
        string="Why this factor", compute="_compute_derivation_text"
    )
    problem_code = fields.Selection(
        selection=[
            ("rule", "No rule"),
            ("value", "No value"),
            ("month", "No new month"),
            ("service", "No service"),
        ],
        string="Kind of problem",
        readonly=True,
    )
    problem_month = fields.Date(string="Month without value", readonly=True)
    problem = fields.Char(
        compute="_compute_problem", help="Why it can't be applied yet."
    )
    billed_count = fields.Integer(
        string="On invoices already",
        compute="_compute_billed_count",
        help="Entries from that day on that are on an invoice: they keep their price.",
    )
    line_ids = fields.One2many(
        comodel_name="client.price.adjustment.line",
        inverse_name="adjustment_id",
        string="Services",
    )
    amount_before = fields.Monetary(
        string="Per period before", compute="_compute_amounts", store=True
    )
    amount_new = fields.Monetary(
        string="Per period after", compute="_compute_amounts", store=True
    )
    amount_difference = fields.Monetary(
        string="Difference", compute="_compute_amounts", store=True
    )
    applied_by_id = fields.Many2one(
        comodel_name="res.users", readonly=True, copy=False, ondelete="set null"
    )
    date_applied = fields.Datetime(string="Applied on", readonly=True, copy=False)
    date_true_up = fields.Date(string="Trued up on", readonly=True, copy=False)
    date_letter = fields.Date(string="Letter sent on", readonly=True, copy=False)

    _applied_once = models.UniqueIndex(
        "(contract_id, date_anniversary) WHERE state = 'applied'",
        "The prices of this contract were adjusted for this anniversary already.",
    )
    _open_once = models.UniqueIndex(
        "(contract_id) WHERE state IN ('draft', 'reviewed')",
        "This contract has a proposed price adjustment already.",
    )
    _factor_not_negative = models.Constraint(
        "CHECK (factor > 0)", "The factor of an adjustment is above zero."
    )
    _not_before_anniversary = models.Constraint(
        "CHECK (date_effective >= date_anniversary)",
        "New prices can't begin before the anniversary.",
    )

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("contract_id.number", "contract_id.name", "date_effective")
    @api.depends_context("lang", "uid")
    def _compute_display_name(self):
        for adjustment in self:
            contract = adjustment.contract_id
            day = adjustment.date_effective
            parts = [
                contract.number or contract.name,
                day and format_date(self.env, day),
            ]
            adjustment.display_name = " · ".join(part for part in parts if part)
        self.env["client.wall"]._mask(self)

    @api.depends("factor")
    def _compute_percent(self):
        for adjustment in self:
            adjustment.percent = (adjustment.factor - 1) * 100

    @api.depends(
        "line_ids.left_out",
        "line_ids.price_before",
        "line_ids.price_new",
        "line_ids.quantity",
        "line_ids.discount",
    )
    def _compute_amounts(self):
        for adjustment in self:
            before = after = 0.0
            for line in adjustment.line_ids:
                part = line.quantity * (1 - line.discount / 100.0)
                before += line.price_before * part
                price = line.price_before if line.left_out else line.price_new
                after += price * part
            adjustment.amount_before = before
            adjustment.amount_new = after
            adjustment.amount_difference = after - before

    def _compute_billed_count(self):
        for adjustment in self:
            adjustment.billed_count = len(adjustment._get_invoiced_entries())

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    def write(self, vals):
        """Write; the day is open as long as the proposal is."""
        if "date_effective" in vals and not self.env.su:
            self._check_open()
        result = super().write(vals)
        if "date_effective" in vals:
            self.filtered(lambda a: a.state == "draft")._recompute_terms()
        return result

    def _check_open(self):
        for adjustment in self:
            if adjustment.state != "draft":
                raise UserError(
                    self.env._(
                        "%s is not a proposal any more: take it back first.",
                        adjustment.display_name,
                    )
                )

    # ------------------------------------------------------------------
    # ACTION
    # ------------------------------------------------------------------

    def action_review(self):
        """Mark proposals as reviewed: ready to be applied."""
        self.write({"state": "reviewed"})

    def action_apply(self):
        """Put the new prices in force."""
        self.write({"state": "applied"})

    def action_reverse(self):
        """Take back new prices of which nothing was billed."""
        self.write({"state": "reversed"})

    def action_leave_out(self):
        """Give up proposals; they can be taken back."""
        self.write({"state": "cancelled"})

    def action_draft(self):
        """Take proposals back to change them."""
        self.write({"state": "draft"})

    def action_recompute(self):
        """Compute proposals again from the rule, the values and the prices of now."""
        self.check_access("write")
        self._check_open()
        self._recompute_terms()

    def _get_form_action(self):
        """Return the action that opens this adjustment."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Price adjustment"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "view_mode": "form",
        }

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _recompute_terms(self):
        """Fill factor and lines anew; what people decided about a line stays.

        Callers have checked that the user may write the proposals.
        """
        # sudo: system fields, see above
        for adjustment in self.sudo():
            if adjustment.state not in OPEN_STATES:
                continue
            terms = adjustment.contract_id._get_adjustment_terms(
                adjustment.date_effective
            )
            commands = adjustment._prepare_line_commands(terms["factor"])
            if not terms["problem_code"] and not commands:
                terms["problem_code"] = "service"
            adjustment.write({**terms, "line_ids": commands})

    def _prepare_line_commands(self, factor):
        """Return the commands that give this proposal the contract's services of now.

        :param float factor: factor of the adjustment, rounded
        """
        self.ensure_one()
        known = {line.line_id: line for line in self.line_ids}
        commands = []
        for service in self._get_adjustable_lines():
            line = known.pop(service, self.line_ids.browse())
            values = line._prepare_values(service, factor)
            if line:
                commands.append(Command.update(line.id, values))
            else:
                commands.append(Command.create(values))
        return commands + [Command.delete(line.id) for line in known.values()]

    def _get_adjustable_lines(self):
        """Return the contract lines that run before and on the day of new prices."""
        self.ensure_one()
        day = self.date_effective
        found = self.contract_id.line_ids.browse()
        for line in self.contract_id.line_ids:
            first, last = line._get_bounds()
            if line.price_unit and first < day and (not last or last >= day):
                found += line
        return found
