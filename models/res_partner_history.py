"""What people do with a client's history: add, print, check."""

from odoo import models


class ResPartner(models.Model):
    """Buttons of the History tab."""

    _inherit = "res.partner"

    def action_add_history_note(self):
        """Write an entry of one's own into the client's history."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Add to the history"),
            "res_model": "client.history.note",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_client_id": self.commercial_partner_id.id},
        }

    def action_view_history_notes(self):
        """Open the manual entries of this client, one by one."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "client_hub.client_history_note_action"
        )
        client = self.commercial_partner_id
        action["domain"] = [("client_id", "=", client.id)]
        action["context"] = {"default_client_id": client.id}
        return action

    def action_print_history(self):
        """Choose period, contract and kind, then print the history."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "client_hub.client_report_wizard_action"
        )
        action["name"] = self.env._("Print the history")
        action["context"] = {
            "default_report": "history",
            "default_client_ids": self.commercial_partner_id.ids,
        }
        return action

    def action_check_history(self):
        """Check that the history is as it was written, and show the result."""
        self.ensure_one()
        check = self.env["client.history.check"].create(
            {"client_id": self.commercial_partner_id.id}
        )
        return check.action_check()

    def action_erase_history(self):
        """Erase what the history says of a person."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "client_hub.client_history_erasure_action"
        )
        action["context"] = {"default_client_id": self.commercial_partner_id.id}
        return action
