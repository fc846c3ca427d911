"""What a contract says about rounds of changes of pieces."""

from odoo import api, fields, models

from .client_contract import SCHEDULED_STATES


class ClientContract(models.Model):
    """Rounds included per piece, and the entries of further ones."""

    _inherit = "client.contract"

    says_rounds = fields.Boolean(
        string="Agrees on rounds of changes",
        groups="base.group_user",
        help="Otherwise the type of a piece says how many are included.",
    )
    rounds_agreed = fields.Integer(
        string="Rounds included per piece",
        default=2,
        groups="base.group_user",
        help="How often the client may ask for changes of a piece. Counts for pieces "
        "added from now on.",
    )
    round_price = fields.Monetary(
        string="Price of a further round",
        groups="base.group_user",
        help="0: as the type of the piece says.",
    )

    _rounds_positive = models.Constraint(
        "CHECK (rounds_agreed >= 0 AND round_price >= 0)",
        "Rounds and their price can't be negative.",
    )

    # === BUSINESS METHODS === #

    @api.model
    def _find_for_piece(self, client, company, piece_type):
        """Return the contract that counts for a piece of a client, as superuser.

        One that includes pieces of the type goes first, then one that says how many
        rounds are included, then the oldest.

        :param client: res.partner
        :param company: res.company, whose currency the contract must have
        :param piece_type: client.piece.type
        """
        # sudo: creation makes pieces and reads no contracts; only what was agreed
        # about rounds leaves the callers
        contracts = self.sudo().search(
            [
                ("client_id", "=", client.id),
                ("company_id", "=", company.id),
                ("currency_id", "=", company.currency_id.id),
                ("state", "in", SCHEDULED_STATES),
            ],
            order="id",
        )

        def rank(contract):
            included = contract.included_ids.filtered(
                lambda row: (
                    row.kind == "pieces"
                    and piece_type in (row.piece_type_ids or piece_type)
                )
            )
            return not included, not contract.says_rounds, contract.id

        return contracts.sorted(rank)[:1]

    def _create_round_entry(self, decision, product, price, reason):
        """Create the entry of a further round of changes, once per decision.

        :param decision: client.piece.decision that made the piece go back
        :param product: product.product that it is billed as
        :param float price: what the client agreed to
        :param str reason: why the entry is there, for the accountant
        :return: client.contract.entry
        """
        self.ensure_one()
        localized = decision.with_context(lang=self.client_id.lang)
        entry = self._create_extra_entry(
            product=product,
            name=localized.env._(
                "Further round of changes: %s", decision.piece_id.display_name
            ),
            quantity=1.0,
            price_unit=price,
            date_due=fields.Date.context_today(self),
            reason=reason,
        )
        entry.write(
            {
                "piece_decision_id": decision.id,
                # the client agreed to the price: nothing more to ask
                "approved": True,
                "derivation": {
                    **entry.derivation,
                    "round": {
                        "number": decision.piece_id.rounds,
                        "agreed": decision.piece_id.rounds_agreed,
                        "person": decision.author_id.name,
                        "date": fields.Date.to_string(decision.date),
                    },
                },
            }
        )
        return entry
