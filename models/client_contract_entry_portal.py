"""Entries as the client's people see them on the portal."""

from odoo import api, fields, models

from .client_contract import SCHEDULED_STATES


class ClientContractEntry(models.Model):
    """Knows whether it waits for the client."""

    _inherit = "client.contract.entry"

    is_waiting_for_client = fields.Boolean(
        compute="_compute_is_waiting_for_client",
        help="The client's people can approve it on the portal.",
    )

    @api.depends("approved", "state", "contract_id.entry_approval_required")
    def _compute_is_waiting_for_client(self):
        for entry in self:
            contract = entry.contract_id
            entry.is_waiting_for_client = (
                contract.entry_approval_required
                and contract.state in (*SCHEDULED_STATES, "ended")
                and entry.state == "open"
                and not entry.approved
            )

    def _format_portal_amount(self):
        """Return the amount as the page sends it back with the approval."""
        self.ensure_one()
        return f"{self.amount:.6f}"
