"""Data of the letter about new prices."""

from odoo import api, models


class ReportPriceAdjustment(models.AbstractModel):
    """Letters of price adjustments, of those that have new prices."""

    _name = "report.client_hub.report_price_adjustment"
    _description = "Price adjustment letter"

    @api.model
    def _get_report_values(self, docids, data=None):
        """Return the adjustments.

        :param list docids: ids of ``client.price.adjustment``
        :raise AccessError: the user may not see one of them
        :raise UserError: one of them has no new prices, e.g. no value of its index
        """
        adjustments = self.env["client.price.adjustment"].browse(docids)
        # before anything of them is read, and so that no name is told
        adjustments.check_access("read")
        adjustments._check_problems()
        return {
            "doc_ids": adjustments.ids,
            "doc_model": "client.price.adjustment",
            "docs": adjustments,
        }
