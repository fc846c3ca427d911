"""Ask for a signature on the portal."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

DEFAULT_DAYS = 14
DEFAULT_REMINDER = 3


class ClientContractSignatureWizard(models.TransientModel):
    """Who shall sign, until when, and how often to remind of it."""

    _name = "client.contract.signature.wizard"
    _inherit = ["client.guard.mixin"]
    _description = "Request a Signature"

    contract_id = fields.Many2one(
        comodel_name="client.contract",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    client_id = fields.Many2one(related="contract_id.client_id")
    signer_id = fields.Many2one(
        comodel_name="res.partner",
        string="Signed by",
        required=True,
        compute="_compute_signer_id",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="cascade",
        domain="[('commercial_partner_id', '=', client_id), "
        "('is_company', '=', False)]",
        help="The person who may sign for the client.",
    )
    signer_email = fields.Char(related="signer_id.email", string="Link goes to")
    date_expiry = fields.Date(
        string="Can be signed until",
        required=True,
        default=lambda self: (
            fields.Date.context_today(self) + timedelta(days=DEFAULT_DAYS)
        ),
    )
    reminder_days = fields.Integer(
        string="Remind every",
        default=DEFAULT_REMINDER,
        help="Days between reminders until it is signed; 0: none.",
    )
    problem = fields.Char(compute="_compute_problem")

    _reminder_positive = models.Constraint(
        "CHECK (reminder_days >= 0)", "The days between reminders can't be negative."
    )

    @api.depends("contract_id")
    def _compute_signer_id(self):
        for wizard in self:
            contract = wizard.contract_id
            people = contract.client_id.child_ids.filtered(
                lambda contact: contact.type == "contact" and contact.email
            )
            wizard.signer_id = contract.contact_id or people[:1]

    @api.depends("signer_id.email", "date_expiry", "reminder_days")
    def _compute_problem(self):
        for wizard in self:
            wizard.problem = wizard._get_problem()

    def action_confirm(self):
        """Send the link; the PDF is made and kept now.

        :raise ValidationError: for what the dialog has warned of
        """
        self.ensure_one()
        if self.problem:
            raise ValidationError(self.problem)
        self.contract_id._request_signature(
            self.signer_id, self.date_expiry, self.reminder_days
        )
        return {"type": "ir.actions.act_window_close"}

    def _get_problem(self):
        """Return why the link can't be sent like this, as a sentence, or False."""
        self.ensure_one()
        if self.signer_id and not self.signer_email:
            return self.env._(
                "%s has no e-mail address: enter it on the contact first.",
                self.signer_id.name,
            )
        if self.date_expiry and self.date_expiry < fields.Date.context_today(self):
            return self.env._(
                "The last day to sign has already passed: choose today or a later day."
            )
        if self.reminder_days < 0:
            return self.env._("The days between reminders can't be negative.")
        return False
