from odoo import api, models


class ResPartnerBank(models.Model):
    """Bank accounts behind a wall show no label where they are referred to.

    A client's are in its history.
    """

    _name = "res.partner.bank"
    _inherit = ["res.partner.bank", "client.history.mixin"]

    # for those who see the client's money
    _history_kind = "invoice"
    # found from the number
    _history_exclude = frozenset({"sanitized_acc_number"})

    @api.depends_context("uid")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        self.env["client.wall"]._mask(self)
        return result

    def _history_client(self):
        return self.partner_id._history_client()
