"""The history of a contract: shown, printed, and added to by people."""

from odoo import fields, models


class ClientContract(models.Model):
    """Shows and prints its history; people add their own entries."""

    _inherit = "client.contract"

    history_note_ids = fields.One2many(
        comodel_name="client.history.note",
        inverse_name="contract_id",
        string="Manual history entries",
        groups="client_hub.group_account_manager,account.group_account_invoice,"
        "account.group_account_readonly",
    )

    def action_add_history_note(self):
        """Write an entry of one's own into the contract's history."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Add to the history"),
            "res_model": "client.history.note",
            "views": [(False, "form")],
            "context": {"default_contract_id": self.id},
        }

    def action_view_history_notes(self):
        """Open the manual entries of this contract, one by one."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "client_hub.client_history_note_action"
        )
        action["domain"] = [("contract_id", "=", self.id)]
        action["context"] = {"default_contract_id": self.id}
        return action

    def action_print_history(self):
        """Print the contract's whole history.

        :raise AccessError: when the user may not read the contract
        """
        self.ensure_one()
        self.check_access("read")
        report = self.env.ref("client_hub.action_report_client_history")
        return report.report_action(
            self.client_id,
            data={"client_ids": self.client_id.ids, "contract_id": self.id},
        )
