"""Life cycle of a contract: sending, approval, running, ending."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from .client_contract import TEXT_FIELDS, TRANSITIONS


class ClientContract(models.Model):
    _inherit = "client.contract"

    # ------------------------------------------------------------------
    # STATES
    # ------------------------------------------------------------------

    def _check_transition(self, target):
        """Refuse a change of state that the table doesn't know.

        :raise UserError: for the whole batch when one contract can't follow
        """
        labels = dict(self._fields["state"]._description_selection(self.env))
        for contract in self:
            if contract.state == target:
                continue
            if contract.state not in TRANSITIONS.get(target, ()):
                raise UserError(
                    self.env._(
                        "%(contract)s is “%(state)s”: it can't become “%(target)s”.",
                        contract=contract.display_name,
                        state=labels[contract.state],
                        target=labels.get(target, target),
                    )
                )

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

    def _raise_closed(self):
        for contract in self:
            raise UserError(
                self.env._("%s is closed: its dates stay.", contract.display_name)
            )

    # ------------------------------------------------------------------
    # ONCHANGE
    # ------------------------------------------------------------------

    @api.onchange("template_id")
    def _onchange_template_id(self):
        if self.template_id:
            self.update(self.template_id._prepare_contract_values(self))

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
        for contract in self:
            contract.write(
                {
                    "state": "approved",
                    "date_approved": date or fields.Date.context_today(self),
                    "approved_contact_id": (contact or contract.contact_id).id,
                    "approval_recorded_by_id": self.env.user.id,
                    "approval_note": note,
                }
            )
        self._sync_schedule()

    def action_activate(self):
        """Start a contract that the client approved.

        :raise UserError: when the client is inactive
        """
        self._check_client_active(self.client_id)
        today = fields.Date.context_today(self)
        for contract in self:
            contract.write(
                {
                    "state": "running",
                    "date_activated": contract.date_activated or today,
                }
            )

    def action_suspend(self):
        """Stop billing for a while: the entries wait until the contract resumes."""
        self.write({"state": "suspended"})

    def action_resume(self):
        """Bill again: the entries of the pause can be billed, skipped or moved."""
        self._check_source("suspended")
        self.write({"state": "running"})
        self._sync_schedule()

    def action_end(self):
        """End contracts on their end date, today when they have none.

        Entries of later periods go; what was earned until then can still be billed.
        """
        today = fields.Date.context_today(self)
        for contract in self:
            contract._check_transition("ended")
            if not contract.date_end or contract.date_end > today:
                contract.date_end = max(today, contract.date_start)
        self._sync_schedule()
        self.write({"state": "ended"})

    def action_cancel(self):
        """Give up contracts that were not started; their open entries go.

        :raise UserError: when something of them was invoiced
        """
        for contract in self:
            # sudo: an invoice that the user can't see counts as well
            if contract.sudo().entry_ids.invoice_line_ids:
                raise UserError(
                    self.env._(
                        "%s has invoices: end it instead.", contract.display_name
                    )
                )
        self.write({"state": "cancelled"})
        self._drop_schedule()

    def action_draft(self):
        """Take contracts back to draft to change them."""
        self.write(
            {"state": "draft", "date_sent": False, "sent_by_id": False},
        )
        self._drop_schedule()

    def action_fill_text(self):
        """Write the contract's text anew from its template."""
        for contract in self.filtered("template_id"):
            contract.body_html = contract.template_id._render_body(contract)

    def action_view_entries(self):
        """Open the contract's entries in their own, searchable list."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "client_hub.client_contract_entry_action"
        )
        action["domain"] = [("contract_id", "=", self.id)]
        action["context"] = {"default_contract_id": self.id}
        return action

    def action_view_invoices(self):
        """Open the invoices and credit notes made from this contract."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.action_move_out_invoice_type"
        )
        action["domain"] = [
            ("move_type", "in", ("out_invoice", "out_refund")),
            ("invoice_line_ids.client_contract_id", "=", self.id),
        ]
        # without the type Odoo's list leaves out the customer and the date
        action["context"] = {"create": False, "default_move_type": "out_invoice"}
        return action

    def _get_fiscal_position(self):
        """Return the fiscal position that Odoo gives an invoice of this contract."""
        company = self.company_id or self.env.company
        positions = self.env["account.fiscal.position"].with_company(company)
        partner = self.partner_invoice_id or self.client_id
        if not partner:
            return positions
        delivery = partner.browse(partner.address_get(["delivery"])["delivery"])
        return positions._get_fiscal_position(partner, delivery=delivery)

    def action_extra_entry(self):
        """Ask for a one-off entry beside the schedule."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Extra entry"),
            "res_model": "client.contract.extra.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_contract_id": self.id},
        }

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _check_source(self, state):
        """Refuse an action that only makes sense in one state."""
        for contract in self:
            if contract.state != state:
                raise UserError(
                    self.env._("%s is in another state.", contract.display_name)
                )

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
        self.filtered(lambda c: c.state == "draft").write(
            {
                "state": "sent",
                "date_sent": fields.Date.context_today(self),
                "sent_by_id": self.env.user.id,
            }
        )

    def message_post(self, **kwargs):
        """Mark a draft as sent once its mail goes out (see ``action_send``)."""
        if self.env.context.get("client_contract_mark_sent"):
            self._set_sent()
        return super().message_post(**kwargs)

    def _fill_from_template(self):
        """Render the template's text into new contracts that have none."""
        for contract in self:
            if contract.template_id and not contract.body_html:
                contract.body_html = contract.template_id._render_body(contract)

    def _get_report_base_filename(self):
        """Return the PDF's file name (used by the portal and the mail)."""
        self.ensure_one()
        number = (self.number or self.env._("Contract")).replace("/", "-")
        return f"{number} {self.name}"

    def _get_recurrence_text(self):
        """Return how often and when it is billed, e.g. ``Monthly, in advance``."""
        self.ensure_one()
        names = {
            ("day", 1): self.env._("Daily"),
            ("week", 1): self.env._("Weekly"),
            ("month", 1): self.env._("Monthly"),
            ("month", 3): self.env._("Quarterly"),
            ("month", 6): self.env._("Half-yearly"),
            ("year", 1): self.env._("Yearly"),
        }
        unit = dict(self._fields["recurring_unit"]._description_selection(self.env))
        text = names.get((self.recurring_unit, self.recurring_interval)) or self.env._(
            "Every %(interval)s %(unit)s",
            interval=self.recurring_interval,
            unit=unit[self.recurring_unit].lower(),
        )
        timing = dict(self._fields["billing_timing"]._description_selection(self.env))
        parts = [text, timing[self.billing_timing].lower()]
        if self.due_day:
            parts.append(self.env._("due on day %s", self.due_day))
        return ", ".join(parts)

    def _mail_get_partners(self, introspect_fields=False):
        """Write to the contact, or to the client when there is none."""
        return {contract.id: contract._get_mail_partner() for contract in self}

    def _get_mail_partner(self):
        """Return who receives the contract's mail."""
        self.ensure_one()
        return self.contact_id or self.client_id
