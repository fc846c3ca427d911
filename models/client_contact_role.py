"""Roles of a client's people that the agency defines."""

from odoo import fields, models


class ClientContactRole(models.Model):
    """What a contact does: decides, pays, approves texts…"""

    _name = "client.contact.role"
    _inherit = "client.choice.mixin"
    _description = "Role of a contact"

    color = fields.Integer()
