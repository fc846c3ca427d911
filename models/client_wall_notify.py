"""Nobody outside is told of what happens behind a wall."""

from odoo import api, models


class MailThread(models.AbstractModel):
    """Notifies only those employees who see the client."""

    _inherit = "mail.thread"

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        """Leave out employees who follow or are named, but do not see the client."""
        recipients = super()._notify_get_recipients(message, msg_vals, **kwargs)
        wall = self.env["client.wall"]
        if not recipients or not self or not wall._has_walls():
            return recipients
        return wall._drop_outsiders(self, recipients)


class ClientWall(models.Model):
    """Tells who among the recipients of a message is outside."""

    _inherit = "client.wall"

    @api.model
    def _drop_outsiders(self, record, recipients):
        """Return the recipients without employees outside the record's walls.

        :param record: the document that the message is about
        :param list recipients: as ``mail.thread._notify_get_recipients`` returns them
        :rtype: list
        """
        walls = self._walls_behind(record)
        if not walls:
            return recipients
        # whoever is told of an assignment or an activity is let in by it, right now
        walls._sync_assigned(record)
        employees = {
            row["uid"] for row in recipients if row.get("uid") and not row.get("ushare")
        }
        outside = set()
        for wall in walls:
            users = self.env["res.users"].browse(employees)
            if users:
                rows = self.env.execute_query(wall._outside_sql(users))
                outside |= {row[0] for row in rows}
        return [row for row in recipients if row.get("uid") not in outside]

    def _sync_assigned(self, record):
        """Let in who is assigned to one record, before he is told of it."""
        self.env["res.users"].flush_model(["active", "share", "partner_id"])
        if hasattr(record, "_wall_people"):
            record._wall_sync_members()
        if record._name in self._activity_models():
            self._sync_members(("activity", record._name, record.ids))

    @api.model
    def _walls_behind(self, record):
        """Return the active walls that a record is behind, as superuser.

        :param record: a record of any model with a path to a client
        """
        # sudo: finds out which walls; nothing of the records is handed on
        record_sudo = record.sudo()
        walls = self.sudo().browse()
        for kind, name, *rest in self._guard_paths(record._name):
            if kind == "wall":
                return record_sudo.client_wall_id.filtered("active")
            if kind == "reference":
                for row in record_sudo:
                    if row[name] and row[rest[0]] in self._reference_models():
                        document = self.env[row[rest[0]]].browse(row[name])
                        walls |= self._walls_behind(document.exists())
            elif record_sudo[name]:
                walls |= self._walls_behind(record_sudo[name])
        return walls
