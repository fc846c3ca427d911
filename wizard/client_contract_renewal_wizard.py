"""Record what the client answered to the offer of a renewal."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ClientContractRenewalWizard(models.TransientModel):
    """Ask whether the renewal was accepted, by whom and until when."""

    _name = "client.contract.renewal.wizard"
    _inherit = ["client.guard.mixin"]
    _description = "Answer to a Renewal"

    contract_id = fields.Many2one(
        comodel_name="client.contract",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    client_id = fields.Many2one(related="contract_id.client_id")
    date_end_before = fields.Date(related="contract_id.date_end", string="Ends now on")
    answer = fields.Selection(
        selection=[("accepted", "Accepted"), ("refused", "Refused")],
        required=True,
        default="accepted",
    )
    contact_id = fields.Many2one(
        comodel_name="res.partner",
        string="Answered by",
        compute="_compute_contact_id",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="cascade",
        domain="[('commercial_partner_id', '=', client_id)]",
    )
    date = fields.Date(
        string="Answered on", required=True, default=fields.Date.context_today
    )
    date_end = fields.Date(
        string="Renewed until",
        compute="_compute_date_end",
        store=True,
        readonly=False,
        precompute=True,
    )
    note = fields.Char()

    @api.depends("contract_id")
    def _compute_contact_id(self):
        for wizard in self:
            contract = wizard.contract_id
            wizard.contact_id = contract.contact_id or contract.client_id

    @api.depends("contract_id")
    def _compute_date_end(self):
        for wizard in self:
            wizard.date_end = wizard.contract_id.renewal_next_end

    def action_confirm(self):
        """Renew the contract, or let it end.

        :raise ValidationError: for an answer in the future
        """
        self.ensure_one()
        if self.date > fields.Date.context_today(self):
            raise ValidationError(
                self.env._("The answer can't be dated in the future.")
            )
        self.contract_id._answer_renewal(
            self.answer == "accepted",
            contact=self.contact_id,
            date=self.date,
            note=self.note,
            end=self.date_end,
        )
        return {"type": "ir.actions.act_window_close"}
