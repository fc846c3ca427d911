"""Models whose assignments let people see a restricted client."""

from odoo import api, models


class ClientWallSource(models.AbstractModel):
    """Keeps the wall in line with the people assigned to a record.

    A model that inherits this sets ``_wall_reason`` (a reason of
    ``client.wall.member``), ``_wall_fields`` (names of the fields that assign) and
    implements :meth:`_wall_users`; the client is taken from ``client_id`` or from
    :meth:`_wall_clients`.
    """

    _name = "client.wall.source"
    _description = "Assignment that opens a restricted client"

    _wall_reason = None
    _wall_fields = frozenset()

    @api.model_create_multi
    def create(self, vals_list):
        """Create, then open the wall to those who were assigned."""
        records = super().create(vals_list)
        if any(self._wall_fields & vals.keys() for vals in vals_list) or any(
            field in self._fields and self._fields[field].default
            for field in self._wall_fields
        ):
            records._wall_sync(records._wall_restricted_clients())
        return records

    def write(self, vals):
        """Write, then let the wall follow, in the same transaction."""
        if not self._wall_fields & vals.keys():
            return super().write(vals)
        clients = self._wall_restricted_clients()
        result = super().write(vals)
        self._wall_sync(clients | self._wall_restricted_clients())
        return result

    def unlink(self):
        """Delete, then close the wall to those who had no other reason."""
        clients = self._wall_restricted_clients()
        result = super().unlink()
        self._wall_sync(clients)
        return result

    def _wall_users(self):
        """Return the ``res.users`` that this record gives a reason to; hook."""
        return self.env["res.users"]

    def _wall_clients(self):
        """Return the clients (``res.partner``) of these records; hook."""
        return self["client_id"]

    @api.model
    def _wall_domain(self, clients):
        """Return the domain of the records of ``clients`` that count; hook."""
        return [("client_id", "in", clients.ids)]

    @api.model
    def _wall_rows(self, clients):
        """Yield ``(client id, user id, record id)`` for internal users."""
        for record in self.search(self._wall_domain(clients)):
            for user in record._wall_users():
                if not user.share:
                    yield record._wall_clients().id, user.id, record.id

    def _wall_restricted_clients(self):
        # sudo: only the flag and the id are used
        clients = self.sudo()._wall_clients().commercial_partner_id
        return clients.filtered("client_restricted")

    @api.model
    def _wall_sync(self, clients):
        if clients:
            self.env["client.wall"]._sync(clients)
