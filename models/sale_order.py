"""Orders and the wall of their client."""

from odoo import api, fields, models


class SaleOrder(models.Model):
    """Stores the client's wall; refuses inactive clients; makes a lead a client."""

    _name = "sale.order"
    _inherit = ["sale.order", "client.guard.mixin", "client.bought.mixin"]
    _guard_references = ()

    client_wall_id = fields.Many2one(
        comodel_name="client.wall",
        related="partner_id.client_wall_id",
        store=True,
        index="btree_not_null",
        groups="base.group_user",
    )

    @api.depends("client_wall_id")
    @api.depends_context("uid")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        self.env["client.wall"]._mask(self)
        return result

    @api.model_create_multi
    def create(self, vals_list):
        """Create, unless the client is inactive."""
        orders = super().create(vals_list)
        orders._check_client_active()
        return orders

    def write(self, vals):
        """Write, unless the order goes to an inactive client."""
        result = super().write(vals)
        if "partner_id" in vals:
            self._check_client_active()
        return result

    def _check_client_active(self):
        clients = self.partner_id.commercial_partner_id
        self.env["client.record"]._check_client_active(clients)

    def action_confirm(self):
        """Confirm, unless the client has become inactive since the quotation.

        :raise UserError: names the inactive client
        """
        self._check_client_active()
        return super().action_confirm()
