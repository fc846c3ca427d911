"""Contracts of a client."""

from odoo import fields, models

from .account_move_contract import CONTRACT_READERS


class ResPartner(models.Model):
    _inherit = "res.partner"

    client_contract_ids = fields.One2many(
        comodel_name="client.contract",
        inverse_name="client_id",
        string="Contracts",
        groups=CONTRACT_READERS,
    )
    client_contract_count = fields.Integer(
        string="Running contracts",
        compute="_compute_client_contract_count",
        groups=CONTRACT_READERS,
    )

    def _compute_client_contract_count(self):
        counts = dict(
            self.env["client.contract"]._read_group(
                [
                    ("client_id", "in", self.ids),
                    ("state", "not in", ("ended", "cancelled")),
                ],
                ["client_id"],
                ["__count"],
            )
        )
        for partner in self:
            partner.client_contract_count = counts.get(partner, 0)

    def action_view_client_contracts(self):
        """Open this client's contracts in the full, searchable list."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "client_hub.client_contract_action"
        )
        action["domain"] = [("client_id", "=", self.id)]
        action["context"] = {"default_client_id": self.id}
        return action
