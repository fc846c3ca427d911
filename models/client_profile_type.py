"""Kinds of client profile that the agency defines."""

from odoo import fields, models


class ClientProfileType(models.Model):
    """A kind of client: retail, public sector, start-up…"""

    _name = "client.profile.type"
    _description = "Client profile type"
    _order = "sequence, name"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        index=True,
        ondelete="cascade",
        help="Empty: for all companies.",
    )
