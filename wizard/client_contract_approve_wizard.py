"""Record that a client approved a contract."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ClientContractApproveWizard(models.TransientModel):
    """Ask who approved the contract for the client, when, and how."""

    _name = "client.contract.approve.wizard"
    _inherit = ["client.guard.mixin"]
    _description = "Contract Approved by the Client"

    contract_id = fields.Many2one(
        comodel_name="client.contract",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    client_id = fields.Many2one(related="contract_id.client_id")
    contact_id = fields.Many2one(
        comodel_name="res.partner",
        string="Approved by",
        required=True,
        compute="_compute_contact_id",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="cascade",
        domain="[('commercial_partner_id', '=', client_id)]",
    )
    date = fields.Date(
        string="Approved on", required=True, default=fields.Date.context_today
    )
    note = fields.Char(string="How", help="E.g. by e-mail, by phone, signed on paper.")
    signed_document = fields.Binary(string="Signed contract")
    signed_filename = fields.Char()
    activate = fields.Boolean(
        string="Start it now", default=True, help="Set the contract to running."
    )

    @api.depends("contract_id")
    def _compute_contact_id(self):
        for wizard in self:
            contract = wizard.contract_id
            wizard.contact_id = contract.contact_id or contract.client_id

    def action_confirm(self):
        """Approve the contract, keep the signed document, start it when asked.

        :raise ValidationError: for an approval in the future
        """
        self.ensure_one()
        if self.date > fields.Date.context_today(self):
            raise ValidationError(
                self.env._("The approval can't be dated in the future.")
            )
        contract = self.contract_id
        contract.action_approve(self.contact_id, self.date, self.note)
        if self.signed_document:
            contract.write(
                {
                    "signed_document": self.signed_document,
                    "signed_filename": self.signed_filename,
                }
            )
        if self.activate:
            contract.action_activate()
        return {"type": "ir.actions.act_window_close"}
