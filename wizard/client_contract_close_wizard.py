"""Suspend, end, cancel or reopen a contract, and say why."""

from odoo import api, fields, models
from odoo.tools import format_date, formatLang

from ..models.client_contract_entry_term import DUE_STATES


class ClientContractCloseWizard(models.TransientModel):
    """Ask for the reason, show what becomes of the entries."""

    _name = "client.contract.close.wizard"
    _inherit = ["client.guard.mixin"]
    _description = "Suspend or Close a Contract"

    contract_id = fields.Many2one(
        comodel_name="client.contract",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    action = fields.Selection(
        selection=[
            ("suspend", "Suspend"),
            ("end", "End"),
            ("cancel", "Cancel"),
            ("reopen", "Reopen"),
        ],
        required=True,
        readonly=True,
    )
    date_end = fields.Date(
        string="Last day",
        compute="_compute_date_end",
        store=True,
        readonly=False,
        precompute=True,
    )
    reason = fields.Char()
    credit_unused = fields.Boolean(
        string="Credit the unused days",
        compute="_compute_credit_unused",
        store=True,
        readonly=False,
        precompute=True,
        help="What was billed for days after the last one becomes an entry below zero, "
        "to be billed with the others or as a credit note.",
    )
    amount_unused = fields.Monetary(compute="_compute_amount_unused")
    currency_id = fields.Many2one(related="contract_id.currency_id")
    consequence = fields.Text(compute="_compute_consequence")

    @api.depends("contract_id", "action")
    def _compute_date_end(self):
        today = fields.Date.context_today(self)
        for wizard in self:
            contract = wizard.contract_id
            last = False
            if wizard.action == "end" and contract:
                last = contract.date_end
                if not last or last > today:
                    last = max(today, contract.date_start)
            wizard.date_end = last

    @api.depends("contract_id")
    def _compute_credit_unused(self):
        for wizard in self:
            wizard.credit_unused = wizard.contract_id.credit_unused

    @api.depends("contract_id", "action", "date_end")
    def _compute_amount_unused(self):
        for wizard in self:
            amount = 0.0
            if wizard.action == "end" and wizard.contract_id and wizard.date_end:
                amount = -wizard.contract_id._preview_unused(wizard.date_end)
            wizard.amount_unused = amount

    @api.depends("contract_id", "action", "date_end", "credit_unused")
    @api.depends_context("lang")
    def _compute_consequence(self):
        texts = {
            "suspend": self.env._(
                "Nothing of this contract can be billed while it is suspended. Its "
                "entries wait until you resume it."
            ),
            "cancel": self.env._("Its entries are removed."),
            "reopen": self.env._(
                "The contract runs again, and its entries until the new end appear. "
                "Without a last day it has no end. What its end gave back is billed "
                "again."
            ),
        }
        for wizard in self:
            if wizard.action == "end":
                wizard.consequence = wizard._get_end_text()
            else:
                wizard.consequence = texts.get(wizard.action)

    def _get_end_text(self):
        """Return what becomes of the entries when the contract ends on that day."""
        contract = self.contract_id
        if not contract or not self.date_end:
            return False
        entries = contract._get_entries_after(self.date_end)
        due = entries.filtered(lambda entry: entry.state in DUE_STATES)
        # those of an agreement go with their dates
        extra = due.filtered(
            lambda entry: entry.kind in ("extra", "overage") and not entry.overlay_id
        )
        billed = entries.filtered(lambda entry: entry.state in ("drafted", "billed"))
        day = format_date(self.env, self.date_end)
        texts = []
        if self.date_end > fields.Date.context_today(self):
            texts.append(self.env._("It runs until %s and then ends by itself.", day))
        if removed := len(due - extra):
            texts.append(
                self.env._(
                    "Entries after %(day)s that are removed: %(count)s.",
                    count=removed,
                    day=day,
                )
            )
        if extra:
            texts.append(
                self.env._("Extra entries that stay, as they are owed: %s.", len(extra))
            )
        if self.amount_unused:
            texts.append(self._get_unused_text(day))
        elif billed:
            texts.append(
                self.env._(
                    "%(count)s entries after %(day)s are on invoices: credit or "
                    "delete those that are not owed.",
                    count=len(billed),
                    day=day,
                )
            )
        return "\n".join(texts) or self.env._("What was earned can still be billed.")

    def _get_unused_text(self, day):
        """Return what becomes of the days after the end that are billed already."""
        amount = formatLang(self.env, self.amount_unused, currency_obj=self.currency_id)
        if not self.credit_unused:
            return self.env._(
                "%(amount)s was billed for days after %(day)s, and stays billed.",
                amount=amount,
                day=day,
            )
        return self.env._(
            "%(amount)s before taxes was billed for days after %(day)s: it is given "
            "back, by entries below zero that are to be billed next.",
            amount=amount,
            day=day,
        )

    def action_confirm(self):
        """Do it; who, when and why stay on the contract.

        :raise UserError: as the state table and the dates have it
        """
        self.ensure_one()
        contract = self.contract_id
        contract.check_access("write")
        if self.action == "suspend":
            contract.action_suspend(self.reason)
        elif self.action == "cancel":
            contract.action_cancel(self.reason)
        elif self.action == "reopen":
            contract.action_reopen(self.date_end)
        elif self.date_end and self.date_end > fields.Date.context_today(self):
            contract.action_end_later(self.date_end, self.reason, self.credit_unused)
        else:
            contract.action_end(self.date_end, self.reason, self.credit_unused)
        return {"type": "ir.actions.act_window_close"}
