"""Add a one-off entry to a contract."""

from odoo import api, fields, models
from odoo.exceptions import UserError


class ClientContractExtraWizard(models.TransientModel):
    """An amount beside the schedule: an extra service, or a credit when negative."""

    _name = "client.contract.extra.wizard"
    _inherit = ["client.guard.mixin"]
    _description = "Extra Contract Entry"

    contract_id = fields.Many2one(
        comodel_name="client.contract",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="contract_id.company_id")
    client_id = fields.Many2one(related="contract_id.client_id")
    currency_id = fields.Many2one(related="contract_id.currency_id")
    product_id = fields.Many2one(
        comodel_name="product.product",
        required=True,
        domain="[('sale_ok', '=', True), ('client_usable_id', '=', client_id)]",
        ondelete="cascade",
    )
    name = fields.Text(
        string="Description",
        required=True,
        compute="_compute_from_product",
        store=True,
        readonly=False,
        precompute=True,
    )
    quantity = fields.Float(default=1.0, digits="Product Unit", required=True)
    price_unit = fields.Float(
        string="Unit price",
        compute="_compute_from_product",
        store=True,
        readonly=False,
        precompute=True,
        min_display_digits="Product Price",
        help="Negative for a credit.",
    )
    discount = fields.Float(
        string="Disc. %",
        digits="Discount",
        compute="_compute_discount",
        store=True,
        readonly=False,
        precompute=True,
        help="What was agreed with the client.",
    )
    date_due = fields.Date(
        string="Due date", required=True, default=fields.Date.context_today
    )
    reason = fields.Char(required=True)

    @api.depends("product_id")
    def _compute_from_product(self):
        for wizard in self:
            if not wizard.product_id:
                wizard.name = wizard.name or False
                continue
            contract = wizard.contract_id
            product = wizard.product_id.with_context(lang=contract.client_id.lang)
            wizard.name = product.get_product_multiline_description_sale()
            wizard.price_unit = wizard.product_id._get_tax_included_unit_price(
                contract.company_id,
                contract.currency_id,
                fields.Date.context_today(wizard),
                "sale",
            )

    @api.depends("contract_id", "price_unit")
    def _compute_discount(self):
        for wizard in self:
            # nothing is taken off a credit
            is_sale = wizard.price_unit >= 0
            # sudo: what the client agreed, as on the contract's lines
            agreed = wizard.contract_id.sudo().client_discount
            wizard.discount = agreed if is_sale else 0.0

    def action_confirm(self):
        """Create the extra entry.

        :raise UserError: when the contract is closed
        """
        self.ensure_one()
        contract = self.contract_id
        if contract.state in ("draft", "cancelled", "ended"):
            raise UserError(
                self.env._(
                    "An extra entry needs a contract that was sent, approved or is "
                    "running."
                )
            )
        self._check_amount()
        contract._create_extra_entry(
            product=self.product_id,
            name=self.name,
            quantity=self.quantity,
            price_unit=self.price_unit,
            discount=self.discount,
            date_due=self.date_due,
            reason=self.reason,
        )
        return {"type": "ir.actions.act_window_close"}

    def _check_amount(self):
        """Refuse what bills nothing, or more than was meant.

        :raise UserError: says which figure is wrong
        """
        if not 0 <= self.discount <= 100:
            raise UserError(self.env._("A discount is between 0 and 100 %."))
        if self.currency_id.is_zero(self.quantity * self.price_unit):
            raise UserError(
                self.env._("This bills nothing: give a quantity and a unit price.")
            )
