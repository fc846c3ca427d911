"""Following a restricted client is a reason to see it."""

from odoo import api, models

CLIENT_MODEL = "res.partner"


class MailFollowers(models.Model):
    """Keeps the wall in line with who follows the client."""

    _inherit = "mail.followers"

    @api.model_create_multi
    def create(self, vals_list):
        """Create, then let the clients' walls follow."""
        followers = super().create(vals_list)
        self.env["client.wall"]._sync(followers._followed_clients())
        return followers

    def write(self, vals):
        """Write, then let the clients' walls follow."""
        clients = self._followed_clients()
        result = super().write(vals)
        self.env["client.wall"]._sync(clients | self._followed_clients())
        return result

    def unlink(self):
        """Delete, then let the clients' walls follow."""
        clients = self._followed_clients()
        result = super().unlink()
        self.env["client.wall"]._sync(clients)
        return result

    def _followed_clients(self):
        """Return the restricted clients among what is followed, as superuser."""
        # sudo: only the flag and the id of the followed partners are used
        partners = self.env[CLIENT_MODEL].sudo()
        if not self.env["client.wall"]._has_walls():
            return partners
        followed = self.sudo().filtered(lambda row: row.res_model == CLIENT_MODEL)
        partners = partners.browse(followed.mapped("res_id"))
        return partners.exists().filtered("client_restricted")
