"""Renegotiations of a client."""

from odoo import fields, models

from .client_renegotiation import READERS


class ResPartner(models.Model):
    """Leads to the renegotiations of the client."""

    _inherit = "res.partner"

    client_renegotiation_ids = fields.One2many(
        comodel_name="client.renegotiation",
        inverse_name="client_id",
        string="Renegotiations",
        groups=READERS,
    )
    client_renegotiation_count = fields.Integer(
        string="Number of renegotiations",
        compute="_compute_client_renegotiation_count",
        groups=READERS,
    )

    def _compute_client_renegotiation_count(self):
        counts = dict(
            self.env["client.renegotiation"]._read_group(
                [("client_id", "in", self.ids), ("state", "!=", "cancelled")],
                ["client_id"],
                ["__count"],
            )
        )
        for partner in self:
            partner.client_renegotiation_count = counts.get(partner, 0)

    def action_view_client_renegotiations(self):
        """Open this client's renegotiations in the full, searchable list."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "client_hub.client_renegotiation_action"
        )
        action["domain"] = [("client_id", "=", self.id)]
        action["context"] = {"default_client_id": self.id}
        return action

    def action_client_renegotiate(self):
        """Begin a renegotiation of all that this client owes late."""
        self.ensure_one()
        row = self.env["client.renegotiation"].create(
            {"client_id": self.commercial_partner_id.id}
        )
        row.action_add_late()
        return row._get_records_action(name=self.env._("Renegotiation"))
