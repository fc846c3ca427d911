"""The price of a contract line on a day."""

from odoo import fields, models
from odoo.tools import float_compare


class ClientContractLine(models.Model):
    """Keeps its former prices for the periods before an adjustment."""

    _inherit = "client.contract.line"

    adjustment_line_ids = fields.One2many(
        comodel_name="client.price.adjustment.line",
        inverse_name="line_id",
        string="Price adjustments",
        groups="base.group_user",
    )

    def _get_price_on(self, day, began=None):
        """Return the unit price in force on a day, and the adjustment that made it.

        The line's own price is the newest one; the price of an earlier day is the one
        that the first later adjustment found.

        :param date day: first day of a period, or of a part of one
        :param date began: first day of the period of that part, by default ``day``: a
            period under way keeps its price unless the adjustment splits it
        :return: (float, client.price.adjustment.line, may be empty)
        """
        self.ensure_one()
        # sudo: applied adjustments make the price, whoever edits the line; the
        # schedule is computed as superuser as well
        steps = self.sudo().adjustment_line_ids.filtered(
            lambda step: step.state == "applied" and not step.left_out
        )
        if not steps:
            return self.price_unit, steps
        began = began or day
        later = steps.filtered(
            lambda step: (
                step.date_effective
                > (day if step.adjustment_id.split_period else began)
            )
        )
        price = self.price_unit
        if later:
            price = later.sorted("date_effective")[0].price_before
        step = (steps - later).sorted("date_effective")[-1:]
        if step and float_compare(price, step.price_new, precision_digits=6):
            # somebody wrote another price since
            step = step.browse()
        return price, step

    def _get_period_price(self, period, day=None):
        """Return the unit price of a period, or of a day of it, and why that one.

        :param schedule.Period period: one of this line, or a part of one
        :return: see ``_get_price_on``
        """
        day = day or period.start
        part = next(part for part in period.parts if part.start <= day <= part.end)
        # a broken period begins with its service
        began = max(part.full_start, self._get_bounds()[0])
        return self._get_price_on(day, min(began, day))
