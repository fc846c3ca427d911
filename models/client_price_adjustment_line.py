"""The new price of one service."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import float_compare, formatLang

from ..tools import price_index

# what a reviewer decides; the rest follows from contract and factor
REVIEW_FIELDS = frozenset({"price_new", "reason", "left_out"})


class ClientPriceAdjustmentLine(models.Model):
    """Old and new price of a contract line; applied ones are its price history."""

    _name = "client.price.adjustment.line"
    _description = "Price Adjustment of a Service"
    _inherit = ["client.record"]
    _order = "adjustment_id, sequence, id"
    _history_kind = "contract"
    # follow from the contract; what a reviewer decides is logged
    _history_exclude = frozenset(
        {
            "sequence",
            "name",
            "quantity",
            "discount",
            "price_before",
            "price_estimated",
            "price_proposed",
        }
    )
    _client_record_allow_inactive = True

    adjustment_id = fields.Many2one(
        comodel_name="client.price.adjustment",
        required=True,
        index=True,
        ondelete="cascade",
    )
    line_id = fields.Many2one(
        comodel_name="client.contract.line",
        string="Contract line",
        required=True,
        index=True,
        ondelete="cascade",
    )
    client_id = fields.Many2one(
        related="adjustment_id.client_id", store=True, precompute=True
    )
    company_id = fields.Many2one(
        related="adjustment_id.company_id", store=True, precompute=True, default=None
    )
    currency_id = fields.Many2one(
        related="adjustment_id.currency_id", store=True, precompute=True
    )
    state = fields.Selection(related="adjustment_id.state", store=True)
    date_effective = fields.Date(related="adjustment_id.date_effective", store=True)
    factor = fields.Float(related="adjustment_id.factor", digits=(16, 8))
    sequence = fields.Integer(default=10)
    name = fields.Text(string="Description", readonly=True)
    title = fields.Char(string="Service", compute="_compute_title")
    quantity = fields.Float(digits="Product Unit", readonly=True)
    discount = fields.Float(string="Disc. %", digits="Discount", readonly=True)
    price_before = fields.Float(
        string="Price before",
        readonly=True,
        min_display_digits="Product Price",
        aggregator=None,
    )
    price_proposed = fields.Float(
        string="Proposed price",
        readonly=True,
        min_display_digits="Product Price",
        aggregator=None,
        help="Price before × factor, rounded to the decimals of prices, halves up.",
    )
    price_new = fields.Float(
        string="New price", min_display_digits="Product Price", aggregator=None
    )
    price_estimated = fields.Float(
        string="Price with the estimate",
        readonly=True,
        copy=False,
        min_display_digits="Product Price",
        aggregator=None,
        help="The new price until the definitive value of the index was here. What was "
        "billed at it gets a difference.",
    )
    reason = fields.Char(help="Why the new price is another than the proposed one.")
    left_out = fields.Boolean(string="Leave out", help="This service keeps its price.")

    _line_once = models.UniqueIndex(
        "(adjustment_id, line_id)", "A service is adjusted once."
    )
    _price_not_negative = models.Constraint(
        "CHECK (price_new >= 0 OR price_before < 0)",
        "A new price can't be negative.",
    )

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("name")
    def _compute_title(self):
        for line in self:
            line.title = (line.name or "").split("\n")[0]

    @api.depends("name")
    @api.depends_context("uid")
    def _compute_display_name(self):
        for line in self:
            line.display_name = line.title
        self.env["client.wall"]._mask(self)

    # ------------------------------------------------------------------
    # CONSTRAINT
    # ------------------------------------------------------------------

    @api.constrains("price_new", "price_proposed", "reason", "left_out")
    def _check_reason(self):
        for line in self:
            changed = float_compare(
                line.price_new, line.price_proposed, precision_digits=6
            )
            if changed and not line.left_out and not (line.reason or "").strip():
                raise ValidationError(
                    self.env._(
                        "Give the reason why the new price of “%s” is another than "
                        "the proposed one.",
                        line.title,
                    )
                )

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    def write(self, vals):
        """Write; people decide about price, reason and leaving out, while proposed.

        :raise AccessError: for what follows from contract and factor
        :raise UserError: when it is not a proposal any more
        """
        if not self.env.su:
            self.check_access("write")
            if names := vals.keys() - REVIEW_FIELDS:
                raise AccessError(
                    self.env._(
                        "These fields are set by the system: %(names)s.",
                        names=", ".join(sorted(names)),
                    )
                )
            self.adjustment_id._check_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_applied(self):
        for line in self:
            if line.state == "applied" and line.line_id.entry_ids.filtered(
                lambda entry: entry.state in ("drafted", "billed", "credited")
            ):
                raise UserError(
                    self.env._("“%s” was adjusted: its prices stay.", line.title)
                )

    def _history_queue(self, action, *args):
        """The proposal itself is the event; only changes of its lines count."""
        if action != "write":
            return None
        return super()._history_queue(action, *args)

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _prepare_values(self, service, factor):
        """Return the values of the line of a service; a reviewed price stays.

        :param service: client.contract.line
        :param float factor: factor of the adjustment, rounded
        """
        digits = self.env["decimal.precision"].precision_get("Product Price")
        price = price_index.adjust_price(service.price_unit, factor, digits)
        values = {
            "line_id": service.id,
            "sequence": service.sequence,
            "name": service.name,
            "quantity": service.quantity,
            "discount": service.discount,
            "price_before": service.price_unit,
            "price_proposed": float(price),
        }
        if not self.reason:
            values["price_new"] = float(price)
        return values

    def _prepare_derivation(self):
        """Return what an entry keeps of the adjustment behind its price."""
        self.ensure_one()
        values = {
            "id": self.adjustment_id.id,
            "date": fields.Date.to_string(self.date_effective),
            "price_before": self.price_before,
            "factor": self.factor,
        }
        if float_compare(self.price_new, self.price_proposed, precision_digits=6):
            values["reason"] = self.reason
        return values

    def _prepare_definitive(self):
        """Return what an entry billed with an estimate keeps of the true-up."""
        self.ensure_one()
        data = self.adjustment_id.derivation
        values = data.get("values", {})
        return {
            **self._prepare_derivation(),
            "true_up": {
                "index": data.get("index"),
                "values": {
                    month: values[month]
                    for month in data.get("estimated", ())
                    if month in values
                },
                "factor": data["provisional_factor"],
                "price": self.price_estimated,
            },
        }

    def _get_change_text(self):
        """Return the change of this price in percent, as text."""
        self.ensure_one()
        if not self.price_before:
            return ""
        change = (self.price_new / self.price_before - 1) * 100
        return f"{'+' if change >= 0 else ''}{formatLang(self.env, change)} %"

    def _differs(self, price):
        """Tell whether the contract line has another price than this."""
        self.ensure_one()
        return bool(float_compare(self.line_id.price_unit, price, precision_digits=6))
