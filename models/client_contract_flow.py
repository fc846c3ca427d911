"""Life cycle of a contract: running, pausing, ending."""

from odoo import api, fields, models
from odoo.exceptions import UserError


class ClientContract(models.Model):
    _inherit = "client.contract"

    # ------------------------------------------------------------------
    # STATES
    # ------------------------------------------------------------------

    def _raise_closed(self):
        for contract in self:
            raise UserError(
                self.env._("%s is closed: its dates stay.", contract.display_name)
            )

    def _check_transition(self, target):
        """Refuse to start, or to go on with, a contract of an inactive client."""
        result = super()._check_transition(target)
        if target == "running":
            self._check_client_active(self.client_id)
        return result

    def _on_running(self):
        """Keep the day on which the contract began to run."""
        # sudo: a system field; the state was checked
        for contract_sudo in self.sudo():
            if not contract_sudo.date_activated:
                contract_sudo.date_activated = fields.Date.context_today(self)

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

    def action_activate(self):
        """Start a contract that the client approved.

        :raise UserError: when the client is inactive
        """
        self.write({"state": "running"})

    def action_resume(self):
        """Bill again: the entries of the pause can be billed, skipped or moved."""
        self._check_source("suspended")
        self.write({"state": "running"})
        self._sync_schedule()

    def action_draft(self):
        """Take contracts back to draft to change them."""
        self.write({"state": "draft"})
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
        # many contracts read their addresses in one query, not in one each
        delivery = delivery.with_prefetch(partner._prefetch_ids)
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
        if due := self._get_due_text():
            parts.append(due)
        return ", ".join(parts)
