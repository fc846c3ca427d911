"""Purchase orders are noticed although the addon doesn't depend on their module."""

from odoo import api, models

from .client_budget_purchase import ORDER, ORDER_LINE

NOTICED = frozenset({ORDER, ORDER_LINE})


class Base(models.AbstractModel):
    """Tells the budgets of purchase orders that change.

    A class of its own would need the module of purchases to be installed.
    """

    _inherit = "base"

    @api.model_create_multi
    def create(self, vals_list):
        """Create, and count orders for their budgets."""
        records = super().create(vals_list)
        if self._name in NOTICED:
            self.env["client.budget"]._touch_purchases(records)
        return records

    def write(self, vals):
        """Write, and count orders for their budgets."""
        result = super().write(vals)
        if self._name in NOTICED:
            self.env["client.budget"]._touch_purchases(self)
        return result

    def unlink(self):
        """Take orders back from their budgets, then delete them."""
        if self._name in NOTICED:
            self.env["client.budget"]._touch_purchases(self)
        return super().unlink()
