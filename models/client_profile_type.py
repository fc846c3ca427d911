"""Kinds of client profile that the agency defines."""

from odoo import models


class ClientProfileType(models.Model):
    """A kind of client: retail, public sector, start-up…"""

    _name = "client.profile.type"
    _inherit = "client.choice.mixin"
    _description = "Client profile type"
