"""Where each chain of the history ends."""

from odoo import fields, models

from .client_history import LooseMany2one


class ClientHistoryHead(models.Model):
    """The end of a chain; its lock keeps the chain free of forks.

    PostgreSQL moves it along with each row (see ``client_history_trigger``).  The seal
    is made by the server with a key that the database doesn't have: whoever only gets
    at the database can't take rows from the end, or write a chain anew, unseen.
    """

    _name = "client.history.head"
    _description = "End of a client's history"
    _log_access = False

    chain_id = fields.Integer(
        required=True, help="Number of the client that the chain was begun for."
    )
    client_id = LooseMany2one(
        comodel_name="res.partner",
        required=True,
        index=True,
        help="Whose the rows are now.",
    )
    sequence = fields.Integer(required=True)
    hash = fields.Char()
    seal = fields.Char(groups="base.group_system")
    seal_key = fields.Char(groups="base.group_system")

    _chain = models.UniqueIndex("(chain_id)", "A chain has one end.")
