"""From when until when a client was restricted."""

from odoo import fields, models


class ClientWallPeriod(models.Model):
    """One stretch of time in which the client was restricted; kept for good.

    Outside of them everybody could see the client, so that the rows of who could are
    only half of the answer.
    """

    _name = "client.wall.period"
    _description = "Time in which a client was restricted"
    _order = "since desc, id desc"
    _rec_name = "wall_id"

    wall_id = fields.Many2one(
        comodel_name="client.wall", required=True, index=True, ondelete="cascade"
    )
    since = fields.Datetime(
        required=True, readonly=True, default=lambda self: fields.Datetime.now()
    )
    until = fields.Datetime(readonly=True)

    _period = models.Constraint(
        "CHECK (until IS NULL OR until >= since)",
        "A period can't end before it begins.",
    )
