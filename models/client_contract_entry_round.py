"""Entries of rounds of changes beyond those included."""

from odoo import fields, models
from odoo.tools import format_date


class ClientContractEntry(models.Model):
    """Knows the decision that the further round came with, and says so."""

    _inherit = "client.contract.entry"

    piece_decision_id = fields.Many2one(
        comodel_name="client.piece.decision",
        string="Decision on a piece",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        groups="base.group_user",
    )

    _piece_decision_unique = models.UniqueIndex(
        "(piece_decision_id) WHERE piece_decision_id IS NOT NULL",
        "This round of changes is in a contract already.",
    )

    # === BUSINESS METHODS === #

    def _get_derivation_formula(self, data):
        text = super()._get_derivation_formula(data)
        if facts := data.get("round"):
            text += "\n" + self.env._(
                "Round %(number)s of changes, %(agreed)s included: %(person)s agreed "
                "to the price on %(date)s",
                number=facts["number"],
                agreed=facts["agreed"],
                person=facts["person"],
                date=format_date(self.env, facts["date"]),
            )
        return text
