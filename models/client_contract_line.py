"""What a contract bills each period."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date

from ..tools import schedule


class ClientContractLine(models.Model):
    """A service of a contract, with its price per period."""

    _name = "client.contract.line"
    _description = "Client Contract Line"
    _inherit = ["client.record", "analytic.mixin"]
    _order = "contract_id, sequence, id"
    _check_company_auto = True
    _history_kind = "contract"
    # an inactive client's contract can still be put right
    _client_record_allow_inactive = True

    contract_id = fields.Many2one(
        comodel_name="client.contract",
        required=True,
        ondelete="cascade",
        index=True,
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
    # how we account for it is none of the client's business
    analytic_distribution = fields.Json(groups="base.group_user")
    analytic_precision = fields.Integer(groups="base.group_user")
    distribution_analytic_account_ids = fields.Many2many(
        comodel_name="account.analytic.account", groups="base.group_user"
    )
    sequence = fields.Integer(default=10)
    product_id = fields.Many2one(
        comodel_name="product.product",
        domain="[('sale_ok', '=', True)]",
        check_company=True,
        ondelete="restrict",
        index="btree_not_null",
        groups="base.group_user",
    )
    name = fields.Text(
        string="Description",
        compute="_compute_name",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    quantity = fields.Float(default=1.0, digits="Product Unit", required=True)
    price_unit = fields.Float(
        string="Unit price",
        compute="_compute_price_unit",
        store=True,
        readonly=False,
        precompute=True,
        min_display_digits="Product Price",
    )
    discount = fields.Float(
        string="Disc. %",
        digits="Discount",
        compute="_compute_discount",
        store=True,
        readonly=False,
        precompute=True,
    )
    tax_ids = fields.Many2many(
        comodel_name="account.tax",
        string="Taxes",
        compute="_compute_tax_ids",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('type_tax_use', '=', 'sale')]",
        check_company=True,
        context={"active_test": False},
        groups="base.group_user",
        help="As for a domestic client: the fiscal position is applied on the invoice.",
    )
    date_start = fields.Date(
        string="From", help="First day billed; empty: the contract's start."
    )
    date_end = fields.Date(
        string="To", help="Last day billed; empty: the contract's end."
    )
    price_subtotal = fields.Monetary(
        string="Amount", compute="_compute_totals", store=True
    )
    price_total = fields.Monetary(string="Total", compute="_compute_totals", store=True)
    entry_ids = fields.One2many(
        comodel_name="client.contract.entry",
        inverse_name="line_id",
        groups="base.group_user",
    )

    _end_after_start = models.Constraint(
        "CHECK (date_end IS NULL OR date_start IS NULL OR date_end >= date_start)",
        "A contract line can't end before it starts.",
    )
    _discount_percent = models.Constraint(
        "CHECK (discount BETWEEN 0 AND 100)", "A discount is between 0 and 100 %."
    )

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("product_id")
    def _compute_name(self):
        for line in self:
            if line.product_id:
                lang = line.contract_id.client_id.lang
                product = line.product_id.with_context(lang=lang)
                line.name = product.get_product_multiline_description_sale()

    @api.depends("product_id")
    def _compute_price_unit(self):
        for line in self:
            if not line.product_id:
                continue
            contract = line.contract_id
            company = contract.company_id or self.env.company
            line.price_unit = line.product_id._get_tax_included_unit_price(
                company,
                contract.currency_id or company.currency_id,
                contract.date_start or fields.Date.context_today(line),
                "sale",
            )

    @api.depends("product_id", "contract_id.client_discount")
    def _compute_discount(self):
        for line in self:
            # sudo: what the client agreed, for whoever writes the contract
            line.discount = line.contract_id.sudo().client_discount

    @api.depends("product_id")
    def _compute_tax_ids(self):
        for line in self:
            company = line.contract_id.company_id or self.env.company
            line.tax_ids = line.product_id._get_client_contract_taxes(company)

    @api.depends(
        "quantity",
        "price_unit",
        "discount",
        "tax_ids",
        "currency_id",
        "product_id",
        "contract_id.client_id",
        "contract_id.partner_invoice_id",
        # what the fiscal position of its invoices follows from
        "contract_id.partner_invoice_id.country_id",
        "contract_id.partner_invoice_id.property_account_position_id",
        "contract_id.partner_invoice_id.state_id",
        "contract_id.partner_invoice_id.vat",
        "contract_id.partner_invoice_id.zip",
        "contract_id.client_withholding_tax_id",
    )
    def _compute_totals(self):
        for line in self:
            contract = line.contract_id
            mapped = contract._get_fiscal_position().map_tax(line.tax_ids)
            totals = line._compute_tax_totals(line.price_unit, line.tax_ids)
            line.price_subtotal = totals["total_excluded"]
            withheld = contract._add_withholding(mapped, line.product_id)
            if withheld != line.tax_ids:
                # what the invoice will say: the client abroad pays other taxes
                price = line.tax_ids._adapt_price_unit_to_another_taxes(
                    line.price_unit, line.product_id, line.tax_ids, mapped
                )
                totals = line._compute_tax_totals(price, withheld)
            line.price_total = totals["total_included"]

    def _compute_tax_totals(self, price_unit, taxes):
        """Return what Odoo's ``compute_all`` says of this line.

        :param float price_unit: before the discount
        :param taxes: account.tax
        :return: dict with total_excluded and total_included
        """
        self.ensure_one()
        return taxes.compute_all(
            price_unit * (1 - (self.discount or 0.0) / 100.0),
            currency=self.currency_id or self.env.company.currency_id,
            quantity=self.quantity,
            product=self.product_id,
            partner=self.contract_id.client_id,
        )

    # ------------------------------------------------------------------
    # CONSTRAINT
    # ------------------------------------------------------------------

    @api.constrains("date_start", "date_end", "contract_id")
    def _check_dates_in_contract(self):
        for line in self:
            first, last = line._get_bounds()
            if last and first > last:
                raise ValidationError(
                    self.env._(
                        "The dates of “%(line)s” don't meet the contract's, which "
                        "starts on %(start)s.",
                        line=line.name,
                        start=format_date(self.env, line.contract_id.date_start),
                    )
                )

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.contract_id._sync_schedule_if_live()
        return lines

    def write(self, vals):
        result = super().write(vals)
        if self._schedule_fields() & vals.keys():
            self.contract_id._sync_schedule_if_live()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_billed(self):
        # sudo: an invoice that the user can't see counts as well
        for line in self.sudo():
            if line.entry_ids.invoice_line_ids:
                raise ValidationError(
                    self.env._(
                        "“%s” was invoiced: give it an end date instead of deleting "
                        "it.",
                        line.name,
                    )
                )

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    @api.model
    def _schedule_fields(self):
        """Return the fields that an entry is made from (hook)."""
        return {
            "product_id",
            "name",
            "quantity",
            "price_unit",
            "discount",
            "tax_ids",
            "date_start",
            "date_end",
        }

    def _get_bounds(self):
        """Return the first and last day billed; the last one may be None."""
        self.ensure_one()
        contract = self.contract_id
        first = max(filter(None, (self.date_start, contract.date_start)))
        last = min(filter(None, (self.date_end, contract.date_end)), default=None)
        return first, last

    def _get_schedule(self, until):
        """Return this line's periods, and the start of the next one if any.

        :param date until: last day on which a period may start
        :return: (list of schedule.Period, date or None)
        """
        self.ensure_one()
        contract = self.contract_id
        first, last = self._get_bounds()
        if last and first > last:
            return [], None
        recurrence, options = contract._get_recurrence()
        periods = list(
            schedule.iter_periods(*recurrence, first, last, until, **options)
        )
        if not periods:
            return [], first
        following = periods[-1].full_end + schedule.ONE_DAY
        return periods, None if last and following > last else following

    def _prepare_plain_values(self, period):
        """Return the values of the entry that bills a period by the contract (hook).

        :param schedule.Period period: the period or the part of it to bill
        """
        self.ensure_one()
        contract = self.contract_id
        amount, derivation = self._get_period_amount(period)
        # what the period costs follows from the price in force on its first day
        price_unit, _step = self._get_period_price(period)
        return {
            "contract_id": contract.id,
            "line_id": self.id,
            "kind": "recurring",
            "period_start": period.start,
            "period_end": period.end,
            "date_due": contract._get_due_date(period),
            "product_id": self.product_id.id,
            "name": self.name,
            "quantity": self.quantity,
            "price_unit": price_unit,
            "discount": self.discount,
            "amount_scheduled": amount,
            "derivation": derivation,
        }

    def _get_period_amount(self, period):
        """Return the untaxed amount of a period, and how it came about.

        :param schedule.Period period: the period or the part of it to bill
        :return: (float, dict): the dict alone is enough to compute it again
        """
        self.ensure_one()
        price_unit, step = self._get_period_price(period)
        amount = self.env["client.contract.entry"]._compute_untaxed(
            price_unit * float(period.factor),
            self.quantity,
            self.discount,
            self.currency_id,
            taxes=self.tax_ids,
            product=self.product_id,
        )
        derivation = {
            "price_unit": price_unit,
            "quantity": self.quantity,
            "discount": self.discount,
            "product_id": self.product_id.id,
            "tax_ids": sorted(self.tax_ids.ids),
            **period.derive(),
            "rounding": self.currency_id.rounding,
            "amount": amount,
        }
        if any(self.tax_ids.flatten_taxes_hierarchy().mapped("price_include")):
            derivation["tax_included_price"] = True
        if step:
            derivation["adjustment"] = step._prepare_derivation()
        return amount, derivation
