"""Stages that the agency defines to organise its clients."""

from odoo import fields, models


class ClientSubstatus(models.Model):
    """A stage of a client, within active or inactive."""

    _name = "client.substatus"
    _description = "Client stage"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    color = fields.Integer()
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        index=True,
        ondelete="cascade",
        help="Empty: for all companies.",
    )
