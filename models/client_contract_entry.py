"""Entries: one amount due for one period of a contract line."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import float_compare, float_is_zero, format_date, formatLang

from .client_contract import BILLABLE_STATES

STATES = [
    ("open", "Scheduled"),
    ("ready", "To bill"),
    ("drafted", "In a draft invoice"),
    ("billed", "Billed"),
    ("credited", "Credited"),
    ("skipped", "Skipped"),
    ("written_off", "Written off"),
]
# states in which nothing was invoiced and the amount, date… may still change
EDITABLE_STATES = ("open", "ready", "skipped", "written_off")
# what can't change once the entry stands on a live invoice
LOCKED_FIELDS = {
    "contract_id",
    "line_id",
    "kind",
    "period_start",
    "period_end",
    "product_id",
    "quantity",
    "price_unit",
    "discount",
    "amount_scheduled",
    "amount_adjusted",
    "is_adjusted",
    "date_due",
    "skipped",
    "written_off",
}
# a write that carries one of these is somebody's decision
DECISION_FIELDS = {"decision_user_id", "approved"}
HISTORY_FIELDS = {
    "is_adjusted",
    "amount_adjusted",
    "date_due",
    "skipped",
    "written_off",
    "decision_reason",
    "approved",
}


class ClientContractEntry(models.Model):
    """The truth about what is due: an invoice line is made from it, never the reverse.

    There is no "invoiced until" date anywhere.  The state follows the live invoice
    lines, so deleting, resetting or crediting an invoice needs no undo code.
    """

    _name = "client.contract.entry"
    _description = "Contract Entry"
    _inherit = ["client.record"]
    _order = "date_due, client_id, contract_id, line_id, id"
    _check_company_auto = True
    _history_kind = "entry"
    # billing an inactive client fails with a sentence of its own, see the run
    _client_record_allow_inactive = True

    contract_id = fields.Many2one(
        comodel_name="client.contract",
        required=True,
        ondelete="cascade",
        index=True,
    )
    line_id = fields.Many2one(
        comodel_name="client.contract.line",
        string="Contract line",
        ondelete="cascade",
        index="btree_not_null",
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
    kind = fields.Selection(
        selection=[
            ("recurring", "Recurring"),
            ("extra", "Extra"),
            ("difference", "Difference"),
            ("overage", "Beyond the included"),
        ],
        default="recurring",
        required=True,
        help="Difference: what an agreement changed after the period was billed. "
        "Beyond the included: hours or deliverables over those in the fee.",
    )
    state = fields.Selection(
        string="Status",
        selection=STATES,
        compute="_compute_state",
        store=True,
        readonly=True,
        help="Follows from the invoices that bill this entry.",
    )

    # when
    period_start = fields.Date(string="Period from", required=True)
    period_end = fields.Date(string="Period to", required=True)
    date_due = fields.Date(string="Due date", required=True)
    postponed_from = fields.Date(
        help="The due date of the schedule, when somebody moved it."
    )

    # how much
    product_id = fields.Many2one(
        comodel_name="product.product",
        ondelete="restrict",
        index="btree_not_null",
    )
    name = fields.Text(string="Description", required=True)
    quantity = fields.Float(default=1.0, digits="Product Unit", required=True)
    price_unit = fields.Float(string="Unit price", min_display_digits="Product Price")
    discount = fields.Float(string="Disc. %", digits="Discount")
    amount_scheduled = fields.Monetary(
        string="Scheduled amount", help="Untaxed, as the contract says."
    )
    is_adjusted = fields.Boolean(string="Adjusted")
    amount_adjusted = fields.Monetary(string="Adjusted amount")
    amount = fields.Monetary(
        compute="_compute_amount",
        store=True,
        help="Untaxed, what will be billed.",
    )
    title = fields.Char(string="Service", compute="_compute_texts")
    period = fields.Char(compute="_compute_texts")
    derivation = fields.Json(
        help="How the scheduled amount came about, enough to compute it again."
    )
    derivation_text = fields.Text(
        string="Why this amount", compute="_compute_derivation_text"
    )

    # decisions of people
    skipped = fields.Boolean()
    written_off = fields.Boolean()
    decision_reason = fields.Char(
        string="Reason",
        help="Why it was adjusted, postponed, skipped, written off or added.",
    )
    decision_user_id = fields.Many2one(
        comodel_name="res.users",
        string="Decided by",
        readonly=True,
        ondelete="set null",
    )
    decision_date = fields.Datetime(string="Decided on", readonly=True)

    # billing
    invoice_line_ids = fields.One2many(
        comodel_name="account.move.line",
        inverse_name="client_entry_id",
        string="Invoice lines",
        groups="account.group_account_invoice,account.group_account_readonly",
    )
    amount_billed = fields.Monetary(
        compute="_compute_state",
        store=True,
        help="Posted invoices less posted credit notes, untaxed.",
    )
    amount_credited = fields.Monetary(compute="_compute_state", store=True)
    billing_run_id = fields.Many2one(
        comodel_name="client.billing.run",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        help="The run that bills or billed this entry.",
    )
    billing_chunk = fields.Integer(readonly=True, copy=False, aggregator=None)
    # in the languages of colleagues, see client_billing_run_language.py
    billing_error = fields.Char(
        string="Problem",
        readonly=True,
        copy=False,
        translate=True,
        help="Why the last billing run could not bill it.",
    )

    _due_ready_idx = models.Index("(date_due, company_id) WHERE state = 'ready'")
    _period_order = models.Constraint(
        "CHECK (period_end >= period_start)", "A period can't end before it starts."
    )
    _one_decision = models.Constraint(
        "CHECK (NOT (skipped AND written_off))",
        "An entry is either skipped or written off.",
    )
    # int4range instead of the plain id: "=" on an integer would need btree_gist
    _no_overlap = models.Constraint(
        "EXCLUDE USING gist (int4range(line_id, line_id, '[]') WITH &&,"
        " daterange(period_start, period_end, '[]') WITH &&)"
        " WHERE (kind = 'recurring' AND line_id IS NOT NULL)",
        "This period overlaps another period of the same contract line.",
    )
    _recurring_has_line = models.Constraint(
        "CHECK (kind <> 'recurring' OR line_id IS NOT NULL)",
        "A recurring entry belongs to a contract line.",
    )

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("name", "period_start", "period_end", "contract_id.number")
    @api.depends_context("lang", "uid")
    def _compute_display_name(self):
        for entry in self:
            parts = [entry.contract_id.number, entry.title, entry.period]
            entry.display_name = " · ".join(part for part in parts if part)
        self.env["client.wall"]._mask(self)

    @api.depends("name", "period_start", "period_end", "kind")
    @api.depends_context("lang")
    def _compute_texts(self):
        for entry in self:
            entry.title = (entry.name or "").split("\n")[0]
            entry.period = entry._get_period_text()

    @api.depends("is_adjusted", "amount_adjusted", "amount_scheduled")
    def _compute_amount(self):
        for entry in self:
            entry.amount = (
                entry.amount_adjusted if entry.is_adjusted else entry.amount_scheduled
            )

    @api.depends(
        "amount",
        "approved",
        "skipped",
        "written_off",
        "contract_id.state",
        "contract_id.entry_approval_required",
        "invoice_line_ids.parent_state",
        "invoice_line_ids.price_subtotal",
        "invoice_line_ids.move_id.client_no_rebill",
    )
    def _compute_state(self):
        for entry in self:
            billed = credited = 0.0
            invoices = refunds = 0
            drafted = final = False
            for line in entry.invoice_line_ids:
                back = line._takes_entry_back()
                if line.parent_state == "draft":
                    # a draft that takes back changes nothing until it is posted
                    drafted |= not back
                elif line.parent_state == "posted":
                    amount = line._get_entry_amount()
                    billed += amount
                    if back:
                        refunds += 1
                        credited += abs(amount)
                        final |= line.move_id.client_no_rebill
                    else:
                        invoices += 1
            entry.amount_billed = billed
            entry.amount_credited = credited
            entry.state = entry._get_state(
                entry._is_live_billed(billed, invoices, refunds),
                drafted,
                bool(refunds) and final,
            )

    def _is_live_billed(self, billed, invoices, refunds):
        """Tell whether posted invoices still bill something of this entry.

        :param float billed: invoices less credit notes
        :param int invoices: number of posted invoice lines
        :param int refunds: number of posted credit note lines
        """
        rounding = self.currency_id.rounding or 0.01
        if refunds and float_is_zero(billed, precision_rounding=rounding):
            # an entry of zero may be billed again after a bill that was credited
            live = self._get_live_lines()
            return "posted" in live.mapped("parent_state")
        return bool(invoices)

    def _get_state(self, billed, drafted, credited_for_good):
        """Return the state that follows from invoices, decisions and approvals."""
        self.ensure_one()
        if billed:
            return "billed"
        if drafted:
            return "drafted"
        if credited_for_good:
            return "credited"
        if self.written_off:
            return "written_off"
        if self.skipped:
            return "skipped"
        contract = self.contract_id
        approved = self.approved or not contract.entry_approval_required
        return "ready" if approved and contract.state in BILLABLE_STATES else "open"

    @api.depends("derivation", "is_adjusted", "amount_adjusted", "decision_reason")
    @api.depends_context("lang")
    def _compute_derivation_text(self):
        for entry in self:
            entry.derivation_text = entry._get_derivation_text()

    def _get_derivation_text(self):
        """Return the sentence behind "why this amount"."""
        self.ensure_one()
        parts = []
        if data := self.derivation:
            parts.append(self._get_derivation_formula(data))
        if self.is_adjusted:
            parts.append(
                self.env._(
                    "Adjusted to %(amount)s by %(user)s",
                    amount=self._format_amount(self.amount_adjusted),
                    user=self.decision_user_id.name or "?",
                )
            )
        if self.postponed_from:
            parts.append(
                self.env._(
                    "Postponed from %s", format_date(self.env, self.postponed_from)
                )
            )
        if self.decision_reason:
            parts.append(self.decision_reason)
        return "\n".join(parts)

    def _get_derivation_formula(self, data):
        """Return e.g. ``2 × 500.00 − 10 % × 17/31 days = 493.55``."""
        quantity = formatLang(self.env, data["quantity"], digits=2).rstrip("0")
        quantity = quantity.rstrip(".,")
        text = f"{quantity} × {self._format_amount(data['price_unit'])}"
        if data.get("discount"):
            text += f" − {self._format_number(data['discount'])} %"
        text += self._get_derivation_share(data)
        if data.get("tax_included_price"):
            text += self.env._(" less the taxes in the price")
        return f"{text} = {self._format_amount(data['amount'])}"

    def _format_amount(self, amount):
        return formatLang(self.env, amount, currency_obj=self.currency_id)

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    def write(self, vals):
        if locked := LOCKED_FIELDS & vals.keys():
            self._check_not_invoiced(vals, locked)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_invoiced(self):
        # sudo: an invoice that the user can't see counts as well
        for entry in self.sudo():
            if entry.invoice_line_ids:
                raise UserError(
                    self.env._(
                        "%s is on an invoice and can't be deleted.", entry.display_name
                    )
                )

    def _check_not_invoiced(self, vals, names):
        """Refuse to change what a live invoice was made from.

        :raise UserError: naming the first entry that is invoiced
        """
        for entry in self:
            if entry.state in EDITABLE_STATES:
                continue
            if any(
                self._fields[name].convert_to_write(entry[name], entry) != vals[name]
                for name in names
            ):
                raise UserError(
                    self.env._(
                        "%s is on an invoice: cancel or credit that invoice first.",
                        entry.display_name,
                    )
                )

    # ------------------------------------------------------------------
    # HISTORY
    # ------------------------------------------------------------------

    @api.model
    def _history_fields(self, vals):
        """Log people's decisions; the schedule itself is one event of the contract,
        and what billing writes shows on the invoice.
        """
        if not DECISION_FIELDS & vals.keys():
            return []
        return [
            name for name in super()._history_fields(vals) if name in HISTORY_FIELDS
        ]

    def _history_queue(self, action, *args):
        """Leave out the coming and going of the schedule's own entries."""
        if action != "write" and self.kind == "recurring":
            return
        super()._history_queue(action, *args)

    # ------------------------------------------------------------------
    # ACTION
    # ------------------------------------------------------------------

    def action_open_decision(self):
        """Adjust, postpone, skip, write off or restore the selected entries."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Change entries"),
            "res_model": "client.contract.entry.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_entry_ids": self.ids},
        }

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _is_touched(self):
        """Tell whether somebody decided something about this entry."""
        self.ensure_one()
        return bool(
            self.is_adjusted or self.postponed_from or self.skipped or self.written_off
        )

    def _get_schedule_changes(self, values):
        """Return which schedule values differ, leaving people's decisions alone.

        :param dict values: see ``client.contract.line._prepare_entry_values``
        :return: dict to write, empty when nothing changed
        """
        self.ensure_one()
        changes = {}
        for name, value in values.items():
            if name == "date_due" and self.postponed_from:
                continue
            field = self._fields[name]
            current = field.convert_to_write(self[name], self)
            if field.type in ("float", "monetary"):
                same = float_compare(current, value, precision_digits=6) == 0
            else:
                same = current == value
            if not same:
                changes[name] = value
        return changes

    @api.model
    def _compute_untaxed(
        self, price_unit, quantity, discount, currency, taxes=None, product=None
    ):
        """Return the untaxed amount as an Odoo invoice line computes it.

        :param taxes: account.tax; only price-included ones matter
        """
        price = price_unit * (1 - (discount or 0.0) / 100.0)
        if taxes and any(taxes.flatten_taxes_hierarchy().mapped("price_include")):
            return taxes.compute_all(
                price, currency=currency, quantity=quantity, product=product
            )["total_excluded"]
        return currency.round(quantity * price)

    def _get_period_text(self, lang_code=None):
        """Return the period as text: ``March 2026``, ``01/03/2026 – 15/03/2026``."""
        self.ensure_one()
        dates = (self.period_start, self.period_end)
        if not all(dates) or (self.kind == "extra" and dates[0] == dates[1]):
            return ""
        month = fields.Date.start_of(dates[0], "month")
        if dates == (month, fields.Date.end_of(month, "month")):
            return format_date(
                self.env, month, lang_code=lang_code, date_format="MMMM y"
            )
        return " – ".join(
            format_date(self.env, date, lang_code=lang_code) for date in dates
        )
