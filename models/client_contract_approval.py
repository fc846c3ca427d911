"""What was sent to the client, and who approved it when."""

from odoo import fields, models
from odoo.exceptions import UserError

# what the client reads and agrees to: fixed once it left the draft
TEXT_FIELDS = ("body_html",)


class ClientContract(models.Model):
    _inherit = "client.contract"

    date_sent = fields.Date(string="Sent on", readonly=True, copy=False)
    sent_by_id = fields.Many2one(
        comodel_name="res.users",
        string="Sent by",
        readonly=True,
        copy=False,
        ondelete="set null",
        groups="base.group_user",
    )
    date_approved = fields.Date(string="Approved on", readonly=True, copy=False)
    approved_contact_id = fields.Many2one(
        comodel_name="res.partner",
        string="Approved by",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="The client's person who approved the contract.",
    )
    approval_recorded_by_id = fields.Many2one(
        comodel_name="res.users",
        string="Approval recorded by",
        readonly=True,
        copy=False,
        ondelete="set null",
        groups="base.group_user",
    )
    approval_note = fields.Char(
        string="Approval note",
        readonly=True,
        copy=False,
        groups="base.group_user",
    )
    date_activated = fields.Date(string="Running since", readonly=True, copy=False)

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    def write(self, vals):
        """Write; the text that was sent stays as it is."""
        if any(field in vals for field in TEXT_FIELDS):
            self._check_text_open(vals)
        return super().write(vals)

    def _check_text_open(self, vals):
        """The text that was sent or approved stays as it is."""
        for contract in self:
            if contract.state == "draft" or vals.get("state") == "draft":
                continue
            if any(
                (contract[f] or "") != (vals[f] or "") for f in TEXT_FIELDS if f in vals
            ):
                raise UserError(
                    self.env._(
                        "The text of %s was sent to the client and can't change: set "
                        "the contract back to draft first.",
                        contract.display_name,
                    )
                )

    # ------------------------------------------------------------------
    # ACTION
    # ------------------------------------------------------------------

    def action_send(self):
        """Open the e-mail composer with the contract as PDF; sending marks it sent."""
        self.ensure_one()
        self._check_ready_to_send()
        template = self.env.ref(
            "client_hub.mail_template_client_contract", raise_if_not_found=False
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send contract"),
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_model": "client.contract",
                "default_res_ids": self.ids,
                "default_composition_mode": "comment",
                "default_template_id": template.id if template else False,
                "default_email_layout_xmlid": "mail.mail_notification_layout_with_"
                "responsible_signature",
                "client_contract_mark_sent": True,
                "force_email": True,
            },
        }

    def action_mark_sent(self):
        """Mark as sent a contract that went another way (paper, own mail)."""
        self._check_ready_to_send()
        self._set_sent()

    def action_open_approval(self):
        """Ask who approved the contract for the client, and when."""
        self.ensure_one()
        self._check_transition("approved")
        self._check_ready_to_send()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Approved by the client"),
            "res_model": "client.contract.approve.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_contract_id": self.id},
        }

    def action_approve(self, contact=None, date=None, note=None):
        """Mark contracts as approved by the client; their schedule appears.

        :param contact: res.partner who approved, the contract's contact by default
        :param date: day of the approval, today by default
        :param str note: how it was approved
        :raise UserError: when the contract has no line or can't be approved now
        """
        self._check_ready_to_send()
        self.write({"state": "approved"})
        # sudo: system fields; the approval was allowed on the line above
        facts_sudo = self.sudo()
        if contact:
            facts_sudo.approved_contact_id = contact
        if date:
            facts_sudo.date_approved = date
        if note:
            facts_sudo.approval_note = note
        self._sync_schedule()

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _check_ready_to_send(self):
        """A contract without a line has nothing to agree on."""
        for contract in self:
            if not contract.line_ids:
                raise UserError(
                    self.env._(
                        "Add at least one line to %s first.", contract.display_name
                    )
                )

    def _set_sent(self):
        """Record that drafts went to the client; others keep their state."""
        self.filtered(lambda c: c.state == "draft").write({"state": "sent"})

    def _on_sent(self):
        """Keep who sent the contract when."""
        # sudo: system fields; the state was checked
        self.sudo().write(
            {
                "date_sent": fields.Date.context_today(self),
                "sent_by_id": self.env.user.id,
            }
        )

    def _on_approved(self):
        """Keep who recorded the approval when; the client's contact gave it."""
        for contract in self:
            # sudo: as above
            contract.sudo().write(
                {
                    "date_approved": fields.Date.context_today(self),
                    "approved_contact_id": contract.contact_id.id,
                    "approval_recorded_by_id": self.env.user.id,
                    "approval_note": False,
                }
            )

    def _on_draft(self):
        """Forget who sent and approved what is written anew."""
        # sudo: as above
        self.sudo().write(
            {
                "date_sent": False,
                "sent_by_id": False,
                "date_approved": False,
                "approved_contact_id": False,
                "approval_recorded_by_id": False,
                "approval_note": False,
            }
        )

    def message_post(self, **kwargs):
        """Mark a draft as sent once its mail goes out (see ``action_send``)."""
        if self.env.context.get("client_contract_mark_sent"):
            self._set_sent()
        return super().message_post(**kwargs)

    def _mail_get_partners(self, introspect_fields=False):
        """Write to the contact, or to the client when there is none."""
        return {contract.id: contract._get_mail_partner() for contract in self}

    def _get_mail_partner(self):
        """Return who receives the contract's mail."""
        self.ensure_one()
        return self.contact_id or self.client_id
