"""Temporary agreements: what differs from the contract between two dates."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date

TRANSITIONS = {
    "draft": {"cancelled"},
    "confirmed": {"draft"},
    "cancelled": {"draft", "confirmed"},
}
# kinds of which only one can hold on a day, and that need to know for which service
VALUE_KINDS = ("price", "quantity", "product")
EXCLUSIVE_KINDS = (*VALUE_KINDS, "discount")


class ClientContractOverlay(models.Model):
    """An agreement with a client for some time, which ends by itself.

    The contract stays as it is: the entries of these dates are computed with the
    agreement on top.  What was billed already is never changed: the difference becomes
    an entry of its own.
    """

    _name = "client.contract.overlay"
    _description = "Temporary Agreement"
    _inherit = ["client.record", "client.transition.mixin", "mail.thread"]
    _order = "date_start desc, id desc"
    _rec_name = "reason"
    _check_company_auto = True
    _mail_post_access = "read"
    _history_kind = "contract"
    # an inactive client's contract can still be put right
    _client_record_allow_inactive = True
    _transitions = TRANSITIONS
    _system_fields = frozenset(
        {
            "cancelled_by_id",
            "confirmed_by_id",
            "date_cancelled",
            "date_confirmed",
        }
    )

    contract_id = fields.Many2one(
        comodel_name="client.contract",
        required=True,
        index=True,
        ondelete="cascade",
        domain="[('state', '!=', 'cancelled')]",
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
    line_ids = fields.Many2many(
        comodel_name="client.contract.line",
        relation="client_contract_overlay_line_rel",
        string="Services",
        domain="[('contract_id', '=', contract_id)]",
        help="Empty: all services of the contract.",
    )
    kind = fields.Selection(
        selection=[
            ("suspend", "Suspend"),
            ("price", "Another price"),
            ("discount", "Another discount"),
            ("quantity", "Another quantity"),
            ("product", "Another product"),
            ("extra", "Something extra"),
        ],
        string="What is agreed",
        default="suspend",
        required=True,
        help="Suspend: these days cost nothing; a period that is suspended as a whole "
        "is skipped, and no line of 0.00 is invoiced.\n"
        "Another price, discount or quantity: instead of the service's own.\n"
        "Another product: is billed instead, with its taxes and text.\n"
        "Something extra: is billed beside the services.\n"
        "An agreement that begins or ends within a period counts by days.",
    )
    state = fields.Selection(
        string="Status",
        selection=[
            ("draft", "Draft"),
            ("confirmed", "Confirmed"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
        required=True,
        copy=False,
        index=True,
        tracking=True,
    )
    date_start = fields.Date(
        string="From",
        required=True,
        default=lambda self: fields.Date.start_of(
            fields.Date.context_today(self), "month"
        ),
        tracking=True,
    )
    date_end = fields.Date(
        string="To",
        required=True,
        default=lambda self: fields.Date.end_of(
            fields.Date.context_today(self), "month"
        ),
        tracking=True,
        help="Last day of the agreement: the day after, the contract holds again.",
    )
    reason = fields.Char(
        required=True, tracking=True, help="For your team; the client doesn't see it."
    )
    invoice_text = fields.Char(
        string="Text on the invoice",
        help="Added to what these dates are billed for, e.g. Summer break. The client "
        "reads it on the portal as well.",
    )

    # what is agreed
    price_unit = fields.Float(
        string="Unit price",
        min_display_digits="Product Price",
        tracking=True,
        help="For a whole period; negative for a credit.",
    )
    keep_price = fields.Boolean(
        string="Same price",
        default=True,
        help="The other product costs what the service costs. An agreement about the "
        "price of the same days comes first in any case.",
    )
    discount = fields.Float(string="Disc. %", digits="Discount", tracking=True)
    quantity = fields.Float(default=1.0, digits="Product Unit", tracking=True)
    product_id = fields.Many2one(
        comodel_name="product.product",
        domain="[('sale_ok', '=', True), ('client_usable_id', '=', client_id)]",
        check_company=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    name = fields.Text(
        string="Description",
        compute="_compute_name",
        store=True,
        readonly=False,
    )
    tax_ids = fields.Many2many(
        comodel_name="account.tax",
        relation="client_contract_overlay_tax_rel",
        string="Taxes",
        compute="_compute_tax_ids",
        store=True,
        readonly=False,
        domain="[('type_tax_use', '=', 'sale')]",
        check_company=True,
        help="As for a domestic client: the fiscal position is applied on the invoice.",
    )
    extra_recurring = fields.Boolean(
        string="Each period",
        help="Billed for each period of these dates, a broken one by its days. "
        "Otherwise once, on the first day.",
    )

    # who and when
    confirmed_by_id = fields.Many2one(
        comodel_name="res.users",
        string="Confirmed by",
        readonly=True,
        copy=False,
        ondelete="set null",
    )
    date_confirmed = fields.Datetime(string="Confirmed on", readonly=True, copy=False)
    cancelled_by_id = fields.Many2one(
        comodel_name="res.users",
        string="Cancelled by",
        readonly=True,
        copy=False,
        ondelete="set null",
    )
    date_cancelled = fields.Datetime(string="Cancelled on", readonly=True, copy=False)
    entry_ids = fields.One2many(
        comodel_name="client.contract.entry",
        inverse_name="overlay_id",
        string="Extra entries",
    )
    summary = fields.Char(string="Agreement", compute="_compute_summary")

    _end_after_start = models.Constraint(
        "CHECK (date_end >= date_start)",
        "A temporary agreement can't end before it starts.",
    )
    _discount_percent = models.Constraint(
        "CHECK (discount BETWEEN 0 AND 100)", "A discount is between 0 and 100 %."
    )
    _quantity_positive = models.Constraint(
        "CHECK (quantity >= 0)", "The quantity of an agreement can't be negative."
    )
    _contract_dates_idx = models.Index(
        "(contract_id, date_start) WHERE state = 'confirmed'"
    )

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("contract_id.number", "kind", "date_start", "date_end")
    @api.depends_context("lang", "uid")
    def _compute_display_name(self):
        for overlay in self:
            parts = [overlay.contract_id.number, overlay._get_kind_label()]
            if overlay.date_start and overlay.date_end:
                parts.append(overlay._get_dates_text())
            overlay.display_name = " · ".join(part for part in parts if part)
        self.env["client.wall"]._mask(self)

    @api.depends(
        "kind",
        "price_unit",
        "keep_price",
        "discount",
        "quantity",
        "product_id",
        "name",
        "extra_recurring",
        "currency_id",
    )
    def _compute_summary(self):
        for overlay in self:
            overlay.summary = overlay._get_summary()

    @api.depends("product_id")
    def _compute_name(self):
        for overlay in self:
            product = overlay.product_id.with_context(lang=overlay.client_id.lang)
            if product:
                overlay.name = product.get_product_multiline_description_sale()
            else:
                overlay.name = overlay.name or False

    @api.depends("product_id")
    def _compute_tax_ids(self):
        for overlay in self:
            company = overlay.company_id or self.env.company
            taxes = overlay.tax_ids
            if overlay.product_id:
                taxes = overlay.product_id._get_client_contract_taxes(company)
            overlay.tax_ids = taxes

    # ------------------------------------------------------------------
    # ONCHANGE
    # ------------------------------------------------------------------

    @api.onchange("product_id")
    def _onchange_product_id(self):
        if self.product_id and self.kind == "extra":
            self.price_unit = self.product_id._get_tax_included_unit_price(
                self.company_id or self.env.company,
                self.currency_id or self.env.company.currency_id,
                self.date_start or fields.Date.context_today(self),
                "sale",
            )

    @api.onchange("contract_id", "kind")
    def _onchange_kind(self):
        """A contract with one service leaves no choice."""
        lines = self.contract_id._origin.line_ids
        if self.line_ids._origin - lines:
            self.line_ids = False
        if self.kind == "extra":
            self.line_ids = False
        if self.kind in VALUE_KINDS and len(lines) == 1:
            self.line_ids = lines

    @api.onchange("line_ids")
    def _onchange_line_ids(self):
        """Begin with what the service costs now."""
        line = self.line_ids[:1]
        if line and self.kind == "price" and not self.price_unit:
            self.price_unit = line.price_unit
        if line and self.kind == "quantity":
            self.quantity = line.quantity

    # ------------------------------------------------------------------
    # CONSTRAINT
    # ------------------------------------------------------------------

    @api.constrains("kind", "line_ids", "contract_id", "product_id", "keep_price")
    def _check_complete(self):
        for overlay in self:
            if problem := overlay._get_problem():
                raise ValidationError(problem)

    def _get_problem(self):
        """Return what is missing or doesn't fit, as a sentence, or None."""
        self.ensure_one()
        if self.line_ids._origin - self.contract_id._origin.line_ids:
            return self.env._("Choose services of this contract.")
        if self.kind in VALUE_KINDS and not self.line_ids:
            return self.env._("Choose the services that the agreement is about.")
        if self.kind == "extra" and self.line_ids:
            return self.env._("Something extra is billed beside the services.")
        if self.kind in ("product", "extra"):
            if not self.product_id:
                return self.env._("Choose the product that is billed.")
            if not (self.name or "").strip():
                return self.env._("Give the description of what is billed.")
        return None

    @api.constrains("contract_id", "date_start", "date_end")
    def _check_dates_in_contract(self):
        # the one that a contract's end makes is about what was billed beyond it
        for overlay in self.filtered(lambda overlay: not overlay.is_ending):
            contract = overlay.contract_id
            last = contract.date_end
            if overlay.date_end < contract.date_start or (
                last and overlay.date_start > last
            ):
                raise ValidationError(
                    self.env._(
                        "The dates of the agreement don't meet the contract's, which "
                        "runs from %(start)s to %(end)s.",
                        start=format_date(self.env, contract.date_start),
                        end=format_date(self.env, last) if last else "…",
                    )
                )

    @api.constrains("state", "kind", "line_ids", "date_start", "date_end")
    def _check_one_value_a_day(self):
        """Two prices for the same service on the same day can't both hold."""
        for overlay in self:
            if overlay.state != "confirmed" or overlay.kind not in EXCLUSIVE_KINDS:
                continue
            for other in overlay._get_rivals():
                raise ValidationError(
                    self.env._(
                        "“%(kind)s” is agreed already from %(start)s to %(end)s "
                        "(%(reason)s): change that agreement, or choose other dates.",
                        kind=overlay._get_kind_label(),
                        start=format_date(self.env, other.date_start),
                        end=format_date(self.env, other.date_end),
                        reason=other.reason,
                    )
                )

    def _get_rivals(self):
        """Return confirmed agreements of this kind for the same services and days."""
        self.ensure_one()
        rivals = self.search(
            [
                ("contract_id", "=", self.contract_id.id),
                ("state", "=", "confirmed"),
                ("kind", "=", self.kind),
                ("id", "not in", self.ids),
                ("date_start", "<=", self.date_end),
                ("date_end", ">=", self.date_start),
            ]
        )
        return rivals.filtered(
            lambda other: (
                not self.line_ids
                or not other.line_ids
                or self.line_ids & other.line_ids
            )
        )

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _get_kind_label(self):
        return dict(self._fields["kind"]._description_selection(self.env)).get(
            self.kind, ""
        )

    def _get_dates_text(self):
        """Return both days as text."""
        return (
            f"{format_date(self.env, self.date_start)} – "
            f"{format_date(self.env, self.date_end)}"
        )
