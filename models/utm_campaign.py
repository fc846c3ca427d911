from odoo import models
from odoo.fields import Domain

INVOICES = (
    "out_invoice",
    "out_refund",
    "in_invoice",
    "in_refund",
    "out_receipt",
    "in_receipt",
)


class UtmCampaign(models.Model):
    """What a campaign brought, without what is hidden from the user."""

    _inherit = "utm.campaign"

    def _compute_quotation_count(self):
        # Odoo counts as superuser
        if self.env["client.wall"]._is_limited():
            return super(UtmCampaign, self.sudo(False))._compute_quotation_count()
        return super()._compute_quotation_count()

    def _compute_sale_invoiced_amount(self):
        wall = self.env["client.wall"]
        if not wall._is_limited():
            return super()._compute_sale_invoiced_amount()
        # sudo: the same sum as Odoo's, of the items the user may know of
        rows = (
            self.env["account.move.line"]
            .sudo()
            ._read_group(
                Domain("move_id.campaign_id", "in", self.ids)
                & Domain("parent_state", "=", "posted")
                & Domain("move_id.move_type", "in", INVOICES)
                & Domain("account_id", "!=", False)
                & Domain("display_type", "=", "product")
                & wall._guard_domain("account.move.line"),
                ["move_id"],
                ["balance:sum"],
            )
        )
        for campaign in self:
            campaign.invoiced_amount = -sum(
                balance for move, balance in rows if move.campaign_id == campaign
            )
