"""Record that a client approved a contract, and keep what it signed on paper."""

import base64

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.uploads import HEAD_SIZE, clean_name


class ClientContractApproveWizard(models.TransientModel):
    """Ask who approved the contract for the client, when, and how.

    Of a contract that is approved already it takes the signed paper only.
    """

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
    is_approved = fields.Boolean(compute="_compute_is_approved")
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
    signed_document = fields.Binary(
        string="Signed contract",
        help="The scan of the signed paper. It is kept with its fingerprint and can't "
        "be replaced afterwards.",
    )
    signed_filename = fields.Char()
    activate = fields.Boolean(
        string="Start it now", default=True, help="Set the contract to running."
    )

    @api.depends("contract_id")
    def _compute_is_approved(self):
        for wizard in self:
            wizard.is_approved = wizard.contract_id.state not in ("draft", "sent")

    @api.depends("contract_id")
    def _compute_contact_id(self):
        for wizard in self:
            contract = wizard.contract_id
            wizard.contact_id = (
                contract.approved_contact_id
                or contract.contact_id
                or contract.client_id
            )

    def action_confirm(self):
        """Approve the contract, keep the signed document, start it when asked.

        :raise ValidationError: for an approval in the future, or a file that isn't
            taken
        """
        self.ensure_one()
        if self.date > fields.Date.context_today(self):
            raise ValidationError(
                self.env._("The approval can't be dated in the future.")
            )
        contract = self.contract_id
        self._check_document()
        if not self.is_approved:
            note = self.note or (self.signed_document and self.env._("Signed on paper"))
            contract.action_approve(self.contact_id, self.date, note)
            if self.activate:
                contract.action_activate()
        if self.signed_document:
            contract._attach_signed(
                self.signed_document,
                clean_name(self.signed_filename),
                self.contact_id,
                self.date,
            )
        return {"type": "ir.actions.act_window_close"}

    def _check_document(self):
        """Refuse what can't be kept as a signed contract."""
        if not self.signed_document:
            if self.is_approved:
                raise ValidationError(self.env._("Choose the file to attach."))
            return
        content = base64.b64decode(self.signed_document)
        sentence = self.env["ir.attachment"]._client_refuse_file(
            clean_name(self.signed_filename), len(content), content[:HEAD_SIZE]
        )
        if sentence:
            raise ValidationError(sentence)
