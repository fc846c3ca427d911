"""Further rounds of changes that the client agreed to, in the client's contract."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_amount

MANAGERS = "client_hub.group_account_manager"
BILL_ACTIVITY = "client_hub.mail_activity_type_piece_round"


class ClientPiece(models.Model):
    """Enters further rounds into a contract, each exactly once."""

    _inherit = "client.piece"

    round_contract_id = fields.Many2one(
        comodel_name="client.contract",
        string="Further rounds billed by",
        domain="[('client_id', '=', client_id), ('currency_id', '=', currency_id),"
        " ('state', 'in', ('approved', 'running', 'suspended'))]",
        check_company=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        groups=MANAGERS,
        help="Empty: the client's running contract.",
    )
    unbilled_rounds = fields.Integer(
        compute="_compute_unbilled_rounds",
        compute_sudo=True,
        groups=MANAGERS,
        help="Further rounds that the client agreed to and no contract has.",
    )

    # === COMPUTE METHODS === #

    @api.depends("decision_ids.entry_ids")
    def _compute_unbilled_rounds(self):
        for piece in self:
            piece.unbilled_rounds = len(piece._get_unbilled_decisions())

    # === ACTION METHODS === #

    def action_bill_rounds(self):
        """Enter agreed rounds that found no contract when they were agreed.

        :raise UserError: there is none to enter, or still no contract
        :raise AccessError: the user keeps no contracts
        """
        self.ensure_one()
        self.check_access("write")
        if not self.env.user.has_group("client_hub.group_account_manager"):
            raise AccessError(self.env._("Only account managers enter what is billed."))
        self._lock_for_decision()
        # sudo: the right to the piece was checked; account managers keep contracts
        decisions = self.sudo()._get_unbilled_decisions()
        if not decisions:
            raise UserError(self.env._("There is no further round to bill."))
        if not self.sudo()._find_round_contract():
            raise UserError(
                self.env._(
                    "“%(client)s” has no running contract in %(currency)s: choose or "
                    "make one first.",
                    client=self.client_id.display_name,
                    currency=self.currency_id.name,
                )
            )
        for decision in decisions:
            self.sudo()._enter_round(decision)
        # sudo: the to-do may be a colleague's; its rounds are billed now
        self.sudo().activity_feedback([BILL_ACTIVITY])

    def action_view_round_entries(self):
        """Open the entries of this piece's further rounds."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Further rounds"),
            "res_model": "client.contract.entry",
            "view_mode": "list,form",
            "domain": [("piece_decision_id.piece_id", "=", self.id)],
            "context": {"create": False},
        }

    # === BUSINESS METHODS === #

    def _get_unbilled_decisions(self):
        """Return the decisions whose agreed price no contract has."""
        self.ensure_one()
        return self.decision_ids.filtered(
            lambda row: row._get_round_price() and not row.entry_ids
        ).sorted("id")

    def _find_round_contract(self):
        """Return the contract of this piece's further rounds (as superuser)."""
        self.ensure_one()
        return self.round_contract_id or self.env["client.contract"]._find_for_piece(
            self.client_id, self.company_id, self.type_id
        )

    def _enter_round(self, decision):
        """Enter an agreed round into the client's contract (as superuser).

        Called with the piece locked; the database keeps a second one out as well.
        Without a contract the account manager is told what to do.

        :param client.piece.decision decision: that made the piece go back
        """
        self.ensure_one()
        price = decision._get_round_price()
        if not price or decision.entry_ids:
            return
        contract = self._find_round_contract()
        product = self.type_id.round_product_id or contract.line_ids.product_id[:1]
        if not contract or not product:
            self._ask_for_round_contract(price)
            return
        # who answers for the contract reads it beside the entry
        user = contract.responsible_id
        piece = self.with_context(lang=user.lang or self.env.lang)
        contract._create_round_entry(
            decision,
            product,
            price,
            piece.env._(
                "%(piece)s: further round of changes", piece=piece.display_name
            ),
        )

    def _ask_for_round_contract(self, price):
        """Tell the account manager that an agreed round waits for a contract."""
        manager = self.job_id._get_manager()
        if not manager:
            return
        piece = self.with_context(lang=manager.lang or self.env.lang)
        piece.activity_schedule(
            BILL_ACTIVITY,
            user_id=manager.id,
            summary=piece.env._("Bill the further round of changes"),
            note=piece.env._(
                "The client agreed to pay %(price)s, and there is no running contract "
                "to bill it with: choose one on the piece.",
                price=format_amount(piece.env, price, self.currency_id),
            ),
        )
