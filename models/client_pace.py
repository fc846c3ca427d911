from datetime import timedelta

from odoo import api, fields, models
from odoo.http import request
from odoo.tools import SQL

WINDOW = timedelta(minutes=1)


class ClientPace(models.Model):
    """How often a visitor of the portal did something within a minute.

    Kept in the database, since each process and host has a memory of its own.
    """

    _name = "client.pace"
    _description = "Pace of a Visitor"
    _rec_name = "key"

    key = fields.Char(required=True, readonly=True)
    since = fields.Datetime(required=True, readonly=True)
    count = fields.Integer(required=True, readonly=True)

    _key_unique = models.UniqueIndex("(key)")

    @api.model
    @api.private
    def _is_too_often(self, what, visitor, limit):
        """Count once more, and tell whether it is more than the limit per minute.

        :param str what: is done
        :param visitor: who does it: an address, or the id of a contact
        :param int limit: how often within a minute
        """
        now = fields.Datetime.now()
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO client_pace AS pace (key, since, count)
                VALUES (%(key)s, %(now)s, 1)
                ON CONFLICT (key) DO UPDATE
                   SET count = CASE WHEN pace.since > %(start)s
                                    THEN pace.count + 1 ELSE 1 END,
                       since = CASE WHEN pace.since > %(start)s
                                    THEN pace.since ELSE %(now)s END
             RETURNING count
                """,
                key=f"{what}:{visitor}",
                now=now,
                start=now - WINDOW,
            )
        )
        return rows[0][0] > limit

    @api.model
    @api.private
    def _get_visitor(self):
        """Return whom to count: a contact with a login by his id, a guest by his
        address, since all guests are one user."""
        user = self.env.user
        if user._is_public() and request:
            return request.httprequest.remote_addr
        return user.partner_id.id

    @api.autovacuum
    def _gc_pace(self):
        """Forget those who stopped."""
        self.search([("since", "<", fields.Datetime.now() - WINDOW)]).unlink()
