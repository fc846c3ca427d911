"""The matches that carry a renegotiation."""

from odoo import api, models
from odoo.exceptions import UserError

from .account_move_renegotiation import IN_FORCE


class AccountPartialReconcile(models.Model):
    """Keeps old items ended as long as the new instalments stand."""

    _inherit = "account.partial.reconcile"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_renegotiated(self):
        """Refuse to let an old item loose from the renegotiation that ended it."""
        # sudo: whoever unmatches, the renegotiation counts
        for partial in self.sudo():
            row = partial.debit_move_id.client_renegotiation_id
            if row.state in IN_FORCE and partial.credit_move_id.move_id == row.move_id:
                raise UserError(
                    self.env._(
                        "%(item)s was renegotiated in %(renegotiation)s: undo that "
                        "one, or mark it as broken.",
                        item=partial.debit_move_id.move_id.name,
                        renegotiation=row.number,
                    )
                )
