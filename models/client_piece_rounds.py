"""Rounds of changes beyond the agreed number: priced, and agreed by the client."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount


class ClientPiece(models.Model):
    """What a further round costs, and what the client has agreed to."""

    _inherit = "client.piece"

    currency_id = fields.Many2one(related="company_id.currency_id")
    round_price = fields.Monetary(
        string="Price of a further round",
        compute="_compute_round_price",
        store=True,
        readonly=False,
        precompute=True,
        groups="base.group_user",
        help="The client agrees to it before a round beyond those included begins.",
    )
    extra_amount = fields.Monetary(
        string="Further rounds agreed",
        compute="_compute_extra_amount",
        groups="base.group_user",
    )

    # === COMPUTE METHODS === #

    @api.depends("type_id")
    def _compute_round_price(self):
        for piece in self:
            piece.round_price = piece.round_price or piece.type_id.round_price

    @api.depends("decision_ids.extra_price", "decision_ids.outcome")
    def _compute_extra_amount(self):
        for piece in self:
            # one approver of several brings the round about
            rows = piece.decision_ids.filtered(lambda row: row.outcome == "changes")
            piece.extra_amount = sum(rows.mapped("extra_price"))

    # === BUSINESS METHODS === #

    def _get_extra_price(self):
        """Return what the client pays for one more round of changes; 0 for nothing."""
        self.ensure_one()
        piece_sudo = self.sudo()  # sudo: the price is for the client to see
        is_extra = piece_sudo.rounds >= piece_sudo.rounds_agreed
        return piece_sudo.round_price if is_extra else 0.0

    def _check_extra_price(self, decision, agreed_price):
        """Raise unless the client has agreed to what the round costs.

        :param agreed_price: what the page showed and the person agreed to
        :return: the price of the round; 0 if it is included
        """
        self.ensure_one()
        price = self._get_extra_price() if decision == "changes" else 0.0
        if not price:
            return 0.0
        try:
            agreed = float(agreed_price or 0)
        except (TypeError, ValueError):
            agreed = 0.0
        # sudo: the currency of the client's own piece
        currency = self.sudo().currency_id
        if currency.compare_amounts(agreed, price) != 0:
            raise UserError(
                self.env._(
                    "%(count)s rounds of changes are included. Another one costs "
                    "%(price)s: please agree to it first.",
                    count=self.rounds_agreed,
                    price=format_amount(self.env, price, currency),
                )
            )
        return price
