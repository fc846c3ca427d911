"""Invoice lines and the terms of their client."""

from odoo import api, fields, models
from odoo.tools import float_compare

from ..tools.columns import create_columns


class AccountMoveLine(models.Model):
    """Takes the client's discount and withholding tax."""

    _inherit = "account.move.line"

    # Odoo's own field: the client's discount comes with the product
    discount = fields.Float(
        default=None,
        compute="_compute_client_discount",
        store=True,
        readonly=False,
        precompute=True,
    )
    # tells a discount that came from the client from one that a person entered
    client_discount_applied = fields.Float(
        digits="Discount",
        compute="_compute_client_discount",
        store=True,
        precompute=True,
        groups="base.group_user",
    )

    def _auto_init(self):
        # no need to compute what no older line has
        create_columns(self, {"client_discount_applied": "float8"})
        return super()._auto_init()

    @api.depends("product_id")
    def _compute_client_discount(self):
        for line in self:
            line.discount = line.discount
            line.client_discount_applied = line.client_discount_applied
        self._apply_client_discount()

    def _get_computed_taxes(self):
        """Add the client's withholding tax to the taxes of services."""
        taxes = super()._get_computed_taxes()
        move = self.move_id
        if self.product_id and move._takes_client_terms():
            none = self.env["account.tax"]
            return move._add_withholding(taxes or none, self.product_id)
        return taxes

    def _apply_client_discount(self):
        """Give lines with a product the client's discount, unless someone chose."""
        # sudo: what the client agreed, for whoever makes the invoice
        for line in self.sudo():
            move = line.move_id
            if (
                not line.product_id
                or (line.display_type or "product") != "product"
                or not move._takes_client_terms()
                or float_compare(
                    line.discount, line.client_discount_applied, precision_digits=4
                )
            ):
                continue
            if line.discount != move.client_discount:
                line.discount = move.client_discount
            if line.client_discount_applied != move.client_discount:
                line.client_discount_applied = move.client_discount
