from odoo import api, fields, models


class ClientPieceDecide(models.TransientModel):
    """Records a decision that the client gave by phone, mail or in a meeting."""

    _name = "client.piece.decide"
    _inherit = ["client.guard.mixin"]
    _description = "Record Client Decision"

    piece_id = fields.Many2one(
        comodel_name="client.piece", required=True, ondelete="cascade"
    )
    client_id = fields.Many2one(related="piece_id.client_id")
    version_id = fields.Many2one(
        comodel_name="client.piece.version", required=True, ondelete="cascade"
    )
    contact_id = fields.Many2one(
        comodel_name="res.partner",
        string="Decided by",
        required=True,
        domain="""[
            ('commercial_partner_id', '=', client_id), ('is_company', '=', False)
        ]""",
        ondelete="cascade",
    )
    decision = fields.Selection(
        selection=lambda self: self._selection_decision(), required=True
    )
    comment = fields.Text()
    currency_id = fields.Many2one(related="piece_id.currency_id")
    extra_price = fields.Monetary(compute="_compute_extra_price")
    is_price_agreed = fields.Boolean(string="The client agreed to pay this round")

    @api.model
    def _selection_decision(self):
        decision = self.env["client.piece.decision"]._fields["decision"]
        return decision._description_selection(self.env)

    # === COMPUTE METHODS === #

    @api.depends("piece_id", "decision")
    def _compute_extra_price(self):
        for wizard in self:
            is_round = wizard.decision == "changes"
            wizard.extra_price = is_round and wizard.piece_id._get_extra_price()

    # === ACTION METHODS === #

    def action_apply(self):
        """Record the decision as the client's."""
        self.ensure_one()
        self.piece_id.check_access("write")
        self.piece_id.with_context(client_decision_channel="staff")._portal_decide(
            self.version_id,
            self.contact_id,
            self.decision,
            self.comment,
            agreed_price=self.extra_price if self.is_price_agreed else None,
        )
