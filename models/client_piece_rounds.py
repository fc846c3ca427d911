"""Rounds of changes beyond the agreed number: priced, and agreed by the client."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_amount

# What the client is asked to agree to, and what it is billed with.
PRICED_FIELDS = frozenset({"round_contract_id", "round_price", "rounds_agreed"})


class ClientPiece(models.Model):
    """What a further round costs, and what the client has agreed to."""

    _inherit = "client.piece"

    # creation reads the piece's history, not its money
    _history_field_kind = {"round_price": "contract"}

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

    @api.depends("type_id", "job_id")
    def _compute_round_price(self):
        for piece in self:
            if not piece.round_price:
                agreed = piece._get_round_terms().round_price
                piece.round_price = agreed or piece.type_id.round_price

    @api.depends("type_id", "job_id")
    def _compute_rounds_agreed(self):
        for piece in self:
            if not piece.rounds_agreed:
                terms = piece._get_round_terms() or piece.type_id
                piece.rounds_agreed = terms.rounds_agreed

    @api.depends("decision_ids.extra_price", "decision_ids.outcome")
    def _compute_extra_amount(self):
        for piece in self:
            piece.extra_amount = sum(
                row._get_round_price() for row in piece.decision_ids
            )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """What the contract says about rounds goes before what the template says."""
        pieces = super().create(vals_list)
        for piece in pieces.filtered("template_piece_id"):
            if terms := piece._get_round_terms():
                piece.rounds_agreed = terms.rounds_agreed
        return pieces

    def write(self, vals):
        """Leave what rounds cost to account managers; creation writes the rest.

        :raise AccessError: somebody else changes it
        """
        if PRICED_FIELDS & vals.keys() and not (
            self.env.su or self.env.user.has_group("client_hub.group_account_manager")
        ):
            raise AccessError(
                self.env._("Only account managers change what rounds of changes cost.")
            )
        return super().write(vals)

    # === BUSINESS METHODS === #

    def _get_round_terms(self):
        """Return the contract that says how many rounds are included, if one does."""
        self.ensure_one()
        # sudo: see _find_for_piece
        job_sudo = self.sudo().job_id
        if not job_sudo.client_id or not self.type_id:
            return self.env["client.contract"].sudo()
        contract = self.env["client.contract"]._find_for_piece(
            job_sudo.client_id, job_sudo.company_id, self.type_id
        )
        return contract.filtered("says_rounds")

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
