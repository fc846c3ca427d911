"""Orders and the terms of their client."""

from odoo import api, fields, models
from odoo.tools.sql import column_exists, create_column


class SaleOrder(models.Model):
    """Takes discount, payment day, method and withholding from the client."""

    _name = "sale.order"
    _inherit = ["sale.order", "client.terms.mixin"]

    _client_terms = {
        "client_discount": "client_discount",
        "payment_term_id": "property_payment_term_id",
        "client_payment_day": "client_payment_day",
        "preferred_payment_method_line_id": "property_inbound_payment_method_line_id",
        "client_withholding_tax_id": "client_withholding_tax_id",
        "user_id": "user_id",
    }

    client_payment_day = fields.Char(
        string="Payment day",
        compute="_compute_client_terms",
        store=True,
        readonly=False,
        precompute=True,
        groups="base.group_user",
        help="Days of the month on which the client pays, for the invoices.",
    )

    def _auto_init(self):
        # older orders were agreed without: no need to compute them all
        for name, kind in (
            ("client_discount", "float8"),
            ("client_payment_day", "varchar"),
            ("client_withholding_tax_id", "int4"),
        ):
            if not column_exists(self.env.cr, self._table, name):
                create_column(self.env.cr, self._table, name, kind)
        return super()._auto_init()

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.model
    def _client_terms_copied(self):
        return [*super()._client_terms_copied(), "client_payment_day"]

    def _compute_client_terms(self):
        # what was confirmed stays, whatever becomes of the client
        open_orders = self.filtered(lambda order: order.state in ("draft", "sent"))
        return super(SaleOrder, open_orders)._compute_client_terms()

    @api.depends("partner_id", "company_id")
    def _compute_preferred_payment_method_line_id(self):
        """Take the client's method for orders of its contacts."""
        result = super()._compute_preferred_payment_method_line_id()
        for order in self:
            if not order.preferred_payment_method_line_id:
                client = order._get_terms_client()
                method = client.property_inbound_payment_method_line_id
                order.preferred_payment_method_line_id = method.id
        return result

    # ------------------------------------------------------------------
    # CONSTRAINTS
    # ------------------------------------------------------------------

    @api.constrains("client_payment_day")
    def _check_client_payment_day(self):
        for order in self.sudo():  # sudo: checked whoever writes
            order.partner_id._parse_client_payment_days(order.client_payment_day)

    # ------------------------------------------------------------------
    # ONCHANGE, CRUD
    # ------------------------------------------------------------------

    @api.onchange("client_discount", "client_withholding_tax_id")
    def _onchange_client_terms(self):
        self._apply_client_terms()

    def write(self, vals):
        """Write; another client's terms reach the lines that are there."""
        if not {"partner_id", "client_discount", "client_withholding_tax_id"} & set(
            vals
        ):
            return super().write(vals)
        before = {order.id: order._get_line_terms() for order in self}
        result = super().write(vals)
        for order in self:
            if order._get_line_terms() != before[order.id]:
                order._apply_client_terms()
        return result

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _get_line_terms(self):
        """Return the terms that lines take."""
        order = self.sudo()  # sudo: fields for internal users only, compared
        return order.client_discount, order.client_withholding_tax_id.id

    def _apply_client_terms(self):
        """Give the lines of quotations the discount and withholding of the order."""
        for order in self.filtered(lambda order: order.state in ("draft", "sent")):
            order.order_line._apply_client_discount()
            order._swap_withholding(
                order.order_line.filtered(lambda line: not line.is_downpayment)
            )

    def _recompute_prices(self):
        """Take the client's discount anew together with the price list's."""
        # sudo: the mark is the system's; Odoo empties the discount itself
        self._get_update_prices_lines().sudo().client_discount_applied = 0.0
        return super()._recompute_prices()

    def _prepare_invoice(self):
        """Hand the terms of the order to its invoice."""
        values = super()._prepare_invoice()
        order = self.sudo()  # sudo: fields for internal users only, copied
        values.update(
            client_discount=order.client_discount,
            # text, as Odoo sorts orders by it
            client_payment_day=order.client_payment_day or "",
            client_withholding_tax_id=order.client_withholding_tax_id.id,
        )
        return values

    def _get_invoice_grouping_keys(self):
        """Orders with other payment days or withholding get their own invoice."""
        keys = super()._get_invoice_grouping_keys()
        return [*keys, "client_payment_day", "client_withholding_tax_id"]
