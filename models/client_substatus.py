"""Stages that the agency defines to organise its clients."""

from odoo import fields, models


class ClientSubstatus(models.Model):
    """A stage of a client, within active or inactive."""

    _name = "client.substatus"
    _inherit = "client.choice.mixin"
    _description = "Client stage"
    _order = "sequence, id"

    color = fields.Integer()
