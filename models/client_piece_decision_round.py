"""What a decision costs the client: a further round of changes."""

from odoo import fields, models


class ClientPieceDecision(models.Model):
    """Knows the price of the round that it began, and where it is billed."""

    _inherit = "client.piece.decision"

    entry_ids = fields.One2many(
        comodel_name="client.contract.entry",
        inverse_name="piece_decision_id",
        string="Contract entry",
        groups="client_hub.group_account_manager,account.group_account_invoice,"
        "account.group_account_readonly",
    )

    # === BUSINESS METHODS === #

    def _get_round_price(self):
        """Return what the client pays for the round that began with this decision.

        Of several approvers, one may have agreed to the price and another one's
        decision have made the piece go back: the round costs what was agreed, once.
        """
        self.ensure_one()
        if self.outcome != "changes":
            return 0.0
        return max(self.version_id.decision_ids.mapped("extra_price"), default=0.0)
