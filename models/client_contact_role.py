"""Roles of a client's people that the agency defines."""

from odoo import fields, models


class ClientContactRole(models.Model):
    """What a contact does: decides, pays, approves texts…"""

    _name = "client.contact.role"
    _description = "Role of a contact"
    _order = "sequence, name"

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
