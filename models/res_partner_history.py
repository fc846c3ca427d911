"""What the history says of partners, and what people do with it: add, print, check."""

from odoo import fields, models

from ..tools.history_text import readable
from .res_users_history import PORTAL_USER


class ResPartner(models.Model):
    """Contacts that go from one client to another; buttons of the History tab."""

    _inherit = "res.partner"

    _history_owner_fields = frozenset({"is_client", "is_company", "parent_id"})

    def unlink(self):
        """Delete; contacts below lose their company, and so their client."""
        if not self._history_is_on():
            return super().unlink()
        below = self._history_family()[self._name] - self.sudo()
        before, texts = below._history_owners(), below._history_family_texts()
        result = super().unlink()
        self._history_pass(before, texts)
        return result

    def _history_clients(self):
        """Return ``{partner id: client id}``, from one look at whose they are."""
        # sudo: see the mixin
        owners = self.sudo()._history_related_ids("commercial_partner_id")
        entities = self.sudo().browse(dict.fromkeys(filter(None, owners.values())))
        clients = {entity.id for entity in entities if entity.is_client}
        return {key: owner for key, owner in owners.items() if owner in clients}

    def _history_family(self):
        """Return these partners and all below them."""
        # sudo: only whose they are
        partners_sudo = self.sudo().with_context(active_test=False)
        return {self._name: partners_sudo.search([("id", "child_of", self.ids)])}

    def _history_last_values(self):
        """Add whether the contact could sign in to the portal."""
        values = super()._history_last_values()
        users = self.with_context(active_test=False).user_ids
        if users._history_portal_partners():
            values[PORTAL_USER] = readable(self.env._("Yes"), True)
        return values

    def _history_label(self, name):
        """Name the access as well, which is no field of the contact."""
        if name == PORTAL_USER:
            return self.env._("Portal access")
        return super()._history_label(name)

    # ------------------------------------------------------------------
    # ACTION
    # ------------------------------------------------------------------

    def action_client_as_of(self):
        """Choose a day, and see the client as it was then."""
        self.ensure_one()
        client = self.commercial_partner_id
        as_of = self.env["client.as.of"].create({"client_id": client.id})
        # a month ago, or the client's first day
        if begins := self.env["client.history"]._as_of_begins(client):
            first = fields.Datetime.context_timestamp(self, begins).date()
            as_of.date = max(as_of.date, first)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("As of a date"),
            "res_model": as_of._name,
            "res_id": as_of.id,
            "views": [(False, "form")],
            "target": "current",
        }

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
