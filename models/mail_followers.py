"""Following a restricted client is a reason to see it."""

from odoo import api, models


class MailFollowers(models.Model):
    """Keeps the wall in line with who follows the client."""

    _inherit = "mail.followers"

    @api.model_create_multi
    def create(self, vals_list):
        """Create, then let the clients' walls follow."""
        followers = super().create(vals_list)
        followers._sync_client_walls()
        return followers

    def unlink(self):
        """Delete, then let the clients' walls follow."""
        clients = self._restricted_clients()
        result = super().unlink()
        if clients:
            self.env["client.wall"]._sync(clients)
        return result

    def _restricted_clients(self):
        # sudo: only the flag and the id of the followed partners are used
        followed = self.sudo().filtered(lambda row: row.res_model == "res.partner")
        partners = self.env["res.partner"].sudo().browse(followed.mapped("res_id"))
        return partners.exists().filtered("client_restricted")

    def _sync_client_walls(self):
        clients = self._restricted_clients()
        if clients:
            self.env["client.wall"]._sync(clients)
