"""Invoices made from contract entries."""

from odoo import api, fields, models
from odoo.exceptions import UserError

CONTRACT_READERS = (
    "account.group_account_invoice,account.group_account_readonly,"
    "client_hub.group_account_manager"
)


class AccountMove(models.Model):
    _inherit = "account.move"

    client_billing_run_id = fields.Many2one(
        comodel_name="client.billing.run",
        string="Billing run",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        groups="base.group_user",
    )
    client_contract_id = fields.Many2one(
        comodel_name="client.contract",
        string="Client contract",
        compute="_compute_client_contract_id",
        store=True,
        index="btree_not_null",
        ondelete="set null",
        groups="base.group_user",
        help="The contract billed; the first one when an invoice bills several.",
    )
    client_contract_count = fields.Integer(
        string="Contracts",
        compute="_compute_client_contract_count",
        groups=CONTRACT_READERS,
    )
    client_no_rebill = fields.Boolean(
        string="Contract entries are not billed again",
        copy=False,
        groups="base.group_user",
        help="On a credit note: the contract entries that it credits in full stay "
        "credited instead of going back to pre-billing.",
    )

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("invoice_line_ids.client_contract_id")
    def _compute_client_contract_id(self):
        for move in self:
            move.client_contract_id = move.invoice_line_ids.client_contract_id[:1]

    def _compute_client_contract_count(self):
        for move in self:
            move.client_contract_count = len(move.invoice_line_ids.client_contract_id)

    # ------------------------------------------------------------------
    # ACTION
    # ------------------------------------------------------------------

    def action_view_client_contracts(self):
        """Open the contracts that this invoice bills."""
        self.ensure_one()
        contracts = self.invoice_line_ids.client_contract_id
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "client_hub.client_contract_action"
        )
        action["context"] = {"create": False}
        if len(contracts) == 1:
            action["views"] = [(False, "form")]
            action["res_id"] = contracts.id
        else:
            action["domain"] = [("id", "in", contracts.ids)]
        return action

    def action_view_client_entries(self):
        """Open the contract entries that this invoice bills, or credits.

        Each of them says why its amount is what it is.
        """
        self.ensure_one()
        entries = self.invoice_line_ids.client_entry_id
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "client_hub.client_contract_entry_action"
        )
        action["context"] = {"create": False}
        action["domain"] = [("id", "in", entries.ids)]
        return action

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _post(self, soft=True):
        """Refuse to bill an entry that another posted invoice bills already."""
        self._check_client_entries_once()
        return super()._post(soft)

    def _check_client_entries_once(self):
        """Check that posting bills no contract entry twice.

        It happens when an invoice is cancelled, its entry billed again, and the
        first invoice then confirmed after all.

        :raise UserError: naming the entry and the invoice that bills it
        """
        # sudo: another invoice counts also when this user can't see it
        lines = self.sudo().invoice_line_ids.filtered(
            lambda line: (
                line.client_entry_id.state == "billed" and not line._takes_entry_back()
            )
        )
        for entry in lines.client_entry_id:
            live = entry._get_live_lines().filtered(
                lambda line: line.parent_state == "posted"
            )
            if others := live.move_id - self:
                raise UserError(
                    self.env._(
                        "%(entry)s is already billed by %(invoice)s: credit that "
                        "invoice first, or remove the line here.",
                        entry=entry.display_name,
                        invoice=", ".join(others.mapped("name")),
                    )
                )
