"""Order lines and the terms of their client."""

from odoo import api, fields, models
from odoo.tools import float_compare

from ..tools.columns import create_columns


class SaleOrderLine(models.Model):
    """Takes the client's discount and withholding tax."""

    _inherit = "sale.order.line"

    # tells a discount that came from the client from one that a person entered
    client_discount_applied = fields.Float(
        digits="Discount",
        compute="_compute_discount",
        store=True,
        precompute=True,
        groups="base.group_user",
    )

    def _auto_init(self):
        # no need to compute what no older line has
        create_columns(self, {"client_discount_applied": "float8"})
        return super()._auto_init()

    @api.depends("product_id", "product_uom_id", "product_uom_qty")
    def _compute_discount(self):
        before = {line: line.discount for line in self}
        result = super()._compute_discount()
        for line in self:
            line._apply_client_discount(is_new=line.discount != before[line])
        return result

    @api.depends("product_id", "company_id")
    def _compute_tax_ids(self):
        result = super()._compute_tax_ids()
        for line in self:
            if line.product_id and not line.is_downpayment:
                line.tax_ids = line.order_id._add_withholding(
                    line.tax_ids, line.product_id
                )
        return result

    def _apply_client_discount(self, is_new=False):
        """Give the line the client's discount, unless it has a larger one.

        :param bool is_new: the discount was just set by the price list
        """
        # sudo: what the client agreed, for whoever makes the order
        for line in self.sudo():
            applied = line.client_discount_applied
            line.client_discount_applied = applied
            if not line._takes_client_discount():
                continue
            if not is_new:
                if float_compare(line.discount, applied, precision_digits=4):
                    # a person's decision
                    continue
                # the discount of the client before, or none at all
                line.discount = 0.0
            agreed = line.order_id.client_discount
            line.discount = max(line.discount, agreed)
            line.client_discount_applied = agreed if line.discount == agreed else 0.0

    def _takes_client_discount(self):
        """Tell whether the client's discount holds for this line (hook)."""
        self.ensure_one()
        return bool(
            self.product_id
            and not self.display_type
            and not self.is_downpayment
            and not self.combo_item_id
            and self.product_type != "combo"
            and not self._is_global_discount()
        )
